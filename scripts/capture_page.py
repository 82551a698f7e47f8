"""The rendered parts of docs/capture.md: each field of the capability set, with an example that real code made.

What is done in an example is raw events; they go through the redaction and reduction of the device, and what comes
out is put in words as the review does.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.device.hold.words import words
from glasswork.device.redaction import Redaction
from glasswork.device.reduce import Reduction
from glasswork.device.settings import KEYS
from glasswork.policy import compile_text
from glasswork.policy.capabilities import FIELDS, TYPED
from glasswork.policy.keys import public_text
from glasswork.policy.meanings import EVENTS
from glasswork.policy.meanings import FIELDS as MEANINGS
from glasswork.policy.model import Budget
from glasswork.policy.notice import budget_words
from glasswork.policy.templates import self_policy
from glasswork.schema.action import Action
from glasswork.schema.batch import Held
from glasswork.schema.raw import Modifier, RawEvent, RawKind, RawNode
from glasswork.schema.words import ActionKind, Button, Role

Steps = list[RawEvent]
WINDOW = (0, 0, 1280, 960)
OWNER = public_text(Ed25519PrivateKey.from_private_bytes(bytes(32)))
POLICY = compile_text(self_policy(OWNER, now=datetime(2026, 1, 1, tzinfo=UTC), sink_url="http://127.0.0.1:8080")).policy


def focus(at: float, app: str = "mousepad") -> RawEvent:
    return RawEvent(RawKind.FOCUS, at, app=app, window=1, window_box=WINDOW, title="To Ms Example - Editor")


def element(at: float, role: Role, label: str, *, secret: bool | None = False) -> RawEvent:
    text = role is Role.TEXTBOX
    box = (100, 100, 1000, 700) if text else (10, 10, 80, 30)
    return RawEvent(
        RawKind.ELEMENT, at, role=role, label=label, field=label + role, box=box, secret=secret, editable=text, window=1
    )


def click(at: float, x: float = 20, y: float = 20) -> Steps:
    return [
        RawEvent(RawKind.PRESS, at, x=x, y=y, button=Button.LEFT, app="mousepad", window=1),
        RawEvent(RawKind.RELEASE, at + 0.1, x=x, y=y, button=Button.LEFT, app="mousepad", window=1),
    ]


def key(at: float, name: str, text: str = "", held: Modifier = Modifier.NONE, secret: bool | None = False) -> Steps:
    return [
        RawEvent(kind, at, key=name, text=text, modifiers=held, app="mousepad", window=1, secret=secret)
        for kind in (RawKind.KEY_DOWN, RawKind.KEY_UP)
    ]


def typed(at: float, text: str, step: float = 0.2, *, secret: bool | None = False) -> Steps:
    return [one for n, char in enumerate(text) for one in key(at + n * step, "char", char, secret=secret)]


def button(label: str) -> Steps:
    return [focus(0), element(0.9, Role.BUTTON, label), *click(1)]


def in_text(*steps: Steps) -> Steps:
    return [focus(0), element(0.5, Role.TEXTBOX, "Message"), *(one for some in steps for one in some)]


def paced() -> Steps:
    """Enough runs for a pace of one's own, and then a quick one."""
    runs = [typed(10 + 20 * n, "a few words more", step) for n, step in enumerate([0.25] * 24 + [0.05])]
    turns = [element(9 + 20 * n, Role.TEXTBOX, f"Message {n % 2}") for n in range(len(runs))]
    return [focus(0), *(one for turn, run in zip(turns, runs, strict=True) for one in (turn, *run))]


def tree() -> Steps:
    nodes = (
        RawNode(Role.WINDOW, 0, label="To Ms Example - Editor", box=WINDOW),
        RawNode(Role.BUTTON, 1, label="Save", box=(10, 10, 80, 30)),
        RawNode(Role.TEXTBOX, 1, label="Message", value="Dear Ms Example", box=(100, 100, 1000, 700), editable=True),
    )
    taken = RawEvent(RawKind.TREE, 0.5, app="mousepad", window=1, window_box=WINDOW, nodes=nodes)
    return [focus(0), taken, element(0.9, Role.BUTTON, "Save"), *click(1)]


def copied_and_pasted() -> Steps:
    control = Modifier.CONTROL
    again = key(6, "char", "v", control)
    copy = RawEvent(RawKind.COPY, 3.1, app="mousepad", window=1)
    return in_text(typed(1, "4711"), key(3, "char", "c", control), [copy], again)


def kind(wanted: ActionKind) -> Callable[[Action], bool]:
    return lambda action: action.kind is wanted


SAVE = button("Save")
EXAMPLES: dict[str, tuple[str, Steps, Callable[[Action], bool]]] = {
    "click": ("You click on Save.", SAVE, kind(ActionKind.CLICK)),
    "drag": (
        "You select text with the mouse.",
        in_text([click(1, 200, 200)[0], RawEvent(RawKind.MOVE, 1.2, x=600, y=200, count=40), click(1.5, 600, 200)[1]]),
        kind(ActionKind.DRAG),
    ),
    "scroll": (
        "You scroll down by five notches.",
        in_text([RawEvent(RawKind.SCROLL, 1 + n / 10, dy=1, x=300, y=300, app="mousepad", window=1) for n in range(5)]),
        kind(ActionKind.SCROLL),
    ),
    "command": (
        "You press Ctrl+S.",
        in_text(key(1, "char", "s", Modifier.CONTROL)),
        kind(ActionKind.HOTKEY),
    ),
    "named_key": ("You press Escape.", in_text(key(1, "escape")), kind(ActionKind.PRESS_KEY)),
    "typed_length_class": (
        "You type “Dear Ms Example, thank you”.",
        in_text(typed(1, "Dear Ms Example, thank you")),
        kind(ActionKind.TYPE_TEXT),
    ),
    "typed_pace_class": (
        "You type “a few words more”, faster than you mostly do.",
        paced(),
        lambda action: action.kind is ActionKind.TYPE_TEXT and action.pace == "fast",
    ),
    "same_value_slot": (
        "You type “info@example.org” into two fields.",
        in_text(typed(1, "info@example.org"), [element(5, Role.TEXTBOX, "Address")], typed(6, "info@example.org")),
        kind(ActionKind.TYPE_TEXT),
    ),
    "role": (
        "You tick a box.",
        [focus(0), element(0.9, Role.CHECKBOX, "Match case"), *click(1)],
        kind(ActionKind.CLICK),
    ),
    "label_after_redaction": (
        "You click on a button that says “Ms Example”. Its label does not survive; “Save”, above, did.",
        button("Ms Example"),
        kind(ActionKind.CLICK),
    ),
    "box_on_a_grid": ("You click on Save, at 10, 10 of a window of 1280 by 960.", SAVE, kind(ActionKind.CLICK)),
    "screen_structure": ("You click on Save, beside a letter.", tree(), kind(ActionKind.CLICK)),
    "copied_or_pasted": (
        "You copy a number, and paste it elsewhere.",
        copied_and_pasted(),
        lambda action: action.command == "paste",
    ),
}
"""For each field: what is done, the same as raw events, and which of the actions that come out is the example."""

MARKERS: dict[str, tuple[str, Steps, Callable[[Action], bool]]] = {
    "suppressed": (
        "You type a password. Nothing of it is known, not even how long it is.",
        [focus(0), element(0.5, Role.TEXTBOX, "Password", secret=True), *typed(1, "hunter2 hunter2", secret=True)],
        kind(ActionKind.SUPPRESSED),
    ),
    "suppressed, not listed": (
        "You work in a program that the policy does not list.",
        [focus(0, "diary"), *click(1)],
        kind(ActionKind.SUPPRESSED),
    ),
    "lost": (
        "More happened at once than the recorder could take.",
        [focus(0), *click(1), RawEvent(RawKind.LOST, 2, count=300, reason="overflow"), *click(3)],
        kind(ActionKind.LOST),
    ),
    "gap": (
        "A pause, a lock of the screen, a lunch, an hour outside the schedule, a spent budget: all the same.",
        [focus(0), *click(1), RawEvent(RawKind.AWAY, 2), focus(2000), *click(2001)],
        kind(ActionKind.GAP),
    ),
}


def leaves(steps: Steps) -> list[Held]:
    """What would leave the device of raw events."""
    redaction, reduction = Redaction(POLICY), Reduction()
    events = [event for raw in steps for event in redaction.feed(raw)] + redaction.finish()
    return [held for event in events for held in reduction.feed(event)] + reduction.finish()


def example(what: str, steps: Steps, wanted: Callable[[Action], bool]) -> str:
    found = [f"> {words(held)}" for held in leaves(steps) if wanted(held.action)]
    assert found, f"nothing comes of the example: {what}"
    return f"{what}\n\n" + "\n>\n".join(found)


def fields() -> Iterator[str]:
    for event, names in FIELDS.items():
        yield f"### `{event}`\n\n{EVENTS[event]}"
        for name in names:
            where = " Only in programs and sites with `keys = true`." if name in TYPED else ""
            yield f"**{name.replace('_', ' ')}** (`{name}`). {MEANINGS[name]}{where} {example(*EXAMPLES[name])}"


def markers() -> Iterator[str]:
    for name, told in MARKERS.items():
        yield f"**{name}.** {example(*told)}"


def budget() -> Iterator[str]:
    yield "\n".join(f"- {line};" for line in budget_words(Budget()))


def settings() -> Iterator[str]:
    yield "\n".join(f"- `{name}`" for name in KEYS)


def rendered(part: str) -> str:
    """A part of the page, by name, as Markdown."""
    parts = {"fields": fields, "markers": markers, "budget": budget, "settings": settings}
    return "\n" + "\n\n".join(parts[part]()) + "\n\n"
