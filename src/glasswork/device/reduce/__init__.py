"""Reduction on the device: Event → Held(Action). Times, positions and exact numbers end here.

reduce(events)   a stream of events as a stream of held actions
Reduction()      the same step by step: feed, finish, forget
"""

from collections.abc import Iterable, Iterator

from glasswork.device.reduce.machine import Reduction
from glasswork.schema.batch import Held
from glasswork.schema.event import Event

__all__ = ["Reduction", "reduce"]


def reduce(events: Iterable[Event]) -> Iterator[Held]:
    """The actions of a whole stream of events, in order."""
    machine = Reduction()
    feed = machine.feed
    for event in events:
        yield from feed(event)
    yield from machine.finish()
