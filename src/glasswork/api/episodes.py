"""Episodes: the owner's own tasks, as refining found them."""

from glasswork.api.errors import NotThere
from glasswork.api.workspace import Workspace, open_vault
from glasswork.govern.decide import Session, SessionRole
from glasswork.refine.job import EPISODES
from glasswork.refine.rows import episodes_of
from glasswork.schema.episode import Episode
from glasswork.schema.words import Zone
from glasswork.vault import access


def episodes(workspace: Workspace) -> list[Episode]:
    """The owner's episodes, oldest day first and in order. That they were read stands in the audit log.

    Raises NotThere where nothing was refined, and what `access.open` raises: Refused where the policy has no purpose
    `personal_use`.
    """
    owner = workspace.settings.participant
    with open_vault(workspace) as vault:
        dataset = access.dataset(vault, Zone.EPISODES, EPISODES, owner=owner)
        if not dataset.people:
            raise NotThere(
                "There are no episodes of yours, because nothing of yours was refined yet. `glasswork send` what you "
                "recorded, or import a recording, and then `glasswork build NAME --private`."
            )
        session = Session(owner, SessionRole.OWNER, Zone.EPISODES)
        return [
            episode for frame in access.open(vault, dataset, "personal_use", session) for episode in episodes_of(frame)
        ]


def episode(workspace: Workspace, start: str) -> Episode:
    """The owner's episode whose id begins with `start`. Raises NotThere unless there is exactly one."""
    found = [one for one in episodes(workspace) if one.id.startswith(start)]
    if len(found) != 1:
        raise NotThere(
            f"{'No episode' if not found else 'More than one episode'} has an id that begins so. See the ids with "
            "`glasswork episodes list`; they are made anew whenever something is built."
        )
    return found[0]
