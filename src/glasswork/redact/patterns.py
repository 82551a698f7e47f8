"""Regular expressions in linear time: a thin, typed face on google-re2.

No pattern of the redactor may run on Python's `re`, whose backtracking lets one crafted title stop the recorder. (One
exception, where it is faster and cannot backtrack: a single set of characters.)
"""
# google-re2 ships no types; its Python face is left out for what it wraps, which takes a third of the time per match
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportPrivateUsage=false, reportAttributeAccessIssue=false

import re
from itertools import islice
from typing import Any

import re2

_MEMORY = 8 << 20  # bytes that one automaton may take before it starts over; far more than any rule needs
_RE2: Any = re2._re2.RE2
_ANYWHERE, _HERE, _WHOLE = _RE2.Anchor.UNANCHORED, _RE2.Anchor.ANCHOR_START, _RE2.Anchor.ANCHOR_BOTH


def _options() -> Any:
    options: Any = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    return options


_ONE_CLASS = re.compile(r"\[(?:\\.|[^\]\\])+\]\{\d+,\}")


class Pattern:
    """One compiled expression. Offsets are in characters. A long enough run of one set is left to `re`."""

    __slots__ = ("_match", "_runs")

    def __init__(self, expression: str) -> None:
        self._runs = re.compile(expression) if _ONE_CLASS.fullmatch(expression) else None
        compiled = _RE2(expression.encode(), _options())
        if not compiled.ok():
            raise ValueError(compiled.error())
        self._match: Any = compiled.Match

    def spans(self, text: str, most: int = 1 << 30) -> list[tuple[int, int]]:
        """Start and end of every match, or of the first `most`: of the first group that took part, or of all of it."""
        if self._runs:
            return [match.span() for match in islice(self._runs.finditer(text), most)]
        encoded = text.encode()
        position, end = 0, len(encoded)
        found: list[tuple[int, int]] = []
        while position <= end and len(found) < most:
            groups = self._match(_ANYWHERE, encoded, position, end)
            start, stop = groups[0]
            if start < 0:
                break
            found.append(groups[0] if len(groups) == 1 else _first(groups))
            position = stop if stop > start else stop + 1
        return found if end == len(text) else [_characters(encoded, span) for span in found]

    def at(self, text: str, position: int) -> tuple[int, int] | None:
        """The span of the match that begins at a position, if there is one; see `spans`."""
        encoded = text.encode()
        wide = len(encoded) != len(text)
        begin = len(text[:position].encode()) if wide else position
        groups = self._match(_HERE, encoded, begin, len(encoded))
        if groups[0][0] < 0:
            return None
        span = _first(groups)
        return _characters(encoded, span) if wide else span

    def found(self, text: str) -> bool:
        """Whether it matches anywhere."""
        encoded = text.encode()
        return self._match(_ANYWHERE, encoded, 0, len(encoded))[0][0] >= 0

    def whole(self, text: str) -> bool:
        """Whether it matches the whole text."""
        encoded = text.encode()
        return self._match(_WHOLE, encoded, 0, len(encoded))[0][0] >= 0


def _first(groups: list[tuple[int, int]]) -> tuple[int, int]:
    """The first group that took part, or the whole match."""
    for span in groups[1:]:
        if span[0] >= 0:
            return span
    return groups[0]


def _characters(encoded: bytes, span: tuple[int, int]) -> tuple[int, int]:
    """A span of UTF-8 bytes as a span of characters."""
    start, end = span
    first = len(encoded[:start].decode())
    return first, first + len(encoded[start:end].decode())
