"""Policies: what a new one would change, and what the participant was shown of the one in force."""

from pathlib import Path

from glasswork.api.workspace import Workspace, approved
from glasswork.device import notices
from glasswork.policy import Bundle, Change, compare_bundles, compile, notice, unpack


def read(path: Path) -> Bundle:
    """The bundle in a file, signed or not, or compiled from a `.toml`. Raises PolicyInvalid, PolicyRefused."""
    return compile(path) if path.suffix == ".toml" else unpack(path.read_bytes())[0]


def diff(old: Path, new: Path) -> list[Change]:
    """Every change from one policy (a `.toml` or a bundle) to another, in plain words. Raises as `read` does."""
    return compare_bundles(read(old), read(new))


def shown(workspace: Workspace) -> str:
    """The notice of the policy in force. Raises PolicyRefused."""
    now = approved(workspace)
    return notice(now.policy, now.hash)


def acknowledge(workspace: Workspace) -> None:
    """Remember that the participant was shown that notice: without it the recorder stays paused."""
    notices.acknowledge(workspace.device, approved(workspace))
