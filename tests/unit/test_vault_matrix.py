"""As every role × purpose × zone: exactly the cells of the matrix open, and each answer is in the log."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from msgspec.structs import replace

from glasswork import vault
from glasswork.govern.decide import Act, Dataset, Session, SessionRole
from glasswork.govern.entries import Decided, decode
from glasswork.govern.errors import Refused
from glasswork.govern.verify import read_log
from glasswork.policy.purposes import PURPOSES
from glasswork.schema.words import Scope, Zone
from glasswork.vault import Vault
from matrix import allowed
from vault_world import ASSEMBLE, Clock, approved, batch, enrolled

NAMES = {Zone.ACTIONS: "actions", Zone.EPISODES: "episodes", Zone.DATASETS: "office"}
ACTING = {SessionRole.OWNER: [("p-one", ""), ("p-two", "")], SessionRole.JOB: [("job", ""), ("job", "p-one")]}
MINIMUM = {Scope.PROGRAMME: 2, Scope.SELF: 1}


def sessions() -> Iterator[Session]:
    for role, environment in itertools.product(SessionRole, Zone):
        for principal, acts_for in ACTING.get(role, [("somebody", "")]):
            yield Session(principal, role, environment, acts_for)


def filled(handle: Vault, people: list[str]) -> None:
    """One partition of each person in each zone."""
    for person in people:
        acts_for = person if handle.approved.policy.scope is Scope.SELF else ""
        job = Session("job", SessionRole.JOB, Zone.ACTIONS, acts_for)
        vault.receive(handle, enrolled(handle, person).seal(batch("save")))
        vault.admit(handle, job)
        (source,) = vault.owners(handle, vault.dataset(handle, Zone.ACTIONS, "actions", owner=person))
        derived = pl.DataFrame({"text": ["x"]})
        source = vault.put(
            handle, Zone.EPISODES, derived, source=source, name="episodes", purpose="refine", session=job
        )
        job = replace(job, environment=Zone.EPISODES)
        vault.put(handle, Zone.DATASETS, derived, source=source, name="office", purpose="assemble", session=job)


@pytest.mark.slow
@pytest.mark.parametrize("scope", Scope)
def test_the_vault_opens_exactly_the_cells_of_the_matrix(tmp_path: Path, scope: Scope) -> None:
    programme = scope is Scope.PROGRAMME
    edit = ("minimum_people = 5", "minimum_people = 2") if programme else ("", "")
    with vault.connect(tmp_path / "vault", approved(scope, edit=edit), clock=Clock()) as handle:
        filled(handle, ["p-one", "p-two"] if programme else ["p-one"])
        asked: list[tuple[Dataset, str]] = [
            (vault.dataset(handle, zone, NAMES[zone], owner=owner), purpose)
            for zone, owner, purpose in itertools.product(Zone, ("p-one", ""), PURPOSES)
        ]
        assert all(dataset.people == (2 if programme and not dataset.owner else 1) for dataset, _ in asked)
        before = len(list(read_log(handle.folder / "log", handle.log_key)))
        expected, opened = [], 0
        for session, (dataset, purpose) in itertools.product(sessions(), asked):
            try:
                frames = list(vault.open(handle, dataset, purpose, session))
            except Refused:
                frames = []
            expected.append(allowed(session, Act.OPEN, dataset, purpose, MINIMUM[scope]))
            assert len(frames) == (dataset.people if expected[-1] else 0), (session, dataset, purpose)
            opened += bool(frames)
        entries = [decode(entry) for entry in list(read_log(handle.folder / "log", handle.log_key))[before:]]
        decided = [entry.allowed for entry in entries if isinstance(entry, Decided) and entry.action == Act.OPEN]
        assert decided == expected and 0 < opened < len(expected) / 10


def test_an_empty_zone_opens_for_nobody_who_may_not(tmp_path: Path) -> None:
    """The decision does not depend on there being data: a refusal tells nothing of what lies there."""
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        empty = vault.dataset(handle, Zone.EPISODES, "episodes")
        with pytest.raises(Refused):
            vault.open(handle, empty, "incident", ASSEMBLE)
        assert not list(vault.open(handle, empty, "assemble", ASSEMBLE))
