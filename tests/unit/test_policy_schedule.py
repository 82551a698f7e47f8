"""When a moment may be recorded: hours and clock changes beside a plain oracle, and the draw of each day."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasswork.device.permission import DRAWN, Permission, Time, stands_until
from glasswork.policy import Policy, compile_text, in_schedule
from glasswork.policy.model import Day, Schedule
from vectors.policy import make

BASE = compile_text(make.EXAMPLE.read_text()).policy
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Chatham")
CHANGES = (  # of clocks, in UTC, in 2026 and 2027
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2027, 3, 28, 1, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2027, 3, 14, 7, tzinfo=UTC),
    datetime(2027, 4, 3, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2027, 4, 3, 14, tzinfo=UTC),
    datetime(2026, 9, 26, 14, tzinfo=UTC),
)


def scheduled(days: tuple[Day, ...] = tuple(Day), start: int = 0, end: int = 24, **changes: object) -> Policy:
    schedule = Schedule(days=days, from_hour=start, to_hour=end)
    return msgspec.structs.replace(BASE, schedule=schedule, **changes)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    start = draw(st.integers(0, 23))
    days = draw(st.lists(st.sampled_from(Day), unique=True, min_size=1))
    return scheduled(tuple(days), start, draw(st.integers(start + 1, 24)))


def moments() -> st.SearchStrategy[datetime]:
    near = st.builds(
        lambda change, minutes: change + timedelta(minutes=minutes),
        st.sampled_from(CHANGES),
        st.integers(-200, 200),
    )
    return near | st.datetimes(datetime(2026, 11, 1), datetime(2027, 10, 1), timezones=st.just(UTC))


@given(policies(), moments(), st.sampled_from(ZONES))
def test_an_answer_stands_until_it_says_and_no_minute_longer_than_it_is_true(
    policy: Policy, moment: datetime, zone: str
) -> None:
    """The oracle looks at the participant's clock in every minute anew, and reads the schedule off it."""
    clock = ZoneInfo(zone)
    until = datetime.fromtimestamp(stands_until(policy, moment), UTC)
    assert moment < until <= moment + timedelta(minutes=15)
    answer = in_schedule(policy, moment.astimezone(clock))
    minute = moment
    while minute < until:
        local = minute.astimezone(clock)
        name = local.strftime("%A").lower()
        hour = int(local.strftime("%H"))
        oracle = name in policy.schedule.days and hour in range(policy.schedule.from_hour, policy.schedule.to_hour)
        assert oracle is answer, local
        minute += timedelta(minutes=1)


@pytest.mark.parametrize(("hour", "inside"), [(0, True), (12, True), (23, True)])
def test_a_day_goes_from_midnight_to_midnight(hour: int, inside: bool) -> None:
    monday = datetime(2026, 11, 23, hour, 59, 59, 999_999)
    assert in_schedule(scheduled((Day.MONDAY,)), monday) is inside
    assert in_schedule(scheduled((Day.MONDAY,), hour, hour + 1), monday)
    assert not in_schedule(scheduled((Day.MONDAY,), hour, hour + 1), monday + timedelta(microseconds=1))


def test_a_night_in_autumn_has_its_hour_twice_and_one_in_spring_does_not_have_it() -> None:
    policy, berlin = scheduled(start=2, end=3), ZoneInfo("Europe/Berlin")

    def minutes(first: datetime) -> int:
        return sum(in_schedule(policy, (first + timedelta(minutes=n)).astimezone(berlin)) for n in range(24 * 60))

    assert minutes(datetime(2026, 10, 24, 12, tzinfo=UTC)) == 120
    assert minutes(datetime(2027, 3, 27, 12, tzinfo=UTC)) == 0


def test_the_expiry_is_sharp() -> None:
    expires = BASE.expires
    assert stands_until(BASE, expires - timedelta(seconds=1)) == expires.timestamp()
    assert stands_until(BASE, expires + timedelta(seconds=1)) > expires.timestamp() + 1


def lasting(share: float) -> Policy:
    now = datetime.now(UTC)
    return scheduled(sampling_share=share, issued=now, expires=now + timedelta(days=30))


def test_an_expired_policy_lets_nothing_be_recorded(tmp_path: Path) -> None:
    past = msgspec.structs.replace(lasting(1.0), expires=datetime.now(UTC) - timedelta(seconds=1))
    assert Permission(past, tmp_path).time() is Time.EXPIRED
    assert not Permission(past, tmp_path).holds()


def test_what_is_not_allowed_does_not_hold_because_it_was_just_asked(tmp_path: Path) -> None:
    other = Day((datetime.now().astimezone() + timedelta(days=2)).strftime("%A").lower())
    outside = msgspec.structs.replace(lasting(1.0), schedule=Schedule(days=(other,), from_hour=0, to_hour=24))
    permission = Permission(outside, tmp_path)
    assert permission.time() is Time.OUTSIDE
    assert not permission.holds()  # the loop asks, and the thread that reads looks at its answer


def test_without_a_share_nothing_is_drawn(tmp_path: Path) -> None:
    permission = Permission(lasting(1.0), tmp_path)
    assert permission.time() is Time.INSIDE and permission.holds()
    assert list(tmp_path.iterdir()) == []


def test_a_day_is_drawn_once_whatever_starts_anew_and_the_next_day_again(tmp_path: Path) -> None:
    first = Permission(lasting(0.5), tmp_path).time()
    drawn = (tmp_path / DRAWN).read_bytes()
    assert (tmp_path / DRAWN).stat().st_mode & 0o777 == 0o600
    assert all(Permission(lasting(0.5), tmp_path).time() is first for _ in range(20))
    chance = json.loads(drawn)["chance"]
    for share in (0.01, 0.3, 0.7, 0.99):  # another share is measured against the same draw
        assert (Permission(lasting(share), tmp_path).time() is Time.INSIDE) is (chance < share)
    assert (tmp_path / DRAWN).read_bytes() == drawn
    yesterday = {"day": str(date.today() - timedelta(days=1)), "chance": chance}
    (tmp_path / DRAWN).write_text(json.dumps(yesterday))
    Permission(lasting(0.5), tmp_path).time()
    assert json.loads((tmp_path / DRAWN).read_text())["chance"] != chance


def test_the_share_of_days_is_that_of_the_policy(tmp_path: Path) -> None:
    taken = 0
    for n in range(400):
        (tmp_path / str(n)).mkdir()
        taken += Permission(lasting(0.25), tmp_path / str(n)).time() is Time.INSIDE
    assert 50 <= taken <= 150  # 100 are expected; six standard deviations are 52


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"day":"2026-01-01","chance":2}', b'{"chance":0.1}'])
def test_a_damaged_draw_is_drawn_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / DRAWN).write_bytes(content)
    Permission(lasting(0.5), tmp_path).time()
    assert 0 <= json.loads((tmp_path / DRAWN).read_text())["chance"] < 1
