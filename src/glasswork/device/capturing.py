"""Capturing: the thread that reads the source while the recorder is RECORDING, and what it asks before each event."""

import os
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import Final

from glasswork.device.awake import Awake
from glasswork.device.errors import CaptureFailed
from glasswork.device.leash import Leash
from glasswork.device.meter import Level, Meter
from glasswork.device.own_input import OwnInput
from glasswork.device.participation import Participation
from glasswork.device.permission import Permission
from glasswork.device.pipeline import Pipeline
from glasswork.schema.errors import GlassworkError
from glasswork.schema.raw import RawEvent

Source = Callable[[int], Iterator[RawEvent]]
"""Raw events until the file descriptor becomes readable (`capture.desktop.events`). Closing it ends the capture."""

LOOK_EVERY_S: Final = 0.02
"""What may forbid to record is looked at before an event, unless it was within this time: once for those that a source
read together."""


class Capture:
    """One connection to the source, and the thread that reads it into the pipeline."""

    def __init__(
        self,
        source: Source,
        pipeline: Pipeline,
        permission: Permission,
        participation: Participation,
        leash: Leash,
        meter: Meter,
        wake: Callable[[], None],
    ) -> None:
        """Begin. `wake` is called when it has ended by itself, and when the pipeline is to be settled in a while."""
        self._source, self._pipeline, self._permission, self._leash = source, pipeline, permission, leash
        self._participation, self._meter, self._wake = participation, meter, wake
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
        pipeline, leash = self._pipeline, self._leash
        own, awake = OwnInput(), Awake()
        look_at = 0.0
        try:
            for raw in events:
                if self._discard:
                    return
                # This clock goes on while the machine is suspended.
                if (now := time.clock_gettime(time.CLOCK_BOOTTIME)) >= look_at:
                    if not self._allowed():
                        return
                    if awake.slept():
                        pipeline.away()
                    look_at = now + LOOK_EVERY_S
                if not own.takes(raw, leash.box()):
                    if pipeline.feed(raw):
                        self._wake()
                    leash.tell(pipeline.showing)
                del raw  # the next event may be hours away, and this frame waits for it
            self._exhausted = True
        finally:
            if isinstance(events, Generator):
                events.close()

    def _allowed(self) -> bool:
        if (
            not self._permission.holds()
            or self._participation.refusal() is not None
            or self._meter.tick() is Level.STOP
        ):
            return False
        return self._leash.active(self._pipeline.showing)


def _bare(error: GlassworkError) -> GlassworkError:
    """The error without the frames it passed through, which hold raw events."""
    error.__traceback__ = error.__context__ = error.__cause__ = None
    return error
