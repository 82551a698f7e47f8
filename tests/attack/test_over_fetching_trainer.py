"""A trainer that takes more than it was granted: information disclosure, linking, non-compliance.

Control: a lease ends by time, rows and purpose; what went out stands in the log; a key opens only what was decided.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from glasswork import vault
from glasswork.govern.authorise import LONGEST, authorise
from glasswork.govern.decide import Act
from glasswork.govern.entries import Decided, decode
from glasswork.govern.errors import Refused
from glasswork.govern.verify import read_log
from glasswork.policy.keys import public_text
from glasswork.schema.words import Scope, Zone
from glasswork.vault import Vault, keys
from glasswork.vault.errors import Cut, NotPermitted
from glasswork.vault.handle import writing
from glasswork.vault.keys import Logged, logged
from glasswork.vault.partitions import Place, store
from glasswork.vault.ring import Branch
from key_service_world import running, served
from vault_world import ADMIT, ASSEMBLE, OFFICER, Clock, approved, batch, enrolled


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
    keys.lease(handle.ring, decision, key)
    clock.now += LONGEST
    with pytest.raises(Refused, match="lease has ended"):
        keys.lease(handle.ring, decision, key)
    clock.now += timedelta(days=1)
    other = granted(handle)
    clock.now += timedelta(days=2)
    with pytest.raises(Refused, match="another day"):
        keys.lease(handle.ring, other, key)


def test_a_lease_for_one_purpose_is_none_for_another(handle: Vault) -> None:
    decision = granted(handle)
    drifted = Logged(decision.index, decision.grant, "release")
    with pytest.raises(Refused, match="another purpose"):
        keys.lease(handle.ring, drifted, a_key(handle))


def test_a_refusal_in_the_log_leases_nothing(handle: Vault) -> None:
    asked = vault.dataset(handle, Zone.ACTIONS, "actions")
    with pytest.raises(Refused):
        vault.open(handle, asked, "release", ADMIT)
    refusal = read(handle)[-1]
    with pytest.raises(Refused, match="no such decision"):
        keys.lease(handle.ring, Logged(handle.log.size - 1, refusal.grant, "release"), a_key(handle))


def test_a_decision_about_one_zone_opens_no_key_of_another(handle: Vault) -> None:
    (source, *_) = vault.owners(handle, vault.dataset(handle, Zone.ACTIONS, "actions"))
    (frame, *_) = vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT)
    vault.put(
        handle, Zone.EPISODES, frame.select("label"), source=source, name="episodes", purpose="refine", session=ADMIT
    )
    (elsewhere,) = [leaf.id for leaf in keys.leaves(handle.ring) if leaf.branch == "episodes"]
    for key in (elsewhere, next(leaf.id for leaf in keys.leaves(handle.ring) if leaf.branch == "sealing")):
        with pytest.raises(NotPermitted, match="other data"):
            keys.lease(handle.ring, granted(handle), key)


def test_a_decision_about_one_data_set_opens_no_key_of_another_in_its_zone(handle: Vault) -> None:
    """And who may ask the service cannot say that a key is of another data set: the key ring says of which it is."""
    (frame, *_) = vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT)
    asked_for = [purpose.id for purpose in handle.approved.policy.purposes]
    for name in ("theirs", "others"):
        for person in range(5):
            place = Place(Zone.EPISODES, name, Scope.PROGRAMME, f"p-{person}", handle.today())
            with writing(handle):
                store(handle, place, frame.select("label"), asked_for, lambda _: None)
    asked = vault.dataset(handle, Zone.EPISODES, "theirs")
    grant = authorise(handle.log, handle.rules, ASSEMBLE, Act.OPEN, asked, "assemble", now=handle.clock())
    leaves = keys.leaves(handle.ring, branch=Branch.EPISODES)
    assert {leaf.dataset for leaf in leaves} == {"theirs", "others"}
    for leaf in leaves:
        if leaf.dataset == "theirs":
            assert keys.lease(handle.ring, logged(grant), leaf.id)
        else:
            with pytest.raises(NotPermitted, match="other data"):
                keys.lease(handle.ring, logged(grant), leaf.id)


def test_a_look_at_the_list_of_incidents_opens_no_data(handle: Vault) -> None:
    vault.list_incidents(handle, OFFICER)
    index = handle.log.size - 1
    (entry,) = [decode(data) for data in list(read_log(handle.folder / "log", handle.log_key))[index:]]
    assert isinstance(entry, Decided) and (entry.dataset, entry.allowed) == ("incidents", True)
    look = Logged(index, entry.grant, entry.purpose)
    for leaf in keys.leaves(handle.ring):
        with pytest.raises(NotPermitted, match="other data"):
            keys.lease(handle.ring, look, leaf.id)


def test_what_was_read_is_no_decision_to_read_it_again(handle: Vault, clock: Clock) -> None:
    """The entry of how many rows went out has the grant's id: an hour later, in a new process, it opens nothing."""
    list(vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT))
    went_out = read(handle)[-1]
    again = Logged(handle.log.size - 1, went_out.grant, "refine")
    with (
        vault.connect(handle.folder, handle.approved, clock=clock) as other,
        pytest.raises(Refused, match="no decision"),
    ):
        keys.lease(other.ring, again, a_key(handle))


def test_no_lease_survives_the_key_service(tmp_path: Path) -> None:
    """Else whoever may restart it has for a day what was given for an hour."""
    with served(tmp_path) as (handle, process):
        for person in ("p-one", "p-two"):
            vault.receive(handle, enrolled(handle, person).seal(batch("save"), datetime.now(UTC).date()))
        vault.admit(handle, ADMIT)
        decision, key = granted(handle), a_key(handle)
        assert keys.lease(handle.ring, decision, key)
        process.kill()
        process.wait()
        with running(tmp_path, public_text(handle.log_key)):
            with pytest.raises(Refused, match="ends every lease"):
                keys.lease(handle.ring, decision, key)
            assert keys.lease(handle.ring, granted(handle), key)


def granted(handle: Vault) -> Logged:
    asked = vault.dataset(handle, Zone.ACTIONS, "actions")
    return logged(authorise(handle.log, handle.rules, ADMIT, Act.OPEN, asked, "refine", now=handle.clock()))


def a_key(handle: Vault) -> str:
    return next(leaf.id for leaf in keys.leaves(handle.ring) if leaf.branch == "actions")
