"""The Merkle tree of RFC 6962 (section 2.1), and proofs about it as in RFC 9162 (section 2.1). No I/O.

Hashes are 32 bytes of SHA-256. A tree is seen through `subtree(level, index)`: the hash of the perfect subtree
over the leaves `index * 2**level` up to `(index + 1) * 2**level`.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

EMPTY: Final = hashlib.sha256(b"").digest()
"""The root of the tree without leaves."""

Subtree = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf: SHA-256 of 0x00 and the entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 of 0x01 and its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The perfect subtrees of a growing tree, largest first: enough to add leaves and to know the root."""

    def __init__(self) -> None:
        self.size = 0
        self._stack: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Append the hash of a leaf."""
        ones = self.size
        while ones & 1:
            leaf = node_hash(self._stack.pop(), leaf)
            ones >>= 1
        self._stack.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree so far."""
        return _join(reversed(self._stack)) if self._stack else EMPTY

    @classmethod
    def of(cls, subtree: "Subtree", size: int) -> "Frontier":
        """The frontier of a tree that has `size` leaves."""
        self = cls()
        low = 0
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                self._stack.append(subtree(level, low >> level))
                low += 1 << level
        self.size = size
        return self


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The root over 2**n hashes that are all of one level."""
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def root(subtree: Subtree, size: int) -> bytes:
    """The root of the tree of `size` leaves."""
    return _range_hash(subtree, 0, size) if size else EMPTY


def inclusion_proof(subtree: Subtree, index: int, size: int) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root of `size` leaves, lowest first (0 <= index < size)."""
    proof: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        split = low + _split(high - low)
        if index < split:
            proof.append(_range_hash(subtree, split, high))
            high = split
        else:
            proof.append(_range_hash(subtree, low, split))
            low = split
    return proof[::-1]


def consistency_proof(subtree: Subtree, old: int, new: int) -> list[bytes]:
    """The hashes that show that the tree of `old` leaves is the beginning of that of `new` (0 < old <= new)."""
    proof: list[bytes] = []
    low, high, complete = 0, new, True  # complete: the old tree covers [low, old) from its very first leaf
    while old != high:
        split = low + _split(high - low)
        if old <= split:
            proof.append(_range_hash(subtree, split, high))
            high = split
        else:
            proof.append(_range_hash(subtree, low, split))
            low, complete = split, False
    if not complete:
        proof.append(_range_hash(subtree, low, high))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows that the leaf hash stands at `index` in the tree of `size` leaves with this root."""
    if not 0 <= index < size:
        return False
    node, last, here = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            here = node_hash(sibling, here)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            here = node_hash(here, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and here == root


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether `proof` shows that nothing of the first `old` leaves was changed in the tree of `new` leaves.

    The empty tree is the beginning of every tree, with no proof.
    """
    if not 0 <= old <= new:
        return False
    if old == 0:
        return not proof and old_root == EMPTY
    if old == new:
        return not proof and old_root == new_root
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    was = now = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            now = node_hash(now, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and was == old_root and now == new_root


def _split(size: int) -> int:
    """The largest power of two below `size` (RFC 6962: k)."""
    return 1 << ((size - 1).bit_length() - 1)


def _range_hash(subtree: Subtree, low: int, high: int) -> bytes:
    """The hash over leaves [low, high), where `low` is a multiple of every subtree size that it is cut into."""
    parts: list[bytes] = []
    while low < high:
        level = (high - low).bit_length() - 1
        parts.append(subtree(level, low >> level))
        low += 1 << level
    return _join(reversed(parts))


def _join(parts: Iterable[bytes]) -> bytes:
    """The root over perfect subtrees, given from the smallest (rightmost) to the largest."""
    parts = iter(parts)
    right = next(parts)
    for left in parts:
        right = node_hash(left, right)
    return right
