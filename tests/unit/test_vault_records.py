"""The records: migrated to what the code says, durable, without residue, and on a clock that never goes back."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from glasswork.vault import records
from glasswork.vault.errors import Unavailable
from glasswork.vault.tables import metadata


def test_the_migrations_lead_to_the_tables_in_the_code(tmp_path: Path) -> None:
    engine = records.connect(tmp_path / "records.sqlite3")
    with records.transaction(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    config = Config()
    config.set_main_option("script_location", "glasswork.vault:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == records.HEAD


def test_the_database_commits_to_the_disk_and_overwrites_what_it_deletes(tmp_path: Path) -> None:
    engine = records.connect(tmp_path / "records.sqlite3")
    with records.transaction(engine) as connection:
        settings = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
        assert settings == {"journal_mode": "delete", "synchronous": 3, "secure_delete": 1, "foreign_keys": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["records.sqlite3"]
    assert (tmp_path / "records.sqlite3").stat().st_mode & 0o777 == 0o600


def test_a_transaction_that_fails_changes_nothing(tmp_path: Path) -> None:
    engine = records.connect(tmp_path / "records.sqlite3")
    with pytest.raises(ZeroDivisionError), records.transaction(engine) as connection:
        records.today(connection, date(2026, 11, 24))
        _ = 1 / 0
    with records.transaction(engine) as connection:
        assert records.today(connection, date(2026, 1, 1)) == date(2026, 1, 1)


def test_the_clock_never_goes_back(tmp_path: Path) -> None:
    engine = records.connect(tmp_path / "records.sqlite3")
    for system, seen in [((2026, 11, 24), 24), ((2026, 11, 26), 26), ((2026, 11, 25), 26), ((2001, 1, 1), 26)]:
        with records.transaction(engine) as connection:
            assert records.today(connection, date(*system)) == date(2026, 11, seen)
    engine.dispose()
    with records.transaction(records.connect(tmp_path / "records.sqlite3")) as connection:
        assert records.today(connection, date(2026, 11, 24)) == date(2026, 11, 26)


def test_a_damaged_database_is_unavailable_and_nothing_else(tmp_path: Path) -> None:
    engine = records.connect(tmp_path / "records.sqlite3")
    with sqlite3.connect(tmp_path / "records.sqlite3") as raw:
        raw.execute("DROP TABLE clock")
    with pytest.raises(Unavailable), records.transaction(engine) as connection:
        records.today(connection, date(2026, 11, 24))
