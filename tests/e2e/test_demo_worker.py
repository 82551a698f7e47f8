"""The demo's world: the private desktop comes and goes, the worker gets the day done, the day can be written down."""

import json
import os
from pathlib import Path

import pytest

from glasswork.cli.demo import content, day, errors, recording, server, session, worker

needs_desktop = pytest.mark.skipif(bool(session.missing()), reason=f"not installed: {session.missing()}")


def processes_naming(folder: Path) -> list[str]:
    """Command lines of the processes whose environment or arguments name this folder."""
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            text = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder.resolve()) in text and int(process.name) != os.getpid():
            found.append((process / "comm").read_text())
    return found


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@needs_desktop
@pytest.mark.slow
def test_worker_does_every_task_and_leaves_no_process(tmp_path: Path) -> None:
    begun: list[str] = []
    with session.desktop(tmp_path / "desk") as desktop, server.serve() as pages:
        done = worker.work(desktop, pages, begun.append)
        saved = {path.name for path in desktop.documents.rglob("*")}
    assert [task.name for task in done.tasks] == begun == [task.name for task in day.TASKS]
    assert {content.NOTE, content.ORDERS, content.RENAMED, content.FOLDER} <= saved
    assert {content.PASSWORD, content.PASSPHRASE, content.ORDER_NUMBER, content.NOTE} <= set(done.content)
    assert processes_naming(tmp_path / "desk") == []


@needs_desktop
def test_an_error_takes_the_desktop_down_too(tmp_path: Path) -> None:
    with pytest.raises(KeyError), session.desktop(tmp_path) as desktop:
        terminal = desktop.start(["xterm", "-e", "sleep", "600"])
        assert "Xvfb\n" in processes_naming(tmp_path)
        raise KeyError
    assert terminal.poll() is not None
    assert processes_naming(tmp_path) == []


@needs_desktop
def test_the_desktop_takes_nothing_from_the_callers_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":nowhere")
    monkeypatch.setenv("SECRET_OF_THE_CALLER", "x")
    with session.desktop(tmp_path) as desktop:
        assert desktop.env["DISPLAY"] != ":nowhere"
        assert "SECRET_OF_THE_CALLER" not in desktop.env
        assert Path(desktop.env["HOME"]).is_relative_to(tmp_path.resolve())


def test_without_programs_there_is_no_desktop_and_a_sentence_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert {"Xvfb", "chromium", "xdotool"} <= set(session.missing())
    with pytest.raises(errors.NoDesktop, match="Xvfb"), session.desktop(tmp_path / "desk"):
        pass
    assert not (tmp_path / "desk").exists()


def test_recording_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    first, again, other = (recording.write(tmp_path / name, seed) for name, seed in (("a", 7), ("b", 7), ("c", 8)))
    for path in first.folder.iterdir():
        assert path.read_bytes() == (again.folder / path.name).read_bytes()
    assert lines(first.folder / "events.jsonl") != lines(other.folder / "events.jsonl")
    assert first.content == other.content


def test_recording_holds_the_day_in_order_and_in_form(tmp_path: Path) -> None:
    written = recording.write(tmp_path)
    events = lines(tmp_path / "events.jsonl")
    times = [event["time_stamp"] for event in events]
    assert times == sorted(times)
    assert [event["event_idx"] for event in events] == list(range(len(events)))
    assert {event["action"] for event in events} == {"move", "click", "scroll", "press", "release"}
    assert sum(event["action"] == "move" for event in events) > 3000
    presses = [str(event["name"]) for event in events if event["action"] == "press"]
    assert presses.count("backspace") > 15
    assert sorted(presses) == sorted(str(e["name"]) for e in events if e["action"] == "release")
    typed = "".join(name for name in presses if len(name) == 1)
    assert content.PASSPHRASE in typed and content.RENAMED in typed
    fronts = {row["top_window_name"] for row in lines(tmp_path / "top_window.jsonl")}
    assert fronts == {"mousepad", "xterm", "pcmanfm", "chromium"}
    clicked = [row["a11y_tree"] for row in lines(tmp_path / "element.jsonl")]
    assert any(tree["Name"] == "Password" and tree["ControlType"] == "EditControl" for tree in clicked)
    assert set(content.CONTENT) <= set(written.content)
