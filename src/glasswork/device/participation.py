"""Participation: whether this person is recorded at all, asked before anything is opened that could record.

Two answers are no: the participant has opted out (a file here says so, for as long as they like), or they are, or may
be, in a role that the policy excludes. Neither is told to anybody by this device, and a silence would tell: who takes
no part and sends by itself goes on sending, with nothing in it (`covering`).
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from glasswork.device.durable import write_durably
from glasswork.policy import Policy, PolicyRefused, Reason
from glasswork.policy.claims import check_role

OPTED_OUT: Final = "opted-out"
CLAIM: Final = "roles.json"
"""The participant's role claim, as the directory signed it (`glasswork policy claim`)."""


class _Workspace(msgspec.Struct, frozen=True):
    participant: str


def opt_out(folder: Path) -> None:
    """From now on nothing is recorded for the device in `folder`. Raises DiskFull."""
    write_durably(folder / OPTED_OUT, b"")


def opt_in(folder: Path) -> None:
    """Take an opt-out back."""
    (folder / OPTED_OUT).unlink(missing_ok=True)


def check_participation(folder: Path, policy: Policy) -> None:
    """Raise PolicyRefused where this participant has opted out, or is not known to be in no excluded role."""
    if (folder / OPTED_OUT).exists():
        raise PolicyRefused(
            Reason.EXCLUDED, "You have opted out, so nothing is recorded. To take part again: `glasswork opt-in`."
        )
    check_role(policy, _participant(folder), _read(folder / CLAIM), today=datetime.now(UTC).date())


def takes_part(folder: Path, policy: Policy) -> bool:
    """Whether `check_participation` would let this participant be recorded."""
    try:
        check_participation(folder, policy)
    except PolicyRefused:
        return False
    return True


def _participant(folder: Path) -> str:
    """Whose device this is; nobody's where the workspace does not say, and then no claim fits."""
    try:
        return msgspec.json.decode(_read(folder.parent / "workspace.json") or b"", type=_Workspace).participant
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
