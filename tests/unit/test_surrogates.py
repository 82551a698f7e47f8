"""Surrogates: what is filled, what stays, and what a value depends on."""

import msgspec

from glasswork.assemble.record import Record
from glasswork.assemble.surrogates import NOTICE, TRIES, fill, filled
from glasswork.schema.episode import Example, Step
from glasswork.schema.words import LengthBucket, Scope


def example_of(*slots: tuple[str, str], name: str = "e") -> Example:
    """An example that enters these slots, of these lengths."""
    steps = (
        Step(
            observation='[e1] textbox "to"', tool="type_text", arguments={"ref": "e1", "value": slot} | _length(length)
        )
        for slot, length in slots
    )
    return Example(id=name, goal="Enter an e-mail address.", steps=tuple(steps), outcome="completed", week="2026-W48")


def record_of(*slots: tuple[str, str], name: str = "e") -> Record:
    return Record(example=example_of(*slots, name=name), apps=(), suppressed=0, scope=Scope.SELF, policy="", basis="")


def _length(length: str) -> dict[str, str | int]:
    return {} if length == LengthBucket.NONE else {"length": str(length)}


def test_the_data_flow_is_kept() -> None:
    record = filled(record_of(("<email_1>", "17-64"), ("<text_2>", "1-16"), ("<email_1>", "17-64")), b"seed")
    first, other, again = (step.arguments["value"] for step in record.example.steps)
    assert first == again != other
    assert "@example." in str(first)


def test_values_differ_by_seed_and_example_and_by_nothing_else() -> None:
    slots = (("<phone_1>", "1-16"), ("<card_2>", "17-64"))
    one = fill(example_of(*slots), b"seed")
    assert one == fill(msgspec.structs.replace(example_of(*slots), goal="Another.", outcome="unknown"), b"seed")
    assert set(one.values()).isdisjoint(fill(example_of(*slots), b"other").values())
    assert set(one.values()).isdisjoint(fill(example_of(*slots, name="f"), b"seed").values())


def test_what_is_no_slot_stays() -> None:
    record = record_of(("<robot_1>", "1-16"), ("<email_0>", "1-16"), ("plain", "none"), ("<email_1> ", "none"))
    assert fill(record.example, b"") == {}
    assert filled(record, b"") == record


def test_a_slot_of_unknown_length_is_short_until_its_length_is_known() -> None:
    assert len(fill(example_of(("<text_1>", "none")), b"")["<text_1>"]) <= 16
    assert len(fill(example_of(("<text_1>", "none"), ("<text_1>", "65+")), b"")["<text_1>"]) > 64


def test_a_used_up_range_leaves_the_slot() -> None:
    many = fill(example_of(*((f"<mac_{n}>", "1-16") for n in range(1, 700))), b"")
    left = [slot for slot, value in many.items() if slot == value]
    assert len(set(many.values())) == len(many)
    assert len(many) - len(left) <= 512
    assert TRIES < 512


def test_it_says_that_it_is_one() -> None:
    assert "surrogates" in NOTICE and "never from what was typed" in NOTICE
