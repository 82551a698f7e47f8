"""The recorder's control socket: one line of JSON each way, for the same user on the same machine alone.

`device/agent.sock` in the workspace, mode 0600. Commands: status, now, pause, resume, review, stop, and forget with
`minutes`. Who asks to `watch` is told what would be recorded now, and again whenever that changes.
"""

import fcntl
import os
import socket
import struct
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from glasswork.device.errors import AgentAbsent, AgentRunning, AgentSilent

SOCKET: Final = "agent.sock"
LOCK: Final = "agent.lock"
LARGEST: Final = 4_096
ANSWER_S: Final = 60.0
_REQUEST_S: Final = 0.2  # the recorder waits for nobody: its indicator may need it

Fields = dict[str, Any]


def ask(folder: Path, command: str, **arguments: Any) -> Fields:
    """Ask the recorder of the workspace's device folder, and return its answer. Raises AgentAbsent, AgentSilent."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection, _short(folder) as path:
            connection.settimeout(ANSWER_S)
            connection.connect(path)
            connection.sendall(msgspec.json.encode({"command": command} | arguments) + b"\n")
            return _fields(_line(connection))
    except TimeoutError:
        raise AgentSilent from None
    except (OSError, _Senseless):
        raise AgentAbsent from None


def follow(folder: Path) -> Generator[Fields]:
    """What would be recorded now, and again whenever that changes, until the recorder ends. Raises AgentAbsent."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            with _short(folder) as path:
                connection.connect(path)
            connection.sendall(msgspec.json.encode({"command": "watch"}) + b"\n")
        except OSError:
            raise AgentAbsent from None
        with connection.makefile("rb") as lines:
            while line := lines.readline(LARGEST):
                try:
                    yield _fields(line)
                except _Senseless:
                    return


class Watchers:
    """The connections that are told of every change. One that does not read is hung up on: nobody waits for it."""

    def __init__(self) -> None:
        self._told: dict[socket.socket, Fields] = {}

    def add(self, connection: socket.socket, told: Fields) -> None:
        """From now on this one is told too. `told` is what it knows."""
        connection.setblocking(False)
        self._told[connection] = told

    def tell(self, fields: Callable[[], Fields]) -> None:
        """Tell those to whom it is news."""
        if not self._told:
            return
        news = fields()
        line = msgspec.json.encode(news) + b"\n"
        for connection in [one for one, told in self._told.items() if told != news]:
            try:
                connection.sendall(line)
                self._told[connection] = news
            except OSError:
                connection.close()
                del self._told[connection]

    def close(self) -> None:
        """Hang up on all."""
        for connection in self._told:
            connection.close()


@contextmanager
def listening(folder: Path) -> Generator[socket.socket]:
    """The listening socket of the one recorder that may run in this folder. Raises AgentRunning."""
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AgentRunning from None
        (folder / SOCKET).unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            with _short(folder) as path:
                mask = os.umask(0o177)
                try:
                    listener.bind(path)
                finally:
                    os.umask(mask)
            listener.listen()
            yield listener
            (folder / SOCKET).unlink(missing_ok=True)
    finally:
        os.close(lock)


def answer(listener: socket.socket, handle: Callable[[Fields], Fields], watchers: Watchers) -> None:
    """Take one request and answer it. A client that is slow, gone, another user's or senseless is hung up on."""
    connection, _ = listener.accept()
    connection.settimeout(_REQUEST_S)
    try:
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        if struct.unpack("3i", credentials)[1] == os.geteuid():
            request = _fields(_line(connection))
            told = handle(request)
            connection.sendall(msgspec.json.encode(told) + b"\n")
            if request.get("command") == "watch":
                watchers.add(connection, told)
                return
    except (OSError, _Senseless):
        pass
    connection.close()


class _Senseless(Exception):
    """A line is no JSON object. Never shown: what it says is not ours."""


def _fields(line: bytes) -> Fields:
    try:
        return msgspec.json.decode(line, type=Fields)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _Senseless from None


def _line(connection: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\n") and len(data) < LARGEST and (more := connection.recv(LARGEST)):
        data += more
    return data


@contextmanager
def _short(folder: Path) -> Generator[str]:
    """A short name for the socket: the address of a Unix socket has 108 bytes, and a workspace may lie deep."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET}"
    finally:
        os.close(descriptor)
