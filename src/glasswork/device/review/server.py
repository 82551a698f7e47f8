"""The page's server: who may ask, for what, and when it ends. pages.py has what it shows, deeds.py what it does."""

import re
import secrets
import socket
import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from glasswork.device.hold import ChoiceRefused, Hold
from glasswork.device.review import pages
from glasswork.device.review.deeds import DEEDS, Desk
from glasswork.device.review.entry import Entry, of_this_user
from glasswork.device.send import Sent
from glasswork.schema.errors import GlassworkError

IDLE_S: Final = 1800.0
"""The page ends after so long without a request."""

LARGEST_FORM: Final = 1_000_000
MOST_FIELDS: Final = 10_000
_STYLE: Final = Path(__file__).with_name("style.css").read_bytes()
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Page(ThreadingHTTPServer):
    """The page on a hold, at a free port. `run` it; `end` ends it from another thread."""

    daemon_threads = True

    def __init__(self, hold: Hold, send: Callable[[], Sent], idle_s: float = IDLE_S) -> None:
        """`send` sends what is held and not withheld, and says what went (`send_own`, for one)."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.desk = Desk(hold, send)
        self.entry = Entry(self.server_port)
        self._idle_s = idle_s
        self._until = time.monotonic() + idle_s
        self._said: OrderedDict[str, str] = OrderedDict()

    def address(self) -> str:
        """Where to open it: with the token, until it has been used."""
        return self.entry.address()

    def run(self) -> None:
        """Answer requests until `end` is called, or nobody has asked for anything for half an hour."""
        with self:
            while (left := self._until - time.monotonic()) > 0:
                self.timeout = left
                self.handle_request()

    def end(self) -> None:
        """Have `run` return."""
        self._until = 0.0
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.server_port)):
            pass  # it may be asleep until somebody calls

    def used(self) -> None:
        """Somebody is there: the half hour begins anew."""
        if self._until:
            self._until = time.monotonic() + self._idle_s

    def say(self, message: str) -> str:
        """Keep what to tell on the next page, and return its number there."""
        number = secrets.token_hex(8)
        self._said[number] = message
        while len(self._said) > 20:
            self._said.popitem(last=False)
        return number

    def said(self, number: str) -> str:
        """What was to be told under this number."""
        return self._said.get(number, "")

    def verify_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> bool:
        """Programs of other users are hung up on before they have said anything."""
        return isinstance(request, socket.socket) and of_this_user(request)

    def handle_error(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """A fault of one request ends that request. It is named by its type alone: no message, no frames."""
        kind = sys.exc_info()[0]
        if kind is not None and not issubclass(kind, OSError):
            print(f"glasswork: the review page failed to answer ({kind.__name__}). Please report it.", file=sys.stderr)


class _Refused(Exception):
    """A request that is not answered. Never shown but as its status and these words of ours."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class _Handler(BaseHTTPRequestHandler):
    timeout = 15  # of a connection that says nothing
    server_version, sys_version = "glasswork", ""

    def do_GET(self) -> None:
        """Pages and the style, and nothing else."""
        self._answer(self._get)

    def do_POST(self) -> None:
        """Forms of ours, from pages of ours."""
        self._answer(self._post)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged: addresses say what was looked at."""

    def _answer(self, work: Callable[[str, dict[str, list[str]]], None]) -> None:
        try:
            if self.headers.get_all("Host") != [self._page.entry.host]:
                raise _Refused(HTTPStatus.MISDIRECTED_REQUEST, "This page has another name.")
            parts = urlsplit(self.path)
            work(parts.path, _fields(parts.query))
        except _Refused as refused:
            self._send(pages.refused(refused.message), status=refused.status)
        except ChoiceRefused as error:
            self._send(pages.refused(str(error)), status=HTTPStatus.NOT_FOUND)
        except GlassworkError as error:
            self._send(pages.refused(str(error)), status=HTTPStatus.INTERNAL_SERVER_ERROR)

    def _get(self, path: str, query: dict[str, list[str]]) -> None:
        first = {name: values[0] for name, values in query.items()}
        if path == "/" and "token" in first:
            cookie = self._page.entry.exchange(first["token"])
            if cookie is None:
                raise _stranger()
            self._redirect("/", {"Set-Cookie": cookie})
            return
        self._check_session()
        desk, form = self._page.desk, self._page.entry.form
        if path == "/style.css":
            self._send(_STYLE, kind="text/css")
        elif path == "/now":
            self._send(pages.live(desk, form))
        elif path == "/screen":
            self._send(pages.screen(desk, first.get("at", "")))
        elif path == "/":
            self._page.used()
            said = self._page.said(first.get("said", ""))
            self._send(pages.review(desk, form, first.get("day", ""), _small(first.get("page", "")), said))
        else:
            raise _Refused(HTTPStatus.NOT_FOUND, "There is no such page here.")

    def _post(self, path: str, query: dict[str, list[str]]) -> None:
        form = self._form()  # read in any case: who is refused should hear it
        if self.headers.get_all("Origin") != [self._page.entry.origin]:
            raise _Refused(HTTPStatus.FORBIDDEN, "That form came from another page, so nothing was done.")
        self._check_session()
        if not self._page.entry.is_ours(next(iter(form.get("form", ())), "")):
            raise _Refused(HTTPStatus.FORBIDDEN, "That form was not one of this page, so nothing was done.")
        self._page.used()
        if path == "/close":
            self._send(pages.closed())
            self._page.end()
            return
        deed = DEEDS.get(path)
        if deed is None:
            raise _Refused(HTTPStatus.NOT_FOUND, "There is no such form here.")
        try:
            message = deed(self._page.desk, form)
        except GlassworkError as error:
            message = str(error)
        day, page = (next(iter(form.get(name, ())), "") for name in ("day", "page"))
        back = f"&day={day}" if pages.is_day(day) else ""
        self._redirect(f"/?said={self._page.say(message)}{back}&page={_small(page)}", {})

    @property
    def _page(self) -> Page:
        assert isinstance(self.server, Page)
        return self.server

    def _check_session(self) -> None:
        if not self._page.entry.knows(self.headers.get("Cookie", "")):
            raise _stranger()

    def _form(self) -> dict[str, list[str]]:
        length = self.headers.get("Content-Length", "")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdecimal()):
            raise _Refused(HTTPStatus.LENGTH_REQUIRED, "A form says how long it is.")
        if len(length) > 9 or int(length) > LARGEST_FORM:
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "That is larger than any form of this page.")
        if self.headers.get_content_type() != "application/x-www-form-urlencoded":
            raise _Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "That is no form of this page.")
        return _fields(self.rfile.read(int(length)).decode("ascii", errors="replace"))

    def _redirect(self, place: str, headers: dict[str, str]) -> None:
        self._send(b"", status=HTTPStatus.SEE_OTHER, headers={"Location": place} | headers)

    def _send(
        self,
        body: bytes,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        kind: str = "text/html",
        headers: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in (_HEADERS | (headers or {})).items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _fields(text: str) -> dict[str, list[str]]:
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise _Refused(HTTPStatus.BAD_REQUEST, "That form cannot be read.") from None


def _small(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 0


def _stranger() -> _Refused:
    return _Refused(
        HTTPStatus.FORBIDDEN,
        "This page opens once from the address that `glasswork review` gives, and then in that browser alone. Run it "
        "again, or choose Review at the indicator.",
    )
