"""The hold by example: what goes in comes out, keys, calendars, words."""

import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasswork.device import hold, names
from glasswork.device.errors import HoldKeyGone, HoldLocked
from glasswork.device.hold import keyring
from glasswork.device.hold.key import VARIABLE
from glasswork.device.hold.records import RECORD_ACTIONS
from glasswork.device.hold.words import words
from glasswork.device.reduce import Reduction
from glasswork.redact.gazetteer import Entry, NameKind
from glasswork.schema.action import Action, Element, Node, Screen, Value
from glasswork.schema.batch import Held
from glasswork.schema.errors import FormatError, VersionError
from glasswork.schema.event import Event, EventKind
from glasswork.schema.raw import RawKind
from glasswork.schema.words import (
    ActionKind,
    AppCategory,
    CountBucket,
    GapClass,
    LengthBucket,
    Modality,
    Preference,
    Reason,
    Role,
    ValueKind,
)
from strategies import held

KEY = bytes(range(32))
CONTEXT = hold.Context("session", "0" * 64)
SCREEN = Screen((Node(Role.WINDOW, 0), Node(Role.BUTTON, 1, "Save")))
CLICK = Held(Action(kind=ActionKind.CLICK), SCREEN, {RawKind.PRESS: 1, RawKind.RELEASE: 1, RawKind.MOVE: 7})
HIDDEN = Held(Action(kind=ActionKind.SUPPRESSED, reason=Reason.UNKNOWN_FIELD), None, {RawKind.KEY_DOWN: 12})
SECRET = Held(Action(kind=ActionKind.SUPPRESSED, reason=Reason.SECRET_FIELD), None, {RawKind.KEY_DOWN: 12})
HOUR = 3600.0
DAY = 24 * HOUR


def at(seconds: float, boot: str = "first") -> hold.Moment:
    return hold.Moment(1_700_000_000 + seconds, 100 + seconds, boot)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[hold.Hold]:
    with hold.open_hold(tmp_path / "device", KEY) as handle:
        yield handle


@pytest.fixture
def keyring_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv(VARIABLE, raising=False)
    if not keyring.put("glasswork-test", b"x"):
        pytest.skip("this machine has no usable kernel keyring")
    keyring.remove("glasswork-test")
    yield tmp_path / "device"
    hold.erase(tmp_path / "device")


def test_what_is_appended_is_reviewed_in_order(opened: hold.Hold) -> None:
    hold.append(opened, [CLICK, HIDDEN], CONTEXT, at(0))
    hold.append(opened, [HIDDEN], hold.Context("other", "1" * 64, "published sample"), at(2 * DAY))
    first, second = hold.review(opened).records
    assert first.held == (CLICK, HIDDEN) and first.context == CONTEXT
    assert second.held == (HIDDEN,) and second.context.basis == "published sample"
    assert (first.id, first.day, first.age_days(at(2 * DAY))) == (1, at(0).day.isoformat(), 2)
    assert hold.count(opened) == 3


def test_a_long_append_is_one_step_but_several_records(opened: hold.Hold) -> None:
    hold.append(opened, [CLICK] * (2 * RECORD_ACTIONS + 1), CONTEXT)
    records = hold.review(opened).records
    assert [len(record.held) for record in records] == [RECORD_ACTIONS, RECORD_ACTIONS, 1]
    assert [record.id for record in records] == [1, 2, 3]


def test_a_basis_that_would_not_fit_an_envelope_is_not_stored(opened: hold.Hold) -> None:
    with pytest.raises(FormatError):
        hold.append(opened, [CLICK], hold.Context("session", "0" * 64, "x" * 201))
    hold.append(opened, [CLICK], hold.Context("session", "0" * 64, "x" * 200))
    assert hold.count(opened) == 1


def test_numbers_of_deleted_records_are_not_used_again(opened: hold.Hold) -> None:
    hold.append(opened, [CLICK], CONTEXT)
    assert hold.drop(opened, [1]) == 1
    assert hold.drop(opened, [1]) == 0
    hold.append(opened, [CLICK], CONTEXT)
    assert [record.id for record in hold.review(opened).records] == [2]


def test_totals_follow_what_is_held_and_forgotten(opened: hold.Hold) -> None:
    hold.append(opened, [CLICK, HIDDEN], CONTEXT, at(0))
    hold.append(opened, [CLICK], CONTEXT, at(HOUR))
    assert hold.totals(opened).raw == {
        RawKind.PRESS: 2,
        RawKind.RELEASE: 2,
        RawKind.MOVE: 14,
        RawKind.KEY_DOWN: 12,
    }
    assert hold.totals(opened).suppressed == 12
    hold.forget(opened, 61, at(HOUR))
    assert hold.totals(opened) == hold.Totals()


def test_not_even_the_length_of_a_secret_is_kept(opened: hold.Hold) -> None:
    hold.append(opened, [SECRET], CONTEXT)
    (record,) = hold.review(opened).records
    assert record.held == (Held(SECRET.action, None, {}),)
    assert hold.totals(opened) == hold.Totals()


def test_only_number_and_day_can_be_read_without_the_key(opened: hold.Hold) -> None:
    hold.append(opened, [CLICK], hold.Context("session", "0" * 64, "a-stated-basis"))
    with hold.open_hold(opened.folder, None) as locked:
        with pytest.raises(HoldLocked):
            hold.review(locked)
        with pytest.raises(HoldLocked):
            hold.append(locked, [CLICK], CONTEXT)
    data = (opened.folder / "hold.sqlite3").read_bytes()
    assert b"a-stated-basis" not in data and b"click" not in data and b"Save" not in data


def test_files_are_the_participants_alone(opened: hold.Hold) -> None:
    hold.append(opened, [CLICK], CONTEXT)
    assert stat.S_IMODE(opened.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in opened.folder.iterdir()} == {0o600}


def test_unsent_work_is_deleted_after_seven_days_without_the_key(opened: hold.Hold) -> None:
    hold.append(opened, [CLICK], CONTEXT, at(0))
    hold.append(opened, [CLICK], CONTEXT, at(3 * DAY))
    with hold.open_hold(opened.folder, None) as locked:
        assert hold.expire(locked, moment=at(7 * DAY - 1)) == 0
        assert hold.expire(locked, moment=at(7 * DAY)) == 1
        assert hold.expire(locked, days=1000, moment=at(10 * DAY)) == 1  # no setting makes it longer
    assert hold.count(opened) == 0


def test_a_policy_can_shorten_the_seven_days(opened: hold.Hold) -> None:
    hold.append(opened, [CLICK], CONTEXT, at(0))
    assert hold.expire(opened, days=2, moment=at(2 * DAY)) == 1


def test_a_clock_set_wrong_and_right_again_deletes_nothing_new(opened: hold.Hold) -> None:
    wrong = hold.Moment(0.0, 200.0, "first")  # 1970, as a machine without a battery starts
    hold.append(opened, [CLICK], CONTEXT, at(0))
    hold.append(opened, [CLICK], CONTEXT, wrong)
    assert hold.expire(opened, moment=at(200)) == 0
    assert hold.count(opened) == 2


def test_a_clock_set_back_does_not_lengthen_the_seven_days(opened: hold.Hold) -> None:
    hold.append(opened, [CLICK], CONTEXT, at(0))
    back = hold.Moment(at(0).wall - 30 * DAY, 100 + 7 * DAY, "first")
    assert hold.expire(opened, moment=back) == 1


def test_days_pass_while_the_machine_is_off(opened: hold.Hold) -> None:
    hold.append(opened, [CLICK], CONTEXT, at(0))
    assert hold.expire(opened, moment=hold.Moment(at(0).wall + 7 * DAY, 5.0, "second")) == 1


def test_forgetting_goes_by_real_time_when_the_clock_jumps(opened: hold.Hold) -> None:
    hold.append(opened, [CLICK], CONTEXT, at(0))
    hold.append(opened, [HIDDEN], CONTEXT, at(HOUR))
    jumped = hold.Moment(at(0).wall + 400 * DAY, at(HOUR + 60).boot, "first")
    assert hold.forget(opened, 5, jumped) == 1
    assert [record.held for record in hold.review(opened).records] == [(CLICK,)]


def test_a_key_in_the_keyring_is_found_again_by_other_processes(keyring_folder: Path) -> None:
    key = hold.find_key(keyring_folder)
    assert len(key) == 32 and hold.find_key(keyring_folder) == key
    program = "import sys; from pathlib import Path; from glasswork.device import hold; "
    program += "sys.stdout.buffer.write(hold.find_key(Path(sys.argv[1])))"
    found = subprocess.run([sys.executable, "-c", program, keyring_folder], capture_output=True, check=True)
    assert found.stdout == key
    for path in keyring_folder.iterdir():
        assert key not in path.read_bytes()


def test_a_hold_whose_key_ended_can_be_begun_anew(keyring_folder: Path) -> None:
    with hold.open_hold(keyring_folder, hold.find_key(keyring_folder)) as handle:
        hold.append(handle, [CLICK], CONTEXT)
        (identity,) = handle.db.execute("SELECT value FROM meta WHERE name = 'id'").fetchone()
    keyring.remove(f"glasswork-hold-{identity.hex()}")  # what a restart of the machine does
    with pytest.raises(HoldKeyGone):
        hold.find_key(keyring_folder)
    assert hold.renew(keyring_folder) == 1
    with hold.open_hold(keyring_folder, hold.find_key(keyring_folder)) as handle:
        hold.append(handle, [HIDDEN], CONTEXT)
        assert hold.count(handle) == 1


def test_a_hold_with_a_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    key = hold.find_key(tmp_path, lambda: "four words of mine", prefer_passphrase=True)
    with hold.open_hold(tmp_path, key) as handle:
        hold.append(handle, [CLICK], CONTEXT)
    with pytest.raises(HoldLocked):
        hold.find_key(tmp_path)
    with pytest.raises(HoldLocked):
        hold.open_hold(tmp_path, hold.find_key(tmp_path, lambda: "three words of mine"))
    monkeypatch.setenv(VARIABLE, "four words of mine")
    with hold.open_hold(tmp_path, hold.find_key(tmp_path)) as handle:
        assert hold.count(handle) == 1


def test_erasing_leaves_nothing(keyring_folder: Path) -> None:
    with hold.open_hold(keyring_folder, hold.find_key(keyring_folder)) as handle:
        hold.append(handle, [CLICK], CONTEXT)
    hold.erase(keyring_folder)
    assert list(keyring_folder.iterdir()) == []


def test_words_say_what_leaves() -> None:
    typed = Action(
        kind=ActionKind.TYPE_TEXT,
        app="mousepad",
        category=AppCategory.EDITOR,
        window=2,
        modality=Modality.KEYBOARD,
        element=Element(Role.TEXTBOX, key=3),
        value=Value(1, ValueKind.TEXT, LengthBucket.TO_64),
        erased=CountBucket.TO_3,
    )
    assert words(Held(typed, SCREEN, {RawKind.KEY_DOWN: 40})) == (
        "typed a text of 17–64 characters (number 1) into a textbox (element 3) in mousepad (editor, window 2); "
        "deleted 2-3 times; by keyboard; with the structure of the window (2 parts)"
    )
    assert words(SECRET) == "something was left out (a secret field)"


@given(held(), st.sampled_from(["app", "window", "erased", "task", "reason", "amount", "command"]), held())
def test_words_differ_where_what_leaves_differs(one: Held, name: str, other: Held) -> None:
    value = getattr(other.action, name)
    shown = msgspec.structs.replace(one.action, kind=ActionKind.TASK if name == "task" else ActionKind.CLICK)
    different = msgspec.structs.replace(shown, **{name: value})
    same = getattr(shown, name) == value
    assert same == (words(Held(shown, None, {})) == words(Held(different, None, {})))


def test_every_action_has_words() -> None:
    for kind in ActionKind:
        assert words(Held(Action(kind=kind), None, {}))


def test_words_say_which_way_was_the_better() -> None:
    said = {way: words(Held(Action(kind=ActionKind.TASK, task="x", preferred=way), None, {})) for way in Preference}
    assert "better" in said[Preference.BETTER] and "worse" in said[Preference.WORSE]
    assert len(set(said.values())) == 3


def numbered(count: int, start: int = 0) -> list[Held]:
    """Clicks that can be told apart by their window, each four seconds after the one before."""
    gap = GapClass.UNDER_16S
    return [
        Held(Action(kind=ActionKind.CLICK, gap=gap, window=start + n), None, {RawKind.PRESS: 1}) for n in range(count)
    ]


def leaves(handle: hold.Hold) -> list[str]:
    """What would leave, in short: windows of clicks, names of tasks, `end` and `gap`."""
    said = {ActionKind.GAP: "gap"}
    return [
        (line.held.action.task or "end")
        if line.held.action.kind is ActionKind.TASK
        else said.get(line.held.action.kind, str(line.held.action.window))
        for line in hold.leaving(hold.review(handle).records, hold.tasks(handle))
    ]


def addresses(handle: hold.Hold) -> list[hold.Address]:
    return [address for record in hold.review(handle).records for address, _ in record.addressed()]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("12", (12, 0), (12, 99)),
        ("12:3", (12, 3), (12, 3)),
        ("12:3-14:1", (12, 3), (14, 1)),
        ("12-14", (12, 0), (14, 99)),
    ],
)
def test_spans_are_written_and_read(text: str, first: hold.Address, last: hold.Address) -> None:
    span = hold.parse(text)
    assert (span.first, span.last) == (first, last) and hold.parse(str(span)) == span


@pytest.mark.parametrize("text", ["", "x", "1:", ":1", "1-", "1:2:3", "-1", "1 2", "²", "1" * 99, "1:2-3:4-5", "1\n"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(hold.ChoiceRefused):
        hold.parse(text)


def test_single_actions_are_deleted_and_the_others_keep_their_numbers(opened: hold.Hold) -> None:
    hold.append(opened, numbered(5), CONTEXT)
    before = (opened.folder / "hold.sqlite3").read_bytes()
    (sealed,) = opened.db.execute("SELECT sealed FROM record").fetchone()
    assert sealed in before
    assert hold.drop(opened, [hold.parse("1:2"), hold.parse("1:4")]) == 2
    assert addresses(opened) == [(1, 1), (1, 3), (1, 5)]
    assert hold.drop(opened, [hold.parse("1:2")]) == 0  # the other tab was later
    assert hold.drop(opened, [hold.parse("1:3")]) == 1
    assert addresses(opened) == [(1, 1), (1, 5)] and hold.count(opened) == 2
    assert hold.totals(opened).raw == {RawKind.PRESS: 2}
    after = (opened.folder / "hold.sqlite3").read_bytes()
    assert not any(sealed[at : at + 16] in after for at in range(0, len(sealed) - 16, 16))


def test_a_span_over_records_is_deleted(opened: hold.Hold) -> None:
    for number in range(4):
        hold.append(opened, numbered(3, 3 * number), CONTEXT)
    assert hold.drop(opened, [hold.parse("1:3-4:1")]) == 8
    assert addresses(opened) == [(1, 1), (1, 2), (4, 2), (4, 3)]


def test_a_deletion_looks_like_a_pause(opened: hold.Hold) -> None:
    hold.append(opened, numbered(3), CONTEXT)
    hold.append(opened, numbered(2, 3), CONTEXT)
    hold.append(opened, numbered(2, 5), CONTEXT)
    assert leaves(opened) == ["0", "1", "2", "3", "4", "5", "6"]
    hold.drop(opened, [hold.parse("1:2"), hold.parse("2")])
    assert leaves(opened) == ["0", "gap", "2", "gap", "5", "6"]
    lines = list(hold.leaving(hold.review(opened).records, []))
    assert [line.held.action.gap for line in lines if line.at in ((1, 3), (3, 1))] == [GapClass.NONE] * 2
    reduction = Reduction()
    away = Event(kind=EventKind.AWAY, source=RawKind.AWAY, time=1.0)
    (pause,) = [*reduction.feed(away), *reduction.finish()]
    assert {line.held.action for line in lines if line.at is None} == {pause.action}


def test_the_last_actions_of_a_record_leave_a_gap_too(opened: hold.Hold) -> None:
    hold.append(opened, numbered(3), CONTEXT)
    hold.append(opened, numbered(2, 3), CONTEXT)
    hold.drop(opened, [hold.parse("1:3")])
    assert leaves(opened) == ["0", "1", "gap", "3", "4"]


def test_a_task_is_enclosed_in_its_markers_whatever_is_deleted(opened: hold.Hold) -> None:
    hold.append(opened, numbered(3), CONTEXT)
    hold.append(opened, numbered(3, 3), CONTEXT)
    task = hold.name_task(opened, "  file \n an invoice ", hold.parse("1:2-2:2"))
    assert task.name == "file an invoice" and hold.tasks(opened) == [task]
    assert leaves(opened) == ["0", "file an invoice", "1", "2", "3", "4", "end", "5"]
    hold.drop(opened, [hold.parse("1:2"), hold.parse("2:2")])
    assert leaves(opened) == ["0", "gap", "file an invoice", "2", "3", "end", "gap", "5"]
    hold.drop(opened, [1, 2])
    assert hold.tasks(opened) == [] and leaves(opened) == []


def test_tasks_that_follow_each_other(opened: hold.Hold) -> None:
    hold.append(opened, numbered(4), CONTEXT)
    hold.name_task(opened, "one", hold.parse("1:1-1:2"))
    hold.name_task(opened, "two", hold.parse("1:3-1:4"))
    assert leaves(opened) == ["one", "0", "1", "end", "two", "2", "3", "end"]


def test_a_new_task_replaces_those_that_it_overlaps(opened: hold.Hold) -> None:
    hold.append(opened, numbered(6), CONTEXT)
    hold.name_task(opened, "one", hold.parse("1:1-1:2"))
    hold.name_task(opened, "two", hold.parse("1:4-1:5"))
    hold.name_task(opened, "all", hold.parse("1:2-1:4"))
    assert leaves(opened) == ["0", "all", "1", "2", "3", "end", "4", "5"]
    (task,) = hold.tasks(opened)
    assert hold.remove_task(opened, task.id) and not hold.remove_task(opened, task.id)
    assert leaves(opened) == ["0", "1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "x" * 65,
        "a\u202eb",
        "mail anna.example@example.org",
        "call +44 20 7946 0958",
        "IBAN DE89370400440532013000",
    ],
)
def test_a_name_that_may_not_leave_is_refused_without_being_quoted(opened: hold.Hold, name: str) -> None:
    hold.append(opened, numbered(2), CONTEXT)
    with pytest.raises(hold.ChoiceRefused) as refused:
        hold.name_task(opened, name, hold.whole(1))
    assert not name.strip() or name not in str(refused.value)
    assert hold.tasks(opened) == []


def test_a_name_of_the_organisations_lists_does_not_leave_as_a_tasks(opened: hold.Hold) -> None:
    hold.append(opened, [CLICK], CONTEXT)
    assert hold.name_task(opened, "the quarterly Zirkonia review", hold.whole(1)).name
    names.store(opened.folder, KEY, [Entry("Zirkonia", NameKind.PROJECT)])
    with pytest.raises(hold.ChoiceRefused):
        hold.name_task(opened, "the quarterly Zirkonia review", hold.whole(1))
    assert hold.name_task(opened, "the quarterly review", hold.whole(1)).name


def test_a_task_lies_within_one_day_and_one_run(opened: hold.Hold) -> None:
    hold.append(opened, numbered(1), CONTEXT, at(0))
    hold.append(opened, numbered(1), CONTEXT, at(DAY))
    hold.append(opened, numbered(1), hold.Context("other", "0" * 64), at(DAY))
    for span in ("1-2", "2-3", "9"):
        with pytest.raises(hold.ChoiceRefused):
            hold.name_task(opened, "too much", hold.parse(span))


def test_one_way_is_better_than_the_others_of_its_name(opened: hold.Hold) -> None:
    hold.append(opened, numbered(6), CONTEXT)
    first = hold.name_task(opened, "save", hold.parse("1:1"))
    with pytest.raises(hold.ChoiceRefused):
        hold.prefer(opened, first.id)
    second = hold.name_task(opened, "save", hold.parse("1:2"))
    hold.name_task(opened, "print", hold.parse("1:3"))
    assert hold.prefer(opened, second.id) == "save"
    said = {task.first[1]: task.preferred for task in hold.tasks(opened)}
    assert said == {1: Preference.WORSE, 2: Preference.BETTER, 3: Preference.NONE}
    hold.prefer(opened, first.id)
    assert [task.preferred for task in hold.tasks(opened)][:2] == [Preference.BETTER, Preference.WORSE]
    markers = [line.held.action.preferred for line in hold.leaving(hold.review(opened).records, hold.tasks(opened))]
    assert markers.count(Preference.BETTER) == 1 and markers.count(Preference.WORSE) == 1


def test_withheld_records_can_be_released_and_expire_like_others(opened: hold.Hold) -> None:
    for number in range(3):
        hold.append(opened, numbered(1, number), CONTEXT, at(0))
    assert hold.withhold(opened, [hold.parse("2"), hold.parse("3:1")]) == 2
    assert [record.withheld for record in hold.review(opened).records] == [False, True, True]
    assert hold.withhold(opened, [hold.parse("1-3")], withheld=False) == 2
    hold.withhold(opened, [hold.parse("1")])
    assert hold.expire(opened, moment=at(7 * DAY)) == 3


def test_half_a_task_does_not_leave(opened: hold.Hold) -> None:
    for number in range(5):
        hold.append(opened, numbered(2, number), CONTEXT)
    hold.name_task(opened, "one", hold.parse("1:2-2:1"))
    hold.name_task(opened, "two", hold.parse("2:2-3:1"))
    hold.withhold(opened, [hold.parse("3")])
    records, tasks = hold.review(opened).records, hold.tasks(opened)
    assert hold.kept_back(records, tasks, lambda record: False) == {1, 2, 3}
    assert hold.kept_back(records, tasks, lambda record: record.id == 5) == {1, 2, 3, 5}


def test_names_of_tasks_are_sealed_and_gone_when_they_are_removed(opened: hold.Hold) -> None:
    hold.append(opened, numbered(2), CONTEXT)
    task = hold.name_task(opened, "an unusual phrase", hold.whole(1))
    (sealed,) = opened.db.execute("SELECT sealed FROM task").fetchone()
    data = (opened.folder / "hold.sqlite3").read_bytes()
    assert b"an unusual phrase" not in data and sealed in data
    hold.remove_task(opened, task.id)
    assert sealed not in (opened.folder / "hold.sqlite3").read_bytes()


def test_forgetting_takes_the_tasks_along(opened: hold.Hold) -> None:
    hold.append(opened, numbered(2), CONTEXT, at(0))
    hold.append(opened, numbered(2, 2), CONTEXT, at(HOUR))
    hold.name_task(opened, "long", hold.parse("1:2-2:1"))
    hold.forget(opened, 1, at(HOUR))
    assert leaves(opened) == ["0", "long", "1", "end"]
    hold.expire(opened, moment=at(8 * DAY))
    assert hold.tasks(opened) == []


def test_counting_opens_no_action(opened: hold.Hold) -> None:
    hold.append(opened, numbered(RECORD_ACTIONS + 3), CONTEXT)
    opened.db.execute("UPDATE record SET sealed = x'00'")
    assert hold.count(opened) == RECORD_ACTIONS + 3
    sizes = [len(size) for (size,) in opened.db.execute("SELECT size FROM record")]
    assert len(set(sizes)) == 1  # the ciphertext of 25 is no longer than that of 3


def test_a_hold_of_the_format_before_says_what_to_do(tmp_path: Path) -> None:
    with hold.open_hold(tmp_path, KEY) as handle:
        handle.db.execute("PRAGMA user_version=1")
    with pytest.raises(VersionError, match="version that made it"):
        hold.open_hold(tmp_path, KEY)
