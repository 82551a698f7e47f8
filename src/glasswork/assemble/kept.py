"""Kept: the first few of each group, packed, in an order that neither ids nor the order of the records has a part in.

So no family can fill a data set with itself, the same records give the same pairs in any order, and memory has a
bound, however many records there are.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final, NamedTuple, TypeVar

import msgspec
import zstandard

from glasswork.assemble.pair import Kind

GROUP: Final = 8
"""Pairs of one kind from one group: what reaches the same from the same state, or the same error in the same state."""

FAMILY: Final = 32
"""Pairs of one kind from one family, task or command, whatever was seen first."""

GROUPS: Final = 50_000
"""Groups in memory, which takes some 6 KB a group. Where there are more, those whose digests come first are taken."""

T = TypeVar("T")


class Group(NamedTuple):
    """What is alike in what is kept: the family, task or command, the state that it is done from, and the split."""

    kind: Kind
    split: str
    goal: str
    state: bytes


class Packed(NamedTuple):
    """A packed item by its rank in its group, then by its digest."""

    rank: int
    digest: bytes
    packed: bytes


def keep(items: list[Packed], rank: int, packed: bytes) -> None:
    """Add an item to a group, of which only the GROUP first are kept. Constant time on average."""
    items.append(Packed(rank, digest(packed), packed))
    if len(items) >= 4 * GROUP:
        items[:] = first(items)


def first(items: Iterable[Packed]) -> list[Packed]:
    """The GROUP first of what was kept, each once."""
    return sorted(set(items))[:GROUP]


def trim(groups: dict[Group, T], most: int = GROUPS) -> None:
    """Let go of groups that cannot be among the `most` that are `settled` at the end. Call it after every record.

    A group that comes back after that is let go of again: those before it are still there.
    """
    if len(groups) > 2 * most:
        for group in sorted(groups, key=_place)[most:]:
            del groups[group]


def settled(groups: Iterable[Group], most: int = GROUPS) -> list[Group]:
    """The groups that are taken, in order."""
    return sorted(sorted(groups, key=_place)[:most])


def pack(item: msgspec.Struct) -> bytes:
    """An item in a tenth of its memory: the screens in it are much the same."""
    return zstandard.compress(msgspec.msgpack.encode(item), level=1)


def unpack(item: Packed, kind: type[T]) -> T:
    """What was packed."""
    return msgspec.msgpack.decode(zstandard.decompress(item.packed), type=kind)


def digest(data: bytes) -> bytes:
    """What stands for `data` in groups and orders."""
    return blake2b(data, digest_size=16).digest()


def _place(group: Group) -> bytes:
    return digest(msgspec.msgpack.encode(group))
