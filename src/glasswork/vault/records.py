"""Opening the records: SQLite that commits durably and leaves no residue, brought to the current tables by Alembic."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import OperationalError

from glasswork.vault.errors import Unavailable

HEAD = "0002"
"""The revision that this program works with (tested against the migrations in the package)."""


def connect(file: Path) -> Engine:
    """The records in `file`, made or migrated where needed. Close with `dispose()`."""
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    with transaction(engine) as connection:
        if _revision(connection) != HEAD:
            _migrate(connection)
    file.chmod(0o600)
    return engine


@contextmanager
def transaction(engine: Engine) -> Generator[Connection]:
    """One transaction: committed, and on the disk, when the block ends. Raises Unavailable on a full disk."""
    try:
        with engine.begin() as connection:
            yield connection
    except OperationalError as error:
        raise _unavailable(error.orig) from None


@contextmanager
def direct(engine: Engine) -> Generator[sqlite3.Connection]:
    """A `transaction` in plain SQL, for what is done for every envelope: SQLAlchemy costs more than SQLite there."""
    try:
        pooled = engine.raw_connection()
        try:
            connection = cast(sqlite3.Connection, pooled.driver_connection)
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        finally:
            pooled.close()  # rolls back what was not committed
    except (OperationalError, sqlite3.OperationalError) as error:
        raise _unavailable(error.orig if isinstance(error, OperationalError) else error) from None


def rewrite(engine: Engine) -> None:
    """Write the file anew, with nothing in it but what is there: `secure_delete` alone leaves traces of moved rows."""
    try:
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("VACUUM")
        finally:
            connection.close()
    except sqlite3.OperationalError as error:
        raise Unavailable(
            f"What was deleted is gone, but traces of it may be left in the vault's records ({error}). Make room on "
            "the disk and run the same command again."
        ) from None


def _unavailable(error: BaseException | None) -> Unavailable:
    return Unavailable(
        f"The vault's records cannot be written or read ({error}). Nothing was changed. Make room on the disk, or wait "
        "until the other program is done, and try again."
    )


def _prepare(connection: Any, _: Any) -> None:
    """`secure_delete` overwrites what is deleted; a rollback journal, unlike a WAL, keeps no old pages afterwards."""
    connection.isolation_level = None  # SQLAlchemy, not sqlite3, begins transactions
    for pragma in ("journal_mode = DELETE", "synchronous = EXTRA", "secure_delete = ON", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("SELECT version_num FROM alembic_version"))


def _migrate(connection: Connection) -> None:
    from alembic import command  # a quarter of a second to import, and needed once in a vault's life
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "glasswork.vault:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
