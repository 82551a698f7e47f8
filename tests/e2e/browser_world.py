"""A real Chromium with the extension, on a private desktop, and the recorder's end of it. Import it, do not copy it."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType

from e2e.xsession import MISSING as MISSING_DESKTOP
from e2e.xsession import PATIENCE_S, Recording, front_title, running, wait_until, xdotool
from glasswork.api import browser, workspace
from glasswork.device.capture import desktop
from glasswork.device.capture.browser import pages
from glasswork.device.capture.browser.pages import Pages
from glasswork.policy.model import Site
from glasswork.schema.raw import RawEvent, RawKind, RawNode
from glasswork.schema.words import AppCategory

CHROMIUM = shutil.which("chromium")
MISSING = [*MISSING_DESKTOP, *([] if CHROMIUM else ["chromium"])]
LISTED, UNLISTED = "127.0.0.1", "localhost"
SITES = (Site(host=LISTED, category=AppCategory.BUSINESS, keys=True),)
FLAGS = (
    "--no-first-run", "--no-default-browser-check", "--disable-gpu", "--password-store=basic", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--window-position=0,0",
    "--window-size=1000,700", *(["--no-sandbox"] if os.geteuid() == 0 else []),
)  # fmt: skip


@contextmanager
def serving(html: dict[str, str], headers: Mapping[str, str] = MappingProxyType({})) -> Iterator[int]:
    """Serve these pages by their paths, and an empty one by every other, which is its title; give the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = html.get(self.path.partition("?")[0], f"<title>{self.path}</title>").encode()
            self.send_response(200)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


class World:
    """A browser on a desktop, and the workspace whose recorder it may talk to."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self.env = env
        self.own = workspace.create_demo(folder / "workspace")
        self.profile = folder / "profile"
        browser.install(self.own, self.profile)
        # As a person switches it on: without, Chromium disables an unpacked extension that is reloaded.
        settings = self.profile / "Default" / "Preferences"
        settings.parent.mkdir()
        settings.write_text('{"extensions": {"ui": {"developer_mode": true}}}')

    @contextmanager
    def chromium(self, address: str, *, extension: Path | None = None, log: Path | None = None) -> Iterator[None]:
        """Chromium at an address, in front. What it and the hosts that it starts print goes to `log`."""
        load = f"--load-extension={extension or browser.extension_folder()}"
        command = [CHROMIUM or "", f"--user-data-dir={self.profile}", *FLAGS, load, address]
        if log is not None:
            command = ["sh", "-c", 'log=$1; shift; exec "$@" >"$log" 2>&1', "sh", str(log), *command]
        with running(self.env, *command):
            up = self._is_up()
            if up:
                yield
        if not up:  # once in some dozens of starts Chromium brings up no page
            with running(self.env, *command):
                assert self._is_up(), "Chromium came up twice without a page"
                yield

    def _is_up(self) -> bool:
        try:
            wait_until(lambda: "Chromium" in front_title(self.env) and "Untitled" not in front_title(self.env))
        except AssertionError:
            return False
        return True

    def see(self, title: str) -> None:
        """Wait until a page of this title is in front."""
        wait_until(lambda: title in front_title(self.env))

    def go(self, address: str) -> None:
        """Open an address in the tab in front."""
        self.press("ctrl+l")
        xdotool(self.env, "type", "--delay", "4", "--", address)
        self.press("Delete", "Return")  # without what the browser has completed

    def press(self, *keys: str) -> None:
        xdotool(self.env, "key", "--delay", "40", *keys)

    def type(self, text: str) -> None:
        xdotool(self.env, "type", "--delay", "40", "--", text)

    def click(self, tree: RawEvent, node: RawNode) -> None:
        """Click into the middle of a node of a page's tree."""
        view, box = tree.nodes[0].box, node.box
        assert view is not None
        assert box is not None
        place = dict(
            line.split("=")
            for line in xdotool(self.env, "getactivewindow", "getwindowgeometry", "--shell").splitlines()
        )
        # A browser's own controls are above its page.
        x = int(place["X"]) + box[0] + box[2] // 2
        y = int(place["Y"]) + int(place["HEIGHT"]) - view[3] + box[1] + box[3] // 2
        xdotool(self.env, "mousemove", str(x), str(y), "click", "1")

    @contextmanager
    def recording(self, source: Callable[[int, Pages], Iterator[RawEvent]] | None = None) -> Iterator[Recording]:
        """Record, by default the desktop with the browser's pages, until the block ends."""
        taken = Recording()
        reading, stop = os.pipe()

        def events(companion: Pages) -> Iterator[RawEvent]:
            if source is not None:
                return source(reading, companion)
            return desktop.events(reading, env=self.env, pages=companion)

        def record() -> None:
            try:
                with pages.listening(self.own.device, lambda: SITES) as companion:
                    for event in events(companion):
                        taken.events.append(event)
            except BaseException as error:
                taken.error = error

        thread = threading.Thread(target=record, name="recording")
        thread.start()
        try:
            yield taken
        finally:
            os.write(stop, b"x")
            thread.join(PATIENCE_S)
            os.close(reading)
            os.close(stop)
        assert not thread.is_alive()
        assert taken.error is None, repr(taken.error)


def keys(taken: Recording) -> list[tuple[str, str, bool | None]]:
    """What came of the keyboard: key, text, and what was said of its secrecy."""
    return [(event.key, event.text, event.secret) for event in taken.of(RawKind.KEY_DOWN)]
