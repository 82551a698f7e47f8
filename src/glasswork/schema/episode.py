"""Episode and Example: one task inside the zone, and what a trainer reads."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from glasswork.schema.action import Action, Screen
from glasswork.schema.words import Scope

EPISODE_VERSION = 1


class Signal(StrEnum):
    """What a label says. Signals with a rule, never a verdict about a person."""

    COMPLETED = "completed"
    ABANDONED = "abandoned"
    UNDO_EPISODE = "undo_episode"
    ERASE_BURST = "erase_burst"
    DIALOG_CANCELLED = "dialog_cancelled"
    BY_SHORTCUT = "by_shortcut"
    BY_MENU = "by_menu"


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A signal over the actions `start` to `end` (exclusive) of its episode, the rule that found it, how sure it is."""

    signal: Signal
    rule: str
    confidence: Annotated[float, Meta(ge=0.0, le=1.0)]
    start: Annotated[int, Meta(ge=0)]
    end: Annotated[int, Meta(ge=0)]


class Episode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One task: its actions in order, the Screens they refer to, labels, and a description in plain words.

    `id` is random and links to nothing. `week` is the ISO week ("2026-W48"): no finer time is kept. `began` and `ended`
    say why the boundaries lie where they lie.
    """

    version: int = EPISODE_VERSION
    id: str
    week: str
    scope: Scope
    policy: str
    basis: str = ""
    actions: tuple[Action, ...]
    screens: tuple[Screen, ...] = ()
    labels: tuple[Label, ...] = ()
    title: str = ""
    goal: str = ""
    steps: tuple[str, ...] = ()
    began: str = ""
    ended: str = ""


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step of an Example: the observation before the action, the tool called, and what was seen after.

    `observation` is the Screen as a text tree with element references, empty where there was none. `arguments` are
    the tool's, without keys that have no value.
    """

    observation: str
    tool: str
    arguments: dict[str, str | int]
    effect: str = "unknown"


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A demonstration: goal → (observation → action)* → outcome."""

    id: str
    goal: str
    steps: tuple[Step, ...]
    outcome: str
    week: str
    labels: tuple[Label, ...] = ()
