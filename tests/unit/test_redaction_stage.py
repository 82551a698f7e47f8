"""Content in, tokens out: what the redaction stage lets through, and that everything else is suppressed."""

from itertools import accumulate

import msgspec
import pytest

from glasswork.device.redaction import Redaction, redact_events
from glasswork.device.redaction.typed_run import LONGEST, LONGEST_S
from glasswork.policy.model import EventKind as Listed
from glasswork.schema.action import Screen
from glasswork.schema.event import Event, EventKind
from glasswork.schema.raw import Modifier, RawEvent, RawKind, RawNode
from glasswork.schema.words import (
    IDLE_S,
    AppCategory,
    Button,
    Command,
    CountBucket,
    Key,
    LengthBucket,
    Origin,
    Reason,
    Role,
    ValueKind,
)
from vectors.recordings.policy import policy

EDITOR = RawEvent(RawKind.FOCUS, 0.0, app="/usr/bin/mousepad", window=7, title="diary of Ms Fictional - Mousepad")
WINDOW = (0, 0, 640, 480)


class Script:
    """Raw events with a running clock."""

    def __init__(self, start: RawEvent | None = EDITOR) -> None:
        self.time = 0.0
        self.events = [start] if start else []

    def add(self, kind: RawKind, after: float = 0.1, **fields: object) -> "Script":
        self.time += after
        self.events.append(RawEvent(kind, self.time, **fields))  # type: ignore[arg-type]
        return self

    def key(self, key: str, text: str = "", held: Modifier = Modifier.NONE, **fields: object) -> "Script":
        fields = {"secret": False} | fields
        self.add(RawKind.KEY_DOWN, key=key, text=text, modifiers=held, **fields)
        return self.add(RawKind.KEY_UP, key=key, **fields)

    def type(self, text: str, **fields: object) -> "Script":
        for character in text:
            self.key("space" if character == " " else "char", character, **fields)
        return self

    def redacted(self, imported: bool = False, **changes: tuple[Listed, ...]) -> list[Event]:
        return list(redact_events(self.events, policy(**changes), imported=imported))


def kinds(events: list[Event]) -> list[EventKind]:
    return [event.kind for event in events if event.kind is not EventKind.COUNTED]


def values(events: list[Event]) -> list[tuple[int, ValueKind, LengthBucket, Origin]]:
    return [msgspec.structs.astuple(event.value) for event in events if event.value]


# Typed runs


def test_a_run_comes_out_when_it_ends_and_only_as_a_slot() -> None:
    stage = Redaction(policy())
    script = Script().type("anna@example.org")
    out = [event for raw in script.events for event in stage.feed(raw)]
    assert kinds(out) == [EventKind.FOCUS]
    out = stage.finish()
    assert kinds(out) == [EventKind.CHAR] * 16 + [EventKind.VALUE]
    assert values(out) == [(1, ValueKind.EMAIL, LengthBucket.TO_16, Origin.TYPED)]


@pytest.mark.parametrize("end", ["enter", "tab", "escape", "up", "page_down"])
def test_keys_that_leave_a_field_end_the_run(end: str) -> None:
    out = Script().type("blue").key(end).type("red").redacted()
    assert [value[2] for value in values(out)] == [LengthBucket.TO_16, LengthBucket.TO_16]
    assert values(out)[0][0] != values(out)[1][0]


def test_every_other_boundary_ends_the_run_too() -> None:
    script = Script().type("one").add(RawKind.PRESS, x=3, y=3, button=Button.LEFT)
    script.type("two").add(RawKind.FOCUS, app="pcmanfm", window=8)
    script.type("three").add(RawKind.ELEMENT, role=Role.TEXTBOX, label="City", field="f1")
    script.type("four").key("char", "s", Modifier.CONTROL)
    script.type("five").add(RawKind.MOVE, after=IDLE_S)
    script.type("six").add(RawKind.AWAY).type("seven").add(RawKind.LOST, count=3)
    script.type("eight").add(RawKind.SCROLL, dy=1).type("nine")
    assert len(values(script.redacted())) == 9


@pytest.mark.parametrize(("after", "runs"), [(LONGEST_S - 1, 1), (LONGEST_S + 1, 2)])
def test_a_run_lives_for_seconds_even_while_it_is_typed(after: float, runs: int) -> None:
    script = Script().type("a letter without an end ")
    first = script.events[1].time
    script.add(RawKind.MOVE, after=first + after - script.time).type("!")
    stage = Redaction(policy())
    out = [event for raw in script.events for event in stage.feed(raw)] + stage.finish()
    assert len(values(out)) == runs
    assert sum(event.count for event in out) == len(script.events)


def test_a_run_holds_back_only_so_much() -> None:
    script = Script()
    for n in range(3 * LONGEST):
        script.add(RawKind.KEY_DOWN, after=0.01, key="char", text="x", secret=False)
        if n % 2:
            script.add(RawKind.TREE, after=0, nodes=(RawNode(Role.WINDOW, 0),))
    stage = Redaction(policy())
    held_back = [1 - sum(event.count for event in stage.feed(raw)) for raw in script.events]
    assert max(accumulate(held_back)) == LONGEST


def test_what_says_nothing_of_the_field_does_not_end_the_run() -> None:
    script = Script().type("bl").add(RawKind.MOVE, x=1).add(RawKind.FOCUS, app="mousepad", window=7, title="*")
    script.add(RawKind.TREE, nodes=(RawNode(Role.WINDOW, 0),)).key("shift").type("ue")
    out = script.redacted()
    assert [value[0] for value in values(out)] == [1]
    assert sum(event.count for event in out) == len(script.events)


def test_backspace_takes_the_last_character_and_is_kept_as_evidence() -> None:
    out = Script().type("blu").key("backspace").type("ue").key("enter").type("blue").redacted()
    first, second = values(out)
    assert first[0] == second[0]
    assert kinds(out).count(EventKind.ERASE) == 1


def test_a_length_is_that_of_what_is_left() -> None:
    script = Script().type("a" * 20)
    for _ in range(10):
        script.key("backspace")
    assert values(script.redacted())[0][2] is LengthBucket.TO_16
    emptied = Script().type("ab").key("backspace").key("backspace").redacted()
    assert kinds(emptied)[-1] is EventKind.VALUE
    assert values(emptied) == []


def test_after_a_caret_move_the_run_has_a_slot_of_its_own() -> None:
    out = Script().type("blue").key("enter").type("bue").key("left").type("l").redacted()
    assert [value[0] for value in values(out)] == [1, 2]


def test_a_key_of_unknown_text_makes_the_run_unknown() -> None:
    out = Script().type("blue").key("enter").type("blu").key("char", "").redacted()
    assert [value[0] for value in values(out)] == [1, 2]


def test_slots_start_anew_after_idle_time() -> None:
    script = Script().type("red").key("tab").type("blue").add(RawKind.MOVE, after=IDLE_S).type("blue")
    assert [value[0] for value in values(script.redacted())] == [1, 2, 1]


def test_a_typed_secret_leaves_nothing_but_the_fact() -> None:
    script = Script().type("password: Tr0ub4dor&3")
    out = script.redacted()
    assert set(kinds(out)) == {EventKind.FOCUS, EventKind.SUPPRESSED}
    assert {event.reason for event in out if event.kind is EventKind.SUPPRESSED} == {Reason.SECRET_FIELD}
    assert sum(event.count for event in out) == len(script.events)


# Secret and unknown fields


@pytest.mark.parametrize(("secret", "reason"), [(True, Reason.SECRET_FIELD), (None, Reason.UNKNOWN_FIELD)])
def test_keys_in_a_field_that_is_not_surely_harmless_are_suppressed(secret: bool | None, reason: Reason) -> None:
    out = Script().type("hunter2", secret=secret).key("enter", secret=secret).redacted()
    assert set(kinds(out)) == {EventKind.FOCUS, EventKind.SUPPRESSED}
    assert {event.reason for event in out if event.kind is EventKind.SUPPRESSED} == {reason}


def test_an_element_called_a_secret_is_one_until_the_next_element() -> None:
    script = Script().add(RawKind.ELEMENT, role=Role.TEXTBOX, label="Passwort", field="p").type("hunter2")
    script.add(RawKind.ELEMENT, role=Role.TEXTBOX, label="City", field="c").type("Paris")
    assert len(values(script.redacted())) == 1
    assert kinds(script.redacted()).count(EventKind.CHAR) == 5


def test_a_recording_that_says_late_what_is_in_front_keeps_the_secret_field() -> None:
    script = Script(None).add(RawKind.ELEMENT, role=Role.TEXTBOX, label="Password", box=(0, 0, 9, 9))
    script.add(RawKind.FOCUS, app="explorer", window=2).type("hunter2")
    assert values(script.redacted(imported=True)) == []


# What the policy allows


def test_nothing_passes_before_the_front_is_known_or_where_it_is_not_listed() -> None:
    for start in (None, RawEvent(RawKind.FOCUS, 0.0, app="secretchat", window=3, title="a chat")):
        script = Script(start).type("hello").add(RawKind.PRESS, x=1, y=1).add(RawKind.RELEASE, x=1, y=1)
        script.add(RawKind.MOVE).add(RawKind.SCROLL, dy=1).add(RawKind.COPY)
        script.add(RawKind.TREE, nodes=(RawNode(Role.BUTTON, 0, label="Save"),))
        script.add(RawKind.ELEMENT, role=Role.BUTTON, label="Save")
        out = script.redacted()
        assert {(event.kind, event.reason) for event in out} == {(EventKind.SUPPRESSED, Reason.NOT_LISTED)}
        assert sum(event.count for event in out) == len(script.events)


def test_a_browser_needs_a_listed_site_and_keys_that_name_the_page() -> None:
    unlisted = Script(RawEvent(RawKind.FOCUS, 0.0, app="chromium", window=3, site="bank.test")).type("hello")
    assert set(kinds(unlisted.redacted())) == {EventKind.SUPPRESSED}
    listed = Script(RawEvent(RawKind.FOCUS, 0.0, app="chromium", window=3, site="orders.test", title="Order form 12"))
    listed.type("from X11").add(RawKind.PRESS, x=1, y=1).type("from the page", site="orders.test")
    out = listed.redacted()
    assert out[0].category is AppCategory.BUSINESS
    assert out[0].element is not None
    assert (out[0].element.role, out[0].element.label) == (Role.DOCUMENT, "Order form")
    assert Reason.UNKNOWN_FIELD in {event.reason for event in out}
    assert kinds(out).count(EventKind.CHAR) == len("from the page")


def test_a_browser_may_learn_its_site_from_its_elements() -> None:
    script = Script(RawEvent(RawKind.FOCUS, 0.0, app="chromium", window=3, title="Order form - Chromium"))
    script.add(RawKind.MOVE).add(RawKind.PRESS, x=1, y=1)  # the site is not known yet
    script.add(RawKind.ELEMENT, role=Role.LINK, label="Help", field="a", site="orders.test")
    script.add(RawKind.PRESS, x=1, y=1).add(RawKind.ELEMENT, role=Role.BUTTON, label="Back", field="b")
    script.add(RawKind.FOCUS, app="chromium", window=3, title="another page").add(RawKind.PRESS, x=1, y=1)
    script.add(RawKind.ELEMENT, role=Role.LINK, label="Help", field="c", site="bank.test").add(RawKind.PRESS, x=1, y=1)
    script.add(RawKind.ELEMENT, role=Role.LINK, label="Help", field="a", site="orders.test").add(
        RawKind.PRESS, x=1, y=1
    )
    out = script.redacted()
    assert kinds(out) == [
        EventKind.SUPPRESSED,
        EventKind.FOCUS,
        EventKind.PRESS,
        EventKind.SUPPRESSED,
        EventKind.SUPPRESSED,
        EventKind.SUPPRESSED,
        EventKind.FOCUS,
        EventKind.PRESS,
    ]
    pages = [event.element for event in out if event.kind is EventKind.FOCUS]
    assert [page.label for page in pages if page] == ["Order form", ""]
    assert sum(event.count for event in out) == len(script.events)


def test_without_typed_runs_commands_and_named_keys_remain() -> None:
    script = Script(RawEvent(RawKind.FOCUS, 0.0, app="xterm", window=3)).type("ls").key("enter").key("backspace")
    out = script.key("char", "c", Modifier.CONTROL).key("char", "c", Modifier.CONTROL | Modifier.SHIFT).redacted()
    assert kinds(out)[1:] == [EventKind.SUPPRESSED] * 2 + [EventKind.KEY] * 2 + [EventKind.CHORD] * 2
    assert [event.command for event in out if event.kind is EventKind.CHORD] == [Command.INTERRUPT, Command.COPY]
    assert values(out) == []


def test_kinds_that_the_policy_does_not_list_are_suppressed() -> None:
    script = Script().add(RawKind.ELEMENT, role=Role.BUTTON, label="Save", box=(0, 0, 9, 9), window_box=WINDOW)
    script.add(RawKind.PRESS, x=1, y=1).add(RawKind.TREE, nodes=(RawNode(Role.WINDOW, 0),)).type("a").add(RawKind.COPY)
    only_pointer = script.redacted(event_kinds=(Listed.POINTER,))
    assert kinds(only_pointer) == [EventKind.FOCUS, EventKind.PRESS] + [EventKind.SUPPRESSED] * 2
    assert only_pointer[2].element is None
    only_keys = script.redacted(event_kinds=(Listed.KEYS,))
    assert EventKind.PRESS not in kinds(only_keys)
    assert EventKind.VALUE in kinds(only_keys)


def test_an_import_passes_with_programs_that_are_not_listed() -> None:
    out = Script(None).type("blue").add(RawKind.FOCUS, app="explorer", window=1).type("blue").redacted(imported=True)
    assert [event.app for event in out if event.kind is EventKind.FOCUS] == [""]
    assert [value[0] for value in values(out)] == [1, 1]


def test_events_that_a_source_merged_are_counted_as_what_they_were() -> None:
    script = (
        Script().add(RawKind.MOVE, count=40).add(RawKind.SCROLL, dy=3, count=3).type("a").add(RawKind.MOVE, count=9)
    )
    assert sum(event.count for event in script.redacted()) == 1 + 40 + 3 + 2 + 9


# Shortcuts and the clipboard


@pytest.mark.parametrize(
    ("key", "text", "held", "command"),
    [
        ("char", "s", Modifier.CONTROL, Command.SAVE),
        ("char", "Z", Modifier.CONTROL | Modifier.SHIFT, Command.REDO),
        ("f4", "", Modifier.ALT, Command.CLOSE),
        ("tab", "", Modifier.ALT, Command.SWITCH_APP),
        ("left", "", Modifier.ALT, Command.BACK),
        ("f5", "", Modifier.NONE, Command.RELOAD),
        ("char", "f", Modifier.ALT, Command.OTHER),
        ("char", "j", Modifier.CONTROL | Modifier.ALT, Command.OTHER),
    ],
)
def test_shortcuts_are_commands(key: str, text: str, held: Modifier, command: Command) -> None:
    chord = Script().key(key, text, held).redacted()[1]
    assert (chord.kind, chord.command, chord.key) == (EventKind.CHORD, command, Key.NONE)


def test_keys_that_choose_a_menu_item_or_press_a_button_are_its_command() -> None:
    script = Script().add(RawKind.ELEMENT, role=Role.MENUITEM, label="_Save", field="m").key("char", "s").key("enter")
    script.add(RawKind.ELEMENT, role=Role.BUTTON, label="Cancel", field="b").key("space", " ")
    out = script.redacted()
    assert [(event.kind, event.command, event.key) for event in out if event.command is not Command.NONE] == [
        (EventKind.CHORD, Command.SAVE, Key.NONE),
        (EventKind.KEY, Command.SAVE, Key.ENTER),
        (EventKind.KEY, Command.CANCEL, Key.OTHER),
    ]
    assert values(out) == []
    assert len(values(script.redacted(imported=True))) == 2  # there, the element is only what was clicked last


def test_a_terminal_is_not_a_secret_field_for_good() -> None:
    script = Script().add(RawKind.ELEMENT, role=Role.TERMINAL, secret=True, field="t").type("hunter2", secret=True)
    assert len(values(script.key("enter").type("ls").redacted())) == 1


def test_editing_within_a_line_is_no_shortcut() -> None:
    out = Script().type("two words").key("backspace", "", Modifier.CONTROL).key("left", "", Modifier.CONTROL).redacted()
    assert kinds(out)[-3:] == [EventKind.ERASE, EventKind.KEY, EventKind.VALUE]


def test_what_was_copied_and_pasted_shares_a_slot() -> None:
    script = Script().key("char", "c", Modifier.CONTROL).add(RawKind.COPY, after=0.05)
    script.key("char", "v", Modifier.CONTROL).add(RawKind.COPY, after=9).key("char", "v", Modifier.CONTROL)
    assert [(slot, origin) for slot, _, _, origin in values(script.redacted())] == [
        (1, Origin.COPIED),
        (1, Origin.COPIED),
        (1, Origin.PASTED),
        (2, Origin.COPIED),
        (2, Origin.PASTED),
    ]


# What is on the screen


def test_a_tree_becomes_structure() -> None:
    rows = [RawNode(Role.LISTITEM, 2, label=f"Letter to person {n}", box=(0, n, 640, 1), value="x") for n in range(30)]
    nodes = (
        RawNode(Role.WINDOW, 0, label="Letters - Mail", box=WINDOW),
        RawNode(Role.BUTTON, 1, label="_Save…", box=(320, 240, 320, 240)),
        RawNode(Role.BUTTON, 1, label="Ms Fictional", box=(-50, 0, 60, 48)),
        RawNode(Role.LIST, 1, box=(700, 0, 10, 10)),
        *rows,
        RawNode(Role.TEXTBOX, 1, value="a whole letter"),
    )
    screen = Script().add(RawKind.TREE, nodes=nodes, window_box=WINDOW).redacted()[1].screen
    assert screen is not None
    assert screen.cut is CountBucket.TO_15
    assert len(screen.nodes) == 25
    assert [node.label for node in screen.nodes if node.label] == ["save"]
    assert screen.nodes[1].box == (64, 64, 64, 64)
    assert screen.nodes[2].box == (0, 0, 2, 13)
    assert screen.nodes[3].box is None


def test_what_is_written_checked_or_chosen_makes_no_other_screen() -> None:
    def screen(rows: int, value: str, name: str) -> Screen | None:
        nodes = (
            RawNode(Role.WINDOW, 0, label=f"{name} - Mail", box=WINDOW),
            RawNode(Role.CHECKBOX, 1, label="Select", value=value, box=(0, 0, 20, 20)),
            RawNode(Role.TEXTBOX, 1, value=name, box=(0, 20, 20, 20)),
            *(RawNode(Role.ROW, 1, label=f"{name} {n}", value=value, box=(0, 40 + n, 640, 1)) for n in range(rows)),
        )
        return Script().add(RawKind.TREE, nodes=nodes, window_box=WINDOW).redacted()[1].screen

    assert screen(60, "unchecked", "Ms Fictional") == screen(300, "checked", "Mr Invented")


def test_a_secret_key_need_not_say_what_it_wrote() -> None:
    told, untold = Script(), Script()
    for script, text in ((told, "hunter2"), (untold, "")):
        for n in range(7):
            script.key("char", text[n : n + 1], secret=True)
    assert told.redacted() == untold.redacted()


def test_a_click_is_aimed_at_the_element_under_it_and_its_node() -> None:
    nodes = (RawNode(Role.WINDOW, 0, box=WINDOW), RawNode(Role.BUTTON, 1, label="Save", box=(0, 0, 64, 48)))
    script = Script().add(RawKind.TREE, nodes=nodes, window_box=WINDOW)
    script.add(RawKind.ELEMENT, role=Role.BUTTON, label="Save", box=(0, 0, 64, 48))
    script.add(RawKind.PRESS, x=10, y=10, button=Button.LEFT).add(RawKind.RELEASE, x=10, y=10)
    script.add(RawKind.PRESS, x=300, y=10, button=Button.LEFT)
    hit, missed = (event for event in script.redacted() if event.kind is EventKind.PRESS)
    assert hit.element is not None
    assert (hit.element.label, hit.element.node, hit.element.box, hit.command) == (
        "save",
        1,
        (0, 0, 13, 13),
        Command.SAVE,
    )
    assert missed.element is None


def test_a_menu_opened_on_a_button_is_not_its_command() -> None:
    script = Script().add(RawKind.ELEMENT, role=Role.BUTTON, label="Save", box=(0, 0, 64, 48))
    script.add(RawKind.PRESS, x=10, y=10, button=Button.RIGHT)
    (press,) = (event for event in script.redacted() if event.kind is EventKind.PRESS)
    assert press.element is not None
    assert press.command is Command.NONE


def test_a_choice_says_neither_which_nor_where() -> None:
    script = Script()
    for label, y in (("Ms Fictional", 10), ("Mr Invented", 20), ("Ms Fictional", 10)):
        script.add(RawKind.ELEMENT, role=Role.OPTION, label=label, box=(0, y, 99, 9), window_box=WINDOW)
        script.add(RawKind.PRESS, x=5, y=y + 1, button=Button.LEFT).add(RawKind.RELEASE, x=5, y=y + 1)
    presses = [event for event in script.redacted() if event.kind is EventKind.PRESS]
    assert len({event.element for event in presses}) == 1
    assert [value[::3] for value in values(presses)] == [(1, Origin.PICKED), (2, Origin.PICKED), (1, Origin.PICKED)]


def test_equal_elements_have_equal_keys() -> None:
    script = Script()
    for field in ("a", "b", "a"):
        script.add(RawKind.ELEMENT, role=Role.TEXTBOX, field=field).type("x")
    assert (
        len({event.element.key for event in script.redacted() if event.kind is EventKind.VALUE and event.element}) == 2
    )


def test_an_elements_key_says_nothing_of_what_it_shows() -> None:
    """Otherwise a page could show a guess in the place of a name, and ask by the key whether it is the same."""
    script = Script()
    for label in ("Ms Fictional", "Mr Invented"):
        script.add(RawKind.ELEMENT, role=Role.LINK, label=label, box=(0, 0, 99, 9), window_box=WINDOW)
        script.add(RawKind.PRESS, x=5, y=5, button=Button.LEFT).add(RawKind.RELEASE, x=5, y=5)
    elements = {event.element for event in script.redacted() if event.kind is EventKind.PRESS}
    assert len(elements) == 1


# Failure and forgetting


def test_what_fails_is_suppressed_and_nothing_is_lost() -> None:
    script = Script().type("blue").add(RawKind.TREE, nodes=(RawNode(Role.BUTTON, -1, label="fictional"),)).type("red")
    out = script.redacted()
    assert sum(event.count for event in out) == len(script.events)
    assert Reason.UNKNOWN_FIELD in {event.reason for event in out}
    assert [value[0] for value in values(out)] == [1]  # of what was typed after the failure


def test_after_a_failed_focus_nothing_passes() -> None:
    broken = RawEvent(RawKind.FOCUS, 0.0, app=None, window=3)  # type: ignore[arg-type]
    script = Script()
    script.events.append(broken)
    assert {event.kind for event in script.type("blue").redacted()[1:]} == {EventKind.SUPPRESSED}


def test_an_element_that_fails_counts_as_secret() -> None:
    script = Script().add(RawKind.ELEMENT, role=Role.TEXTBOX, label=None).type("blue")
    assert values(script.redacted()) == []


def test_a_run_that_cannot_be_judged_does_not_keep_the_page_before_in_front() -> None:
    script = Script(RawEvent(RawKind.FOCUS, 0.0, app="chromium", window=3, site="orders.test"))
    script.type("blue", site="orders.test").key("char", b"x", site="orders.test")  # type: ignore[arg-type]
    script.add(RawKind.ELEMENT, role=Role.LINK, label="Help", field="a", site="bank.test")
    script.add(RawKind.PRESS, x=1, y=1, button=Button.LEFT)
    out = script.redacted()
    assert EventKind.PRESS not in kinds(out)
    assert values(out) == []
    assert sum(event.count for event in out) == len(script.events)


def test_a_suppressed_run_counts_what_a_source_merged() -> None:
    script = Script().type("password: hunter").key("char", "2", count=3)
    assert sum(event.count for event in script.redacted()) == sum(raw.count or 1 for raw in script.events)


def test_forgetting_does_not_forget_that_a_field_is_secret() -> None:
    stage = Redaction(policy())
    for raw in Script().add(RawKind.ELEMENT, role=Role.TEXTBOX, label="Password").events:
        stage.feed(raw)
    stage.forget()
    out = [event for raw in Script(None).type("blue").key("enter").events for event in stage.feed(raw)]
    assert set(kinds(out)) == {EventKind.SUPPRESSED}


def test_forgetting_drops_the_run_and_every_number() -> None:
    stage = Redaction(policy())
    for raw in Script().type("blue").events:
        stage.feed(raw)
    stage.forget()
    assert stage.finish() == []
    for raw in Script().type("red").events:
        stage.feed(raw)
    assert values(stage.finish()) == [(1, ValueKind.TEXT, LengthBucket.TO_16, Origin.TYPED)]


def test_lone_surrogates_and_monsters_pass_without_an_error() -> None:
    for text in ("\ud800", "a\u0301" * 50, "x" * 9000):
        script = Script().add(RawKind.ELEMENT, role=Role.BUTTON, label=text, field=text).type("a").key("char", text)
        out = script.redacted()
        msgspec.msgpack.encode(out)
        assert sum(event.count for event in out) == len(script.events)
