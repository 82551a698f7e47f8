"""The rules one by one: every one is needed, every register's number is told, and no rule finds what another left."""

import random
import string

import pytest

from glasswork.redact import Span, find, national, redact
from glasswork.redact.finding import explain
from glasswork.redact.rules import RULES, Rule
from glasswork.redact.selftest import marked
from glasswork.schema.words import ValueKind

NUMBERS = national.numbers()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_other_rule_does_the_work_of_this_one(rule: Rule) -> None:
    """At least one of its examples is missed, or cut short, without the rule."""
    for example in rule.good:
        text, start, end = marked(example)
        others = [f for f in explain(text) if f.rule != rule.id and f.kind is rule.kind]
        if not any(f.start <= start and end <= f.end for f in others):
            return
    pytest.fail(f"{rule.id} has no example of its own")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_examples_stay_found_in_a_sentence_and_are_gone_after_redaction(rule: Rule) -> None:
    for example in rule.good:
        text, start, end = marked(example)
        before = "Datei › "
        spans = find(f"{before}{text}  ")
        start, end = start + len(before), end + len(before)
        assert any(s <= start and end <= e and kind is rule.kind for s, e, kind in spans)
        assert text[start - len(before) : end - len(before)] not in (redact(text) or "")


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.id)
def test_numbers_of_registers(number: national.NationalId) -> None:
    for example in number.good:
        text, start, end = marked(example)
        assert Span(start, end, ValueKind.NATIONAL_ID) in find(text)
    for text in number.bad:
        assert ValueKind.NATIONAL_ID not in {span.kind for span in find(text)}


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.id)
def test_a_register_takes_few_random_numbers(number: national.NationalId) -> None:
    """A number of the right form, but made by chance, is refused, most of the time where there is a check digit."""
    source = random.Random(number.id)
    alphabets = {"9": string.digits, "A": string.ascii_uppercase}
    shape = number.shapes.split()[0]
    by_form_alone = ("pk_cnic", "us_ssn", "gb_nino", "in_pan")  # registers that publish no check digit
    taken = sum(number.test("".join(source.choice(alphabets[c]) for c in shape if c in "9A")) for _ in range(2000))
    assert taken < (2000 if number.id in by_form_alone else 500)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.id)
def test_shapes_are_what_the_examples_have(number: national.NationalId) -> None:
    shapes = {shape.replace("_", " ") for shape in number.shapes.split()}
    for example in number.good:
        text, start, end = marked(example)
        assert "".join("9" if c.isdigit() else "A" if c.isalpha() else c for c in text[start:end]) in shapes


def test_numbers_of_at_least_twenty_countries() -> None:
    assert len({number.id[:2] for number in NUMBERS}) >= 20
    assert all(number.test.__doc__ for number in NUMBERS)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Call +351 215 457 755 today", ["phone"]),
        ("Order 390-5885023-6298000", ["identifier"]),
        ("Invoice 2026-11-24", ["date"]),
        ("https://example.org/users/437929759/edit", ["url"]),
        ("ftp://anna@example.org/pub", ["url"]),
        ("IBAN: LU280019400644750000", ["iban"]),
        ("Card 4111111111111111, 24.11.2026, € 12,50", ["card", "date", "amount"]),
        ("CORP\\anna.k  password: hunter2", ["person", "secret"]),
        ("=$A$1*B$2", []),
        ("%1$s of %2$s", []),
    ],
)
def test_neighbouring_kinds_are_told_apart(text: str, kinds: list[str]) -> None:
    assert [span.kind for span in find(text)] == kinds
