"""Which tasks are taken up again, as a plain loop over actions: the oracle of `refine.resume.with_resumed`."""

from collections.abc import Sequence

from glasswork.schema.action import Action
from glasswork.schema.words import ActionKind as K
from glasswork.schema.words import Command, ElementClass, Key, Role

MARKERS = {K.GAP, K.LOST, K.SUPPRESSED, K.TASK}
DECIDING = {K.CLICK, K.DOUBLE_CLICK, K.PRESS_KEY, K.HOTKEY}


def taken_up(actions: Sequence[Action], reasons: Sequence[set[str]]) -> set[tuple[int, int, int]]:
    """`left`, `other` and `again` of each task that is taken up; `reasons` are those to cut before each action."""
    named, inside = False, []
    for action in actions:
        named = action.task != "" if action.kind is K.TASK else named
        inside.append(named)
    rows = [n for n, action in enumerate(actions) if action.kind not in MARKERS and not inside[n]]
    visits: list[list[int]] = []
    for row in rows:
        if not visits or _place(actions[row]) != _place(actions[visits[-1][-1]]):
            visits.append([])
        visits[-1].append(row)
    found: set[tuple[int, int, int]] = set()
    for number, visit in enumerate(visits):
        place = _place(actions[visit[0]])
        later = [n for n in range(number + 1, len(visits)) if _place(actions[visits[n][0]]) == place]
        if place[1] == 0 or not later:
            continue
        left, other, then = visit[-1], visits[number + 1][0], visits[later[0]]
        again = then[0]
        task = max(n for n in range(left + 1) if reasons[n])
        between = range(left + 1, again)
        if (
            again - left > 200
            or actions[other].app == place[0]
            or not any(_enters(actions[n]) and _place(actions[n]) == place for n in rows if task <= n <= left)
            or any(_ends(actions[n]) for n in range(task, left + 1))
            or sum(actions[n].kind not in MARKERS for n in between) < 2
            or not any(_completes(actions[n]) for n in between)
            or any(reasons[n] & {"task", "gap", "hole", "batch"} for n in range(left + 1, again + 1))
        ):
            continue
        slots = not any("idle" in reasons[n] for n in range(left + 1, again + 1))
        own = [actions[n] for n in range(max(visit[0], task, left - 19), left + 1)]
        after = [actions[n] for n in range(again, min(then[-1], again + 19) + 1)]
        own, after, others = (
            [action for action in some if action.kind not in MARKERS]
            for some in (own, after, [actions[n] for n in between])
        )
        trees = [action.screen for action in own if action.screen >= 0][-1:]
        same = (
            (_keys(own) & _keys(after))
            or (slots and _slots(own) & _slots(after))
            or (trees and trees == [action.screen for action in after if action.screen >= 0][:1])
        )
        if same and not (slots and _slots(others) & (_slots(own) | _slots(after))):
            found.add((left, other, again))
    return found


def _place(action: Action) -> tuple[str, int]:
    return action.app, action.window


def _keys(actions: Sequence[Action]) -> set[int]:
    return {action.element.key for action in actions if action.element is not None and action.element.key}


def _slots(actions: Sequence[Action]) -> set[int]:
    return {action.value.slot for action in actions if action.value is not None}


def _enters(action: Action) -> bool:
    element = action.element
    search = element is not None and (element.role is Role.SEARCHBOX or element.cls is ElementClass.SEARCH)
    return action.kind in (K.TYPE_TEXT, K.SELECT_OPTION) and not search


def _completes(action: Action) -> bool:
    on_it = action.element is not None and action.element.cls in (ElementClass.SUBMIT, ElementClass.SAVE)
    tab = action.kind is K.PRESS_KEY and action.key is Key.TAB
    return action.kind in DECIDING and not tab and (action.command in (Command.SAVE, Command.CONFIRM) or on_it)


def _ends(action: Action) -> bool:
    closes = action.kind in DECIDING and action.command in (Command.QUIT, Command.CLOSE)
    return _completes(action) or closes or (action.kind is K.PRESS_KEY and action.key is Key.ENTER)
