"""Break-glass abuse: two officers use the emergency change to record what the workers never agreed to, and keep on.

STRIDE elevation, LINDDUN unawareness. Control: an emergency takes away and adds nothing, ends after 72 hours unless
everyone signs it, is not followed by another, never touches the quorum, is never the first policy, and stands in the
notice.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from glasswork import vault
from glasswork.device.accepted import approved_policy
from glasswork.policy import Approved, PolicyRefused, Reason, compile_text, notice, unpack
from glasswork.vault.ingest import policy_of
from glasswork.vault.records import transaction
from policy_world import NOW, PRIVACY, SECURITY, WORKERS, also_signed, bundle, signed, text
from vault_world import Clock
from vectors.policy import make

FIRST = signed(bundle(1))
ISSUED = NOW - timedelta(hours=1)
FLAG = ("epoch = ", "emergency = true\nepoch = ")


def emergency(epoch: int, **signers: dict[str, object]) -> bytes:
    made = make.with_policy(bundle(epoch, FLAG, **signers), issued=ISSUED)
    return signed(made, PRIVACY, SECURITY)


def refusal(folder: Path, data: bytes, after: timedelta = timedelta()) -> Reason:
    with pytest.raises(PolicyRefused) as refused:
        approved_policy(folder, data, NOW + after)
    return refused.value.reason


@pytest.fixture
def device(tmp_path: Path) -> Path:
    approved_policy(tmp_path, FIRST, NOW)
    return tmp_path


def test_after_72_hours_it_ends_and_the_policy_before_does_not_come_back(device: Path) -> None:
    taken = approved_policy(device, emergency(2), NOW)
    assert taken.emergency and taken.policy.expires == ISSUED + timedelta(hours=72)
    approved_policy(device, emergency(2), NOW + timedelta(hours=70))
    assert refusal(device, emergency(2), timedelta(hours=71)) is Reason.NOT_RATIFIED
    assert refusal(device, FIRST) is Reason.OLD_EPOCH


def test_it_cannot_be_followed_by_another(device: Path) -> None:
    approved_policy(device, emergency(2), NOW)
    assert refusal(device, emergency(3)) is Reason.NOT_RATIFIED
    ratified = also_signed(emergency(3), WORKERS)
    assert not approved_policy(device, ratified, NOW).emergency
    approved_policy(device, emergency(4), NOW)


def test_ratified_by_everyone_it_lasts(device: Path) -> None:
    approved_policy(device, emergency(2), NOW)
    ratified = approved_policy(device, also_signed(emergency(2), WORKERS), NOW + timedelta(days=9))
    assert not ratified.emergency and ratified.policy.expires > NOW + timedelta(days=100)


def test_it_cannot_remove_or_replace_the_worker_representative(device: Path) -> None:
    puppet = emergency(2, worker_representative={"key": text("a puppet")})
    assert refusal(device, puppet) is Reason.NOT_RATIFIED
    prepared = emergency(2, worker_representative={"recovery": text("their recovery")})
    assert refusal(device, prepared) is Reason.NOT_RATIFIED


WIDER = {
    "typing in one more program": ('category = "files" ', 'category = "files"\nkeys = true '),
    "a site": ("[schedule]", '[[sites]]\nhost = "mail.example.org"\ncategory = "business"\n\n[schedule]'),
    "a word to look for": ('["Delivery note", ', '["Delivery note", "Strike", '),
    "another sink": ('url = "https://glasswork', 'url = "https://collect'),
    "a day longer": ("actions = 30", "actions = 31"),
    "an exclusion less": ('"works_council", ', ""),
    "another assessment, to pass for assessed": ("actions = 30", "actions = 31"),
}


@pytest.mark.parametrize("what", WIDER)
def test_it_adds_nothing_to_what_may_be_recorded(device: Path, what: str) -> None:
    assessment = {"assessment": "1" * 64} if "assessment" in what else {}
    made = make.with_policy(compile_text(emergency_toml(WIDER[what])), issued=ISSUED, **assessment)
    assert refusal(device, signed(made, PRIVACY, SECURITY)) is Reason.NOT_RATIFIED
    assert not approved_policy(device, FIRST, NOW).emergency, "what was in force stays in force"


def test_it_does_not_touch_who_may_read(device: Path) -> None:
    made = unpack(emergency(2))[0]
    opened = made.cedar.rules.replace('[Purpose::"rights_request", Purpose::"incident"]', '[Purpose::"assemble"]')
    assert opened != made.cedar.rules
    changed = replace(made, cedar=replace(made.cedar, rules=opened))
    assert refusal(device, signed(changed, PRIVACY, SECURITY)) is Reason.NOT_RATIFIED


def test_what_it_is_for_goes_at_once(device: Path) -> None:
    """A program is found to show what must not be recorded: two officers end that, and need not wait for a third."""
    made = make.with_policy(compile_text(emergency_toml(("keys = true ", "keys = false"))), issued=ISSUED)
    taken = approved_policy(device, signed(made, PRIVACY, SECURITY), NOW)
    assert taken.emergency and not any(app.keys for app in taken.policy.apps if app.id == "editor")


def emergency_toml(edit: tuple[str, str]) -> str:
    toml = make.EXAMPLE.read_text(encoding="utf-8").replace("epoch = 1 ", "emergency = true\nepoch = 2 ")
    assert edit[0] in toml
    return toml.replace(*edit, 1)


def test_it_needs_both_officers_and_a_policy_to_change(device: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    one = signed(make.with_policy(bundle(2, FLAG), issued=ISSUED), PRIVACY)
    assert refusal(device, one) is Reason.TOO_FEW_SIGNATURES
    assert refusal(tmp_path_factory.mktemp("new"), emergency(2)) is Reason.NOT_RATIFIED
    unflagged = signed(bundle(2), PRIVACY, SECURITY)
    assert refusal(device, unflagged) is Reason.TOO_FEW_SIGNATURES


def test_participants_are_told(device: Path) -> None:
    taken: Approved = approved_policy(device, emergency(2), NOW)
    assert "emergency change" in notice(taken.policy, taken.hash)


def test_the_vault_lets_it_end_and_last_like_the_device(tmp_path: Path) -> None:
    folder, place = tmp_path / "device", tmp_path / "vault"
    first = approved_policy(folder, FIRST, NOW)
    taken = approved_policy(folder, emergency(2), NOW)
    ratified = approved_policy(folder, also_signed(emergency(2), WORKERS), NOW)
    for approved in (first, taken, ratified):
        with vault.connect(place, approved, clock=Clock()) as handle, transaction(handle.records) as connection:
            found = policy_of(connection, approved.hash)
            assert found is not None and found[1] == approved.policy.expires.date()
