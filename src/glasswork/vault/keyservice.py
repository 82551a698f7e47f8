"""The key service as a process: one Unix socket, one request a connection, and nobody who is not on its list.

A frame is its length as a big-endian uint32, then MessagePack: a `keys.Request` goes out, a `_Answer` comes back. Who
connects is what the kernel says of the peer (SO_PEERCRED), not what it says of itself; and the client asks the kernel
whether the service is the user it should be, or a stranger could hand out keys that it knows.
"""

import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from glasswork.govern import errors as govern
from glasswork.schema.errors import FormatError, GlassworkError
from glasswork.vault import errors
from glasswork.vault.answering import Service, answer
from glasswork.vault.errors import KeyServiceAway, KeysUnusable
from glasswork.vault.keys import Ask, Request

LARGEST: Final = 24 * 1024 * 1024  # a batch is at most 16 MiB, an envelope 4
TIMEOUT_S: Final = 30.0
_ERRORS: Final[dict[str, type[GlassworkError]]] = {
    kind.__name__: kind
    for kind in (
        errors.KeysUnusable,
        errors.KeyGone,
        errors.NotPermitted,
        errors.Unavailable,
        errors.ClockLeapt,
        govern.Refused,
        govern.LogAltered,
        govern.LogUnavailable,
        FormatError,
    )
}
_REQUEST: Final = msgspec.msgpack.Decoder(Request)


class _Answer(msgspec.Struct, array_like=True):
    error: str
    """The name of an error's type, empty where there is none."""

    message: str
    value: msgspec.Raw


def remote(path: Path, owner: int) -> Ask:
    """The key service behind a socket, which must run as the user `owner`."""

    def ask(request: Request) -> Any:
        with _away(), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(TIMEOUT_S)
            connection.connect(os.fspath(path))
            if peer(connection) != owner:
                raise KeyServiceAway("Another user than the key service's answers at its socket. Nothing was sent.")
            _send(connection, msgspec.msgpack.encode(request))
            back = msgspec.msgpack.decode(_receive(connection), type=_Answer)
            if not back.error:
                return msgspec.msgpack.decode(back.value, type=request.returns)
        raise _ERRORS.get(back.error, KeysUnusable)(back.message)

    return ask


def serve(
    service: Service, path: Path, *, users: Collection[int] = (), ready: Callable[[], None] = lambda: None
) -> None:
    """Answer at the socket `path` until the process ends, to this process's user and those in `users`.

    The socket's folder is made if it is missing, and is 0700 unless other users are to reach it. Raises KeysUnusable
    where a service answers there already, or others may write the folder.
    """
    allowed = {os.geteuid(), *users}
    folder = path.parent
    folder.mkdir(mode=0o711 if users else 0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o022 or folder.stat().st_uid != os.geteuid():
        raise KeysUnusable("Others may write the folder of the key service's socket, so it does not start there.")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as old, suppress(OSError):
        old.connect(os.fspath(path))
        raise KeysUnusable("A key service answers at this socket already.")
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(os.fspath(path))
        path.chmod(0o666 if users else 0o600)  # who may ask is decided by `peer`
        listener.listen(64)
        ready()
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_one, args=(service, connection, allowed), daemon=True).start()


def peer(connection: socket.socket) -> int:
    """The user id of whoever is at the other end, as the kernel has it."""
    size = struct.calcsize("3i")
    return struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))[1]


def never_back() -> Callable[[], datetime]:
    """A clock that begins at the system's time and does not follow it back: leases end although it is set back."""
    began, ticks = datetime.now(UTC), time.monotonic()
    return lambda: began + timedelta(seconds=time.monotonic() - ticks)


def _one(service: Service, connection: socket.socket, allowed: Collection[int]) -> None:
    """One request: answered, or the connection closed where it is none. Nothing of it is ever shown."""
    with connection, suppress(OSError, EOFError):
        connection.settimeout(TIMEOUT_S)
        if peer(connection) not in allowed:
            _send(connection, _encode("NotPermitted", "The key service does not answer this user. Nothing was done."))
            return
        asked = _receive(connection)
        try:
            back = _encode("", "", answer(service, _REQUEST.decode(asked)))
        except (msgspec.DecodeError, UnicodeDecodeError):
            back = _encode("NotPermitted", "The key service does not know this request. Nothing was done.")
        except GlassworkError as error:
            back = _encode(type(error).__name__, str(error))
        except Exception as error:  # its text may hold a secret
            back = _encode("KeysUnusable", f"The key service failed ({type(error).__name__}). Nothing was given out.")
        _send(connection, back)


def _encode(error: str, message: str, value: object = None) -> bytes:
    return msgspec.msgpack.encode(_Answer(error, message, msgspec.Raw(msgspec.msgpack.encode(value))))


def _send(connection: socket.socket, data: bytes) -> None:
    connection.sendall(struct.pack(">I", len(data)) + data)


def _receive(connection: socket.socket) -> bytes:
    (length,) = struct.unpack(">I", _exactly(connection, 4))
    if length > LARGEST:
        raise EOFError
    return _exactly(connection, length)


def _exactly(connection: socket.socket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        part = connection.recv(min(length - len(data), 1 << 20))
        if not part:
            raise EOFError
        data += part
    return bytes(data)


@contextmanager
def _away() -> Generator[None]:
    try:
        yield
    except (OSError, EOFError, msgspec.DecodeError) as error:
        raise KeyServiceAway(
            f"The key service did not answer ({type(error).__name__}), so nothing was opened. See that it runs "
            "(`glasswork keys serve`), then do the same again."
        ) from None
