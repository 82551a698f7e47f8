"""Events become actions: each rule by itself, and simple scripts against an oracle in plain Python."""

from collections import Counter
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasswork.device.reduce import Reduction, reduce
from glasswork.schema.action import Element, Node, Screen, Value
from glasswork.schema.batch import Held
from glasswork.schema.event import Event, EventKind
from glasswork.schema.raw import RawKind
from glasswork.schema.words import (
    IDLE_S,
    ActionKind,
    AppCategory,
    Button,
    Command,
    CountBucket,
    Direction,
    Effect,
    GapClass,
    Key,
    Modality,
    Origin,
    Pace,
    Reason,
    Role,
    count_bucket,
)

FIELD = Element(Role.TEXTBOX, key=4)
ONE, TWO = Screen((Node(Role.WINDOW, 0),)), Screen((Node(Role.WINDOW, 0), Node(Role.BUTTON, 1)))


class Script:
    """Events with a running clock."""

    def __init__(self) -> None:
        self.time = 0.0
        self.events: list[Event] = []

    def add(self, kind: EventKind, source: RawKind, after: float = 0.1, **fields: object) -> "Script":
        self.time += after
        self.events.append(Event(kind=kind, time=self.time, source=source, **fields))  # type: ignore[arg-type]
        return self

    def press(
        self, x: float = 0, y: float = 0, after: float = 0.1, button: Button = Button.LEFT, **f: object
    ) -> "Script":
        return self.add(EventKind.PRESS, RawKind.PRESS, after, x=x, y=y, button=button, **f)

    def release(self, x: float = 0, y: float = 0, after: float = 0.1, button: Button = Button.LEFT) -> "Script":
        return self.add(EventKind.RELEASE, RawKind.RELEASE, after, x=x, y=y, button=button)

    def click(self, x: float = 0, y: float = 0, after: float = 0.1, **fields: object) -> "Script":
        return self.press(x, y, after, **fields).release(x, y)

    def type(self, characters: int, erased: int = 0, each: float = 0.1, slot: int = 1, **fields: object) -> "Script":
        fields = {"element": FIELD} | fields
        for _ in range(characters):
            self.add(EventKind.CHAR, RawKind.KEY_DOWN, each, **fields)
        for _ in range(erased):
            self.add(EventKind.ERASE, RawKind.KEY_DOWN, each, key=Key.BACKSPACE, **fields)
        if characters:
            value = Value(slot, origin=Origin.TYPED)
            self.add(EventKind.VALUE, RawKind.KEY_DOWN, 0, count=0, value=value, **fields)
        return self

    def scroll(self, dy: float, dx: float = 0, after: float = 0.1) -> "Script":
        return self.add(EventKind.SCROLL, RawKind.SCROLL, after, dx=dx, dy=dy)

    def key(self, key: Key, after: float = 0.1, **fields: object) -> "Script":
        return self.add(EventKind.KEY, RawKind.KEY_DOWN, after, key=key, **fields)

    def chord(self, command: Command, after: float = 0.1, **fields: object) -> "Script":
        return self.add(EventKind.CHORD, RawKind.KEY_DOWN, after, command=command, **fields)

    def focus(self, app: str, window: int, element: Element | None = None, after: float = 0.1) -> "Script":
        return self.add(EventKind.FOCUS, RawKind.FOCUS, after, app=app, window=window, element=element)

    def held(self) -> list[Held]:
        held = list(reduce(self.events))
        assert sum(sum(item.counts.values()) for item in held) == sum(event.count for event in self.events)
        return held


def kinds(script: Script) -> list[ActionKind]:
    return [item.action.kind for item in script.held()]


# Clicks


def test_press_and_release_are_a_click() -> None:
    (held,) = Script().press(5, 5, element=FIELD).release(9, 9).held()
    assert (held.action.kind, held.action.button, held.action.modality) == (
        ActionKind.CLICK,
        Button.LEFT,
        Modality.MOUSE,
    )
    assert held.action.element == FIELD
    assert held.counts == {RawKind.PRESS: 1, RawKind.RELEASE: 1}


@pytest.mark.parametrize(("x", "kind"), [(10, ActionKind.CLICK), (11, ActionKind.DRAG)])
def test_further_than_ten_pixels_is_a_drag(x: float, kind: ActionKind) -> None:
    assert kinds(Script().press().add(EventKind.MOVE, RawKind.MOVE, x=x).release(x)) == [kind]


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (Script().press().release().press(5, 5, after=0.35).release(5, 5), [ActionKind.DOUBLE_CLICK]),
        (Script().press().release().press(6, 0, after=0.4).release(6), [ActionKind.CLICK] * 2),
        (Script().press().release().press(after=0.41).release(), [ActionKind.CLICK] * 2),
        (Script().press().release().press(button=Button.RIGHT).release(button=Button.RIGHT), [ActionKind.CLICK] * 2),
    ],
)
def test_double_clicks_are_quick_and_close_and_of_one_button(second: Script, expected: list[ActionKind]) -> None:
    assert kinds(second) == expected


def test_a_triple_click_is_one_action_that_says_so() -> None:
    (held,) = Script().click().click().click().click().held()
    assert (held.action.kind, held.action.amount) == (ActionKind.DOUBLE_CLICK, CountBucket.TO_15)


def test_a_choice_is_an_option_selected() -> None:
    value = Value(3, origin=Origin.PICKED)
    (held,) = Script().click(element=Element(Role.OPTION), value=value).held()
    assert (held.action.kind, held.action.value) == (ActionKind.SELECT_OPTION, value)
    assert kinds(Script().click(element=Element(Role.OPTION)).click(element=Element(Role.OPTION))) == [
        ActionKind.DOUBLE_CLICK
    ]


def test_a_command_by_mouse_and_by_keyboard_differs_in_modality_only() -> None:
    mouse, keyboard = Script().click(command=Command.SAVE).chord(Command.SAVE).held()
    assert mouse.action.command is keyboard.action.command is Command.SAVE
    assert (mouse.action.modality, keyboard.action.modality) == (Modality.MOUSE, Modality.KEYBOARD)
    assert keyboard.action.kind is ActionKind.HOTKEY


# Scrolls


def test_opposite_scrolls_never_cancel() -> None:
    held = Script().scroll(1).scroll(2).scroll(-1).scroll(-2).scroll(0, 1).held()
    assert [(item.action.direction, item.action.amount) for item in held] == [
        (Direction.DOWN, CountBucket.TO_3),
        (Direction.UP, CountBucket.TO_3),
        (Direction.RIGHT, CountBucket.ONE),
    ]


def test_scrolls_merge_within_a_second_and_one_window() -> None:
    assert len(Script().scroll(1).scroll(1, after=1.0).held()) == 1
    assert len(Script().scroll(1).scroll(1, after=1.1).held()) == 2
    script = Script().scroll(1)
    script.add(EventKind.SCROLL, RawKind.SCROLL, dy=1.0, window=2)
    assert len(script.held()) == 2


# Typing


def test_a_typed_run_is_one_action_with_its_deletions() -> None:
    (held,) = Script().type(9, erased=4).held()
    action = held.action
    assert (action.kind, action.erased, action.pace) == (ActionKind.TYPE_TEXT, CountBucket.TO_15, Pace.UNKNOWN)
    assert (action.value, action.element) == (Value(1, origin=Origin.TYPED), FIELD)
    assert action.key is Key.NONE
    assert action.amount is CountBucket.NONE


def test_caret_moves_within_a_run_belong_to_it_and_other_keys_do_not() -> None:
    script = Script()
    for _ in range(2):
        script.add(EventKind.CHAR, RawKind.KEY_DOWN, element=FIELD)
        script.key(Key.LEFT, element=FIELD)
    assert kinds(script.type(1).key(Key.LEFT).key(Key.DOWN)) == [
        ActionKind.TYPE_TEXT,
        ActionKind.PRESS_KEY,
        ActionKind.PRESS_KEY,
    ]


def test_runs_of_two_fields_are_two_actions() -> None:
    assert kinds(Script().type(2).type(2, element=Element(Role.TEXTBOX, key=5))) == [ActionKind.TYPE_TEXT] * 2
    assert kinds(Script().type(2).type(2, window=2)) == [ActionKind.TYPE_TEXT] * 2


def test_deletions_alone_are_the_key() -> None:
    (held,) = Script().type(0, erased=3).held()
    assert (held.action.kind, held.action.key) == (ActionKind.PRESS_KEY, Key.BACKSPACE)
    assert (held.action.amount, held.action.erased) == (CountBucket.TO_3, CountBucket.NONE)


def test_pace_is_a_tertile_of_the_runs_before() -> None:
    script = Script()
    for n in range(20):
        script.type(10, each=0.1 + n / 100).key(Key.ENTER)
    script.type(10, each=0.05).key(Key.ENTER).type(10, each=0.2).key(Key.ENTER).type(10, each=0.9).type(3)
    paces = [item.action.pace for item in script.held() if item.action.kind is ActionKind.TYPE_TEXT]
    assert paces[:20] == [Pace.UNKNOWN] * 20
    assert paces[20:] == [Pace.FAST, Pace.TYPICAL, Pace.SLOW, Pace.UNKNOWN]


def test_presses_of_one_key_merge() -> None:
    held = Script().key(Key.TAB).key(Key.TAB).key(Key.ENTER).key(Key.ENTER, after=2).held()
    assert [(item.action.key, item.action.amount) for item in held] == [
        (Key.TAB, CountBucket.TO_3),
        (Key.ENTER, CountBucket.ONE),
        (Key.ENTER, CountBucket.ONE),
    ]


# The clipboard


def test_a_copy_is_one_action_however_it_was_asked_for() -> None:
    value = Value(2, origin=Origin.COPIED)
    by_key = Script().chord(Command.COPY).add(EventKind.COPY, RawKind.COPY, value=value)
    by_menu = Script().click(command=Command.COPY).add(EventKind.COPY, RawKind.COPY, value=value)
    by_drag = Script().add(EventKind.COPY, RawKind.COPY, value=value)
    for script, kind, modality in (
        (by_key, ActionKind.HOTKEY, Modality.KEYBOARD),
        (by_menu, ActionKind.CLICK, Modality.MOUSE),
        (by_drag, ActionKind.HOTKEY, Modality.SYSTEM),
    ):
        (held,) = script.held()
        assert (held.action.kind, held.action.command, held.action.modality) == (kind, Command.COPY, modality)
        assert held.action.value == value


# Windows and screens


def test_changes_of_the_window_in_front() -> None:
    page, dialog = Element(Role.DOCUMENT, key=1), Element(Role.DIALOG, key=9)
    script = Script().focus("a", 1).focus("b", 2, page).focus("b", 2, page).focus("b", 2, Element(Role.DOCUMENT, key=2))
    held = script.focus("b", 3, dialog).focus("b", 2, page).focus("b", 4).focus("b", 2, page).focus("a", 1).held()
    assert [item.action.kind for item in held] == [
        ActionKind.SWITCH_APP,
        ActionKind.SWITCH_APP,
        ActionKind.NAVIGATE,
        ActionKind.OPEN,
        ActionKind.CLOSE,
        ActionKind.OPEN,
        ActionKind.SWITCH_APP,
        ActionKind.SWITCH_APP,
    ]
    assert (held[4].action.window, held[4].action.element) == (3, dialog)


@pytest.mark.parametrize(
    ("script", "modality"),
    [
        (Script().chord(Command.SWITCH_APP).focus("a", 1), Modality.KEYBOARD),
        (Script().click().focus("a", 1), Modality.MOUSE),
        (Script().click().focus("a", 1, after=2.5), Modality.SYSTEM),
        (Script().focus("a", 1), Modality.SYSTEM),
    ],
)
def test_what_came_just_before_is_the_cause(script: Script, modality: Modality) -> None:
    assert script.held()[-1].action.modality is modality


def test_a_press_that_raises_a_window_may_still_become_a_drag() -> None:
    held = Script().press().focus("a", 1).release(50).held()
    assert [item.action.kind for item in held] == [ActionKind.DRAG, ActionKind.SWITCH_APP]
    assert held[0].action.effect is Effect.CHANGED


@pytest.mark.parametrize(("after", "effect"), [(1.9, Effect.CHANGED), (2.1, Effect.UNKNOWN)])
def test_a_change_of_the_screen_soon_after_is_the_effect(after: float, effect: Effect) -> None:
    script = Script().add(EventKind.SCREEN, RawKind.TREE, screen=ONE).click()
    script.add(EventKind.SCREEN, RawKind.TREE, screen=ONE).add(EventKind.SCREEN, RawKind.TREE, after - 0.1, screen=TWO)
    held = script.click(after=9).held()
    assert [item.action.effect for item in held] == [effect, Effect.UNKNOWN]
    assert [item.screen for item in held] == [ONE, TWO]


def test_a_screen_is_in_front_until_another_is_told() -> None:
    """A source tells of a tree once: no second telling is no change."""
    held = Script().add(EventKind.SCREEN, RawKind.TREE, screen=ONE).click().click(9, 9, after=1).held()
    assert [(item.screen, item.action.effect) for item in held] == [(ONE, Effect.UNKNOWN)] * 2


def test_an_element_never_points_outside_its_screen() -> None:
    script = Script().add(EventKind.SCREEN, RawKind.TREE, screen=ONE)
    held = script.click(element=Element(Role.BUTTON, node=0)).click(9, 9, element=Element(Role.BUTTON, node=7)).held()
    assert [item.action.element.node for item in held if item.action.element] == [0, -1]


# Gaps and markers


def test_gaps_are_classes_of_the_time_since_the_end_before() -> None:
    held = Script().click().click(50, after=3).click(0, after=20).held()
    assert [item.action.gap for item in held] == [GapClass.NONE, GapClass.UNDER_4S, GapClass.UNDER_64S]


def test_a_pause_and_an_absence_look_the_same() -> None:
    def away(seconds: float) -> Script:
        script = Script().click().add(EventKind.AWAY, RawKind.AWAY)
        return script.add(EventKind.AWAY, RawKind.AWAY, seconds)

    def absent(seconds: float) -> Script:
        return Script().click().add(EventKind.MOVE, RawKind.MOVE, seconds)

    for after in (Script.click, lambda script: script.focus("a", 3).click()):
        shown = [
            [item.action for item in after(script).held()]
            for script in (away(2), away(9000), absent(IDLE_S), absent(9000))
        ]
        assert shown[0] == shown[1] == shown[2] == shown[3]
        assert [action.kind for action in shown[0]][:2] == [ActionKind.CLICK, ActionKind.GAP]


def test_nothing_merges_across_idle_time() -> None:
    for script in (
        Script().scroll(1).scroll(1, after=IDLE_S),
        Script().key(Key.TAB).key(Key.TAB, after=IDLE_S),
        Script().press().release(after=IDLE_S),
        Script().add(EventKind.CHAR, RawKind.KEY_DOWN).add(EventKind.CHAR, RawKind.KEY_DOWN, IDLE_S),
        Script().add(EventKind.SUPPRESSED, RawKind.MOVE).add(EventKind.SUPPRESSED, RawKind.MOVE, IDLE_S),
    ):
        assert ActionKind.GAP in kinds(script)


def test_markers_merge_with_their_like_and_say_only_why() -> None:
    script = Script()
    for reason in (Reason.SECRET_FIELD, Reason.SECRET_FIELD, Reason.UNKNOWN_FIELD):
        script.add(EventKind.SUPPRESSED, RawKind.KEY_DOWN, reason=reason, app="a", category=AppCategory.CHAT)
        script.add(EventKind.COUNTED, RawKind.KEY_UP)
    for _ in range(2):
        script.add(EventKind.LOST, RawKind.LOST, reason=Reason.OVERFLOW, count=7)
    held = script.held()
    assert [(item.action.kind, item.action.reason) for item in held] == [
        (ActionKind.SUPPRESSED, Reason.SECRET_FIELD),
        (ActionKind.SUPPRESSED, Reason.UNKNOWN_FIELD),
        (ActionKind.LOST, Reason.OVERFLOW),
    ]
    assert {(item.action.app, item.action.amount, item.action.category) for item in held} == {
        ("", CountBucket.NONE, AppCategory.OTHER)
    }
    assert held[2].counts == {RawKind.LOST: 14}


def test_pointer_moves_alone_are_a_wait() -> None:
    (held,) = Script().add(EventKind.MOVE, RawKind.MOVE).add(EventKind.MOVE, RawKind.MOVE).held()
    assert (held.action.kind, held.counts) == (ActionKind.WAIT, {RawKind.MOVE: 2})
    assert Script().held() == []


def test_forgetting_drops_what_was_open() -> None:
    machine = Reduction()
    for event in Script().focus("a", 1).click().events:
        machine.feed(event)
    machine.forget()
    assert machine.finish() == []


# The oracle

STEPS = st.one_of(
    st.tuples(st.just("type"), st.integers(1, 20), st.integers(0, 4)),
    st.tuples(st.just("click"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("scroll"), st.sampled_from([-2, -1, 1, 2]), st.just(0)),
)


def oracle(steps: list[tuple[str, int, int]]) -> list[tuple[ActionKind, Direction, CountBucket, CountBucket]]:
    """What steps 0.1 s apart are: typed runs as they are, clicks at one place in one action, scrolls by direction."""
    out = []
    for (name, way), group in groupby(steps, key=lambda s: (s[0], s[1] if s[0] == "click" else s[1] > 0)):
        run = list(group)
        if name == "type":
            out += [(ActionKind.TYPE_TEXT, Direction.NONE, CountBucket.NONE, count_bucket(s[2])) for s in run]
        elif name == "click":
            several = len(run) > 1
            kind = ActionKind.DOUBLE_CLICK if several else ActionKind.CLICK
            amount = count_bucket(len(run)) if several else CountBucket.NONE
            out.append((kind, Direction.NONE, amount, CountBucket.NONE))
        else:
            direction = Direction.DOWN if way else Direction.UP
            notches = sum(abs(s[1]) for s in run)
            out.append((ActionKind.SCROLL, direction, count_bucket(notches), CountBucket.NONE))
    return out


@given(st.lists(STEPS, max_size=30))
def test_simple_scripts_reduce_as_the_oracle_says(steps: list[tuple[str, int, int]]) -> None:
    script = Script()
    for name, first, second in steps:
        if name == "type":
            script.type(first, erased=second)
        elif name == "click":
            script.click(100 * first)
        else:
            script.scroll(first)
    held = script.held()
    assert [(h.action.kind, h.action.direction, h.action.amount, h.action.erased) for h in held] == oracle(steps)
    assert sum((Counter(h.counts) for h in held), Counter()) == Counter(
        event.source for event in script.events if event.count
    )
