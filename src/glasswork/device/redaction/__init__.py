"""Redaction on the device: RawEvent → Event. Content goes in; tokens, classes and numbers come out.

    redact_events(raw, policy, imported=False)   a stream of raw events as a stream of events
    Redaction(policy, imported=False)            the same step by step: feed, finish, forget

A recording that does not say what has the focus (DuckTrack) says of every key that it is no secret. What was typed
is then suppressed only where it looks like a secret, so import recordings of which that is enough.
"""

from collections.abc import Iterable, Iterator

from glasswork.device.redaction.stage import Redaction
from glasswork.policy.model import Policy
from glasswork.redact.finding import Names
from glasswork.schema.event import Event
from glasswork.schema.raw import RawEvent

__all__ = ["Redaction", "redact_events"]


def redact_events(
    raw: Iterable[RawEvent], policy: Policy, *, imported: bool = False, names: Names | None = None
) -> Iterator[Event]:
    """The events of a whole stream of raw events, in order. What fails is suppressed; nothing is raised.

    `names` are those of `Redaction`.
    """
    stage = Redaction(policy, imported, names)
    feed = stage.feed
    for event in raw:
        yield from feed(event)
    yield from stage.finish()
