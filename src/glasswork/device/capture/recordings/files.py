"""A recording's files: as lines, as bytes, as JSON values. Compressed ones (gzip) are read like plain ones.

Whatever cannot be decoded is None and the rest is kept. Lines are a stream; what is one JSON document has to be in
memory as a whole, so its size has a limit.
"""

import gzip
import json
import re
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from glasswork.device.capture.recordings.errors import RecordingMissing, RecordingTooLarge
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Reason

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

T = TypeVar("T")

LOOKED_AT: Final = 1000
"""Lines or values of a file that are tried before it counts as no recording."""

LONGEST_LINE: Final = 16 * 1024 * 1024
"""Bytes of the longest line that is read; the largest trees seen have 150 kB."""

LARGEST_DOCUMENT: Final = 512 * 1024 * 1024
"""Bytes of the largest JSON document that is read into memory."""

MOST_VALUES: Final = 16_000_000
"""Commas of such a document: each may part two values, which take some 80 bytes of memory however short they are."""

LARGEST_UNPACKED: Final = 2 * 1024 * 1024 * 1024
"""Bytes that a compressed file may hold: what a few kilobytes unpack to has no other end."""

LARGEST_DAMAGED: Final = 64 * 1024 * 1024
"""Bytes of the largest damaged document that is searched for what is still good in it."""

MOST_DAMAGE: Final = 100
"""Places at which such a search starts anew before the rest is given up."""

RAW: Final = msgspec.json.Decoder(msgspec.Raw)

_UTF8_MARK: Final = b"\xef\xbb\xbf"
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_UNDECODABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_VALUE: Final = re.compile(r"[\s,\[\ufeff]*")


class _Unpacked(RawIOBase):
    """The bytes of a gzip file, up to LARGEST_UNPACKED of them."""

    def __init__(self, packed: BufferedReader) -> None:
        self._gzip = gzip.GzipFile(fileobj=packed)
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        count = self._gzip.readinto(buffer)
        self._read += count
        if self._read > LARGEST_UNPACKED:
            raise RecordingTooLarge(
                f"A compressed file of the recording holds more than {LARGEST_UNPACKED >> 20} MiB, which is more than "
                "is unpacked. Nothing of it was imported. If it is what you expect, decompress it yourself (gunzip) "
                "and import that: a plain file of one event a line is read as a stream, however long it is."
            )
        return count


@contextmanager
def opened(path: Path) -> Generator[BufferedReader]:
    """The file's bytes, decompressed where they are gzip.

    Raises RecordingMissing where they cannot be read, RecordingTooLarge once they unpack to LARGEST_UNPACKED.
    """
    try:
        with path.open("rb") as plain:
            if plain.peek(2)[:2] != b"\x1f\x8b":
                yield plain
            else:
                yield BufferedReader(_Unpacked(plain))
    except (OSError, EOFError, zlib.error) as error:
        raise RecordingMissing(
            f"A file of the recording cannot be read ({getattr(error, 'strerror', None) or 'it is damaged'}). "
            "Nothing of it was imported. Check that the file exists, is whole, and that you may read it."
        ) from None


def decoded(path: Path, decoder: msgspec.json.Decoder[T]) -> Iterator[T | None]:
    """Each line of the file as the decoder's type, or None where it is not one, and one line in memory at a time.

    Empty lines are passed over. Raises what `opened` raises.
    """
    decode = decoder.decode
    with opened(path) as file:
        if file.peek(3)[:3] == _UTF8_MARK:
            file.read(3)
        readline = file.readline
        while line := readline(LONGEST_LINE):
            try:
                yield decode(line)
            except _UNDECODABLE:
                if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                    while (rest := readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                        pass
                if line.strip():
                    yield None


def document(path: Path) -> bytes:
    """All of a JSON file, as UTF-8 without a mark; nothing of a file that does not begin as JSON does.

    Raises RecordingMissing, RecordingTooLarge.
    """
    with opened(path) as file:
        start = file.read(LOOKED_AT)
        if start[:2] not in _UTF16_MARKS and start.removeprefix(_UTF8_MARK).lstrip()[:1] not in (b"[", b"{"):
            return b""
        data = start + file.read(LARGEST_DOCUMENT + 1 - len(start))
    if len(data) > LARGEST_DOCUMENT or data.count(b",") > MOST_VALUES:
        raise RecordingTooLarge(
            f"A file of the recording is one JSON document of more than {LARGEST_DOCUMENT >> 20} MiB or "
            f"{MOST_VALUES:,} values, which is more than is read into memory. Nothing of it was imported. Export it in "
            "parts, or as JSON Lines (one event a line), which is read as a stream."
        )
    if data[:2] in _UTF16_MARKS:
        return data.decode("utf-16", "replace").encode()
    return data.removeprefix(_UTF8_MARK)


def values(path: Path, event: msgspec.json.Decoder[T]) -> Iterator[msgspec.Raw | None]:
    """The JSON values of a file: one a line where it is JSON Lines, otherwise the one document.

    Of a damaged document, the objects that are still whole, and None for each place of damage; behind the first such
    place only those that `event` can decode. Raises RecordingMissing, RecordingTooLarge.
    """
    with opened(path) as file:
        first = file.readline(LONGEST_LINE).removeprefix(_UTF8_MARK)
    if first.strip() not in (b"", b"[", b"{") and attempt(first, RAW) is not None:
        yield from decoded(path, RAW)
        return
    data = document(path)
    if not data.strip():
        return
    whole = attempt(data, RAW)
    if whole is not None:
        yield whole
    elif len(data) > LARGEST_DAMAGED:
        yield None
    else:
        yield from _salvaged(data.decode("utf-8", "replace"), event)


def unreadable(time: float) -> RawEvent:
    """What stands for something that cannot be read, in the stream of events."""
    return RawEvent(RawKind.LOST, time, count=1, reason=Reason.UNREADABLE)


def attempt(data: bytes | msgspec.Raw, decoder: msgspec.json.Decoder[T]) -> T | None:
    """What the bytes are as the decoder's type, or None where they are not of it."""
    try:
        return decoder.decode(data)
    except _UNDECODABLE:
        return None


def _salvaged(text: str, event: msgspec.json.Decoder[T]) -> Iterator[msgspec.Raw | None]:
    scan = json.JSONDecoder().raw_decode
    at = _after_space(text, 0)
    damage = 0
    told = False  # of the damage that is being passed
    while at < len(text):
        try:
            _, end = scan(text, at)
        except (ValueError, RecursionError):
            damage += 1
            if not told:
                yield None
            told = True
            at = text.find("{", at + 1)
            if at < 0 or damage == MOST_DAMAGE:
                return
        else:
            value = msgspec.Raw(text[at:end].encode("utf-8", "replace"))
            if not damage or attempt(value, event) is not None:  # it may be a part of what was damaged
                yield value
                told = False
            at = _after_space(text, end)


def _after_space(text: str, at: int) -> int:
    found = _VALUE.match(text, at)
    return found.end() if found else at
