"""A trainer that takes more than it was granted: information disclosure, linking, non-compliance.

Control: a lease ends by time, rows and purpose; what went out stands in the log; a key opens only what was decided.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from glasswork import vault
from glasswork.govern.authorise import LONGEST, authorise
from glasswork.govern.decide import Act
from glasswork.govern.entries import Decided, decode
from glasswork.govern.errors import Refused
from glasswork.govern.verify import read_log
from glasswork.schema.words import Zone
from glasswork.vault import Vault, keys
from glasswork.vault.errors import Cut, NotPermitted
from glasswork.vault.keys import Logged, logged
from vault_world import ADMIT, Clock, approved, batch, enrolled


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def handle(tmp_path: Path, clock: Clock) -> Iterator[Vault]:
    with vault.connect(tmp_path / "vault", approved(), clock=clock) as opened:
        for person in range(5):
            vault.receive(opened, enrolled(opened, f"p-{person}").seal(batch(*["save"] * 10)))
        vault.admit(opened, ADMIT)
        yield opened


def read(handle: Vault) -> list[Decided]:
    found = [decode(data) for data in read_log(handle.folder / "log", handle.log_key)]
    return [entry for entry in found if isinstance(entry, Decided) and entry.dataset == "actions"]


def test_a_wider_fetch_is_cut_at_the_cap_and_the_log_says_how_many_went_out(handle: Vault) -> None:
    asked = vault.dataset(handle, Zone.ACTIONS, "actions")
    heights: list[int] = []
    with pytest.raises(Cut, match="23 rows"):
        heights.extend(frame.height for frame in vault.open(handle, asked, "refine", ADMIT, rows=23))
    assert heights == [10, 10, 3]
    granted, went_out = read(handle)[-2:]
    assert (granted.action, granted.rows, went_out.action, went_out.rows) == ("open", 23, "read", 23)
    assert granted.grant == went_out.grant


def test_a_reader_that_stops_early_is_logged_with_what_it_took(handle: Vault) -> None:
    frames = vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT)
    next(frames)
    del frames
    assert (read(handle)[-1].action, read(handle)[-1].rows) == ("read", 10)


def test_what_came_after_the_decision_is_not_in_the_lease(handle: Vault) -> None:
    frames = vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT)
    vault.receive(handle, enrolled(handle, "p-4", "another").seal(batch(*["open"] * 10)))
    vault.admit(handle, ADMIT)
    assert sum(frame.height for frame in frames) == 50


def test_a_lease_ends_by_time_in_the_key_service_too(handle: Vault, clock: Clock) -> None:
    decision, key = granted(handle), a_key(handle)
    keys.lease(handle.ring, decision, key, handle.kept)
    clock.now += LONGEST
    with pytest.raises(Refused, match="lease has ended"):
        keys.lease(handle.ring, decision, key, handle.kept)
    clock.now += timedelta(days=1)
    other = granted(handle)
    clock.now += timedelta(days=2)
    with pytest.raises(Refused, match="another day"):
        keys.lease(handle.ring, other, key, handle.kept)


def test_a_lease_for_one_purpose_is_none_for_another(handle: Vault) -> None:
    decision = granted(handle)
    drifted = Logged(decision.index, decision.grant, "release")
    with pytest.raises(Refused, match="another purpose"):
        keys.lease(handle.ring, drifted, a_key(handle), handle.kept)


def test_a_refusal_in_the_log_leases_nothing(handle: Vault) -> None:
    asked = vault.dataset(handle, Zone.ACTIONS, "actions")
    with pytest.raises(Refused):
        vault.open(handle, asked, "release", ADMIT)
    refusal = read(handle)[-1]
    with pytest.raises(Refused, match="no such decision"):
        keys.lease(handle.ring, Logged(handle.log.size - 1, refusal.grant, "release"), a_key(handle), handle.kept)


def test_a_decision_about_one_zone_opens_no_key_of_another(handle: Vault) -> None:
    (source, *_) = vault.owners(handle, vault.dataset(handle, Zone.ACTIONS, "actions"))
    (frame, *_) = vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT)
    vault.put(
        handle, Zone.EPISODES, frame.select("label"), source=source, name="episodes", purpose="refine", session=ADMIT
    )
    (elsewhere,) = [leaf.id for leaf in keys.leaves(handle.ring) if leaf.branch == "episodes"]
    for key in (elsewhere, next(leaf.id for leaf in keys.leaves(handle.ring) if leaf.branch == "sealing")):
        with pytest.raises(NotPermitted, match="other data"):
            keys.lease(handle.ring, granted(handle), key, handle.kept)


def granted(handle: Vault) -> Logged:
    asked = vault.dataset(handle, Zone.ACTIONS, "actions")
    return logged(authorise(handle.log, handle.rules, ADMIT, Act.OPEN, asked, "refine", now=handle.clock()))


def a_key(handle: Vault) -> str:
    return next(leaf.id for leaf in keys.leaves(handle.ring) if leaf.branch == "actions")
