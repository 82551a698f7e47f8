"""Under a Wayland compositor: the recorder says what it cannot see, records what programs tell, and shows itself.

Weston has no keyboard of its own where there is no screen, and without one no window is ever in front. Where that
matters it runs inside a private X server, whose keys become those of its seat.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.browser_world import CHROMIUM, FLAGS, LISTED, World, keys, serving
from e2e.browser_world import MISSING as MISSING_BROWSER
from e2e.test_capture_desktop import GTK_FORM, needs_gtk, needs_mousepad
from e2e.xsession import MISSING as MISSING_DESKTOP
from e2e.xsession import front_title, recording, running, wait_until, xdotool, xsession
from glasswork.api import browser
from glasswork.device.capture import accessible
from glasswork.device.capture.browser.pages import Pages
from glasswork.device.display import is_wayland
from glasswork.device.indicator import Lease
from glasswork.device.states import State
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Role

MISSING = [program for program in ("weston", "Xwayland") if shutil.which(program) is None]
pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}"),
    pytest.mark.slow,
]


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    runtime = tmp_path_factory.mktemp("wayland")
    runtime.chmod(0o700)
    log = runtime / "log"
    command = ["weston", "--backend=headless-backend.so", "--xwayland", "--socket=wayland-test", f"--log={log}"]
    own = {**os.environ, "XDG_RUNTIME_DIR": str(runtime)}
    with subprocess.Popen(command, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as weston:
        try:
            yield own | {"DISPLAY": wait_until(lambda: _display(log)), "WAYLAND_DISPLAY": "wayland-test"}
        finally:
            weston.terminate()


def _display(log: Path) -> str:
    found = re.search(r"xserver listening on display (:\d+)", log.read_text()) if log.exists() else None
    return found[1] if found else ""


def test_a_wayland_session_is_known_by_its_variables_and_by_its_x_server(env: dict[str, str]) -> None:
    assert is_wayland({"WAYLAND_DISPLAY": env["WAYLAND_DISPLAY"]})
    assert is_wayland({"XDG_SESSION_TYPE": "wayland"})
    assert is_wayland({"DISPLAY": env["DISPLAY"]})
    assert not is_wayland({"XDG_SESSION_TYPE": "x11"})


def test_the_indicator_is_shown_through_xwayland(env: dict[str, str]) -> None:
    lease = Lease.start(env)
    lease.show(State.PAUSED, "Paused")
    wait_until(lambda: lease.update() or (lease.holds() and lease.late_s() == 0))
    lease.close()


@pytest.fixture
def seat() -> Iterator[dict[str, str]]:
    """Weston in a window of a private X server, and a session bus. GTK programs are its native clients."""
    if MISSING_DESKTOP:
        pytest.skip(f"missing: {', '.join(MISSING_DESKTOP)}")
    with xsession() as outside:
        socket = Path(outside["XDG_RUNTIME_DIR"]) / "wayland-test"
        with running(outside, "weston", "--backend=x11-backend.so", f"--socket={socket.name}", "--idle-time=0"):
            wait_until(socket.exists)
            wait_until(lambda: "Weston" in front_title(outside))
            yield outside | {"WAYLAND_DISPLAY": socket.name, "GDK_BACKEND": "wayland", "XDG_SESSION_TYPE": "wayland"}


def inside(tree: RawEvent) -> bool:
    """Whether all boxes of a tree lie in its window, and there are some."""
    assert tree.window_box is not None
    x, y, width, height = tree.window_box
    boxes = [node.box for node in tree.nodes if node.box is not None]
    return len(boxes) > 8 and all(
        x <= box[0] and y <= box[1] and box[0] + box[2] <= x + width and box[1] + box[3] <= y + height for box in boxes
    )


@needs_mousepad
@needs_gtk
def test_native_windows_are_recorded_without_their_keys(seat: dict[str, str]) -> None:
    with recording(seat, accessible.events) as taken, running(seat, "mousepad"):
        assert "Mousepad" in taken.wait_for(RawKind.FOCUS, app="mousepad").title
        assert taken.wait_for(RawKind.ELEMENT, app="mousepad", role=Role.TEXTBOX).secret is False
        tree = taken.wait_for(RawKind.TREE, app="mousepad")
        assert inside(tree)
        menus = next(node.box for node in tree.nodes if node.role is Role.MENUBAR)
        text = next(node.box for node in tree.nodes if node.editable)
        assert menus is not None
        assert text is not None
        assert menus[1] + menus[3] <= text[1], "the menu bar is above the text"
        xdotool(seat, "type", "canary")
        wait_until(lambda: taken.of(RawKind.FOCUS)[-1].title.startswith("*"))

        with running(seat, sys.executable, "-c", GTK_FORM):
            taken.wait_for(RawKind.ELEMENT, label="Name")
            xdotool(seat, "key", "Tab")
            assert taken.wait_for(RawKind.ELEMENT, label="Password").secret is True
            xdotool(seat, "type", "hunter2")
            assert inside(wait_until(lambda: [one for one in taken.of(RawKind.TREE) if one.app != "mousepad"])[0])
        wait_until(lambda: taken.of(RawKind.FOCUS)[-1].app == "mousepad")

        with running(seat, "weston-terminal"):  # which is not on the accessibility bus
            wait_until(lambda: taken.of(RawKind.FOCUS)[-1].app == "")
        assert {event.kind for event in taken.events} == {RawKind.FOCUS, RawKind.ELEMENT, RawKind.TREE}
        assert not any(event.text or event.key for event in taken.events)


@pytest.mark.skipif(bool(MISSING_BROWSER), reason=f"missing: {', '.join(MISSING_BROWSER)}")
def test_pages_of_a_native_browser_are_recorded(seat: dict[str, str], tmp_path: Path) -> None:
    def source(stop: int, companion: Pages) -> Iterator[RawEvent]:
        return accessible.events(stop, env=seat, pages=companion)

    world = World(seat, tmp_path)
    form = "<!doctype html><title>Form page</title><label>Name <input autofocus></label>"
    with serving({"/": form}) as port, world.recording(source) as taken:
        site = f"{LISTED}:{port}"
        load = [f"--load-extension={browser.extension_folder()}", f"--user-data-dir={world.profile}", *FLAGS]
        with running(seat, CHROMIUM or "", "--ozone-platform=wayland", *load, f"http://{site}/"):
            taken.wait_for(RawKind.FOCUS, site=site)
            wait_until(lambda: [one for one in taken.of(RawKind.TREE) if one.site == site])
            xdotool(seat, "type", "--delay", "40", "typed")
            wait_until(lambda: len(keys(taken)) == 5)
            assert [(text, secret) for _, text, secret in keys(taken)] == [(letter, False) for letter in "typed"]
            with running(seat, "mousepad"):
                taken.wait_for(RawKind.ELEMENT, app="mousepad")
                taken.clear()
                xdotool(seat, "type", "unseen")
                wait_until(lambda: taken.of(RawKind.FOCUS, RawKind.TREE))
            taken.wait_for(RawKind.FOCUS, site=site)
            assert not keys(taken)
