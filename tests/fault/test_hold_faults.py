"""The hold when things break: killed, out of disk, damaged, locked, swapped."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from glasswork.device import hold
from glasswork.device.errors import DiskFull, HoldBusy, HoldDamaged, HoldLocked
from glasswork.schema.action import Action
from glasswork.schema.batch import Held
from glasswork.schema.errors import VersionError
from glasswork.schema.raw import RawKind
from glasswork.schema.words import ActionKind

KEY = bytes(range(32))
CONTEXT = hold.Context("session", "0" * 64)

WRITER = """
import sys
from pathlib import Path
from glasswork.device import hold
from glasswork.schema.action import Action
from glasswork.schema.batch import Held
from glasswork.schema.words import ActionKind
with hold.open_hold(Path(sys.argv[1]), bytes(range(32))) as handle:
    for number in range(int(sys.argv[2]), 1_000_000):
        named = Held(Action(kind=ActionKind.TASK, task=str(number)), None, {})
        hold.append(handle, [named], hold.Context("session", "0" * 64))
        print(number, flush=True)
"""


def task(name: str) -> Held:
    return Held(Action(kind=ActionKind.TASK, task=name), None, {RawKind.KEY_DOWN: 1})


def names(handle: hold.Hold) -> list[str]:
    return [item.action.task for record in hold.review(handle).records for item in record.held]


def test_killed_while_appending_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    following = 0
    for _ in range(4):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, tmp_path, str(following)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        for _ in range(random.randint(1, 60)):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        acknowledged = [int(line) for line in writer.stdout.read().splitlines() if line.strip()]
        writer.wait()
        with hold.open_hold(tmp_path, KEY) as handle:
            held = [int(name) for name in names(handle)]
        assert held == list(range(len(held)))  # in order, none twice, none missing
        assert not acknowledged or held[-1] >= acknowledged[-1]
        following = len(held)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_stores_all_of_an_append_or_nothing_and_can_still_forget(small_disk: Path) -> None:
    folder = small_disk / "device"
    with hold.open_hold(folder, KEY) as handle:
        stored: list[str] = []
        with pytest.raises(DiskFull) as full:
            for number in range(100_000):
                pair = [f"{number}-{random.random()}", f"{number}-{random.random()}"]
                hold.append(handle, [task(name) for name in pair], CONTEXT)
                stored += pair
        assert full.value.exit_code == 73
        assert names(handle) == stored
        filler = small_disk / "filler"
        with pytest.raises(OSError), filler.open("wb", buffering=0) as stream:  # not one page is left
            while True:
                stream.write(bytes(512))
        assert hold.forget(handle, 60) == len(stored)
        assert names(handle) == [] and hold.totals(handle) == hold.Totals()
        filler.unlink()
        hold.append(handle, [task("afterwards")], CONTEXT)
        assert names(handle) == ["afterwards"]


def test_a_wrong_key_is_told_from_damage(tmp_path: Path) -> None:
    with hold.open_hold(tmp_path, KEY) as handle:
        hold.append(handle, [task("kept")], CONTEXT)
    with pytest.raises(HoldLocked) as refused:
        hold.open_hold(tmp_path, bytes(32))
    assert refused.value.exit_code == 77 and "not damaged" in str(refused.value)
    with hold.open_hold(tmp_path, KEY) as handle:
        assert names(handle) == ["kept"]


@pytest.mark.parametrize("at", [0, 11, 12, 40, -1])
def test_damaged_records_are_counted_and_the_others_kept(tmp_path: Path, at: int) -> None:
    with hold.open_hold(tmp_path, KEY) as handle:
        for name in ("first", "second", "third"):
            hold.append(handle, [task(name)], CONTEXT)
        (blob,) = handle.db.execute("SELECT sealed FROM record WHERE id = 2").fetchone()
        altered = bytearray(blob)
        altered[at] ^= 1
        handle.db.execute("UPDATE record SET sealed = ? WHERE id = 2", (bytes(altered),))
        assert hold.review(handle).damaged == 1
        assert names(handle) == ["first", "third"]
        hold.forget(handle, 0)  # nobody knows when the damaged one was, so it goes
        assert hold.review(handle).damaged == 0


@pytest.mark.parametrize("blob", [b"", b"short", bytes(100)])
def test_a_record_that_is_no_record_is_counted(tmp_path: Path, blob: bytes) -> None:
    with hold.open_hold(tmp_path, KEY) as handle:
        hold.append(handle, [task("only")], CONTEXT)
        handle.db.execute("UPDATE record SET sealed = ?", (blob,))
        assert hold.review(handle).damaged == 1


def test_records_cannot_be_exchanged_or_dated_otherwise(tmp_path: Path) -> None:
    with hold.open_hold(tmp_path, KEY) as handle:
        for name in ("first", "second", "third"):
            hold.append(handle, [task(name)], CONTEXT)
        handle.db.execute("UPDATE record SET sealed = (SELECT sealed FROM record WHERE id = 3) WHERE id = 1")
        handle.db.execute("UPDATE record SET day = '2001-01-01' WHERE id = 2")
        assert names(handle) == ["third"] and hold.review(handle).damaged == 2


def test_a_file_that_is_no_hold(tmp_path: Path) -> None:
    (tmp_path / "hold.sqlite3").write_bytes(os.urandom(5000))
    with pytest.raises(HoldDamaged) as damaged:
        hold.open_hold(tmp_path, KEY)
    assert damaged.value.exit_code == 65 and str(tmp_path) not in str(damaged.value)
    hold.erase(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_pages_of_the_file_are_damaged(tmp_path: Path) -> None:
    with hold.open_hold(tmp_path, KEY) as handle:
        hold.append(handle, [task(str(number)) for number in range(5000)], CONTEXT)
    path = tmp_path / "hold.sqlite3"
    data = bytearray(path.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(HoldDamaged), hold.open_hold(tmp_path, KEY) as handle:
        hold.review(handle)


def test_a_hold_of_a_newer_format(tmp_path: Path) -> None:
    with hold.open_hold(tmp_path, KEY) as handle:
        handle.db.execute("PRAGMA user_version=99")
    with pytest.raises(VersionError):
        hold.open_hold(tmp_path, KEY)


@pytest.mark.slow
def test_another_program_keeps_the_hold_locked(tmp_path: Path) -> None:
    with hold.open_hold(tmp_path, KEY) as handle:
        other = sqlite3.connect(tmp_path / "hold.sqlite3", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(HoldBusy):
            hold.append(handle, [task("waiting")], CONTEXT)
        other.close()
        hold.append(handle, [task("now")], CONTEXT)
        assert names(handle) == ["now"]
