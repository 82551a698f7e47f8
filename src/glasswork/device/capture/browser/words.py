"""What the extension and the recorder say to each other. `extension/` has the other half of each message.

Everything is checked here: roles, keys and numbers that we do not know make a message senseless, and whoever sent it
is hung up on. None of it is ever printed: most fields are content.
"""

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from glasswork.schema.words import Button

Text = Annotated[str, Meta(max_length=4_000)]
Pixel = Annotated[float, Meta(ge=-1e6, le=1e6)]
Milliseconds = Annotated[float, Meta(ge=0)]
Box = tuple[Pixel, Pixel, Pixel, Pixel]
Node = tuple[str, Annotated[int, Meta(ge=0)], Text, str, Pixel, Pixel, Pixel, Pixel, bool, bool]
"""Role, depth, name, state, x, y, width, height, secret, editable."""


class Described(Struct, frozen=True):
    """An element as the page describes it. `box` and `view` are in pixels of the page; `field` names it on its site."""

    role: str
    label: Text
    field: Text
    box: Box | None
    view: Box | None
    editable: bool
    secret: bool | None


class _Told(Struct, frozen=True, tag_field="k", kw_only=True):
    """Something that was done in a page, `at` by the page's clock, at an element if one is said."""

    at: Milliseconds
    el: Described | None = None


class Pressed(_Told, frozen=True, tag="press"):
    x: Pixel
    y: Pixel
    button: Button


class Released(_Told, frozen=True, tag="release"):
    x: Pixel
    y: Pixel
    button: Button


class Scrolled(_Told, frozen=True, tag="scroll"):
    x: Pixel
    y: Pixel
    dx: Pixel
    dy: Pixel


class Typed(_Told, frozen=True, tag="key"):
    """A key, or what an input method composed. `held` are the bits of `schema.raw.Modifier`."""

    key: str
    text: Text
    held: Annotated[int, Meta(ge=0, le=15)]
    secret: bool | None


class Used(_Told, frozen=True, tag="used"):
    """Something secret was used, in whatever way and however much."""


class Chosen(_Told, frozen=True, tag="choose"):
    text: Text


class Submitted(_Told, frozen=True, tag="submit"):
    pass


class Copied(_Told, frozen=True, tag="copy"):
    pass


class Dialog(_Told, frozen=True, tag="dialog"):
    """A dialog has opened (`number` says which), or the last one has closed (0)."""

    role: str
    number: int


class Showed(_Told, frozen=True, tag="tree"):
    """The page's Screen. `view` is its box."""

    nodes: list[Node]
    view: Box


class Dropped(_Told, frozen=True, tag="lost"):
    count: Annotated[int, Meta(ge=1)]


Told = Pressed | Released | Scrolled | Typed | Used | Chosen | Submitted | Copied | Dialog | Showed | Dropped


class Page(Struct, frozen=True, tag="page", tag_field="t"):
    """A batch of a page or frame: `site` is the host in the address bar, `frame` the host that the frame is of.

    `sent` is the wall clock in milliseconds when it was sent, which both ends of a message share; `now` was the page's
    own clock then.
    """

    page: int
    frame: str
    site: str
    sent: float
    now: Milliseconds
    events: list[Told]

    def ago(self, told: Told) -> float:
        """Seconds from an event to the sending of the batch."""
        return max(0.0, self.now - told.at) / 1000


class Fronted(Struct, frozen=True, tag="front", tag_field="t"):
    """Which page is in front in the browser's last focused window; `site` is "" for one that is not recorded."""

    focused: bool
    site: str
    title: Text
    sent: float


class Asked(Struct, frozen=True, tag="ask", tag_field="t"):
    """Whether a field with these names is secret."""

    page: int
    ask: int
    names: list[Text]
    type: Text
    autocomplete: Text


class Gone(Struct, frozen=True, tag="gone", tag_field="t"):
    """A recorded page has been left."""


class Stopped(Struct, frozen=True, tag="stopped", tag_field="t"):
    """Nothing listens in any page any more."""


Message = Page | Fronted | Asked | Gone | Stopped
decode: Final = msgspec.json.Decoder(Message).decode
"""A Message from JSON. Raises msgspec.DecodeError, whose text never leaves the caller."""


def sites_message(hosts: list[str]) -> dict[str, Any]:
    """From now on these sites are recorded; none of them: nothing is."""
    return {"t": "sites", "sites": hosts}


def front_message() -> dict[str, Any]:
    """Say which page is in front."""
    return {"t": "front"}


def verdict_message(asked: Asked, secret: bool) -> dict[str, Any]:
    """The recorder's word on a field."""
    return {"t": "verdict", "page": asked.page, "ask": asked.ask, "secret": secret}
