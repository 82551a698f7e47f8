"""Notice that somebody works while the recorder says nothing, without seeing what they do.

The X server's own idle counter (XSync's IDLETIME) raises an alarm when input comes after a rest. While it records, the
recorder then has something to show; if it does not, it is stopped or stuck. In between no timer runs, and nobody wakes.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportAttributeAccessIssue=false
# xcffib is generated code without types.

from struct import Struct
from typing import Any, Final

import xcffib
from xcffib import sync

from glasswork.device.display import is_xwayland

REST_S: Final = 1.0
"""After a rest this long, input raises the alarm. Longer than the recorder lets pass between two messages."""

_COUNTERS: Final = Struct("=8xI20x")  # the head of a ListSystemCounters reply: how many
_COUNTER: Final = Struct("=I8xH")  # counter, length of the name that follows, padded to four bytes


class Activity:
    """The alarm. Where the server has no such counter, or is XWayland, whose input is not read, none is raised."""

    def __init__(self, x: xcffib.Connection) -> None:
        self._alarm: int = x.generate_id()
        if is_xwayland(x) or not x.core.QueryExtension(len(sync.key.name), sync.key.name).reply().present:
            return
        extension = x(sync.key)
        extension.Initialize(3, 1).reply()
        counter = _idle_counter(x, extension)
        if counter:
            limit, never = sync.INT64.synthetic(0, round(REST_S * 1000)), sync.INT64.synthetic(0, 0)
            wanted = sync.CA.Counter | sync.CA.ValueType | sync.CA.Value
            wanted |= sync.CA.TestType | sync.CA.Delta | sync.CA.Events
            absolute, falls = sync.VALUETYPE.Absolute, sync.TESTTYPE.NegativeTransition
            extension.CreateAlarm(self._alarm, wanted, [counter, absolute, limit, falls, never, 1])
            x.flush()

    def is_alarm(self, event: Any) -> bool:
        """Whether this event says that somebody has begun to work."""
        return isinstance(event, sync.AlarmNotifyEvent) and event.alarm == self._alarm


def _idle_counter(x: xcffib.Connection, extension: Any) -> int:
    """The number of the counter IDLETIME, 0 if there is none. xcffib cannot read the list: it forgets the padding."""
    reply = x.wait_for_reply(extension.ListSystemCounters().sequence)
    (data,) = reply.unpack(f"={reply.known_max}s")
    at = _COUNTERS.size
    for _ in range(_COUNTERS.unpack_from(data)[0]):
        counter, length = _COUNTER.unpack_from(data, at)
        at += _COUNTER.size
        if data[at : at + length] == b"IDLETIME":
            return counter
        at += length + -(length + 2) % 4
    return 0
