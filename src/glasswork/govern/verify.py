"""Verify an audit log from its files alone: offline, with nothing but the log's public key.

A log that was cut back to an older state, or that is shown in two versions to two people, is in itself a good log.
Only a checkpoint kept elsewhere (by a witness, on a participant's device, on paper) shows it: give it as `remembered`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from glasswork.govern import merkle
from glasswork.govern.entries import Pruned, WitnessesChosen, decode
from glasswork.govern.errors import LogAltered, NotAVerifier
from glasswork.govern.log import CHECKPOINT, COSIGNED, tree_of
from glasswork.govern.note import COSIGNS, LARGEST, Checkpoint, Verifier, cosigned_by, read_checkpoint, read_vkey
from glasswork.govern.tiles import WIDTH, first_bundle, read_entries, read_hashes

_TOLD: Final = (b'"kind":"pruned"', b'"kind":"witnesses_chosen"')


class Report(Struct, frozen=True):
    """What a verification found. `problems` are sentences; without any, every entry is as it was signed.

    Looked at were the entries from `since` on (all, if 0; those that were pruned by their hashes). Up to `witnessed`,
    the log is what the witnesses in `cosigned` have seen. `chosen` are the verifier keys of the witnesses that the log
    last named among those entries; None where it names none.
    """

    size: int
    root: str
    problems: tuple[str, ...]
    since: int = 0
    witnessed: int = 0
    cosigned: dict[str, datetime] = {}
    chosen: tuple[str, ...] | None = None

    @property
    def ok(self) -> bool:
        """Whether there was no problem at all."""
        return not self.problems


def verify_log(
    folder: Path, key: Ed25519PublicKey, *, remembered: bytes | None = None, witnesses: Sequence[Verifier] = ()
) -> Report:
    """Recompute the whole log in `folder` and compare it with its checkpoint, and with one kept elsewhere.

    `key` is the log's public key, `remembered` a checkpoint (signed note) that was kept, `witnesses` are those to
    trust, by default those that the log itself names. Raises nothing: whatever is wrong, unreadable files included,
    is a problem in the report.
    """
    return _report(folder, key, remembered, witnesses, whole=True)


def verify_since(
    folder: Path, key: Ed25519PublicKey, remembered: bytes, *, witnesses: Sequence[Verifier] = ()
) -> Report:
    """As `verify_log`, but only what came after a checkpoint that was verified before, and that nothing before changed.

    The old tree's subtrees must hash to the old root; with the new entries added to them, to the new one.
    """
    return _report(folder, key, remembered, witnesses, whole=False)


def read_log(folder: Path, key: Ed25519PublicKey) -> Iterator[bytes]:
    """Every entry that the newest checkpoint covers and that is not pruned, in order; not verified: see `verify_log`.

    Raises LogAltered for a bad checkpoint or missing entries.
    """
    size = read_checkpoint((folder / CHECKPOINT).read_bytes()[:LARGEST], key).size
    first = first_bundle(folder, size // WIDTH)
    for index, width in _bundles(size):
        if index >= first:
            yield from read_entries(folder, index, width)


def _report(
    folder: Path, key: Ed25519PublicKey, remembered: bytes | None, witnesses: Sequence[Verifier], *, whole: bool
) -> Report:
    try:
        found = read_checkpoint((folder / CHECKPOINT).read_bytes()[:LARGEST], key)
        kept = None if remembered is None else read_checkpoint(remembered, key)
        shown = (folder / COSIGNED).read_bytes()[:LARGEST] if (folder / COSIGNED).exists() else None
        seen = None if shown is None else read_checkpoint(shown, key)
        walk = _Walk(folder, found, kept, seen, list(witnesses))
        problems = tuple(walk.problems(whole=whole))
        cosigned = cosigned_by(shown, walk.witnesses) if shown is not None else {}
        if walk.witnesses and not cosigned:
            problems += (
                "No witness that is trusted has cosigned this log: it may be shown in this form to you alone.",
            )
    except LogAltered as error:
        return Report(0, "", (str(error),))
    except OSError as error:
        return Report(0, "", (f"The log cannot be read ({error.strerror}).",))
    since = 0 if whole or kept is None else kept.size
    witnessed = seen.size if seen is not None and cosigned else 0
    return Report(found.size, found.root.hex(), problems, since, witnessed, cosigned, walk.chosen)


class _Walk:
    """One pass over a log, and what it comes by: the roots at the sizes of other checkpoints, and what the log says."""

    def __init__(
        self, folder: Path, found: Checkpoint, kept: Checkpoint | None, seen: Checkpoint | None, trusted: list[Verifier]
    ) -> None:
        self.folder = folder
        self.found = found
        self.kept = kept
        self.seen = seen
        self.witnesses = trusted
        self.chosen: tuple[str, ...] | None = None
        self._named = not trusted
        self._pruned = 0

    def problems(self, *, whole: bool) -> Iterator[str]:
        """What is wrong, in sentences. Raises LogAltered where files are missing, so that nothing more can be said."""
        kept, seen, size = self.kept, self.seen, self.found.size
        if kept is not None and kept.size > size:
            yield f"The log was shortened: it has {size} entries, and had {kept.size} when the checkpoint was kept."
        if seen is not None and seen.size > size:
            yield f"The log was shortened: it has {size} entries, and witnesses cosigned {seen.size}."
        roots = {0: merkle.EMPTY}
        if whole or kept is None or kept.size > size:
            yield from self._whole(roots)
        else:
            self._rest(roots, kept)
        if roots[size] != self.found.root:
            yield "The entries do not add up to the signed root: the log was rewritten or damaged."
        if kept is not None and roots.get(kept.size, kept.root) != kept.root:
            yield f"The first {kept.size} entries are not those of the checkpoint that was kept: rewritten, or a fork."
        if seen is not None and roots.get(seen.size, seen.root) != seen.root:
            yield f"The first {seen.size} entries are not those that witnesses cosigned: rewritten, or a fork."

    def _whole(self, roots: dict[int, bytes]) -> Iterator[str]:
        tree = merkle.Frontier()
        parents: list[bytes] = []
        first = first_bundle(self.folder, self.found.size // WIDTH)
        for index, width in _bundles(self.found.size):
            leaves = stored = read_hashes(self.folder, 0, index, width)
            if index >= first:
                leaves = self._leaves(index, 0, width)
                for number, (leaf, hash_) in enumerate(zip(leaves, stored, strict=True)):
                    if leaf != hash_:
                        place = index * WIDTH + number
                        yield f"Entry {place} is not the one that was logged, or its stored hash was changed."
            self._grow(tree, leaves, roots)
            if width == WIDTH:
                parents.append(merkle.perfect_root(leaves))
        if first * WIDTH > self._pruned:
            yield f"The log's first {first * WIDTH} entries are missing, and no entry says that they were pruned."
        yield from _wrong_tiles(self.folder, parents)

    def _rest(self, roots: dict[int, bytes], kept: Checkpoint) -> None:
        tree = merkle.Frontier.of(tree_of(self.folder, self.found.size), kept.size)
        roots[kept.size] = tree.root()
        for index, width in _bundles(self.found.size, kept.size // WIDTH):
            if (start := max(0, kept.size - index * WIDTH)) < width:
                self._grow(tree, self._leaves(index, start, width), roots)

    def _leaves(self, index: int, start: int, width: int) -> list[bytes]:
        """The hashes of the entries of a bundle, and what the entries say about the log itself."""
        entries = read_entries(self.folder, index, width)[start:]
        for data in entries:
            if any(mark in data for mark in _TOLD):
                self._hear(data)
        return [merkle.leaf_hash(entry) for entry in entries]

    def _hear(self, data: bytes) -> None:
        try:
            match decode(data):
                case Pruned(before=before):
                    self._pruned = max(self._pruned, before)
                case WitnessesChosen(witnesses=vkeys):
                    self.chosen = vkeys
                    if self._named:
                        self.witnesses = [read_vkey(vkey, COSIGNS) for vkey in vkeys]
                case _:
                    pass
        except (LogAltered, NotAVerifier):
            pass  # an entry that only quotes the words; what is signed is signed

    def _grow(self, tree: merkle.Frontier, leaves: Sequence[bytes], roots: dict[int, bytes]) -> None:
        marks = {one.size for one in (self.kept, self.seen, self.found) if one is not None}
        for leaf in leaves:
            tree.add(leaf)
            if tree.size in marks:
                roots[tree.size] = tree.root()


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


def _bundles(size: int, first: int = 0) -> Iterator[tuple[int, int]]:
    """The index and width of each tile over `size` hashes, from one of them on."""
    for index in range(first, -(-size // WIDTH)):
        yield index, min(WIDTH, size - index * WIDTH)
