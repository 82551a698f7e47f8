"""What this device holds: read it, delete and withhold of it, name tasks in it, send it; or do so on a page."""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress

from glasswork.api import service, settings
from glasswork.api.workspace import Workspace, enrolment
from glasswork.device import hold as holds
from glasswork.device.hold import Hold, Review, SentDay, Span, Task
from glasswork.device.send import Choice, Sent
from glasswork.device.send import choice as chosen_sending
from glasswork.device.send import choose as choose_sending
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


def page(workspace: Workspace, ready: Callable[[str], object], ask: Ask | None = None) -> None:
    """Serve the review page until it is closed, Ctrl+C, or half an hour without a request.

    `ready` gets its address, which opens it once.
    """
    from glasswork.device.hardening import harden
    from glasswork.device.review import Page

    harden()
    with open_hold(workspace, ask) as hold, suppress(KeyboardInterrupt):
        served = Page(hold, lambda: _send(workspace, hold))
        ready(served.address())
        served.run()


def review(workspace: Workspace, ask: Ask | None = None) -> Review:
    """Everything held, in order. `device.hold.leaving` adds the markers with which it would leave."""
    with open_hold(workspace, ask) as hold:
        return holds.review(hold)


def drop(workspace: Workspace, chosen: Collection[Span | int], ask: Ask | None = None) -> int:
    """Delete spans of what is held, or whole records by number. Returns how many actions that were."""
    with open_hold(workspace, ask) as hold:
        return holds.drop(hold, chosen)


def withhold(workspace: Workspace, spans: Iterable[Span], ask: Ask | None = None, *, withheld: bool = True) -> int:
    """Keep the records of these spans from being sent, or release them. Returns how many records changed."""
    with open_hold(workspace, ask) as hold:
        return holds.withhold(hold, spans, withheld=withheld)


def tasks(workspace: Workspace, ask: Ask | None = None) -> list[Task]:
    """The named tasks in what is held, in order."""
    with open_hold(workspace, ask) as hold:
        return holds.tasks(hold)


def name_task(workspace: Workspace, name: str, span: Span, ask: Ask | None = None) -> Task:
    """Name a span of what is held as one task. Raises ChoiceRefused."""
    with open_hold(workspace, ask) as hold:
        return holds.name_task(hold, name, span)


def remove_task(workspace: Workspace, number: int, ask: Ask | None = None) -> bool:
    """Take a task's name away. False where there is no such task."""
    with open_hold(workspace, ask) as hold:
        return holds.remove_task(hold, number)


def prefer(workspace: Workspace, number: int, ask: Ask | None = None) -> str:
    """Say that a task was done the better way; returns its name. Raises ChoiceRefused."""
    with open_hold(workspace, ask) as hold:
        return holds.prefer(hold, number)


def send(workspace: Workspace, ask: Ask | None = None, progress: Callable[[str, int, int], None] | None = None) -> Sent:
    """Seal and send everything held and not withheld.

    Where the workspace's service is not up, it runs for as long as this takes.
    """
    with open_hold(workspace, ask) as hold:
        return _send(workspace, hold, progress)


def sending(workspace: Workspace) -> Choice:
    """Whether the recorder sends by itself, and what."""
    return chosen_sending(workspace.device)


def choose(workspace: Workspace, chosen: Choice) -> None:
    """Let the recorder send by itself, or not any more."""
    choose_sending(workspace.device, chosen)


def sent(workspace: Workspace) -> list[SentDay]:
    """What was sent, by the day on which it was recorded."""
    with holds.open_hold(workspace.device, None) as hold:
        return list(holds.sent(hold))


def _send(workspace: Workspace, hold: Hold, progress: Callable[[str, int, int], None] | None = None) -> Sent:
    device = workspace.settings.device
    with service.running(workspace):
        return send_held(
            hold,
            enrolment(workspace, device),
            load_key(workspace.device / f"{device}.key"),
            settings.in_force(workspace),
            progress=progress or (lambda step, done, total: None),
        )
