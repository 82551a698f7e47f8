"""Somebody covers the indicator, pushes it away, or puts up a window that looks like it.

STRIDE: spoofing, tampering. LINDDUN: unawareness. Control: what shows of the indicator's window is asked of the X
server by the indicator and, at every acknowledgement, by the recorder (`device.indicator.seen`); less than half of it,
or anything done to it, counts as off; and it comes back by itself. The attacker here is another client of the same X
server, which X lets do whatever it likes with other clients' windows.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xcffib
from xcffib import composite, shape, xproto

from e2e.test_controls import click, count, now, shown, stop, until_recording, until_shown
from e2e.xsession import MISSING, running, wait_for_window, wait_until, xdotool, xsession
from glasswork.device.indicator import Lease, Wish
from glasswork.device.indicator.look import COLOURS, HEIGHT, MARGIN, WIDTH, buttons
from glasswork.device.indicator.seen import watch
from glasswork.device.states import State, said
from glasswork.schema.words import ActionKind
from unit.test_agent_desktop import recorder, status

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}")

LEFT = 1280 - WIDTH - MARGIN
PLACE = (LEFT, MARGIN, WIDTH, HEIGHT)


@pytest.fixture(scope="module")
def env() -> Iterator[dict[str, str]]:
    with xsession() as session:
        yield session


@pytest.fixture
def lease(env: dict[str, str]) -> Iterator[Lease]:
    started = Lease.start(env)
    started.show(State.RECORDING, said(State.RECORDING, "editor"))
    wait_until(lambda: started.update() or started.holds())
    yield started
    started.close()


class Attacker:
    """Another client of the X server. Everything it has made goes with it."""

    def __init__(self, env: dict[str, str]) -> None:
        self.x = xcffib.connect(display=env["DISPLAY"])
        self.core, self.screen = self.x.core, self.x.setup.roots[0]
        self.root = self.screen.root
        children = self.core.QueryTree(self.root).reply().children
        at = {one: self.core.GetGeometry(one).reply() for one in children}
        self.indicator: int = next(one for one, g in at.items() if (g.x, g.y, g.width, g.height) == PLACE)
        self.covers: dict[tuple[int, ...], int] = {}

    def compositor(self) -> None:
        """Have the server draw every window apart, as a compositor has it: then it calls none of them covered."""
        extension = self.x(composite.key)
        extension.QueryVersion(0, 4).reply()
        extension.RedirectSubwindows(self.root, composite.Redirect.Automatic)
        self.sync()

    def cover(self, *box: int, parent: int = 0, colour: int = COLOURS[State.PAUSED].background) -> None:
        """A window over a part of the screen, on top of all others."""
        if box not in self.covers:
            window = self.covers[box] = self.x.generate_id()
            mask, values = xproto.CW.BackPixel | xproto.CW.OverrideRedirect, [colour, 1]
            self.core.CreateWindow(
                self.screen.root_depth, window, parent or self.root, *box, 0, 1, self.screen.root_visual, mask, values
            )
        self.core.MapWindow(self.covers[box])
        self.configure(self.covers[box], xproto.ConfigWindow.StackMode, xproto.StackMode.Above)

    def configure(self, window: int, mask: int, *values: int) -> None:
        self.core.ConfigureWindow(window, mask, list(values))

    def send(self, event: Any, mask: int) -> None:
        """An event that the server did not make."""
        self.core.SendEvent(False, self.indicator, mask, event.pack())
        self.sync()

    def sync(self) -> None:
        self.core.GetInputFocus().reply()


@pytest.fixture
def attacker(env: dict[str, str], lease: Lease) -> Iterator[Attacker]:
    made = Attacker(env)
    yield made
    made.x.disconnect()


def cover_all(it: Attacker) -> None:
    it.cover(*PLACE)


def cover_all_but_an_edge(it: Attacker) -> None:
    it.cover(LEFT + 1, MARGIN, WIDTH - 1, HEIGHT)


def cover_by_two_halves(it: Attacker) -> None:
    it.cover(LEFT - 50, 0, WIDTH // 2 + 50, 90)
    it.cover(LEFT + WIDTH // 2, 0, WIDTH, 90)


def cover_and_claim_that_it_shows(it: Attacker) -> None:
    it.cover(*PLACE)
    it.send(xproto.VisibilityNotifyEvent.synthetic(it.indicator, 0), xproto.EventMask.VisibilityChange)


def cover_from_within(it: Attacker) -> None:
    it.cover(0, 0, WIDTH, HEIGHT, parent=it.indicator)


def move_off_the_screen(it: Attacker) -> None:
    it.configure(it.indicator, xproto.ConfigWindow.X, -5000)


def shrink_to_a_pixel(it: Attacker) -> None:
    it.configure(it.indicator, xproto.ConfigWindow.Width | xproto.ConfigWindow.Height, 1, 1)


def cut_to_nothing(it: Attacker) -> None:
    it.x(shape.key).Rectangles(shape.SO.Set, shape.SK.Bounding, 0, it.indicator, 0, 0, 0, [])


def unmap(it: Attacker) -> None:
    it.core.UnmapWindow(it.indicator)


WAYS = (
    cover_all,
    cover_all_but_an_edge,
    cover_by_two_halves,
    cover_and_claim_that_it_shows,
    cover_from_within,
    move_off_the_screen,
    shrink_to_a_pixel,
    cut_to_nothing,
    unmap,
)


@pytest.mark.parametrize("composited", [False, True], ids=["plain", "composited"])
@pytest.mark.parametrize("attack", WAYS, ids=lambda way: way.__name__)
def test_however_it_is_hidden_capture_ends_and_it_comes_back(
    lease: Lease, attacker: Attacker, attack: Callable[[Attacker], None], composited: bool
) -> None:
    if composited:
        attacker.compositor()
        wait_until(lambda: lease.update() or lease.holds())

    def noticed() -> bool:
        attack(attacker)
        attacker.sync()
        lease.update()
        return not lease.holds()

    wait_until(noticed)
    assert lease.open
    wait_until(lambda: lease.update() or lease.holds())  # the attacker's windows are still there
    assert lease.box == PLACE


def test_the_recorder_does_not_take_the_indicators_word_for_it(
    env: dict[str, str], lease: Lease, attacker: Attacker
) -> None:
    look = watch(lease.pid, env["DISPLAY"])
    assert look(attacker.indicator) == PLACE
    for way in (cover_all, move_off_the_screen, shrink_to_a_pixel, cover_from_within):
        way(attacker)
        attacker.sync()
        assert look(attacker.indicator) is None, way.__name__
        wait_until(lambda: look(attacker.indicator) == PLACE)


def test_clicks_that_a_program_makes_up_resume_nothing(env: dict[str, str], lease: Lease, attacker: Attacker) -> None:
    lease.show(State.PAUSED, said(State.PAUSED))
    wait_until(lambda: lease.update() or lease.late_s() == 0)
    button = next(one for one in buttons(State.PAUSED) if one.wish is Wish.RESUME)
    press = xproto.ButtonPressEvent.synthetic(
        1, 0, attacker.root, attacker.indicator, 0, LEFT + button.x + 5, MARGIN + 10, button.x + 5, 10, 0, 1
    )
    attacker.send(press, xproto.EventMask.ButtonPress)
    click(env, State.PAUSED, Wish.REVIEW)  # by hand, after it
    assert wait_until(lease.update) == [Wish.REVIEW]


def test_what_is_painted_over_it_is_gone_with_the_next_thing_shown(
    env: dict[str, str], lease: Lease, attacker: Attacker
) -> None:
    """Until then it stays: no pixel is read, also not its own (docs/threat-model.md, Limits)."""
    gc = attacker.x.generate_id()
    paused = COLOURS[State.PAUSED].background
    attacker.core.CreateGC(gc, attacker.indicator, xproto.GC.Foreground, [paused])
    whole = xproto.RECTANGLE.synthetic(0, 0, WIDTH, HEIGHT)
    attacker.core.PolyFillRectangle(attacker.indicator, gc, 1, [whole])
    attacker.sync()
    assert shown(env) == paused
    lease.show(State.RECORDING, said(State.RECORDING, "editor"))
    until_shown(env, State.RECORDING)


LOOK_ALIKE = """
import sys, xcffib, xcffib.xproto as xp
x = xcffib.connect()
screen, window, gc, font = x.setup.roots[0], x.generate_id(), x.generate_id(), x.generate_id()
left, top, colour, text = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4].encode()
mask, values = xp.CW.BackPixel | xp.CW.OverrideRedirect | xp.CW.EventMask, [colour, 1, xp.EventMask.Exposure]
place = (left, top, WIDTH, HEIGHT)
x.core.CreateWindow(screen.root_depth, window, screen.root, *place, 0, 1, screen.root_visual, mask, values)
x.core.ChangeProperty(xp.PropMode.Replace, window, xp.Atom.WM_NAME, xp.Atom.STRING, 8, len(text), text)
x.core.OpenFont(font, 5, "fixed")
x.core.CreateGC(gc, window, xp.GC.Foreground | xp.GC.Background | xp.GC.Font, [0xFFFFFF, colour, font])
x.core.MapWindow(window)
x.core.ConfigureWindow(window, xp.ConfigWindow.StackMode, [xp.StackMode.Above])
x.flush()
while True:
    if isinstance(x.wait_for_event(), xp.ExposeEvent):
        x.core.ImageText8(len(text), window, gc, 28, 20, text.decode())
        x.flush()
""".replace("WIDTH", str(WIDTH)).replace("HEIGHT", str(HEIGHT))


def look_alike(env: dict[str, str], left: int, top: int, state: State, what: str = "") -> Any:
    colour = str(COLOURS[state].background)
    return running(env, sys.executable, "-c", LOOK_ALIKE, str(left), str(top), colour, said(state, what))


@pytest.mark.slow
def test_a_look_alike_neither_hides_the_real_one_nor_speaks_for_it(tmp_path: Path) -> None:
    with xsession() as env, running(env, "mousepad"), recorder(env, tmp_path) as process:
        wait_for_window(env, "mousepad")
        until_recording(tmp_path)
        wait_until(lambda: now(tmp_path)["field"] == "ordinary")
        with look_alike(env, LEFT, MARGIN, State.PAUSED):  # over it, saying that nothing is recorded
            wait_until(lambda: status(tmp_path)["state"] == "covered")  # which is so until the real one is back
            until_recording(tmp_path)
            until_shown(env, State.RECORDING)
        with look_alike(env, LEFT, 400, State.PAUSED):  # beside it: the real one still says what is so
            xdotool(env, "mousemove", str(LEFT + 400), "410", "click", "1")
            assert status(tmp_path)["state"] == "recording"
            until_shown(env, State.RECORDING)
        xdotool(env, "key", "ctrl+alt+shift+p")
        until_shown(env, State.PAUSED)
        with look_alike(env, LEFT, 400, State.RECORDING, "editor"):  # saying that it records makes nobody record
            xdotool(env, "type", "--delay", "20", "typed in the pause")
            assert status(tmp_path)["state"] == "paused"
            until_shown(env, State.PAUSED)
        stop(process)
    assert count(tmp_path, ActionKind.TYPE_TEXT) == 0
