"""Episode and Example: one task inside the zone, and what a trainer reads."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from glasswork.schema.action import Action, Screen
from glasswork.schema.words import Preference, Scope

EPISODE_VERSION = 2


class Signal(StrEnum):
    """What a label says. Signals with a rule, never a verdict about a person."""

    COMPLETED = "completed"
    ABANDONED = "abandoned"
    UNDO_EPISODE = "undo_episode"
    ERASE_BURST = "erase_burst"
    DIALOG_CANCELLED = "dialog_cancelled"
    BY_SHORTCUT = "by_shortcut"
    BY_MENU = "by_menu"
    INTERRUPTED = "interrupted"
    OVERWRITE = "overwrite"
    REDO = "redo"
    QUICK_BACK = "quick_back"
    ALERT_SHOWN = "alert_shown"
    RETRY_LOOP = "retry_loop"
    DEAD_CLICK = "dead_click"
    REOPEN = "reopen"
    DETOUR = "detour"
    WAIT = "wait"


class Source(StrEnum):
    """Who says so."""

    RULE = "rule"
    MODEL = "model"
    PERSON = "person"


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A signal over the actions `start` to `end` (exclusive) of its episode, the rule that found it, how sure it is."""

    signal: Signal
    rule: str
    confidence: Annotated[float, Meta(ge=0.0, le=1.0)]
    start: Annotated[int, Meta(ge=0)]
    end: Annotated[int, Meta(ge=0)]
    source: Source = Source.RULE


class BoundaryReason(StrEnum):
    """Why an episode began or ended where it did."""

    START = "start"
    TASK = "task"  # a marker that the participant set in review
    GAP = "gap"
    IDLE = "idle"
    BATCH = "batch"
    HOLE = "hole"  # batches or actions are missing here
    COMPLETED = "completed"  # the action before completed something, then came another program or 16 s
    CLOSED = "closed"  # the action before closed the program, or the window in which it worked
    LEFT = "left"  # something was completed in this program, then came a program of another category
    HOME = "home"  # back at the screen or program from which tasks are begun
    LEARNED = "learned"  # the boundary model says so
    ROUTINE = "routine"  # here a routine that repeats itself begins, or has ended
    END = "end"
    RESUMED = "resumed"  # here a task was left for this one, or is taken up again after it


class Boundary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One end of an episode: all the reasons to see it there, strongest first, and how sure that makes it."""

    reasons: tuple[BoundaryReason, ...]
    confidence: Annotated[float, Meta(ge=0.0, le=1.0)]
    source: Source = Source.RULE


class Episode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One task: its actions in order, the Screens they refer to, labels, and a description in plain words.

    `id` is random and links to nothing. `week` is the ISO week ("2026-W48"): no finer time is kept. `began` and `ended`
    say why the boundaries lie where they lie. A task that was left and taken up again is one episode: before each of
    the actions numbered in `holes`, other work was done, which is in other episodes. `family` names what was reached
    by the normalised graph of its actions, however it was reached; it is empty where nothing was.
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
    began: Boundary = Boundary((BoundaryReason.START,), 1.0)
    ended: Boundary = Boundary((BoundaryReason.END,), 1.0)
    holes: tuple[int, ...] = ()
    family: str = ""


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step of an Example: the observation before the action, the tool called, and what was seen after.

    `observation` is the Screen as a text tree with element references, empty where there was none; `screen` is that
    Screen's index in the example, -1 for none. `arguments` are the tool's, without keys that have no value.
    """

    observation: str
    tool: str
    arguments: dict[str, str | int]
    effect: str = "unknown"
    screen: int = -1


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A demonstration: goal → (observation → action)* → outcome.

    The spans of `labels` count steps. `family` is the episode's; `preferred` is what the participant said in review of
    this way of doing it. `screens` are the Screens observed, each once: what an image can be drawn from.
    """

    id: str
    goal: str
    steps: tuple[Step, ...]
    outcome: str
    week: str
    labels: tuple[Label, ...] = ()
    family: str = ""
    preferred: Preference = Preference.NONE
    screens: tuple[Screen, ...] = ()
