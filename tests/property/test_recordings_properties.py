"""Any bytes at all as a recording, in every format: a typed error or a stream, in bounded time, and no content told."""

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glasswork.device.capture import recordings
from glasswork.device.capture.recordings import RecordingMissing, RecordingUnknown
from glasswork.schema.batch import batch_of, decode_batch, encode_batch
from glasswork.schema.errors import GlassworkError
from vectors.recordings import made
from vectors.recordings import policy as policies

GOOD = (Path(policies.__file__).parent / "ducktrack_good" / "events.jsonl").read_bytes()
POLICY = policies.policy()
CONTENT = "Zqvexlorp"


def say(place: str) -> str:
    return f"{CONTENT} {place}"


def sample(name: str) -> dict[str, bytes]:
    """The files of a small valid recording."""
    with tempfile.TemporaryDirectory() as folder:
        made.MADE[name][1](Path(folder), say)
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


SAMPLES = {name: sample(name) for name in made.MADE}


@contextmanager
def a_folder(files: dict[str, bytes]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        for file, data in files.items():
            (Path(name) / file).write_bytes(data)
        yield Path(name)


def imported(files: dict[str, bytes]) -> None:
    """Read, redact, reduce and pack: whatever goes wrong is one of our errors and shows nothing of the recording."""
    with a_folder(files) as folder:
        try:
            for held in recordings.find(folder).sessions():
                for _ in held:
                    pass
            items = list(recordings.actions(folder, POLICY))
        except GlassworkError as error:
            assert CONTENT not in str(error) and error.__suppress_context__ | (error.__context__ is None)
            return
        packed = encode_batch(batch_of(items[:2_000]))
        assert decode_batch(packed) == batch_of(items[:2_000])
        assert CONTENT.encode() not in packed


def lines_of(data: bytes) -> int:
    return sum(bool(line.strip()) for line in data.split(b"\n"))


@st.composite
def damaged(draw: st.DrawFn, good: bytes = GOOD) -> bytes:
    """Good bytes with a stretch replaced by anything."""
    start = draw(st.integers(0, len(good)))
    end = draw(st.integers(start, min(len(good), start + 400)))
    return good[:start] + draw(st.binary(max_size=60)) + good[end:]


@settings(deadline=None)
@given(damaged() | st.binary(max_size=300))
def test_every_line_is_an_event_or_lost(data: bytes) -> None:
    with a_folder({"events.jsonl": data}) as folder:
        try:
            found = recordings.find(folder)
            if found.format.name != "ducktrack":
                return
            held = list(recordings.actions(folder, POLICY))
        except (RecordingUnknown, RecordingMissing):  # the latter for the mark of a gzip file that is none
            return
        assert sum(sum(item.counts.values()) for item in held) == lines_of(data)


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.sampled_from([2**63, -(2**64), 10**400, 1e308, 5e-324, -1]),
    st.text(max_size=40), st.sampled_from(["", "\x00", "\ud800", "NaN", "9" * 5000, CONTENT]),
    st.lists(st.integers(), max_size=3), st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)  # fmt: skip
"""What may stand in the place of any value."""


@st.composite
def swapped(draw: st.DrawFn, value: Any, odds: int = 25) -> Any:
    """A JSON value of which some parts are something else, missing, twice there, or in another order."""
    if draw(st.integers(0, odds)) == 0:
        return draw(ODD)
    if isinstance(value, dict):
        items: list[tuple[str, Any]] = [(key, draw(swapped(inner, odds))) for key, inner in value.items()]
        if items and draw(st.integers(0, odds)) == 0:
            items.pop(draw(st.integers(0, len(items) - 1)))
        return dict(items)
    if isinstance(value, list):
        out = [draw(swapped(inner, odds)) for inner in value]
        if out and draw(st.integers(0, odds)) == 0:
            out.insert(draw(st.integers(0, len(out))), draw(st.sampled_from(out)))
        return out
    return value


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


slowly = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=25)
EVERY = pytest.mark.parametrize("name", made.MADE)


@EVERY
@slowly
@given(data=st.data())
def test_bytes_may_be_anything(name: str, data: st.DataObject) -> None:
    files = dict(SAMPLES[name])
    file = data.draw(st.sampled_from(sorted(files)))
    files[file] = data.draw(damaged(files[file]))
    imported(files)


def check_types(name: str, data: st.DataObject) -> None:
    files = dict(SAMPLES[name])
    for file, content in files.items():
        if file.endswith(".json"):
            files[file] = encoded(data.draw(swapped(json.loads(content))))
        elif file.endswith(".jsonl"):
            rows = [encoded(data.draw(swapped(json.loads(row)))) for row in content.splitlines()]
            files[file] = b"\n".join(rows)
        elif file.endswith(".csv"):
            cells = [row.split(b",") for row in content.splitlines()]
            odd = ODD.map(lambda value: str(value).encode("utf-8", "replace"))
            rows = [
                [data.draw(odd) if data.draw(st.integers(0, 40)) == 0 else cell for cell in row] for row in cells[1:]
            ]
            files[file] = b"\r\n".join(b",".join(row) for row in [cells[0], *rows])
    imported(files)


@EVERY
@slowly
@given(data=st.data())
def test_values_may_be_of_any_type(name: str, data: st.DataObject) -> None:
    check_types(name, data)


@EVERY
@pytest.mark.slow
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=600)
@given(data=st.data())
def test_values_may_be_of_any_type_for_longer(name: str, data: st.DataObject) -> None:
    check_types(name, data)


CELLS = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.binary(max_size=20), st.text(max_size=20),
    st.sampled_from(["click", "press", "release", "move", "scroll", "{", "9" * 4000, "1e999"]),
)  # fmt: skip


@slowly
@given(rows=st.lists(st.tuples(*[CELLS] * 15), max_size=8), windows=st.lists(st.tuples(*[CELLS] * 8), max_size=4))
def test_a_database_may_hold_anything(rows: list[tuple[Any, ...]], windows: list[tuple[Any, ...]]) -> None:
    rows = [tuple(cell.encode("utf-8", "replace") if isinstance(cell, str) else cell for cell in row) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        made.MADE["openadapt"][1](Path(folder), say)
        database = sqlite3.connect(Path(folder) / "recording.db")
        marks = ", ".join(["CAST(? AS TEXT)"] * 3 + ["?"] * 12)
        database.executemany(f"INSERT INTO action_event VALUES (99, {marks})", rows)
        safe = [tuple(str(c).encode("utf-8", "replace") if isinstance(c, str) else c for c in row) for row in windows]
        database.executemany("INSERT INTO window_event VALUES (9, ?, ?, ?, ?, ?, ?, ?, ?)", safe)
        database.commit()
        database.close()
        found = recordings.find(Path(folder))
        told = sum(event.count or 1 for event in found.events())
        held = list(recordings.actions(Path(folder), POLICY))
        assert sum(sum(item.counts.values()) for item in held) == told


DEEP = 1_000_000
BOMBS: dict[str, bytes] = {
    "a million brackets": b"[" * DEEP,
    "a million objects": b'{"type":2,"data":' * DEEP,
    "a million brackets in an event": b'[{"type":3,"data":{"source":0,"adds":' + b"[" * DEEP + b"]" * DEEP + b"}}]",
    "a page in a page": b'[{"type":2,"data":{"node":' + b'{"id":1,"childNodes":[' * DEEP + b"]}" * DEEP + b"}}]",
    "damage over and over": b'[{"type":4,"data":{}},' + b'{"type":3,"data":{"a":[{' * 50_000,
    "buckets in buckets": b'{"buckets":' * DEEP,
    "a header of a million columns": b"timeStamp,targetApp,eventType" + b",timeStamp" * DEEP + b"\n1,Excel,copy\n",
    "a row of a million cells": b"timeStamp,targetApp,eventType\n1,Excel,copy" + b"," * DEEP + b"\n1,Excel,copy\n",
    "a quote that never ends": b'timeStamp,targetApp,eventType\n1,Excel,copy\n1,"' + b"a\n" * DEEP,
    "one line without an end": b"x" * (40 << 20),
    "a number of a million digits": b'{"time_stamp": ' + b"9" * DEEP + b', "action": "move", "x": 1, "y": 1}\n',
    "sentences of backtracking": b'{"action":"click (' + b"1" * 100_000 + b", " + b"1." * 100_000 + b'"}\n' * 3,
    "a million elements in each other": b"<log>" + b"<trace>" * DEEP,
    "a million attributes": b"<log><trace><event "
    + b"".join(b'a%d="" ' % n for n in range(DEEP))
    + b"/></trace></log>",
    "a comment that never ends": b"<log><trace><event/><!--" + b"-a" * (20 << 20),
    "a log of a million columns": b"time,app" + b",case" * DEEP + b"\n1,Excel\n",
    "a log of a million cells in a row": b"time,app,case\n1,Excel" + b",c" * DEEP + b"\n",
    "NUL bytes": b"\x00" * DEEP,
    "a database that is none": b"SQLite format 3\x00" + b"\xff" * 100_000,
    "a gzip that is none": b"\x1f\x8b" + b"\xff" * 1000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_or_read(name: str) -> None:
    """That it ends is the test: what is not bounded would take hours, or all of the memory."""
    imported({"events.jsonl": BOMBS[name]})


@pytest.mark.parametrize("deep", [500, 100_000])
def test_a_deep_value_costs_only_its_event(tmp_path: Path, deep: int) -> None:
    good = made.rrweb_events(say)
    bomb = b'{"type":3,"timestamp":1,"data":{"source":0,"adds":[' + b"[" * deep + b"]" * deep + b"]}}"
    (tmp_path / "lines.jsonl").write_bytes(b"\n".join([encoded(good[0]), bomb, *map(encoded, good[1:])]))
    found = recordings.find(tmp_path)
    assert len(list(found.events())) > 20 and found.problems == 1
