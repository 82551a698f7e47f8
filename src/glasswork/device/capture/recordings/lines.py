"""A JSON Lines file as a stream of decoded lines; the bad ones are None and the good ones are kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from glasswork.device.capture.recordings.errors import RecordingMissing

T = TypeVar("T")

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes of the longest line that is read; the largest trees seen have 150 kB."""


def decoded(path: Path, decoder: msgspec.json.Decoder[T]) -> Iterator[T | None]:
    """Each line of the file as the decoder's type, or None where it is not one, and one line in memory at a time.

    Empty lines are passed over. Raises RecordingMissing where the file cannot be read.
    """
    decode = decoder.decode
    try:
        with path.open("rb") as file:
            readline = file.readline
            while line := readline(LONGEST_LINE):
                try:
                    yield decode(line)
                except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                    if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                        while (rest := readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                            pass
                    if line.strip():
                        yield None
    except OSError as error:
        raise RecordingMissing(
            f"A file of the recording cannot be read ({error.strerror}). What was read before stays good. Check that "
            "the file exists and that you may read it."
        ) from None
