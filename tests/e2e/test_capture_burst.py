"""The desktop source under more input than any person makes: nothing is lost, or it is counted."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.xsession import MISSING, Recording, recording, wait_until, xdotool, xsession
from glasswork.device.capture import desktop
from glasswork.schema.raw import RawEvent, RawKind

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}")

EVENTS = 20_000

INJECT = """
import sys, xcffib, xcffib.xproto, xcffib.xtest
x = xcffib.connect()
test, root = x(xcffib.xtest.key), x.setup.roots[0].root
for n in range(int(sys.argv[1]) // 2):
    if n % 10:
        for at in (n % 700, n % 700 + 1):
            test.FakeInput(6, 0, 0, root, at, 100, 0)
    else:
        test.FakeInput(2, 38, 0, 0, 0, 0, 0)
        test.FakeInput(3, 38, 0, 0, 0, 0, 0)
x.core.GetInputFocus().reply()
"""
"""As fast as XTEST goes: 90 % pointer moves, 10 % presses and releases of one key."""


@pytest.fixture
def env() -> Iterator[dict[str, str]]:
    with xsession(window_manager=False) as session:
        yield session


def inject(env: dict[str, str], events: int) -> None:
    subprocess.run([sys.executable, "-c", INJECT, str(events)], env=env, check=True)


def received(events: list[RawEvent]) -> dict[str, int]:
    return {
        "moves": sum(event.count for event in events if event.kind is RawKind.MOVE),
        "keys": sum(event.kind in (RawKind.KEY_DOWN, RawKind.KEY_UP) for event in events),
        "lost": sum(event.count for event in events if event.kind is RawKind.LOST),
    }


def all_of(taken: Recording, events: int) -> dict[str, int]:
    wait_until(lambda: sum(received(list(taken.events)).values()) >= events)
    return received(taken.events)


def test_a_burst_arrives_whole(env: dict[str, str]) -> None:
    with recording(env) as taken:
        inject(env, EVENTS)
        assert all_of(taken, EVENTS) == {"moves": EVENTS * 9 // 10, "keys": EVENTS // 10, "lost": 0}
        assert len(taken.of(RawKind.MOVE)) < EVENTS // 10  # moves were merged, and yet counted


def test_what_does_not_fit_is_counted(env: dict[str, str]) -> None:
    with recording(env, capacity=64) as taken:
        inject(env, EVENTS)
        counts = all_of(taken, EVENTS)
        assert sum(counts.values()) == EVENTS
        assert counts["lost"] > 0
        assert {event.reason for event in taken.of(RawKind.LOST)} == {"overflow"}
        assert taken.error is None


def test_a_slow_consumer_loses_nothing_uncounted(env: dict[str, str]) -> None:
    reading, stop = os.pipe()
    source = desktop.events(reading, env=env)
    assert next(source).kind is RawKind.FOCUS
    inject(env, EVENTS)  # while nobody asks for events
    found: list[RawEvent] = []
    while sum(received(found).values()) < EVENTS:
        found.append(next(source))
    source.close()
    assert sum(received(found).values()) == EVENTS
    os.close(reading)
    os.close(stop)


def test_nothing_happens_while_nothing_happens(env: dict[str, str]) -> None:
    """Idle, the recorder's thread does not run at all: the kernel counts how often it went to sleep."""
    with recording(env) as taken:
        xdotool(env, "key", "F9")
        taken.wait_for(RawKind.KEY_UP, key="f9")
        thread = next(one for one in threading.enumerate() if one.name == "recording")
        time.sleep(1)  # the last rest is over
        before = _sleeps(thread)
        time.sleep(2)
        assert _sleeps(thread) - before == 0


def _sleeps(thread: threading.Thread) -> int:
    status = Path(f"/proc/self/task/{thread.native_id}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("voluntary_ctxt"))


def test_the_display_does_not_wait_for_the_recorder(env: dict[str, str]) -> None:
    """A recorder that does not read holds up nobody: the same burst goes through beside it."""
    reading, stop = os.pipe()
    source = desktop.events(reading, env=env)
    next(source)
    inject(env, EVENTS)
    xdotool(env, "mousemove", "10", "10")
    assert "x:10" in xdotool(env, "getmouselocation")
    source.close()
    os.close(reading)
    os.close(stop)
