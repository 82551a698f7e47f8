"""What this device holds: read it, delete of it, send it."""

from collections.abc import Callable, Collection

from glasswork.api import service
from glasswork.api.workspace import Workspace, approved, enrolment
from glasswork.device import hold as holds
from glasswork.device.hold import Hold, Review, SentDay
from glasswork.device.send import Sent
from glasswork.device.send import send as send_held
from glasswork.policy.keys import load_key

Ask = Callable[[], str]
"""Asks the person for the hold's passphrase, where it has one."""


def open_hold(workspace: Workspace, ask: Ask | None = None) -> Hold:
    """The workspace's hold, with its key; to be used in a `with`. What is past its seven days is deleted first.

    Raises HoldLocked, HoldKeyGone, HoldDamaged.
    """
    hold = holds.open_hold(workspace.device, holds.find_key(workspace.device, ask))
    holds.expire(hold)
    return hold


def lock_with_passphrase(workspace: Workspace, ask: Ask) -> None:
    """Have a new hold's key derived from a passphrase, so that what is held survives a restart of the machine."""
    with holds.open_hold(workspace.device, holds.find_key(workspace.device, ask, prefer_passphrase=True)):
        pass


def renew(workspace: Workspace) -> int:
    """Start a new hold where the key of the old one has ended (HoldKeyGone). Returns how many records went."""
    return holds.renew(workspace.device)


def review(workspace: Workspace, ask: Ask | None = None) -> Review:
    """Everything held, in order, exactly as it would leave."""
    with open_hold(workspace, ask) as hold:
        return holds.review(hold)


def drop(workspace: Workspace, records: Collection[int], ask: Ask | None = None) -> int:
    """Delete single records of what is held. Returns how many actions that were."""
    with open_hold(workspace, ask) as hold:
        return holds.drop(hold, records)


def send(workspace: Workspace, ask: Ask | None = None, progress: Callable[[str, int, int], None] | None = None) -> Sent:
    """Seal and send everything held. Where the workspace's service is not up, it runs for as long as this takes."""
    policy = approved(workspace)
    device = workspace.settings.device
    with open_hold(workspace, ask) as hold, service.running(workspace):
        return send_held(
            hold,
            enrolment(workspace, device),
            load_key(workspace.device / f"{device}.key"),
            policy,
            progress=progress or (lambda step, done, total: None),
        )


def sent(workspace: Workspace) -> list[SentDay]:
    """What was sent, by the day on which it was recorded."""
    with holds.open_hold(workspace.device, None) as hold:
        return list(holds.sent(hold))
