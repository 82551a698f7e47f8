"""Every number, text and list of a policy and of local settings has bounds, and what lies beyond does not pass.

The fields are found by walking the structs: a new one without bounds fails here.
"""

import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from glasswork.policy import LocalSettings, Policy, PolicyInvalid, compile_text
from glasswork.policy.model import parse
from vectors.policy import make

BASE: dict[str, Any] = msgspec.to_builtins(compile_text(make.EXAMPLE.read_text()).policy)
HUGE = (-(10**30), -1, 2**63, 10**30)
ODD = (float("nan"), float("inf"), float("-inf"), -0.0, 1e308, sys.float_info.min)


class Field(NamedTuple):
    """A leaf or a list: where it is, and what msgspec knows of it."""

    path: tuple[str | int, ...]
    type: inspect.Type


def fields(kind: inspect.Type, path: tuple[str | int, ...] = ()) -> Iterator[Field]:
    """Everything in a type that holds a value; the first item stands for all items of a list."""
    match kind:
        case inspect.StructType():
            for field in kind.fields:
                yield from fields(field.type, (*path, field.encode_name))
        case inspect.UnionType():
            for inner in kind.types:
                yield from fields(inner, path)
        case inspect.Metadata():
            yield from fields(kind.type, path)
        case inspect.VarTupleType() | inspect.ListType():
            yield Field(path, kind)
            yield from fields(kind.item_type, (*path, 0))
        case _:
            yield Field(path, kind)


ALL = [*fields(inspect.type_info(Policy))]
LOCAL = [*fields(inspect.type_info(LocalSettings))]
WITHOUT_RANGE = (inspect.BoolType, inspect.EnumType, inspect.NoneType, inspect.DateTimeType, inspect.DateType)
BOUNDED_TEXT = ("{0,63}$", "{64}$", "{2}$", "{0,251}[a-z0-9])?(:[1-9][0-9]{0,4})?$")


def name(field: Field) -> str:
    return ".".join(map(str, field.path))


def bounded(kind: inspect.Type) -> bool:
    match kind:
        case inspect.IntType() | inspect.FloatType():
            return (kind.ge is not None or kind.gt is not None) and (kind.le is not None or kind.lt is not None)
        case inspect.StrType():
            return kind.max_length is not None or (kind.pattern or "").endswith(BOUNDED_TEXT)
        case inspect.VarTupleType():
            return kind.max_length is not None
        case _:
            return isinstance(kind, WITHOUT_RANGE)


@pytest.mark.parametrize("field", [*ALL, *LOCAL], ids=name)
def test_every_field_has_bounds(field: Field) -> None:
    assert bounded(field.type), f"{name(field)} of {field.type} has no bounds in the schema"


def with_value(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """The example with one value put in; a list on the way that is empty gets an item."""
    whole = msgspec.json.decode(msgspec.json.encode(BASE))
    at: Any = whole
    for step, following in pairwise(path):
        if isinstance(at, list) and not at:
            at.append({} if isinstance(following, str) else [])
        at = at[step]
    if isinstance(at, list) and path[-1] == len(at):
        at.append(value)
    else:
        at[path[-1]] = value
    return whole


def refused(path: tuple[str | int, ...], value: object) -> bool:
    try:
        parse(with_value(path, value))
    except PolicyInvalid:
        return True
    return False


NUMBERS = [field for field in ALL if isinstance(field.type, inspect.IntType | inspect.FloatType)]


@pytest.mark.parametrize("field", NUMBERS, ids=name)
def test_extremes_of_every_number_are_refused(field: Field) -> None:
    for value in HUGE:
        assert refused(field.path, value), value
    whole = isinstance(field.type, inspect.IntType)
    for odd in ODD:
        if whole or not (0 < odd <= 1):
            assert refused(field.path, odd), odd


@given(st.sampled_from(NUMBERS), st.one_of(st.integers(), st.floats()))
def test_a_number_is_taken_only_within_its_bounds(field: Field, value: float) -> None:
    kind = field.type
    assert isinstance(kind, inspect.IntType | inspect.FloatType)
    low, high = (kind.ge if kind.ge is not None else kind.gt), (kind.le if kind.le is not None else kind.lt)
    assert low is not None and high is not None
    if not refused(field.path, value):
        assert low <= value <= high


TEXTS = [field for field in ALL if isinstance(field.type, inspect.StrType)]


@pytest.mark.parametrize("field", TEXTS, ids=name)
@pytest.mark.parametrize("text", ["", "x" * 301, "line\nbreak", "a\u200bb", "ｗｉｄｅ", "pаypal"])  # the a is Cyrillic
def test_no_text_is_empty_endless_or_deceptive(field: Field, text: str) -> None:
    assert refused(field.path, text)


LISTS = [field for field in ALL if isinstance(field.type, inspect.VarTupleType)]


@pytest.mark.parametrize("field", LISTS, ids=name)
def test_no_list_is_endless(field: Field) -> None:
    assert isinstance(field.type, inspect.VarTupleType) and field.type.max_length is not None
    assert refused(field.path, [None] * (field.type.max_length + 1))


@pytest.mark.parametrize(
    "url",
    [
        "http://glasswork.example.org",
        "http://127.0.0.1.example.org",
        "http://127.0.0.1@example.org",
        "https://example.org\\@glasswork.example.org",
        "https://glasswork.example.org:0",
        "https://glasswork.example.org:65536",
        "https://GLASSWORK.example.org",
        "https://glаsswork.example.org",
        "https://glasswork.example.org/é",
        "https://glasswork.example.org?to=elsewhere",
        "https://glasswork.example.org#elsewhere",
        "https://",
        "https:///path",
        "ftp://glasswork.example.org",
        "javascript:alert(1)",
        "https://" + "a" * 300 + ".example.org",
        "https://glasswork.example.org/\u202egro.elpmaxe",
    ],
)
def test_addresses_that_lead_elsewhere_are_refused(url: str) -> None:
    assert refused(("sinks", 0, "url"), url)


@given(st.text(max_size=40))
def test_no_text_becomes_an_address_by_accident(text: str) -> None:
    if not refused(("sinks", 0, "url"), "https://" + text):
        assert text.isascii() and text.isprintable() and "@" not in text and "\\" not in text


@pytest.mark.parametrize("field", ["contract", "region"])
def test_a_sink_needs_its_contract_and_its_region(field: str) -> None:
    whole = msgspec.json.decode(msgspec.json.encode(BASE))
    del whole["sinks"][0][field]
    with pytest.raises(PolicyInvalid, match=field):
        parse(whole)


@pytest.mark.parametrize("field", ["vocabulary", "screens"])
@pytest.mark.parametrize("word", ["anna@example.org", "Invoice 4711234", "0151 2345678", "12-34-56"])
def test_words_to_look_for_are_no_addresses_and_no_long_numbers(field: str, word: str) -> None:
    path = ("vocabulary", 0) if field == "vocabulary" else ("sites", 0, "screens", 0)
    assert refused(path, word)
    assert not refused(path, "Form 1040")


def test_a_port_that_does_not_exist_is_refused() -> None:
    assert refused(("sites", 0, "host"), "orders.example.org:65536")
    assert not refused(("sites", 0, "host"), "orders.example.org:65535")
