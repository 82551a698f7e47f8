"""Taking part, or not: on this device at once, and then at the vault beside it."""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from glasswork.api.workspace import Workspace, open_vault
from glasswork.device import participation
from glasswork.device.control import ask
from glasswork.device.errors import AgentAbsent
from glasswork.policy.keys import load_opening_key

if TYPE_CHECKING:
    from glasswork.vault import Vault


def opt_out(workspace: Workspace) -> None:
    """Record nothing here from now on: when this returns, capture has ended, and the vault admits nothing more.

    Who had chosen to send by itself goes on sending, empty envelopes alone.

    What is held stays the participant's, to delete or to keep. Raises what `open_vault` does, and then the device has
    stopped all the same.
    """
    from glasswork.vault import refusals

    participation.opt_out(workspace.device)
    try:
        with suppress(AgentAbsent):
            ask(workspace.device, "status")  # it looks before it answers, and says to its participant why it ended
    finally:
        with open_vault(workspace) as vault:
            refusals.refuse(vault, workspace.settings.participant)


def opt_in(workspace: Workspace) -> None:
    """Take part again. Raises what `open_vault` does, and then nothing has changed."""
    from glasswork.vault import refusals

    with open_vault(workspace) as vault:
        refusals.take_again(vault, workspace.settings.participant)
    participation.opt_in(workspace.device)


@contextmanager
def heeded(workspace: Workspace, vault: "Vault") -> Generator[None]:
    """While it lasts, the vault takes nothing of the workspace's participant if this device says they take no part.

    So an excluded role, or a claim that is lacking, counts at admission as an opt-out does. Unlike one it is not kept,
    or the list of who opted out would be one of who is in which role.
    """
    from glasswork.vault import refusals

    person = workspace.settings.participant
    out = not participation.takes_part(workspace.device, vault.approved.policy)
    new = out and not refusals.is_refused(vault, person)
    if new:
        refusals.refuse(vault, person)
    try:
        yield
    finally:
        if new and not participation.has_opted_out(workspace.device):  # who did meanwhile stays so
            refusals.take_again(vault, person)


def opted_out(workspace: Workspace, key: Path) -> list[str]:
    """The pseudonyms of those who take no part, for the privacy officer whose key opens them. Raises KeyUnusable."""
    from glasswork.vault import refusals

    return refusals.names(workspace.vault / refusals.FOLDER, load_opening_key(key))
