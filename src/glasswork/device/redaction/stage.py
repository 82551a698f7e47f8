"""RawEvent → Event: the one place where content is read, and where it ends.

State: what is in front, which element, the run that is being typed, the clipboard's slot. Whatever is not positively
allowed by the policy and positively harmless comes out as `suppressed`, and so does whatever fails.
"""

from typing import Any, Final

from glasswork.device.redaction.boxes import Pixels, contains
from glasswork.device.redaction.chords import CARET_KEYS, NAMED, WRITES_NOTHING, chord
from glasswork.device.redaction.clipboard import Clipboard
from glasswork.device.redaction.elements import ACTIVATED, MENU_ITEMS, Target, picked, target_of, with_node
from glasswork.device.redaction.front import NOWHERE, Front, front_of, renumbered, unlisted, with_site
from glasswork.device.redaction.now import Now, now_of
from glasswork.device.redaction.screens import Seen, screen_of
from glasswork.device.redaction.slots import Numbers
from glasswork.device.redaction.typed_run import TypedRun
from glasswork.policy.model import EventKind as Listed
from glasswork.policy.model import Policy
from glasswork.redact import Vocabulary
from glasswork.redact.finding import Names
from glasswork.schema.action import Element, Value
from glasswork.schema.event import Event, EventKind
from glasswork.schema.raw import Modifier, RawEvent, RawKind
from glasswork.schema.words import IDLE_S, Button, Command, Key, Reason, Role

_REASONS: Final = frozenset(Reason)
_POINTER: Final = {RawKind.PRESS: EventKind.PRESS, RawKind.RELEASE: EventKind.RELEASE, RawKind.SCROLL: EventKind.SCROLL}
_INPUT: Final = frozenset((*_POINTER, RawKind.MOVE, RawKind.KEY_DOWN, RawKind.KEY_UP))


class Redaction:
    """The redaction stage of one source. Feed it every raw event in order, then `finish` it."""

    def __init__(self, policy: Policy, imported: bool = False, names: Names | None = None) -> None:
        """`imported`: the events are of a recording with a stated basis, which covers programs that no policy lists.

        `names` are the organisation's: a value that is one of them is of the kind `person` or `organisation`.
        """
        self._policy = policy
        self._imported = imported
        self._vocabulary = Vocabulary.standard().extended(policy.vocabulary)
        self._windows = Numbers()
        self._elements = Numbers()
        self._slots = Numbers()
        self._clipboard = Clipboard(self._slots)
        self._names = names
        self._run = TypedRun(names)
        self._front: Front = unlisted(policy) if imported else NOWHERE
        self._secret = False
        self._last_input = 0.0
        self._forget_context()

    def feed(self, raw: RawEvent) -> list[Event]:
        """The events that come out now; those of a typed run come when it ends. Never raises: a failure suppresses."""
        out: list[Event] = []
        try:
            self._feed(raw, out)
        except Exception:
            out += self._run.suppress(Reason.UNKNOWN_FIELD)
            self._suppress(raw, Reason.UNKNOWN_FIELD, out)
            if raw.kind is RawKind.FOCUS:
                self._front = NOWHERE
            self._target, self._secret = None, self._secret or raw.kind is RawKind.ELEMENT
        return out

    def finish(self) -> list[Event]:
        """The events that were still held back, at the end of the stream. Never raises."""
        out: list[Event] = []
        self._close(out)
        return out

    @property
    def front(self) -> Front:
        """What is in front. Another object whenever that changes."""
        return self._front

    def now(self) -> Now:
        """What would be recorded of an input that came now. Without content."""
        return now_of(self._front, self._target, self._secret)

    def forget(self) -> None:
        """Drop everything that is held back, and every number.

        What is in front is still known, under new numbers, and so is that it is secret.
        """
        self._run.clear()
        self._windows.renew()
        self._elements.renew()
        self._slots.renew()
        self._front = renumbered(self._front, self._windows, self._elements)
        self._forget_context()

    def _forget_context(self) -> None:
        self._window_box: Pixels | None = None
        self._target: Target | None = None
        self._seen: Seen | None = None
        self._clipboard.clear()

    def _feed(self, raw: RawEvent, out: list[Event]) -> None:
        kind = raw.kind
        if kind in _INPUT:
            if raw.time - self._last_input >= IDLE_S:
                self._boundary(out)
            self._last_input = raw.time
        match kind:
            case RawKind.MOVE:
                self._move(raw, out)
            case RawKind.KEY_DOWN:
                self._key_down(raw, out)
            case RawKind.KEY_UP:
                self._count(raw, out)
            case RawKind.PRESS | RawKind.RELEASE | RawKind.SCROLL:
                self._pointer(raw, out)
            case RawKind.FOCUS:
                self._focus(raw, out)
            case RawKind.ELEMENT:
                self._element(raw, out)
            case RawKind.TREE:
                self._tree(raw, out)
            case RawKind.CHOOSE:
                self._choose(raw, out)
            case RawKind.SUBMIT:
                self._submit(raw, out)
            case RawKind.COPY:
                self._copy(raw, out)
            case RawKind.AWAY:
                self._boundary(out)
                out.append(Event(kind=EventKind.AWAY, time=raw.time, source=kind))
            case RawKind.LOST:
                self._close(out)
                reason = Reason(raw.reason) if raw.reason in _REASONS else Reason.SOURCE
                out.append(Event(kind=EventKind.LOST, time=raw.time, source=kind, count=raw.count or 1, reason=reason))

    def _close(self, out: list[Event]) -> None:
        """End the typed run, if there is one. A run that cannot be judged is suppressed."""
        if not self._run.strokes:
            return
        try:
            out += self._run.close(self._slots)
        except Exception:
            out += self._run.suppress(Reason.UNKNOWN_FIELD)

    def _boundary(self, out: list[Event]) -> None:
        """An idle boundary: slots mean something else from here on."""
        self._close(out)
        self._slots.renew()
        self._clipboard.clear()

    # The pointer

    def _move(self, raw: RawEvent, out: list[Event]) -> None:
        if self._run.strokes or self._front.refused:
            self._count(raw, out)
        elif Listed.POINTER not in self._front.allowed:
            self._suppress(raw, Reason.NOT_LISTED, out)
        else:
            count = raw.count or 1
            out.append(Event(kind=EventKind.MOVE, time=raw.time, source=raw.kind, count=count, x=raw.x, y=raw.y))

    def _pointer(self, raw: RawEvent, out: list[Event]) -> None:
        self._close(out)
        if refused := self._refused(Listed.POINTER):
            self._suppress(raw, refused, out)
            return
        aimed: dict[str, Any] = {}
        if raw.kind is not RawKind.RELEASE:
            target = self._target
            if target is not None and target.pixels is not None and not contains(target.pixels, raw.x, raw.y):
                target = None
            aimed["element"] = self._element_of(target)
            activates = raw.kind is RawKind.PRESS and raw.button is Button.LEFT
            if activates and aimed["element"] is not None and target is not None:
                aimed["command"] = target.command
                picked = target.picked(self._slots) if self._front.typed else None
                aimed["value"] = picked or self._moved(target.command, raw)
        out.append(
            self._event(_POINTER[raw.kind], raw, x=raw.x, y=raw.y, dx=raw.dx, dy=raw.dy, button=raw.button, **aimed)
        )

    def _choose(self, raw: RawEvent, out: list[Event]) -> None:
        """An option was chosen in the element that was told of last. Which one is a slot, or nothing."""
        self._close(out)
        if refused := self._refused(Listed.ACCESSIBILITY) or (Reason.SECRET_FIELD if self._secret else None):
            self._suppress(raw, refused, out)
            return
        element = self._element_of(self._target)
        value = picked(raw.text, self._slots, self._names) if self._front.typed else None
        out.append(self._event(EventKind.CHOOSE, raw, element=element, value=value))

    def _submit(self, raw: RawEvent, out: list[Event]) -> None:
        self._close(out)
        if refused := self._refused(Listed.ACCESSIBILITY):
            self._suppress(raw, refused, out)
        else:
            out.append(self._event(EventKind.SUBMIT, raw))

    # The keyboard

    def _key_down(self, raw: RawEvent, out: list[Event]) -> None:
        if raw.key in WRITES_NOTHING:
            self._count(raw, out)
            return
        if refused := self._refused(Listed.KEYS) or self._refused_field(raw):
            self._close(out)
            self._suppress(raw, refused, out)
            return
        if self._run.full(raw.time):
            self._close(out)
        activates = raw.key == "space" and self._activated() is not Command.NONE
        if (command := self._shortcut(raw)) is not None:
            self._close(out)
            value = self._moved(command, raw)
            element = self._element_of(self._target)
            out.append(self._event(EventKind.CHORD, raw, command=command, element=element, value=value))
        elif raw.key not in ("char", "space") or activates:
            self._named_key(raw, out)
        elif self._front.typed:
            self._run.type(raw.text, self._event(EventKind.CHAR, raw, element=self._field()))
        else:
            self._suppress(raw, Reason.NOT_LISTED, out)

    def _shortcut(self, raw: RawEvent) -> Command | None:
        """The command of a shortcut, or of the letter by which an item of an open menu is chosen; None for neither."""
        command = chord(raw, self._front.category)
        if command is None and raw.key == "char" and self._live_role() in MENU_ITEMS:
            command = self._activated()
            return Command.OTHER if command is Command.NONE else command
        return command

    def _activated(self) -> Command:
        """The command of the button or item that has the keyboard; `none` where it is not surely that."""
        if self._target is None or self._live_role() not in ACTIVATED or self._refused(Listed.ACCESSIBILITY):
            return Command.NONE
        return self._target.command

    def _live_role(self) -> Role:
        """The role of the element that has the keyboard. A recording knows only what was clicked last."""
        return Role.NONE if self._imported or self._target is None else self._target.element.role

    def _refused_field(self, raw: RawEvent) -> Reason | None:
        """Why what is typed now may not be seen, or None."""
        if raw.secret is True or self._secret:
            return Reason.SECRET_FIELD
        # In a browser, only a source that knows the page knows the field.
        if raw.secret is None or (self._front.browser and not self._imported and not raw.site):
            return Reason.UNKNOWN_FIELD
        return None

    def _named_key(self, raw: RawEvent, out: list[Event]) -> None:
        key = NAMED.get(raw.key, Key.OTHER)
        editable = self._target is not None and self._target.editable
        erases = key is Key.BACKSPACE or (key is Key.DELETE and bool(self._run.strokes or editable))
        if erases and self._front.typed:
            last = key is Key.BACKSPACE and not raw.modifiers & ~Modifier.SHIFT
            self._run.erase(self._event(EventKind.ERASE, raw, key=key, element=self._field()), last=last)
        elif raw.key in CARET_KEYS and self._run.strokes:
            self._run.move(self._event(EventKind.KEY, raw, key=key, element=self._field()))
        else:
            self._close(out)
            command = Command.DELETE if key is Key.DELETE and not editable else Command.NONE
            if key is Key.ENTER or raw.key == "space":
                command = self._activated()
            value = self._moved(command, raw)
            element = self._element_of(self._target)
            out.append(self._event(EventKind.KEY, raw, key=key, command=command, element=element, value=value))

    # What is on the screen

    def _focus(self, raw: RawEvent, out: list[Event]) -> None:
        self._show(front_of(raw, self._policy, self._windows, self._elements, imported=self._imported), out)
        self._window_box = raw.window_box or self._window_box
        self._tell_front(raw, out)

    def _show(self, front: Front, out: list[Event]) -> None:
        """Something is in front; if it was not before, what was known of what was there goes."""
        if front == self._front:
            return
        self._close(out)
        if (front.app, front.window) != (self._front.app, self._front.window):
            self._window_box = None
        self._front = front
        self._seen = None
        if not self._imported:  # a recording may say late what is in front: its element stays until the next one
            self._target = None
            self._secret = False

    def _tell_front(self, raw: RawEvent, out: list[Event]) -> None:
        if self._front.refused:
            self._count(raw, out)
        else:
            self._hold(self._event(EventKind.FOCUS, raw, element=self._front.page), out)

    def _element(self, raw: RawEvent, out: list[Event]) -> None:
        before = self._front
        if before.browser and raw.site:
            self._show(with_site(before, raw.site, self._policy, self._elements), out)
        self._window_box = raw.window_box or self._window_box
        target = target_of(raw, self._window_box, self._vocabulary, self._elements, self._slots, self._names)
        if self._target is None or target.identity != self._target.identity or target.secret != self._secret:
            self._close(out)
        self._target = target
        self._secret = target.secret
        if self._front == before:
            self._count(raw, out)
        else:
            self._tell_front(raw, out)

    def _tree(self, raw: RawEvent, out: list[Event]) -> None:
        self._window_box = raw.window_box or self._window_box
        if self._refused(Listed.ACCESSIBILITY):
            self._count(raw, out)
            return
        self._seen = screen_of(raw.nodes, self._window_box, self._vocabulary)
        self._hold(self._event(EventKind.SCREEN, raw, screen=self._seen.screen), out)

    def _element_of(self, target: Target | None) -> Element | None:
        """The element of a target at its place in the Screen, if the policy lets elements be recorded."""
        if target is None or Listed.ACCESSIBILITY not in self._front.allowed:
            return None
        if self._seen is None or target.pixels is None or target.element.box is None:
            return target.element
        return with_node(target.element, self._seen.nodes.get((target.element.role, target.pixels), -1))

    def _field(self) -> Element | None:
        """The element that is typed into, where it is one that can be."""
        return self._element_of(self._target if self._target is not None and self._target.editable else None)

    # The clipboard

    def _copy(self, raw: RawEvent, out: list[Event]) -> None:
        self._close(out)
        value = self._clipboard.copied(raw)
        if refused := self._refused(Listed.CLIPBOARD):
            self._suppress(raw, refused, out)
        else:
            out.append(self._event(EventKind.COPY, raw, value=value if self._front.typed else None))

    def _moved(self, command: Command, raw: RawEvent) -> Value | None:
        """The Value that a copy, cut or paste moves, if the policy lets it be recorded."""
        value = self._clipboard.moved(command, raw)
        return value if self._front.typed and not self._refused(Listed.CLIPBOARD) else None

    # What all of them share

    def _refused(self, kind: Listed) -> Reason | None:
        """Why the program in front may not be seen in this way, or None."""
        return self._front.refused or (None if kind in self._front.allowed else Reason.NOT_LISTED)

    def _event(self, kind: EventKind, raw: RawEvent, **more: Any) -> Event:
        front = self._front
        return Event(
            kind=kind,
            time=raw.time,
            source=raw.kind,
            count=raw.count or 1,
            app=front.app,
            category=front.category,
            window=front.window,
            **more,
        )

    def _hold(self, event: Event, out: list[Event]) -> None:
        if self._run.full(event.time):
            self._close(out)
        if self._run.strokes:
            self._run.hold(event)
        else:
            out.append(event)

    def _count(self, raw: RawEvent, out: list[Event]) -> None:
        """The event says nothing, or nothing that may be known: only that it was used up."""
        if self._run.strokes:
            self._run.count(raw)
        elif self._front.refused and not self._front.awaiting:
            self._suppress(raw, self._front.refused, out)
        else:
            out.append(Event(kind=EventKind.COUNTED, time=raw.time, source=raw.kind, count=raw.count or 1))

    def _suppress(self, raw: RawEvent, reason: Reason, out: list[Event]) -> None:
        """Nothing of the event is known, but that there was one."""
        count = raw.count or 1
        self._hold(Event(kind=EventKind.SUPPRESSED, time=raw.time, source=raw.kind, count=count, reason=reason), out)
