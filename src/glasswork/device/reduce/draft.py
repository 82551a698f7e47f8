"""An action that may still grow, and the Held that it becomes."""

import math
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

import msgspec

from glasswork.device.choices import CHOICES
from glasswork.schema.action import Action, Element, Screen, Value
from glasswork.schema.batch import Held
from glasswork.schema.event import Event
from glasswork.schema.raw import RawKind
from glasswork.schema.words import (
    ActionKind,
    AppCategory,
    Button,
    Command,
    Direction,
    Effect,
    GapClass,
    Key,
    Modality,
    Pace,
    Reason,
    count_bucket,
)

DOUBLE_CLICK_S: Final = 0.5
DOUBLE_CLICK_PX: Final = 5.0

_COUNTED: Final = frozenset((ActionKind.SCROLL, ActionKind.PRESS_KEY, ActionKind.DOUBLE_CLICK))
"""Actions that say how often they were repeated."""


class State(Enum):
    """What a draft waits for."""

    PRESSED = auto()  # the release of its button
    TYPING = auto()  # the Value that ends the typed run
    DONE = auto()  # nothing, but the same again may join it, and its effect may show


@dataclass(slots=True)
class Draft:
    """An action in the making. `repeats` counts clicks, notches or presses; `pressed_at` is the last press."""

    kind: ActionKind
    start: float
    end: float
    screen: Screen | None
    state: State = State.DONE
    modality: Modality = Modality.UNKNOWN
    app: str = ""
    category: AppCategory = AppCategory.OTHER
    window: int = 0
    element: Element | None = None
    value: Value | None = None
    button: Button = Button.NONE
    key: Key = Key.NONE
    command: Command = Command.NONE
    direction: Direction = Direction.NONE
    reason: Reason = Reason.NONE
    effect: Effect = Effect.UNKNOWN
    pace: Pace = Pace.UNKNOWN
    repeats: float = 0
    typed: int = 0
    erased: int = 0
    x: float = 0.0
    y: float = 0.0
    pressed_at: float = 0.0
    counts: Counter[RawKind] = field(default_factory=Counter[RawKind])

    def same_place(self, event: Event) -> bool:
        """Whether an event is aimed at the same window and element."""
        mine, other = self.element, event.element
        return self.window == event.window and (mine.key if mine else -1) == (other.key if other else -1)

    def soon(self, event: Event, seconds: float) -> bool:
        """Whether an event follows the draft within so many seconds, in either direction of a clock that jumps."""
        return abs(event.time - self.end) <= seconds

    def again(self, event: Event) -> bool:
        """Whether a press comes so soon and so near after the draft's last one that the two are a double click."""
        return (
            self.button is event.button
            and 0 <= event.time - self.pressed_at <= DOUBLE_CLICK_S
            and abs(event.x - self.x) <= DOUBLE_CLICK_PX
            and abs(event.y - self.y) <= DOUBLE_CLICK_PX
        )

    def held(self, gap: GapClass) -> Held:
        """The draft as it leaves the reducer, without times, positions and exact numbers."""
        kind, key, amount = self.kind, self.key, self.repeats
        if kind is ActionKind.TYPE_TEXT and self.erased and not self.typed and self.value is None:
            kind, amount = ActionKind.PRESS_KEY, self.erased
        elif kind is ActionKind.CLICK and self.element is not None and self.element.role in CHOICES:
            kind = ActionKind.SELECT_OPTION if self.button is Button.LEFT else kind
        typed = kind is ActionKind.TYPE_TEXT
        return Held(
            Action(
                kind=kind,
                gap=gap,
                modality=self.modality,
                button=self.button,
                key=Key.NONE if typed else key,
                command=self.command,
                app=self.app,
                category=self.category,
                window=self.window,
                element=_within(self.element, self.screen),
                value=self.value,
                erased=count_bucket(self.erased if typed else 0),
                pace=self.pace,
                effect=self.effect,
                direction=self.direction,
                amount=count_bucket(math.ceil(min(amount, 1_000)) if kind in _COUNTED else 0),
                reason=self.reason,
            ),
            self.screen,
            dict(self.counts),
        )


def _within(element: Element | None, screen: Screen | None) -> Element | None:
    """The element, with a node only if the screen has it."""
    if element is None or element.node < (len(screen.nodes) if screen else 0):
        return element
    return msgspec.structs.replace(element, node=-1)
