"""How the indicator looks: sizes in pixels, colours as RGB, and where its buttons are."""

from typing import Final, NamedTuple

from glasswork.device.indicator.lease import FORGET_MINUTES, Wish
from glasswork.device.states import State

WIDTH: Final = 620
HEIGHT: Final = 30
MARGIN: Final = 8
"""Distance from the upper right corner of the screen."""

FONTS: Final = ("-*-helvetica-bold-r-normal--14-*-*-*-*-*-iso8859-1", "9x15bold", "9x15", "fixed")
"""In this order of preference. Every X server has the last one."""

GONE: Final = "No answer from the recorder: nothing is recorded"
ENDED: Final = "The recorder has ended: nothing is recorded"


class Colours(NamedTuple):
    """The colours of a state: never its only sign, since each has its words and its shape as well."""

    background: int
    text: int


COLOURS: Final = {
    State.RECORDING: Colours(0xB3161B, 0xFFFFFF),
    State.PAUSED: Colours(0xFFC400, 0x1A1A1A),
    State.OFF: Colours(0x3C3C3C, 0xFFFFFF),
    State.STOPPED: Colours(0x3C3C3C, 0xFFFFFF),
    State.COVERED: Colours(0x3C3C3C, 0xFFFFFF),
    State.RESTING: Colours(0x0B4A8F, 0xFFFFFF),
    State.REFUSED: Colours(0x5B1A7F, 0xFFFFFF),
}
GREY: Final = Colours(0xC8C8C8, 0x1A1A1A)
"""While the recorder does not answer, or has ended."""

BUTTON: Final = Colours(0xF4F4F4, 0x1A1A1A)


class Button(NamedTuple):
    """A clickable part of the window: its left edge, its width, its label, and what a click on it asks for."""

    x: int
    width: int
    label: str
    wish: Wish


def buttons(state: State) -> tuple[Button, ...]:
    """The buttons of a state, from left to right."""
    go_on = state is State.PAUSED
    parts = (
        (72, "Resume" if go_on else "Pause", Wish.RESUME if go_on else Wish.PAUSE),
        (104, f"Forget {FORGET_MINUTES} min", Wish.FORGET),
        (68, "Review", Wish.REVIEW),
    )
    x = WIDTH - sum(width + 4 for width, _, _ in parts)
    made: list[Button] = []
    for width, label, wish in parts:
        made.append(Button(x, width, label, wish))
        x += width + 4
    return tuple(made)


def wish_at(state: State, x: int) -> Wish | None:
    """What a click at `x` pixels from the window's left edge asks for."""
    return next((one.wish for one in buttons(state) if one.x <= x < one.x + one.width), None)
