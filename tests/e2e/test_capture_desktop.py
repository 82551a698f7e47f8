"""The desktop source on a real X server with real programs."""

import ctypes.util
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
import xcffib
from xcffib import xproto

from e2e.xsession import (
    MISSING,
    Recording,
    front_title,
    recording,
    running,
    wait_for_window,
    wait_until,
    xdotool,
    xsession,
)
from glasswork.device.capture import desktop
from glasswork.device.capture.x11 import Display, DisplayLost
from glasswork.schema.raw import Modifier, RawKind
from glasswork.schema.words import Button, Role

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}")

needs_mousepad = pytest.mark.skipif(shutil.which("mousepad") is None, reason="missing: mousepad")
needs_xterm = pytest.mark.skipif(shutil.which("xterm") is None, reason="missing: xterm")

PEOPLE_MS = "140"
"""What makes xdotool leave 70 ms between two keys, as a fast typist does: it waits this long in two halves."""


@pytest.fixture(scope="module")
def env() -> Iterator[dict[str, str]]:
    with xsession() as session:
        yield session


@pytest.fixture
def taken(env: dict[str, str]) -> Iterator[Recording]:
    with recording(env) as running_recording:
        yield running_recording


def type_slowly(env: dict[str, str], text: str) -> None:
    xdotool(env, "type", "--delay", PEOPLE_MS, text)


def patiently(attempt: Callable[[], bool]) -> None:
    """Try something that should be known until it is: on a busy machine "unknown" is the right answer at times.

    Only for what should be known. That a secret is not taken for harmless must hold every time.
    """
    assert any(attempt() for _ in range(6))


def typed_harmlessly(env: dict[str, str], taken: Recording, text: str) -> None:
    def attempt() -> bool:
        taken.clear()
        type_slowly(env, text)
        wait_until(lambda: len(taken.typed()) == len(text))
        assert [letter for letter, _ in taken.typed()] == list(text)
        return all(secret is False for _, secret in taken.typed())

    patiently(attempt)


@needs_mousepad
def test_an_editor_types_saves_and_copies(env: dict[str, str], taken: Recording) -> None:
    with running(env, "mousepad") as mousepad:
        wait_for_window(env, "mousepad")
        focus = taken.wait_for(RawKind.FOCUS, app="mousepad")
        assert "Mousepad" in focus.title
        assert focus.window_box is not None
        field = taken.wait_for(RawKind.ELEMENT, role=Role.TEXTBOX)
        assert (field.editable, field.secret) == (True, False)
        taken.clear()
        typed_harmlessly(env, taken, "Hi you")

        def save_by_menu() -> bool:
            taken.clear()
            xdotool(env, "key", "alt+f")
            taken.wait_for(RawKind.ELEMENT, role=Role.MENUITEM)
            xdotool(env, "key", "s")
            letter = taken.wait_for(RawKind.KEY_DOWN, text="s", modifiers=Modifier.NONE)
            assert taken.wait_for(RawKind.FOCUS, title="Save As").app == "mousepad"
            taken.wait_for(RawKind.ELEMENT, label="Name:")
            xdotool(env, "key", "Escape")
            taken.wait_for(RawKind.ELEMENT, field=field.field)
            before = taken.events[: taken.events.index(letter)]
            return any(event.label == "Save" and event.role is Role.MENUITEM for event in before)

        patiently(save_by_menu)
        assert taken.wait_for(RawKind.KEY_DOWN, key="escape").secret is False

        xdotool(env, "key", "ctrl+a")
        xdotool(env, "key", "ctrl+c")
        assert taken.wait_for(RawKind.COPY).app == "mousepad"
        copy = taken.wait_for(RawKind.KEY_DOWN, text="c")
        assert (copy.modifiers, copy.secret) == (Modifier.CONTROL, False)
        assert mousepad.poll() is None


@needs_mousepad
def test_a_title_that_changes_is_told(env: dict[str, str], taken: Recording) -> None:
    with running(env, "mousepad"):
        wait_for_window(env, "mousepad")
        first = taken.wait_for(RawKind.FOCUS, app="mousepad")
        type_slowly(env, "x")
        unsaved = wait_until(lambda: [e for e in taken.of(RawKind.FOCUS) if e.title.startswith("*")])[0]
        assert (unsaved.app, unsaved.window) == ("mousepad", first.window)


@needs_mousepad
def test_a_click_on_a_menu_says_which_item(env: dict[str, str], taken: Recording) -> None:
    with running(env, "mousepad"):
        wait_for_window(env, "mousepad")
        editor = taken.wait_for(RawKind.ELEMENT, role=Role.TEXTBOX)
        tree = taken.wait_for(RawKind.TREE)
        file = next(node for node in tree.nodes if node.label == "File")
        assert file.role is Role.MENU
        assert file.box is not None
        bar = file.box

        def before_press(number: int) -> tuple[Role, str]:
            press = wait_until(lambda: taken.of(RawKind.PRESS)[number:])[0]
            assert press.button is Button.LEFT
            under = [e for e in taken.events[: taken.events.index(press)] if e.kind is RawKind.ELEMENT]
            return (under[-1].role, under[-1].label) if under else (Role.NONE, "")

        def open_menu() -> list[tuple[int, int, int, int]]:
            nodes = [node for tree in taken.of(RawKind.TREE) for node in tree.nodes]
            return [node.box for node in nodes if node.label.startswith("Save As") and node.box]

        def click_twice() -> bool:
            taken.clear()
            _click(env, bar)
            first = before_press(0)
            press = taken.of(RawKind.PRESS)[0]
            assert (press.x, press.y) == (bar[0] + 5, bar[1] + 5)
            box = wait_until(open_menu)[-1]
            time.sleep(0.6)  # GTK takes a click half a second after the menu opened for a slip
            _click(env, box)
            second = before_press(1)
            taken.wait_for(RawKind.FOCUS, title="Save As")
            assert sum(move.count for move in taken.of(RawKind.MOVE)) >= 2
            taken.wait_for(RawKind.ELEMENT, label="Name:")
            xdotool(env, "key", "Escape")
            taken.wait_for(RawKind.ELEMENT, field=editor.field)
            return (first, second) == ((Role.MENU, "File"), (Role.MENUITEM, "Save As..."))

        patiently(click_twice)


def test_wheel_notches_in_opposite_directions_stay_apart(env: dict[str, str], taken: Recording) -> None:
    for times, button in ((3, 5), (2, 4), (1, 7)):
        xdotool(env, "click", "--repeat", str(times), "--delay", "1", str(button))
    wait_until(lambda: sum(e.count for e in taken.of(RawKind.SCROLL)) == 6)
    scrolls = taken.of(RawKind.SCROLL)
    assert sum(e.dy for e in scrolls if e.dy > 0) == 3
    assert sum(e.dy for e in scrolls if e.dy < 0) == -2
    assert sum(e.dx for e in scrolls) == 1


@needs_xterm
def test_a_hidden_prompt_in_a_terminal_is_secret(env: dict[str, str], taken: Recording) -> None:
    with running(env, "xterm", "-e", "bash", "--norc"):
        wait_for_window(env, "xterm")
        assert taken.wait_for(RawKind.FOCUS, app="xterm").title
        taken.wait_for(RawKind.ELEMENT, role=Role.TERMINAL)
        typed_harmlessly(env, taken, "read -s x;")
        xdotool(env, "key", "Return")
        taken.wait_for(RawKind.KEY_DOWN, key="enter")
        taken.clear()
        time.sleep(0.2)  # a person sees the prompt first

        # Faster than any person, and the prompt is over before the recorder looks again.
        xdotool(env, "type", "--delay", "2", "hunter2\n")
        wait_until(lambda: len(taken.typed()) == 7)
        assert taken.typed() == [(letter, True) for letter in "hunter2"]
        # The first key after a prompt may still count as part of it.
        typed_harmlessly(env, taken, "true")


GTK_FORM = """
import ctypes
gtk, pointer = ctypes.CDLL("libgtk-3.so.0"), ctypes.c_void_p
for name in ("gtk_window_new", "gtk_box_new", "gtk_entry_new", "gtk_label_new_with_mnemonic"):
    getattr(gtk, name).restype = pointer
gtk.gtk_init(None, None)
window = pointer(gtk.gtk_window_new(0))
gtk.gtk_window_set_title(window, b"Sign in")
box = pointer(gtk.gtk_box_new(1, 6))
gtk.gtk_container_add(window, box)
for label, visible in ((b"_Name", 1), (b"_Password", 0), (b"_Town", 1), (b"_Card number", 1)):
    text, entry = pointer(gtk.gtk_label_new_with_mnemonic(label)), pointer(gtk.gtk_entry_new())
    gtk.gtk_entry_set_visibility(entry, visible)
    gtk.gtk_label_set_mnemonic_widget(text, entry)
    gtk.gtk_box_pack_start(box, text, 0, 0, 0)
    gtk.gtk_box_pack_start(box, entry, 0, 0, 0)
gtk.gtk_widget_show_all(window)
gtk.gtk_main()
"""


needs_gtk = pytest.mark.skipif(ctypes.util.find_library("gtk-3") is None, reason="missing: GTK 3")


@needs_gtk
def test_fields_are_as_secret_as_their_role_or_label_says(env: dict[str, str]) -> None:
    with (
        recording(env, is_secret=lambda label: "Card" in label) as taken,
        running(env, sys.executable, "-c", GTK_FORM),
    ):
        wait_for_window(env, "Sign in", "--name")
        for label, text, secret in (
            ("Name", "ann", False),
            ("Password", "hunter2", True),
            ("Town", "ulm", False),
            ("Card number", "4111", True),
        ):
            assert taken.wait_for(RawKind.ELEMENT, label=label).secret is secret
            if secret:
                taken.clear()
                type_slowly(env, text)
                wait_until(lambda: len(taken.typed()) == len(text))  # noqa: B023
                assert taken.typed() == [(letter, True) for letter in text]
            else:
                typed_harmlessly(env, taken, text)
            xdotool(env, "key", "Tab")


@needs_gtk
def test_no_key_of_a_password_passes_as_harmless_however_fast(env: dict[str, str], taken: Recording) -> None:
    with running(env, sys.executable, "-c", GTK_FORM):
        wait_for_window(env, "Sign in", "--name")
        taken.wait_for(RawKind.ELEMENT, label="Name")
        for _ in range(5):
            taken.clear()
            xdotool(env, "type", "--delay", "1", "ann\thunter2\tulm\t4711\t")
            wait_until(lambda: len(taken.typed()) == 17)
            assert all(secret is not False for letter, secret in taken.typed()[3:10])


def test_a_program_that_no_one_vouches_for_is_unknown(env: dict[str, str], taken: Recording) -> None:
    tk = "import tkinter as t; w = t.Tk(); w.title('Plain'); e = t.Entry(w); e.pack(); e.focus_force(); w.mainloop()"
    with running(env, sys.executable, "-c", tk):
        wait_for_window(env, "Plain", "--name")
        taken.wait_for(RawKind.FOCUS, title="Plain")
        type_slowly(env, "pin")
        wait_until(lambda: len(taken.typed()) == 3)
        assert taken.typed() == [(letter, None) for letter in "pin"]


GRAB = """
import sys, time, xcffib, xcffib.xproto
x = xcffib.connect()
root = x.setup.roots[0]
window = x.generate_id()
x.core.CreateWindow(0, window, root.root, 0, 0, 50, 50, 0, 1, root.root_visual, xcffib.xproto.CW.OverrideRedirect, [1])
x.core.MapWindow(window)
while x.core.GrabKeyboard(False, window, 0, 1, 1).reply().status:
    time.sleep(0.01)
print("grabbed", flush=True)
sys.stdin.read()
"""


@needs_mousepad
def test_keys_that_a_lock_screen_takes_are_not_the_editors(env: dict[str, str], taken: Recording) -> None:
    with running(env, "mousepad"):
        wait_for_window(env, "mousepad")
        taken.wait_for(RawKind.ELEMENT, role=Role.TEXTBOX)
        with subprocess.Popen(
            [sys.executable, "-c", GRAB], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as lock:
            assert lock.stdout is not None
            assert lock.stdin is not None
            assert lock.stdout.readline() == b"grabbed\n"
            time.sleep(0.1)
            type_slowly(env, "secret")
            wait_until(lambda: len(taken.typed()) == 6)
            assert all(secret is None for letter, secret in taken.typed())
            lock.stdin.close()
        typed_harmlessly(env, taken, "ok")


@needs_mousepad
def test_dialogs_that_close_at_once_do_not_end_the_recording(env: dict[str, str], taken: Recording) -> None:
    for _ in range(3):
        with running(env, "mousepad") as mousepad:
            wait_for_window(env, "mousepad")
            xdotool(env, "key", "ctrl+o")
            wait_until(lambda: "Open" in front_title(env))
            mousepad.kill()
    xdotool(env, "key", "F5")
    taken.wait_for(RawKind.KEY_DOWN, key="f5")
    assert taken.error is None


def test_a_window_whose_type_is_no_list_of_types_is_no_dialog(env: dict[str, str]) -> None:
    client = xcffib.connect(env["DISPLAY"])
    window, root = client.generate_id(), client.setup.roots[0]
    client.core.CreateWindow(0, window, root.root, 0, 0, 9, 9, 0, 1, root.root_visual, 0, [])
    name = "_NET_WM_WINDOW_TYPE"
    atom = client.core.InternAtom(False, len(name), name).reply().atom
    client.core.ChangeProperty(0, window, atom, xproto.Atom.ATOM, 8, 3, b"odd", is_checked=True).check()
    display = Display(env["DISPLAY"])
    assert display.is_dialog(window) is False
    display.close()
    client.disconnect()


def test_a_changed_keyboard_mapping_is_read_anew(env: dict[str, str], taken: Recording) -> None:
    subprocess.run(["xdotool", "key", "q"], env=env, check=True)
    taken.wait_for(RawKind.KEY_DOWN, text="q")
    # Keycode 24 is the key of "q" on the layout that Xvfb starts with.
    remap = (
        "import xcffib, xcffib.xproto; x = xcffib.connect(); "
        "x.core.ChangeKeyboardMapping(1, 24, 2, [0x1000416, 0x1000416], is_checked=True).check()"
    )
    subprocess.run([sys.executable, "-c", remap], env=env, check=True)
    xdotool(env, "key", "24")
    assert taken.wait_for(RawKind.KEY_DOWN, text="Ж").key == "char"


def test_a_server_that_goes_away_ends_with_a_clear_error() -> None:
    with xsession() as session, recording(session) as taken:
        xdotool(session, "key", "F7")
        taken.wait_for(RawKind.KEY_DOWN, key="f7")
        subprocess.run(["kill", "-9", session["XSERVER_PID"]], check=True)
        error = wait_until(lambda: taken.error)
        assert isinstance(error, DisplayLost)
        assert "DISPLAY" in str(error)


def test_no_display_is_the_same_clear_error() -> None:
    with pytest.raises(DisplayLost, match="DISPLAY"):
        next(iter(desktop.events(0, env={"DISPLAY": ":65000"})))


def _click(env: dict[str, str], box: tuple[int, int, int, int]) -> None:
    # A pointer that jumps makes no raw motion, so the last steps are taken one by one.
    xdotool(env, "mousemove", str(box[0] + 3), str(box[1] + 3))
    for _ in range(2):
        xdotool(env, "mousemove_relative", "1", "1")
    time.sleep(0.1)
    xdotool(env, "click", "1")
