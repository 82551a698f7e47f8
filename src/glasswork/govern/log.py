"""The audit log: append, and on disk before it returns. A Merkle tree in a folder of C2SP tiles.

The signed checkpoint is the only thing that says how long the log is. An append writes new tiles beside the old
ones, then replaces the checkpoint: killed before that, the entries never were; killed after, they all are.
The format is docs/formats/audit-log.md; `verify` reads it without this module's key.
"""

import fcntl
import os
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.govern import merkle
from glasswork.govern.errors import LogAltered, LogUnavailable
from glasswork.govern.note import LARGEST, Checkpoint, read_checkpoint, sign_checkpoint
from glasswork.govern.tiles import (
    ENTRIES,
    HEIGHT,
    LARGEST_ENTRY,
    WIDTH,
    drop_narrower,
    pack_entries,
    read_entries,
    read_hashes,
    tile_path,
    write_durably,
)

CHECKPOINT: Final = "checkpoint"
_LOCK: Final = ".lock"

ReadTile = Callable[[int, int, int], Sequence[bytes]]
"""From level, index and a least width to the hashes of a tile."""


def create_log(folder: Path, key: Ed25519PrivateKey) -> "Log":
    """Begin a log in `folder`, empty and signed. Raises LogUnavailable if there is one, or it cannot be written."""
    with _failing_closed():
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / CHECKPOINT).exists() or (folder / "tile").exists():
            raise LogUnavailable("There is an audit log in this place already. A log is never begun twice: open it.")
        write_durably(folder, [(CHECKPOINT, sign_checkpoint(Checkpoint(0, merkle.EMPTY), key))])
    return Log(folder, key)


class Log:
    """An open log. Safe for threads, and for several processes on one folder."""

    def __init__(self, folder: Path, key: Ed25519PrivateKey) -> None:
        """Open the log that `create_log` began.

        Raises LogUnavailable if it cannot be read or written, LogAltered if its newest tiles are not what its
        checkpoint signs.
        """
        self._folder = folder
        self._key = key
        self._thread_lock = threading.Lock()
        self._checkpoint = Checkpoint(0, merkle.EMPTY)
        self._edges: list[list[bytes]] = []  # the hashes of the rightmost tile of each level; [] where it is full
        self._bundle: list[bytes] = []  # the entries of the rightmost bundle
        with self._locked():
            self._refresh()

    @property
    def size(self) -> int:
        """How many entries the log had when it was last looked at from here."""
        return self._checkpoint.size

    def append(self, entry: bytes) -> int:
        """Append one entry (at most 65,535 bytes) and return its index once it is on disk, under a checkpoint.

        Raises LogUnavailable if it cannot be written: whatever was to be logged must then not be done. Raises
        LogAltered if the log is no longer an extension of what this process has seen.
        """
        return self.append_all([entry])[0]

    def append_all(self, entries: Sequence[bytes]) -> range:
        """Append entries under one checkpoint: all or none. Errors as for `append`."""
        if any(len(entry) > LARGEST_ENTRY for entry in entries):
            raise LogUnavailable("An entry of the audit log is larger than 65,535 bytes. This is a fault in Glasswork.")
        with self._locked():
            self._refresh()
            start = self._checkpoint.size
            if entries:
                self._extend(entries)
            return range(start, self._checkpoint.size)

    def checkpoint(self) -> bytes:
        """The newest checkpoint, a signed note. Keep one elsewhere: it is what shows a shortened log."""
        with self._locked():
            self._refresh()
            return (self._folder / CHECKPOINT).read_bytes()

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """The proof that entry `index` is in the tree of `size` entries (now, if None). ValueError if it is not."""
        size = self.size if size is None else size
        if not 0 <= index < size <= self.size:
            raise ValueError("There is no such entry in the log.")
        return merkle.inclusion_proof(subtree_of(self._read), index, size)

    def consistency_proof(self, old: int, new: int) -> list[bytes]:
        """The proof that the log of `old` entries is the beginning of that of `new`. ValueError if out of range."""
        if not 0 <= old <= new <= self.size:
            raise ValueError("The log never had such a size.")
        return self._consistency(old, new)

    def _consistency(self, old: int, new: int) -> list[bytes]:
        return merkle.consistency_proof(subtree_of(self._read), old, new) if old else []

    def _read(self, level: int, index: int, width: int) -> Sequence[bytes]:
        return read_hashes(self._folder, level, index, width)

    @contextmanager
    def _locked(self) -> Generator[None]:
        """Exclude other threads and processes; turn every failure of the system into LogUnavailable."""
        with self._thread_lock, _failing_closed():
            handle = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield
            finally:
                os.close(handle)

    def _refresh(self) -> None:
        """Take in what other processes have appended, if it extends what was seen from here."""
        try:
            note = (self._folder / CHECKPOINT).read_bytes()[:LARGEST]
        except FileNotFoundError:
            raise LogAltered("There is no audit log here, or its checkpoint was removed. Restore it.") from None
        seen, found = self._checkpoint, read_checkpoint(note, self._key.public_key())
        if found == seen and found.size:
            return
        edges = [self._edge(found.size, level) for level in range(_levels(found.size))]
        bundle = read_entries(self._folder, found.size // WIDTH, width) if (width := found.size % WIDTH) else []
        leaves = [merkle.leaf_hash(entry) for entry in bundle]
        if (edges and leaves != edges[0]) or _root(edges, found.size) != found.root:
            raise LogAltered("The newest entries of the audit log are not the signed ones. Verify it against a copy.")
        if seen.size > found.size or not merkle.verify_consistency(
            seen.size, found.size, self._consistency(seen.size, found.size), seen.root, found.root
        ):
            raise LogAltered("The audit log was shortened or rewritten while it was open. Verify it against a copy.")
        self._checkpoint, self._edges, self._bundle = found, edges, bundle

    def _edge(self, size: int, level: int) -> list[bytes]:
        width = (size >> (HEIGHT * level)) % WIDTH
        return read_hashes(self._folder, level, size >> (HEIGHT * (level + 1)), width) if width else []

    def _extend(self, entries: Sequence[bytes]) -> None:
        """Write the tiles that `entries` add, then the checkpoint; change the state only when all of it is on disk."""
        edges = [list(edge) for edge in self._edges]
        bundle = list(self._bundle)
        files: list[tuple[str, bytes]] = []
        touched: dict[tuple[int | str, int], int] = {}

        def write(kind: int | str, index: int, width: int, data: bytes) -> None:
            files.append((tile_path(kind, index, width), data))
            touched[kind, index] = width

        size = self._checkpoint.size
        changed = 1  # how many levels, from the leaves up, have a rightmost tile that is not yet written
        for entry in entries:
            bundle.append(entry)
            hash_, level = merkle.leaf_hash(entry), 0
            if len(bundle) == WIDTH:
                write(ENTRIES, size // WIDTH, WIDTH, pack_entries(bundle))
                bundle = []
            while True:
                if level == len(edges):
                    edges.append([])
                edges[level].append(hash_)
                changed = max(changed, level + 1)
                if len(edges[level]) < WIDTH:
                    break
                write(level, size >> (HEIGHT * (level + 1)), WIDTH, b"".join(edges[level]))
                hash_, edges[level] = merkle.perfect_root(edges[level]), []
                level += 1
            size += 1
        if bundle:
            write(ENTRIES, size // WIDTH, len(bundle), pack_entries(bundle))
        for level, edge in enumerate(edges[:changed]):
            if edge:
                write(level, size >> (HEIGHT * (level + 1)), len(edge), b"".join(edge))
        write_durably(self._folder, files)
        checkpoint = Checkpoint(size, _root(edges, size))
        write_durably(self._folder, [(CHECKPOINT, sign_checkpoint(checkpoint, self._key))])
        self._checkpoint, self._edges, self._bundle = checkpoint, edges, bundle
        for (kind, index), width in touched.items():
            drop_narrower(self._folder, kind, index, width)


def subtree_of(read: ReadTile) -> merkle.Subtree:
    """The tree as `merkle` wants to see it, from its tiles."""

    def subtree(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, HEIGHT)
        first = index << height
        offset, end = first % WIDTH, first % WIDTH + (1 << height)
        return merkle.perfect_root(read(tile_level, first // WIDTH, end)[offset:end])

    return subtree


def _root(edges: Sequence[Sequence[bytes]], size: int) -> bytes:
    """The root of a tree, from its rightmost tiles alone."""
    return merkle.root(subtree_of(lambda level, _index, _width: edges[level]), size)


def _levels(size: int) -> int:
    """How many levels of tiles a tree of `size` leaves has."""
    levels = 0
    while size >> (HEIGHT * levels):
        levels += 1
    return levels


@contextmanager
def _failing_closed() -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise LogUnavailable(
            f"The audit log cannot be read or written ({error.strerror}), so nothing was opened: no log, no bytes. "
            "Free the disk or mend the folder's permissions, then try again."
        ) from None
