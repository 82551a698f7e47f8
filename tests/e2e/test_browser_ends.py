"""Pause, restart, reload and crash between a real Chromium and the recorder: nothing is lost in silence or doubled."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from e2e.browser_world import LISTED, MISSING, SITES, World, keys, serving
from e2e.xsession import Recording, wait_until, xsession
from glasswork.api import browser
from glasswork.device.capture.browser import pages
from glasswork.device.capture.browser.pages import Pages
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Reason

pytestmark = [pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}"), pytest.mark.slow]

FORM = {"/": "<!doctype html><title>Form page</title><label>Name <input autofocus></label>"}


@pytest.fixture(scope="module")
def env() -> Iterator[dict[str, str]]:
    with xsession() as session:
        yield session


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(FORM) as port:
        yield f"http://{LISTED}:{port}/"


def types(world: World, taken: Recording, text: str) -> None:
    """Type, and see that it was recorded exactly once."""
    taken.wait_for(RawKind.FOCUS, title="Form page")
    wait_until(lambda: taken.of(RawKind.TREE))  # the page listens
    taken.clear()
    world.type(text)
    wait_until(lambda: len(keys(taken)) >= len(text))
    time.sleep(0.4)
    assert "".join(written for _, written, _ in keys(taken)) == text


def hosts(folder: Path) -> list[int]:
    """The native hosts of a device folder that run."""
    mark = str(folder.resolve()).encode()
    found: list[int] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if mark in words and b"glasswork.device.capture.browser.host" in words:
            found.append(int(process.name))
    return found


def test_without_a_display_the_browser_says_what_is_in_front(env: dict[str, str], address: str, tmp_path: Path) -> None:
    world = World(env, tmp_path)
    with world.recording(pages.events) as taken, world.chromium(address):
        types(world, taken, "alone")
        assert taken.wait_for(RawKind.KEY_DOWN, text="a").secret is False


def test_a_recorder_that_comes_back_is_told_again(env: dict[str, str], address: str, tmp_path: Path) -> None:
    world = World(env, tmp_path)
    with world.chromium(address):
        for text in ("first", "again"):
            with world.recording() as taken:
                types(world, taken, text)
            wait_until(lambda: not hosts(world.own.device))  # it ends with the recorder
            world.type("unseen")


def test_a_pause_stops_the_pages_and_keeps_the_browser(env: dict[str, str], address: str, tmp_path: Path) -> None:
    world = World(env, tmp_path)
    with pages.listening(world.own.device, lambda: SITES) as companion, world.chromium(address):
        with running_source(companion) as taken:
            types(world, taken, "before")
        world.type("in the pause")
        before = hosts(world.own.device)
        with running_source(companion) as taken:
            types(world, taken, "after")
            assert not taken.of(RawKind.LOST)
        assert hosts(world.own.device) == before


def test_a_host_that_is_killed_is_a_loss_and_comes_back(env: dict[str, str], address: str, tmp_path: Path) -> None:
    world = World(env, tmp_path)
    with world.recording() as taken, world.chromium(address):
        types(world, taken, "before")
        (host,) = hosts(world.own.device)
        os.kill(host, signal.SIGKILL)
        assert taken.wait_for(RawKind.LOST).reason == Reason.SOURCE
        types(world, taken, "after")


def test_an_extension_that_is_reloaded_records_on(env: dict[str, str], address: str, tmp_path: Path) -> None:
    extension = tmp_path / "extension"
    shutil.copytree(browser.extension_folder(), extension)
    with (extension / "worker.js").open("a") as worker:  # the only way to reload it without a person's hand
        worker.write('chrome.tabs.onUpdated.addListener((t, c) => c.url?.endsWith("#new") && chrome.runtime.reload());')
    world = World(env, tmp_path)
    with world.recording() as taken, world.chromium(address, extension=extension):
        tree, field = wait_until(
            lambda: [(tree, node) for tree in taken.of(RawKind.TREE) for node in tree.nodes if node.label == "Name"]
        )[0]
        types(world, taken, "before")
        taken.clear()
        world.go(f"{address}#new")
        assert taken.wait_for(RawKind.LOST).reason == Reason.SOURCE
        taken.wait_for(RawKind.FOCUS, title="Form page")
        world.click(tree, field)
        types(world, taken, "after")


@contextmanager
def running_source(companion: Pages) -> Iterator[Recording]:
    """One stretch of recording of browsers that stay connected."""
    taken = Recording()
    reading, stop = os.pipe()

    def record() -> None:
        events: Iterator[RawEvent] = pages.events(reading, companion)
        for event in events:
            taken.events.append(event)

    thread = threading.Thread(target=record)
    thread.start()
    try:
        yield taken
    finally:
        os.write(stop, b"x")
        thread.join(15)
        os.close(reading)
        os.close(stop)
    assert not thread.is_alive()
