"""The native host and the recorder's socket, without a browser: a process that speaks as one does."""

import socket
import stat
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from e2e.xsession import wait_until
from glasswork.api import browser, workspace
from glasswork.api.errors import NotThere
from glasswork.cli.main import cli
from glasswork.device.capture.browser import pages
from glasswork.device.capture.browser.frames import LARGEST, SOCKET, BadFrame, Frames, frame
from glasswork.device.capture.browser.pages import Pages
from glasswork.device.errors import AgentRunning
from glasswork.policy.model import Site
from glasswork.schema.raw import RawKind
from glasswork.schema.words import AppCategory

SITES = (
    Site(host="work.example", category=AppCategory.BUSINESS, keys=True),
    Site(host="news.example", category=AppCategory.OTHER),
)
FRONT = {"t": "front", "focused": True, "site": "work.example", "title": "Inbox", "sent": 0}


@pytest.fixture
def own(tmp_path: Path) -> workspace.Workspace:
    return workspace.create_demo(tmp_path / "workspace")


@pytest.fixture
def companion(own: workspace.Workspace) -> Iterator[Pages]:
    with pages.listening(own.device, lambda: SITES) as made:
        made.begin()
        yield made


class Browser:
    """Starts the host as a browser does, and is then its parent."""

    def __init__(self, own: workspace.Workspace, profile: Path) -> None:
        browser.install(own, profile)
        manifest = msgspec.json.decode((profile / "NativeMessagingHosts" / f"{browser.HOST}.json").read_bytes())
        command = [manifest["path"], manifest["allowed_origins"][0]]
        self.host = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def send(self, message: object) -> None:
        assert self.host.stdin is not None
        self.host.stdin.write(frame(msgspec.json.encode(message)))
        self.host.stdin.flush()

    def receive(self) -> dict[str, object]:
        assert self.host.stdout is not None
        (length,) = struct.unpack("<I", self.host.stdout.read(4))
        return msgspec.json.decode(self.host.stdout.read(length))

    def end(self) -> bytes:
        """Close its input, and return what it has said beside its messages."""
        out, err = self.host.communicate(timeout=15)
        return out + err


@pytest.fixture
def connected(own: workspace.Workspace, companion: Pages, tmp_path: Path) -> Iterator[Browser]:
    made = Browser(own, tmp_path / "profile")
    wait_until(lambda: [*companion.drain(), *companion.filenos()][1:])
    yield made
    made.host.kill()
    made.host.communicate()


def page(*events: dict[str, object], frame: str = "work.example") -> dict[str, object]:
    return {"t": "page", "page": 1, "frame": frame, "site": "work.example", "sent": 0, "now": 0, "events": list(events)}


def key(text: str, secret: bool | None = False) -> dict[str, object]:
    return {"k": "key", "at": 0, "key": "char", "text": text, "held": 0, "secret": secret}


def test_only_this_user_may_connect(own: workspace.Workspace, companion: Pages) -> None:
    assert stat.S_IMODE((own.device / SOCKET).stat().st_mode) == 0o600
    with pytest.raises(AgentRunning), pages.listening(own.device, lambda: ()):
        pass
    assert (own.device / SOCKET).exists()


def test_the_host_passes_messages_both_ways_and_says_nothing_else(connected: Browser, companion: Pages) -> None:
    assert connected.receive() == {"t": "sites", "sites": ["work.example", "news.example"]}
    connected.send(FRONT)
    connected.send(page(key("a")))
    events = wait_until(lambda: [*companion.drain()])
    while len(events) < 2:
        events += companion.drain()
    assert [one.kind for one in events] == [RawKind.FOCUS, RawKind.KEY_DOWN]
    assert (events[0].app, events[0].site, events[1].text) == (
        Path("/proc/self/exe").readlink().name,
        "work.example",
        "a",
    )
    assert connected.end() == b""
    assert connected.host.returncode == 0


def test_it_ends_at_once_where_no_recorder_runs(own: workspace.Workspace, tmp_path: Path) -> None:
    assert Browser(own, tmp_path / "profile").end() == b""


@pytest.mark.parametrize("length", [0, LARGEST + 1, 0xFFFFFFFF])
def test_a_length_that_cannot_be_ends_it(connected: Browser, companion: Pages, length: int) -> None:
    connected.receive()
    assert connected.host.stdin is not None
    connected.host.stdin.write(struct.pack("<I", length) + b"{}")
    assert connected.end() == b""
    with pytest.raises(BadFrame):
        list(Frames().feed(struct.pack("<I", length)))


@pytest.mark.parametrize(
    "senseless",
    [
        {"t": "unknown"},
        {"t": "front"},
        page({"k": "key", "at": -1, "key": "char", "text": "", "held": 0, "secret": False}),
        page({"k": "press", "at": 0, "x": 1e9, "y": 0, "button": "left"}),
        page({"k": "key", "at": 0, "key": "char", "text": "x" * 5000, "held": 0, "secret": False}),
        [],
    ],
)
def test_who_sends_nonsense_is_hung_up_on(connected: Browser, companion: Pages, senseless: object) -> None:
    connected.receive()
    connected.send(FRONT)
    wait_until(companion.drain)
    connected.send(senseless)
    (lost,) = wait_until(companion.drain)
    assert lost.kind is RawKind.LOST
    assert connected.host.wait(15) == 0


def test_the_recorder_judges_what_fields_are_called(connected: Browser, companion: Pages) -> None:
    connected.receive()

    def verdict(*names: str) -> object:
        connected.send({"t": "ask", "page": 1, "ask": 0, "names": names, "type": "text", "autocomplete": ""})
        for _ in range(200):
            companion.drain()
            if connected.host.stdout is not None and _readable(connected.host.stdout.fileno()):
                return connected.receive()["secret"]
        raise AssertionError("no answer")

    assert verdict("Name", "customer") is False
    assert verdict("", "user_pin") is True
    assert verdict("Kennwort") is True


def test_typing_in_a_frame_needs_the_frames_own_site(connected: Browser, companion: Pages) -> None:
    connected.send(FRONT)
    for host in ("work.example", "work.example:8443", "news.example"):
        connected.send(page(key("a"), frame=host))
    events = list(companion.drain())
    while len(events) < 4:
        events += companion.drain()
    assert [(one.text, one.secret) for one in events[1:]] == [("a", False), ("a", False), ("", None)]


def test_what_comes_after_the_end_is_not_read(connected: Browser, companion: Pages) -> None:
    connected.send(FRONT)
    wait_until(companion.drain)
    connected.send(page(key("a")))
    connected.send({"t": "stopped"})
    companion.end()
    companion.begin()
    assert [one.text for one in companion.drain()] == []


def test_a_browser_that_does_not_stop_is_hung_up_on(connected: Browser, companion: Pages) -> None:
    companion.end()
    assert len(companion.filenos()) == 1
    assert connected.host.wait(15) == 0


def test_install_status_and_remove(own: workspace.Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    with pytest.raises(NotThere):
        browser.install(own)
    (tmp_path / "settings" / "chromium").mkdir(parents=True)
    runner, base = CliRunner(), ["--workspace", str(own.folder), "browser"]
    installed = runner.invoke(cli, [*base, "install"])
    assert installed.exit_code == 0
    assert str(browser.extension_folder()) in installed.output
    (one,) = browser.status(own)
    assert (one.browser, one.connected) == ("Chromium", True)
    launcher = own.device / browser.LAUNCHER
    assert stat.S_IMODE(launcher.stat().st_mode) == 0o700
    assert '"connected": true' in runner.invoke(cli, [*base, "status", "--json"]).output
    assert "Chromium" in runner.invoke(cli, [*base, "remove"]).output
    assert not browser.status(own)[0].connected
    assert not launcher.exists()
    assert runner.invoke(cli, [*base, "remove"]).exit_code == 0


def _readable(descriptor: int) -> bool:
    import select

    return bool(select.select([descriptor], [], [], 0.02)[0])


def test_the_id_is_that_of_the_key() -> None:
    import base64
    from hashlib import sha256

    manifest = msgspec.json.decode((browser.extension_folder() / "manifest.json").read_bytes())
    digits = sha256(base64.b64decode(manifest["key"])).hexdigest()[:32]
    assert "".join(chr(ord("a") + int(digit, 16)) for digit in digits) == browser.EXTENSION_ID


def test_the_socket_is_found_in_a_deep_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    with pages.listening(deep, lambda: ()) as made, socket.socket(socket.AF_UNIX) as client:
        from glasswork.device.capture.browser.frames import address

        with address(deep) as path:
            client.connect(path)
        assert made.filenos()
