"""Near-duplicates: which records do nearly the same, by MinHash over the n-grams of their actions.

A record is the set of its n-grams. Two are near-duplicates where the sets have a Jaccard similarity of a threshold or
more, and so are two that a chain of such pairs connects. Pairs are looked for among records with an equal band of
MinHashes (A. Broder 1997; banding as in Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4), and then
compared set by set: what is found is exact, and a pair at the threshold is missed once in a million. Nothing here is
drawn by chance, so the same records always make the same groups.
"""

from array import array
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby, islice
from typing import Final

from glasswork.assemble.record import Record
from glasswork.schema.episode import Step

N: Final = 3
MOST: Final = 256
"""n-grams kept of a record, those with the smallest hashes: of a longer one a sample that two records share."""

BANDS: Final = 24
ROWS: Final = 4
MISSED: Final = 1e-6
NEIGHBOURS: Final = 256
"""In a crowd with an equal band each is compared with so many of the next larger: they are connected by chains."""

_NAMED: Final = ("role", "label", "command", "key", "app", "category", "direction")
_ENDS: Final = ("(begin)", "(end)")
_MASK: Final = (1 << 64) - 1


def grams(record: Record) -> "array[int]":
    """The hashes of a record's n-grams, sorted, each once, at most MOST of them. Never empty.

    A step counts by its tool, its target, its command and the kind of its value: not by which value, nor by means.
    """
    words = [_ENDS[0], *map(_word, record.example.steps), _ENDS[1]]
    found = {_hash("\n".join(words[at : at + N])) for at in range(max(1, len(words) - N + 1))}
    return array("Q", sorted(found)[:MOST])


def similarity(one: "array[int]", other: "array[int]") -> float:
    """The Jaccard similarity of two sets of n-grams, from 0 to 1."""
    shared = len(set(one).intersection(other))
    return shared / (len(one) + len(other) - shared)


class Groups:
    """Records added one by one, and which of them are near-duplicates. Some 400 bytes of memory for each that differs
    from all others."""

    def __init__(self, threshold: float) -> None:
        """`threshold`: the similarity above 0 and up to 1 from which on records are near-duplicates."""
        self._threshold = threshold
        fitting = (rows for rows in range(ROWS, 0, -1) if (1 - threshold**rows) ** BANDS < MISSED)
        self._rows = next(fitting, 1)
        self._numbers = array("I")  # of each record, the distinct set that it is
        self._first: dict[int, int] = {}
        self._ends = array("Q", [0])
        self._grams = array("Q")
        self._bands = array("I")

    def add(self, record: Record) -> None:
        """Add the next record."""
        found = grams(record)
        digest = blake2b(found.tobytes(), digest_size=8).digest()
        number = self._first.setdefault(int.from_bytes(digest, "big"), len(self._first))
        self._numbers.append(number)
        if number == len(self._ends) - 1:
            self._grams.extend(found)
            self._ends.append(len(self._grams))
            self._bands.extend(_bands(found, self._rows))

    def found(self) -> list[int]:
        """A number for each record, in order: equal for near-duplicates, and for those alone."""
        parents = list(range(len(self._first)))
        for one, other in self._candidates(parents):
            if similarity(self._set(one), self._set(other)) >= self._threshold:
                parents[_root(parents, other)] = _root(parents, one)
        return [_root(parents, number) for number in self._numbers]

    def _candidates(self, parents: list[int]) -> Iterator[tuple[int, int]]:
        """Pairs with an equal band, of sizes that are close enough, and that are not in one group yet."""
        for band in range(BANDS):
            keys = self._bands[band::BANDS]
            for _, crowd in groupby(sorted(range(len(keys)), key=keys.__getitem__), keys.__getitem__):
                members = sorted(crowd, key=self._size)
                for place, one in enumerate(members):
                    for other in islice(members, place + 1, place + 1 + NEIGHBOURS):
                        if self._size(one) < self._threshold * self._size(other):
                            break
                        if _root(parents, one) != _root(parents, other):
                            yield one, other

    def _size(self, number: int) -> int:
        return self._ends[number + 1] - self._ends[number]

    def _set(self, number: int) -> "array[int]":
        return self._grams[self._ends[number] : self._ends[number + 1]]


def _root(parents: list[int], number: int) -> int:
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number


def _word(step: Step) -> str:
    kind = str(step.arguments.get("value", "")).strip("<>").rpartition("_")[0]
    return " ".join([step.tool, *(f"{name}={step.arguments[name]}" for name in _NAMED if name in step.arguments), kind])


@lru_cache(maxsize=1 << 16)
def _hash(gram: str) -> int:
    return int.from_bytes(blake2b(gram.encode(), digest_size=8).digest(), "big")


def _bands(found: "array[int]", rows: int) -> Iterator[int]:
    """Of each band, 32 bits of the MinHashes in it."""
    least = [min([(gram ^ mask) * factor & _MASK for gram in found]) for mask, factor in _PERMUTATIONS[: BANDS * rows]]
    for start in range(0, BANDS * rows, rows):
        yield hash(tuple(least[start : start + rows])) & 0xFFFF_FFFF


_PERMUTATIONS: Final = [(_hash(f"mask {n}"), _hash(f"factor {n}") | 1) for n in range(BANDS * ROWS)]
