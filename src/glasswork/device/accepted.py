"""The policy that this device has accepted: its epoch never goes back, and its quorum changes by hand-over alone."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from glasswork.device.durable import write_durably
from glasswork.policy import Accepted, Approved, PolicyRefused, Reason, check

ACCEPTED: Final = "accepted.json"


def approved_policy(folder: Path, signed: bytes, now: datetime | None = None) -> Approved:
    """Check the bytes of a signed bundle against what this device has accepted before, and remember it.

    Raises PolicyRefused (exit code 78).
    """
    path = folder / ACCEPTED
    try:
        before = msgspec.json.decode(path.read_bytes(), type=Accepted) if path.exists() else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise PolicyRefused(
            Reason.DAMAGED,
            f"The file {ACCEPTED}, in which this device remembers what it has accepted, is damaged. Enrol again.",
        ) from None
    approved = check(signed, now=now or datetime.now(UTC), before=before)
    write_durably(path, msgspec.json.encode(approved.accepted))
    return approved
