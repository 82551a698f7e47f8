"""The recorder: run it in this process, or ask the one that runs to pause, go on, forget or end."""

import logging
from collections.abc import Iterator
from typing import Any

import msgspec

from glasswork.api.errors import NotObeyed
from glasswork.api.held import Ask, open_hold
from glasswork.api.workspace import Workspace, approved, signed_bundle
from glasswork.device import hold as holds
from glasswork.device.control import ask as ask_recorder
from glasswork.device.control import follow
from glasswork.device.errors import AgentAbsent
from glasswork.device.hold import Totals, keyring
from glasswork.device.meter import Meter, Reading
from glasswork.device.participation import check_participation
from glasswork.schema.raw import RawEvent

OFF = "off"
COVERS = "Envelopes with nothing in them go on, so that nobody can tell (`glasswork send --by-itself off` ends that)."
_log = logging.getLogger("glasswork.device")


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What the recorder does, for its participant. Counts are those of everything held and sent from here."""

    state: str
    reason: str = ""
    since: str = ""
    """When it came into this state: a local time in ISO format."""
    held_actions: int = 0
    raw: int = 0
    suppressed: int = 0
    lost: int = 0
    meter: Reading | None = None  # where one runs
    weaknesses: tuple[str, ...] = ()
    """In words, what could not be done to keep the recorder's memory to itself."""
    shortcuts_taken: str = ""
    """The letters of the global shortcuts that another program has."""


def record(workspace: Workspace, ask: Ask | None = None) -> None:
    """Record this desktop in this process, with the indicator, until asked to stop, SIGTERM or Ctrl+C.

    For who takes no part and had chosen to send by itself, keep the slots alone (`device.covering`), also when they
    opt out, or come into an excluded role, while it records.

    Raises PolicyRefused, SettingsRefused or WorkspaceError (78: nothing was recorded), HoldLocked, DisplayLost,
    IndicatorLost and what else `device.agent.run` raises: what was recorded until then is held.
    """
    from glasswork.device.covering import cover
    from glasswork.device.send import choice
    from glasswork.policy import PolicyRefused, Reason

    policy, key = approved(workspace).policy, b""
    try:
        check_participation(workspace.device, policy)
        key = holds.find_key(workspace.device, ask)
        _capture(workspace, key)
    except PolicyRefused as refused:
        if refused.reason is not Reason.EXCLUDED or not choice(workspace.device).by_itself:
            raise
        _log.warning("%s %s", refused, COVERS)
        cover(workspace.device, key or holds.find_key(workspace.device, ask), policy)


def _capture(workspace: Workspace, key: bytes) -> None:
    from glasswork.api.settings import in_force
    from glasswork.device import agent
    from glasswork.device.capture import accessible, desktop
    from glasswork.device.capture.browser import pages
    from glasswork.device.display import WAYLAND, is_wayland
    from glasswork.device.indicator import Lease
    from glasswork.redact import is_secret_label

    meter = Meter(workspace.device)
    if wayland := is_wayland():
        _log.warning(WAYLAND)
    with pages.listening(workspace.device, lambda: in_force(workspace).policy.sites, is_secret_label) as companion:

        def source(stop: int) -> Iterator[RawEvent]:
            events = accessible.events if wayland else desktop.events
            return events(stop, is_secret=is_secret_label, pages=companion, pace=meter.pace)

        agent.run(workspace.device, signed_bundle(workspace), key, source, Lease.start, meter)


def status(workspace: Workspace, ask: Ask | None = None) -> Status:
    """What the recorder does; where none runs, what is held."""
    try:
        return running(workspace)
    except AgentAbsent:
        with open_hold(workspace, ask) as hold:
            totals = holds.totals(hold)
            return Status(
                state=OFF,
                held_actions=holds.count(hold),
                raw=sum(totals.raw.values()),
                suppressed=totals.suppressed,
                lost=totals.lost,
            )


def running(workspace: Workspace) -> Status:
    """What the recorder does. Raises AgentAbsent."""
    return msgspec.convert(ask_recorder(workspace.device, "status"), Status)


def now(workspace: Workspace) -> dict[str, Any]:
    """What would be recorded now: the answer of `device.now.fields`. Raises AgentAbsent."""
    return _obeyed(ask_recorder(workspace.device, "now"))


def watch(workspace: Workspace) -> Iterator[dict[str, Any]]:
    """The same, and again whenever it changes, until the recorder ends. Raises AgentAbsent."""
    return follow(workspace.device)


def state(workspace: Workspace) -> str:
    """The state of the recorder alone; `off` where none runs."""
    try:
        return running(workspace).state
    except AgentAbsent:
        return OFF


def pause(workspace: Workspace) -> dict[str, Any]:
    """Stop recording, now, for as long as you like. Raises AgentAbsent."""
    return _obeyed(ask_recorder(workspace.device, "pause"))


def resume(workspace: Workspace) -> dict[str, Any]:
    """Go on recording. Raises AgentAbsent."""
    return _obeyed(ask_recorder(workspace.device, "resume"))


def forget(workspace: Workspace, minutes: float, ask: Ask | None = None) -> int:
    """Delete what was recorded in the last `minutes` and not sent. Returns how many actions that were."""
    try:
        return int(_obeyed(ask_recorder(workspace.device, "forget", minutes=minutes))["forgotten"])
    except AgentAbsent:
        with open_hold(workspace, ask) as hold:
            return holds.forget(hold, minutes)


def _obeyed(answer: dict[str, Any]) -> dict[str, Any]:
    if answer.get("ok"):
        return answer
    raise NotObeyed(str(answer.get("message") or "The recorder could not do that. See `glasswork status`."))


def totals(workspace: Workspace, ask: Ask | None = None) -> Totals:
    """Exact counts of everything that was held here and not forgotten, whether or not it was sent."""
    with open_hold(workspace, ask) as hold:
        return holds.totals(hold)


def keyring_there() -> bool:
    """Whether this machine's kernel keeps keys for us. Where it does not, the hold needs a passphrase."""
    probe = "glasswork-probe"
    there = keyring.put(probe, b"probe")
    keyring.remove(probe)
    return there
