"""RawEvent: what a source reports. It lives in memory for moments and has no other form.

This is the only type that carries content (characters, titles, labels, addresses). It refuses `repr`, `str`,
formatting, copying, pickling, comparison by value and every encoder, so that a slip (a log line, a debugger, a
queue to another process) ends in `ContentRefused` and not in a leak.
"""

from enum import IntFlag, StrEnum
from typing import Any, Final, Never, NoReturn, final

from glasswork.schema.errors import ContentRefused
from glasswork.schema.words import Button, Role


class RawKind(StrEnum):
    """What happened, as a source sees it."""

    MOVE = "move"
    PRESS = "press"  # a mouse button went down
    RELEASE = "release"
    SCROLL = "scroll"
    KEY_DOWN = "key_down"
    KEY_UP = "key_up"
    FOCUS = "focus"  # another window, or another title of the same window, is in front
    ELEMENT = "element"  # the accessible element that holds the focus or lies under the pointer
    TREE = "tree"  # the accessibility tree of the window in front
    CHOOSE = "choose"  # an option of a list was chosen; which one (`text`) is content
    SUBMIT = "submit"  # a form was sent
    COPY = "copy"  # the clipboard has a new owner; what it holds is not asked for
    AWAY = "away"  # pause, lock or absence begins or ends
    LOST = "lost"  # the source dropped `count` events, for `reason`


class Modifier(IntFlag):
    """Modifier keys held during an event."""

    NONE = 0
    SHIFT = 1
    CONTROL = 2
    ALT = 4
    SUPER = 8


class _Formless:
    """Refuses every way of giving an object another form."""

    __slots__ = ()

    def __repr__(self) -> NoReturn:
        refuse("printed")

    __str__ = __repr__

    def __format__(self, spec: str, /) -> NoReturn:
        refuse("formatted")

    def __reduce_ex__(self, protocol: object, /) -> NoReturn:
        refuse("copied or pickled")

    def __getstate__(self) -> NoReturn:
        refuse("copied or pickled")

    def __copy__(self) -> Never:
        refuse("copied or pickled")

    def __deepcopy__(self, memo: Any, /) -> Never:
        refuse("copied or pickled")

    def __replace__(self, **changes: Any) -> Never:
        refuse("copied or pickled")

    def __iter__(self) -> Never:
        refuse("taken apart")


@final
class RawNode(_Formless):
    """One node of a raw accessibility tree. Content like a RawEvent, and as unwilling to leave memory.

    `box` is (x, y, width, height) in pixels of the screen; `depth` counts from the root (0), nodes are in
    depth-first order. `value` is the text, choice or state the node shows.
    """

    __slots__ = ("box", "depth", "editable", "label", "role", "secret", "value")

    def __init__(
        self,
        role: Role,
        depth: int,
        *,
        label: str = "",
        value: str = "",
        box: tuple[int, int, int, int] | None = None,
        secret: bool = False,
        editable: bool = False,
    ) -> None:
        self.role: Final = role
        self.depth: Final = depth
        self.label: Final = label
        self.value: Final = value
        self.box: Final = box
        self.secret: Final = secret
        self.editable: Final = editable


@final
class RawEvent(_Formless):
    """One event of a source.

    `time` is in seconds on the source's own clock and only ever compared with the same source's times.
    `x`, `y` are pixels of the screen; `dx`, `dy` wheel notches (positive: right, down). `key` is a canonical key
    name (`KEYS` in `words`), `text` the characters that the key produced. `app` is what the system says
    of the program in front (executable or window class), `window` a number for the window within this source,
    `site` the host of the page in front. `field` is a name that stays the same for the same element within a
    source. `secret` is True (positively secret), False (positively not) or None (not known).
    """

    __slots__ = (
        "app",
        "box",
        "button",
        "count",
        "dx",
        "dy",
        "editable",
        "field",
        "key",
        "kind",
        "label",
        "modifiers",
        "nodes",
        "reason",
        "role",
        "secret",
        "site",
        "text",
        "time",
        "title",
        "window",
        "window_box",
        "x",
        "y",
    )

    def __init__(
        self,
        kind: RawKind,
        time: float,
        *,
        x: float = 0.0,
        y: float = 0.0,
        dx: float = 0.0,
        dy: float = 0.0,
        button: Button = Button.NONE,
        key: str = "",
        text: str = "",
        modifiers: Modifier = Modifier.NONE,
        app: str = "",
        title: str = "",
        window: int = 0,
        window_box: tuple[int, int, int, int] | None = None,
        site: str = "",
        role: Role = Role.NONE,
        label: str = "",
        field: str = "",
        box: tuple[int, int, int, int] | None = None,
        editable: bool = False,
        secret: bool | None = None,
        nodes: tuple[RawNode, ...] = (),
        count: int = 0,
        reason: str = "",
    ) -> None:
        self.kind: Final = kind
        self.time: Final = time
        self.x: Final = x
        self.y: Final = y
        self.dx: Final = dx
        self.dy: Final = dy
        self.button: Final = button
        self.key: Final = key
        self.text: Final = text
        self.modifiers: Final = modifiers
        self.app: Final = app
        self.title: Final = title
        self.window: Final = window
        self.window_box: Final = window_box
        self.site: Final = site
        self.role: Final = role
        self.label: Final = label
        self.field: Final = field
        self.box: Final = box
        self.editable: Final = editable
        self.secret: Final = secret
        self.nodes: Final = nodes
        self.count: Final = count
        self.reason: Final = reason


def refuse(verb: str) -> NoReturn:
    """Raise ContentRefused for an attempt to give raw content another form."""
    raise ContentRefused(
        f"Something with content in it was to be {verb}: a raw event, or a list of names. It exists in memory only. "
        "Redact a raw event first (glasswork.device.redaction) and use the Event that comes out."
    )
