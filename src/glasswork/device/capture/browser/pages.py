"""The pages of the browsers whose extension is connected: a source of their own, or a companion of the desktop's.

    with pages.listening(folder, policy.sites) as companion:
        for event in desktop.events(stop, pages=companion): ...     # X11: what both tell is told once
        for event in accessible.events(stop, pages=companion): ...  # Wayland: programs and pages
        for event in pages.events(stop, companion): ...             # nothing but pages

The socket is there as long as the recorder runs, so that a pause does not cut browsers off. Whether anything is
captured is another matter: only between `begin` and `end` does any page listen.
"""

import os
import select
import socket
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from glasswork.device.capture.browser import words
from glasswork.device.capture.browser.feed import Feed
from glasswork.device.capture.browser.frames import SOCKET, address
from glasswork.device.capture.browser.link import Link, accept, since
from glasswork.device.capture.browser.merge import Merge
from glasswork.device.capture.desktop_front import executable
from glasswork.device.errors import AgentRunning
from glasswork.policy.model import Site
from glasswork.redact import is_secret_label
from glasswork.redact.errors import RedactionFailed
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Reason, Role

STOP_S: Final = 0.3
"""How long `end` waits for a browser to say that no page listens any more, before it hangs up on it."""

SecretJudge = Callable[..., bool]


@contextmanager
def listening(
    folder: Path, sites: Callable[[], Sequence[Site]], is_secret: SecretJudge = is_secret_label
) -> Generator["Pages"]:
    """Listen for browsers in a device folder (`browser.sock`, mode 0600, this user only) until the block ends.

    `sites` gives those of the policy in force, whenever capture begins; `is_secret` judges what fields are called
    (`redact.is_secret_label`). Raises AgentRunning where a recorder listens already.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener, address(folder) as path:
        if _answers(path):
            raise AgentRunning
        (folder / SOCKET).unlink(missing_ok=True)
        mask = os.umask(0o177)
        try:
            listener.bind(path)
        finally:
            os.umask(mask)
        listener.listen()
        pages = Pages(listener, sites, is_secret)
        try:
            yield pages
        finally:
            pages.close()
            (folder / SOCKET).unlink(missing_ok=True)


class _Shown(NamedTuple):
    """A window in front on the display, since that time of the display's clock."""

    process: int
    window: int
    since: float


class _Browser:
    """A connected browser."""

    def __init__(self, link: Link, feed: Feed) -> None:
        self.link: Final = link
        self.feed: Final = feed
        self.app: Final = executable(link.browser)
        self.focused = False


class Pages:
    """The connected browsers. Made by `listening`; not for several threads at once."""

    def __init__(self, listener: socket.socket, sites: Callable[[], Sequence[Site]], is_secret: SecretJudge) -> None:
        self._listener = listener
        self._sites = sites
        self._hosts: list[str] = []
        self._typed: frozenset[str] = frozenset()
        self._is_secret = is_secret
        self._browsers: list[_Browser] = []
        self._merge = Merge()
        self._recording = False
        self._shown: tuple[_Shown, ...] = ()  # what is in front, and what was before; empty without a display

    # For the source that owns the loop

    def begin(self) -> None:
        """Capture begins: have the pages of listed sites listen."""
        sites = self._sites()
        self._hosts = [site.host for site in sites]
        self._typed = frozenset(site.host for site in sites if site.keys)
        self._recording = True
        for browser in self._browsers:
            self._start(browser)

    def end(self) -> None:
        """Capture ends: no page listens any more when this returns, and what was on its way is gone."""
        self._recording = False
        self._merge, self._shown = Merge(), ()
        for browser in self._browsers:
            browser.link.send(words.sites_message([]))
        waiting, deadline = list(self._browsers), time.monotonic() + STOP_S
        while waiting and (left := deadline - time.monotonic()) > 0:
            for link in select.select([browser.link for browser in waiting], (), (), left)[0]:
                said = link.receive()
                if link.ended or any(isinstance(one, words.Stopped) for one in said):
                    waiting = [browser for browser in waiting if browser.link is not link]
        for browser in waiting:
            browser.link.ended = True
        self._sweep()

    def close(self) -> None:
        """Hang up on every browser."""
        for browser in self._browsers:
            browser.link.close()
        self._browsers.clear()

    def filenos(self) -> list[int]:
        """Readable when there is something to `drain`."""
        return [self._listener.fileno(), *(browser.link.fileno() for browser in self._browsers)]

    def due(self) -> float | None:
        """When (time.monotonic()) events that wait for their order are to be asked for; None if none waits."""
        return self._merge.due()

    def covers(self, process: int) -> bool:
        """Whether a browser that tells of its own pages has this process, so that its input need not be seen."""
        return any(browser.link.browser == process for browser in self._browsers)

    def show(self, process: int, window: int, since: float) -> None:
        """The display has this window of this process in front, `since` on the display's clock."""
        self._shown = (_Shown(process, window, since), *self._shown[:1])
        for browser in self._browsers:
            if browser.link.browser == process and self._recording:
                browser.feed.renew()
                browser.link.send(words.front_message())

    def hide(self) -> None:
        """Nothing is known to be in front: the browsers' own word counts, and those that are in front say it again."""
        self._shown = ()
        for browser in self._browsers:
            if browser.focused and self._recording:
                browser.feed.renew()
                browser.link.send(words.front_message())

    def merged(self, display: Iterable[RawEvent], offset: float, now: float) -> Iterator[RawEvent]:
        """What the display tells and what pages tell, in order. `offset` is time.monotonic() minus the display's time.

        To be asked for whenever something is readable and when it is `due`; with an infinite `now`, nothing waits.
        """
        arrived = time.monotonic()
        yield from self._merge.display(display, arrived, bool(self._shown) and self.covers(self._shown[0].process))
        self._merge.page(self.drain(offset), arrived)
        yield from self._merge.release(now)

    def drain(self, offset: float = 0.0) -> list[RawEvent]:
        """What pages have told since, unordered beside other sources; `offset` as in `merged`.

        Where no display says what is in front (`show`), the browser's own word is taken for it.
        """
        out: list[RawEvent] = []
        for ready in select.select(self.filenos(), (), (), 0)[0]:
            if ready == self._listener.fileno():
                self._welcome()
            for browser in self._browsers:
                if browser.link.fileno() == ready:
                    for message in browser.link.receive():
                        out += self._hear(browser, message, time.monotonic() - offset)
        now = time.monotonic() - offset
        for browser in self._browsers:
            if browser.link.ended and browser.feed.open and self._place(browser, now):
                out.append(RawEvent(RawKind.LOST, now, count=1, reason=Reason.SOURCE))
        self._sweep()
        return out

    # Messages

    def _start(self, browser: _Browser) -> None:
        browser.feed.renew()
        browser.link.send(words.sites_message(self._hosts))

    def _welcome(self) -> None:
        if (link := accept(self._listener)) is None:
            return
        browser = _Browser(link, Feed(lambda host: bool({host, host.partition(":")[0]} & self._typed)))
        self._browsers.append(browser)
        if self._recording:
            self._start(browser)

    def _hear(self, browser: _Browser, message: words.Message, now: float) -> Iterator[RawEvent]:
        if not self._recording:
            return
        feed, app = browser.feed, browser.app
        match message:
            case words.Asked():
                browser.link.send(words.verdict_message(message, self._secret(message)))
            case words.Fronted():
                left = browser.focused and not message.focused
                browser.focused = message.focused
                if place := self._place(browser, now):
                    yield from feed.focus(message, max(now - since(message.sent), place.since), app, place.window)
                elif left and not self._shown:
                    feed.renew()
                    yield RawEvent(RawKind.FOCUS, now, role=Role.WINDOW)  # of whichever program it is now
            case words.Page():
                sent = now - since(message.sent)
                if message.events and (place := self._place(browser, sent - message.ago(message.events[0]))):
                    yield from feed.batch(message, sent, place.since, app, place.window)
            case words.Gone():
                feed.gone()
            case words.Stopped():
                pass

    def _place(self, browser: _Browser, at: float) -> _Shown | None:
        """Where in front the browser is, or was `at` a moment just before; None where it is not."""
        if not self._shown:
            return _Shown(0, 0, float("-inf")) if browser.focused else None
        current = self._shown[0]
        for shown in self._shown:
            if shown.process == browser.link.browser and (shown is current or at < current.since):
                return shown
        return None

    def _secret(self, asked: words.Asked) -> bool:
        try:
            return any(
                self._is_secret(name, field_type=asked.type, autocomplete=asked.autocomplete) for name in asked.names
            )
        except RedactionFailed:
            return True

    def _sweep(self) -> None:
        for browser in self._browsers:
            if browser.link.ended:
                browser.link.close()
        self._browsers = [browser for browser in self._browsers if not browser.link.ended]


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        return trial.connect_ex(path) == 0


def events(stop: int, pages: Pages) -> Iterator[RawEvent]:
    """What is done in the pages of connected browsers, until the file descriptor `stop` becomes readable.

    For where neither a display nor an accessibility bus tells. Which browser is in front is its own word; what else
    is, nobody says.
    """
    pages.begin()
    try:
        while stop not in select.select([stop, *pages.filenos()], (), ())[0]:
            yield from pages.drain()
    finally:
        pages.end()
