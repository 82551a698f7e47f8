"""Three hundred canaries typed through a real X server into real programs, while the recorder records: none survives.

They go into ordinary and secret fields, window titles, the clipboard, file names and addresses. The typing comes from
outside, by xdotool, as a person's would. What is searched is everything that the recorder, the service and the builds
left behind, and the plaintext of what was held.
"""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import msgspec
import pytest

from glasswork.api import building, held, recording, service, workspace
from glasswork.cli.demo import path, session
from glasswork.cli.demo.session import Desktop
from glasswork.redteam.canaries import Search
from leak.planted import plant

CANARIES = [planted.text for planted in plant(300, seed=300)]
PAGE = b"""<!doctype html><meta charset=utf-8><title>Form</title><form><label>Name <input id=n autofocus></label>
<label>Password <input type=password></label><label>Card <input autocomplete=cc-number></label></form>
<script>document.title = decodeURIComponent(location.pathname.slice(1)) || "Form"</script>"""


class Typist:
    """Types into whatever has the focus, and waits for windows by their titles."""

    def __init__(self, desktop: Desktop) -> None:
        self.desktop = desktop

    def run(self, *words: str, check: bool = True) -> str:
        return subprocess.run(
            ["xdotool", *words], env=self.desktop.env, capture_output=True, text=True, check=check, timeout=60
        ).stdout.strip()

    def type(self, text: str, delay: int = 4) -> None:
        """At a machine's pace the recorder cannot be sure of the field, and suppresses; at a person's (160) it can."""
        self.run("type", "--delay", str(delay), "--", text)

    def press(self, *keys: str) -> None:
        self.run("key", "--delay", "20", *keys)

    def see(self, title: str) -> None:
        deadline = time.monotonic() + 15
        while title not in self.run("getactivewindow", "getwindowname", check=False):
            assert time.monotonic() < deadline, f"no window {title!r}"
            time.sleep(0.05)
        time.sleep(0.3)


@contextmanager
def page() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def in_the_editor(typist: Typist, texts: list[str], names: list[str]) -> None:
    """Ordinary typing, each text also copied and pasted, and files saved under canaries, which become titles."""
    editor = typist.desktop.start(["mousepad"])
    typist.see("Mousepad")
    for number, text in enumerate(texts):
        typist.type(text, delay=160 if number % 3 == 0 else 4)
        typist.press("shift+Home", "ctrl+c", "End", "Return", "ctrl+v", "Return")
    for name in names:
        typist.press("ctrl+shift+s")
        typist.see("Save As")
        typist.press("ctrl+a")
        typist.type(name.replace("/", "-"))
        time.sleep(0.6)  # the completion popup of the dialog takes the next Return otherwise
        typist.press("Return")
        typist.see(name)
    typist.desktop.stop(editor)


def in_the_terminal(typist: Typist, commands: list[str], secrets: list[str]) -> None:
    terminal = typist.desktop.start(["xterm", "-T", "Terminal", "-e", "bash", "--norc", "--noprofile"])
    typist.see("Terminal")
    for text in commands:
        typist.type(f"# {text}")
        typist.press("Return")
    for text in secrets:
        typist.type("read -s SECRET")
        typist.press("Return")
        time.sleep(0.1)
        typist.type(text)
        typist.press("Return")
    typist.desktop.stop(terminal)


def in_the_browser(typist: Typist, address: str, names: list[str], secrets: list[str], addresses: list[str]) -> None:
    from glasswork.cli.demo.xdotool import CHROMIUM

    browser = typist.desktop.start(["chromium", "--no-sandbox", *CHROMIUM, address])
    typist.see("Form")
    for name, secret in zip(names, secrets, strict=True):
        typist.press("F5")
        time.sleep(0.3)
        typist.type(name)
        typist.press("Tab")
        typist.type(secret)
    for text in addresses:
        typist.press("ctrl+l")
        typist.type(f"{address}/{text}")
        typist.press("Return")
        time.sleep(0.3)
    typist.desktop.stop(browser)


def type_everything(desktop: Desktop) -> None:
    typist = Typist(desktop)
    rest = iter(CANARIES)

    def some(count: int) -> list[str]:
        return [next(rest) for _ in range(count)]

    in_the_editor(typist, some(90), some(15))
    in_the_terminal(typist, some(50), some(40))
    with page() as address:
        in_the_browser(typist, address, some(40), some(40), some(25))
    assert next(rest, None) is None, "every canary must have been typed"


@pytest.mark.slow
@pytest.mark.skipif(bool(session.missing()), reason=f"this machine lacks {', '.join(session.missing())}")
@pytest.mark.timeout(600)
def test_nothing_typed_survives(tmp_path: Path) -> None:
    own = workspace.create_demo(tmp_path / "workspace")
    service.start(own)
    try:
        with session.desktop(tmp_path / "desktop") as desktop, path.recorder(own, desktop):
            type_everything(desktop)
        totals = recording.totals(own)
        assert sum(totals.raw.values()) > 6_000, "the recorder must have seen the typing, or there was nothing to leak"
        assert totals.suppressed > 1_000
        plain = msgspec.json.encode([record.held for record in held.review(own).records])
        assert plain.count(b"type_text") > 30
        held.send(own)
    finally:
        service.stop(own)
    building.build(own, "mine", private=True)
    search = Search(CANARIES)
    assert list(search.folder(own.folder)) == []
    assert list(search.data(plain, "what was held")) == []
