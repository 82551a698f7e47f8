"""Promotion without approval: a job that may read one zone moves what it made of it into the next, unasked.

STRIDE elevation, LINDDUN non-compliance. Control: the vault stores nothing in the next zone unless both officers signed
it for this purpose, these zones, the policy in force and today; what a person builds of their own needs nobody else.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork import vault
from glasswork.api import workspace as workspaces
from glasswork.assemble.building import build
from glasswork.cli.main import cli
from glasswork.govern import promotion
from glasswork.govern.decide import Session, SessionRole
from glasswork.govern.errors import Refused
from glasswork.policy import SignerRole
from glasswork.refine.job import run as refine
from glasswork.schema.words import Scope, Zone
from glasswork.vault import Vault
from vault_world import ADMIT, ASSEMBLE, BOARDS, Clock, approved, batch, enrolled, owner, promoted

REFINE = Session("refinery", SessionRole.JOB, Zone.ACTIONS)
PRIVACY, SECURITY, WORKERS = (
    SignerRole.PRIVACY_OFFICER,
    SignerRole.SECURITY_OFFICER,
    SignerRole.WORKER_REPRESENTATIVE,
)


@pytest.fixture
def handle(tmp_path: Path) -> Iterator[Vault]:
    """A vault with admitted actions in it, where nobody has approved anything."""
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as opened:
        vault.receive(opened, enrolled(opened).seal(batch("save", "open", task="file an invoice")))
        vault.admit(opened, ADMIT)
        for purpose in promotion.STEPS:
            promotion.file_of(opened.folder, purpose).unlink()
        yield opened


def sign(handle: Vault, *roles: SignerRole, purpose: str = "refine", days: int = 90) -> None:
    for role in roles:
        file, key = promotion.file_of(handle.folder, purpose), BOARDS[handle.approved.hash][role]
        promotion.approve(file, handle.approved, purpose, role, key, now=handle.clock(), days=days)


def refused(handle: Vault, why: str) -> bool:
    with pytest.raises(Refused, match=why) as refusal:
        refine(handle, REFINE)
    assert "glasswork access promote refine --role" in str(refusal.value)
    return vault.dataset(handle, Zone.EPISODES, "episodes").people == 0


def test_nothing_goes_into_the_next_zone_unless_both_officers_signed(handle: Vault) -> None:
    assert refused(handle, "no approval")
    sign(handle, PRIVACY)
    assert refused(handle, "security_officer is missing")
    sign(handle, PRIVACY, WORKERS)
    assert refused(handle, "security_officer is missing")
    promotion.file_of(handle.folder, "refine").unlink()
    sign(handle, PRIVACY, SECURITY)
    assert refine(handle, REFINE).episodes == 1
    with pytest.raises(Refused, match="access promote assemble"):
        build(handle, ASSEMBLE, "office")
    sign(handle, PRIVACY, SECURITY, purpose="assemble")
    assert build(handle, ASSEMBLE, "office").episodes == 1


def test_an_approval_of_another_step_policy_time_or_hand_does_not_count(tmp_path: Path, handle: Vault) -> None:
    file = promotion.file_of(handle.folder, "refine")
    sign(handle, PRIVACY, SECURITY, purpose="assemble")
    file.write_bytes(promotion.file_of(handle.folder, "assemble").read_bytes())
    assert refused(handle, "for something else")
    with vault.connect(tmp_path / "other", approved(), clock=Clock()) as other:
        promoted(other, BOARDS[other.approved.hash])
        file.write_bytes(promotion.file_of(other.folder, "refine").read_bytes())
    assert refused(handle, "ended, or is for version")
    sign(handle, PRIVACY, SECURITY)
    file.write_bytes(file.read_bytes().replace(b'"days":90', b'"days":80'))
    assert refused(handle, "altered")
    file.unlink()
    stranger = Ed25519PrivateKey.generate()
    for role in (PRIVACY, SECURITY):
        promotion.approve(file, handle.approved, "refine", role, stranger, now=handle.clock())
    assert refused(handle, "key")
    file.unlink()
    sign(handle, PRIVACY, SECURITY, days=7)
    assert isinstance(handle.clock, Clock)
    handle.clock.now += timedelta(days=7)
    assert refused(handle, "ended")


def test_what_is_ones_own_needs_nobody_else(tmp_path: Path, handle: Vault) -> None:
    sign(handle, PRIVACY, SECURITY)
    refine(handle, REFINE)
    assert build(handle, owner("p-one", Zone.EPISODES), "mine").episodes == 1
    with vault.connect(tmp_path / "solo", approved(Scope.SELF), clock=Clock()) as solo:
        vault.receive(solo, enrolled(solo, "me").seal(batch("save", "open")))
        vault.admit(solo, Session("job", SessionRole.JOB, Zone.ACTIONS, "me"))
        assert refine(solo, Session("job", SessionRole.JOB, Zone.ACTIONS, "me")).episodes == 1
        assert build(solo, owner("me", Zone.EPISODES), "mine").episodes == 1


def test_the_command_that_the_refusal_names_approves_it(tmp_path: Path) -> None:
    demo = workspaces.create_demo(tmp_path / "demo")
    policy, today = workspaces.approved(demo), datetime.now(UTC).date()
    file, step = promotion.file_of(demo.vault, "refine"), ("refine", Zone.ACTIONS, Zone.EPISODES)
    assert promotion.check(file, policy, *step, today=today).allowed  # the demo's officers are in it
    file.unlink()
    for role, enough in ((PRIVACY, False), (SECURITY, True)):
        command = ["--workspace", str(demo.folder), "access", "promote", "refine", "--role", role.value, "--days", "7"]
        assert CliRunner().invoke(cli, command).exit_code == 0
        assert promotion.check(file, policy, *step, today=today).allowed == enough
    assert not promotion.check(file, policy, *step, today=today + timedelta(days=7)).allowed
