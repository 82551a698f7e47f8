"""The window: placed at the upper right of the primary monitor, drawn with the core protocol alone."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
# xcffib is generated code without types.

import xcffib
from xcffib import randr, shape, xproto

from glasswork.device.indicator.look import BUTTON, COLOURS, FONTS, GREY, HEIGHT, MARGIN, WIDTH, Colours, buttons
from glasswork.device.states import State

_SYMBOL = 12  # pixels


class Window:
    """The indicator's window. `box` is where it is: x, y, width and height in pixels of the screen."""

    def __init__(self, x: xcffib.Connection) -> None:
        self._x, self._core = x, x.core
        screen = x.setup.roots[x.pref_screen]
        self._root: int = screen.root
        self._screen = (screen.width_in_pixels, screen.height_in_pixels)
        self._randr = x(randr.key)
        self.id: int = x.generate_id()
        self._gc: int = x.generate_id()
        self._state, self._text, self._colours, self._buttons = State.OFF, "", COLOURS[State.OFF], False
        self.box = self._place()
        events = (
            xproto.EventMask.Exposure
            | xproto.EventMask.ButtonPress
            | xproto.EventMask.VisibilityChange
            | xproto.EventMask.StructureNotify
            | xproto.EventMask.SubstructureNotify
        )
        self._core.CreateWindow(
            screen.root_depth,
            self.id,
            screen.root,
            *self.box,
            0,
            xproto.WindowClass.InputOutput,
            screen.root_visual,
            xproto.CW.BackPixel | xproto.CW.OverrideRedirect | xproto.CW.EventMask,
            [self._colours.background, 1, events],
        )
        font = self._font()
        metrics = self._core.QueryFont(font).reply()
        self._baseline = (HEIGHT + metrics.font_ascent - metrics.font_descent) // 2
        widths = [one.character_width for one in metrics.char_infos]  # empty for a font with one width
        self._widths = dict(enumerate(widths, metrics.min_char_or_byte2))
        self._usual_width: int = metrics.max_bounds.character_width
        self._core.CreateGC(self._gc, self.id, xproto.GC.Font, [font])
        self._randr.QueryVersion(1, 5).reply()
        self._randr.SelectInput(self._root, randr.NotifyMask.ScreenChange)
        with_shapes = x.core.QueryExtension(len(shape.key.name), shape.key.name).reply().present
        self._shape = x(shape.key) if with_shapes else None
        if self._shape is not None:
            self._shape.SelectInput(self.id, True)
        self._core.MapWindow(self.id)
        x.flush()

    def restore(self) -> None:
        """Come back to its place, size and form on top of all, whatever another program has done to it."""
        self._core.DestroySubwindows(self.id)  # it has none of its own
        if self._shape is not None:
            for kind in (shape.SK.Bounding, shape.SK.Clip):
                self._shape.Mask(shape.SO.Set, kind, self.id, 0, 0, xproto.Pixmap._None)  # pyright: ignore[reportPrivateUsage]
        self._core.MapWindow(self.id)
        where = xproto.ConfigWindow.X | xproto.ConfigWindow.Y | xproto.ConfigWindow.Width | xproto.ConfigWindow.Height
        values = [*self.box, xproto.StackMode.Above]
        self._core.ConfigureWindow(self.id, where | xproto.ConfigWindow.StackMode, values)
        self._x.flush()

    def place(self, width: int, height: int) -> None:
        """The screen has another size: go where the indicator belongs on it."""
        self._screen = width, height
        self.box = self._place()
        self._core.ConfigureWindow(self.id, xproto.ConfigWindow.X | xproto.ConfigWindow.Y, list(self.box[:2]))
        self._x.flush()

    def show(self, state: State, text: str) -> None:
        """Draw a state; back when the X server has done it."""
        self._draw_all(state, text, COLOURS[state], True)

    def show_grey(self, text: str) -> None:
        """Draw that nothing is known of the recorder; back when the X server has done it."""
        self._draw_all(self._state, text, GREY, False)

    def _draw_all(self, state: State, text: str, colours: Colours, with_buttons: bool) -> None:
        self._state, self._text, self._colours, self._buttons = state, text, colours, with_buttons
        words = text.encode("latin-1", "replace")
        for name in (xproto.Atom.WM_NAME, xproto.Atom.WM_ICON_NAME):  # for who reads windows aloud
            self._core.ChangeProperty(xproto.PropMode.Replace, self.id, name, xproto.Atom.STRING, 8, len(words), words)
        self.draw()
        self._core.GetInputFocus().reply()

    def draw(self) -> None:
        """Draw what was shown last."""
        core, colours = self._core, self._colours
        core.ChangeWindowAttributes(self.id, xproto.CW.BackPixel, [colours.background])
        core.ClearArea(False, self.id, 0, 0, 0, 0)
        self._draw_symbol()
        left = MARGIN + _SYMBOL + MARGIN
        parts = buttons(self._state) if self._buttons else ()
        room = (parts[0].x if parts else WIDTH) - left - MARGIN
        self._write(self._fitting(self._text, room), left, colours)
        for one in parts:
            self._fill(one.x, 4, one.width, HEIGHT - 8, BUTTON.background)
            self._write(one.label, one.x + (one.width - self._width(one.label)) // 2, BUTTON)
        self._x.flush()

    def _draw_symbol(self) -> None:
        left, top, ink = MARGIN, (HEIGHT - _SYMBOL) // 2, self._colours.text
        if self._colours is GREY or self._state in (State.OFF, State.STOPPED, State.COVERED):
            self._fill(left, top, _SYMBOL, _SYMBOL, ink)  # a square
            self._fill(left + 2, top + 2, _SYMBOL - 4, _SYMBOL - 4, self._colours.background)
        elif self._state is State.RECORDING:
            self._core.ChangeGC(self._gc, xproto.GC.Foreground, [ink])
            circle = xproto.ARC.synthetic(left, top, _SYMBOL, _SYMBOL, 0, 360 * 64)
            self._core.PolyFillArc(self.id, self._gc, 1, [circle])
        elif self._state is State.REFUSED:
            self._fill(left, top + _SYMBOL // 2 - 2, _SYMBOL, 4, ink)  # no entry
        else:
            self._fill(left, top, 4, _SYMBOL, ink)  # two bars
            self._fill(left + _SYMBOL - 4, top, 4, _SYMBOL, ink)

    def _fill(self, x: int, y: int, width: int, height: int, colour: int) -> None:
        self._core.ChangeGC(self._gc, xproto.GC.Foreground, [colour])
        self._core.PolyFillRectangle(self.id, self._gc, 1, [xproto.RECTANGLE.synthetic(x, y, width, height)])

    def _write(self, text: str, x: int, colours: Colours) -> None:
        self._core.ChangeGC(self._gc, xproto.GC.Foreground | xproto.GC.Background, [colours.text, colours.background])
        self._core.ImageText8(len(text), self.id, self._gc, x, self._baseline, text)

    def _fitting(self, text: str, room: int) -> str:
        text = "".join(letter if " " <= letter <= "~" else "?" for letter in text)
        if self._width(text) <= room:
            return text
        while text and self._width(text + "...") > room:
            text = text[:-1]
        return text.rstrip() + "..."

    def _width(self, text: str) -> int:
        return sum(self._widths.get(ord(letter), self._usual_width) for letter in text)

    def _font(self) -> int:
        for name in FONTS:
            font: int = self._x.generate_id()
            try:
                self._core.OpenFont(font, len(name), name, is_checked=True).check()
            except xcffib.Error:
                continue
            return font
        raise xcffib.XcffibException("The X server has no font at all.")

    def _place(self) -> tuple[int, int, int, int]:
        right, top = self._screen[0], 0
        try:
            monitors = self._randr.GetMonitors(self._root, True).reply().monitors
        except (xcffib.XcffibException, xcffib.Error):  # RandR before 1.5 knows no monitors
            monitors = []
        if monitors:
            chosen = next((one for one in monitors if one.primary), monitors[0])
            right, top = chosen.x + chosen.width, chosen.y
        return max(0, right - WIDTH - MARGIN), top + MARGIN, WIDTH, HEIGHT
