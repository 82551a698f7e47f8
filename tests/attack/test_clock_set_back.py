"""The clock is set back to read what has expired, or far ahead to have everything end.

STRIDE: tampering, denial of service. Control: the vault's clock lies with the keys and never goes back, so neither an
old system clock nor an old copy of the data revives anything; a leap ahead is refused until it is confirmed.
"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from glasswork import vault
from glasswork.api import keys as api
from glasswork.schema.words import Zone
from glasswork.vault import Vault, keys, retention
from glasswork.vault.errors import ClockLeapt
from key_service_world import served
from vault_world import ADMIT, NOW, Clock, approved, batch, enrolled


def readable(handle: Vault) -> int:
    dataset = vault.dataset(handle, Zone.ACTIONS, "actions")
    return len(list(vault.open(handle, dataset, "refine", ADMIT))) if dataset.people else 0


def test_a_clock_set_back_revives_nothing_even_with_the_data_of_that_day(tmp_path: Path) -> None:
    clock, policy = Clock(), approved()
    with vault.connect(tmp_path / "vault", policy, clock=clock) as handle:
        vault.receive(handle, enrolled(handle).seal(batch("save")))
        vault.admit(handle, ADMIT)
        assert readable(handle) == 1
    for name in ("records.sqlite3", "objects"):
        copy = shutil.copytree if name == "objects" else shutil.copy
        copy(tmp_path / "vault" / name, tmp_path / name)
    with vault.connect(tmp_path / "vault", policy, clock=clock) as handle:
        clock.now = NOW + timedelta(days=31)
        assert readable(handle) == 0  # no sweeper has run
        clock.now = NOW
        assert readable(handle) == 0
        (key,) = [leaf.id for leaf in keys.leaves(handle.ring) if leaf.branch == Zone.ACTIONS]
        assert key  # it is still there, and opens nothing
        vault.expire(handle, NOW)
        assert not [leaf for leaf in keys.leaves(handle.ring) if leaf.branch == Zone.ACTIONS]
    shutil.rmtree(tmp_path / "vault/objects")
    for name in ("records.sqlite3", "objects"):
        shutil.move(tmp_path / name, tmp_path / "vault" / name)
    with vault.connect(tmp_path / "vault", policy, clock=clock) as handle:
        assert handle.today() == (NOW + timedelta(days=31)).date()
        assert readable(handle) == 0


def test_a_clock_set_far_ahead_ends_nothing_until_somebody_says_that_it_is_true(tmp_path: Path) -> None:
    clock, policy = Clock(), approved()
    with vault.connect(tmp_path / "vault", policy, clock=clock) as handle:
        device = enrolled(handle)
        vault.receive(handle, device.seal(batch("save")))
        vault.admit(handle, ADMIT)
        waiting = device.seal(batch("open"))
        clock.now = NOW + timedelta(days=300)
        for attempt in (
            lambda: vault.expire(handle, clock.now),
            lambda: vault.admit(handle, ADMIT),
            lambda: vault.receive(handle, waiting),
            lambda: readable(handle),
        ):
            with pytest.raises(ClockLeapt):
                attempt()
        clock.now = NOW
        assert readable(handle) == 1
        clock.now = NOW + timedelta(days=300)
        retention.confirm(handle.keys, clock.now.date())
        assert readable(handle) == 0 and vault.expire(handle, clock.now) == 1


def test_the_key_service_has_a_clock_of_its_own_and_says_where_a_leap_of_it_is_confirmed(tmp_path: Path) -> None:
    with served(tmp_path) as (handle, _):
        for person in ("p-one", "p-two"):
            vault.receive(handle, enrolled(handle, person).seal(batch("save"), datetime.now(UTC).date()))
        vault.admit(handle, ADMIT)
        today = datetime.now(UTC).date()
        retention.confirm(handle.keys, today)  # the vault's word about its own clock
        behind = retention.Mark(today - timedelta(days=300))
        (tmp_path / "ring" / retention.FILE).write_bytes(msgspec.json.encode(behind))
        with pytest.raises(ClockLeapt, match="glasswork keys clock FOLDER --confirm"):
            readable(handle)
        with pytest.raises(ClockLeapt):
            api.clock(tmp_path / "ring")
        assert api.clock(tmp_path / "ring", confirm=True) == today
        assert readable(handle) == 2
