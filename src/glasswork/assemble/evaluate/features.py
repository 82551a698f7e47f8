"""Features: what is known before each step of an episode, in two views of the same work.

`released` reads a Record, which is all that a trainer gets. `detailed` reads the Episode it was made of, which is the
most that anybody may open: labels and programs before they are generalised, gaps, pace, windows, what elements are for
and which are the same. Both have the same steps and the same targets, so that what differs is what the views tell.

What is known is the steps before and the Screen in front. The goal, the labels, the outcome and the family are not
used: they are made of the whole episode, the step to be foretold included.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from glasswork.assemble.examples import NOTES, arguments
from glasswork.assemble.record import Record
from glasswork.refine.segment import MARKERS
from glasswork.schema.action import Screen
from glasswork.schema.episode import Episode
from glasswork.schema.words import ActionKind

START: Final = "(start)"
SEPARATOR: Final = " · "

_NOTES: Final = {text: kind for kind, text in NOTES.items()}
_MANNER: Final = ("modality", "button", "key", "amount", "direction", "origin", "length")

Arguments = dict[str, str | int]
Context = tuple[object, ...]


class Seen(NamedTuple):
    """One step as a view tells it. `target` is what a model is to foretell; `screen`, `roles` and `notes` were before.

    `place` is equal for what the view knows to be the same element; `more` is what only the detailed view has.
    """

    target: str
    screen: Context = ()
    roles: Context = ()
    notes: Context = ()
    app: str = ""
    element: Context = ()
    place: Context = ()
    value: str = ""
    manner: Context = ()
    use: str = ""
    more: Context = ()


class Moment(NamedTuple):
    """One step to be foretold: what it was, the program in front before it, and one context for each of CONTEXTS."""

    target: str
    app: str
    contexts: tuple[Context, ...]


_BEFORE: Final = Seen(START)


def target(tool: str, arguments: Arguments) -> str:
    """What is foretold of a step: its tool, the role of its element, and its command, so far as it has them."""
    return SEPARATOR.join(str(part) for part in (tool, arguments.get("role"), arguments.get("command")) if part)


def released(record: Record) -> list[Moment]:
    """The steps of a record, with what the record tells."""
    return list(_moments(_of_record(record)))


def detailed(episode: Episode) -> list[Moment]:
    """The steps of an episode (its actions but the markers), with what the episode tells."""
    return list(_moments(_of_episode(episode)))


def _of_record(record: Record) -> Iterator[Seen]:
    app, fronts = "", [_front(screen) for screen in record.example.screens]
    for step in record.example.steps:
        given = step.arguments
        app = str(given.get("app", app))
        element = (given.get("role", ""), given.get("label", ""))
        lines = step.observation.split("\n") if step.observation else []
        yield Seen(
            target(step.tool, given),
            *(fronts[step.screen] if step.screen >= 0 else _NO_FRONT),
            notes=tuple(_NOTES[line] for line in lines if line in _NOTES),
            app=app,
            element=element,
            place=(app, given.get("ref", ""), *element),
            value=str(given.get("value", "")),
            manner=(step.effect, *(given.get(name, "") for name in _MANNER)),
        )


def _of_episode(episode: Episode) -> Iterator[Seen]:
    notes: list[ActionKind] = []
    fronts = [_front(screen) for screen in episode.screens]
    for action in episode.actions:
        if action.kind in MARKERS:
            notes += [action.kind]
            continue
        given: Arguments = arguments(action)
        element = action.element
        yield Seen(
            target(action.kind, given),
            *(fronts[action.screen] if action.screen >= 0 else _NO_FRONT),
            notes=tuple(notes),
            app=action.app,
            element=(given.get("role", ""), given.get("label", "")),
            place=(action.window, element.key) if element is not None else (),
            value=str(given.get("value", "")),
            manner=(action.effect, *(given.get(name, "") for name in _MANNER)),
            use=element.cls if element is not None else "",
            more=(action.gap, action.pace, action.erased, action.category),
        )
        notes = []


def _front(screen: Screen) -> tuple[Context, Context]:
    """What is in front, node by node; and its roles alone."""
    nodes = screen.nodes
    return tuple((node.role, node.label) for node in nodes), tuple(sorted({node.role for node in nodes}))


_NO_FRONT: Final[tuple[Context, Context]] = ((), ())


CONTEXTS: Final[dict[str, Callable[[Sequence[Seen], Seen], Context]]] = {
    "nothing": lambda past, now: (),
    "last": lambda past, now: (past[-1].target,),
    "last_2": lambda past, now: _targets(past[-2:]),
    "last_3": lambda past, now: _targets(past[-3:]),
    "last_4": lambda past, now: _targets(past[-4:]),
    "screen": lambda past, now: now.screen,
    "roles": lambda past, now: (past[-1].target, now.roles),
    "screen_last": lambda past, now: (past[-1].target, now.screen),
    "element": lambda past, now: (past[-1].target, past[-1].element),
    "element_2": lambda past, now: (past[-1].element, past[-2].element if len(past) > 1 else ()),
    "app": lambda past, now: (past[-1].target, past[-1].app),
    "manner": lambda past, now: (past[-1].target, past[-1].manner),
    "value": lambda past, now: (past[-1].target, _reuse(past)),
    "begin": lambda past, now: (min(len(past), 5), now.notes, past[-1].target),
    "again": lambda past, now: _after(past, lambda seen: seen.place),
    "again_target": lambda past, now: _after(past, lambda seen: (seen.target,)),
    "use": lambda past, now: (past[-1].target, past[-1].use, past[-2].use if len(past) > 1 else ""),
    "more": lambda past, now: (past[-1].target, past[-1].more),
}
"""What a step is foretold from, by name: a function of the steps before it (never empty) and of what is in front. The
first five are the orders of an n-gram. Of `now` only `screen`, `roles` and `notes` are known."""

ORDERS: Final = tuple(CONTEXTS)[:5]


def _moments(steps: Iterable[Seen]) -> Iterator[Moment]:
    past = [_BEFORE]
    for now in steps:
        yield Moment(now.target, past[-1].app, tuple(read(past, now) for read in CONTEXTS.values()))
        past.append(now)


def _targets(past: Sequence[Seen]) -> Context:
    return tuple(seen.target for seen in past)


def _reuse(past: Sequence[Seen]) -> Context:
    """Whether the last step had a value, and how many steps before (4 at most) had the same."""
    value = past[-1].value
    return (bool(value), min(sum(seen.value == value for seen in past[:-1]), 4) if value else 0)


def _after(past: Sequence[Seen], key: Callable[[Seen], Context]) -> Context:
    """What was done the last time after what is now the last step, and whether there was such a time."""
    wanted = key(past[-1])
    found = (past[at + 1].target for at in range(len(past) - 2, -1, -1) if key(past[at]) == wanted)
    return (next(found, START),) if any(wanted) else ()
