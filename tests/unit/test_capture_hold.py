"""The queue in which keys wait for certainty about where they went."""

from hypothesis import given
from hypothesis import strategies as st

from glasswork.device.capture.desktop_hold import HOLD_S, SETTLE_S, Hold, Keystroke
from glasswork.device.capture.keys import Stroke, writes
from glasswork.schema.raw import Modifier, RawEvent, RawKind
from glasswork.schema.words import Role


def key(
    at: float,
    name: str = "char",
    text: str = "a",
    *,
    down: bool = True,
    secret: bool | None = False,
    doubted: bool = False,
    modifiers: Modifier = Modifier.NONE,
) -> Keystroke:
    stroke = Stroke(name, text, modifiers, writes(name, modifiers))
    return Keystroke(at, at, 38, down, stroke, "editor", 1, secret, doubted)


def out(hold: Hold, now: float) -> list[tuple[RawKind, bool | None]]:
    return [(event.kind, event.secret) for event in hold.release(now)]


def element(at: float) -> RawEvent:
    return RawEvent(RawKind.ELEMENT, at, role=Role.TEXTBOX)


def test_a_key_that_writes_waits_for_a_confirmation_after_it() -> None:
    hold = Hold()
    hold.push(key(1.0))
    hold.confirm(1.0 + SETTLE_S / 2)  # asked too early: the program may not have seen the key yet
    assert out(hold, 1.0 + SETTLE_S) == []
    assert hold.wants_confirmation(1.0 + SETTLE_S)
    hold.confirm(1.0 + SETTLE_S)
    assert out(hold, 1.0 + SETTLE_S) == [(RawKind.KEY_DOWN, False)]


def test_without_confirmation_it_leaves_as_unknown() -> None:
    hold = Hold()
    hold.push(key(1.0))
    assert out(hold, 1.0 + HOLD_S) == [(RawKind.KEY_DOWN, None)]


def test_a_secret_learned_meanwhile_wins_over_any_confirmation() -> None:
    hold = Hold()
    hold.push(key(1.0))
    hold.confirm(1.0 + SETTLE_S)
    hold.learn(True)
    hold.learn(False)
    assert out(hold, 2.0) == [(RawKind.KEY_DOWN, True)]


def test_a_new_window_leaves_unconfirmed_keys_in_doubt_but_not_shortcuts() -> None:
    hold = Hold()
    hold.push(key(1.0))
    hold.push(key(1.1, "char", "s", modifiers=Modifier.CONTROL))
    hold.doubt()
    hold.learn(False)
    hold.confirm(1.2)
    assert out(hold, 1.2) == [(RawKind.KEY_DOWN, None), (RawKind.KEY_DOWN, False)]


def test_control_with_alt_is_alt_gr_and_writes() -> None:
    assert key(1.0, modifiers=Modifier.CONTROL | Modifier.ALT).writes
    assert not key(1.0, modifiers=Modifier.ALT).writes
    assert not key(1.0, "tab", "").writes


def test_a_focus_noticed_late_goes_behind_what_caused_it() -> None:
    hold = Hold()
    hold.push(key(1.000, "tab", ""))
    hold.push(key(1.001, "char", "x"))
    hold.insert(element, 1.004)
    hold.insert(element, 1.004)
    kinds = [event.kind for event in hold.release(float("inf"))]
    assert kinds == [RawKind.KEY_DOWN, RawKind.ELEMENT, RawKind.ELEMENT, RawKind.KEY_DOWN]


def test_a_release_is_as_secret_as_its_press() -> None:
    hold = Hold()
    hold.push(key(1.0, secret=True))
    hold.push(key(1.1, down=False, secret=False))
    assert out(hold, 1.1) == [(RawKind.KEY_DOWN, True), (RawKind.KEY_UP, True)]
    hold.push(key(2.0, down=False, secret=None, doubted=True))  # a release without a press
    assert out(hold, 2.0) == [(RawKind.KEY_UP, None)]


def test_under_pressure_moves_go_first_and_everything_is_counted() -> None:
    hold = Hold(capacity=4)
    hold.push(key(1.0))
    for n in range(5):
        hold.push(RawEvent(RawKind.MOVE, 1.0 + n, count=10))
    for n in range(5):
        hold.push(key(10.0 + n))
    hold.push(RawEvent(RawKind.PRESS, 20.0))  # never dropped
    released = list(hold.release(float("inf")))
    assert released[0].kind is RawKind.LOST
    assert (released[0].count, released[0].reason) == (50 + 2, "overflow")
    assert [event.kind for event in released[1:]] == [RawKind.KEY_DOWN] * 4 + [RawKind.PRESS]
    assert not hold


step = st.one_of(
    st.tuples(st.just("key"), st.sampled_from((True, False, None)), st.booleans()),
    st.tuples(st.just("move"), st.integers(1, 9), st.none()),
    st.tuples(st.sampled_from(("learn", "confirm", "doubt", "focus", "release")), st.booleans(), st.none()),
)


@given(st.lists(step, max_size=60), st.integers(1, 8))
def test_whatever_happens_nothing_is_lost_uncounted_and_no_secret_leaves_as_harmless(
    steps: list[tuple[str, bool | int | None, bool | None]], capacity: int
) -> None:
    hold = Hold(capacity)
    now, put, secrets = 0.0, 0, set[float]()
    waiting: list[float] = []
    found: list[RawEvent] = []
    for what, value, down in steps:
        now += 0.02
        if what == "key":
            hold.push(key(now, down=bool(down), secret=value if value is None else bool(value)))
            put += 1
            waiting.append(now)
            if value:
                secrets.add(now)
        elif what == "move":
            hold.push(RawEvent(RawKind.MOVE, now, count=int(value or 1)))
            put += int(value or 1)
        elif what == "learn":
            hold.learn(bool(value))
            if value:
                secrets.update(waiting)
        elif what == "confirm":
            hold.confirm(now)
        elif what == "doubt":
            hold.doubt()
        elif what == "focus":
            hold.insert(element, now)
        else:
            found += hold.release(now)
            gone = {event.time for event in found}
            waiting = [at for at in waiting if at not in gone]
    found += hold.release(float("inf"))
    keys = [event for event in found if event.kind in (RawKind.KEY_DOWN, RawKind.KEY_UP)]
    counted = sum(event.count for event in found if event.kind in (RawKind.MOVE, RawKind.LOST))
    assert len(keys) + counted == put
    presses = [event for event in keys if event.kind is RawKind.KEY_DOWN]
    assert all(event.secret is not False for event in presses if event.time in secrets)
    times = [event.time for event in keys]
    assert times == sorted(times)
