"""What happens to displays over a day: devices come and go, keys are held, clients send events, people type fast."""

import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from e2e.test_capture_desktop import GTK_FORM, needs_gtk, needs_mousepad, patiently
from e2e.xsession import MISSING, Recording, recording, running, wait_for_window, wait_until, xdotool, xsession
from glasswork.schema.raw import RawKind
from glasswork.schema.words import Role

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}")


@pytest.fixture(scope="module")
def env() -> Iterator[dict[str, str]]:
    with xsession() as session:
        yield session


@pytest.fixture
def taken(env: dict[str, str]) -> Iterator[Recording]:
    with recording(env) as running_recording:
        yield running_recording


@needs_gtk
@pytest.mark.parametrize("delay", ["80", "40"], ids=["40 ms a key", "20 ms a key"])
def test_fast_typing_into_a_text_field_is_not_suppressed(env: dict[str, str], taken: Recording, delay: str) -> None:
    """xdotool waits half of its delay after each press and half after each release, and once in all."""
    text = "the quick brown fox jumps over the lazy dog"
    with running(env, sys.executable, "-c", GTK_FORM):
        wait_for_window(env, "Sign in", "--name")
        taken.wait_for(RawKind.ELEMENT, label="Name")

        def attempt() -> bool:
            taken.clear()
            xdotool(env, "type", "--delay", delay, text)
            wait_until(lambda: len(taken.typed()) == len(text))
            return [secret for _, secret in taken.typed()] == [False] * len(text)

        patiently(attempt)


HOTPLUG = """
import io, struct, sys, xcffib, xcffib.xproto, xcffib.xinput
x = xcffib.connect()
devices = x(xcffib.xinput.key)
devices.XIQueryVersion(2, 2).reply()
def change(what):  # XIChangeHierarchy, of which xcffib cannot write the changes
    devices.send_request(43, io.BytesIO(struct.pack("=xx2xB3x", 1) + what), is_checked=True)
    return x.core.GetInputFocus().reply()
if sys.argv[1] == "plug":
    change(struct.pack("=HHHBB8s", 1, 4, 6, 1, 1, b"Second"))
else:
    found = devices.XIQueryDevice(0).reply().infos
    (pointer,) = [one.deviceid for one in found if one.name.to_string() == "Second pointer"]
    change(struct.pack("=HHHBBHH", 2, 3, pointer, 2, 0, 0, 0))
print(len(devices.XIQueryDevice(0).reply().infos))
"""


def test_a_device_that_comes_and_goes_does_not_end_the_recording(env: dict[str, str], taken: Recording) -> None:
    def devices(change: str) -> int:
        command = [sys.executable, "-c", HOTPLUG, change]
        return int(subprocess.run(command, env=env, check=True, capture_output=True).stdout)

    plugged = devices("plug")
    xdotool(env, "key", "F2")
    taken.wait_for(RawKind.KEY_DOWN, key="f2")
    assert devices("unplug") < plugged
    xdotool(env, "key", "F3")
    taken.wait_for(RawKind.KEY_DOWN, key="f3")
    assert taken.error is None


def test_a_key_that_is_held_counts_once(env: dict[str, str], taken: Recording) -> None:
    xdotool(env, "keydown", "a")
    time.sleep(1.5)  # the server's delay before it repeats is 660 ms
    xdotool(env, "keyup", "a")
    taken.wait_for(RawKind.KEY_UP, text="a")
    assert len(taken.of(RawKind.KEY_DOWN)) == 1


SEND = """
import xcffib, xcffib.xproto as xp
x = xcffib.connect()
root = x.setup.roots[0].root
front = x.core.GetInputFocus().reply().focus
for window in (root, front):
    for event in (
        xp.KeyPressEvent.synthetic(38, 0, root, window, 0, 1, 1, 1, 1, 0, True),
        xp.FocusOutEvent.synthetic(3, window, 1),
        xp.PropertyNotifyEvent.synthetic(window, xp.Atom.WM_NAME, 0, 0),
    ):
        x.core.SendEventChecked(False, window, 0xFFFFFF, event.pack()).check()
"""


@needs_mousepad
def test_what_clients_send_to_each_other_is_not_input(env: dict[str, str], taken: Recording) -> None:
    with running(env, "mousepad"):
        wait_for_window(env, "mousepad")
        taken.wait_for(RawKind.ELEMENT, role=Role.TEXTBOX)
        subprocess.run([sys.executable, "-c", SEND], env=env, check=True)
        xdotool(env, "key", "F4")
        taken.wait_for(RawKind.KEY_UP, key="f4")
        assert {event.key for event in taken.of(RawKind.KEY_DOWN)} == {"f4"}
        assert taken.wait_for(RawKind.KEY_DOWN, key="f4").secret is False  # nor did anything take the keyboard


@needs_mousepad
def test_the_same_tree_is_told_once(env: dict[str, str], taken: Recording) -> None:
    with running(env, "mousepad"):
        wait_for_window(env, "mousepad")
        box = taken.wait_for(RawKind.TREE).window_box
        assert box is not None
        for _ in range(3):
            xdotool(env, "mousemove", str(box[0] + 200), str(box[1] + 200), "click", "1")
            time.sleep(0.7)  # longer than a tree takes
        assert len(taken.of(RawKind.PRESS)) == 3
        shapes = [[(n.role, n.depth, n.box, n.label, n.value) for n in tree.nodes] for tree in taken.of(RawKind.TREE)]
        assert all(one != other for one, other in pairwise(shapes))
