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

from glasswork.device import hold
from glasswork.device.errors import HoldKeyGone, HoldLocked
from glasswork.device.hold import keyring
from glasswork.device.hold.key import VARIABLE
from glasswork.device.hold.records import RECORD_ACTIONS
from glasswork.device.hold.words import words
from glasswork.schema.action import Action, Element, Node, Screen, Value
from glasswork.schema.batch import Held
from glasswork.schema.errors import FormatError
from glasswork.schema.raw import RawKind
from glasswork.schema.words import (
    ActionKind,
    AppCategory,
    CountBucket,
    LengthBucket,
    Modality,
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
