"""The files of a log: C2SP tlog-tiles. Hash tiles of 256 hashes, entry bundles of 256 entries, and their paths.

    tile/LEVEL/INDEX        tile/entries/INDEX        full
    tile/LEVEL/INDEX.p/W    tile/entries/INDEX.p/W    the rightmost one, W wide (1 to 255)

Of a rightmost tile only the widest is kept: a narrower one is its beginning.
"""

import os
import struct
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from glasswork.govern.errors import LogAltered

WIDTH: Final = 256
HEIGHT: Final = 8
HASH: Final = 32
LARGEST_ENTRY: Final = 0xFFFF
ENTRIES: Final = "entries"


def tile_path(kind: int | str, index: int, width: int = WIDTH) -> str:
    """The path of a tile of a level, or of an entry bundle (`ENTRIES`), within the log's folder."""
    parts = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        parts.insert(0, f"x{index % 1000:03}")
    return f"tile/{kind}/{'/'.join(parts)}" + (f".p/{width}" if width < WIDTH else "")


def pack_entries(entries: Iterable[bytes]) -> bytes:
    """An entry bundle: each entry after its length as a big-endian uint16."""
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def unpack_entries(bundle: bytes, width: int) -> list[bytes]:
    """The first `width` entries of a bundle. Raises ValueError if there are fewer, or one is cut short."""
    entries: list[bytes] = []
    at = 0
    while len(entries) < width:
        if at + 2 > len(bundle):
            raise ValueError("too few entries")
        (length,) = struct.unpack_from(">H", bundle, at)
        entry = bundle[at + 2 : at + 2 + length]
        if len(entry) != length:
            raise ValueError("an entry is cut short")
        entries.append(entry)
        at += 2 + length
    return entries


def read_entries(folder: Path, index: int, width: int) -> list[bytes]:
    """The first `width` entries of bundle `index`. Raises LogAltered if they are not there."""
    try:
        return unpack_entries(_read(folder, ENTRIES, index, width), width)
    except ValueError:
        raise _missing("entries", index) from None


def read_hashes(folder: Path, level: int, index: int, width: int) -> list[bytes]:
    """The first `width` hashes of a tile. Raises LogAltered if they are not there."""
    data = _read(folder, level, index, width)
    if len(data) < width * HASH:
        raise _missing("hashes", index)
    return [data[i : i + HASH] for i in range(0, width * HASH, HASH)]


def _read(folder: Path, kind: int | str, index: int, width: int) -> bytes:
    """The bytes of a tile at least `width` wide: as named, else the narrowest wider one."""
    full = folder / tile_path(kind, index)
    partial = full.with_name(full.name + ".p")
    for _ in range(5):  # another process may be replacing a tile by a wider one at this moment
        wider = sorted(int(p.name) for p in partial.glob("*") if p.name.isdecimal() and int(p.name) >= width)
        path = partial / str(wider[0]) if wider else full
        with suppress(FileNotFoundError):
            return path.read_bytes()
    raise _missing("entries" if kind == ENTRIES else "hashes", index)


def write_durably(folder: Path, files: Sequence[tuple[str, bytes]]) -> None:
    """Write files so that a crash at any moment leaves each as it was or as it is to be; return when on disk.

    Raises OSError, and then nothing that is named by a checkpoint was touched.
    """
    folders: set[Path] = set()
    for name, data in files:
        path = folder / name
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            folders.update(p for p in path.parents if p.is_relative_to(folder))
        folders.add(path.parent)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    for parent in folders:
        _sync_folder(parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def drop_narrower(folder: Path, kind: int | str, index: int, width: int) -> None:
    """Remove the partial tiles that the one of `width`, once a checkpoint names it, has made superfluous."""
    full = folder / tile_path(kind, index)
    partial = full.with_name(full.name + ".p")
    for path in partial.glob("*"):
        if path.name != str(width):
            path.unlink(missing_ok=True)
    if width == WIDTH and partial.is_dir():
        partial.rmdir()


def _missing(what: str, index: int) -> LogAltered:
    return LogAltered(
        f"The log's {what} from number {index * WIDTH} on are missing or cut short, although a signed checkpoint "
        "covers them. Restore them from a copy; without one, treat the log as altered."
    )
