"""The policy that this device has accepted: the first one pins the quorum's keys, and its epoch never goes back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from glasswork.device.durable import write_durably
from glasswork.policy import Approved, PolicyRefused, Reason, SignerRole, check

ACCEPTED: Final = "accepted.json"


class _Accepted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    epoch: int = 0
    keys: dict[SignerRole, str] = {}


def approved_policy(folder: Path, signed: bytes, now: datetime | None = None) -> Approved:
    """Check the bytes of a signed bundle against what this device has accepted before, and remember it.

    Raises PolicyRefused (exit code 78).
    """
    path = folder / ACCEPTED
    try:
        before = msgspec.json.decode(path.read_bytes(), type=_Accepted) if path.exists() else _Accepted()
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise PolicyRefused(
            Reason.DAMAGED,
            f"The file {ACCEPTED}, in which this device remembers what it has accepted, is damaged. Enrol again.",
        ) from None
    approved = check(signed, now=now or datetime.now(UTC), last_epoch=before.epoch, pinned=before.keys or None)
    write_durably(path, msgspec.json.encode(_Accepted(approved.policy.epoch, before.keys or approved.keys)))
    return approved
