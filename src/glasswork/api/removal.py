"""Removal: everything that `init` and the years after made, with the keys first."""

import shutil
from pathlib import Path

import msgspec

from glasswork.api import service
from glasswork.api.errors import WorkspaceError
from glasswork.api.workspace import Workspace, open_vault
from glasswork.device import hold as holds
from glasswork.device.control import ask
from glasswork.device.errors import AgentAbsent
from glasswork.govern.decide import Session, SessionRole
from glasswork.schema.errors import GlassworkError
from glasswork.schema.words import Zone


class Removed(msgspec.Struct, frozen=True):
    """What a removal ended."""

    keys: int


def uninstall(workspace: Workspace, *, keep_sent: Path | None = None) -> Removed:
    """Stop the recorder and the service, end the hold's key, erase what was sent, and remove the folder.

    With `keep_sent` the vault is moved there instead of being erased. Raises WorkspaceError where it cannot be moved,
    and then nothing was removed.
    """
    stop_recorder(workspace)
    service.stop(workspace)
    if keep_sent is not None:
        if keep_sent.exists():
            raise WorkspaceError(f"{keep_sent} exists already, so the vault was not moved and nothing was removed.")
        shutil.move(workspace.vault, keep_sent)
    keys = 0 if keep_sent is not None else _erase(workspace)
    holds.erase(workspace.device)
    shutil.rmtree(workspace.folder)
    return Removed(keys)


def stop_recorder(workspace: Workspace) -> None:
    """Ask the workspace's recorder to end, if there is one."""
    try:
        ask(workspace.device, "stop")
    except AgentAbsent:
        return


def _erase(workspace: Workspace) -> int:
    """Erase the participant at the vault. A vault that cannot be opened any more has nothing that could be read."""
    owner = workspace.settings.participant
    try:
        with open_vault(workspace) as vault:
            from glasswork.vault import erase

            session = Session(owner, SessionRole.OWNER, Zone.ACTIONS)
            return erase(vault, owner, session).keys
    except GlassworkError:
        return 0
