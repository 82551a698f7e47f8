"""Who is in front, and whether what is typed there is secret."""

import os
from typing import Final

from glasswork.device.capture import terminal
from glasswork.device.capture.atspi import Accessibility, Element
from glasswork.device.capture.atspi_bus import Ref
from glasswork.device.capture.desktop_hold import HOLD_S
from glasswork.device.capture.roles import MENU_ROLES
from glasswork.device.capture.x11 import Display
from glasswork.device.capture.x11_stream import Input
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Button, Role

_TERMINAL: Final = 60  # AT-SPI's role number
_BUTTONS: Final = {1: Button.LEFT, 2: Button.MIDDLE, 3: Button.RIGHT, 8: Button.BACK, 9: Button.FORWARD}
_NOTCH: Final = {4: (0, -1), 5: (0, 1), 6: (-1, 0), 7: (1, 0)}


class Front:
    """The window in front and the element in it that has the keyboard.

    `since` is when the window came to the front on the server's clock, `settled` (time.monotonic()) when to stop
    waiting for its element. `keyboard` is False while another client has taken the keyboard, as a lock screen does.
    """

    def __init__(self, display: Display, window: int, since: float, now: float) -> None:
        self.window: Final = window
        self.since: Final = since
        self.settled: Final = now + HOLD_S
        self.process: Final = display.process(window) if window else 0
        self.app: Final = executable(self.process)
        self.box = display.box(window) if window else None
        self.title_hash = 0  # of the title that was told last; the title itself is not kept
        self.role: Final = Role.DIALOG if window and display.is_dialog(window) else Role.WINDOW
        self.keyboard = True
        self.element: Element | None = None
        if self.app in terminal.TERMINALS:
            self.element = Element(
                Ref("terminal", str(window)),
                self.process,
                _TERMINAL,
                Role.TERMINAL,
                "",
                editable=True,
                secret=terminal.is_secret(self.process),
                box=self.box,
                site="",
            )

    @property
    def is_terminal(self) -> bool:
        """Whether the window is a terminal, which its pseudo-terminal knows more about than accessibility."""
        return self.app in terminal.TERMINALS

    def probe(self) -> None:
        """Ask a terminal's pseudo-terminal anew; elsewhere nothing."""
        if self.is_terminal and self.element is not None:
            self.element = self.element._replace(secret=terminal.is_secret(self.process))

    def forget(self) -> None:
        """Accessibility has ended: what it said of the focus holds no longer."""
        if not self.is_terminal:
            self.element = None

    def secret(self) -> bool | None:
        """Whether what is typed now is secret: True, False or None (not known)."""
        if self.element is None or not self.app:
            return None
        # An open menu takes the keyboard for itself, and then its item is the element.
        if not self.keyboard and self.element.role not in MENU_ROLES:
            return None
        return self.element.secret

    def settling(self, now: float) -> bool:
        """Whether the element is not known yet but may soon be."""
        return self.element is None and bool(self.app) and now < self.settled

    def confirms(self, accessibility: Accessibility | None) -> bool:
        """Whether the program itself says, now, that its focus is where we believe it and harmless."""
        self.probe()
        if self.secret() is not False or self.element is None:
            return False
        if self.is_terminal:
            return True
        return accessibility is not None and accessibility.still_focused(self.element)

    def focus_event(self, time: float, title: str) -> RawEvent:
        """The FOCUS event that tells of this window and its title."""
        self.title_hash = hash(title)
        return RawEvent(
            RawKind.FOCUS,
            time,
            app=self.app,
            title=title,
            role=self.role,
            window=self.window,
            window_box=self.box,
        )

    def element_event(self, element: Element, time: float) -> RawEvent:
        """The ELEMENT event for an element of this window."""
        return element.event(time, self.app, self.window)

    def button_event(self, one: Input, x: int, y: int) -> RawEvent:
        """A mouse button went down or up over this window, at a pixel of the screen."""
        return RawEvent(
            RawKind.PRESS if one.down else RawKind.RELEASE,
            one.time,
            x=x,
            y=y,
            button=_BUTTONS.get(one.code, Button.NONE),
            app=self.app,
            window=self.window,
        )

    def scroll_event(self, one: Input, x: int, y: int) -> RawEvent:
        """The wheel was turned by `one.merged` notches, at a pixel of the screen."""
        dx, dy = _NOTCH[one.code]
        return RawEvent(
            RawKind.SCROLL,
            one.time,
            x=x,
            y=y,
            dx=dx * one.merged,
            dy=dy * one.merged,
            count=one.merged,
            app=self.app,
            window=self.window,
        )


def executable(process: int) -> str:
    """The name of the file that a process runs; "" if the system does not say, which counts as not listed."""
    if not process:
        return ""
    try:
        return os.path.basename(os.readlink(f"/proc/{process}/exe")).removesuffix(" (deleted)")  # noqa: PTH115, PTH119
    except OSError:
        return ""
