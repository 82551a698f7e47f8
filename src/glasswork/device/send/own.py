"""Sending without the command line around it: what this device needs for that lies in the workspace of its folder.

workspace/workspace.json        which device this is, and whose signatures its first policy had
workspace/policy/bundle.json    the signed policy
workspace/device/NAME.json      what it knows of its vault
workspace/device/NAME.key       what it signs with
"""

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from glasswork.device.errors import SendRefused
from glasswork.device.hold.handle import Hold
from glasswork.device.send.sending import Sent, send
from glasswork.device.settings import in_force
from glasswork.policy import Accepted, Approved, check
from glasswork.policy.keys import load_key
from glasswork.schema.enrolment import Enrolment


class _Workspace(msgspec.Struct, frozen=True):
    """What counts here of `workspace.json`."""

    device: str
    accepted: Accepted


def policy(folder: Path) -> Approved:
    """The policy in force for the device in `folder`. Raises PolicyRefused, SettingsRefused, SendRefused."""
    try:
        signed = (folder.parent / "policy" / "bundle.json").read_bytes()
        workspace = _workspace(folder)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        raise _refused() from None
    approved = check(signed, now=datetime.now(UTC), before=workspace.accepted)
    return in_force(approved, folder)


def send_own(hold: Hold, after_hours: int | None = None) -> Sent:
    """Send what is held, as `send` does, from what lies in the workspace. Raises what `send` and `policy` do."""
    approved = policy(hold.folder)
    try:
        name = _workspace(hold.folder).device
        enrolment = msgspec.json.decode((hold.folder / f"{name}.json").read_bytes(), type=Enrolment)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        raise _refused() from None
    return send(hold, enrolment, load_key(hold.folder / f"{name}.key"), approved, after_hours=after_hours)


def _workspace(folder: Path) -> _Workspace:
    return msgspec.json.decode((folder.parent / "workspace.json").read_bytes(), type=_Workspace)


def _refused() -> SendRefused:
    return SendRefused(
        "This device's workspace is not complete: its settings, its policy or its enrolment is missing or damaged. "
        "Nothing was sent; everything waits on this device. Put the files back, or make a new workspace."
    )
