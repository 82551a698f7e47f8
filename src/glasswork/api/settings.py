"""Local settings: what this device takes away from the signed policy, and what is then in force."""

from glasswork.api.workspace import Workspace, approved
from glasswork.device import settings
from glasswork.device.settings import Setting
from glasswork.policy import Approved


def in_force(workspace: Workspace) -> Approved:
    """The approved policy, narrowed by local settings; its hash is that of what was signed.

    Raises PolicyRefused, SettingsRefused.
    """
    return settings.in_force(approved(workspace), workspace.device)


def show(workspace: Workspace) -> list[Setting]:
    """Every value in force, and who said it. Raises PolicyRefused, SettingsRefused."""
    return settings.listed(approved(workspace).policy, workspace.device)


def change(workspace: Workspace, key: str, text: str | None) -> None:
    """Set one of the participant's own settings to `text`, or take it back (None). Counts from the next resume on.

    Raises SettingsRefused for an unknown key and for what would be wider: nothing is changed then.
    """
    settings.change(approved(workspace).policy, workspace.device, key, text)
