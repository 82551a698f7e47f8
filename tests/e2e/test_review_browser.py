"""The review page in a real Chromium, by keyboard alone: the token, the cookie and the forms as a browser does them."""

import shutil
from pathlib import Path

import pytest

from e2e.test_review import KEY, sample_day, served
from e2e.xsession import MISSING, front_title, running, wait_until, xdotool
from e2e.xsession import xsession as desktop
from glasswork.device import hold

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(MISSING) or shutil.which("chromium") is None, reason="this machine lacks an X server or Chromium"
    ),
]


def test_forgetting_by_keyboard_alone(tmp_path: Path) -> None:
    with hold.open_hold(tmp_path / "device", KEY) as handle, served(handle) as page, desktop() as env:
        sample_day(handle)
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        quiet = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--no-default-browser-check")
        with running(env, "chromium", *quiet, profile, f"--app={page.address()}"):
            wait_until(lambda: "What your recorder holds" in front_title(env))
            assert page.address() == ""  # the browser has used the token, and was let in by its cookie

            def forgotten() -> bool:
                """A page takes keys some moments after its title is there, and nothing outside tells when."""
                xdotool(env, "key", "F5", "sleep", "0.7")
                # Past the link that skips to what is held, to the minutes, and on.
                xdotool(env, "key", "Tab", "Tab", "Return", "sleep", "0.5")
                return hold.count(handle) == 0

            wait_until(forgotten)
