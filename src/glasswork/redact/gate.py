"""Which rules are worth trying on a text, and their candidates.

Most texts are none of most rules' business. One pass for the words of all rules and one for their shapes say which of
them could match at all, and often where; only those are run. Nothing is lost: a rule that is left out has no match
(tests/property/test_redact_differential.py runs all of them without a gate beside it).

Both passes are Aho-Corasick automata, complete from the start. One over all patterns (an RE2 set) would build itself
on the way and grow with the texts that it sees: one that it has not seen takes it twenty times as long.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

import ahocorasick_rs

from glasswork.redact.patterns import Pattern
from glasswork.redact.rules import Rule

_ASCII = [chr(b) if b < 128 else "" for b in range(256)]
_SHAPE = bytes(
    ord("0" if c.isdecimal() else "a" if c.isalpha() else " " if c in ("\t", "\n", "\r") else c or "?") for c in _ASCII
)
_RUN = bytes(ord("x" if c.isalnum() or (c and c in "+/=_~-") else " ") for c in _ASCII)
_LEAST_RUN = b"x" * 16
_DIGITS = re.compile(b"0{8,}")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")

MOST_PLACES = 600
"""In how many places of one text rules may have to look."""


class TooMuch(Exception):
    """A string has more in it than an honest one would."""


Candidate = tuple[Rule, int, int]
"""A rule, and the characters from … up to … that its pattern matches."""


class _Word(NamedTuple):
    """What a word or a shape says: the rule to try, by its number, and where."""

    rule: int
    digits: int
    first: bool
    last: bool
    where: str  # where a match begins: at its "start" or "end"; "whole": it is the match; "": anywhere


class Gate:
    """The rules, ready to run."""

    __slots__ = (
        *("_always", "_by_length", "_by_shape", "_by_word", "_patterns", "_rules", "_shapes", "_words"),
        "_words_without_digits",
    )

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._patterns = [Pattern(rule.pattern) if rule.pattern else None for rule in rules]
        always = [(rule.digits, rule.run, n) for n, rule in enumerate(rules) if not rule.words and not rule.shapes]
        self._always = sorted(always)
        by_word: dict[str, list[_Word]] = {}
        by_shape: dict[str, list[_Word]] = {}
        self._by_length: dict[int, list[int]] = {}
        for n, rule in enumerate(rules):
            where = "whole" if not rule.pattern else "end" if rule.follows else "start" if rule.begins else ""
            for word in rule.words:
                entry = _Word(n, rule.digits, word.startswith("|"), word.endswith("|"), where)
                by_word.setdefault(word.strip("|"), []).append(entry)
            for shape in _spelled(rule.shapes):
                if where == "whole" and set(shape) == {"0"}:
                    self._by_length.setdefault(len(shape), []).append(n)
                else:
                    # one that begins with a digit stands at the beginning of a group of digits
                    edge = where == "whole" or (where == "start" and shape[0] == "0")
                    by_shape.setdefault(shape, []).append(_Word(n, rule.digits, edge, where == "whole", where))
        self._words, self._by_word = _automaton(by_word)
        self._words_without_digits = _automaton(
            {word: kept for word, entries in by_word.items() if (kept := [e for e in entries if not e.digits])}
        )
        self._shapes, self._by_shape = _automaton(by_shape)

    def candidates(self, text: str, most: int) -> tuple[list[Candidate], bool]:
        """What the rules find in the text of a view, `most` by each, and whether there is a long run in it.

        Raises TooMuch.
        """
        plain = text.encode("ascii", "replace")
        shape = plain.translate(_SHAPE)
        digits = shape.count(b"0")
        low = text.casefold()
        if len(low) != len(text):
            low = _lowered(text)
        words, by_word = (self._words, self._by_word) if digits else self._words_without_digits
        places: set[tuple[int, int, int]] = set()
        for word, start, end in words.find_matches_as_indexes(low, overlapping=True):
            for n, least, first, last, where in by_word[word]:
                if least > digits or (first and start and _is_letter(low[start - 1])):
                    continue
                if not (last and end < len(low) and _is_letter(low[end])):
                    places.add((n, start, end) if where else (n, -1, -1))
        if digits or shape.count(b":") > 2:
            self._add_shapes(shape, digits, places)
        runs = plain.translate(_RUN)
        run = max(map(len, runs.split())) if _LEAST_RUN in runs else 0
        for least, length, n in self._always:
            if least > digits:
                break
            if length <= run:
                places.add((n, -1, -1))
        if len(places) > MOST_PLACES:
            raise TooMuch
        return (self._matches(text, places, most) if places else []), run > 0

    def _add_shapes(self, shape: bytes, digits: int, places: set[tuple[int, int, int]]) -> None:
        text = shape.decode()
        for index, start, end in self._shapes.find_matches_as_indexes(text, overlapping=True):
            for n, least, first, last, where in self._by_shape[index]:
                if least > digits or (first and start and text[start - 1] == text[start]):
                    continue
                if not (last and text[end : end + 1] == text[end - 1]):
                    places.add((n, start, end) if where else (n, -1, -1))
        if b"00000000" in shape:
            for group in _DIGITS.finditer(shape):
                start, end = group.span()
                for n in self._by_length.get(end - start, ()):
                    places.add((n, start, end))

    def _matches(self, text: str, places: set[tuple[int, int, int]], most: int) -> list[Candidate]:
        found: list[Candidate] = []
        for n, start, end in places:
            rule, pattern = self._rules[n], self._patterns[n]
            if start < 0:
                assert pattern
                for s, e in pattern.spans(text, most):
                    found.append((rule, s, e))
            elif pattern is None:
                found.append((rule, start, end))
            elif span := pattern.at(text, end if rule.follows else start):
                found.append((rule, *span))
        return found


def _automaton(entries: dict[str, list[_Word]]) -> tuple[ahocorasick_rs.AhoCorasick, list[list[_Word]]]:
    return ahocorasick_rs.AhoCorasick(list(entries), store_patterns=False), list(entries.values())


def _spelled(shapes: Iterable[str]) -> Iterator[str]:
    """The shapes with `0` or `a` in place of each `x`."""
    for shape in shapes:
        yield from map("".join, product(*("0a" if c == "x" else c for c in shape)))


def _lowered(text: str) -> str:
    """The text in small letters, as long as it was."""
    return "".join(c.casefold() if len(c.casefold()) == 1 else c for c in text)


def _is_letter(c: str) -> bool:
    """Whether a character beside a word makes it longer; those of scripts without spaces between words do not."""
    return c.isalpha() and (c.isascii() or not _UNSPACED.match(c))
