"""A full or read-only disk under the command line: one message, code 73, and what was good is still there."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("glasswork")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 2 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a small file system needs root")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def glasswork(workspace: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, "--workspace", workspace, *words], capture_output=True, text=True, timeout=120, env=dict(os.environ)
    )


def fill(place: Path, leave: int) -> None:
    free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
    (place / "ballast").write_bytes(bytes(max(0, free - leave)))


@pytest.mark.parametrize("leave", [0, 4096, 40_000])
def test_init_on_a_full_disk_says_so(small_disk: Path, leave: int) -> None:
    fill(small_disk, leave)
    done = glasswork(small_disk / "w", "init")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr and "should not" not in done.stderr, done.stderr


def test_an_import_that_does_not_fit_loses_nothing_that_was_there(small_disk: Path, tmp_path: Path) -> None:
    recording = tmp_path / "events.jsonl"
    row = {"time_stamp": 1.0, "action": "click", "x": 1, "y": 1, "button": "left"}
    recording.write_text(
        "".join(json.dumps(row | {"time_stamp": n / 2, "pressed": n % 2 == 0}) + "\n" for n in range(400))
    )
    workspace = small_disk / "w"
    assert glasswork(workspace, "import", recording, "--basis", "test").returncode == 0
    before = json.loads(glasswork(workspace, "build", "again", "--json").stdout)
    fill(small_disk, 8192)
    full = glasswork(workspace, "import", recording, "--basis", "test", "--name", "second")
    assert full.returncode != 0
    assert "Traceback" not in full.stderr and "should not" not in full.stderr, full.stderr
    (small_disk / "ballast").unlink()
    after = json.loads(glasswork(workspace, "build", "again", "--json").stdout)
    assert after["actions"] >= before["actions"]
    assert glasswork(workspace, "import", recording, "--basis", "test", "--name", "third").returncode == 0
