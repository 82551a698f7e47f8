"""The small parts of the recorder: sleep, the look of the indicator, its buttons, the words."""

import time
from itertools import pairwise
from types import SimpleNamespace

import pytest

from glasswork.device import awake
from glasswork.device.indicator import Wish
from glasswork.device.indicator.lines import Lines, line
from glasswork.device.indicator.look import BUTTON, COLOURS, GREY, WIDTH, Colours, buttons, wish_at
from glasswork.device.now import fields, what
from glasswork.device.own_input import OwnInput
from glasswork.device.redaction.now import Field, Now
from glasswork.device.states import REASONS, State, said
from glasswork.policy.model import EventKind
from glasswork.schema.raw import Modifier, RawEvent, RawKind


def test_a_sleep_is_noticed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = {time.CLOCK_BOOTTIME: 100.0, time.CLOCK_MONOTONIC: 90.0}
    fake = SimpleNamespace(
        clock_gettime=clocks.__getitem__, CLOCK_BOOTTIME=time.CLOCK_BOOTTIME, CLOCK_MONOTONIC=time.CLOCK_MONOTONIC
    )
    monkeypatch.setattr(awake, "time", fake)
    machine = awake.Awake()
    clocks[time.CLOCK_BOOTTIME] += 5
    clocks[time.CLOCK_MONOTONIC] += 5
    assert not machine.slept()
    clocks[time.CLOCK_BOOTTIME] += 8 * 3600
    assert machine.slept() and not machine.slept()


def contrast(look: Colours) -> float:
    """The contrast ratio of WCAG 2.2, between 1 and 21."""

    def luminance(colour: int) -> float:
        parts = [(colour >> shift & 255) / 255 for shift in (16, 8, 0)]
        linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(look.background), luminance(look.text)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_text_has_a_contrast_that_can_be_read() -> None:
    assert COLOURS.keys() == frozenset(State)
    for look in (*COLOURS.values(), GREY, BUTTON):
        assert contrast(look) >= 4.5  # WCAG 2.2, success criterion 1.4.3


def test_buttons_stand_side_by_side_and_ask_for_what_they_say() -> None:
    for state in State:
        parts = buttons(state)
        assert [one.wish for one in parts] == [
            Wish.RESUME if state is State.PAUSED else Wish.PAUSE, Wish.FORGET, Wish.REVIEW
        ]  # fmt: skip
        assert all(left.x + left.width <= right.x for left, right in pairwise(parts))
        assert parts[-1].x + parts[-1].width <= WIDTH
        assert [wish_at(state, one.x) for one in parts] == [one.wish for one in parts]
        assert wish_at(state, 5) is None


def test_lines_survive_any_cut_and_nonsense() -> None:
    stream = line({"a": 1}) + b"\xff\n[1]\nno\n" + line({"b": 2})
    for cut in range(len(stream)):
        lines = Lines()
        assert lines.feed(stream[:cut]) + lines.feed(stream[cut:]) == [{"a": 1}, {"b": 2}]


def test_the_words_say_why_nothing_is_recorded() -> None:
    for state in State:
        words = fields(state, REASONS[state], None)["words"]
        assert ("othing" in words) and said(state).split(":")[0] in words
    assert what(Now(app="firefox", awaiting=True)) == "nothing: the site is not known yet"
    assert what(Now(app="firefox", site="a.example", listed=True)) == "a.example in firefox"


@pytest.mark.parametrize(
    ("now", "part"),
    [
        (Now("editor", listed=True, kinds=(EventKind.KEYS,), typed=True), "numbered slots without its text"),
        (Now("editor", listed=True, kinds=(EventKind.KEYS,)), "nothing that is typed"),
        (Now("editor", listed=True, kinds=(EventKind.KEYS,), field=Field.UNKNOWN), "left out"),
        (Now("editor", screen="Inbox", listed=True, kinds=(EventKind.POINTER,)), "on its screen “Inbox”"),
    ],
)
def test_the_words_of_what_is_recorded(now: Now, part: str) -> None:
    assert part in fields(State.RECORDING, "", now)["words"]


def test_only_the_recorders_own_shortcuts_are_its_own() -> None:
    own = OwnInput()
    every = Modifier.CONTROL | Modifier.ALT | Modifier.SHIFT
    key = RawEvent(RawKind.KEY_DOWN, 1.0, key="char", text="p", modifiers=Modifier.CONTROL | Modifier.SHIFT)
    assert not own.takes(key, None)
    assert own.takes(RawEvent(RawKind.KEY_DOWN, 1.0, key="char", text="F", modifiers=every), None)
    assert own.takes(RawEvent(RawKind.KEY_UP, 1.1, key="char", text="f"), None)
    assert not own.takes(RawEvent(RawKind.KEY_UP, 1.2, key="char", text="f"), None)
    assert not own.takes(RawEvent(RawKind.KEY_DOWN, 1.3, key="char", text="q", modifiers=every), None)
    assert not own.takes(RawEvent(RawKind.PRESS, 2.0, x=1.0, y=1.0), None)
