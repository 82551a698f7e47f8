"""Participation: whether this person is recorded at all, asked before anything is opened that could record.

Two answers are no: the participant has opted out (a file here says so, for as long as they like), or they are, or may
be, in a role that the policy excludes. Neither is told to anybody by this device, and a silence would tell: who takes
no part and sends by itself goes on sending, with nothing in it (`covering`).
"""

import time
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

WORKSPACE: Final = "workspace.json"
LOOK_S: Final = 60.0
"""A recorder that runs looks at least this often."""


class _Workspace(msgspec.Struct, frozen=True):
    participant: str


def opt_out(folder: Path) -> None:
    """From now on nothing is recorded for the device in `folder`. Raises DiskFull."""
    write_durably(folder / OPTED_OUT, b"")


def opt_in(folder: Path) -> None:
    """Take an opt-out back."""
    (folder / OPTED_OUT).unlink(missing_ok=True)


def has_opted_out(folder: Path) -> bool:
    """Whether the participant takes no part by their own choice."""
    return (folder / OPTED_OUT).exists()


def check_participation(folder: Path, policy: Policy) -> None:
    """Raise PolicyRefused where this participant has opted out, or is not known to be in no excluded role."""
    if has_opted_out(folder):
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


class Participation:
    """Whether its participant takes part, for a recorder that runs: looked at again whenever a file says something new.

    Threads may share it. To ask costs three calls of `stat`, so the recorder asks before it takes in an event.
    """

    def __init__(self, folder: Path, policy: Policy) -> None:
        self._folder, self._policy = folder, policy
        self._files = (folder / OPTED_OUT, folder / CLAIM, folder.parent / WORKSPACE)
        self._known: tuple[object, float, PolicyRefused | None] = (None, 0.0, None)

    def refusal(self) -> PolicyRefused | None:
        """What `check_participation` raises now; None where they take part."""
        marks = [_mark(path) for path in self._files]  # before they are read: a change meanwhile is seen the next time
        seen, until, refusal = self._known
        if marks != seen or time.monotonic() >= until:
            refusal = None
            try:
                check_participation(self._folder, self._policy)
            except PolicyRefused as refused:
                refusal = refused
            self._known = marks, time.monotonic() + LOOK_S, refusal
        return refusal

    def seconds_left(self) -> float:
        """How long the last answer stands where no file changes: a role claim grows old."""
        return max(0.0, self._known[1] - time.monotonic())


def _mark(path: Path) -> tuple[int, int, int] | None:
    """What changes with the file in a place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _participant(folder: Path) -> str:
    """Whose device this is; nobody's where the workspace does not say, and then no claim fits."""
    try:
        return msgspec.json.decode(_read(folder.parent / WORKSPACE) or b"", type=_Workspace).participant
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
