"""Regular expressions in linear time: a thin, typed face on google-re2.

No pattern of the redactor may run on Python's `re`, whose backtracking lets one crafted title stop the recorder.
"""
# google-re2 ships no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Iterable, Iterator
from typing import Any

import re2

from glasswork.redact.errors import RedactionFailed

_MEMORY = 64 << 20  # bytes that one automaton may take; far more than any rule needs


def _options() -> Any:
    options: Any = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    return options


class Pattern:
    """One compiled expression. Offsets are in characters."""

    __slots__ = ("_compiled",)

    def __init__(self, expression: str) -> None:
        self._compiled: Any = re2.compile(expression, _options())

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of every match: of the first group that took part, or of the whole match."""
        for match in self._compiled.finditer(text):
            groups = (match.span(group) for group in range(1, self._compiled.groups + 1))
            yield next((span for span in groups if span[0] >= 0), match.span())

    def found(self, text: str) -> bool:
        """Whether it matches anywhere."""
        return self._compiled.search(text) is not None

    def whole(self, text: str) -> bool:
        """Whether it matches the whole text."""
        return self._compiled.fullmatch(text) is not None


class Gate:
    """Many expressions in one pass: which of them match somewhere?"""

    __slots__ = ("_set", "_witness")

    def __init__(self, expressions: Iterable[str]) -> None:
        self._set: Any = re2.Set.SearchSet(_options())
        for expression in expressions:
            self._set.Add(expression)
        self._witness: int = self._set.Add("")
        self._set.Compile()

    def fired(self, text: str) -> list[int]:
        """Positions of the expressions that match, in order. RedactionFailed if the automaton gave up.

        RE2 answers "nothing matches" when it runs out of memory. The empty expression, which matches anything,
        is therefore part of every set: without it in the answer there was no answer.
        """
        fired: list[int] = sorted(self._set.Match(text) or ())
        if not fired or fired.pop() != self._witness:
            raise RedactionFailed("The matcher gave up on a string, which therefore counts as sensitive.")
        return fired
