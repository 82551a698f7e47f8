"""A web page, another extension or another program talks to the native host, or as the content script does.

STRIDE: spoofing, tampering, elevation. Control: pages have no way to the extension (no `externally_connectable`,
nothing web-accessible, an isolated world, trusted events alone); browsers start the host for our extension alone, and
the host looks itself; the recorder's socket is the user's alone, takes short frames of known messages, and hangs up on
others; what an unlisted site is said to do is suppressed.
"""

import json
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from e2e.browser_world import LISTED, MISSING, World, serving
from e2e.test_browser_host import FRONT, SITES, Browser, companion, connected, key, own, page
from e2e.xsession import wait_until, xsession
from glasswork.api import browser, workspace
from glasswork.device.capture.browser.frames import LARGEST, address, frame
from glasswork.device.capture.browser.pages import Pages
from glasswork.device.redaction import Redaction
from glasswork.schema.event import EventKind
from glasswork.schema.raw import Modifier, RawKind
from vectors.recordings.policy import policy

__all__ = ["companion", "connected", "own"]  # fixtures

FORGED = "forged by a page"
FOREIGN = "chrome-extension://aaaabbbbccccddddeeeeffffgggghhhh/"
HEAD = "<!doctype html><meta charset=utf-8>"

# Everything that a page can reach: it says in its title what came of it.
ASKING = """
(async () => {
  const said = [];
  const id = "EXTENSION";
  said.push(typeof chrome === "undefined" || !chrome.runtime?.connectNative ? "none" : "NATIVE");
  try { chrome.runtime.connect(id, {name: "page"}).postMessage(FORGED); said.push("CONNECTED"); }
  catch { said.push("none"); }
  try { await chrome.runtime.sendMessage(id, FORGED); said.push("SENT"); }
  catch { said.push("none"); }
  try { await fetch(`chrome-extension://${id}/page/page.js`); said.push("READ"); }
  catch { said.push("none"); }
  said.push(typeof glassworkPage === "undefined" ? "none" : "SHARED");
  setInterval(() => { // also when it is listened to
  for (const message of [FORGED, {on: true}, {ask: 0, secret: false}]) {
    window.postMessage(message, "*");
    window.dispatchEvent(new MessageEvent("message", {data: message}));
    window.dispatchEvent(new CustomEvent("glasswork", {detail: message}));
  }
  for (const letter of "forged by a page") {
    document.querySelector("input").dispatchEvent(
      new KeyboardEvent("keydown", {key: letter, bubbles: true, composed: true}));
  }
  }, 50);
  document.title = `asked ${said.join(" ")}`;
})();
"""
WORKER = """
const id = "EXTENSION";
const said = {};
function say(what, came) {
  if (said[what]) return;
  said[what] = came;
  if (said.native && said.port && said.message) {
    chrome.tabs.create({url: `REPORT?${said.native}-${said.port}-${said.message}`});
  }
}
function listen(port, what) {
  port.onMessage.addListener(() => say(what, "HEARD"));
  port.onDisconnect.addListener(() => {
    const why = chrome.runtime.lastError?.message ?? "";
    say(what, why.includes("forbidden") ? "forbidden" : why.includes("establish connection") ? "nobody" : "ended");
  });
  port.postMessage(FORGED);
}
setTimeout(() => {
  listen(chrome.runtime.connectNative("org.glasswork.recorder"), "native");
  listen(chrome.runtime.connect(id, {name: "page"}), "port");
  chrome.runtime.sendMessage(id, FORGED, () => say("message", chrome.runtime.lastError ? "nobody" : "HEARD"));
}, 2000);
"""


def forging(script: str, **more: str) -> str:
    message = json.dumps({"t": "page", "events": [key(letter) for letter in FORGED], "now": 0, "sent": 0})
    for name, value in {"EXTENSION": browser.EXTENSION_ID, "FORGED": message, **more}.items():
        script = script.replace(name, value)
    return script


@pytest.fixture(scope="module")
def env() -> Iterator[dict[str, str]]:
    with xsession() as session:
        yield session


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}")
def test_a_listed_page_reaches_neither_the_extension_nor_the_host(env: dict[str, str], tmp_path: Path) -> None:
    body = f"{HEAD}<title>Asking</title><label>Name <input autofocus></label><script>{forging(ASKING)}</script>"
    world = World(env, tmp_path)
    with serving({"/": body}) as port, world.recording() as taken, world.chromium(f"http://{LISTED}:{port}/"):
        taken.wait_for(RawKind.FOCUS, title="asked none none none none none")
        wait_until(lambda: taken.of(RawKind.TREE))  # the page is listened to
        world.type("by hand")
        wait_until(lambda: len(typed(taken.of(RawKind.KEY_DOWN))) >= len("by hand"))
        assert typed(taken.of(RawKind.KEY_DOWN)) == "by hand"


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}")
def test_another_extension_reaches_neither_ours_nor_the_host(env: dict[str, str], tmp_path: Path) -> None:
    world, foreign = World(env, tmp_path), tmp_path / "foreign"
    foreign.mkdir()
    manifest = {
        "manifest_version": 3,
        "name": "Another",
        "version": "1",
        "permissions": ["nativeMessaging", "tabs"],
        "background": {"service_worker": "worker.js"},
    }
    (foreign / "manifest.json").write_text(json.dumps(manifest))
    with serving({"/": f"{HEAD}<title>First</title><input autofocus>"}) as port:
        report = f"http://{LISTED}:{port}/report"
        (foreign / "worker.js").write_text(forging(WORKER, REPORT=report))
        both = Path(f"{browser.extension_folder()},{foreign}")
        with world.recording() as taken, world.chromium(f"http://{LISTED}:{port}/", extension=both):
            taken.wait_for(RawKind.FOCUS, title="/report?forbidden-nobody-nobody")
            assert typed(taken.of(RawKind.KEY_DOWN)) == ""


def typed(events: list) -> str:  # type: ignore[type-arg]
    return "".join(one.text for one in events if not one.modifiers & ~Modifier.SHIFT)


def test_the_host_works_for_no_other_extension(own: workspace.Workspace, companion: Pages, tmp_path: Path) -> None:
    """Even where somebody has added another one to the manifest that the browser reads."""
    browser.install(own, tmp_path)
    for origin in ([], [FOREIGN], [f"chrome-extension://{browser.EXTENSION_ID}.example/"]):
        host = subprocess.run(
            [own.device.resolve() / browser.LAUNCHER, *origin],
            input=frame(json.dumps(FRONT).encode()),
            capture_output=True,
            timeout=30,
        )
        assert host.stdout + host.stderr == b""
        assert companion.drain() == []


IMITATED = (
    {"on": True},
    {"events": [key("x")], "now": 0, "sent": 0},
    {"ask": 0, "names": ["Name"], "type": "text", "autocomplete": ""},
    {"t": "sites", "sites": ["work.example"]},
    {"t": "verdict", "page": 1, "ask": 0, "secret": False},
    {"t": "page", "events": [key(letter) for letter in FORGED], "now": 0, "sent": 0},
    page(key("x") | {"k": "keydown"}),
    page(key("x") | {"held": "none"}),
    page(key("x" * 4_001)),
)


@pytest.mark.parametrize("message", IMITATED, ids=range(len(IMITATED)))
def test_what_only_looks_like_our_messages_is_hung_up_on(
    connected: Browser, companion: Pages, message: dict[str, object]
) -> None:
    connected.send(FRONT)
    wait_until(companion.drain)
    connected.send(message)
    assert [one.kind for one in wait_until(companion.drain)] == [RawKind.LOST]
    assert connected.host.wait(15) == 0


@pytest.mark.parametrize("sent", [struct.pack("<I", LARGEST + 1), struct.pack("<I", 0), b"GET / HTTP/1.1\r\n\r\n"])
def test_a_program_that_connects_by_itself_can_send_no_oversized_frame(
    own: workspace.Workspace, companion: Pages, sent: bytes
) -> None:
    with socket.socket(socket.AF_UNIX) as client, address(own.device) as path:
        client.connect(path)
        wait_until(lambda: companion.drain() or len(companion.filenos()) > 1)
        client.sendall(sent)
        wait_until(lambda: companion.drain() or len(companion.filenos()) == 1)
        client.settimeout(15)
        with suppress(ConnectionResetError):  # that what was sent is left unread is told, too
            while client.recv(4096):  # what it was told before: which sites are listed
                pass


def test_what_is_said_of_an_unlisted_site_is_suppressed(connected: Browser, companion: Pages) -> None:
    """A browser whose extension was changed tells of every page: the recorder believes no more for it."""
    assert "orders.test" not in [site.host for site in SITES]
    connected.send(FRONT | {"site": "bank.example", "title": "Balance"})
    connected.send(page(key("1"), key("2")) | {"site": "bank.example", "frame": "bank.example"})
    events = list(companion.drain())
    while len(events) < 3:
        events += companion.drain()
    stage = Redaction(policy())
    told = [event for raw in events for event in stage.feed(raw)] + stage.finish()
    assert {event.kind for event in told} <= {EventKind.SUPPRESSED, EventKind.COUNTED}
