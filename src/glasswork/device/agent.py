"""The recorder: the loop that runs the state machine of `states`.

One thread runs this loop, asleep until somebody calls; another reads the source while RECORDING, and does not exist
else (`capturing`).
"""

import logging
import os
import select
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from types import FrameType
from typing import Final

from glasswork import redact
from glasswork.device import control, hold, notices, now, settings, unfinished
from glasswork.device.accepted import approved_policy
from glasswork.device.capturing import Capture, Source
from glasswork.device.errors import CaptureFailed, DiskFull, HoldBusy, IndicatorLost, NoticeUnread, SettingsRefused
from glasswork.device.hardening import harden
from glasswork.device.hold import handing
from glasswork.device.indicator import FORGET_MINUTES, Lease, Wish
from glasswork.device.leash import Leash
from glasswork.device.meter import Level, Meter
from glasswork.device.participation import Participation, check_participation
from glasswork.device.permission import Permission, Time
from glasswork.device.pipeline import Pipeline
from glasswork.device.send import Clockwork
from glasswork.device.states import REASONS, RUNNING, Cause, State, transition
from glasswork.policy import Approved, PolicyRefused, Reason
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Reason as Why

_CAUSES: Final = {Time.INSIDE: Cause.INSIDE, Time.OUTSIDE: Cause.OUTSIDE, Time.EXPIRED: Cause.REFUSED}
_log = logging.getLogger("glasswork.device")


def run(
    folder: Path,
    signed: bytes,
    key: bytes,
    source: Source,
    indicate: Callable[[], Lease],
    meter: Meter | None = None,
) -> None:
    """Record until asked to stop (control socket, SIGINT, SIGTERM), or until the source ends.

    `folder` is the workspace's device folder, `signed` the signed bundle, `key` the hold's. `indicate` starts the
    indicator (`Lease.start`), and only after the policy, the redactor's self-test and the hold were found good; once
    more where that one does not answer any longer. `meter` is given where the source asks it for its pace.

    Raises PolicyRefused (also for who has opted out or is in an excluded role: nothing was opened, or where it came to
    that later, nothing more is recorded), SettingsRefused and RedactorBroken (nothing was recorded, or nothing more),
    AgentRunning, IndicatorLost, DisplayLost, DiskFull, CaptureFailed: what was recorded until then is held.
    """
    weaknesses = harden()
    for weakness in weaknesses:
        _log.warning(weakness)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    approved = approved_policy(folder, signed)
    check_participation(folder, approved.policy)
    in_force = settings.in_force(approved, folder)
    redact.self_test()
    with (
        control.listening(folder) as listener,
        hold.open_hold(folder, key) as handle,
        closing(_Agent(handle, approved, in_force, source, indicate, meter or Meter(folder))) as agent,
    ):
        agent.weaknesses = weaknesses
        agent.loop(listener)


class _Agent:
    """The loop, and what it remembers: the state, and the capture that exists while it is RECORDING."""

    def __init__(
        self,
        handle: hold.Hold,
        approved: Approved,
        in_force: Approved,
        source: Source,
        indicate: Callable[[], Lease],
        meter: Meter,
    ) -> None:
        self._hold, self._approved, self._source, self._meter = handle, approved, source, meter
        self._adopt(in_force)
        self._participation = Participation(handle.folder, approved.policy)
        self._refusal: PolicyRefused | None = None
        self._woken, self._waker = os.pipe()
        self._leash = Leash(indicate, self._wake)
        self._capture: Capture | None = None
        self._state, self._since = State.OFF, datetime.now().astimezone()
        self._stopping = self._broken = False
        self._expired_on = date.min
        self._watchers = control.Watchers()
        self._clockwork = Clockwork(handle.folder, handle.secret())
        self._review: subprocess.Popen[bytes] | None = None
        self.weaknesses: list[str] = []
        """What `harden` could not do."""

    def loop(self, listener: socket.socket) -> None:
        """Run until STOPPED. Whatever else ends it is raised."""
        try:
            with _signals(self._stop):
                self._loop(listener)
        except CaptureFailed:
            self._broken = True
            raise
        if self._refusal is not None:
            raise self._refusal
        if self._state is State.REFUSED:
            raise PolicyRefused(
                Reason.EXPIRED, "The policy has expired, so recording stopped. Ask the board for a new version."
            )

    def _loop(self, listener: socket.socket) -> None:
        if unfinished.found(self._hold.folder):
            self._pipeline.feed(RawEvent(RawKind.LOST, 0.0, count=1, reason=Why.SOURCE))
        self._become(Cause.APPROVED)
        if not notices.was_shown(self._hold.folder, self._approved):
            self._become(Cause.PAUSE)
        self._observe()
        while self._state in RUNNING:
            waiting = (
                self._permission,
                self._participation,
                self._leash,
                self._pipeline,
                self._meter,
                self._clockwork,
            )
            patience = min(one.seconds_left() for one in waiting)
            ready = select.select((listener, self._woken, self._leash), (), (), patience)[0]
            if self._woken in ready:
                os.read(self._woken, 4096)
            if listener in ready:
                control.answer(listener, self._obey, self._watchers)
            self._observe()
            self._watchers.tell(self._now)

    def close(self) -> None:
        """End capture, and hold what was done until now."""
        try:
            self._end_capture()
        finally:
            try:
                self._pipeline.close()
                if not self._broken:
                    unfinished.end(self._hold.folder)
            finally:
                if self._state in RUNNING:  # something else than a wish ended it
                    self._leash.show(State.OFF)
                self._watchers.close()
                self._leash.close()
                os.close(self._woken)
                os.close(self._waker)

    def _observe(self) -> None:
        """Bring the state up to what is the case: the wish to stop, the source, the time, the indicator."""
        capture = self._capture
        if self._stopping or (capture is not None and capture.exhausted()):
            self._become(Cause.STOP)
            return
        self._heed_participation()
        if self._refusal is not None:
            return
        self._pipeline.settle()
        self._clockwork.tick()
        self._become(self._time())
        holds = self._leash.holds()
        if self._leash.ended():
            self._end_capture()
            raise IndicatorLost
        self._become(Cause.SHOWN if holds else Cause.HIDDEN)
        if self._leash.renew_if_frozen():
            _log.warning("the indicator did not answer, so another one was started")
        for wish in self._leash.wishes():
            self._grant(wish)
        if self._state is State.RECORDING and (self._capture is None or self._capture.ended()):
            # By an error, or by a doubt that is over already. What is shown is true again, or the recorder ends.
            self._end_capture()
            self._pipeline.away()
            self._begin_capture()
        if (today := date.today()) != self._expired_on:
            hold.expire(self._hold, self._in_force.policy.hold_days)
            self._expired_on = today

    def _heed_participation(self) -> None:
        """Stop where its participant takes no part any more. On the screen it looks like any other end."""
        self._refusal = self._refusal or self._participation.refusal()
        if self._refusal is not None:
            self._become(Cause.STOP)

    def _time(self) -> Cause:
        """What the policy says of this moment: its expiry, its schedule and sampling, its budget."""
        cause = _CAUSES[self._permission.time()]
        spent = self._meter.tick() is Level.STOP
        return Cause.OUTSIDE if cause is Cause.INSIDE and spent else cause

    def _adopt(self, in_force: Approved) -> None:
        """Record from now on as this says: the signed policy, narrowed by local settings."""
        self._in_force = in_force
        self._pipeline = Pipeline(self._hold, in_force)
        self._permission = Permission(in_force.policy, self._hold.folder)
        self._meter.budget = in_force.policy.budget

    def _become(self, cause: Cause) -> None:
        before, self._state = self._state, transition(self._state, cause)
        if self._state is before:
            return
        self._since = datetime.now().astimezone()
        try:
            if before is State.RECORDING:
                self._end_capture(discard=self._refusal is not None)
                if self._state is not State.STOPPED:
                    self._pipeline.away()
                    unfinished.end(self._hold.folder)
        finally:  # what is shown is true even where the disk is full
            _log.info("the recorder is %s", self._state)
            self._show()
        if self._state is State.RECORDING:
            self._begin_capture()

    def _show(self, note: str = "") -> None:
        """Have the indicator show the state: what is recorded, or why nothing is, or what was just done."""
        usual = self._pipeline.showing if self._state is State.RECORDING else self._why()
        self._leash.show(self._state, note or usual)

    def _why(self) -> str:
        if self._state is State.REFUSED:
            return "the policy has expired"
        if self._state is State.PAUSED and not notices.was_shown(self._hold.folder, self._approved):
            return "the policy is new: see `glasswork policy notice`"
        return (self._state is State.RESTING and self._meter.reason()) or REASONS[self._state]

    def _begin_capture(self) -> None:
        unfinished.begin(self._hold.folder)
        self._capture = Capture(
            self._source, self._pipeline, self._permission, self._participation, self._leash, self._meter, self._wake
        )

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

    # What a participant asks for, by a click, a shortcut or a command

    def _grant(self, wish: Wish) -> None:
        """A wish of the indicator's, which is always answered: else it would take the recorder for stuck."""
        note = ""
        try:
            match wish:
                case Wish.PAUSE:
                    self._become(Cause.PAUSE)
                case Wish.RESUME:
                    self._resume()
                case Wish.FORGET:
                    self._forget(FORGET_MINUTES)
                    note = f"(the last {FORGET_MINUTES} minutes are forgotten)"
                case Wish.REVIEW:
                    self._open_review()
        except (HoldBusy, DiskFull, NoticeUnread, PolicyRefused, SettingsRefused) as error:
            _log.warning("%s", error)
            note = "(that could not be done: see `glasswork status`)"
        self._show(note)

    def _obey(self, request: control.Fields) -> control.Fields:
        """Answer a request of the control socket. Once it is answered, nothing is captured of who takes no part."""
        self._heed_participation()
        try:
            match request:
                case {"command": "status"}:
                    pass
                case {"command": "now" | "watch"}:
                    return self._now()
                case {"command": "pause"}:
                    self._become(Cause.PAUSE)
                case {"command": "resume"}:
                    self._resume()
                    self._observe()
                case {"command": "review"}:
                    self._open_review()
                case {"command": "stop"}:
                    self._stopping = True
                case {"command": "forget", "minutes": int() | float() as minutes}:
                    return {"ok": True, "forgotten": self._forget(minutes)}
                case _:
                    return {"ok": False, "message": "The recorder knows no such command."}
            return {"ok": True} | self._status()
        except (HoldBusy, DiskFull, NoticeUnread, PolicyRefused, SettingsRefused) as error:
            return {"ok": False, "message": str(error)}

    def _resume(self) -> None:
        """After a pause: read local settings anew, and go on. Raises NoticeUnread, SettingsRefused: it stays paused.

        Raises PolicyRefused where its participant takes no part any more, and then the recorder ends.
        """
        if self._refusal is not None:
            raise self._refusal
        if self._state is State.PAUSED:
            if not notices.was_shown(self._hold.folder, self._approved):
                raise NoticeUnread
            in_force = settings.in_force(self._approved, self._hold.folder)
            if in_force != self._in_force:
                self._pipeline.close()
                self._adopt(in_force)
        self._become(Cause.RESUME)

    def _forget(self, minutes: float) -> int:
        """What the source has read and not yet handed over is forgotten too, so capture begins anew."""
        try:
            self._end_capture(discard=True)
        finally:  # whatever had ended capture before
            forgotten = self._pipeline.forget(minutes)
        if self._state is State.RECORDING:
            self._begin_capture()
        return forgotten

    def _open_review(self) -> None:
        """One page at a time: a new one ends the one before, which may be open in a window that nobody finds."""
        if self._review is not None and self._review.poll() is None:
            self._review.kill()  # a stopped process too; the hold loses nothing by it
            self._review.wait()
        self._review = handing.start("glasswork.device.review", self._hold.folder, self._hold.secret())

    def _now(self) -> control.Fields:
        recording = self._state is State.RECORDING and self._pipeline.showing
        return {"ok": True} | now.fields(self._state, self._why(), self._pipeline.now() if recording else None)

    def _status(self) -> control.Fields:
        totals = self._pipeline.totals()
        return {
            "state": self._state,
            "reason": self._why(),
            "since": self._since.isoformat(timespec="seconds"),
            "held_actions": hold.count(self._hold),
            "raw": sum(totals.raw.values()),
            "suppressed": totals.suppressed,
            "lost": totals.lost,
            "meter": self._meter.reading(
                sent_today=hold.sent_today(self._hold), bytes_per_day=self._in_force.policy.quotas.bytes_per_day
            ),
            "weaknesses": self.weaknesses,
            "shortcuts_taken": self._leash.taken(),
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
