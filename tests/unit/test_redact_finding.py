"""Content is found whatever it wears, harmless strings are left alone, monsters are not touched."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from glasswork.redact import Finding, RedactionFailed, Span, explain, find, hits, is_monster, kind_of, redact
from glasswork.redact.rules import RULES
from glasswork.redact.selftest import marked
from glasswork.schema.words import ValueKind

VECTORS = Path(__file__).parent.parent / "vectors" / "redact"
CLEAN = (VECTORS / "clean_ui_strings.txt").read_text("utf-8").splitlines()


def vectors(key: str) -> list[object]:
    """Every entry under `key` in the vector files, named after its file."""
    return [
        pytest.param(entry, id=f"{path.stem}-{n}")
        for path in sorted(VECTORS.glob("*.json"))
        for n, entry in enumerate(json.loads(path.read_text("utf-8")).get(key, []))
    ]


@pytest.mark.parametrize("case", vectors("must_find"))
def test_attacks_do_not_hide_content(case: dict[str, str]) -> None:
    text, secret = case["text"], case["secret"]
    start = text.index(secret)
    assert any(s <= start and start + len(secret) <= e and kind == case["kind"] for s, e, kind in find(text))
    redacted = redact(text)
    assert redacted is not None
    assert secret not in redacted
    assert f"<{case['kind']}>" in redacted


@pytest.mark.parametrize("text", CLEAN)
def test_clean_interface_strings_are_left_alone(text: str) -> None:
    assert find(text) == []
    assert redact(text) == text


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_finds_its_own_examples_exactly(rule: object) -> None:
    for example in rule.good:
        text, start, end = marked(example)
        assert Span(start, end, rule.kind) in find(text)
    for text in rule.bad:
        assert rule.kind not in {span.kind for span in find(text)}


def test_rules_have_examples_and_names_of_their_own() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.good and all("«" in example and "»" in example for example in rule.good) for rule in RULES)


@pytest.mark.parametrize("case", vectors("monsters"))
def test_monsters_are_suppressed(case: dict[str, object]) -> None:
    text = case["piece"] * case["times"]
    assert is_monster(text)
    assert find(text) == [Span(0, len(text), ValueKind.TEXT)]
    assert hits(text)
    assert redact(text) is None
    assert kind_of(text) is ValueKind.TEXT


@pytest.mark.parametrize("case", vectors("ordinary"))
def test_long_and_accented_strings_are_no_monsters(case: dict[str, object]) -> None:
    assert not is_monster(case["piece"] * case["times"])


@pytest.mark.parametrize("case", vectors("inputs"))
def test_inputs_that_stop_backtracking_engines(case: dict[str, object]) -> None:
    text = case["piece"] * case["times"] + case["tail"]
    redacted = redact(text)
    assert redacted is not None
    assert not hits(redacted)


def test_overlapping_spans_keep_the_graver_kind() -> None:
    text = "https://example.org/?mail=anna@example.com&token=zima88"
    spans = find(text)
    assert spans == [
        Span(0, 26, ValueKind.URL),
        Span(26, 42, ValueKind.EMAIL),
        Span(42, 49, ValueKind.URL),
        Span(49, 55, ValueKind.SECRET),
    ]


def test_every_finding_names_its_rule() -> None:
    assert explain("write to anna@example.com") == [Finding(9, 25, ValueKind.EMAIL, "email")]
    assert explain("Re: YW5uYS5rb3dhbHNrYUBleGFtcGxlLmNvbQ==")[0].rule == "encoded:email"
    assert explain("a" * 5000) == [Finding(0, 5000, ValueKind.TEXT, "monster")]
    assert explain("Save As…") == []


class Names:
    """A list of one name."""

    def spans(self, text: str) -> Iterator[tuple[int, int, ValueKind]]:
        start = text.find("Kowalska")
        if start >= 0:
            yield start, start + 8, ValueKind.PERSON


@pytest.mark.parametrize("text", ["Anna Kowalska", "Anna%20Kowalska", "Anna Kow\u200balska", "Anna \u202eakslawoK"])
def test_names_are_looked_for_in_every_reading(text: str) -> None:
    assert find(text) == []
    assert [kind for _, _, kind in find(text, Names())] == [ValueKind.PERSON]
    assert hits(text, Names())
    assert explain(text, Names())[0].rule == "names"


@pytest.mark.parametrize("piece", ["anna@example.com ", "+49 89 4521 7780, ", "password=", "24 May 2026, ", "\ufdfa"])
def test_a_string_with_more_in_it_than_an_honest_one_is_content_as_a_whole(piece: str) -> None:
    text = piece * (4000 // len(piece.encode()))
    assert find(text) == [Span(0, len(text), ValueKind.TEXT)]
    assert redact(text) == "<text>"


def test_random_keys_are_found_and_words_are_not() -> None:
    source = random.Random(7)
    base62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    keys = ["".join(source.choices(alphabet, k=40)) for alphabet in (base62, base62[26:], "0123456789abcdef") * 100]
    assert sum(hits(key) for key in keys) >= 0.98 * len(keys)


@pytest.mark.parametrize("function", [find, hits, redact, kind_of])
def test_errors_say_nothing_of_the_input(function: object) -> None:
    class Odd(str):
        def isascii(self) -> bool:
            raise ValueError("anna@example.com")

    with pytest.raises(RedactionFailed) as caught:
        function(Odd("anna@example.com"))
    error: BaseException | None = caught.value
    assert "anna" not in str(error)
    assert error.__cause__ is None
    assert error.__context__ is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("anna@example.com", "email"),
        ("Anna <anna.kowalska@example.com>", "email"),
        ("４１１１ １１１１ １１１１ １１１１", "card"),
        ("DE89 3704 0044 0532 0130 00", "iban"),
        ("+49 89 4521 7780", "phone"),
        ("https://example.org/a", "url"),
        ("example.org", "url"),
        ("https://example.org/?token=zima88", "secret"),
        ("a long note that ends with password: hunter2", "secret"),
        ("/home/anna/plan.txt", "path"),
        ("/etc/hosts", "path"),
        ("192.168.0.1", "ip"),
        ("42", "number"),
        ("7000123456", "number"),
        ("1,234.5", "number"),
        ("1 234 567", "number"),
        ("24.11.2026", "date"),
        ("2026-11-24", "date"),
        ("24 novembre 2026", "date"),
        ("€ 12.50", "amount"),
        ("1.299,00 EUR", "amount"),
        ("48.1374, 11.5755", "coordinates"),
        ("123e4567-e89b-12d3-a456-426614174000", "identifier"),
        ("Please write to me at anna@example.com whenever you have a moment, there is no hurry at all", "text"),
        ("Quarterly plan", "text"),
        ("", "text"),
    ],
)
def test_kind_of_a_whole_value(text: str, kind: str) -> None:
    assert kind_of(text) == kind
