"""Somebody who can put text on a participant's screen, or type at the keyboard, asks whether a value was typed before.

LINDDUN: linking, detecting, data disclosure. Control: only what a person typed, pasted, copied or picked gets a slot;
slots are numbers by a keyed hash whose key never leaves the recorder's memory and changes at every idle boundary, at
`forget` and with every run. What an attacker may have is all that leaves: the actions.
"""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasswork.device import hold
from glasswork.device.pipeline import Pipeline
from glasswork.device.redaction import redact_events
from glasswork.device.redaction.slots import Numbers
from glasswork.policy import check
from glasswork.schema.batch import Batch, batch_of, encode_batch
from glasswork.schema.raw import Modifier, RawKind, RawNode
from glasswork.schema.words import IDLE_S, Button, Role
from unit.test_agent import signed_policy
from unit.test_redaction_stage import EDITOR, WINDOW, Script, values
from vectors.recordings.policy import policy

KEY = bytes(range(32))
TYPED = "zebra quartz"
OTHER = "amber violin"  # as long, of the same kind, and no word of any interface
"""What an attacker guesses wrongly."""
BOX = (10, 10, 200, 20)


def showing(where: str, text: str) -> list[dict[str, object]]:
    """The raw events by which a program or a page can tell of a text that it shows."""
    node = RawNode(Role.WINDOW, 0, box=WINDOW)
    element = {"kind": RawKind.ELEMENT, "box": BOX, "window_box": WINDOW}
    match where:
        case "title":
            return [{"kind": RawKind.FOCUS, "app": EDITOR.app, "window": 8, "title": text}]
        case "label of a button":
            return [element | {"role": Role.BUTTON, "label": text}]
        case "name of a field":
            return [element | {"role": Role.TEXTBOX, "label": text, "field": "f", "editable": True}]
        case "key of a field":
            return [element | {"role": Role.TEXTBOX, "field": text, "editable": True}]
        case "option that is offered":
            return [element | {"role": Role.OPTION, "label": text}]
        case "text in the tree":
            return [{"kind": RawKind.TREE, "nodes": (node, RawNode(Role.TEXT, 1, label=text)), "window_box": WINDOW}]
        case "value in the tree":
            return [{"kind": RawKind.TREE, "nodes": (node, RawNode(Role.TEXTBOX, 1, value=text)), "window_box": WINDOW}]
        case _:
            rows = tuple(RawNode(Role.LISTITEM, 1, label=text) for _ in range(3))
            return [{"kind": RawKind.TREE, "nodes": (node, *rows), "window_box": WINDOW}]


PLACES = (
    "title",
    "label of a button",
    "name of a field",
    "key of a field",
    "option that is offered",
    "text in the tree",
    "value in the tree",
    "rows of a list",
)


def leaves(script: Script) -> bytes:
    """Everything that is told of a script, as bytes."""
    return msgspec.json.encode([msgspec.structs.asdict(event) for event in redact_events(script.events, policy())])


@pytest.mark.parametrize("where", PLACES)
def test_what_is_only_shown_answers_no_guess(where: str) -> None:
    """A right guess and a wrong one on the screen leave the very same bytes, before and after the value is typed."""

    def asked(guess: str) -> bytes:
        script = Script().type(TYPED).key("tab")
        for shown in showing(where, guess):
            script.add(**shown)  # type: ignore[arg-type]
        script.add(RawKind.PRESS, x=5, y=500, button=Button.LEFT).add(RawKind.FOCUS, app=EDITOR.app, window=7)
        return leaves(script.type(TYPED).key("tab"))

    assert asked(TYPED) == asked(OTHER)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=6, max_size=12), st.sampled_from(PLACES))
def test_no_word_on_a_screen_gets_a_slot(word: str, where: str) -> None:
    script = Script()
    for shown in showing(where, word):
        script.add(**shown)  # type: ignore[arg-type]
    assert values(list(redact_events(script.events, policy()))) == []


def test_a_guess_that_is_typed_after_an_idle_boundary_meets_nothing() -> None:
    """Who comes to the keyboard later types guess after guess; the slots start anew, whatever is equal."""
    slots = set[tuple[int, ...]]()
    for guess in (TYPED, OTHER):
        script = Script().type(TYPED).key("tab").add(RawKind.MOVE, after=IDLE_S)
        script.type(guess).key("tab")
        slots.add(tuple(value[0] for value in values(script.redacted())))
    assert slots == {(1, 1)}


def test_a_guess_that_is_typed_after_a_gap_meets_nothing() -> None:
    """A pause, a lock and a covered indicator are gaps like that of a lunch."""
    one, other = (
        [value[0] for value in values(Script().type(TYPED).key("tab").add(RawKind.AWAY).type(guess).redacted())]
        for guess in (TYPED, OTHER)
    )
    assert one == other == [1, 1]


def test_a_copy_is_never_compared() -> None:
    """What is on the clipboard is not read: a page that writes a guess to it learns from no paste."""
    script = Script().type(TYPED).key("tab")
    script.add(RawKind.COPY, text=TYPED).key("char", "v", held=Modifier.CONTROL).key("tab")
    typed, copied, pasted = (value[0] for value in values(script.redacted()))
    assert typed != copied == pasted


@given(st.lists(st.text(max_size=20), unique=True, min_size=2, max_size=6))
def test_numbers_say_in_which_order_and_nothing_of_what(things: list[str]) -> None:
    """Without the key no guess can be tried: another key gives other digests, and the numbers only count."""
    one, other = Numbers(), Numbers()
    assert [one.of(thing) for thing in things] == [other.of(thing) for thing in things] == [*range(1, len(things) + 1)]
    assert all(one.digest(thing) != other.digest(thing) for thing in things)
    before = [one.digest(thing) for thing in things]
    one.renew()
    assert not set(before) & {one.digest(thing) for thing in things}


@pytest.mark.parametrize("between", ["forgotten", "begun anew"])
def test_what_was_forgotten_or_of_another_run_answers_no_guess(tmp_path: Path, between: str) -> None:
    """Through the recorder's own pipeline and its hold, to the batch that would leave."""

    def told(guess: str) -> Batch:
        with hold.open_hold(tmp_path / guess, KEY) as handle:
            pipeline = Pipeline(handle, approved)
            for event in Script().type(TYPED).key("tab").events:
                pipeline.feed(event)
            if between == "forgotten":
                pipeline.forget(5)
            else:
                pipeline.close()
                pipeline = Pipeline(handle, approved)
            for event in Script().type(guess).key("tab").events:
                pipeline.feed(event)
            pipeline.close()
            return batch_of([item for record in hold.review(handle).records for item in record.held])

    approved = check(signed_policy(), now=datetime.now(UTC))
    for folder in (TYPED, OTHER):
        (tmp_path / folder).mkdir()
    right, wrong = told(TYPED), told(OTHER)
    assert encode_batch(right) == encode_batch(wrong)
    assert {action.value.slot for action in right.actions if action.value is not None} == {1}
