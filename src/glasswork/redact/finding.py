"""Where content is in a text: the rules run over every reading of it."""

import binascii
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple, Protocol

from glasswork.redact.errors import guarded
from glasswork.redact.gate import Candidate, Gate, TooMuch
from glasswork.redact.normalise import LIMIT_BYTES, is_monster, views
from glasswork.redact.rules import RULES
from glasswork.schema.words import ValueKind


class Span(NamedTuple):
    """Characters `start` up to `end` of the original text are content of a kind."""

    start: int
    end: int
    kind: ValueKind


class Finding(NamedTuple):
    """A span, and the rule that found it by id; or `names`, `monster`, `encoded:` with the rule of what is inside."""

    start: int
    end: int
    kind: ValueKind
    rule: str


class Names(Protocol):
    """A list of names that count as content; see `glasswork.redact.gazetteer`."""

    def spans(self, text: str) -> Iterator[tuple[int, int, ValueKind]]:
        """Where names stand in the text of a view."""
        ...


EFFORT = 160
"""How many candidates are looked at in one string, a long one counting for several. A string that has more is content
as a whole: strings that were made to cost time have thousands, honest ones a handful."""

_SIGNS = " \t\n./-_"  # what runs of figures may begin and end with, and no value does
_BLOB = re.compile(r"[A-Za-z0-9+/_-]{16,}")  # one character class: linear in any engine
_HEXADECIMAL = re.compile("[0-9A-Fa-f]+")
_STANDARD_BASE64 = str.maketrans("-_", "+/")
PRIORITY = (
    *(ValueKind.TEXT, ValueKind.NUMBER, ValueKind.AMOUNT, ValueKind.DATE, ValueKind.COORDINATES),
    *(ValueKind.ORGANISATION, ValueKind.PERSON, ValueKind.IDENTIFIER, ValueKind.URL, ValueKind.PATH, ValueKind.IP),
    *(ValueKind.PHONE, ValueKind.MAC, ValueKind.NATIONAL_ID, ValueKind.EMAIL, ValueKind.CARD, ValueKind.IBAN),
    ValueKind.SECRET,
)
"""Where spans overlap, the later kind keeps the characters."""

_RANK = {kind: rank for rank, kind in enumerate(PRIORITY, start=1)}


@cache
def gate() -> Gate:
    """The compiled rules."""
    return Gate(RULES)


@guarded
def find(text: str, names: Names | None = None) -> list[Span]:
    """The content in `text`: disjoint spans of the original, in order. A monster is one span of kind `text`.

    An empty list means that no rule knows anything of it, not that a person could not: what is not the program's
    own word stays content (see `label`). `names` are looked for as well. Raises RedactionFailed.
    """
    return _disjoint(len(text), _findings(text, names))


@guarded
def hits(text: str, names: Names | None = None) -> bool:
    """Whether any rule finds anything in `text`, or it is a monster. Raises RedactionFailed."""
    return bool(_findings(text, names))


@guarded
def explain(text: str, names: Names | None = None) -> list[Finding]:
    """Everything that any rule finds in `text`, overlaps included, by place. Raises RedactionFailed."""
    return sorted(set(_findings(text, names)))


def _findings(text: str, names: Names | None) -> list[Finding]:
    if is_monster(text):
        return [Finding(0, len(text), ValueKind.TEXT, "monster")]
    found: list[Finding] = []
    try:
        _search(text, names, found, EFFORT)
    except TooMuch:
        return [Finding(0, len(text), ValueKind.TEXT, "monster")]
    return found


def _search(text: str, names: Names | None, found: list[Finding], effort: int, *, nested: bool = False) -> int:
    """Add what is in the readings of a text, nested: of one that was encoded in another. Returns the effort left."""
    rules = gate()
    for view in views(text):
        read = view.text
        if len(read) > LIMIT_BYTES:
            raise TooMuch
        candidates, runs = rules.candidates(read, effort + 1)
        if len(candidates) > 1:
            candidates.sort(key=_gravest_first)
        taken: list[Span] = []
        for rule, start, end in candidates:
            if taken and _is_within(read, Span(start, end, rule.kind), taken):
                continue
            effort = _spent(effort, end - start)
            for s, e in ((start, end),) if rule.check is None else rule.check(read, start, end):
                taken.append(Span(s, e, rule.kind))
                found.append(Finding(*view.origin(s, e), rule.kind, rule.id))
        if runs and not nested:
            for match in _BLOB.finditer(read):
                effort = _spent(effort, match.end() - match.start())
                inside: list[Finding] = []
                for plain in _decoded(match[0]):
                    effort = _search(plain, names, inside, effort, nested=True)
                for _, _, kind, rule in inside:
                    found.append(Finding(*view.origin(*match.span()), kind, f"encoded:{rule}"))
        if names is not None:
            for start, end, kind in names.spans(read):
                effort = _spent(effort, end - start)
                found.append(Finding(*view.origin(start, end), kind, "names"))
    return effort


def _gravest_first(candidate: Candidate) -> int:
    return -_RANK[candidate[0].kind]


def _is_within(text: str, candidate: Span, taken: list[Span]) -> bool:
    """Whether a candidate, but for signs at its ends, is inside what is content of a graver kind already."""
    start, end, kind = candidate
    for s, e, graver in taken:
        if graver is kind or s >= end or e <= start:
            continue
        if not (text[start:s].strip(_SIGNS) or text[e:end].strip(_SIGNS)):
            return True
    return False


def _spent(effort: int, length: int) -> int:
    """What is left of the effort after a candidate."""
    effort -= 1 + length // 32
    if effort < 0:
        raise TooMuch
    return effort


def _decoded(run: str) -> Iterator[str]:
    """What a run of base64 or hexadecimal characters says, where that is printable text."""
    body = run.translate(_STANDARD_BASE64)
    said = [binascii.a2b_base64(body + "=" * (-len(body) % 4))] if len(body) % 4 != 1 else []
    if _HEXADECIMAL.fullmatch(body):
        said.append(binascii.unhexlify(body[: len(body) // 2 * 2]))
    for raw in said:
        plain = raw.decode(errors="replace")
        if "\ufffd" not in plain and "".join(plain.split()).isprintable():
            yield plain


def _disjoint(length: int, found: list[Finding]) -> list[Span]:
    """The findings painted over each other by priority. Touching spans of one kind become one."""
    spans = [Span(start, end, kind) for start, end, kind, _ in sorted(found)]
    if all(left.end < right.start for left, right in pairwise(spans)):
        return spans
    canvas = bytearray(length + 1)
    for rank, start, end in sorted((_RANK[kind], start, end) for start, end, kind in spans):
        canvas[start:end] = bytes((rank,)) * (end - start)
    painted: list[Span] = []
    begin, colour = 0, 0
    for edge in sorted({edge for start, end, _ in spans for edge in (start, end)}):
        if canvas[edge] != colour:
            if colour:
                painted.append(Span(begin, edge, PRIORITY[colour - 1]))
            begin, colour = edge, canvas[edge]
    return painted
