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
from glasswork.govern.cosigners import Cosigners, WitnessAt
from glasswork.govern.errors import LogAltered, LogUnavailable
from glasswork.govern.note import LARGEST, Checkpoint, note_text, read_checkpoint, sign_checkpoint
from glasswork.govern.tiles import (
    ENTRIES,
    HEIGHT,
    LARGEST_ENTRY,
    WIDTH,
    drop_narrower,
    pack_entries,
    read_entries,
    read_hashes,
    replace_durably,
    sweep_unfinished,
    tile_path,
    write_tiles,
)

CHECKPOINT: Final = "checkpoint"
COSIGNED: Final = "cosigned"
_LOCK: Final = ".lock"

ReadTile = Callable[[int, int, int], Sequence[bytes]]
"""From level, index and a least width to the hashes of a tile."""


def create_log(folder: Path, key: Ed25519PrivateKey, witnesses: Sequence[WitnessAt] = ()) -> "Log":
    """Begin a log in `folder`, empty and signed. Raises LogUnavailable if there is one, or it cannot be written."""
    with _failing_closed():
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / CHECKPOINT).exists() or (folder / "tile").exists():
            raise LogUnavailable("There is an audit log in this place already. A log is never begun twice: open it.")
        replace_durably(folder / CHECKPOINT, sign_checkpoint(Checkpoint(0, merkle.EMPTY), key))
    return Log(folder, key, witnesses)


class Log:
    """An open log. Safe for threads, and for several processes on one folder."""

    def __init__(self, folder: Path, key: Ed25519PrivateKey, witnesses: Sequence[WitnessAt] = ()) -> None:
        """Open the log that `create_log` began, with the witnesses that `publish` shows it to.

        Raises LogUnavailable if it cannot be read or written, LogAltered if its newest tiles are not what its
        checkpoint signs.
        """
        self._folder = folder
        self._key = key
        self._thread_lock = threading.Lock()
        self._publishing = threading.Lock()
        self._cosigners = Cosigners(witnesses) if witnesses else None
        self._checkpoint = Checkpoint(0, merkle.EMPTY)
        self._edges: list[Sequence[bytes]] = []  # the hashes of the rightmost tile of each level; [] where it is full
        self._bundle: Sequence[bytes] = []  # the entries of the rightmost bundle
        self._note: bytes = b""  # the checkpoint as it lies there
        with self._locked():
            sweep_unfinished(folder)  # all that is replaced here is replaced under this lock
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

    def shown(self) -> str:
        """The newest checkpoint as it lies there, for those who verify it themselves; empty where there is none."""
        try:
            return (self._folder / CHECKPOINT).read_bytes()[:LARGEST].decode()
        except (OSError, UnicodeDecodeError):
            return ""

    def publish(self) -> None:
        """Have the newest checkpoint cosigned by a witness, where there are any. Returns at the first cosignature.

        Call it between an entry and what the entry is about: no cosignature, no bytes. Raises LogUnavailable if no
        witness answers, LogAltered if one has seen another log under this name.
        """
        if self._cosigners is None:
            return
        with self._publishing:
            for _ in range(5):  # another process may be showing more of the log at this moment
                note = self.checkpoint()
                size = read_checkpoint(note, self._key.public_key()).size
                if self._cosigners.have(self._cosigned(note)) or self._cosigners.ask(
                    note, size, self._consistency, self._newest, lambda line, note=note: self._keep(note, line)
                ):
                    return
        raise LogUnavailable("The audit log grows too fast for its witnesses, so nothing was opened. Try again.")

    def _newest(self) -> int:
        self.checkpoint()
        return self.size

    def _cosigned(self, note: bytes) -> bytes:
        """The checkpoint with the cosignatures it has so far."""
        try:
            kept = (self._folder / COSIGNED).read_bytes()
        except FileNotFoundError:
            return note
        return kept if note_text(kept) == note_text(note) else note

    def _keep(self, note: bytes, line: bytes) -> None:
        """Keep a cosignature of a checkpoint, beside those it has, unless a longer log was cosigned meanwhile."""
        with self._locked():
            kept = self._cosigned(note)
            if kept == note and (self._folder / COSIGNED).exists():
                before = read_checkpoint((self._folder / COSIGNED).read_bytes()[:LARGEST], self._key.public_key())
                if before.size > read_checkpoint(note, self._key.public_key()).size:
                    return
            replace_durably(self._folder / COSIGNED, kept + line)

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
        if note == self._note:
            return
        seen, found = self._checkpoint, read_checkpoint(note, self._key.public_key())
        edges = [self._edge(found.size, level) for level in range(_levels(found.size))]
        bundle = read_entries(self._folder, found.size // WIDTH, width) if (width := found.size % WIDTH) else []
        leaves = [merkle.leaf_hash(entry) for entry in bundle]
        if (edges and leaves != edges[0]) or _root(edges, found.size) != found.root:
            raise LogAltered("The newest entries of the audit log are not the signed ones. Verify it against a copy.")
        if seen.size > found.size or not merkle.verify_consistency(
            seen.size, found.size, self._consistency(seen.size, found.size), seen.root, found.root
        ):
            raise LogAltered("The audit log was shortened or rewritten while it was open. Verify it against a copy.")
        self._checkpoint, self._note, self._edges, self._bundle = found, note, edges, bundle

    def _edge(self, size: int, level: int) -> Sequence[bytes]:
        width = (size >> (HEIGHT * level)) % WIDTH
        return read_hashes(self._folder, level, size >> (HEIGHT * (level + 1)), width) if width else []

    def _extend(self, entries: Sequence[bytes]) -> None:
        """Write the tiles that `entries` add, then the checkpoint; change the state only when all of it is on disk."""
        start = self._checkpoint.size
        size = start + len(entries)
        tiles: list[tuple[int | str, int, int]] = []
        files: list[tuple[str, bytes]] = []

        def write(kind: int | str, index: int, width: int, data: bytes) -> None:
            tiles.append((kind, index, width))
            files.append((tile_path(kind, index, width), data))

        bundles = _cut([*self._bundle, *entries])
        for index, bundle in enumerate(bundles, start // WIDTH):
            write(ENTRIES, index, len(bundle), pack_entries(bundle))
        edges = list(self._edges)
        level, grown = 0, [merkle.leaf_hash(entry) for entry in entries]
        while grown:
            if level == len(edges):
                edges.append([])
            rows = _cut([*edges[level], *grown])
            for index, row in enumerate(rows, start >> (HEIGHT * (level + 1))):
                write(level, index, len(row), b"".join(row))
            full = len(rows) - (len(rows[-1]) < WIDTH)
            edges[level] = rows[full] if full < len(rows) else []
            level, grown = level + 1, [merkle.perfect_root(row) for row in rows[:full]]
        write_tiles(self._folder, files)
        checkpoint = Checkpoint(size, _root(edges, size))
        note = sign_checkpoint(checkpoint, self._key)
        replace_durably(self._folder / CHECKPOINT, note)
        self._checkpoint, self._note, self._edges = checkpoint, note, edges
        self._bundle = bundles[-1] if size % WIDTH else []
        for tile in tiles:
            drop_narrower(self._folder, *tile)


def _cut(hashes: Sequence[bytes]) -> list[Sequence[bytes]]:
    """Runs of the width of a tile; the last may be narrower."""
    return [hashes[at : at + WIDTH] for at in range(0, len(hashes), WIDTH)]


def subtree_of(read: ReadTile) -> merkle.Subtree:
    """The tree as `merkle` wants to see it, from its tiles, of which each is read again only for more of it."""
    known: dict[tuple[int, int], Sequence[bytes]] = {}

    def subtree(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, HEIGHT)
        place, offset = divmod(index << height, WIDTH)
        end = offset + (1 << height)
        tile = known.get((tile_level, place), ())
        if len(tile) < end:
            tile = known[tile_level, place] = read(tile_level, place, end)
        return merkle.perfect_root(tile[offset:end])

    return subtree


def tree_of(folder: Path, size: int) -> merkle.Subtree:
    """The tree in a log's folder, which has `size` entries now; each tile is read once. See `subtree_of`."""

    def tile(level: int, index: int, _width: int) -> Sequence[bytes]:
        return read_hashes(folder, level, index, min(WIDTH, (size >> (HEIGHT * level)) - index * WIDTH))

    return subtree_of(tile)


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
