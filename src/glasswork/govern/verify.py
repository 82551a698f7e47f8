"""Verify an audit log from its files alone: offline, with nothing but the log's public key.

A log that was cut back to an older state is in itself a good log. Only a checkpoint kept elsewhere (by a witness,
by a participant's device, on paper) shows it: give it as `remembered`.
"""

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from glasswork.govern import merkle
from glasswork.govern.errors import LogAltered
from glasswork.govern.log import CHECKPOINT
from glasswork.govern.note import LARGEST, Checkpoint, read_checkpoint
from glasswork.govern.tiles import WIDTH, read_entries, read_hashes


class Report(Struct, frozen=True):
    """What a verification found. `problems` are sentences; without any, every entry is as it was signed."""

    size: int
    root: str
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether there was no problem at all."""
        return not self.problems


def verify_log(folder: Path, key: Ed25519PublicKey, *, remembered: bytes | None = None) -> Report:
    """Recompute the whole log in `folder` and compare it with its checkpoint, and with one kept elsewhere.

    `key` is the log's public key, `remembered` a checkpoint (signed note) that was kept. Raises nothing: whatever
    is wrong, unreadable files included, is a problem in the report.
    """
    try:
        found = read_checkpoint((folder / CHECKPOINT).read_bytes()[:LARGEST], key)
        kept = None if remembered is None else read_checkpoint(remembered, key)
        problems = tuple(_problems(folder, found, kept))
    except LogAltered as error:
        return Report(0, "", (str(error),))
    except OSError as error:
        return Report(0, "", (f"The log cannot be read ({error.strerror}).",))
    return Report(found.size, found.root.hex(), problems)


def read_log(folder: Path, key: Ed25519PublicKey) -> Iterator[bytes]:
    """Every entry that the newest checkpoint covers, in order; not verified: see `verify_log`.

    Raises LogAltered for a bad checkpoint or missing entries.
    """
    size = read_checkpoint((folder / CHECKPOINT).read_bytes()[:LARGEST], key).size
    for index, width in _bundles(size):
        yield from read_entries(folder, index, width)


def _problems(folder: Path, found: Checkpoint, kept: Checkpoint | None) -> Iterator[str]:
    if kept is not None and kept.size > found.size:
        yield f"The log was shortened: it has {found.size} entries, and had {kept.size} when the checkpoint was kept."
    tree = merkle.Frontier()
    roots = {0: merkle.EMPTY}
    parents: list[bytes] = []
    for index, width in _bundles(found.size):
        leaves = [merkle.leaf_hash(entry) for entry in read_entries(folder, index, width)]
        for number, (leaf, stored) in enumerate(zip(leaves, read_hashes(folder, 0, index, width), strict=True)):
            if leaf != stored:
                yield f"Entry {index * WIDTH + number} is not the one that was logged, or its stored hash was changed."
            tree.add(leaf)
            if kept is not None and tree.size == kept.size:
                roots[kept.size] = tree.root()
        if width == WIDTH:
            parents.append(merkle.perfect_root(leaves))
    yield from _wrong_tiles(folder, parents)
    if tree.root() != found.root:
        yield "The entries do not add up to the signed root: the log was rewritten or damaged."
    if kept is not None and kept.size <= found.size and roots[kept.size] != kept.root:
        yield f"The first {kept.size} entries are not those of the checkpoint that was kept: rewritten, or a fork."


def _wrong_tiles(folder: Path, hashes: list[bytes]) -> Iterator[str]:
    """Compare the tiles above the leaves, from which proofs are made, with what the entries say."""
    level = 1
    while hashes:
        for index, width in _bundles(len(hashes)):
            mine = hashes[index * WIDTH : index * WIDTH + width]
            if read_hashes(folder, level, index, width) != mine:
                yield f"Tile {index} of level {level} does not follow from the entries: proofs from it will fail."
        full = len(hashes) // WIDTH
        hashes = [merkle.perfect_root(hashes[i * WIDTH : (i + 1) * WIDTH]) for i in range(full)]
        level += 1


def _bundles(size: int) -> Iterator[tuple[int, int]]:
    """The index and width of each tile over `size` hashes."""
    for index in range(-(-size // WIDTH)):
        yield index, min(WIDTH, size - index * WIDTH)
