"""Event → Held(Action), as a state machine over the one action that is still open.

An action leaves when the next one begins: until then the same again may join it, and a change of the screen within
two seconds is its effect. Every raw event that an Event stands for is counted in exactly one Held. Nothing is merged
across an idle boundary, nor between fields; scrolls of opposite directions and deletions stay what they were.
"""

import math
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from glasswork.device.reduce.draft import Draft, State
from glasswork.device.reduce.pace import Baseline
from glasswork.device.reduce.places import Place, change
from glasswork.schema.action import Action, Screen
from glasswork.schema.batch import Held
from glasswork.schema.event import Event, EventKind
from glasswork.schema.raw import RawKind
from glasswork.schema.words import (
    IDLE_S,
    ActionKind,
    Command,
    Direction,
    Effect,
    GapClass,
    Key,
    Modality,
    Reason,
    gap_class,
)

DRAG_PX: Final = 10.0
"""The pointer moved further than this between press and release: a drag (GTK 8, Windows 4, OpenAdapt 10)."""
REPEAT_S: Final = 1.0
"""Scrolls, presses of one key, and the two halves of a copy are one action within this time."""
EFFECT_S: Final = 2.0
"""A change of the screen within this time counts as the effect of the action before it."""

_INPUT: Final = frozenset(
    (RawKind.MOVE, RawKind.PRESS, RawKind.RELEASE, RawKind.SCROLL, RawKind.KEY_DOWN, RawKind.KEY_UP)
)
_CARET: Final = frozenset((Key.LEFT, Key.RIGHT, Key.HOME, Key.END))
_COPIES: Final = frozenset((Command.COPY, Command.CUT))
_ACTIVATES: Final = frozenset((ActionKind.CLICK, ActionKind.PRESS_KEY))
_CLICKS: Final = frozenset((ActionKind.CLICK, ActionKind.DOUBLE_CLICK))


class Reduction:
    """The reducer of one stream of events: feed it in order, then `finish` it."""

    def __init__(self) -> None:
        self._pace = Baseline()
        self._start()
        self._handlers: dict[EventKind, Callable[[Event, list[Held]], None]] = {
            EventKind.PRESS: self._press,
            EventKind.RELEASE: self._release,
            EventKind.SCROLL: self._scroll,
            EventKind.CHAR: self._stroke,
            EventKind.ERASE: self._stroke,
            EventKind.VALUE: self._value,
            EventKind.KEY: self._key,
            EventKind.CHORD: self._chord,
            EventKind.CHOOSE: self._choose,
            EventKind.SUBMIT: self._submit,
            EventKind.FOCUS: self._focus,
            EventKind.SCREEN: self._screen_changed,
            EventKind.COPY: self._copy,
            EventKind.AWAY: self._gap,
            EventKind.LOST: self._marker,
            EventKind.SUPPRESSED: self._marker,
            EventKind.MOVE: self._count,
            EventKind.COUNTED: self._count,
        }

    def feed(self, event: Event) -> list[Held]:
        """The actions that `event` ends, in order."""
        out: list[Held] = []
        if event.source in _INPUT:
            if event.time - self._last_input >= IDLE_S and not self._is_open(ActionKind.GAP):
                self._mark(ActionKind.GAP, event, out)
            self._last_input = event.time
        self._handlers[event.kind](event, out)
        return out

    def finish(self) -> list[Held]:
        """The action that was still open, at the end of the stream.

        Where nothing was done at all, what was counted (pointer moves) becomes a `wait`.
        """
        out: list[Held] = []
        self._settle(out)
        if self._counts:
            out.append(Held(Action(kind=ActionKind.WAIT), None, dict(self._counts)))
        self._start()
        return out

    def forget(self) -> None:
        """Drop the open action, everything known of windows and screens, and the typing baseline."""
        self._pace = Baseline()
        self._start()

    def _start(self) -> None:
        self._draft: Draft | None = None
        self._counts: Counter[RawKind] = Counter()  # of the open draft, or of what has none yet
        self._deferred: list[Event] = []  # what happened to windows and clipboard while a button was held
        self._place: Place | None = None
        self._screen: Screen | None = None
        self._windows: set[int] = set()
        self._last_input = math.inf
        self._last: tuple[ActionKind, float] | None = None  # kind and end of the action that left last

    # From one action to the next

    def _begin(self, kind: ActionKind, event: Event, out: list[Held], **more: Any) -> Draft:
        """End the open action and open another, aimed at what `event` is aimed at."""
        self._settle(out)
        draft = Draft(
            kind,
            event.time,
            event.time,
            self._screen,
            app=event.app,
            category=event.category,
            window=event.window,
            counts=self._counts,
            **more,
        )
        draft.counts[event.source] += event.count
        self._draft = draft
        return draft

    def _mark(self, kind: ActionKind, event: Event, out: list[Held], reason: Reason = Reason.NONE) -> None:
        """End the open action and open a marker, which belongs to no program and shows no screen."""
        self._settle(out)
        self._draft = Draft(kind, event.time, event.time, None, reason=reason, counts=self._counts)

    def _settle(self, out: list[Held]) -> None:
        """Let the open action leave, and then what was deferred behind it."""
        while (draft := self._draft) is not None:
            if draft.state is State.TYPING:
                draft.pace = self._pace.place(draft.typed, draft.end - draft.start)
            out.append(draft.held(self._gap_before(draft)))
            self._last = (draft.kind, draft.end)
            self._draft = None
            self._counts = Counter()
            self._replay(out)

    def _replay(self, out: list[Held]) -> None:
        deferred, self._deferred = self._deferred, []
        for event in deferred:
            self._handlers[event.kind](event, out)

    def _gap_before(self, draft: Draft) -> GapClass:
        """The class of the time before an action. After a gap it is `none`: how one ended must not be told apart."""
        if draft.kind is ActionKind.GAP:
            return GapClass.IDLE
        if self._last is None or self._last[0] is ActionKind.GAP or draft.start < self._last[1]:
            return GapClass.NONE
        return gap_class(draft.start - self._last[1])

    def _join(self, draft: Draft, event: Event) -> None:
        """The event is one more of the open action."""
        draft.end = event.time
        draft.counts[event.source] += event.count

    def _count(self, event: Event, out: list[Held]) -> None:
        """The event is used up by whatever is open."""
        self._counts[event.source] += event.count

    # The pointer

    def _press(self, event: Event, out: list[Held]) -> None:
        draft = self._draft
        if draft is not None and draft.kind in _CLICKS and draft.state is State.DONE and draft.again(event):
            self._join(draft, event)
            draft.kind, draft.state = ActionKind.DOUBLE_CLICK, State.PRESSED
            draft.pressed_at = event.time
            draft.repeats += 1
            return
        self._begin(
            ActionKind.CLICK,
            event,
            out,
            state=State.PRESSED,
            modality=Modality.MOUSE,
            button=event.button,
            command=event.command,
            element=event.element,
            value=event.value,
            x=event.x,
            y=event.y,
            pressed_at=event.time,
            repeats=1,
        )

    def _release(self, event: Event, out: list[Held]) -> None:
        draft = self._draft
        if draft is None or draft.state is not State.PRESSED or draft.button is not event.button:
            self._count(event, out)
            return
        self._join(draft, event)
        draft.state = State.DONE
        if draft.kind is ActionKind.CLICK and math.dist((draft.x, draft.y), (event.x, event.y)) > DRAG_PX:
            draft.kind = ActionKind.DRAG
        self._replay(out)

    def _scroll(self, event: Event, out: list[Held]) -> None:
        notches = max(abs(event.dx), abs(event.dy))
        if not notches:
            self._count(event, out)
            return
        if abs(event.dy) >= abs(event.dx):
            direction = Direction.DOWN if event.dy > 0 else Direction.UP
        else:
            direction = Direction.RIGHT if event.dx > 0 else Direction.LEFT
        draft = self._draft
        if (
            draft is not None
            and draft.kind is ActionKind.SCROLL
            and draft.direction is direction
            and draft.same_place(event)
            and draft.soon(event, REPEAT_S)
        ):
            self._join(draft, event)
        else:
            draft = self._begin(
                ActionKind.SCROLL,
                event,
                out,
                modality=Modality.MOUSE,
                direction=direction,
                element=event.element,
            )
        draft.repeats += notches

    # The keyboard

    def _stroke(self, event: Event, out: list[Held]) -> None:
        draft = self._draft
        if draft is not None and draft.state is State.TYPING and draft.same_place(event):
            self._join(draft, event)
        else:
            draft = self._begin(
                ActionKind.TYPE_TEXT,
                event,
                out,
                state=State.TYPING,
                modality=Modality.KEYBOARD,
                element=event.element,
                key=event.key,
            )
        if event.kind is EventKind.CHAR:
            draft.typed += 1
        else:
            draft.erased += 1

    def _value(self, event: Event, out: list[Held]) -> None:
        draft = self._draft
        if draft is None or draft.state is not State.TYPING or not draft.same_place(event):
            draft = self._begin(ActionKind.TYPE_TEXT, event, out, modality=Modality.KEYBOARD, element=event.element)
        else:
            draft.counts[event.source] += event.count
            draft.pace = self._pace.place(draft.typed, draft.end - draft.start)
            draft.state = State.DONE
        draft.value = event.value

    def _key(self, event: Event, out: list[Held]) -> None:
        draft = self._draft
        if draft is not None and draft.same_place(event):
            if draft.state is State.TYPING and event.key in _CARET:
                self._join(draft, event)
                return
            if draft.kind is ActionKind.PRESS_KEY and draft.key is event.key and draft.soon(event, REPEAT_S):
                self._join(draft, event)
                draft.repeats += 1
                return
        self._begin(
            ActionKind.PRESS_KEY,
            event,
            out,
            modality=Modality.KEYBOARD,
            key=event.key,
            command=event.command,
            element=event.element,
            value=event.value,
            repeats=1,
        )

    def _chord(self, event: Event, out: list[Held]) -> None:
        self._begin(
            ActionKind.HOTKEY,
            event,
            out,
            modality=Modality.KEYBOARD,
            command=event.command,
            element=event.element,
            value=event.value,
        )

    def _copy(self, event: Event, out: list[Held]) -> None:
        draft = self._draft
        if self._defer(event):
            return
        if draft is not None and draft.command in _COPIES and draft.soon(event, REPEAT_S):
            draft.counts[event.source] += event.count
            draft.value = draft.value or event.value
            return
        self._begin(ActionKind.HOTKEY, event, out, modality=Modality.SYSTEM, command=Command.COPY, value=event.value)

    def _choose(self, event: Event, out: list[Held]) -> None:
        self._begin(
            ActionKind.SELECT_OPTION,
            event,
            out,
            modality=self._means(event),
            element=event.element,
            value=event.value,
        )

    def _submit(self, event: Event, out: list[Held]) -> None:
        """A form was sent: that is what the click or key before it asked for."""
        draft = self._draft
        if draft is not None and draft.kind in _ACTIVATES and draft.soon(event, EFFECT_S):
            draft.effect = Effect.CHANGED
            if draft.command is Command.NONE:
                draft.command = Command.CONFIRM
        self._count(event, out)

    # Windows and screens

    def _defer(self, event: Event) -> bool:
        """Keep an event for later while a button is held: a press that raises a window may become a drag."""
        if self._draft is None or self._draft.state is not State.PRESSED:
            return False
        self._deferred.append(event)
        return True

    def _focus(self, event: Event, out: list[Held]) -> None:
        self._changed(event)
        if self._defer(event):
            return
        place = Place(event.app, event.window, event.element)
        before, self._place = self._place, place
        if before == place:
            self._count(event, out)
            return
        kind = change(before, place, self._windows)
        if kind is not ActionKind.NAVIGATE:
            self._windows.add(event.window)
        draft = self._begin(kind, event, out, modality=self._means(event), element=event.element)
        if kind is ActionKind.CLOSE and before is not None:
            draft.window, draft.element = before.window, before.page
        self._screen = None

    def _means(self, event: Event) -> Modality:
        """By what means something came about: that of the open action, if it is recent."""
        cause = self._draft
        caused = cause is not None and cause.soon(event, EFFECT_S) and cause.modality is not Modality.UNKNOWN
        return cause.modality if cause is not None and caused else Modality.SYSTEM

    def _screen_changed(self, event: Event, out: list[Held]) -> None:
        if self._screen is not None and self._screen != event.screen:
            self._changed(event)
        if self._screen != event.screen:
            self._screen = event.screen
        self._count(event, out)

    def _changed(self, event: Event) -> None:
        """The screen was seen to change: that is the effect of the open action, if it is recent."""
        draft = self._draft
        if draft is None or draft.modality is Modality.UNKNOWN:
            return
        if draft.state is State.PRESSED or 0 <= event.time - draft.end <= EFFECT_S:
            draft.effect = Effect.CHANGED

    # Markers

    def _gap(self, event: Event, out: list[Held]) -> None:
        if not self._is_open(ActionKind.GAP):
            self._mark(ActionKind.GAP, event, out)
        self._last_input = math.inf  # a pause is not an idle boundary once more when it ends
        self._count(event, out)

    def _is_open(self, kind: ActionKind) -> bool:
        return self._draft is not None and self._draft.kind is kind

    def _marker(self, event: Event, out: list[Held]) -> None:
        kind = ActionKind.LOST if event.kind is EventKind.LOST else ActionKind.SUPPRESSED
        if kind is ActionKind.SUPPRESSED and event.source is RawKind.FOCUS:
            self._place, self._screen = None, None
        draft = self._draft
        alike = draft is not None and draft.kind is kind and draft.reason is event.reason
        if draft is None or not alike or event.time - draft.end >= IDLE_S:
            self._mark(kind, event, out, event.reason)
        else:
            draft.end = event.time
        self._count(event, out)
