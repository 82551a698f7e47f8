"""The records: migrated to what the code says, durable, and without residue."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from glasswork import vault
from glasswork.vault import keys, records
from glasswork.vault.errors import KeysUnusable, Unavailable
from glasswork.vault.tables import metadata, participants
from vault_world import TODAY, Clock, approved, batch, enrolled


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
    row = {"participant": "p-one", "scope": "self", "enrolled": date(2026, 11, 24)}
    with pytest.raises(ZeroDivisionError), records.transaction(engine) as connection:
        connection.execute(participants.insert().values(row))
        _ = 1 / 0
    with records.transaction(engine) as connection:
        assert connection.execute(participants.select()).all() == []


def test_a_damaged_database_is_unavailable_and_nothing_else(tmp_path: Path) -> None:
    engine = records.connect(tmp_path / "records.sqlite3")
    with sqlite3.connect(tmp_path / "records.sqlite3") as raw:
        raw.execute("DROP TABLE participants")
    with pytest.raises(Unavailable), records.transaction(engine) as connection:
        connection.execute(participants.select())


def test_a_closed_day_a_restored_ring_and_a_lost_root_are_noticed_with_the_next_envelope(tmp_path: Path) -> None:
    with vault.connect(tmp_path, approved(), clock=Clock()) as handle:
        device = enrolled(handle)
        key = device.keys[TODAY].key
        ring = handle.keys / "keyring.sqlite3"
        before, root = ring.read_bytes(), (handle.keys / "root.key").read_bytes()
        assert keys.day_of(handle.ring, device.participant, key) == TODAY
        assert keys.day_of(handle.ring, "p-other", key) is None
        keys.destroy(handle.ring, [key])
        assert keys.day_of(handle.ring, device.participant, key) is None
        assert vault.receive(handle, device.seal(batch("save"))).outcome == "refused"
        (handle.keys / "put back").write_bytes(before)
        (handle.keys / "put back").rename(ring)
        (handle.keys / "root.key").write_bytes(root)
        assert keys.day_of(handle.ring, device.participant, key) == TODAY
        (handle.keys / "root.key").unlink()
        with pytest.raises(KeysUnusable):
            keys.day_of(handle.ring, device.participant, key)
