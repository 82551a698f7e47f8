"""Admission: open what devices sent, check it once more, and store it anew, one file per participant and day.

Each participant's day is one transaction: its frame with the new batches, and the end of their envelopes. Killed
anywhere, a second run admits what the first did not, and nothing twice.
"""
# pyright: reportUnknownMemberType=false
# (Polars' signatures name numpy, which is not installed)

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import add
from typing import Any

import msgspec
import polars as pl
from sqlalchemy import Connection, Row, insert, select, update

from glasswork.govern import entries
from glasswork.govern.authorise import authorise
from glasswork.govern.decide import Act, Dataset, Session
from glasswork.schema.words import Scope, Zone
from glasswork.vault import objects, sealing
from glasswork.vault.enrolment import window
from glasswork.vault.errors import KeyGone
from glasswork.vault.frames import Provenance, frame_of, with_current_words
from glasswork.vault.handle import Vault, name_in_log, note_all, writing
from glasswork.vault.inspection import Opened, Quarantined, Trouble, inspect
from glasswork.vault.partitions import Place, find, load, purposes_of, shared, store, tidy
from glasswork.vault.records import transaction
from glasswork.vault.tables import envelopes, incidents, participants

ACTIONS = "actions"
"""The name of the one data set in the zone `actions`."""


class Admitted(msgspec.Struct, frozen=True):
    """What an admission did: batches and actions stored, partitions written, batches quarantined, incidents opened."""

    batches: int = 0
    actions: int = 0
    partitions: int = 0
    quarantined: int = 0
    incidents: int = 0


def admit(vault: Vault, session: Session, progress: Callable[[int, int], None] | None = None) -> Admitted:
    """Admit every stored envelope. `progress` is called with (batches done, all) after each participant's day.

    Raises govern's Refused or LogUnavailable, and then nothing was opened; Unavailable on a full disk, and then the
    days done so far are admitted.
    """
    with transaction(vault.records) as connection:
        waiting = connection.execute(
            select(envelopes, participants.c.scope)
            .join(participants)
            .where(envelopes.c.state == "stored")
            .order_by(envelopes.c.participant, envelopes.c.day, envelopes.c.device, envelopes.c.sequence)
        ).all()
    for facts in _asked(vault, waiting):
        people = (name_in_log(vault, facts.owner),) if facts.owner else ()
        authorise(vault.log, vault.rules, session, Act.OPEN, facts, "admit", now=vault.clock(), people=people)
    with writing(vault):
        tidy(vault)
    total = (0,) * len(Admitted.__struct_fields__)
    done = 0
    for (participant, scope, day), group in groupby(waiting, lambda row: (row.participant, row.scope, row.day)):
        rows = list(group)
        place = Place(Zone.ACTIONS, ACTIONS, Scope(scope), participant, day)
        total = tuple(map(add, total, msgspec.structs.astuple(_admit_day(vault, place, rows))))
        done += len(rows)
        if progress is not None:
            progress(done, len(waiting))
    close_days(vault)
    return Admitted(*total)


def close_days(vault: Vault) -> None:
    """End the private keys of all days whose window to send is over and whose envelopes are all opened."""
    with transaction(vault.records) as connection:
        today = vault.today(connection)
        needed = connection.scalars(select(envelopes.c.key).where(envelopes.c.state == "stored"))
        ended = sealing.close_days(vault.keys, today - window(vault), set(needed))
    note_all(vault, [entries.KeyDestroyed(day=today, key=key, why="admitted") for key in ended])


def _asked(vault: Vault, waiting: Sequence[Row[Any]]) -> list[Dataset]:
    """What is to be opened, as data sets: data of scope `self` one owner at a time, a programme's all at once."""
    purposes = frozenset(purpose.id for purpose in vault.approved.policy.purposes)
    own = sorted({row.participant for row in waiting if row.scope == Scope.SELF})
    others = {row.participant for row in waiting if row.scope == Scope.PROGRAMME}
    asked = [Dataset("envelopes", Zone.ACTIONS, Scope.SELF, owner, 1, purposes) for owner in own]
    if others:
        asked.append(Dataset("envelopes", Zone.ACTIONS, Scope.PROGRAMME, "", len(others), purposes))
    return asked


def _admit_day(vault: Vault, place: Place, rows: Sequence[Row[Any]]) -> Admitted:
    with writing(vault):
        with transaction(vault.records) as connection:  # another admission, or an erasure, may have come first
            waiting = [row for row in rows if _state(connection, row.batch) == "stored"]
            existing = find(connection, place)
            today = vault.today(connection)
        if not waiting:
            return Admitted()
        before = None if existing is None else _frame_before(vault, existing)
        room = vault.approved.policy.quotas.actions_per_day - (0 if before is None else before.height)
        good: list[Opened] = []
        bad: list[Quarantined] = []
        for row in waiting:
            found = inspect(vault, row)
            if isinstance(found, Opened) and found.packed.rows > room:
                found = Quarantined(row, Trouble.OVER_QUOTA)
            if isinstance(found, Opened):
                room -= found.packed.rows
                good.append(found)
            else:
                bad.append(found)
        _log(vault, place, today, good, bad)

        def settle(connection: Connection) -> None:
            _mark(connection, [one.row.batch for one in good], "admitted")
            _mark(connection, [one.row.batch for one in bad], "quarantined")
            _open_incidents(connection, bad, today)

        if good:
            purposes = [one.purposes for one in good] + ([] if existing is None else [purposes_of(existing)])
            store(vault, place, _together(before, good, place), shared(purposes), settle)
        else:
            with transaction(vault.records) as connection:
                settle(connection)
        for one in good:
            objects.delete(vault.objects, objects.envelope_path(one.row.digest))
    actions = sum(one.packed.rows for one in good)
    return Admitted(len(good), actions, 1 if good else 0, len(bad), len(bad))


def _frame_before(vault: Vault, existing: Row[Any]) -> pl.DataFrame | None:
    """What the day holds already; None where an erasure that was cut short has ended its key."""
    try:
        return with_current_words(load(vault, existing))
    except KeyGone:
        return None


def _together(before: pl.DataFrame | None, good: Sequence[Opened], place: Place) -> pl.DataFrame:
    """The day's frame: what it held, then the new batches, numbered on from there."""
    first = 0 if before is None else before.select(pl.col("batch").max().add(1).fill_null(0)).item()
    frames = [
        frame_of(one.packed, first + n, Provenance(place.day, one.basis, place.scope, one.row.policy))
        for n, one in enumerate(good)
    ]
    return pl.concat(frames if before is None else [before, *frames])


def _log(vault: Vault, place: Place, today: date, good: Sequence[Opened], bad: Sequence[Quarantined]) -> None:
    """Enter what is about to be done. A run that is killed after it enters it once more, but does it once."""
    people = (name_in_log(vault, place.owner),)
    troubles = sorted(Counter(one.trouble for one in bad).items())
    admitted = entries.Admitted(
        day=today,
        scope=place.scope,
        policy=vault.approved.hash,
        batches=len(good),
        actions=sum(one.packed.rows for one in good),
        refused=len(bad),
        people=people,
    )
    hits = [
        entries.Incident(day=today, what=trouble, where="admit", count=count, people=people)
        for trouble, count in troubles
    ]
    note_all(vault, [*hits, admitted])


def _open_incidents(connection: Connection, bad: Iterable[Quarantined], today: date) -> None:
    for one in bad:
        connection.execute(
            insert(incidents).values(
                incident=secrets.token_hex(16),
                kind=one.trouble,
                batch=one.row.batch,
                opened=today,
                detail=one.detail,
            )
        )


def _mark(connection: Connection, batches: Iterable[str], state: str) -> None:
    for batch in batches:
        connection.execute(update(envelopes).where(envelopes.c.batch == batch).values(state=state))


def _state(connection: Connection, batch: str) -> str | None:
    return connection.scalar(select(envelopes.c.state).where(envelopes.c.batch == batch))
