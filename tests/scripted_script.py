"""The script of a worker: rows in the words of the schema, each with its episode, and what was planted in them."""

import random
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from glasswork.schema.action import Action, Element, Node, Screen, Value
from glasswork.schema.episode import Signal
from glasswork.schema.words import (
    ActionKind as K,
)
from glasswork.schema.words import (
    AppCategory,
    Button,
    Command,
    CountBucket,
    Effect,
    ElementClass,
    GapClass,
    Key,
    LengthBucket,
    Modality,
    Origin,
    Reason,
    Role,
    ValueKind,
)

UNSEEN = 0.02
"""The share of effects that go unseen."""
WITHHELD = 0.004
"""The share of actions before which something was withheld or lost."""

BRISK = (GapClass.UNDER_1S, GapClass.UNDER_4S)
EASY = (*BRISK, GapClass.UNDER_16S)
SLOW = (GapClass.UNDER_16S, GapClass.UNDER_64S)


class Truth(NamedTuple):
    """A signal that was planted: the places `start` to `end` (exclusive) of an episode."""

    episode: int
    signal: Signal
    start: int
    end: int


@dataclass(frozen=True)
class Desk:
    """A window in front: its program, its number, and what is on it."""

    app: str
    category: AppCategory
    window: int
    screen: Screen | None


def screen(*roles: Role, root: Role = Role.WINDOW) -> Screen:
    return Screen((Node(root, 0), *(Node(role, 1) for role in roles)))


@dataclass
class Script:
    """The rows that a worker leaves, each with its episode, and what was planted."""

    rng: random.Random
    rows: list[tuple[int, Action, Screen | None]] = field(default_factory=list)
    truths: list[Truth] = field(default_factory=list)
    episode: int = 0
    desk: Desk = Desk("", AppCategory.OTHER, 0, None)
    slots: int = 0
    keys: int = 0
    sizes: dict[int, int] = field(default_factory=dict)
    done: tuple[int, int] | None = None

    @property
    def place(self) -> int:
        """The place that the next action of the episode takes."""
        return self.sizes.get(self.episode, 0)

    def plant(self, signal: Signal, start: int, end: int | None = None) -> None:
        self.truths.append(Truth(self.episode, signal, start, self.place if end is None else end))

    def row(self, action: Action, shown: Screen | None = None) -> int:
        place = self.place
        self.rows.append((self.episode, action, shown))
        self.sizes[self.episode] = place + 1
        return place

    def act(self, kind: K, gaps: tuple[GapClass, ...] = EASY, **more: Any) -> int:
        """An action in the window in front. Returns its place."""
        if more.pop("exposed", True) and self.rng.random() < WITHHELD:
            marker = self.rng.choice((K.SUPPRESSED, K.LOST))
            self.row(Action(kind=marker, gap=GapClass.UNDER_1S, reason=Reason.UNKNOWN_FIELD))
        desk = self.desk
        effect = more.pop("effect", Effect.UNKNOWN)
        if effect is not Effect.UNKNOWN and self.rng.random() < UNSEEN:
            effect = Effect.UNKNOWN
        action = Action(
            kind=kind, gap=self.rng.choice(gaps), app=desk.app, category=desk.category, effect=effect,
            **{"window": desk.window, "modality": Modality.MOUSE} | more,
        )  # fmt: skip
        return self.row(action, desk.screen)

    def key_of(self) -> int:
        """The key of an element that was not there before."""
        self.keys += 1
        return self.keys

    def go(self, desk: Desk) -> int:
        self.desk = desk
        return self.act(K.SWITCH_APP, modality=Modality.SYSTEM)

    def shows(self, shown: Screen | None) -> None:
        self.desk = Desk(self.desk.app, self.desk.category, self.desk.window, shown)

    def click(self, role: Role, cls: ElementClass = ElementClass.OTHER, key: int = 0, **more: Any) -> int:
        element = Element(role, "", cls, key or self.key_of())
        more = {"kind": K.CLICK, "button": Button.LEFT, "effect": Effect.CHANGED} | more
        return self.act(element=element, **more)

    def press(self, key: Key, **more: Any) -> int:
        return self.act(K.PRESS_KEY, **{"key": key, "modality": Modality.KEYBOARD, "amount": CountBucket.ONE} | more)

    def enter(self, key: int, role: Role = Role.TEXTBOX, cls: ElementClass = ElementClass.EDIT, **more: Any) -> int:
        """A value typed (or chosen) in a field."""
        self.slots += 1
        slot = more.pop("slot", self.slots)
        length = more.pop("length", self.rng.choice((LengthBucket.TO_16, LengthBucket.TO_64)))
        value = Value(slot, ValueKind.TEXT, length, more.pop("origin", Origin.TYPED))
        kind = K.SELECT_OPTION if role is Role.COMBOBOX else K.TYPE_TEXT
        erased = self.rng.choice((CountBucket.NONE, CountBucket.NONE, CountBucket.ONE, CountBucket.TO_3))
        more = {"erased": CountBucket.NONE if role is Role.COMBOBOX else erased, "modality": Modality.KEYBOARD} | more
        return self.act(kind, element=Element(role, "", cls, key), value=value, **more)

    def command(self, command: Command, **more: Any) -> int:
        """A command, by whichever means."""
        means = self.rng.randrange(4)
        if means < 2:
            place = self.click((Role.MENUITEM, Role.BUTTON)[means], command=command, **more)
        else:
            item = Element(Role.MENUITEM, "", ElementClass.OTHER, self.key_of()) if means == 2 else None
            more = {"effect": Effect.CHANGED} | more | {"modality": Modality.KEYBOARD}
            place = self.act(K.HOTKEY, command=command, element=item, **more)
        self.plant(Signal.BY_SHORTCUT if means == 3 else Signal.BY_MENU, place)
        return place

    def complete(self, cls: ElementClass = ElementClass.SUBMIT, **more: Any) -> int:
        """Send or save what is in front: by its button, or by a command."""
        if cls is ElementClass.SUBMIT or self.rng.random() < 0.3:
            place = self.click(Role.BUTTON, cls, **more)
        else:
            place = self.command(Command.SAVE, **more)
        self.done = (place, place + 1)
        return place

    def finish(self) -> None:
        """End the episode."""
        if self.done is not None:
            self.plant(Signal.COMPLETED, *self.done)
        self.done = None
        self.episode = max(self.sizes) + 1


FORM = screen(Role.FORM, Role.TEXTBOX, Role.COMBOBOX, Role.BUTTON)
PLAIN = screen(Role.MENUBAR, Role.TOOLBAR, Role.TEXTBOX, Role.BUTTON)
LAUNCHER = Desk("launcher", AppCategory.SYSTEM, 1, None)
CHAT = Desk("chat", AppCategory.CHAT, 2, screen(Role.LIST, Role.TEXTBOX))
