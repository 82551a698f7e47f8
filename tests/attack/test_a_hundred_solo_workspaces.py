"""A hundred solo workspaces: an employer has each worker sign for themselves alone, and gathers what they recorded.

STRIDE elevation, LINDDUN non-compliance. Control: scope `self` is one owner's; it is written into every batch and into
what is sealed, a vault of a programme enrols and takes none of it, one vault cannot follow two owners, and what is of
scope `self` is built for its owner and never released.
"""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork import vault
from glasswork.govern.approvals import Candidate, check_approval
from glasswork.govern.decide import Session, SessionRole
from glasswork.govern.errors import Refused
from glasswork.policy import PolicyInvalid, PolicyRefused, check
from glasswork.schema.words import Scope, Zone
from glasswork.vault import Outcome
from glasswork.vault.errors import NotPermitted
from vault_world import NOW, Clock, approved, batch, enrolled, signed

ENGINEER = Session("engineer", SessionRole.ENGINEER, Zone.ACTIONS)


def test_a_programme_enrols_no_device_of_a_solo_workspace(tmp_path: Path) -> None:
    with vault.connect(tmp_path, approved(), clock=Clock()) as handle:
        public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        with pytest.raises(NotPermitted):
            vault.enrol(handle, participant="p-solo", device="solo", device_public=public, scope=Scope.SELF)


def test_a_programme_takes_no_batch_of_a_solo_workspace(tmp_path: Path) -> None:
    """Also not from a device that is enrolled in it, nor under a solo policy's hash."""
    solo = approved(Scope.SELF)
    with vault.connect(tmp_path, approved(), clock=Clock()) as handle:
        device = enrolled(handle)
        for data in (
            device.seal(batch("save"), scope=Scope.SELF),
            device.seal(batch("save"), policy=solo.hash),
            device.seal(batch("save"), policy=solo.hash, scope=Scope.SELF),
        ):
            assert vault.receive(handle, data).outcome is Outcome.REFUSED


def test_one_vault_cannot_follow_a_hundred_owners() -> None:
    """Whoever holds a vault has accepted one owner's policy; another owner's is not a later version of it."""
    first = check(signed(Scope.SELF), now=NOW)
    for _ in range(100):
        other = signed(Scope.SELF, edit=("epoch = 1", "epoch = 2"))
        with pytest.raises(PolicyRefused):
            check(other, now=NOW, before=first.accepted)


def test_gathered_in_one_vault_they_are_not_even_admitted(tmp_path: Path) -> None:
    """An owner who lets others use their vault: a job acts for one person, so none opens two people's batches."""
    with vault.connect(tmp_path, approved(Scope.SELF), clock=Clock()) as handle:
        for person in ("p-one", "p-two"):
            assert vault.receive(handle, enrolled(handle, person).seal(batch("save"))).outcome is Outcome.STORED
        for acts_for in ("", "p-one", "p-two"):
            with pytest.raises(Refused):
                vault.admit(handle, Session("admission", SessionRole.JOB, Zone.ACTIONS, acts_for))
        with pytest.raises(Refused):
            vault.admit(handle, ENGINEER)


def test_a_solo_signature_approves_no_release_and_no_other_purpose() -> None:
    solo = approved(Scope.SELF)
    candidate = Candidate(content="0" * 64, attack_report="0" * 64, card="0" * 64, policy=solo.hash)
    with pytest.raises(Refused, match="self"):
        check_approval(solo, candidate, [], now=NOW)
    with pytest.raises(PolicyInvalid, match="personal_use"):
        signed(Scope.SELF, edit=('id = "personal_use"', 'id = "train_models"'))
