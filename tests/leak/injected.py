"""Canaries as raw events: in every place of a RawEvent that can hold content, in secret fields and in others."""

from collections.abc import Callable, Iterator

from glasswork.schema.raw import Modifier, RawEvent, RawKind, RawNode
from glasswork.schema.words import Button, Role

EDITOR = "mousepad"
BROWSER = "chromium"
WINDOW_BOX = (0, 0, 1000, 700)


def typed(text: str, at: float, *, secret: bool | None) -> Iterator[RawEvent]:
    """A run of keys, with a slip that is corrected in the middle, and Return."""
    for number, character in enumerate(text):
        time = at + number * 0.05
        yield RawEvent(RawKind.KEY_DOWN, time, key="char", text=character, secret=secret)
        if number == len(text) // 2:
            yield RawEvent(RawKind.KEY_DOWN, time, key="char", text="x", secret=secret)
            yield RawEvent(RawKind.KEY_DOWN, time, key="backspace", secret=secret)
        yield RawEvent(RawKind.KEY_UP, time + 0.01, key="char", text=character, secret=secret)
    yield RawEvent(RawKind.KEY_DOWN, at + len(text) * 0.05, key="enter", text="\r", secret=secret)


def front(app: str, at: float, *, title: str = "Untitled 1 - Mousepad", site: str = "") -> RawEvent:
    return RawEvent(RawKind.FOCUS, at, app=app, title=title, window=1, window_box=WINDOW_BOX, site=site)


def element(
    at: float, role: Role, *, label: str = "", secret: bool | None = False, field: str = "f", site: str = ""
) -> RawEvent:
    return RawEvent(
        RawKind.ELEMENT, at, role=role, label=label, field=field, secret=secret, site=site,
        editable=role in (Role.TEXTBOX, Role.SEARCHBOX), box=(10, 10, 100, 20), window_box=WINDOW_BOX,
    )  # fmt: skip


def click(at: float) -> Iterator[RawEvent]:
    yield RawEvent(RawKind.PRESS, at, x=20, y=15, button=Button.LEFT)
    yield RawEvent(RawKind.RELEASE, at + 0.05, x=20, y=15, button=Button.LEFT)


def in_ordinary_field(text: str, at: float) -> Iterator[RawEvent]:
    yield front(EDITOR, at)
    yield element(at, Role.TEXTBOX)
    yield from typed(text, at, secret=False)


def in_secret_field(text: str, at: float) -> Iterator[RawEvent]:
    yield front(EDITOR, at)
    yield element(at, Role.TEXTBOX, label="Password", secret=True)
    yield from typed(text, at, secret=True)


def in_field_known_by_label_only(text: str, at: float) -> Iterator[RawEvent]:
    yield front(EDITOR, at)
    yield element(at, Role.TEXTBOX, label="Kennwort")
    yield from typed(text, at, secret=False)


def in_unknown_field(text: str, at: float) -> Iterator[RawEvent]:
    yield front(EDITOR, at)
    yield from typed(text, at, secret=None)


def in_program_not_listed(text: str, at: float) -> Iterator[RawEvent]:
    yield front("keepassxc", at, title=text)
    yield from typed(text, at, secret=False)


def in_browser(text: str, at: float) -> Iterator[RawEvent]:
    yield front(BROWSER, at, title=f"{text} - Chromium", site="127.0.0.1")
    yield element(at, Role.TEXTBOX, label=text, site="127.0.0.1")
    yield from typed(text, at, secret=False)


def on_site_not_listed(text: str, at: float) -> Iterator[RawEvent]:
    yield front(BROWSER, at, title=text, site=f"{text}.example")
    yield element(at, Role.BUTTON, label=text, site=f"{text}.example")
    yield from click(at)


def pasted_over_several_chords(text: str, at: float) -> Iterator[RawEvent]:
    yield RawEvent(RawKind.COPY, at, app=text)
    yield front(EDITOR, at)
    yield element(at, Role.TEXTBOX)
    yield RawEvent(RawKind.KEY_DOWN, at, key="char", text="v", modifiers=Modifier.CONTROL, secret=False)


def as_title(text: str, at: float) -> Iterator[RawEvent]:
    yield front(EDITOR, at, title=f"/home/{text}/{text}.txt - Mousepad")
    yield from click(at)


def as_label(text: str, at: float) -> Iterator[RawEvent]:
    role = list(Role)[int(at) % len(Role)]
    yield front(EDITOR, at)
    yield element(at, role, label=text, field=text)
    yield from click(at)


def as_label_beside_interface_words(text: str, at: float) -> Iterator[RawEvent]:
    yield front(EDITOR, at)
    yield element(at, Role.BUTTON, label=f"Save {text}…")
    yield from click(at)


def in_tree(text: str, at: float) -> Iterator[RawEvent]:
    nodes = [RawNode(Role.WINDOW, 0, label=text, box=WINDOW_BOX)]
    nodes += [RawNode(role, 1, label=text, value=text, box=(5, 5, 50, 20)) for role in Role]
    nodes += [RawNode(Role.TEXTBOX, 1, value=text, secret=True, editable=True, box=(5, 5, 50, 20))]
    yield front(EDITOR, at)
    yield RawEvent(RawKind.TREE, at, nodes=tuple(nodes), window=1, window_box=WINDOW_BOX)
    yield element(at, Role.BUTTON, label="Save")
    yield from click(at)


def as_reason_and_key(text: str, at: float) -> Iterator[RawEvent]:
    yield front(EDITOR, at)
    yield RawEvent(RawKind.LOST, at, count=3, reason=text)
    yield RawEvent(RawKind.KEY_DOWN, at, key=text, text="", secret=False)
    yield RawEvent(RawKind.KEY_DOWN, at, key=text, text=text, modifiers=Modifier.CONTROL, secret=False)


PLACES: tuple[Callable[[str, float], Iterator[RawEvent]], ...] = (
    in_ordinary_field, in_secret_field, in_field_known_by_label_only, in_unknown_field, in_program_not_listed,
    in_browser, on_site_not_listed, pasted_over_several_chords, as_title, as_label, as_label_beside_interface_words,
    in_tree, as_reason_and_key,
)  # fmt: skip


def events(canaries: list[str]) -> Iterator[RawEvent]:
    """Each canary in one of the places, in turn, ten seconds apart, with a long absence after every hundred."""
    at = 0.0
    for number, text in enumerate(canaries):
        at += 1000.0 if number % 100 == 99 else 10.0
        yield from PLACES[number % len(PLACES)](text, at)
