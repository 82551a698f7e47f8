"""What a person does with hands and eyes, and what is shown to them, as raw events."""

from random import Random
from typing import NamedTuple

from glasswork.schema.raw import Modifier, RawEvent, RawKind, RawNode
from glasswork.schema.words import Button

FRAME_S = 0.016
"""The reader merges the pointer's moves of so long, and any number of them goes as a count."""

SITE = "127.0.0.1"
"""The host of every page: the one that the demo's policy lists."""

Box = tuple[int, int, int, int]


class Window(NamedTuple):
    """A window of the worker's: its program, number, place, and the host of the page in it."""

    app: str
    number: int
    box: Box
    site: str = ""


EDITOR = Window("mousepad", 1, (60, 40, 1100, 800))
FILES = Window("pcmanfm", 2, (200, 100, 900, 700))
TERMINAL = Window("xterm", 3, (300, 200, 800, 500))
BROWSER = Window("chromium", 4, (0, 0, 1600, 900), SITE)


class Worker:
    """A person at a desk, as the raw events of what they do; `taken` hands them over."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ai", "or")]
        self.lexicon = ["".join(self.random.choices(syllables, k=4)) for _ in range(3_000)]
        self.hertz = self.random.choice((125, 250, 500, 1_000))
        self.time = 0.0
        self.x, self.y = 400.0, 400.0
        self._events: list[RawEvent] = []
        self._front: tuple[Window, str] | None = None
        self._tree: list[tuple[object, ...]] = []
        self._element = ""

    def taken(self) -> list[RawEvent]:
        events, self._events = self._events, []
        return events

    # What a source reports

    def emit(self, kind: RawKind, **fields: object) -> None:
        self._events.append(RawEvent(kind, self.time, **fields))  # type: ignore[arg-type]

    def front(self, window: Window, title: str) -> None:
        if self._front != (window, title):
            if self._front is None or self._front[0] != window:
                self._tree, self._element = [], ""
            self._front = (window, title)
            self.emit(
                RawKind.FOCUS,
                app=window.app,
                window=window.number,
                title=title,
                window_box=window.box,
                site=window.site,
            )

    def show(self, nodes: list[RawNode]) -> None:
        """The tree of the window in front, a moment later, if it is another one than before."""
        told = [(node.role, node.depth, node.label, node.value, node.box) for node in nodes]
        self.time += 0.1
        if told != self._tree and self._front:
            self._tree = told
            window = self._front[0]
            self.emit(RawKind.TREE, window=window.number, window_box=window.box, nodes=tuple(nodes))

    def element(self, node: RawNode, field: str) -> None:
        if field != self._element and self._front:
            self._element = field
            window = self._front[0]
            self.emit(
                RawKind.ELEMENT, role=node.role, label=node.label, field=field, box=node.box, secret=node.secret,
                editable=node.editable, window_box=window.box, site=window.site,
            )  # fmt: skip

    # What a person does

    def wait(self, typical: float) -> None:
        """Think, read, or look out of the window."""
        self.time += min(self.random.expovariate(1 / typical), 20 * typical)

    def point(self, x: float, y: float) -> None:
        frames = self.random.randint(15, 75)
        for frame in range(1, frames + 1):
            self.time += FRAME_S
            part = frame / frames
            self.emit(
                RawKind.MOVE,
                x=self.x + (x - self.x) * part,
                y=self.y + (y - self.y) * part,
                count=max(1, round(self.hertz * FRAME_S + self.random.uniform(-1, 1))),
            )
        self.x, self.y = x, y

    def fidget(self) -> None:
        """The hand rests on the mouse, and reading is following with the pointer."""
        for _ in range(self.random.randint(3, 15)):
            self.point(self.random.uniform(0, 1600), self.random.uniform(0, 900))
            self.wait(0.7)

    def click(self, node: RawNode, field: str, times: int = 1, button: Button = Button.LEFT) -> None:
        x, y, width, height = node.box or (0, 0, 1, 1)
        self.point(x + width * self.random.uniform(0.2, 0.8), y + height * self.random.uniform(0.2, 0.8))
        self.element(node, field)
        for _ in range(times):
            self.emit(RawKind.PRESS, x=self.x, y=self.y, button=button)
            self.time += 0.08
            self.emit(RawKind.RELEASE, x=self.x, y=self.y, button=button)
            self.time += 0.1

    def scroll(self, notches: int) -> None:
        for _ in range(notches):
            self.time += self.random.uniform(0.03, 0.2)
            self.emit(RawKind.SCROLL, x=self.x, y=self.y, dy=1.0, count=1)

    def key(self, key: str, text: str = "", held: Modifier = Modifier.NONE, secret: bool = False) -> None:
        window = self._front[0] if self._front else EDITOR
        fields = {"app": window.app, "window": window.number, "site": window.site, "secret": secret, "modifiers": held}
        names = [name for name, bit in (("control", Modifier.CONTROL), ("shift", Modifier.SHIFT)) if held & bit]
        for name in names:
            self.emit(RawKind.KEY_DOWN, key=name, **fields)
        self.emit(RawKind.KEY_DOWN, key=key, text=text, **fields)
        self.time += self.random.uniform(0.03, 0.09)
        for name in (key, *names):
            self.emit(RawKind.KEY_UP, key=name, **fields)
        self.time += self.random.lognormvariate(-2.4, 0.5)

    def type(self, text: str, secret: bool = False) -> None:
        for character in text:
            if self.random.random() < 0.03:  # a slip, noticed some keys later
                slips = self.random.randint(1, 3)
                for _ in range(slips):
                    self.key("char", self.random.choice("etaoin"), secret=secret)
                for _ in range(slips):
                    self.key("backspace", secret=secret)
            held = Modifier.SHIFT if character.isupper() else Modifier.NONE
            self.key("space" if character == " " else "char", character, held, secret)

    def copy(self) -> None:
        self.key("char", "c", Modifier.CONTROL)
        self.emit(RawKind.COPY, app=self._front[0].app if self._front else "")

    def words(self, least: int, most: int) -> str:
        some = self.random.randint(least, most)
        return " ".join(self.random.choice((self.random.choice(self.lexicon), "the", "and", "is")) for _ in range(some))

    def name(self) -> str:
        return self.random.choice(self.lexicon)
