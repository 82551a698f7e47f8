"""The recorder: run it in this process, or ask the one that runs to pause, go on, forget or end."""

from typing import Any

import msgspec

from glasswork.api.errors import NotObeyed
from glasswork.api.held import Ask, open_hold
from glasswork.api.workspace import Workspace, signed_bundle
from glasswork.device import hold as holds
from glasswork.device.control import ask as ask_recorder
from glasswork.device.errors import AgentAbsent
from glasswork.device.hold import Totals, keyring

OFF = "off"


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What the recorder does, for its participant. Counts are those of everything held and sent from here."""

    state: str
    reason: str = ""
    held_actions: int = 0
    raw: int = 0
    suppressed: int = 0
    lost: int = 0


def record(workspace: Workspace, ask: Ask | None = None) -> None:
    """Record this desktop in this process, with the indicator, until asked to stop, SIGTERM or Ctrl+C.

    Raises PolicyRefused or WorkspaceError (78: nothing was recorded), HoldLocked, DisplayLost, IndicatorLost and what
    else `device.agent.run` raises: what was recorded until then is held.
    """
    from glasswork.device import agent
    from glasswork.device.capture import desktop
    from glasswork.device.indicator import Lease
    from glasswork.redact import is_secret_label

    agent.run(
        workspace.device,
        signed_bundle(workspace),
        holds.find_key(workspace.device, ask),
        lambda stop: desktop.events(stop, is_secret=is_secret_label),
        Lease.start,
    )


def status(workspace: Workspace, ask: Ask | None = None) -> Status:
    """What the recorder does; where none runs, what is held."""
    try:
        return msgspec.convert(ask_recorder(workspace.device, "status"), Status)
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


def state(workspace: Workspace) -> str:
    """The state of the recorder alone; `off` where none runs."""
    try:
        return str(ask_recorder(workspace.device, "status").get("state"))
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
