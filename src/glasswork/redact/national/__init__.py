"""National identity, insurance and tax numbers, told by their form, their check digits and the day inside them.

A candidate is one or more whole groups (a group is all digits or all letters) in a shape that some register uses,
`999-99-9999`, also as part of a longer run; it is put to that register's test. What has neither a check digit nor a day
nor a form of its own, and what a telephone number looks like too, is told by its label alone (see the rule
`national_id_by_label`).
"""

from collections.abc import Callable, Iterator
from functools import cache
from string import ascii_letters, digits
from typing import NamedTuple


class NationalId(NamedTuple):
    """A register's number. `shapes`: 9 for a digit, A for a letter, _ for a space, several of them by blanks.

    `test` gets the digits and capitals without separators.
    """

    id: str
    shapes: str
    test: Callable[[str], bool]
    good: tuple[str, ...]
    bad: tuple[str, ...] = ()


_SHAPE = str.maketrans(digits + ascii_letters + "\t\n\r", "0" * len(digits) + "a" * len(ascii_letters) + "   ")
_SIGNS = {n: None for n in range(128) if not chr(n).isalnum()}


def numbers() -> tuple[NationalId, ...]:
    """Every register's number that is known."""
    from glasswork.redact.national import europe, world

    return europe.NUMBERS + world.NUMBERS


def shapes() -> tuple[str, ...]:
    """The shapes of all of them, as a rule takes them."""
    return tuple(_tests())


def number(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Whether a candidate of one of the shapes is such a number: the check of the rule `national_id`."""
    written = text[start:end]
    compact = written.translate(_SIGNS).upper()
    dialled = text[max(0, start - 24) : start].rstrip("0123456789 ./-()").endswith("+")
    if not dialled and any(test(compact) for test in _tests()[written.translate(_SHAPE)]):
        yield start, end


@cache
def _tests() -> dict[str, list[Callable[[str], bool]]]:
    """The tests by the shapes that they know."""
    table: dict[str, list[Callable[[str], bool]]] = {}
    for entry in numbers():
        for shape in entry.shapes.split():
            table.setdefault(shape.translate(str.maketrans("9A_", "0a ")), []).append(entry.test)
    return table
