"""The vault's clock: it never goes back, does not believe a leap, and what has expired stays so."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasswork import vault
from glasswork.schema.words import Zone
from glasswork.vault import retention, ring
from glasswork.vault.errors import ClockLeapt, KeyGone, KeysUnusable
from glasswork.vault.ring import Branch, Leaf
from vault_world import NOW, TODAY, Clock, approved, batch, enrolled

KEPT = {Zone.ACTIONS: 30}
FIRST = date(2026, 11, 24)


def test_the_clock_never_goes_back(tmp_path: Path) -> None:
    for system, seen in [((2026, 11, 24), 24), ((2026, 11, 26), 26), ((2026, 11, 25), 26), ((2001, 1, 1), 26)]:
        assert retention.advance(tmp_path, date(*system), KEPT) == date(2026, 11, seen)


@given(st.lists(st.tuples(st.integers(-40, 40), st.integers(1, 60)), max_size=20))
def test_no_order_of_clocks_and_policies_takes_an_expired_day_back(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("keys")
    day, first = date.min, date.min
    for ahead, days in steps:
        now = (
            retention.advance(folder, FIRST + timedelta(days=ahead), {Zone.ACTIONS: days})
            if day == date.min or (FIRST + timedelta(days=ahead) - day <= retention.LEAP)
            else day
        )
        begins = retention.first_days(folder)[Zone.ACTIONS]
        assert now >= day and begins >= first
        day, first = now, begins


def test_a_leap_is_refused_until_it_is_confirmed(tmp_path: Path) -> None:
    retention.advance(tmp_path, FIRST, KEPT)
    far = FIRST + retention.LEAP + timedelta(days=1)
    with pytest.raises(ClockLeapt, match="retention --confirm"):
        retention.advance(tmp_path, far, KEPT)
    assert retention.first_days(tmp_path) == {"actions": FIRST - timedelta(days=30)}
    assert retention.confirm(tmp_path, far) == far == retention.advance(tmp_path, far, KEPT)
    assert retention.confirm(tmp_path, FIRST) == far


def test_a_damaged_clock_opens_nothing(tmp_path: Path) -> None:
    (tmp_path / "clock.json").write_bytes(b"{")
    with pytest.raises(KeysUnusable):
        retention.advance(tmp_path, FIRST, KEPT)


def test_the_key_ring_itself_refuses_an_expired_day(tmp_path: Path) -> None:
    ring.create(tmp_path)
    with ring.unlocked(tmp_path) as opened:
        for key, day in (("old", "2026-10-24"), ("new", "2026-10-25")):
            opened.add(Leaf(key, Branch.ACTIONS, day, "p-one"), bytes(32))
        opened.get("old")
    retention.advance(tmp_path, FIRST, KEPT)
    with ring.unlocked(tmp_path) as opened:
        opened.get("new")
        with pytest.raises(KeyGone):
            opened.get("old")


def test_a_policy_that_keeps_longer_revives_nothing(tmp_path: Path) -> None:
    clock = Clock()
    with vault.connect(tmp_path / "vault", approved(edit=("actions = 30", "actions = 2")), clock=clock) as handle:
        vault.receive(handle, enrolled(handle).seal(batch("save"), TODAY - timedelta(days=3)))
        assert handle.first_day(Zone.ACTIONS) == TODAY - timedelta(days=2)
    longer = approved(edit=("epoch = 1", "epoch = 2"))
    clock.now = NOW + timedelta(days=1)
    with vault.connect(tmp_path / "vault", longer, clock=clock) as handle:
        assert handle.first_day(Zone.ACTIONS) == TODAY - timedelta(days=2)
