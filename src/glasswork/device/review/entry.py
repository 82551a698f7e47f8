"""Who may use the page: a token once, then a cookie; and for whatever changes something, a form of our own.

The address that the program prints or opens has the token. It is taken once, for a session's cookie that no script can
read and no other site sends. A name that was made to point here (DNS rebinding) fails on `Host`; a form on another
page, even of this machine, fails on `Origin` and on the form's own secret.
"""

import hmac
import os
import secrets
import socket
import sys
import threading
from pathlib import Path
from typing import Final


class Entry:
    """The secrets of one run of the page, which listens at `port` of 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self.host: Final = f"127.0.0.1:{port}"
        self.origin: Final = f"http://{self.host}"
        self.form: Final = secrets.token_urlsafe(32)
        """The secret that stands in each form."""
        self._cookie: Final = f"glasswork-{port}"  # cookies do not tell ports apart
        self._session: Final = secrets.token_urlsafe(32)
        self._token: str | None = secrets.token_urlsafe(32)
        self._lock = threading.Lock()

    def address(self) -> str:
        """The page's first address; empty once it has been used."""
        return f"{self.origin}/?token={self._token}" if self._token else ""

    def exchange(self, token: str) -> str | None:
        """The `Set-Cookie` for a token, the first time; None for any other."""
        with self._lock:
            if self._token is None or not _same(token, self._token):
                return None
            self._token = None
        return f"{self._cookie}={self._session}; HttpOnly; SameSite=Strict; Path=/"

    def knows(self, cookies: str) -> bool:
        """Whether the `Cookie` header of a request is that of the session."""
        pairs = (part.strip().partition("=") for part in cookies.split(";"))
        return any(name == self._cookie and _same(value, self._session) for name, _, value in pairs)

    def is_ours(self, secret: str) -> bool:
        """Whether the form was one of ours."""
        return _same(secret, self.form)


def of_this_user(connection: socket.socket) -> bool:
    """Whether the program at the other end of a connection on 127.0.0.1 runs as this user, by the kernel's table.

    The table (proc_net(5)) has one line a socket: local and remote address as hexadecimal, and the owner's id. What
    is not found there is refused.
    """
    theirs, ours = _hexadecimal(connection.getpeername()), _hexadecimal(connection.getsockname())
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        if (fields[1], fields[2]) == (theirs, ours):
            return int(fields[7]) == os.geteuid()
    return False


def _hexadecimal(address: tuple[str, int]) -> str:
    # The kernel prints the address as a number in the machine's own byte order.
    number = int.from_bytes(socket.inet_aton(address[0]), sys.byteorder)
    return f"{number:08X}:{address[1]:04X}"


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), right.encode())
