"""The gate loses nothing: the same spans as the plain rules, each run by itself over every reading of a text."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from glasswork.redact import Span, find, is_monster
from glasswork.redact.finding import PRIORITY
from glasswork.redact.normalise import views
from glasswork.redact.rules import RULES, Rule
from glasswork.redact.selftest import marked
from glasswork.schema.words import ValueKind

ROOT = Path(__file__).parents[2]
SIGNS = " \t\n./-_"
LETTER = re.compile(r"(?![\u0e00-\u0e7f\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3])[^\W\d_]")
GRAVEST_FIRST = sorted(RULES, key=lambda rule: -PRIORITY.index(rule.kind))
COMPILED = {rule.id: re2.compile(rule.pattern) for rule in RULES if rule.pattern}


def plain(text: str) -> list[Span]:
    """What the rules say, without a gate, an automaton or a short cut."""
    found = list(searched(text, nested=False))
    colours: list[ValueKind | None] = [None] * len(text)
    for span in sorted(found, key=lambda span: PRIORITY.index(span.kind)):
        colours[span.start : span.end] = [span.kind] * (span.end - span.start)
    spans: list[Span] = []
    for place, colour in enumerate(colours):
        if colour and spans and spans[-1].end == place and spans[-1].kind is colour:
            spans[-1] = spans[-1]._replace(end=place + 1)
        elif colour:
            spans.append(Span(place, place + 1, colour))
    return spans


def searched(text: str, *, nested: bool) -> Iterator[Span]:
    for view in views(text):
        taken: list[Span] = []
        for rule in GRAVEST_FIRST:
            for start, end in candidates(rule, view.text):
                if any(is_within(view.text, start, end, *span) for *span, kind in taken if kind is not rule.kind):
                    continue
                for s, e in rule.check(view.text, start, end) if rule.check else ((start, end),):
                    taken.append(Span(s, e, rule.kind))
                    yield Span(*view.origin(s, e), rule.kind)
        for blob in () if nested else re.finditer(r"[A-Za-z0-9+/_-]{16,}", view.text):
            for inner in decoded(blob[0].translate(str.maketrans("-_", "+/"))):
                for span in searched(inner, nested=True):
                    yield Span(*view.origin(*blob.span()), span.kind)


def is_within(text: str, start: int, end: int, s: int, e: int) -> bool:
    return s < end and start < e and not text[start:s].strip(SIGNS) and not text[e:end].strip(SIGNS)


def candidates(rule: Rule, text: str) -> Iterator[tuple[int, int]]:
    """Where a rule could hold. What it says about words, shapes, digits and runs is not asked, where it only saves."""
    if not rule.pattern and rule.shapes:
        for shape in set(rule.shapes):
            expression = re.escape(shape).replace("0", "[0-9]").replace("a", "[A-Za-z]").replace(r"\ ", r"[ \t\n\r]")
            edges = {"0": "[0-9]", "a": "[A-Za-z]"}
            first, last = edges.get(shape[0]), edges.get(shape[-1])
            whole = (f"(?<!{first})" if first else "") + f"(?=({expression}))"
            for match in re.finditer(whole, text):
                start, end = match.span(1)
                if not (last and re.match(last, text[end : end + 1])):
                    yield start, end
    elif rule.follows or not rule.pattern:
        for start, end in every_word(rule, text):
            if not rule.pattern:
                yield start, end
            elif end < len(text) and (match := COMPILED[rule.id].match(text, pos=end)):
                yield group(match)
    elif rule.begins:
        position = 0
        while match := COMPILED[rule.id].search(text, pos=position):
            yield group(match)
            position = match.start() + 1
            if position >= len(text):
                break
    else:
        yield from map(group, COMPILED[rule.id].finditer(text))


def every_word(rule: Rule, text: str) -> Iterator[tuple[int, int]]:
    low = text.casefold()
    assert len(low) == len(text)
    for word in rule.words:
        literal = word.strip("|")
        start = low.find(literal)
        while start >= 0:
            end = start + len(literal)
            before, after = low[max(0, start - 1) : start], low[end : end + 1]
            joined = (word.startswith("|") and LETTER.match(before)) or (word.endswith("|") and LETTER.match(after))
            if not joined:
                yield start, end
            start = low.find(literal, start + 1)


def group(match: object) -> tuple[int, int]:
    """The first group that took part, or the whole match."""
    return next((match.span(n) for n in range(1, match.re.groups + 1) if match.start(n) >= 0), match.span())


def decoded(body: str) -> Iterator[str]:
    for decode in (lambda run: base64.b64decode(run + "=" * (-len(run) % 4), validate=True), bytes.fromhex):
        try:
            inner = decode(body).decode()
        except ValueError:
            continue
        if "".join(inner.split()).isprintable():
            yield inner


def same(text: str) -> None:
    spans = find(text)
    if spans != [Span(0, len(text), ValueKind.TEXT)]:  # a monster, or more than the effort allows
        assert spans == plain(text)


EXAMPLES = [marked(example)[0] for rule in RULES for example in rule.good] + [
    text for rule in RULES for text in rule.bad
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_gate_lets_every_example_through(rule: Rule) -> None:
    for example in (*(marked(example)[0] for example in rule.good), *rule.bad):
        same(example)
        same(f"x {example.upper()} 1")


def test_the_interface_strings_give_the_same() -> None:
    with (ROOT / "bench" / "data" / "interface_strings.jsonl").open(encoding="utf-8") as lines:
        for line in list(lines)[::8]:
            same(json.loads(line)["text"])


def test_the_attacks_give_the_same() -> None:
    for path in sorted((ROOT / "tests" / "vectors" / "redact").glob("*.json")):
        for case in json.loads(path.read_text("utf-8")).get("must_find", []):
            same(case["text"])


PIECES = [piece for example in EXAMPLES for piece in re.findall(r"\w+|\W", example)]
MIXED = st.lists(st.sampled_from(PIECES) | st.sampled_from(EXAMPLES) | st.text(max_size=3), max_size=12).map("".join)


@settings(deadline=None, max_examples=150)
@given(MIXED)
def test_any_mixture_gives_the_same(text: str) -> None:
    if not is_monster(text):
        same(text)


@settings(deadline=None, max_examples=150)
@given(st.text("0123456789aAbBxX .,:;/-_+()@#\n\t", max_size=40))
def test_any_figures_give_the_same(text: str) -> None:
    same(text)
