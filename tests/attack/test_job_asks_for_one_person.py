"""A job asks for one person: it has a lawful purpose, and names whose data it wants, or says that it acts for them.

STRIDE information disclosure, LINDDUN identifying, non-compliance. Control: the rules forbid a programme's job any
request about one person; that person and, for a rights request or an incident, the privacy officer are answered.
"""

import itertools
from pathlib import Path

import pytest
from msgspec.structs import replace

from glasswork import vault
from glasswork.assemble.building import build
from glasswork.govern.decide import Dataset, Session, SessionRole
from glasswork.govern.entries import Decided, decode
from glasswork.govern.errors import Refused
from glasswork.govern.verify import read_log
from glasswork.refine.job import run as refine
from glasswork.schema.words import Scope, Zone
from glasswork.vault import Vault
from vault_world import ADMIT, ASSEMBLE, OFFICER, Clock, approved, batch, enrolled, owner

VICTIM = "p-victim"
REFINE = Session("refinery", SessionRole.JOB, Zone.ACTIONS)
READS = [(Zone.ACTIONS, "actions", "refine", REFINE), (Zone.EPISODES, "episodes", "assemble", ASSEMBLE)]


def peopled(handle: Vault, *people: str) -> None:
    for person in people:
        vault.receive(handle, enrolled(handle, person).seal(batch("save", "open", task="file an invoice")))
    vault.admit(handle, ADMIT)
    refine(handle, REFINE)


@pytest.mark.parametrize("others", [["p-one", "p-two"], []], ids=["of three", "alone"])
def test_no_job_of_a_programme_gets_one_persons_data(tmp_path: Path, others: list[str]) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        peopled(handle, VICTIM, *others)
        requests = [(VICTIM, ""), (VICTIM, VICTIM), (VICTIM, "p-one"), ("", VICTIM)]
        for (zone, name, purpose, job), (named, acts_for) in itertools.product(READS, requests):
            asked = Dataset(name, zone, Scope.PROGRAMME, named, 99, frozenset())  # whatever it says of how many
            with pytest.raises(Refused, match="never on one person's"):
                vault.open(handle, asked, purpose, replace(job, acts_for=acts_for))
            entry = decode(list(read_log(handle.folder / "log", handle.log_key))[-1])
            assert isinstance(entry, Decided) and not entry.allowed
        with pytest.raises(Refused):
            build(handle, replace(ASSEMBLE, acts_for=VICTIM), "office")


def test_jobs_for_everybody_the_person_and_the_privacy_officer_are_answered(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        peopled(handle, VICTIM, "p-one")
        for zone, name, purpose, job in READS:
            assert len(list(vault.open(handle, vault.dataset(handle, zone, name), purpose, job))) == 2
        asked = vault.dataset(handle, Zone.ACTIONS, "actions", owner=VICTIM)
        for session, purpose in ((owner(VICTIM), "rights_request"), (OFFICER, "rights_request"), (OFFICER, "incident")):
            assert len(list(vault.open(handle, asked, purpose, session))) == 1
        for session, purpose in ((owner("p-one"), "rights_request"), (OFFICER, "refine"), (OFFICER, "personal_use")):
            with pytest.raises(Refused):
                vault.open(handle, asked, purpose, session)
        assert build(handle, owner(VICTIM, Zone.EPISODES), "mine").episodes == 1  # their own, for themselves
        with pytest.raises(Refused):
            vault.open(handle, vault.dataset(handle, Zone.DATASETS, "mine.private"), "release", ASSEMBLE)
