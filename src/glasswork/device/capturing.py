"""Capturing: the thread that reads the source while the recorder is RECORDING, and what it asks before each event."""

import os
import random
import threading
import time
from collections.abc import Callable, Generator, Iterator
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from glasswork.device.errors import CaptureFailed
from glasswork.device.indicator import ACKNOWLEDGE_S, Lease, State
from glasswork.device.pipeline import Pipeline
from glasswork.policy import Policy, in_schedule
from glasswork.schema.errors import GlassworkError
from glasswork.schema.raw import RawEvent

SHOW_EVERY_S: Final = 0.5
"""While events come, the indicator is told so this often, and must acknowledge it."""

Source = Callable[[int], Iterator[RawEvent]]
"""Raw events until the file descriptor becomes readable (`capture.desktop.events`). Closing it ends the capture."""


class Time(Enum):
    """What the policy says of the present time."""

    INSIDE = auto()
    OUTSIDE = auto()  # of its hours, or this run is not in its sample
    EXPIRED = auto()


class Permission:
    """Whether the policy lets this moment be recorded."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._sampled = random.random() < policy.sampling_share
        self._asked, self._until = 0.0, 0.0

    def time(self) -> Time:
        """What the policy says now."""
        now = datetime.now().astimezone()
        next_hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        self._asked, self._until = now.timestamp(), min(next_hour, self._policy.expires).timestamp()
        if now >= self._policy.expires:
            return Time.EXPIRED
        return Time.INSIDE if self._sampled and in_schedule(self._policy, now) else Time.OUTSIDE

    def holds(self) -> bool:
        """Whether it may be recorded now. It looks again only when an hour is over, or the clock has jumped."""
        return self._asked <= time.time() < self._until or self.time() is Time.INSIDE

    def seconds_left(self) -> float:
        """For how long the last answer stands."""
        return max(0.0, self._until - time.time())


class Leash:
    """The Lease, shared by the recorder's two threads, and what the indicator was last told."""

    def __init__(self, lease: Lease, wake: Callable[[], None]) -> None:
        """`wake` has the recorder's loop look at the lease again."""
        self._lease, self._wake = lease, wake
        self._lock = threading.Lock()
        self._app, self._shown_at, self._clicks = "", float("-inf"), 0

    def fileno(self) -> int:
        """Readable when the indicator has said something."""
        return self._lease.fileno()

    def show(self, state: State, app: str = "") -> None:
        """Have the indicator show this, which it must acknowledge within a second."""
        with self._lock:
            self._app, self._shown_at = app, time.monotonic()
            self._lease.show(state, app)
        self._wake()

    def active(self, app: str) -> bool:
        """Before each event: whether it may be captured. Tells the indicator anew when that is due."""
        if app != self._app or time.monotonic() - self._shown_at >= SHOW_EVERY_S:
            self.show(State.RECORDING, app)
        with self._lock:
            held = self._lease.holds()
        return held or self.holds()  # what it has said since the loop last looked

    def holds(self) -> bool:
        """Whether the indicator is there, can be seen, and has acknowledged what it was told."""
        with self._lock:
            self._clicks += self._lease.update()
            return self._lease.holds()

    def ended(self) -> bool:
        """Whether the indicator is gone."""
        return not self._lease.open

    def clicked(self) -> bool:
        """Whether the participant has clicked on it (an odd number of times) since this was last asked."""
        with self._lock:
            clicks, self._clicks = self._clicks, 0
        return clicks % 2 == 1

    def seconds_left(self) -> float:
        """When to look again: what was shown last is overdue then. Infinite once that is past."""
        left = self._shown_at + ACKNOWLEDGE_S - time.monotonic()
        return left + 0.01 if left > 0 else float("inf")


class Capture:
    """One connection to the source, and the thread that reads it into the pipeline."""

    def __init__(
        self, source: Source, pipeline: Pipeline, permission: Permission, leash: Leash, wake: Callable[[], None]
    ) -> None:
        """Begin. `wake` is called when it has ended by itself."""
        self._source, self._pipeline, self._permission, self._leash = source, pipeline, permission, leash
        self._wake = wake
        self._stopped, self._stop = os.pipe()
        self._discard = self._exhausted = self._ended = False
        self._error: GlassworkError | None = None
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)
        self._thread.start()

    def stop(self, *, discard: bool = False) -> None:
        """Close the source and wait until it is closed. What it had read is taken in, or discarded.

        Raises what had ended it before.
        """
        self._discard = discard
        os.write(self._stop, b"s")
        self._thread.join()
        os.close(self._stopped)
        os.close(self._stop)
        if self._error is not None:
            raise self._error

    def ended(self) -> bool:
        """Whether it has ended by itself, though the source may have more."""
        return self._ended and not self._exhausted

    def exhausted(self) -> bool:
        """Whether it has ended because the source has no more."""
        return self._exhausted

    def _run(self) -> None:
        try:
            self._read()
        except GlassworkError as error:
            self._error = _bare(error)
        except BaseException as error:
            self._error = CaptureFailed(type(error).__name__)
        self._ended = True  # before the loop is woken, which looks at it
        self._wake()

    def _read(self) -> None:
        events = self._source(self._stopped)
        try:
            for raw in events:
                if self._discard or not self._permission.holds() or not self._leash.active(self._pipeline.app):
                    return
                self._pipeline.feed(raw)
                del raw  # the next event may be hours away, and this frame waits for it
            self._exhausted = True
        finally:
            if isinstance(events, Generator):
                events.close()


def _bare(error: GlassworkError) -> GlassworkError:
    """The error without the frames it passed through, which hold raw events."""
    error.__traceback__ = error.__context__ = error.__cause__ = None
    return error
