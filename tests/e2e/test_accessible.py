"""The source that has accessibility alone, with real programs on a real bus. (Under Wayland: `test_wayland`.)"""

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.browser_world import LISTED, World, keys, serving
from e2e.browser_world import MISSING as MISSING_BROWSER
from e2e.test_capture_desktop import GTK_FORM, needs_gtk, needs_mousepad
from e2e.xsession import (
    MISSING,
    Recording,
    recording,
    running,
    wait_for_window,
    wait_until,
    xdotool,
    xsession,
)
from glasswork.device.capture import accessible
from glasswork.device.capture.browser.pages import Pages
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Reason, Role

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}")

PYTHON = Path(sys.executable).resolve().name
"""What the system says a program written in Python is."""

TOLD = {RawKind.FOCUS, RawKind.ELEMENT, RawKind.TREE}


@pytest.fixture(scope="module")
def env() -> Iterator[dict[str, str]]:
    with xsession() as session:
        yield session


@pytest.fixture
def taken(env: dict[str, str]) -> Iterator[Recording]:
    with recording(env, accessible.events) as running_recording:
        yield running_recording
    assert running_recording.error is None, repr(running_recording.error)


def in_front(taken: Recording) -> RawEvent:
    return taken.of(RawKind.FOCUS)[-1]


@needs_mousepad
@needs_gtk
def test_windows_come_and_go(env: dict[str, str], taken: Recording) -> None:
    with running(env, "mousepad"):
        wait_for_window(env, "mousepad")
        editor = taken.wait_for(RawKind.FOCUS, app="mousepad")
        assert "Mousepad" in editor.title
        field = taken.wait_for(RawKind.ELEMENT, app="mousepad", role=Role.TEXTBOX)
        assert (field.editable, field.secret, field.window) == (True, False, editor.window)
        with running(env, sys.executable, "-c", GTK_FORM) as form:
            wait_for_window(env, "Sign in", "--name")
            assert taken.wait_for(RawKind.FOCUS, title="Sign in").app == PYTHON
            taken.wait_for(RawKind.ELEMENT, app=PYTHON, label="Name")
            taken.clear()
            form.send_signal(signal.SIGKILL)  # it says nothing when it goes
            wait_until(lambda: taken.of(RawKind.FOCUS))
        wait_for_window(env, "mousepad")
        again = taken.wait_for(RawKind.FOCUS, app="mousepad")
        assert again.window == editor.window
    wait_until(lambda: in_front(taken).app == "")


@needs_mousepad
def test_a_title_that_changes_is_told_and_typing_is_not(env: dict[str, str], taken: Recording) -> None:
    with running(env, "mousepad"):
        wait_for_window(env, "mousepad")
        taken.wait_for(RawKind.ELEMENT, role=Role.TEXTBOX)
        xdotool(env, "type", "canary")
        wait_until(lambda: in_front(taken).title.startswith("*"))
        wait_until(lambda: taken.of(RawKind.TREE))
        assert {event.kind for event in taken.events} == TOLD
        assert not any(event.text or event.key or "canary" in event.label for event in taken.events)
        nodes = [node for tree in taken.of(RawKind.TREE) for node in tree.nodes]
        assert not any("canary" in node.label + node.value for node in nodes)


@needs_gtk
def test_fields_are_as_secret_as_their_role_or_label_says(env: dict[str, str]) -> None:
    with (
        recording(env, accessible.events, is_secret=lambda label: "Card" in label) as taken,
        running(env, sys.executable, "-c", GTK_FORM),
    ):
        wait_for_window(env, "Sign in", "--name")
        for label, secret in (("Name", False), ("Password", True), ("Town", False), ("Card number", True)):
            assert taken.wait_for(RawKind.ELEMENT, label=label).secret is secret
            xdotool(env, "key", "Tab")
        tree = taken.wait_for(RawKind.TREE)
        assert [node.secret for node in tree.nodes if node.editable] == [False, True, False, False]
        assert {event.kind for event in taken.events} == TOLD


@needs_mousepad
def test_boxes_are_measured_from_the_window(env: dict[str, str], taken: Recording) -> None:
    def boxes() -> list[tuple[int, int, int, int] | None]:
        return [node.box for node in wait_until(lambda: taken.of(RawKind.TREE))[-1].nodes]

    with running(env, "mousepad"):
        window = wait_for_window(env, "mousepad")
        before, frame = boxes(), taken.of(RawKind.TREE)[-1].window_box
        assert frame is not None
        assert frame[0] <= 0 >= frame[1], "the corner of what is inside the frame"
        inside = [box for box in before if box is not None]
        assert len(inside) > 10
        assert all(frame[0] <= x and x + width <= frame[0] + frame[2] for x, _, width, _ in inside)
        assert all(frame[1] <= y and y + height <= frame[1] + frame[3] for _, y, _, height in inside)
        xdotool(env, "windowmove", window, "300", "200")
        taken.clear()
        xdotool(env, "type", "x")  # another title, hence the tree anew
        assert boxes() == before
        xdotool(env, "key", "alt+f")
        assert taken.wait_for(RawKind.ELEMENT, role=Role.MENUITEM).box is None
        xdotool(env, "key", "Escape")


@needs_gtk
def test_who_it_is_is_not_what_it_says(env: dict[str, str], taken: Recording) -> None:
    liar = GTK_FORM.replace(
        "gtk.gtk_init(", "gtk.g_set_prgname(b'mousepad'); gtk.g_set_application_name(b'mousepad')\n"
    )
    liar = liar.replace("mousepad')\nNone, None)", "mousepad')\ngtk.gtk_init(None, None)").replace(
        "Sign in", "Mousepad"
    )
    with running(env, sys.executable, "-c", liar):
        wait_for_window(env, "Mousepad", "--name")
        assert taken.wait_for(RawKind.FOCUS, title="Mousepad").app == PYTHON
        assert taken.wait_for(RawKind.ELEMENT).app == PYTHON


@needs_mousepad
@needs_gtk
def test_a_window_without_a_title_is_not_the_one_before(env: dict[str, str], taken: Recording) -> None:
    nameless = GTK_FORM.replace('b"Sign in"', 'b""')
    with running(env, "mousepad"):
        wait_for_window(env, "mousepad")
        taken.wait_for(RawKind.FOCUS, app="mousepad")
        with running(env, sys.executable, "-c", nameless):
            element = taken.wait_for(RawKind.ELEMENT, label="Name")
            before = [event for event in taken.events[: taken.events.index(element)] if event.kind is RawKind.FOCUS]
            assert before[-1].app == PYTHON


@needs_mousepad
def test_a_program_that_is_not_on_the_bus_is_nobody(env: dict[str, str], taken: Recording) -> None:
    tk = "import tkinter as t; w = t.Tk(); w.title('Plain'); e = t.Entry(w); e.pack(); e.focus_force(); w.mainloop()"
    with running(env, "mousepad"), running(env, sys.executable, "-c", tk):
        wait_for_window(env, "mousepad")
        taken.wait_for(RawKind.FOCUS, app="mousepad")
        wait_for_window(env, "Plain", "--name")
        wait_until(lambda: (in_front(taken).app, in_front(taken).title, in_front(taken).window) == ("", "", 0))


@needs_mousepad
def test_what_is_in_front_already_is_told_at_once(env: dict[str, str]) -> None:
    with running(env, "mousepad"):
        wait_for_window(env, "mousepad")
        with recording(env, accessible.events) as first:
            first.wait_for(RawKind.ELEMENT, app="mousepad")
        with recording(env, accessible.events) as taken:
            taken.wait_for(RawKind.TREE, app="mousepad")
            assert taken.events[0].app == "mousepad"


@needs_mousepad
def test_it_sleeps_while_nothing_happens(env: dict[str, str], taken: Recording) -> None:
    with running(env, "mousepad"):
        wait_for_window(env, "mousepad")
        taken.wait_for(RawKind.TREE, app="mousepad")
        (thread,) = [one for one in threading.enumerate() if one.name == "recording"]

        def wakeups() -> int:
            status = Path(f"/proc/self/task/{thread.native_id}/status").read_text()
            return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("voluntary_ctxt"))

        time.sleep(1.0)  # the last of what came with the window
        before = wakeups()
        time.sleep(3.0)  # meanwhile the cursor of the editor blinks
        assert wakeups() == before


def test_without_a_bus_it_waits_and_ends(env: dict[str, str]) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"x")
    assert list(accessible.events(reading, env=env | {"DBUS_SESSION_BUS_ADDRESS": ""})) == []
    os.close(reading)
    os.close(writing)


@needs_mousepad
def test_a_bus_that_goes_away_is_a_loss() -> None:
    with xsession() as session, recording(session, accessible.events) as taken, running(session, "mousepad"):
        wait_for_window(session, "mousepad")
        taken.wait_for(RawKind.FOCUS, app="mousepad")
        os.kill(accessibility_bus(session), signal.SIGKILL)
        assert taken.wait_for(RawKind.LOST).reason == Reason.SOURCE
        wait_until(lambda: in_front(taken).app == "")


def accessibility_bus(env: dict[str, str]) -> int:
    """The daemon of this session's accessibility bus."""
    own = f"XDG_RUNTIME_DIR={env['XDG_RUNTIME_DIR']}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, variables = (process / "cmdline").read_bytes(), (process / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"dbus-daemon" in command and b"accessibility.conf" in command and own in variables:
            return int(process.name)
    raise AssertionError("no accessibility bus")


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING_BROWSER), reason=f"missing: {', '.join(MISSING_BROWSER)}")
@pytest.mark.skipif(shutil.which("mousepad") is None, reason="missing: mousepad")
def test_pages_tell_of_themselves_and_programs_of_the_rest(env: dict[str, str], tmp_path: Path) -> None:
    def source(stop: int, companion: Pages) -> Iterator[RawEvent]:
        return accessible.events(stop, env=env, pages=companion)

    world = World(env, tmp_path)
    form = "<!doctype html><title>Form page</title><label>Name <input autofocus></label>"
    with serving({"/": form}) as port, world.recording(source) as taken:
        site = f"{LISTED}:{port}"
        with world.chromium(f"http://{site}/"):
            taken.wait_for(RawKind.FOCUS, site=site)
            wait_until(lambda: [one for one in taken.of(RawKind.TREE) if one.site == site])
            world.type("one")
            wait_until(lambda: len(keys(taken)) == 3)
            with running(env, "mousepad"):
                wait_for_window(env, "mousepad")
                taken.wait_for(RawKind.ELEMENT, app="mousepad")
                world.type("unseen")
                wait_until(lambda: in_front(taken).title.startswith("*"))
                assert in_front(taken).app == "mousepad"
                taken.clear()
            wait_for_window(env, "chromium")
            taken.wait_for(RawKind.FOCUS, site=site)
            world.type("two")
            wait_until(lambda: len(keys(taken)) == 3)
            assert [text for _, text, _ in keys(taken)] == list("two")
