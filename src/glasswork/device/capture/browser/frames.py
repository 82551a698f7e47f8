"""Frames: four bytes of length (little-endian) and so much JSON, as browsers speak to native hosts; and the address.

Nothing here needs more than the standard library, so that the host starts quickly and has little to go wrong.
"""

import os
import struct
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SOCKET: Final = "browser.sock"
LARGEST: Final = 1 << 20
"""Bytes of the longest frame, either way. It is also the most that a browser takes from a host."""

_LENGTH: Final = struct.Struct("<I")


class BadFrame(Exception):
    """A length that no frame of ours has. Whoever sent it is hung up on."""


class Frames:
    """Bytes as they arrive, cut into frames. Holds no more than the frame that is not complete yet."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bodies of the frames that are complete now. Raises BadFrame."""
        self._bytes += data
        while len(self._bytes) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._bytes)
            if not 0 < length <= LARGEST:
                raise BadFrame
            end = _LENGTH.size + length
            if len(self._bytes) < end:
                return
            body = bytes(self._bytes[_LENGTH.size : end])
            del self._bytes[:end]
            yield body


def frame(body: bytes) -> bytes:
    """A body with its length before it."""
    return _LENGTH.pack(len(body)) + body


@contextmanager
def address(folder: Path) -> Generator[str]:
    """A short name for the socket in a device folder: such addresses have 108 bytes, and a workspace may lie deep."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET}"
    finally:
        os.close(descriptor)
