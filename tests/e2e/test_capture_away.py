"""Absence: a locked screen and a suspended machine are told as such, an open menu is not."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from e2e.test_capture_desktop import GRAB, needs_mousepad, type_slowly, typed_harmlessly
from e2e.xsession import MISSING, Recording, recording, running, wait_for_window, wait_until, xdotool, xsession
from glasswork.device.capture.away import LOCK_S
from glasswork.schema.raw import RawKind
from glasswork.schema.words import Role

pytestmark = [pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}"), needs_mousepad]


@pytest.fixture(scope="module")
def env() -> Iterator[dict[str, str]]:
    with xsession() as session:
        yield session


@pytest.fixture
def taken(env: dict[str, str]) -> Iterator[Recording]:
    with recording(env) as running_recording, running(env, "mousepad"):
        wait_for_window(env, "mousepad")
        running_recording.wait_for(RawKind.ELEMENT, role=Role.TEXTBOX)
        yield running_recording


def test_a_grab_that_lasts_is_an_absence_that_ends(env: dict[str, str], taken: Recording) -> None:
    with subprocess.Popen([sys.executable, "-c", GRAB], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as lock:
        assert lock.stdout is not None
        assert lock.stdin is not None
        assert lock.stdout.readline() == b"grabbed\n"
        taken.wait_for(RawKind.AWAY)
        type_slowly(env, "pin")
        wait_until(lambda: len(taken.typed()) == 3)
        assert all(secret is None for _, secret in taken.typed())
        lock.stdin.close()
    wait_until(lambda: len(taken.of(RawKind.AWAY)) == 2)
    typed_harmlessly(env, taken, "ok")


@pytest.mark.parametrize("locker", [["xtrlock"], ["i3lock", "-n"]], ids=lambda command: command[0])
def test_a_real_lock_screen_is_an_absence(env: dict[str, str], taken: Recording, locker: list[str]) -> None:
    if shutil.which(locker[0]) is None:
        pytest.skip(f"missing: {locker[0]}")
    with running(env, *locker) as lock:
        if wait_until(lambda: lock.poll() is not None or taken.of(RawKind.AWAY)) is True:
            pytest.skip("this user has no password, so it does not lock")
        type_slowly(env, "pin")
        wait_until(lambda: len(taken.typed()) == 3)
        assert all(secret is None for _, secret in taken.typed())
    wait_until(lambda: len(taken.of(RawKind.AWAY)) == 2)


def test_an_open_menu_is_no_absence(env: dict[str, str], taken: Recording) -> None:
    xdotool(env, "key", "alt+f")
    taken.wait_for(RawKind.ELEMENT, role=Role.MENUITEM)
    time.sleep(LOCK_S + 0.5)
    xdotool(env, "key", "Escape")
    taken.wait_for(RawKind.KEY_UP, key="escape")
    assert taken.of(RawKind.AWAY) == []


def test_a_suspended_machine_was_away(env: dict[str, str], taken: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.clock_gettime
    monkeypatch.setattr(time, "clock_gettime", lambda which: real(which) + 3600 * (which == time.CLOCK_BOOTTIME))
    xdotool(env, "key", "F8")
    key = taken.wait_for(RawKind.KEY_DOWN, key="f8")
    away = taken.wait_for(RawKind.AWAY)
    assert taken.events.index(away) < taken.events.index(key)
