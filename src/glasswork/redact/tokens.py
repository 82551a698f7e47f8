"""Text with its content replaced, and what kind of thing a value is."""

from collections import Counter
from functools import cache

from glasswork.redact.errors import guarded
from glasswork.redact.finding import Names, find
from glasswork.redact.normalise import fold, is_monster
from glasswork.redact.patterns import Pattern
from glasswork.redact.rules import SUFFIXES
from glasswork.schema.words import ValueKind

_PASSES = 4

_CURRENCY = r"(?:\p{Sc}|EUR|USD|GBP|CHF|PLN|SEK|NOK|DKK|CZK|HUF|JPY|CNY|INR|BRL|CAD|AUD|kr\.?|zl)"
_FIGURE = r"[-+]?\d[\d .,']*"
_DAY = r"(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?)"
_SHAPES = (
    (ValueKind.COORDINATES, r"[-+]?\d{1,2}\.\d{3,}°? ?[NS]?[,;] ?[-+]?\d{1,3}\.\d{3,}°? ?[EWO]?"),
    (ValueKind.DATE, r"(?:\pL{2,9}\.?,? )?" + _DAY),
    (ValueKind.DATE, r"\d{1,2}\.? (?:de )?\pL{3,10}\.?,? (?:de )?\d{4}|\pL{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"),
    (ValueKind.NUMBER, r"[-+]?\d+(?:[.,]\d+)?%?|[-+]?\d{1,3}(?:[ .,']\d{3})+(?:[.,]\d+)?"),
    (ValueKind.AMOUNT, rf"(?i)[-+]?{_CURRENCY} ?{_FIGURE}-?|{_FIGURE} ?{_CURRENCY}"),
    (ValueKind.PATH, r"(?:~|\.{1,2})?/(?:[^/\s]+/)*[^/]*|[A-Za-z]:[\\/].*"),
    (ValueKind.URL, rf"(?i)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{SUFFIXES})(?:/.*)?"),
)
"""Whole values of kinds that are harmless inside a sentence and that `find` therefore leaves alone."""


@cache
def _shapes() -> list[tuple[ValueKind, Pattern]]:
    return [(kind, Pattern(pattern)) for kind, pattern in _SHAPES]


@guarded
def redact(text: str, names: Names | None = None) -> str | None:
    """`text` with `<kind>` in place of each span that `find` knows; None for a monster. Raises RedactionFailed.

    Nothing is found in the answer: should tokens and what is left around them ever add up to a hit, it is redacted
    again, and given up as one `<text>` when that does not end.
    """
    if is_monster(text):
        return None
    for _ in range(_PASSES):
        spans = find(text, names)
        if not spans:
            return text
        pieces: list[str] = []
        position = 0
        for start, end, kind in spans:
            pieces += (text[position:start], f"<{kind}>")
            position = end
        text = "".join((*pieces, text[position:]))
        if is_monster(text):
            break
    return f"<{ValueKind.TEXT}>"


@guarded
def kind_of(text: str, names: Names | None = None) -> ValueKind:
    """The kind of a typed or pasted value as a whole. Raises RedactionFailed.

    A secret anywhere makes it a secret; otherwise the kind that half of its characters or more belong to, otherwise
    the shape of the whole (date, amount, number, path, address), otherwise `text`. A monster is `text`.
    """
    if is_monster(text):
        return ValueKind.TEXT
    value = fold(text).strip()
    shares: Counter[ValueKind] = Counter()
    for start, end, kind in find(text, names):
        shares[kind] += end - start
    if shares[ValueKind.SECRET]:
        return ValueKind.SECRET
    kind, share = shares.most_common(1)[0] if shares else (ValueKind.TEXT, 0)
    if 2 * share < len(text.strip()):
        kind = ValueKind.TEXT
    if kind not in (ValueKind.TEXT, ValueKind.IDENTIFIER):
        return kind
    return next((shape for shape, pattern in _shapes() if pattern.whole(value)), kind)
