"""Families and detours: against a plain loop, and on tasks that were done in two ways."""

from datetime import date
from hashlib import blake2b

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasswork.refine.episodes import placed
from glasswork.refine.family import detours, families
from glasswork.refine.rows import LABELS
from glasswork.schema import words as w
from glasswork.schema.action import Action, Element, Value
from glasswork.schema.batch import Batch, encode_batch, unpack
from glasswork.vault.frames import Provenance, frame_of

K, C, E = w.ActionKind, w.Command, w.ElementClass
DECIDING = (K.CLICK, K.DOUBLE_CLICK, K.PRESS_KEY, K.HOTKEY)
LEAVING = ["save", "save_as", "new", "print", "replace", "rename", "delete", "bold", "italic", "underline", "confirm"]
ASKING = ["save_as", "print", "replace", "rename", "new"]
CLASSES = {E.SUBMIT: "confirm", E.SAVE: "save", E.DELETE: "delete"}
Span = tuple[int, int]


def result(action: Action) -> str | None:
    if action.kind in (K.TYPE_TEXT, K.SELECT_OPTION) or action.command is C.PASTE:
        return "enter"
    if action.command in (C.COPY, C.CUT) and action.value is not None:
        return "copy"
    if action.kind not in DECIDING:
        return None
    cls = E.OTHER if action.element is None else action.element.cls
    return str(action.command) if action.command in LEAVING else CLASSES.get(cls)


def node(action: Action) -> str:
    name = f"{action.category} {result(action)}"
    kind = w.ValueKind.TEXT if action.value is None else action.value.kind
    if result(action) == "copy":
        return f"{name} {kind}"
    if result(action) != "enter":
        return name
    element = action.element or Element(w.Role.NONE)
    return f"{name} {element.role} {element.cls} {kind} {len(element.label.encode())} {element.label}"


def walked(action: Action) -> bool:
    element = action.element or Element(w.Role.NONE)
    return not (
        action.kind in (K.GAP, K.LOST, K.SUPPRESSED, K.TASK, K.SCROLL, K.WAIT, K.CLEAR_FIELD)
        or element.role in (w.Role.MENU, w.Role.MENUBAR, w.Role.MENUITEM)
        or action.command in (C.UNDO, C.REDO, C.CANCEL, C.SELECT_ALL, C.COPY, C.CUT)
        or (action.kind is K.CLICK and element.cls is E.EDIT)
        or action.key in (w.Key.TAB, w.Key.ESCAPE)
    )


def oracle(actions: list[Action], cancelled: list[Span]) -> tuple[str, int]:
    """The family of an episode and its way: one action after the other, with a stack of what can be undone."""

    def counts(at: int) -> bool:
        asked = any(at == start - 1 for start, _ in cancelled) and result(actions[at]) in ASKING
        return not asked and not any(start <= at < end for start, end in cancelled)

    kept = [action for at, action in enumerate(actions) if counts(at)]
    # Undos that were redone before the next entry are none; the others take back the last entry of their program.
    undos: set[int] = set()
    pending: list[int] = []
    for at, action in enumerate(kept):
        if result(action) in ("enter", "replace", "delete", "bold", "italic", "underline"):
            pending = []
        if result(action) is None and action.command is C.UNDO:
            pending.append(at)
            undos.add(at)
        elif result(action) is None and action.command is C.REDO and pending:
            undos.discard(pending.pop())
    done: dict[w.AppCategory, list[int]] = {}
    undone: set[int] = set()
    for at, action in enumerate(kept):
        if result(action) in ("enter", "replace", "delete", "bold", "italic", "underline"):
            done.setdefault(action.category, []).append(at)
        elif at in undos and done.get(action.category):
            undone.add(done[action.category].pop())
    kept = [action for at, action in enumerate(kept) if at not in undone]
    parts: set[str] = set()
    first: dict[int, str] = {}
    for action in kept:
        if result(action) is not None and result(action) != "copy":
            parts.add(node(action))
    way = len(parts) + sum(result(action) is None and walked(action) for action in kept)
    for action in kept:
        if result(action) is not None and action.value is not None:
            source = first.setdefault(action.value.slot, node(action))
            if result(action) == "enter" and source != node(action):
                parts.add(f"{source}>{node(action)}")
    graph = "\n".join(sorted(parts, key=str.encode))
    return (blake2b(graph.encode(), digest_size=8).hexdigest() if graph else ""), way


def rows_of(episodes: list[list[Action]], part: int = 0) -> pl.DataFrame:
    packed, _ = unpack(encode_batch(Batch(tuple(action for own in episodes for action in own))))
    frame = frame_of(packed, 0, Provenance(date(2026, 11, 24), "", w.Scope.SELF, "0" * 64))
    numbers = [n for n, own in enumerate(episodes) for _ in own]
    return placed(frame.with_columns(episode=pl.Series(numbers, dtype=pl.UInt32), part=pl.lit(part)))


def cancelled_in(spans: list[tuple[int, Span]]) -> pl.DataFrame:
    rows = [(episode, "dialog_cancelled", "", 0.9, start, end, "rule") for episode, (start, end) in spans]
    return pl.DataFrame(rows, schema={"episode": pl.UInt32, **LABELS}, orient="row")


def family(actions: list[Action], *spans: Span) -> str:
    return families(rows_of([actions]), cancelled_in([(0, span) for span in spans])).item(0, "family")


acting = st.builds(
    Action,
    kind=st.sampled_from([*w.ActionKind, K.TYPE_TEXT, K.TYPE_TEXT, K.CLICK, K.HOTKEY, K.HOTKEY]),
    key=st.sampled_from([w.Key.NONE, w.Key.NONE, w.Key.TAB, w.Key.ENTER]),
    command=st.sampled_from([C.NONE, C.NONE, C.UNDO, C.UNDO, C.REDO, C.COPY, C.PASTE, C.SAVE, C.SAVE_AS, C.BOLD]),
    category=st.sampled_from([w.AppCategory.EDITOR, w.AppCategory.MAIL]),
    element=st.none()
    | st.builds(
        Element,
        st.sampled_from([w.Role.TEXTBOX, w.Role.MENUITEM, w.Role.BUTTON]),
        st.sampled_from(["", "a", "b c", "ü\n1 "]),
        st.sampled_from([E.EDIT, E.SUBMIT, E.SAVE, E.OTHER]),
    ),
    value=st.none() | st.builds(Value, st.integers(1, 3), st.sampled_from([w.ValueKind.TEXT, w.ValueKind.DATE])),
)
episodes = st.lists(
    st.tuples(
        st.lists(acting, min_size=1, max_size=12),
        st.lists(st.tuples(st.integers(0, 11), st.integers(1, 4)), max_size=2),
    ),
    min_size=1,
    max_size=4,
)


@given(episodes)
@settings(max_examples=300, deadline=None)
def test_families_are_those_of_the_plain_loop(drawn: list[tuple[list[Action], list[Span]]]) -> None:
    cut = [
        (own, [(start, min(start + length, len(own))) for start, length in spans if start < len(own)])
        for own, spans in drawn
    ]
    marks = cancelled_in([(n, span) for n, (_, spans) in enumerate(cut) for span in spans])
    found = families(rows_of([own for own, _ in cut]), marks)
    assert found.select("family", "way").rows() == [oracle(own, spans) for own, spans in cut]
    assert found["rows"].to_list() == [len(own) for own, _ in cut]


EDITOR = {"category": w.AppCategory.EDITOR}
NAME = Element(w.Role.TEXTBOX, "name", E.EDIT)


def typed(element: Element = NAME, slot: int = 1, **rest: object) -> Action:
    return Action(kind=K.TYPE_TEXT, element=element, value=Value(slot), **EDITOR | rest)  # type: ignore[arg-type]


def hotkey(command: C, **rest: object) -> Action:
    return Action(kind=K.HOTKEY, command=command, **EDITOR | rest)  # type: ignore[arg-type]


SAVE = hotkey(C.SAVE)
UNDO = hotkey(C.UNDO)
FILE = Action(kind=K.CLICK, element=Element(w.Role.MENUITEM, "file"), **EDITOR)
BY_MENU = Action(kind=K.CLICK, element=Element(w.Role.MENUITEM, "save", E.SAVE), **EDITOR)
FOCUS = Action(kind=K.CLICK, element=NAME, **EDITOR)
SCROLL = Action(kind=K.SCROLL, **EDITOR)
LOOK = Action(kind=K.NAVIGATE, category=w.AppCategory.BROWSER)
CANCEL = Action(kind=K.CLICK, element=Element(w.Role.BUTTON, "cancel", E.CANCEL), **EDITOR)


@pytest.mark.parametrize(
    "other",
    [
        [FOCUS, typed(), SAVE],
        [typed(), FILE, BY_MENU],
        [typed(slot=7), SCROLL, SAVE],
        [typed(), typed(slot=2), UNDO, SAVE],
        [typed(Element(w.Role.TEXTBOX, "other", E.EDIT)), UNDO, typed(), SAVE],
        [typed(), UNDO, hotkey(C.REDO), SAVE],
        [LOOK, typed(), SAVE, SAVE],
    ],
)
def test_the_same_result_reached_otherwise_is_of_the_same_family(other: list[Action]) -> None:
    assert family(other) == family([typed(), SAVE]) != ""


@pytest.mark.parametrize(
    "other",
    [
        [typed()],
        [typed(), UNDO, SAVE],
        [typed(Element(w.Role.TEXTBOX, "other", E.EDIT)), SAVE],
        [typed(category=w.AppCategory.MAIL), SAVE],
        [hotkey(C.COPY, value=Value(1), category=w.AppCategory.MAIL), typed(), SAVE],
    ],
)
def test_another_result_is_of_another_family(other: list[Action]) -> None:
    assert family(other) not in ("", family([typed(), SAVE]))


def test_where_nothing_was_reached_there_is_no_family() -> None:
    assert family([LOOK, SCROLL, FOCUS]) == ""
    assert family([hotkey(C.SAVE_AS), typed(), CANCEL], (1, 3)) == ""
    assert family([hotkey(C.SAVE), typed(), CANCEL], (1, 3)) == family([SAVE])


def test_a_family_is_the_same_everywhere_and_always() -> None:
    assert family([typed(), SAVE]) == "b4f79198349c1b04"


def test_a_longer_way_to_the_same_result_is_a_detour() -> None:
    ways = [
        [typed(), SAVE],
        [typed(), LOOK, SAVE],  # one step more may be anything
        [LOOK, LOOK, typed(), SAVE],
        [SCROLL, SCROLL, SCROLL, typed(), SAVE],  # those are no steps
        [LOOK, LOOK, LOOK, LOOK],  # nothing was reached
    ]
    found = detours(families(rows_of(ways), cancelled_in([])))
    assert found.schema == {"episode": pl.UInt32, **LABELS}
    assert found.rows() == [(2, "detour", "longer_than_the_shortest_way", 0.8, 0, 4, "rule")]


def test_the_shortest_way_is_that_of_the_same_person_and_period() -> None:
    mine, theirs = [LOOK, LOOK, typed(), SAVE], [typed(), SAVE]
    both = [families(rows_of([own], part), cancelled_in([])) for part, own in enumerate((mine, theirs))]
    assert detours(pl.concat(both)).is_empty()
    assert both[0]["family"].to_list() == both[1]["family"].to_list()


def test_a_quarter_longer_is_a_detour_and_less_is_none() -> None:
    steps = [hotkey(command) for command in (C.BOLD, C.ITALIC, C.UNDERLINE, C.NEW, C.PRINT, C.REPLACE, C.RENAME)]
    for count, confidence in ((7, [0.6]), (8, []), (3, [0.8])):
        own = [*steps[: min(count, 7)], *[SAVE] * (count > 7), typed()]
        found = detours(families(rows_of([own, [LOOK, LOOK, *own]]), cancelled_in([])))
        assert found["confidence"].to_list() == confidence
