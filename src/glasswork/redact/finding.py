"""Where content is in a text: the rules run over every reading of it."""

import base64
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import NamedTuple

from glasswork.redact.errors import guarded
from glasswork.redact.normalise import PERCENT, SPELLED, fold, is_monster, views
from glasswork.redact.patterns import Gate, Pattern
from glasswork.redact.rules import RULES, Rule
from glasswork.schema.words import ValueKind


class Span(NamedTuple):
    """Characters `start` up to `end` of the original text are content of a kind."""

    start: int
    end: int
    kind: ValueKind


_BLOB = r"[A-Za-z0-9+/_-]{16,}={0,2}"
_STANDARD_BASE64 = str.maketrans("-_", "+/")
_PRIORITY = (
    ValueKind.URL,
    ValueKind.IDENTIFIER,
    ValueKind.PATH,
    ValueKind.IP,
    ValueKind.PHONE,
    ValueKind.MAC,
    ValueKind.NATIONAL_ID,
    ValueKind.EMAIL,
    ValueKind.CARD,
    ValueKind.IBAN,
    ValueKind.SECRET,
)
"""Where spans overlap, the later kind keeps the characters."""


class _Machine(NamedTuple):
    gate: Gate
    compiled: tuple[tuple[Rule, Pattern], ...]
    blob: Pattern


@cache
def _machine() -> _Machine:
    """The compiled rules. The gate knows three more expressions, which ask for other readings of the text."""
    gate = Gate([rule.pattern for rule in RULES] + [PERCENT, SPELLED, _BLOB])
    return _Machine(gate, tuple((rule, Pattern(rule.pattern)) for rule in RULES), Pattern(_BLOB))


@guarded
def find(text: str) -> list[Span]:
    """The content in `text`: disjoint spans of the original, in order. A monster is one span of kind `text`.

    An empty list means that no rule knows anything of it, not that a person could not: what is not the program's
    own word stays content (see `label`). Raises RedactionFailed.
    """
    if is_monster(text):
        return [Span(0, len(text), ValueKind.TEXT)]
    return _find(text, nested=False)


@guarded
def hits(text: str) -> bool:
    """Whether any rule finds anything in `text`, or it is a monster. Raises RedactionFailed."""
    return is_monster(text) or bool(_find(text, nested=False))


def _find(text: str, *, nested: bool) -> list[Span]:
    if not _machine().gate.fired(fold(text)) and "\u202e" not in text:
        return []
    found = [
        Span(*view.origin(start, end), kind)
        for view in views(text)
        for start, end, kind in _in_view(view.text, nested=nested)
    ]
    return _disjoint(len(text), found)


def _in_view(text: str, *, nested: bool) -> Iterator[Span]:
    machine = _machine()
    for index in machine.gate.fired(text):
        if index < len(RULES):
            rule, pattern = machine.compiled[index]
            for start, end in pattern.spans(text):
                if rule.check is None:
                    yield Span(start, end, rule.kind)
                else:
                    yield from (Span(s, e, rule.kind) for s, e in rule.check(text, start, end))
    if not nested:
        for start, end in machine.blob.spans(text):
            inner = [span for plain in _decoded(text[start:end]) for span in _find(plain, nested=True)]
            if inner:
                yield Span(start, end, max((span.kind for span in inner), key=_PRIORITY.index))


def _decoded(blob: str) -> Iterator[str]:
    """What a run of base64 or hexadecimal characters says, where that is printable text."""
    body = blob.rstrip("=").translate(_STANDARD_BASE64)
    for decode in (_from_base64, bytes.fromhex):
        try:
            plain = decode(body).decode()
        except ValueError:
            continue  # not of this encoding, or not text
        if "".join(plain.split()).isprintable():
            yield plain


def _from_base64(body: str) -> bytes:
    return base64.b64decode(body + "=" * (-len(body) % 4), validate=True)


def _disjoint(length: int, found: list[Span]) -> list[Span]:
    """The spans painted over each other by priority. Touching spans of one kind become one."""
    canvas = bytearray(length)
    for span in sorted(found, key=lambda span: _PRIORITY.index(span.kind)):
        canvas[span.start : span.end] = bytes([1 + _PRIORITY.index(span.kind)]) * (span.end - span.start)
    spans: list[Span] = []
    position = 0
    for colour, run in groupby(canvas):
        end = position + sum(1 for _ in run)
        if colour:
            spans.append(Span(position, end, _PRIORITY[colour - 1]))
        position = end
    return spans
