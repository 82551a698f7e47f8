"""Policy rollback: an old, wider policy with good signatures is put back, on the device or in the vault.

STRIDE tampering and elevation. Control: the epoch of what was accepted is kept on the device, in the workspace and in
the vault, and never goes back; two policies of one epoch do not stand beside each other.
"""

from pathlib import Path

import pytest

from glasswork import vault
from glasswork.device.accepted import ACCEPTED, approved_policy
from glasswork.policy import PolicyRefused, Reason, check
from glasswork.vault.errors import NotPermitted
from policy_world import NOW, bundle, signed
from vault_world import Clock

OLD_AND_WIDE = signed(bundle(1))
NARROWER = signed(bundle(2, ("keys = true", "keys = false")))


def test_the_old_policy_is_refused_by_a_device_that_has_seen_a_newer_one(tmp_path: Path) -> None:
    approved_policy(tmp_path, OLD_AND_WIDE, NOW)
    approved_policy(tmp_path, NARROWER, NOW)
    with pytest.raises(PolicyRefused) as refused:
        approved_policy(tmp_path, OLD_AND_WIDE, NOW)
    assert refused.value.reason is Reason.OLD_EPOCH
    (tmp_path / ACCEPTED).write_bytes(b"")  # to forget is to refuse
    with pytest.raises(PolicyRefused):
        approved_policy(tmp_path, OLD_AND_WIDE, NOW)


def test_the_old_policy_under_the_number_of_the_newer_one_is_refused(tmp_path: Path) -> None:
    approved_policy(tmp_path, NARROWER, NOW)
    with pytest.raises(PolicyRefused) as refused:
        approved_policy(tmp_path, signed(bundle(2)), NOW)
    assert refused.value.reason is Reason.OLD_EPOCH


def test_the_old_policy_is_refused_by_a_vault_that_has_seen_a_newer_one(tmp_path: Path) -> None:
    for good in (OLD_AND_WIDE, NARROWER):
        with vault.connect(tmp_path, check(good, now=NOW), clock=Clock()):
            pass
    for back in (OLD_AND_WIDE, signed(bundle(2))):
        with pytest.raises(NotPermitted, match="never go back"), vault.connect(tmp_path, check(back, now=NOW)):
            pass
