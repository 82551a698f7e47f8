"""Admission: open what devices sent, check it once more, and store it anew, one file per participant and day.

Each participant's day is one transaction: its frame with the new batches, and the end of their envelopes. Killed
anywhere, a second run admits what the first did not, and nothing twice.
"""
# pyright: reportUnknownMemberType=false
# (Polars' signatures name numpy, which is not installed)

import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from operator import add
from typing import Any, NamedTuple

import msgspec
import polars as pl
from sqlalchemy import Connection, Row, insert, select, update

from glasswork.govern import entries
from glasswork.govern.authorise import authorise
from glasswork.govern.decide import Act, Dataset, Session
from glasswork.schema.action import Action
from glasswork.schema.batch import Batch, Packed, encode_batch, unpack
from glasswork.schema.words import ActionKind, Scope, Zone
from glasswork.vault import keys, objects, refusals
from glasswork.vault.enrolment import window
from glasswork.vault.errors import KeyGone
from glasswork.vault.frames import Provenance, frame_of, with_current_words
from glasswork.vault.handle import Vault, name_in_log, note_all, writing
from glasswork.vault.holes import after_holes
from glasswork.vault.inspection import Opened, Quarantined, inspect, unopened
from glasswork.vault.keys import Logged, logged
from glasswork.vault.partitions import Place, find, load, purposes_of, shared, store, tidy
from glasswork.vault.records import transaction
from glasswork.vault.tables import envelopes, incidents, participants

ACTIONS = "actions"
"""The name of the one data set in the zone `actions`."""


OVER_THE_CAP = "over_the_cap"
"""The kind of incident in which a day had more actions than one person's may have, and the rest was cut."""


class _Trouble(NamedTuple):
    """What becomes an incident: the batch it is about, its kind, and a detail without any recorded word."""

    batch: str
    kind: str
    detail: str


class Admitted(msgspec.Struct, frozen=True):
    """What an admission did: batches and actions stored, partitions written, batches quarantined, incidents opened.

    `cut` are the actions that were left out because one person's day may have only so many.
    """

    batches: int = 0
    actions: int = 0
    partitions: int = 0
    quarantined: int = 0
    incidents: int = 0
    cut: int = 0


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
    decisions: dict[str, Logged] = {}
    for facts in _asked(vault, waiting):
        people = (name_in_log(vault, facts.owner),) if facts.owner else ()
        grant = authorise(vault.log, vault.rules, session, Act.OPEN, facts, "admit", now=vault.clock(), people=people)
        decisions[facts.owner] = logged(grant)
    with writing(vault):
        tidy(vault)
        refusals.prepare(vault)
    total = (0,) * len(Admitted.__struct_fields__)
    done = 0
    for (participant, scope, day), group in groupby(waiting, lambda row: (row.participant, row.scope, row.day)):
        rows = list(group)
        decision = decisions[participant if scope == Scope.SELF else ""]
        place = Place(Zone.ACTIONS, ACTIONS, Scope(scope), participant, day)
        total = tuple(map(add, total, msgspec.structs.astuple(_admit_day(vault, place, rows, decision))))
        done += len(rows)
        if progress is not None:
            progress(done, len(waiting))
    close_days(vault)
    return Admitted(*total)


def close_days(vault: Vault) -> None:
    """End the private keys of all days whose window to send is over and whose envelopes are all opened."""
    with transaction(vault.records) as connection:
        today = vault.today()
        needed = connection.scalars(select(envelopes.c.key).where(envelopes.c.state == "stored"))
        ended = keys.close_days(vault.ring, today - window(vault), set(needed))
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


def _admit_day(vault: Vault, place: Place, rows: Sequence[Row[Any]], decision: Logged) -> Admitted:
    with writing(vault):
        with transaction(vault.records) as connection:  # another admission, or an erasure, may have come first
            waiting = [row for row in rows if _state(connection, row.batch) == "stored"]
            existing = find(connection, place)
            today = vault.today()
        if not waiting:
            return Admitted()
        before = None if existing is None else _frame_before(vault, existing, decision)
        refused = refusals.is_refused(vault, place.owner)
        inspected = [unopened(row) if refused else inspect(vault, row, decision) for row in waiting]
        good = [one for one in inspected if isinstance(one, Opened)]
        bad = [one for one in inspected if isinstance(one, Quarantined)]
        work = [one for one in good if one.packed.rows]  # the others are covers, and nothing is kept of which they were
        whole = _together(before, work, place, after_holes(vault, place, inspected))
        frame = whole.head(max(vault.approved.policy.quotas.actions_per_day, 0 if before is None else before.height))
        cut = whole.height - frame.height
        actions = frame.height - (0 if before is None else before.height)
        troubles = [_Trouble(one.row.batch, one.trouble, one.detail) for one in bad]
        if cut:
            troubles.append(_Trouble(good[-1].row.batch, OVER_THE_CAP, f"actions cut: {cut}"))
        _log(vault, today, troubles)

        def settle(connection: Connection) -> None:
            _mark(connection, [one.row.batch for one in good], "admitted")
            _mark(connection, [one.row.batch for one in bad], "quarantined")
            _open_incidents(connection, place, troubles, today)

        if work:
            purposes = [one.purposes for one in work] + ([] if existing is None else [purposes_of(existing)])
            store(vault, place, frame, shared(purposes), settle)
        else:
            with transaction(vault.records) as connection:
                settle(connection)
        for one in good:
            objects.delete(vault.objects, objects.envelope_path(one.row.digest))
    return Admitted(len(good), actions, 1 if work else 0, len(bad), len(troubles), cut)


def _frame_before(vault: Vault, existing: Row[Any], decision: Logged) -> pl.DataFrame | None:
    """What the day holds already; None where an erasure that was cut short has ended its key."""
    try:
        return with_current_words(load(vault, existing, decision))
    except KeyGone:
        return None


def _together(before: pl.DataFrame | None, good: Sequence[Opened], place: Place, torn: Collection[str]) -> pl.DataFrame:
    """The day's frame: what it held, then the new batches, numbered on from there; without columns if there is none.

    A batch in `torn` begins with a marker: something before it never came, and it must not look as if it followed.
    """
    first = 0 if before is None else before.select(pl.col("batch").max().add(1).fill_null(0)).item()
    parts = [] if before is None else [before]
    for number, one in enumerate(good, first):
        provenance = Provenance(place.day, one.basis, place.scope, one.row.policy)
        frame = frame_of(one.packed, number, provenance)
        if one.row.batch in torn:
            parts.append(frame_of(_lost(), number, provenance))
            frame = frame.with_columns(pl.col("row") + 1)
        parts.append(frame)
    return pl.concat(parts) if parts else pl.DataFrame()


@cache
def _lost() -> Packed:
    return unpack(encode_batch(Batch((Action(kind=ActionKind.LOST),))))[0]


def _log(vault: Vault, today: date, troubles: Iterable[_Trouble]) -> None:
    """Enter the incidents that are about to be opened: how many of a kind, and not whose.

    A run that is killed after it enters them once more, but opens them once. That batches were opened is in the log
    already, as the decision to; what was in them, or that nothing was, is not: the log is no timesheet.
    """
    counts = Counter(one.kind for one in troubles)
    hits = [entries.Incident(day=today, what=kind, where="admit", count=counts[kind]) for kind in sorted(counts)]
    note_all(vault, hits)


def _open_incidents(connection: Connection, place: Place, troubles: Iterable[_Trouble], today: date) -> None:
    for one in troubles:
        connection.execute(
            insert(incidents).values(
                incident=secrets.token_hex(16),
                kind=one.kind,
                batch=one.batch,
                opened=today,
                detail=one.detail,
                owner=place.owner,
                day=place.day,
            )
        )


def _mark(connection: Connection, batches: Iterable[str], state: str) -> None:
    for batch in batches:
        connection.execute(update(envelopes).where(envelopes.c.batch == batch).values(state=state))


def _state(connection: Connection, batch: str) -> str | None:
    return connection.scalar(select(envelopes.c.state).where(envelopes.c.batch == batch))
