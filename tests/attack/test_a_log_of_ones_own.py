"""An administrator of the vault's host, log's key included, makes decisions of their own: spoofing, elevation.

Control: the key service has its own list of witnesses and its own policy, told by whoever runs it. It gives a key for a
decision alone that one of those witnesses has cosigned, under that policy. Nothing in the vault changes either.
"""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from glasswork import vault
from glasswork.govern.authorise import authorise
from glasswork.govern.cosigners import WitnessAt
from glasswork.govern.decide import Act, Rules
from glasswork.govern.errors import LogUnavailable, Refused
from glasswork.govern.log import Log
from glasswork.govern.note import log_verifier, vkey
from glasswork.policy.keys import load_key
from glasswork.schema.words import Zone
from glasswork.vault import Vault, keys
from glasswork.vault.errors import KeysUnusable
from glasswork.vault.keys import Logged, logged
from key_service_world import served
from vault_world import ADMIT, OFFICER, approved, batch, enrolled
from witness_world import serving, watching


@contextmanager
def guarded(folder: Path) -> Iterator[tuple[Vault, WitnessAt]]:
    """A vault with two people's data, whose key service was told one witness that the log is shown to."""
    witness = watching(folder, "union")
    with serving(witness) as at, served(folder, witnesses=(at.vkey,)) as (handle, _):
        witness.watch(vkey(log_verifier(handle.log_key)))
        shown = dataclasses.replace(handle, log=with_key(handle, at))
        for person in ("p-one", "p-two"):
            vault.receive(shown, enrolled(shown, person).seal(batch("save", "open"), datetime.now(UTC).date()))
        vault.admit(shown, ADMIT)
        yield shown, at


def with_key(handle: Vault, *witnesses: WitnessAt) -> Log:
    """The log as whoever has its key writes it."""
    return Log(handle.folder / "log", load_key(handle.keys / "log.key"), witnesses)


def decided(handle: Vault, *, act: Act = Act.OPEN, people: tuple[str, ...] = ()) -> Logged:
    facts = vault.dataset(handle, Zone.ACTIONS, "actions", owner="p-one" if people else "")
    session, purpose = (OFFICER, "rights_request") if people else (ADMIT, "refine")
    grant = authorise(handle.log, handle.rules, session, act, facts, purpose, now=handle.clock(), people=people)
    return logged(grant)


def take(handle: Vault, decision: Logged) -> bytes:
    (leaf, *_) = [one for one in keys.leaves(handle.ring, owner="p-one") if one.branch == "actions"]
    return keys.lease(handle.ring, decision, leaf.id)


def test_a_decision_that_the_witness_has_seen_opens_what_it_is_about(tmp_path: Path) -> None:
    with guarded(tmp_path) as (handle, _):
        frames = vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT)
        assert sum(frame.height for frame in frames) == 4
        assert vault.forget(handle, "p-one", datetime.now(UTC).date(), OFFICER, [(0, 0)]) == 1


@pytest.mark.parametrize("act", [Act.OPEN, Act.ERASE])
def test_with_the_log_s_key_alone_nothing_is_opened(tmp_path: Path, act: Act) -> None:
    with guarded(tmp_path) as (handle, _):
        alone = dataclasses.replace(handle, log=with_key(handle))
        people = (keys.name(handle.ring, "p-one") or "",) if act is Act.ERASE else ()
        with pytest.raises(Refused, match="no witness that the key service was told of"):
            take(handle, decided(alone, act=act, people=people))


def test_a_witness_of_one_s_own_counts_for_nothing(tmp_path: Path) -> None:
    with guarded(tmp_path) as (handle, _):
        theirs = watching(tmp_path, "mine", vkey(log_verifier(handle.log_key)))
        with serving(theirs) as at:
            other = dataclasses.replace(handle, log=with_key(handle, at))
            with pytest.raises(Refused, match="no witness that the key service was told of"):
                take(handle, decided(other))


def test_the_list_is_not_one_that_the_vault_s_folder_has(tmp_path: Path) -> None:
    with guarded(tmp_path) as (handle, at):
        for name in ("witnesses.json", "terms.json", "keys/terms.json"):
            (handle.folder / name).write_text("[]" if name == "witnesses.json" else "{}")
        assert keys.terms(handle.ring).witnesses == (at.vkey,)
        with pytest.raises(Refused, match="no witness"):
            take(handle, decided(dataclasses.replace(handle, log=with_key(handle))))


def test_a_witness_that_is_away_stops_opening_and_no_erasure(tmp_path: Path) -> None:
    with guarded(tmp_path) as (handle, _):
        gone = dataclasses.replace(handle, log=with_key(handle, WitnessAt(handle_vkey(tmp_path), "http://127.0.0.1:9")))
        with pytest.raises(LogUnavailable):
            decided(gone)
        assert vault.erase(gone, "p-one", OFFICER).objects == 1


def test_a_damaged_list_is_not_an_empty_one(tmp_path: Path) -> None:
    with guarded(tmp_path) as (handle, _):
        (tmp_path / "ring" / "terms.json").write_text('{"witnesses": ["union.example/witness+00000000+AAAA"]}')
        with pytest.raises(KeysUnusable, match="cannot be read"):
            take(handle, decided(handle))


def test_a_policy_of_one_s_own_counts_for_nothing(tmp_path: Path) -> None:
    """Also cosigned: a witness sees that the log grows honestly, not whose policy an entry names."""
    with guarded(tmp_path) as (handle, _):
        made_up = approved(now=datetime.now(UTC), edit=("actions = 30", "actions = 365"))
        other = dataclasses.replace(handle, approved=made_up, rules=Rules.of(made_up))
        with pytest.raises(Refused, match="another policy than the key service was told"):
            take(handle, decided(other))


def handle_vkey(folder: Path) -> str:
    """The verifier key of a witness that nobody serves."""
    return watching(folder, "away").vkey
