"""Taking part, or not: on this device at once, and then at the vault beside it."""

from contextlib import suppress
from pathlib import Path

from glasswork.api.workspace import Workspace, open_vault
from glasswork.device import participation
from glasswork.device.control import ask
from glasswork.device.errors import AgentAbsent
from glasswork.policy.keys import load_opening_key


def opt_out(workspace: Workspace) -> None:
    """Record nothing here from now on: capture ends if it runs, and the vault admits nothing more.

    Who had chosen to send by itself goes on sending, empty envelopes alone.

    What is held stays the participant's, to delete or to keep. Raises what `open_vault` does, and then the device has
    stopped all the same.
    """
    from glasswork.vault import refusals

    participation.opt_out(workspace.device)
    try:
        with suppress(AgentAbsent):
            ask(workspace.device, "stop")
    finally:
        with open_vault(workspace) as vault:
            refusals.refuse(vault, workspace.settings.participant)


def opt_in(workspace: Workspace) -> None:
    """Take part again. Raises what `open_vault` does, and then nothing has changed."""
    from glasswork.vault import refusals

    with open_vault(workspace) as vault:
        refusals.take_again(vault, workspace.settings.participant)
    participation.opt_in(workspace.device)


def opted_out(workspace: Workspace, key: Path) -> list[str]:
    """The pseudonyms of those who take no part, for the privacy officer whose key opens them. Raises KeyUnusable."""
    from glasswork.vault import refusals

    return refusals.names(workspace.vault / refusals.FOLDER, load_opening_key(key))
