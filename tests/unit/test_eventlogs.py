"""Event logs of others: each fault named and counted, every row accounted for, and no more memory for a longer log."""

import gzip
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from glasswork.api import importing
from glasswork.device.capture import recordings
from glasswork.device.capture.recordings import (
    SET_ASIDE,
    Note,
    Recording,
    RecordingRefused,
    RecordingUnknown,
    log_order,
    xes,
)
from glasswork.device.capture.recordings.times import reader_of
from glasswork.schema.action import Action
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import ActionKind, Command, GapClass, Reason, Role
from vectors.recordings import policy as policies

VECTORS = Path(policies.__file__).parent
POLICY = policies.policy()
GOOD = {"taken": 12, "case_parted": 2}
UNKNOWN = {"unknown_app": 1, "unknown_role": 1, "unknown_action": 1}
HEAD = "time,app,action,element,case"


def read(path: Path, columns: dict[str, str] | None = None) -> tuple[Recording, list[RawEvent]]:
    found = recordings.find(path, columns, POLICY)
    return found, list(found.events())


def noted(path: Path, columns: dict[str, str] | None = None) -> dict[str, int]:
    found, _ = read(path, columns)
    assert all(event.reason in ("", Reason.SOURCE, Reason.UNREADABLE) for event in read(path, columns)[1])
    return {str(note): count for note, count in found.notes.items()}


def acted(path: Path) -> list[Action]:
    return [held.action for held in recordings.actions(path, POLICY)]


def log(folder: Path, rows: list[str], head: str = HEAD) -> Path:
    (folder / "log.csv").write_text("\n".join([head, *rows]) + "\n")
    return folder


# What is odd, by the file that is named after it


@pytest.mark.parametrize(
    ("name", "expected", "unreadable", "passed_over"),
    [
        ("log_good", GOOD, 0, 0),
        ("log_unsorted", GOOD | {"resorted": 4}, 0, 0),
        ("log_duplicate_rows", GOOD | {"duplicate": 3}, 0, 0),
        ("log_future_time", GOOD | {"future_time": 1}, 0, 0),
        ("log_negative_time", GOOD | {"negative_time": 2}, 0, 0),
        ("log_missing_time", GOOD | {"no_time": 1}, 0, 0),
        ("log_unknown_time", GOOD | {"unknown_time": 1}, 0, 0),
        ("log_unknown_roles_and_apps", {"taken": 14, "case_parted": 2} | UNKNOWN, 0, 0),
        ("log_cases_interleaved", {"taken": 14, "case_interleaved": 6, "case_parted": 2}, 0, 0),
        ("log_case_by_case", {"taken": 8, "case_parted": 1, "resorted": 4}, 0, 0),
        ("log_one_row_sessions", {"taken": 12, "case_parted": 11, "one_row_session": 12}, 0, 0),
        ("log_of_rows_without_words", GOOD, 0, 1),
        ("xes_good", GOOD, 0, 0),
        ("xes_without_times", GOOD | {"no_times": 1}, 0, 0),
        ("xes_missing_time", {"taken": 3, "no_time": 1}, 0, 0),
        ("xes_truncated", {"taken": 13, "case_parted": 3, "one_row_session": 1, "hole": 1}, 1, 0),
        ("xes_undeclared_entity", GOOD | {"hole": 1}, 1, 0),
        ("xes_nested_too_deep", GOOD | {"hole": 1}, 1, 0),
    ],
)  # fmt: skip
def test_each_fault_is_named_and_counted_and_the_rest_is_kept(
    name: str, expected: dict[str, int], unreadable: int, passed_over: int, tmp_path: Path
) -> None:
    assert noted(VECTORS / name) == expected
    told = importing.preview(VECTORS / name, POLICY)
    assert told.taken == expected["taken"]
    assert told.faults == {fault: count for fault, count in expected.items() if fault != "taken"}
    assert (told.unreadable, told.passed_over) == (unreadable, passed_over)
    assert set(told.aside) == {fault for fault in told.faults if fault in SET_ASIDE}
    (file,) = (VECTORS / name).iterdir()
    (tmp_path / "log").write_bytes(gzip.compress(file.read_bytes()))
    assert noted(tmp_path) == expected


@pytest.mark.parametrize("name", ["log_future_time", "log_negative_time", "log_missing_time", "log_unknown_time"])
def test_a_row_set_aside_leaves_a_hole_where_it_stood(name: str) -> None:
    lost = [event.reason for event in read(VECTORS / name)[1] if event.kind is RawKind.LOST]
    assert lost and set(lost) == {Reason.SOURCE}
    kinds = [action.kind for action in acted(VECTORS / name)]
    assert kinds[10] is ActionKind.LOST and [k for k in kinds if k is not ActionKind.LOST] == [
        action.kind for action in acted(VECTORS / "log_good")
    ]


def test_what_was_out_of_order_or_there_twice_comes_to_the_same() -> None:
    good = acted(VECTORS / "log_good")
    assert acted(VECTORS / "log_unsorted") == acted(VECTORS / "log_duplicate_rows") == good
    assert {action.element.label for action in good if action.kind is ActionKind.CLICK and action.element} == {
        "save",
        "open",
    }


def test_a_row_that_comes_too_late_is_set_aside(tmp_path: Path) -> None:
    window = log_order.WINDOW
    rows = [f"{n},mousepad,click,Save button," for n in range(1, window + 5)]
    log(tmp_path, [*rows, "0,mousepad,click,Open button,", f"{window - 1}.5,mousepad,click,Open button,"])
    assert noted(tmp_path) == {"taken": window + 5, "out_of_order": 1, "resorted": 1}


def test_a_log_of_whole_cases_may_go_back_in_time(tmp_path: Path) -> None:
    long = log_order.WINDOW + 10
    rows = [f"{start + n},mousepad,click,Save button,{start}" for start in (900_000, 100) for n in range(long)]
    assert noted(log(tmp_path, rows)) == {"taken": 2 * long, "case_earlier": 1, "case_parted": 1}


def test_a_giant_session_is_noted_once_and_read_whole(tmp_path: Path) -> None:
    rows = [f"{n},mousepad,click,Save button,one" for n in range(2 * log_order.GIANT)]
    assert noted(log(tmp_path, rows)) == {"taken": len(rows), "giant_session": 1}


def test_rows_that_cannot_be_read_are_one_hole(tmp_path: Path) -> None:
    huge = "9" * 140_000
    rows = ["1,mousepad,click,a,", f"2,{huge}", f"3,{huge}", "4,mousepad,click,b,", f"5,{huge}", "6,mousepad,click,c,"]
    found, events = read(log(tmp_path, rows))
    assert found.notes[Note.HOLE] == 2 and found.problems == sum(event.kind is RawKind.LOST for event in events) >= 3
    assert found.notes[Note.TAKEN] == 3


# Columns


OTHERS = {"time": "wann", "app": "PROGRAMM", "action": "Was", "element": "Worauf", "case": "Fall"}


def test_columns_may_have_any_name() -> None:
    path = VECTORS / "log_of_other_columns"
    assert noted(path, OTHERS) == GOOD
    with pytest.raises(RecordingUnknown):
        recordings.find(path)


@pytest.mark.parametrize("columns", [{"time": "Wann"}, OTHERS | {"case": "Akte"}, OTHERS | {"app": ""}])
def test_a_column_that_is_not_there_is_said(columns: dict[str, str]) -> None:
    with pytest.raises(RecordingUnknown, match="--columns") as refused:
        recordings.find(VECTORS / "log_of_other_columns", columns)
    assert not any(column in str(refused.value) for column in ("Wann", "Akte", "Fall"))


def test_attributes_of_an_xes_log_may_have_any_name(tmp_path: Path) -> None:
    text = (VECTORS / "xes_good" / "log.xes").read_text()
    (tmp_path / "log.xes").write_text(text.replace('"app"', '"tool"').replace('"element"', '"target"'))
    found, events = read(tmp_path, {"app": "tool", "element": "target"})
    assert found.notes[Note.TAKEN] == 12
    assert {event.app for event in events if event.kind is RawKind.FOCUS} == {"mousepad"}
    assert {event.role for event in events if event.kind is RawKind.ELEMENT} == {Role.BUTTON}


# What comes of a row


@pytest.mark.parametrize(
    ("action", "element", "kind", "command", "role"),
    [
        ("click", "Save button", ActionKind.CLICK, Command.SAVE, Role.BUTTON),
        ("clickButton", "Save", ActionKind.CLICK, Command.SAVE, Role.BUTTON),
        ("Double click", "button: Save", ActionKind.DOUBLE_CLICK, Command.SAVE, Role.BUTTON),
        ("type_text", "name field", ActionKind.TYPE_TEXT, Command.NONE, Role.TEXTBOX),
        ("insertValue", "name", ActionKind.TYPE_TEXT, Command.NONE, Role.NONE),
        ("Select option", "colour combobox", ActionKind.SELECT_OPTION, Command.NONE, Role.COMBOBOX),
        ("paste", "name field", ActionKind.HOTKEY, Command.PASTE, Role.TEXTBOX),
        ("hotkey ctrl+z", "", ActionKind.HOTKEY, Command.UNDO, Role.NONE),
        ("hotkey save", "", ActionKind.HOTKEY, Command.SAVE, Role.NONE),
        ("press_key enter", "", ActionKind.PRESS_KEY, Command.NONE, Role.NONE),
        ("scroll down", "", ActionKind.SCROLL, Command.NONE, None),
        ("Approve invoice", "", ActionKind.CLICK, Command.NONE, Role.NONE),
        ("Öffnen", "", ActionKind.CLICK, Command.NONE, Role.NONE),
    ],
)
def test_actions_by_their_words(
    action: str, element: str, kind: ActionKind, command: Command, role: Role | None, tmp_path: Path
) -> None:
    done = acted(log(tmp_path, ["1,mousepad,open,,,,", f"2,mousepad,{action},{element},"]))
    assert [one.kind for one in done] == [ActionKind.SWITCH_APP, kind]
    assert done[1].command is command
    assert (done[1].element.role if done[1].element else None) is role


def test_window_switches_alone_are_a_log(tmp_path: Path) -> None:
    rows = ["2024-01-01 10:00,mousepad", "2024-01-01 10:01,pcmanfm", "2024-01-01 10:01,mousepad"]
    done = acted(log(tmp_path, rows, "time,app"))
    assert [one.kind for one in done] == [ActionKind.SWITCH_APP] * 3
    assert done[1].gap is GapClass.UNDER_64S or done[1].gap is GapClass.UNDER_256S


def test_two_rows_are_two_clicks_however_coarse_their_times_are(tmp_path: Path) -> None:
    done = acted(
        log(tmp_path, ["60,mousepad,click,Save button,a,1", "60,mousepad,click,Save button,a,2"], HEAD + ",id")
    )
    assert [one.kind for one in done] == [ActionKind.SWITCH_APP, ActionKind.CLICK, ActionKind.CLICK]


def test_a_secret_field_leaves_only_that_it_was_used(tmp_path: Path) -> None:
    done = acted(log(tmp_path, ["1,mousepad,type,Password field,", "2,mousepad,click,Save button,"]))
    assert [one.kind for one in done] == [ActionKind.SWITCH_APP, ActionKind.SUPPRESSED, ActionKind.CLICK]
    assert done[1].reason is Reason.SECRET_FIELD


@pytest.mark.parametrize(
    ("samples", "text", "seconds"),
    [
        (["06.05.2024 09:00"], "06.05.2024 09:01", 1714986060.0),
        (["05/13/2024 09:00:00", "05/06/2024 09:00:00"], "05/06/2024 09:01:00", 1714986060.0),
        (["13/05/2024, 09:00", "06/05/2024, 09:00"], "06/05/2024, 09:01", 1714986060.0),
        (["2024-05-06T09:00:00+02:00"], "2024-05-06T09:01:00+00:00", 1714986060.0),
        (["1714986000000"], "1714986060000", 1714986060.0),
        ([], "1714986060", 1714986060.0),
        (["06.05.2024 09:00"], "yesterday", None),
    ],
)
def test_the_form_of_a_logs_times_is_found(samples: list[str], text: str, seconds: float | None) -> None:
    assert reader_of(samples)(text) == seconds


# XES


@pytest.mark.parametrize("name", ["xes_document_type", "xes_entity_bomb"])
def test_a_document_type_is_refused_and_nothing_is_fetched(name: str) -> None:
    with pytest.raises(RecordingRefused) as refused:
        recordings.find(VECTORS / name)
    assert refused.value.exit_code == 65 and "127" not in str(refused.value)


def test_another_document_is_no_log() -> None:
    with pytest.raises(RecordingUnknown):
        recordings.find(VECTORS / "xes_other_document")


def test_a_tag_without_an_end_is_not_waited_for(tmp_path: Path) -> None:
    good = (VECTORS / "xes_good" / "log.xes").read_text()
    (tmp_path / "log.xes").write_text(good.replace("</log>", '<string key="' + "a" * (3 * xes.LONGEST_TOKEN)))
    assert noted(tmp_path) == GOOD | {"hole": 1}


def test_text_between_the_tags_may_be_long(tmp_path: Path) -> None:
    good = (VECTORS / "xes_good" / "log.xes").read_text()
    (tmp_path / "log.xes").write_text(
        good.replace("</trace>", "many words " * (xes.LONGEST_TOKEN // 4) + "</trace>", 1)
    )
    assert noted(tmp_path) == GOOD


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_any_encoding_that_is_declared_is_read(encoding: str, tmp_path: Path) -> None:
    text = (VECTORS / "xes_good" / "log.xes").read_text().replace("UTF-8", encoding)
    (tmp_path / "log.xes").write_bytes(text.encode(encoding))
    assert noted(tmp_path) == GOOD


# Memory


MEASURED = """
import resource, sys
from pathlib import Path
from glasswork.device.capture import recordings
from glasswork.schema.raw import RawKind
from vectors.recordings.policy import policy
folder, rows = Path(sys.argv[1]), int(sys.argv[2])
with (folder / "log.csv").open("w") as file:
    file.write("time,app,action,element,case\\n")
    for n in range(rows):
        file.write(f"{n},app{n % 70_000},click,thing {n} button,case {n}\\n")
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[3]) << 20,) * 2)
found = recordings.find(folder)
away = sum(event.kind is RawKind.AWAY for event in found.events())
assert found.notes == {"taken": rows, "case_parted": rows - 1, "one_row_session": rows}, found.notes
assert away == rows - 1
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)
"""


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_memory_does_not_grow_with_one_row_sessions(tmp_path: Path) -> None:
    """A million of them, as all of the memory that a hundred thousand take: ten million are ten times as long a file,
    and the state that is kept (the window, the cases in it) is the same."""
    taken: list[int] = []
    for rows in (100_000, 1_000_000):
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, tmp_path, str(rows), "400"],
            capture_output=True, text=True, timeout=800, env={"PYTHONPATH": str(VECTORS.parents[1])},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        taken.append(int(done.stdout))
    assert taken[1] <= taken[0] + 4, f"MiB: {taken}"


def test_every_note_is_told_in_the_documentation() -> None:
    text = (Path(__file__).parents[2] / "docs" / "recordings.md").read_text()
    assert [note for note in Note if note is not Note.TAKEN and f"`{note}`" not in text] == []
    assert Counter(text.split())["`xes`"] and Counter(text.split())["`eventlog`"]
