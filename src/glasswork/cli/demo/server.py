"""The pages of the demo, served on this machine only, and what reached the server from them.

Each page reports where its own elements are on the screen (`pages/where.js`): the worker has to aim at something,
and this way it needs neither a browser driver nor the recorder's eyes.
"""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from threading import Thread
from typing import cast
from urllib.parse import parse_qsl

from glasswork.cli.demo.windows import Box

TYPES = {"html": "text/html; charset=utf-8", "css": "text/css", "js": "text/javascript"}


@dataclass
class Pages:
    """The running server: its address, the forms it received as (path, fields), and where elements are."""

    url: str
    posts: list[tuple[str, dict[str, str]]] = field(default_factory=list[tuple[str, dict[str, str]]])
    boxes: dict[str, dict[str, Box]] = field(default_factory=dict[str, dict[str, Box]])

    def where(self, place: str) -> Box | None:
        """Screen box of `"page name#element id"`; None until that page has loaded and said so."""
        page, _, element = place.partition("#")
        return self.boxes.get(page, {}).get(element)

    def received(self, path: str) -> list[dict[str, str]]:
        """The fields of every form that was sent to this path, oldest first."""
        return [fields for sent_to, fields in self.posts if sent_to == path]


@contextmanager
def serve() -> Generator[Pages]:
    """Serve the pages on a free port of 127.0.0.1 for as long as the context is open."""
    server = _Server(("127.0.0.1", 0), _Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.pages
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def server_activate(self) -> None:
        super().server_activate()
        self.pages = Pages(f"http://127.0.0.1:{self.server_port}")


class _Handler(BaseHTTPRequestHandler):
    @property
    def pages(self) -> Pages:
        return cast(_Server, self.server).pages

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].lstrip("/")
        known = {entry.name: entry for entry in (files("glasswork.cli.demo") / "pages").iterdir()}
        if name not in known:
            self.send_error(404)
            return
        self.pages.boxes.pop(name.removesuffix(".html"), None)  # of the page as it was before
        body = known[name].read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", TYPES[name.rpartition(".")[2]])
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/where":
            report = json.loads(body)
            self.pages.boxes[report["page"]] = {name: tuple(box) for name, box in report["places"].items()}
            self.send_response(204)
        else:
            self.pages.posts.append((self.path, dict(parse_qsl(body, keep_blank_values=True))))
            self.send_response(303)
            self.send_header("Location", "/done.html")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal belongs to the demo."""
