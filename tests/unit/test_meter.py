"""The meter: what it reads is true, its minute is that of a plain sum, and its levels come and go as they should."""

import resource
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasswork.device import hold, meter
from glasswork.device.hold import file
from glasswork.device.meter import MB, SLOW_FROM, Figures, Level, Meter, Minute, battery, disk_bytes, memory_bytes, uses
from glasswork.policy.model import Budget

KEY = bytes(range(32))
REST = Figures(cpu_percent=0, memory_mb=0, disk_mb=0, battery=None)


@given(st.lists(st.tuples(st.floats(0.01, 200), st.floats(0, 20)), min_size=1, max_size=40))
def test_the_minute_is_a_plain_sum(steps: list[tuple[float, float]]) -> None:
    """The oracle: the share of each step that lies within the last minute, added up over all steps."""
    minute = Minute(0.0, 0.0)
    now = cpu = 0.0
    spans: list[tuple[float, float, float]] = []
    for passed, used in steps:
        spans.append((now, now + passed, used))
        now, cpu = now + passed, cpu + used
        inside = sum(
            spent * max(0.0, min(end, now) - max(begin, now - 60)) / (end - begin) for begin, end, spent in spans
        )
        assert minute.percent(now, cpu) == pytest.approx(inside / 60 * 100, abs=1e-6)


def test_the_minute_does_not_remember_more_than_a_minute() -> None:
    minute = Minute(0.0, 0.0)
    for second in range(1, 1000):
        minute.percent(float(second), second / 100)
    assert len(minute._samples) <= 62  # pyright: ignore[reportPrivateUsage]


def test_memory_is_what_the_system_says() -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    assert 10 * MB < memory_bytes() <= peak * 1.1
    ballast = bytearray(b"x" * 50 * MB)
    assert memory_bytes() > 50 * MB
    del ballast


def test_disk_is_the_hold_and_its_outbox_and_nothing_else(tmp_path: Path) -> None:
    assert disk_bytes(tmp_path / "nowhere") == 0
    with hold.open_hold(tmp_path, KEY) as handle:
        size = (tmp_path / file.FILE).stat().st_size
        assert disk_bytes(tmp_path) == size > 0
        (handle.outbox / "refused").mkdir(parents=True)
        (handle.outbox / "a.envelope").write_bytes(bytes(1000))
        (handle.outbox / "refused" / "b.envelope").write_bytes(bytes(2000))
        (tmp_path / "other").write_bytes(bytes(5000))
        folder = (handle.outbox / "refused").stat().st_size
        assert disk_bytes(tmp_path) == size + 3000 + folder


def supply(folder: Path, name: str, **files: object) -> None:
    (folder / name).mkdir()
    for key, value in files.items():
        (folder / name / key).write_text(f"{value}\n")


def test_a_battery_counts_while_the_machine_runs_on_it(tmp_path: Path) -> None:
    assert battery(tmp_path / "nowhere") is battery(tmp_path) is None
    supply(tmp_path, "AC", type="Mains", online=1)
    supply(tmp_path, "mouse", type="Battery", scope="Device", capacity=3, status="Discharging")
    assert battery(tmp_path) is None
    supply(tmp_path, "BAT0", type="Battery", capacity=40, status="Discharging")
    assert battery(tmp_path) == 40
    supply(tmp_path, "BAT1", type="Battery", capacity=81, status="Unknown")
    assert battery(tmp_path) == 60
    (tmp_path / "BAT0" / "status").write_text("Charging\n")
    assert battery(tmp_path) is None
    (tmp_path / "BAT1" / "capacity").write_text("nonsense\n")
    (tmp_path / "BAT0" / "status").write_text("Discharging\n")
    assert battery(tmp_path) == 40


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Meter]:
    """A meter that has just looked, on a disk with so much held (in MB of a budget of 10)."""
    monkeypatch.setattr(meter, "LOOK_EVERY_S", 0.0)
    made = Meter(tmp_path, Budget(memory_mb=2000, cpu_percent=100, disk_mb=10), supplies=tmp_path / "none")

    def look(disk_mb: float) -> Meter:
        (tmp_path / file.FILE).write_bytes(bytes(int(disk_mb * MB)))
        made.tick()
        return made

    return look


def test_it_slows_down_then_stops_and_comes_back_below_where_it_slowed(figures: Callable[..., Meter]) -> None:
    seen = [figures(held).level for held in (1, 7.9, 8.1, 9.9, 7, 10, 9, 8.1, 7.9, 8.5, 12, 1)]
    n, slow, stop = Level.NORMAL, Level.SLOW, Level.STOP
    assert seen == [n, n, slow, slow, n, stop, stop, stop, n, slow, stop, n]


def test_what_it_tells_capture_and_the_loop(figures: Callable[..., Meter]) -> None:
    made = figures(1)
    assert (made.pace(), made.reason(), made.seconds_left()) == (1.0, "", float("inf"))
    figures(9)
    assert made.pace() > 1 and made.reason() == "" and made.seconds_left() == float("inf")
    figures(10)
    assert "10.0 MB of disk, of 10 MB" in made.reason() and 0 < made.seconds_left() <= meter.LOOK_AGAIN_S
    reading = made.reading(sent_today=5, bytes_per_day=10_000)
    assert "10.0 of 10 MB of disk, 5 of 10,000 bytes sent today" in reading.words()


def test_a_lower_budget_counts_from_the_next_look(figures: Callable[..., Meter]) -> None:
    made = figures(5)
    assert made.level is Level.NORMAL
    made.budget = Budget(memory_mb=2000, cpu_percent=100, disk_mb=5)
    assert figures(5).level is Level.STOP


def test_it_looks_at_most_once_a_second(tmp_path: Path) -> None:
    made = Meter(tmp_path, Budget(disk_mb=1, memory_mb=2000, cpu_percent=100), supplies=tmp_path / "none")
    assert made.tick() is Level.NORMAL
    (tmp_path / file.FILE).write_bytes(bytes(2 * MB))
    looked = made.figures()
    if made.tick() is Level.STOP:  # a second has passed on a slow machine
        assert made.figures() is not looked
    else:
        assert made.figures() is looked


def test_its_own_work_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meter, "LOOK_EVERY_S", 0.0)
    made = Meter(tmp_path, Budget(cpu_percent=1, memory_mb=2000))
    while made.tick() is not Level.STOP:  # 0.6 s of work are 1 % of a minute
        sum(range(100_000))
    assert made.figures().cpu_percent >= 1 and "of a core in the last minute, of 1 %" in made.reason()


@given(st.floats(0, 300), st.floats(0, 3000), st.floats(0, 2000), st.none() | st.integers(0, 100), st.integers(0, 100))
def test_stopping_is_reaching_any_one_ceiling(
    cpu: float, memory: float, disk: float, charge: int | None, above: int
) -> None:
    budget = Budget(battery_above=above)
    used = Figures(cpu_percent=cpu, memory_mb=memory, disk_mb=disk, battery=charge)
    low = charge is not None and above > 0 and charge <= above
    stops = cpu >= 5 or memory >= 200 or disk >= 50 or low
    share, words = max(uses(used, budget))
    assert (share >= 1) is stops and words
    assert (share < SLOW_FROM) is not (stops or cpu / 5 >= 0.8 or memory / 200 >= 0.8 or disk / 50 >= 0.8)


@pytest.mark.parametrize(
    ("above", "charge", "stops"), [(0, 0, False), (20, 20, True), (20, 21, False), (100, 100, True)]
)
def test_on_battery_it_records_above_a_charge_always_or_never(above: int, charge: int, stops: bool) -> None:
    used = max(uses(Figures(cpu_percent=0, memory_mb=0, disk_mb=0, battery=charge), Budget(battery_above=above)))
    assert (used[0] >= 1) is stops
    assert max(uses(REST, Budget(battery_above=100)))[0] < SLOW_FROM  # on mains, whatever the policy says of batteries
