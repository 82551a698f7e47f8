"""The files of a log: C2SP tlog-tiles. Hash tiles of 256 hashes, entry bundles of 256 entries, and their paths.

    tile/LEVEL/INDEX        tile/entries/INDEX        full
    tile/LEVEL/INDEX.p/W    tile/entries/INDEX.p/W    the rightmost one, W wide (1 to 255)

Of a rightmost tile only the widest is kept: a narrower one is its beginning.
"""

import errno
import os
import struct
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import RawIOBase
from pathlib import Path
from typing import Final

from glasswork.govern.errors import LogAltered

WIDTH: Final = 256
HEIGHT: Final = 8
HASH: Final = 32
LARGEST_ENTRY: Final = 0xFFFF
ENTRIES: Final = "entries"
UNFINISHED: Final = ".new-"
_FEW: Final = 16


def tile_path(kind: int | str, index: int, width: int = WIDTH) -> str:
    """The path of a tile of a level, or of an entry bundle (`ENTRIES`), within the log's folder."""
    parts = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        parts.insert(0, f"x{index % 1000:03}")
    return f"tile/{kind}/{'/'.join(parts)}" + (f".p/{width}" if width < WIDTH else "")


def pack_entries(entries: Iterable[bytes]) -> bytes:
    """An entry bundle: each entry after its length as a big-endian uint16."""
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


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
    with suppress(FileNotFoundError):
        return (folder / tile_path(kind, index, width)).read_bytes()
    full = folder / tile_path(kind, index)
    partial = full.with_name(full.name + ".p")
    for _ in range(5):  # another process may be replacing a tile by a wider one at this moment
        wider = [int(name) for name in _names(partial) if name.isdecimal() and int(name) >= width]
        with suppress(FileNotFoundError):
            return (partial / str(min(wider)) if wider else full).read_bytes()
    raise _missing("entries" if kind == ENTRIES else "hashes", index)


def _names(folder: Path) -> list[str]:
    """The names in a folder, none where there is no such folder."""
    with suppress(FileNotFoundError), os.scandir(folder) as files:  # a Path for each would take three times as long
        return [file.name for file in files]
    return []


def write_tiles(folder: Path, files: Sequence[tuple[str, bytes]]) -> None:
    """Write tiles that no checkpoint names yet; return when they are on disk.

    Raises OSError, and then none of them is left: until a checkpoint names it, a tile means nothing.
    """
    paths = [folder / name for name, _ in files]
    folders = {path.parent for path in paths}
    for parent in sorted(folders):
        if not parent.is_dir():
            parent.mkdir(parents=True, exist_ok=True)
            folders |= {p for p in parent.parents if p.is_relative_to(folder)}
    try:
        if len(files) <= _FEW:
            for path, (_, data) in zip(paths, files, strict=True):
                _create_synced(path, data)
        else:  # side by side, the file system commits many of them at once
            with ThreadPoolExecutor(8) as pool:
                list(pool.map(_create_synced, paths, [data for _, data in files]))
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        raise
    for parent in folders:
        _sync_folder(parent)


def replace_durably(path: Path, data: bytes, *, dated: bool = True) -> None:
    """Write a file so that a crash at any moment leaves it as it was or as it is to be. Raises OSError.

    One that is not `dated` says of itself that it was written at the beginning of 1970. Killed in between, a file is
    left behind whose name begins with `UNFINISHED`.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)
    try:
        with os.fdopen(handle, "wb", buffering=0) as file:
            _write_synced(file, data, dated=dated)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def sweep_unfinished(folder: Path) -> None:
    """Remove what killed programs left of `replace_durably` in a folder. Call it where nobody else may write there."""
    for name in _names(folder):
        if name.startswith(UNFINISHED):
            (folder / name).unlink(missing_ok=True)


def _create_synced(path: Path, data: bytes) -> None:
    with path.open("wb", buffering=0) as file:
        _write_synced(file, data)


def _write_synced(file: RawIOBase, data: bytes, *, dated: bool = True) -> None:
    if file.write(data) != len(data):  # the disk became full within the file
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if not dated:
        os.utime(file.fileno(), (0, 0))
    os.fsync(file.fileno())


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
    for name in _names(partial):
        if name != str(width):
            (partial / name).unlink(missing_ok=True)
    if width == WIDTH and partial.is_dir():
        partial.rmdir()


def drop_bundles(folder: Path, before: int) -> int:
    """Remove the entry bundles all of whose entries come before index `before`; the hashes stay. How many went."""
    bundles = range(first_bundle(folder, before // WIDTH), before // WIDTH)
    for index in bundles:  # from the oldest on, so that what is there at any moment has no holes
        (folder / tile_path(ENTRIES, index)).unlink(missing_ok=True)
    return len(bundles)


def first_bundle(folder: Path, bundles: int) -> int:
    """The index of the first of `bundles` full entry bundles that is not pruned."""
    low, high = 0, bundles
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if (folder / tile_path(ENTRIES, middle)).exists() else (middle + 1, high)
    return low


def _missing(what: str, index: int) -> LogAltered:
    return LogAltered(
        f"The log's {what} from number {index * WIDTH} on are missing or cut short, although a signed checkpoint "
        "covers them. Restore them from a copy; without one, treat the log as altered."
    )
