"""The two directions of the socket: lines of JSON out of pieces of a stream, and back."""

from contextlib import suppress
from typing import Any

import msgspec


def line(message: dict[str, Any]) -> bytes:
    """A message as it is sent."""
    return msgspec.json.encode(message) + b"\n"


class Lines:
    """Messages out of pieces of a stream. What is no JSON object is left out."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """The messages that end in `data`."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        found: list[dict[str, Any]] = []
        for one in lines:
            with suppress(ValueError, msgspec.DecodeError):
                found.append(msgspec.json.decode(one, type=dict[str, Any]))
        return found
