"""The recorder's pipeline: RawEvent → Event → Held → the hold. What is not yet held exists in this memory alone."""

import logging
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from glasswork.device import hold
from glasswork.device.hold import Context, Hold, Totals
from glasswork.device.hold.totals import totals_of
from glasswork.device.names import gazetteer
from glasswork.device.now import what
from glasswork.device.redaction import Redaction
from glasswork.device.redaction.front import Front
from glasswork.device.redaction.now import Now
from glasswork.device.reduce import Reduction
from glasswork.policy import Approved
from glasswork.schema.batch import Held
from glasswork.schema.event import Event
from glasswork.schema.raw import RawEvent, RawKind

QUIET_S: Final = 10.0
"""Without a key for this long, what was typed leaves this memory as a slot, whether or not its field was left."""

FLUSH_S: Final = 3.0
"""Actions wait for others this long, so that the disk is written seldom; the next event then takes them along."""

_log = logging.getLogger("glasswork.device")


class Pipeline:
    """One run of the recorder. Feed it raw events in order; `away` and `close` flush. Threads may share it."""

    def __init__(self, handle: Hold, approved: Approved, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds that pass while events come: of this machine, or of a day that is simulated."""
        self._hold = handle
        self._clock = clock
        self._policy_hash = approved.hash
        self._redaction = Redaction(approved.policy, names=gazetteer(handle.folder, handle.secret()))
        self._reduction = Reduction()
        self._lock = threading.Lock()
        self._pending: list[Held] = []
        self._open: Counter[RawKind] = Counter()  # raw events that are in no flushed action yet
        self._flushed_at = self._clock()
        self._due = float("inf")  # when to settle
        self._last_time = 0.0
        self._front: Front = self._redaction.front
        self.showing = ""
        """What is recorded, as the indicator names it; empty before the source has said what is in front."""
        self._context = self._new_context()

    def feed(self, raw: RawEvent) -> bool:
        """Take in one raw event. Returns whether `settle` is due in a while that was not before.

        Raises what `hold.append` does.
        """
        with self._lock:
            now, news = self._clock(), self._due == float("inf")
            self._last_time = raw.time
            # Only a key puts it off: a pointer that moves would keep in memory what was typed before.
            self._due = now + QUIET_S if raw.kind is RawKind.KEY_DOWN else min(self._due, now + QUIET_S)
            self._take(self._redaction.feed(raw))
            if self._redaction.front is not self._front or not self.showing:
                self._front = self._redaction.front
                self.showing = what(self._redaction.now())
            if self._pending and now - self._flushed_at >= FLUSH_S:
                self._flush()
            return news

    def now(self) -> Now:
        """What would be recorded of an input that came now. Without content."""
        with self._lock:
            return self._redaction.now()

    def seconds_left(self) -> float:
        """When `settle` is due. Infinite where nothing waits for it."""
        return max(0.0, self._due - self._clock())

    def settle(self) -> None:
        """If it is due: end the typed run that is open, and hold what was done. Content lives for seconds only."""
        with self._lock:
            if self.seconds_left() > 0:
                return
            self._take(self._redaction.finish())
            self._flush()
            self._due = float("inf")

    def away(self) -> None:
        """Capture ends for a while, for whatever reason: a gap like that of a lunch, and everything done is held."""
        with self._lock:
            self._take(self._redaction.feed(RawEvent(RawKind.AWAY, self._last_time)))
            self._flush()

    def close(self) -> None:
        """The end of the run: what was still open becomes actions, and all of it is held."""
        with self._lock:
            self._take(self._redaction.finish())
            self._pending += self._reduction.finish()
            self._flush()
            if any(self._open.values()):
                _log.error("raw events are missing from what was held: please report it")

    def forget(self, minutes: float) -> int:
        """Drop everything that is not held yet, and what was held in the last `minutes`. Returns as `hold.forget`."""
        with self._lock:
            self._redaction.forget()
            self._reduction.forget()
            self._pending.clear()
            self._open.clear()
            self._context = self._new_context()  # the stages number elements anew
            return hold.forget(self._hold, minutes)

    def totals(self) -> Totals:
        """Exact counts of what is held, was sent, and is still in this memory."""
        with self._lock:
            waiting = totals_of(self._pending)
            return hold.totals(self._hold) + Totals(dict(self._open), waiting.suppressed, waiting.lost)

    def _take(self, events: list[Event]) -> None:
        for event in events:
            self._open[event.source] += event.count
            self._pending += self._reduction.feed(event)

    def _flush(self) -> None:
        hold.append(self._hold, self._pending, self._context)
        self._open.subtract(totals_of(self._pending).raw)
        self._pending = []
        self._flushed_at = self._clock()

    def _new_context(self) -> Context:
        return Context(secrets.token_hex(16), self._policy_hash)
