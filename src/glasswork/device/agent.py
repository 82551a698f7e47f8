"""The recorder: an explicit state machine, and the loop that runs it.

    OFF ──approved──▶ COVERED ──shown──▶ RECORDING
                        ▲  ▲ ◀──hidden──     │
             resume ────┘  └─── inside       ├── pause ──▶ PAUSED
                                             └── outside ▶ RESTING

Nothing is captured but in RECORDING, and only an indicator that is seen leads there: no indicator, no capture. One
thread runs this loop, asleep until somebody calls; another reads the source while RECORDING, and does not exist else.
"""

import logging
import os
import selectors
import signal
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import Final

import msgspec

from glasswork import redact
from glasswork.device import control, hold
from glasswork.device.capturing import Capture, Leash, Permission, Source, Time
from glasswork.device.errors import DiskFull, HoldBusy, IndicatorLost
from glasswork.device.hardening import harden
from glasswork.device.hold.batches import write_durably
from glasswork.device.indicator import Lease
from glasswork.device.indicator import State as Shown
from glasswork.device.pipeline import Pipeline
from glasswork.policy import Approved, PolicyRefused, Reason, SignerRole, check

ACCEPTED: Final = "accepted.json"
_log = logging.getLogger("glasswork.device")


class State(StrEnum):
    """What the recorder does. It captures in RECORDING alone."""

    OFF = "off"
    REFUSED = "refused"  # no approved policy, or not any more
    COVERED = "covered"  # the indicator is not (yet) seen
    RECORDING = "recording"
    PAUSED = "paused"  # by the participant
    RESTING = "resting"  # the policy's schedule, or its sampling, leaves this time out
    STOPPED = "stopped"


class Cause(StrEnum):
    """What changes the state."""

    APPROVED = "approved"
    REFUSED = "refused"
    SHOWN = "shown"
    HIDDEN = "hidden"
    PAUSE = "pause"
    RESUME = "resume"
    OUTSIDE = "outside"
    INSIDE = "inside"
    STOP = "stop"


_RUNNING: Final = (State.COVERED, State.RECORDING, State.PAUSED, State.RESTING)
_TABLE: Final[dict[tuple[State, Cause], State]] = {
    (State.OFF, Cause.APPROVED): State.COVERED,
    (State.OFF, Cause.REFUSED): State.REFUSED,
    (State.OFF, Cause.STOP): State.STOPPED,
    (State.REFUSED, Cause.STOP): State.STOPPED,
    (State.COVERED, Cause.SHOWN): State.RECORDING,
    (State.RECORDING, Cause.HIDDEN): State.COVERED,
    (State.PAUSED, Cause.RESUME): State.COVERED,
    (State.RESTING, Cause.INSIDE): State.COVERED,
    (State.COVERED, Cause.OUTSIDE): State.RESTING,
    (State.RECORDING, Cause.OUTSIDE): State.RESTING,
    **{(state, Cause.PAUSE): State.PAUSED for state in _RUNNING},
    **{(state, Cause.REFUSED): State.REFUSED for state in _RUNNING},
    **{(state, Cause.STOP): State.STOPPED for state in _RUNNING},
}


_CAUSES: Final = {Time.INSIDE: Cause.INSIDE, Time.OUTSIDE: Cause.OUTSIDE, Time.EXPIRED: Cause.REFUSED}
_SHOWN: Final = {State.RECORDING: Shown.RECORDING, State.PAUSED: Shown.PAUSED, State.REFUSED: Shown.REFUSED}
_REASONS: Final = {
    State.OFF: "it has not begun",
    State.REFUSED: "there is no approved policy",
    State.COVERED: "the indicator cannot be seen",
    State.RECORDING: "",
    State.PAUSED: "",  # a pause needs no reason
    State.RESTING: "the policy leaves this time out",
    State.STOPPED: "it was stopped, or has nothing more to read",
}


def transition(state: State, cause: Cause) -> State:
    """The state after `cause`. What a state does not know leaves it as it is."""
    return _TABLE.get((state, cause), state)


def approved_policy(folder: Path, signed: bytes, now: datetime | None = None) -> Approved:
    """Check the bytes of a signed bundle against what this device has accepted before, and remember it.

    The first bundle pins the quorum's keys; the epoch never goes back. Raises PolicyRefused (exit code 78).
    """
    path = folder / ACCEPTED
    try:
        before = msgspec.json.decode(path.read_bytes(), type=_Accepted) if path.exists() else _Accepted()
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise PolicyRefused(
            Reason.DAMAGED,
            f"The file {ACCEPTED}, in which this device remembers what it has accepted, is damaged. Enrol again.",
        ) from None
    approved = check(signed, now=now or datetime.now(UTC), last_epoch=before.epoch, pinned=before.keys or None)
    write_durably(path, msgspec.json.encode(_Accepted(approved.policy.epoch, before.keys or approved.keys)))
    return approved


class _Accepted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    epoch: int = 0
    keys: dict[SignerRole, str] = {}


def run(folder: Path, signed: bytes, key: bytes, source: Source, indicate: Callable[[], Lease]) -> None:
    """Record until asked to stop (control socket, SIGINT, SIGTERM), or until the source ends.

    `folder` is the workspace's device folder, `signed` the signed bundle, `key` the hold's. `indicate` starts the
    indicator (`Lease.start`), and only after the policy, the redactor's self-test and the hold were found good.

    Raises PolicyRefused and RedactorBroken (nothing was recorded, or nothing more), AgentRunning, IndicatorLost,
    DisplayLost, DiskFull, CaptureFailed: what was recorded until then is held.
    """
    for weakness in harden():
        _log.warning(weakness)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    approved = approved_policy(folder, signed)
    redact.self_test()
    with (
        control.listening(folder) as listener,
        hold.open_hold(folder, key) as handle,
        closing(indicate()) as lease,
        closing(_Agent(handle, approved, source, lease)) as agent,
    ):
        agent.loop(listener)


class _Agent:
    """The loop, and what it remembers: the state, and the capture that exists while it is RECORDING."""

    def __init__(self, handle: hold.Hold, approved: Approved, source: Source, lease: Lease) -> None:
        self._hold, self._policy, self._source = handle, approved.policy, source
        self._pipeline = Pipeline(handle, approved)
        self._permission = Permission(approved.policy)
        self._woken, self._waker = os.pipe()
        self._leash = Leash(lease, self._wake)
        self._capture: Capture | None = None
        self._state, self._since = State.OFF, datetime.now().astimezone()
        self._stopping = False
        self._expired_on = date.min

    def loop(self, listener: socket.socket) -> None:
        """Run until STOPPED. Whatever else ends it is raised."""
        with selectors.DefaultSelector() as selector, _signals(self._stop):
            for waited in (listener, self._woken, self._leash):
                selector.register(waited, selectors.EVENT_READ)
            self._become(Cause.APPROVED)
            self._observe()
            while self._state in _RUNNING:
                patience = min(
                    self._permission.seconds_left(), self._leash.seconds_left(), self._pipeline.seconds_left()
                )
                for ready, _ in selector.select(patience):
                    if ready.fileobj is listener:
                        control.answer(listener, self._obey)
                    elif ready.fd == self._woken:
                        os.read(self._woken, 4096)
                self._observe()
        if self._state is State.REFUSED:
            raise PolicyRefused(
                Reason.EXPIRED, "The policy has expired, so recording stopped. Ask the board for a new version."
            )

    def close(self) -> None:
        """End capture, and hold what was done until now."""
        try:
            self._end_capture()
        finally:
            self._pipeline.close()
            self._leash.show(Shown.OFF)
            os.close(self._woken)
            os.close(self._waker)

    def _observe(self) -> None:
        """Bring the state up to what is the case: the wish to stop, the source, the time, the indicator."""
        capture = self._capture
        if self._stopping or (capture is not None and capture.exhausted()):
            self._become(Cause.STOP)
            return
        self._pipeline.settle()
        self._become(_CAUSES[self._permission.time()])
        holds = self._leash.holds()
        if self._leash.ended():
            self._end_capture()
            raise IndicatorLost
        self._become(Cause.SHOWN if holds else Cause.HIDDEN)
        if self._leash.clicked():
            self._become(Cause.RESUME if self._state is State.PAUSED else Cause.PAUSE)
        if self._capture is not None and self._capture.ended():  # by an error, or by a doubt that is over already
            self._end_capture()
            self._pipeline.away()
            self._begin_capture()
        if (today := date.today()) != self._expired_on:
            hold.expire(self._hold, self._policy.hold_days)
            self._expired_on = today

    def _become(self, cause: Cause) -> None:
        before, self._state = self._state, transition(self._state, cause)
        if self._state is before:
            return
        self._since = datetime.now().astimezone()
        try:
            if before is State.RECORDING:
                self._end_capture()
                if self._state is not State.STOPPED:
                    self._pipeline.away()
        finally:  # what is shown is true even where the disk is full
            _log.info("the recorder is %s", self._state)
            self._leash.show(_SHOWN.get(self._state, Shown.OFF))
        if self._state is State.RECORDING:
            self._begin_capture()

    def _begin_capture(self) -> None:
        self._capture = Capture(self._source, self._pipeline, self._permission, self._leash, self._wake)

    def _end_capture(self, *, discard: bool = False) -> None:
        """Raises what had ended it by itself."""
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.stop(discard=discard)

    def _wake(self) -> None:
        os.write(self._waker, b"w")

    def _stop(self) -> None:
        self._stopping = True
        self._wake()

    def _obey(self, request: control.Fields) -> control.Fields:
        """Answer a request of the control socket."""
        try:
            match request:
                case {"command": "status"}:
                    pass
                case {"command": "pause"}:
                    self._become(Cause.PAUSE)
                case {"command": "resume"}:
                    self._become(Cause.RESUME)
                    self._observe()
                case {"command": "stop"}:
                    self._stopping = True
                case {"command": "forget", "minutes": int() | float() as minutes}:
                    return {"ok": True, "forgotten": self._forget(minutes)}
                case _:
                    return {"ok": False, "message": "The recorder knows no such command."}
            return {"ok": True} | self._status()
        except (HoldBusy, DiskFull) as error:
            return {"ok": False, "message": str(error)}

    def _forget(self, minutes: float) -> int:
        """What the source has read and not yet handed over is forgotten too, so capture begins anew."""
        if self._state is not State.RECORDING:
            return self._pipeline.forget(minutes)
        self._end_capture(discard=True)
        try:
            return self._pipeline.forget(minutes)
        finally:
            self._begin_capture()

    def _status(self) -> control.Fields:
        totals = self._pipeline.totals()
        return {
            "state": self._state,
            "reason": _REASONS[self._state],
            "since": self._since.isoformat(timespec="seconds"),
            "held_actions": hold.count(self._hold),
            "raw": sum(totals.raw.values()),
            "suppressed": totals.suppressed,
            "lost": totals.lost,
        }


@contextmanager
def _signals(stop: Callable[[], None]) -> Generator[None]:
    """SIGINT and SIGTERM end the recorder cleanly, where it runs in the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handler(number: int, frame: FrameType | None) -> None:
        stop()

    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
