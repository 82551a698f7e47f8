"""Secrets in the Linux kernel's keyring: memory of the kernel, never on a disk and never swapped.

A secret is linked into the user's keyring, which lasts as long as the user has a process, and into the user's
persistent keyring, which lasts three days longer (`keyrings(7)`, `persistent-keyring(7)`). Both end with the machine's
power. Only processes of the same user can find or read it. The calls have no wrapper in libc, hence the numbers.
"""

import ctypes
import os
import platform
import sys
from collections.abc import Iterator
from typing import Final

_CALLS: Final = {"x86_64": (248, 250), "aarch64": (217, 219)}
"""The system calls add_key and keyctl by machine (asm/unistd.h)."""

_PROCESS_RING: Final = -2
_USER_RING: Final = -4
_SETPERM, _LINK, _UNLINK, _SEARCH, _READ, _GET_PERSISTENT = 5, 8, 9, 10, 11, 22
_POSSESSOR_ALL: Final = 0x3F00_0000
_USER_VIEW_READ_SEARCH_LINK: Final = 0x001B_0000
_LARGEST: Final = 1024


def put(name: str, secret: bytes) -> bool:
    """Store a secret under a name, replacing what was there. False where this machine has no usable keyring."""
    try:
        key = _call(0, b"user", name.encode(), secret, len(secret), _PROCESS_RING)
        _keyctl(_SETPERM, key, _POSSESSOR_ALL | _USER_VIEW_READ_SEARCH_LINK)
        remove(name)
        for ring in _rings():
            _keyctl(_LINK, key, ring)
        _keyctl(_UNLINK, key, _PROCESS_RING)
    except OSError:
        return False
    return find(name) == secret


def find(name: str) -> bytes | None:
    """The secret of this name, or None where there is none (any more)."""
    buffer = ctypes.create_string_buffer(_LARGEST)
    try:
        for ring in _rings():
            if (key := _search(ring, name)) is not None:
                size = _keyctl(_READ, key, buffer, len(buffer))
                return buffer.raw[:size]
    except OSError:
        pass
    finally:
        ctypes.memset(buffer, 0, len(buffer))
    return None


def remove(name: str) -> None:
    """Take a secret out of the keyrings, which ends it."""
    for ring in _rings():
        if (key := _search(ring, name)) is not None:
            _keyctl(_UNLINK, key, ring)


def _rings() -> Iterator[int]:
    """The keyrings that a secret is linked into. Asking for the persistent one restarts its time."""
    yield _USER_RING
    try:
        yield _keyctl(_GET_PERSISTENT, -1, _PROCESS_RING)
    except OSError:
        return  # a kernel built without it


def _search(ring: int, name: str) -> int | None:
    try:
        return _keyctl(_SEARCH, ring, b"user", name.encode(), 0)
    except OSError:
        return None


def _keyctl(operation: int, *arguments: "int | bytes | ctypes.Array[ctypes.c_char]") -> int:
    return _call(1, operation, *arguments)


def _call(which: int, *arguments: "int | bytes | ctypes.Array[ctypes.c_char]") -> int:
    """One of `_CALLS`. Raises OSError, also on a machine whose numbers are not known here."""
    numbers = _CALLS.get(platform.machine()) if sys.maxsize > 2**32 and sys.platform == "linux" else None
    if numbers is None:
        raise OSError("no keyring is known for this machine")
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    values = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    result: int = libc.syscall(ctypes.c_long(numbers[which]), *values)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
