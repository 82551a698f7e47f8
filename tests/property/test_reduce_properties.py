"""For any stream of events whatever: every raw event is counted once, and nothing is merged that must not be."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from glasswork.device.redaction import redact_events
from glasswork.device.reduce import reduce
from glasswork.schema import words as w
from glasswork.schema.action import Element, Value
from glasswork.schema.batch import batch_of, decode_batch, encode_batch
from glasswork.schema.event import Event, EventKind
from glasswork.schema.raw import Modifier, RawEvent, RawKind, RawNode
from strategies import elements, screens
from vectors.recordings.policy import policy

SOURCES = {
    EventKind.MOVE: RawKind.MOVE,
    EventKind.PRESS: RawKind.PRESS,
    EventKind.RELEASE: RawKind.RELEASE,
    EventKind.SCROLL: RawKind.SCROLL,
    EventKind.CHAR: RawKind.KEY_DOWN,
    EventKind.ERASE: RawKind.KEY_DOWN,
    EventKind.KEY: RawKind.KEY_DOWN,
    EventKind.CHORD: RawKind.KEY_DOWN,
    EventKind.VALUE: RawKind.KEY_DOWN,
    EventKind.FOCUS: RawKind.FOCUS,
    EventKind.SCREEN: RawKind.TREE,
    EventKind.COPY: RawKind.COPY,
    EventKind.AWAY: RawKind.AWAY,
    EventKind.LOST: RawKind.LOST,
}
STEPS = st.sampled_from([0.0, 0.05, 0.3, 0.9, 3.0, 100.0, 256.0, 5000.0, -40.0])
PIXELS = st.integers(-5, 40).map(float)


@st.composite
def streams(draw: st.DrawFn) -> list[Event]:
    """Events in any order, on a clock that may stand still, jump ahead or jump back."""
    time = 0.0
    events: list[Event] = []
    for kind in draw(st.lists(st.sampled_from(EventKind), max_size=40)):
        time += draw(STEPS)
        events.append(
            Event(
                kind=kind,
                time=time,
                source=SOURCES.get(kind) or draw(st.sampled_from(RawKind)),
                count=0 if kind is EventKind.VALUE else draw(st.integers(1, 3)),
                x=draw(PIXELS),
                y=draw(PIXELS),
                dx=draw(st.integers(-2, 2).map(float)),
                dy=draw(st.integers(-2, 2).map(float)),
                button=draw(st.sampled_from([w.Button.LEFT, w.Button.RIGHT])),
                key=draw(st.sampled_from([w.Key.ENTER, w.Key.LEFT])),
                command=draw(st.sampled_from([w.Command.NONE, w.Command.COPY])),
                app=draw(st.sampled_from(["", "a"])),
                window=draw(st.integers(0, 2)),
                element=draw(st.none() | elements(3)),
                value=draw(st.none() | st.builds(Value, st.integers(1, 5))),
                screen=draw(screens) if kind is EventKind.SCREEN else None,
                reason=draw(st.sampled_from([w.Reason.SOURCE, w.Reason.NOT_LISTED])),
            )
        )
    return events


def totals(events: list[Event]) -> Counter[RawKind]:
    total: Counter[RawKind] = Counter()
    for event in events:
        total[event.source] += event.count
    return +total


@given(streams())
def test_every_raw_event_is_counted_in_exactly_one_action(events: list[Event]) -> None:
    total: Counter[RawKind] = Counter()
    for item in reduce(events):
        total.update(item.counts)
    assert +total == totals(events)


@given(streams())
def test_reducing_again_and_packing_again_change_nothing(events: list[Event]) -> None:
    """Idempotence: no state is left over from one stream to the next, and a batch that was unpacked packs to itself."""
    held = list(reduce(events))
    assert list(reduce(events)) == held
    packed = encode_batch(batch_of(held))
    assert encode_batch(decode_batch(packed)) == packed


@given(streams())
def test_nothing_is_in_an_action_that_was_in_no_event(events: list[Event]) -> None:
    """Provenance: places, elements, values, Screens, commands and reasons of actions all come from some event."""
    apps = {event.app for event in events} | {""}
    commands = {event.command for event in events} | {w.Command.NONE, w.Command.COPY}
    seen = [(event.element, event.value, event.screen) for event in events]
    for item in reduce(events):
        action = item.action
        assert action.app in apps and action.command in commands
        assert action.reason in {event.reason for event in events} | {w.Reason.NONE}
        assert action.value is None or action.value in [value for _, value, _ in seen]
        assert item.screen is None or item.screen in [screen for _, _, screen in seen]
        assert action.element is None or named(action.element) in [named(e) for e, _, _ in seen if e is not None]
        assert item.counts.keys() <= {event.source for event in events}


def named(element: Element) -> tuple[object, ...]:
    """An element without its place in a Screen, which may be another by the time."""
    return element.role, element.label, element.cls, element.key


@given(streams())
def test_the_actions_are_a_batch(events: list[Event]) -> None:
    batch = batch_of(list(reduce(events)))
    assert decode_batch(encode_batch(batch)) == batch


INPUT = {RawKind.MOVE, RawKind.PRESS, RawKind.RELEASE, RawKind.SCROLL, RawKind.KEY_DOWN, RawKind.KEY_UP}


def at_idle_boundaries(events: list[Event]) -> list[list[Event]]:
    """The stream cut before every input that follows the input before it by an idle time or more, pauses apart."""
    parts: list[list[Event]] = [[]]
    last = None
    for event in events:
        if event.source in INPUT:
            if last is not None and event.time - last >= w.IDLE_S:
                parts.append([])
            last = event.time
        elif event.kind is EventKind.AWAY:
            last = None
        parts[-1].append(event)
    return parts


@given(streams())
def test_nothing_is_merged_across_an_idle_boundary(events: list[Event]) -> None:
    """Reduced in parts, the stream gives the same actions. (Windows are left out: they are state, not merging.)"""
    events = [event for event in events if event.source not in (RawKind.FOCUS, RawKind.TREE)]

    def work(part: list[Event]) -> list[tuple[object, ...]]:
        actions = (item.action for item in reduce(part))
        done = (a for a in actions if a.kind not in (w.ActionKind.GAP, w.ActionKind.WAIT))
        return [(a.kind, a.amount, a.erased, a.value, a.direction, a.reason) for a in done]

    assert work(events) == [action for part in at_idle_boundaries(events) for action in work(part)]


@given(streams())
def test_deletions_are_kept(events: list[Event]) -> None:
    evidence = [item.action for item in reduce(events)]
    if any(event.kind is EventKind.ERASE for event in events):
        assert any(action.erased != w.CountBucket.NONE or action.kind is w.ActionKind.PRESS_KEY for action in evidence)


@given(streams())
def test_scrolls_keep_every_direction(events: list[Event]) -> None:
    up = any(e.kind is EventKind.SCROLL and e.dy < 0 and abs(e.dy) >= abs(e.dx) for e in events)
    down = any(e.kind is EventKind.SCROLL and e.dy > 0 and abs(e.dy) >= abs(e.dx) for e in events)
    directions = {item.action.direction for item in reduce(events)}
    assert (w.Direction.UP in directions, w.Direction.DOWN in directions) == (up, down)


TEXTS = st.text(max_size=8)
RAW = st.builds(
    lambda kind, after, key, text, held, app, title, label, role, secret, box, site, nodes: (
        after,
        kind,
        {
            "key": key, "text": text, "modifiers": held, "app": app, "title": title, "label": label, "role": role,
            "secret": secret, "box": box, "window_box": box, "site": site, "nodes": nodes, "window": len(app),
            "button": w.Button.LEFT, "x": 3.0, "y": 3.0, "dy": 1.0,
        },
    ),
    st.sampled_from(RawKind),
    STEPS,
    st.sampled_from(sorted(w.KEYS) + ["char"] * 20),
    TEXTS,
    st.sampled_from([Modifier.NONE] * 4 + list(Modifier)),
    st.sampled_from(["mousepad", "xterm", "chromium", "elsewhere", ""]),
    TEXTS,
    TEXTS | st.sampled_from(["Save", "Password"]),
    st.sampled_from(w.Role),
    st.sampled_from([False, False, False, None, True]),
    st.none() | st.tuples(*[st.integers(-5, 50)] * 4),
    st.sampled_from(["", "orders.test", "bank.test"]),
    st.lists(st.builds(RawNode, st.sampled_from(w.Role), st.integers(0, 70), label=TEXTS), max_size=4).map(tuple),
)  # fmt: skip


@given(st.lists(RAW, max_size=40), st.booleans())
def test_redaction_accounts_for_every_raw_event_and_fits_the_reducer(
    drawn: list[tuple[float, RawKind, dict[str, object]]], imported: bool
) -> None:
    time = 0.0
    raw: list[RawEvent] = []
    for after, kind, fields in drawn:
        time += after
        raw.append(RawEvent(kind, time, **fields))  # type: ignore[arg-type]
    events = list(redact_events(raw, policy(), imported=imported))
    assert totals(events) == Counter(event.kind for event in raw)
    batch = batch_of(list(reduce(events)))
    assert decode_batch(encode_batch(batch)) == batch
