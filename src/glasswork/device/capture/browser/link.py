"""One connection from a browser: messages in and out, and which browser it is."""

import os
import socket
import struct
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from glasswork.device.capture.browser import words
from glasswork.device.capture.browser.frames import BadFrame, Frames, frame
from glasswork.device.capture.browser.words import Message

CHUNK: Final = 65_536
LONGEST_WAY_S: Final = 2.0
"""A message that says it was longer on its way has another clock than ours."""
_CREDENTIALS: Final = struct.Struct("3i")


class Link:
    """A connected host. `browser` is the process that started it, which the kernel says and not the host."""

    def __init__(self, connection: socket.socket, browser: int) -> None:
        self._connection = connection
        self._frames = Frames()
        self.browser: Final = browser
        self.ended = False

    def fileno(self) -> int:
        """Readable when there is something to `receive`."""
        return self._connection.fileno()

    def close(self) -> None:
        """Hang up; the host ends, and the extension stops by itself."""
        self.ended = True
        self._connection.close()

    def send(self, message: dict[str, Any]) -> None:
        """Tell the extension something short. One that does not listen is hung up on."""
        try:
            self._connection.sendall(frame(msgspec.json.encode(message)))
        except OSError:
            self.ended = True

    def receive(self) -> list[Message]:
        """What has arrived, without waiting. Senseless messages end the connection."""
        messages: list[Message] = []
        try:
            while not self.ended:
                data = self._connection.recv(CHUNK)
                self.ended = not data
                messages += [words.decode(body) for body in self._frames.feed(data)]
        except BlockingIOError:
            pass
        except (OSError, BadFrame, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self.ended = True
        return messages


def accept(listener: socket.socket) -> Link | None:
    """The host that wants to connect, if it is this user's and was started by a process that still runs."""
    connection, _ = listener.accept()
    connection.setblocking(False)  # the recorder waits for nobody
    process, user, _ = _CREDENTIALS.unpack(
        connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    )
    browser = _parent(process)
    if user != os.geteuid() or browser <= 1:
        connection.close()
        return None
    return Link(connection, browser)


def since(sent_ms: float) -> float:
    """Seconds since a message was sent, by the wall clock that both ends share; 0 where it cannot be right."""
    way = time.time() - sent_ms / 1000
    return way if 0 <= way <= LONGEST_WAY_S else 0.0


def _parent(process: int) -> int:
    try:
        # The name, in parentheses, may hold anything; state and parent come after it.
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0
