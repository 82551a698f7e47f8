"""Event logs: any rows in any order are all accounted for, and small logs come out as a plain oracle says."""

import csv
import tempfile
from collections import Counter
from pathlib import Path
from unittest.mock import patch
from xml.sax.saxutils import quoteattr

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glasswork.device.capture import recordings
from glasswork.device.capture.recordings import SET_ASIDE, Note, log_order
from glasswork.device.capture.recordings.log_order import Row, in_order
from glasswork.device.capture.recordings.times import seconds
from glasswork.schema.raw import RawKind
from vectors.recordings.policy import policy

COLUMNS = ("time", "app", "action", "element", "case")
ANY = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)
ODD_TIMES = ["", "NaN", "inf", "1e999", "4e9", "2999-01-01", "2024-01-01T10:00:00Z"]
TIMES = st.one_of(st.integers(-3, 40).map(str), st.sampled_from(ODD_TIMES), ANY)
ACTIONS = st.sampled_from(
    ["", "click", "type", "copy", "hotkey ctrl+c", "press_key", "scroll up", "open", "select", "submit"]
)
ROWS = st.lists(
    st.tuples(TIMES, ANY, ACTIONS | ANY, ANY | st.just("Save button"), st.sampled_from(["", "a", "b", "c"])),
    max_size=30,
)
slowly = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)


def accounted(folder: Path) -> int:
    """Rows that were taken, set aside, unreadable or passed over; every raw event of them is in one action."""
    found = recordings.find(folder)
    told = sum(event.count or 1 for event in found.events())
    held = list(recordings.actions(folder, policy()))
    assert sum(sum(item.counts.values()) for item in held) == told
    return sum(found.notes[note] for note in (Note.TAKEN, *SET_ASIDE)) + found.problems + found.passed_over


@slowly
@given(rows=ROWS, window=st.sampled_from([1, 3, log_order.WINDOW]))
def test_every_row_of_a_csv_is_accounted_for(rows: list[tuple[str, ...]], window: int) -> None:
    rows = [*rows, ("1", "mousepad", "click", "Save button", "a")]
    with tempfile.TemporaryDirectory() as folder, patch.object(log_order, "WINDOW", window):
        with (Path(folder) / "log.csv").open("w", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *rows])
        assert accounted(Path(folder)) == len(rows)


@slowly
@given(traces=st.lists(ROWS, min_size=1, max_size=4))
def test_every_event_of_an_xes_is_accounted_for(traces: list[list[tuple[str, ...]]]) -> None:
    traces[0] = [("1", "mousepad", "click", "Save button", "a"), *traces[0]]
    keys = ("time:timestamp", "app", "concept:name", "element")
    body = "".join(
        "<trace>"
        + "".join(
            "<event>"
            + "".join(f"<string key='{k}' value={quoteattr(v)}/>" for k, v in zip(keys, row, strict=False))
            + "</event>"
            for row in rows
        )
        + "</trace>"
        for rows in traces
    )
    with tempfile.TemporaryDirectory() as folder:
        text = "".join(char if char.isprintable() and ord(char) < 0xFFFE else "?" for char in f"<log>{body}</log>")
        (Path(folder) / "log.xes").write_text(text, encoding="utf-8")
        assert accounted(Path(folder)) == sum(map(len, traces))


@slowly
@given(rows=st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abcd"), st.integers(0, 2)), max_size=40))
def test_small_logs_come_out_as_sorted_and_cut_where_all_that_began_is_over(rows: list[tuple[int, str, int]]) -> None:
    made = [Row(str(time), "mousepad", "click", str(what), case, hash((time, case, what))) for time, case, what in rows]
    placed = list(in_order(made, seconds, 1e9))
    oracle = sorted(made, key=lambda row: int(row.time))
    kept = [row for number, row in enumerate(oracle) if number == 0 or row != oracle[number - 1]]
    assert [row for _, row in placed if isinstance(row, Row)] == kept
    parted, begun, at = [], set(), 0
    for number, row in enumerate(oracle):
        if number and row.case != oracle[number - 1].case and not begun & {later.case for later in oracle[number:]}:
            parted.append(at)
            begun = set()
        begun.add(row.case)
        at += number == 0 or row != oracle[number - 1]
    cuts, at = [], 0
    for _, told in placed:
        cuts += [at] if told is Note.CASE_PARTED else []
        at += isinstance(told, Row)
    assert cuts == parted
    counts = Counter(told for _, told in placed if isinstance(told, Note))
    assert counts[Note.DUPLICATE] == len(made) - len(kept)
    behind = [max(int(row.time) for row in made[: n + 1]) > int(row.time) for n, row in enumerate(made)]
    assert counts[Note.RESORTED] == sum(behind)


@slowly
@given(rows=ROWS)
def test_a_boundary_is_an_absence_and_nothing_else_is(rows: list[tuple[str, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with (Path(folder) / "log.csv").open("w", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *rows, ("1", "mousepad", "click", "Save button", "a")])
        found = recordings.find(Path(folder))
        kinds = Counter(event.kind for event in found.events())
        assert kinds[RawKind.AWAY] == found.notes[Note.CASE_PARTED]
        aside = sum(found.notes[note] for note in SET_ASIDE - {Note.DUPLICATE})
        assert kinds[RawKind.LOST] == aside + found.problems
