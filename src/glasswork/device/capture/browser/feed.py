"""What one browser's extension tells, as RawEvents. It remembers which element was told of last, and nothing else."""

from collections.abc import Callable, Iterator
from typing import Final

from glasswork.device.capture.browser import words
from glasswork.device.capture.browser.words import Box, Described, Fronted, Page, Told
from glasswork.schema.raw import Modifier, RawEvent, RawKind, RawNode
from glasswork.schema.words import KEYS, Reason, Role

UNLISTED: Final = "-"
"""The site of a page that is not recorded. No policy can list it: no host is called so."""

_DIALOG_WINDOWS: Final = 1 << 40
"""Dialogs of pages are numbered from here on, past all windows of a display."""


class Feed:
    """The messages of one browser, in order."""

    def __init__(self, typed_at: Callable[[str], bool]) -> None:
        """`typed_at` says of a host whether what is typed there may be recorded."""
        self._typed_at = typed_at
        self._element: Described | None = None
        self._front: int | None = None  # a hash of what was told last of what is in front
        self._site: str = ""
        self._dialog = 0
        self.open = False
        """Whether a recorded page is in front, as far as the browser has said."""

    def renew(self) -> None:
        """Tell everything anew: another window was in front, or nothing was recorded for a while."""
        self._element = self._front = None

    def focus(self, told: Fronted, time: float, app: str, window: int) -> Iterator[RawEvent]:
        """The FOCUS of a page, unless it was the last thing told. A dialog of the page stays before it."""
        self.open = bool(told.site)
        if self._dialog and told.site == self._site:
            return
        self._dialog, self._site = 0, told.site
        front = hash((told.site, told.title, window))
        if front == self._front:
            return
        self.renew()
        self._front = front
        site = told.site or UNLISTED
        yield RawEvent(RawKind.FOCUS, time, app=app, window=window, site=site, title=told.title, role=Role.DOCUMENT)

    def gone(self) -> None:
        """The page in front was left; what comes in its place will be told."""
        self.open, self._dialog = False, 0
        self._element = None

    def batch(self, page: Page, time: float, since: float, app: str, window: int) -> Iterator[RawEvent]:
        """The events of a batch that was sent at `time`, in a window that is in front `since` (both in seconds)."""
        for told in page.events:
            at = max(time - page.ago(told), since)
            if told.el is not None and told.el != self._element:
                self._element = told.el
                yield _element(told.el, at, page.site)
            yield from self._event(told, at, page, app, window)

    def _event(self, told: Told, at: float, page: Page, app: str, window: int) -> Iterator[RawEvent]:
        match told:
            case words.Pressed():
                yield RawEvent(RawKind.PRESS, at, x=told.x, y=told.y, button=told.button, site=page.site)
            case words.Released():
                yield RawEvent(RawKind.RELEASE, at, x=told.x, y=told.y, button=told.button, site=page.site)
            case words.Scrolled():
                yield RawEvent(RawKind.SCROLL, at, x=told.x, y=told.y, dx=told.dx, dy=told.dy, site=page.site)
            case words.Typed():
                yield self._key(told, at, page)
            case words.Used():
                yield RawEvent(RawKind.KEY_DOWN, at, key="char", site=page.site, secret=True)
            case words.Chosen():
                yield RawEvent(RawKind.CHOOSE, at, text=told.text, site=page.site)
            case words.Submitted():
                yield RawEvent(RawKind.SUBMIT, at, site=page.site)
            case words.Copied():
                yield RawEvent(RawKind.COPY, at, app=app, site=page.site)
            case words.Dialog():
                yield from self._dialog_changed(told, at, page, app, window)
            case words.Showed():
                yield _tree(told, at, page.site, window)
            case words.Dropped():
                yield RawEvent(RawKind.LOST, at, count=told.count, reason=Reason.OVERFLOW)

    def _key(self, told: words.Typed, at: float, page: Page) -> RawEvent:
        # What is typed into a frame of another site needs that site's permission too.
        allowed = page.frame == page.site or self._typed_at(page.frame)
        secret = told.secret if allowed else None
        known = told.key in KEYS
        return RawEvent(
            RawKind.KEY_DOWN,
            at,
            key=told.key if known else "other",
            text=told.text if known and secret is False else "",
            modifiers=Modifier(told.held),
            site=page.site,
            secret=secret,
        )

    def _dialog_changed(self, told: words.Dialog, at: float, page: Page, app: str, window: int) -> Iterator[RawEvent]:
        self._dialog = told.number
        self.renew()
        if told.number:  # otherwise the browser says next what is in front
            number = _DIALOG_WINDOWS + told.number
            role = Role.ALERTDIALOG if told.role == Role.ALERTDIALOG else Role.DIALOG
            yield RawEvent(RawKind.FOCUS, at, app=app, window=number, site=page.site, role=role)


def _element(told: Described, at: float, site: str) -> RawEvent:
    return RawEvent(
        RawKind.ELEMENT,
        at,
        site=site,
        role=_role(told.role),
        label=told.label,
        field=f"{site} {told.field}",
        box=_pixels(told.box),
        window_box=_pixels(told.view),
        editable=told.editable,
        secret=told.secret,
    )


def _tree(told: words.Showed, at: float, site: str, window: int) -> RawEvent:
    nodes = tuple(
        RawNode(
            _role(role),
            depth,
            label=name,
            value=state,
            box=(int(x), int(y), int(width), int(height)),
            secret=secret,
            editable=editable,
        )
        for role, depth, name, state, x, y, width, height, secret, editable in told.nodes
    )
    return RawEvent(RawKind.TREE, at, site=site, window=window, window_box=_pixels(told.view), nodes=nodes)


def _role(name: str) -> Role:
    return _ROLES.get(name, Role.NONE)


_ROLES: Final = {str(role): role for role in Role}


def _pixels(box: Box | None) -> tuple[int, int, int, int] | None:
    return None if box is None else (int(box[0]), int(box[1]), int(box[2]), int(box[3]))
