"""Surrogates: whatever the seed, a value is of its kind, of its length, nobody's, and the same again."""

import ipaddress
import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasswork.assemble.surrogate_values import value
from glasswork.assemble.surrogates import SLOT, fill, filled
from glasswork.redact import find
from glasswork.redact.checks import iban_valid
from glasswork.redact.national.digits import luhn
from glasswork.redact.tokens import kind_of
from glasswork.schema.episode import Step
from glasswork.schema.words import LengthBucket, ValueKind, length_bucket
from unit.test_surrogates import example_of, record_of

LENGTHS = (LengthBucket.TO_16, LengthBucket.TO_64, LengthBucket.OVER_64)

UNKNOWN_TO_RULES = {ValueKind.TEXT, ValueKind.SECRET, ValueKind.PERSON, ValueKind.ORGANISATION}
"""Plain words, and a secret that says of itself that it is none: no rule finds them, and none should."""

slots = st.builds(lambda kind, slot: f"<{kind}_{slot}>", st.sampled_from(ValueKind), st.integers(1, 40))
calls = st.tuples(slots, st.sampled_from(LENGTHS))


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("kind", ValueKind)
@given(seed=st.binary(max_size=8))
@settings(max_examples=40, deadline=None)
def test_a_value_is_of_its_length_and_kind(kind: ValueKind, length: LengthBucket, seed: bytes) -> None:
    said = value(kind, length, seed)
    assert length_bucket(len(said)) is length
    if kind not in UNKNOWN_TO_RULES:
        assert kind_of(said) is kind
    assert not {span.kind for span in find(said)} - {kind, ValueKind.NUMBER}


def parts(kind: ValueKind, length: LengthBucket, seed: bytes) -> list[str]:
    return re.split("[;,] " if kind is not ValueKind.COORDINATES else "; ", value(kind, length, seed))


@pytest.mark.parametrize("length", LENGTHS)
@given(seed=st.binary(max_size=8))
@settings(max_examples=100, deadline=None)
def test_nobody_can_have_it(length: LengthBucket, seed: bytes) -> None:
    for mail in parts(ValueKind.EMAIL, length, seed):
        assert re.fullmatch(r"[a-z0-9.]+@example\.(com|net|org)", mail)
    for phone in parts(ValueKind.PHONE, length, seed):
        assert re.fullmatch(r"(\+1 )?\([2-9]\d\d\) 555-01\d\d", phone)
    for iban in parts(ValueKind.IBAN, length, seed):
        assert iban_valid(iban)
        assert re.match(r"NO\d\d0000|DE\d\d00000000", iban)
    for card in parts(ValueKind.CARD, length, seed):
        assert luhn(card.replace(" ", ""))
        assert card.replace(" ", "").startswith("400000")
    for number in parts(ValueKind.NATIONAL_ID, length, seed):
        assert 81 <= int(number[2:4]) <= 92
    for address in map(ipaddress.ip_address, parts(ValueKind.IP, length, seed)):
        assert address.is_private and not address.is_global
        nets = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
        assert any(address in ipaddress.ip_network(net) for net in nets)
    for mac in parts(ValueKind.MAC, length, seed):
        assert re.match("00005e0053|01005e9010", re.sub("[:.]", "", mac.lower()))
    assert re.match(r"(https://www\.)?example\.(com|net|org)/", value(ValueKind.URL, length, seed))
    assert re.match("fake-|not-a-real-", value(ValueKind.SECRET, length, seed))
    for reference in parts(ValueKind.IDENTIFIER, length, seed):
        assert reference.startswith("TEST-")


@given(st.binary(max_size=8))
def test_a_day_is_one_and_a_place_lies_in_the_open_sea(seed: bytes) -> None:
    date.fromisoformat(value(ValueKind.DATE, LengthBucket.TO_16, seed))
    latitude, longitude = map(float, value(ValueKind.COORDINATES, LengthBucket.TO_64, seed).split(", "))
    assert -53 <= latitude <= -45 and -128 <= longitude <= -118


@given(st.lists(calls, max_size=30), st.binary(max_size=8), st.text(max_size=4))
@settings(max_examples=100, deadline=None)
def test_equal_slots_are_equal_and_different_ones_are_not(said: list, seed: bytes, name: str) -> None:
    example = example_of(*said, name=name)
    values = fill(example, seed)
    assert values == fill(example, seed)
    assert values.keys() == {slot for slot, _ in said}
    assert len(set(values.values())) == len(values)
    for slot, length in dict(reversed(said)).items():
        assert length_bucket(len(values[slot])) is length
        assert not SLOT.search(values[slot])


@given(st.lists(calls, min_size=1, max_size=10), st.binary(max_size=8))
@settings(max_examples=50, deadline=None)
def test_only_values_are_replaced(said: list, seed: bytes) -> None:
    record = record_of(*said)
    full = filled(record, seed)
    values = fill(record.example, seed)

    def emptied(step: Step) -> tuple:
        return step.observation, step.tool, step.effect, {k: v for k, v in step.arguments.items() if k != "value"}

    assert [emptied(step) for step in full.example.steps] == [emptied(step) for step in record.example.steps]
    assert [step.arguments["value"] for step in full.example.steps] == [values[slot] for slot, _ in said]
    assert full.example.goal == record.example.goal
