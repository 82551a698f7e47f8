"""The only way to plaintext: a decision, its entry in the log, then keys, then frames, one partition at a time."""
# pyright: reportUnknownMemberType=false
# (Polars' signatures name numpy, which is not installed)

import secrets
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import polars as pl
from sqlalchemy import ColumnElement, Connection, Row, and_, func, select

from glasswork.govern import promotion
from glasswork.govern.authorise import LONGEST, Grant, authorise
from glasswork.govern.decide import Act, Dataset, Decision, Session, decide
from glasswork.govern.entries import Decided
from glasswork.govern.errors import Refused
from glasswork.schema.words import Scope, Zone
from glasswork.vault.errors import Cut, KeyGone, NotPermitted
from glasswork.vault.handle import Vault, name_in_log, note_all, writing
from glasswork.vault.keys import Logged, logged
from glasswork.vault.partitions import STAGED, Place, find, load, purposes_of, shared, store
from glasswork.vault.records import transaction
from glasswork.vault.tables import objects as table

_WRITES = {
    "refine": Zone.EPISODES,
    "assemble": Zone.DATASETS,
    "personal_use": Zone.DATASETS,
    "release": Zone.DATASETS,
}
"""The zone that what is made for each purpose is written to."""


def dataset(vault: Vault, zone: Zone, name: str, *, owner: str = "") -> Dataset:
    """The data set `name` of a zone (or one owner's part of it), with the facts that a decision needs.

    The zone `actions` has one, called `actions`. Expired data are no part of it, and whoever has no rows in it is none
    of its `people`.
    """
    with transaction(vault.records) as connection:
        return _facts(vault, connection, Dataset(name, zone, vault.approved.policy.scope, owner, 0, frozenset()))[0]


def open(
    vault: Vault, dataset: Dataset, purpose: str, session: Session, *, rows: int | None = None
) -> Iterator[pl.DataFrame]:
    """The frames of a data set, one a partition, each with a constant String column `partition` in front.

    Whose data it is, of how many and for what is looked up here: what `dataset` says of it decides nothing. The
    decision is in the audit log when this returns; each partition is read, and its key leased, when the iterator comes
    to it, so what was erased, rewritten or expired meanwhile is not read. The lease ends after an hour, and after
    `rows` (by default, those that the data set has now). How many went out is entered when the reading ends.

    Raises govern's Refused, LogUnavailable or LogAltered, and nothing was read; Damaged where stored bytes are wrong;
    Cut, after the last of `rows`, where there were more.
    """
    with transaction(vault.records) as connection:
        facts, there = _facts(vault, connection, dataset)
    available = sum(row.rows for row in there)
    most = available if rows is None else max(rows, 0)
    people = (name_in_log(vault, facts.owner),) if facts.owner else ()
    grant = authorise(
        vault.log,
        vault.rules,
        session,
        Act.OPEN,
        facts,
        purpose,
        now=vault.clock(),
        lifetime=LONGEST,
        rows=most,
        people=people,
    )

    def read() -> Iterator[pl.DataFrame]:
        out = 0
        try:
            for frame in _frames(vault, grant, facts, there):
                if out < most:
                    part = frame.head(most - out)
                    out += part.height
                    yield part
                if out >= most:
                    break
        finally:
            entry = Decided(
                day=vault.today(),
                grant=grant.id,
                role=session.role,
                action="read",
                purpose=purpose,
                dataset=facts.id,
                zone=facts.zone,
                allowed=True,
                reason=f"{out} rows went out, of at most {most}",
                policy=vault.approved.hash,
                rows=out,
                people=people,
            )
            note_all(vault, [entry])
        if available > most:
            raise Cut(
                f"The lease was for {most} rows and the data set has more, so the rest was cut: what was read is a "
                "part, not the whole. Ask for more rows if the purpose needs them; the request will be in the log."
            )

    return read()


def owners(vault: Vault, dataset: Dataset) -> dict[str, int]:
    """The partitions of a data set, each with a number that stands for its owner.

    Numbers say who is the same person and not who it is: they are dealt anew every time, in random order.
    """
    own = _owners(vault, dataset)
    people = sorted(set(own.values()))
    secrets.SystemRandom().shuffle(people)
    numbers = {owner: number for number, owner in enumerate(people)}
    return {partition: numbers[owner] for partition, owner in own.items()}


def commitments(vault: Vault, dataset: Dataset) -> dict[str, str]:
    """The partitions of a data set, each with the SHA-256 (hex) of its sealed bytes.

    That commits to what is in it and tells nothing of it; once its key has ended, nobody can tell what it was.
    """
    with transaction(vault.records) as connection:
        _, rows = _facts(vault, connection, dataset)
    return {row.partition: row.sha256 for row in rows}


def names_in_log(vault: Vault, dataset: Dataset) -> tuple[str, ...]:
    """The people in a data set as the audit log names them, sorted. Their order says nothing."""
    return tuple(sorted(name_in_log(vault, owner) for owner in set(_owners(vault, dataset).values())))


def put(
    vault: Vault,
    zone: Zone,
    frame: pl.DataFrame,
    *,
    source: str,
    name: str,
    purpose: str,
    session: Session,
    append: bool = False,
    staged: bool = False,
) -> str:
    """Seal a frame derived from the partition `source`, for the same owner and day, under a key of its own.

    Replaces what was derived under this name from this source before, or, with `append`, comes after it; with `staged`
    it has the name only once `staging.settle` gives it. Returns the partition's id. Into the next zone it is a
    promotion (`govern.promotion`), which a job needs an approval for, and an owner does of their own for themselves.
    Raises Refused, NotPermitted, KeyGone where the source is no more.
    """
    with writing(vault):
        with transaction(vault.records) as connection:
            today = vault.today()
            row = _readable(vault, connection, source)
            if row is None:
                raise KeyGone("What a frame was derived from was erased or has expired meanwhile, so it is not stored.")
            facts = _source(vault, connection, row, session)
            place = Place(zone, name + STAGED if staged else name, facts.scope, row.owner, row.day, source)
            before = find(connection, place) if append else None
        right_zone = _WRITES.get(purpose) is zone
        decision = _may_put(vault, session, facts, purpose, zone, today)
        entry = Decided(
            day=today,
            grant=secrets.token_hex(16),
            role=session.role,
            action="put",
            purpose=purpose,
            dataset=name,
            zone=zone,
            allowed=decision.allowed and right_zone,
            reason=decision.reason if right_zone else f"what is for {purpose} is not written to the zone {zone}",
            policy=vault.approved.hash,
            rows=frame.height,
        )
        index = note_all(vault, [entry])[0]
        if not right_zone:
            raise NotPermitted(f"What is for `{purpose}` is not written to the zone {zone}. Nothing was stored.")
        if not decision.allowed:
            raise Refused(f"Refused: {decision.reason}. Nothing was stored.")
        if before is not None:
            vault.log.publish()  # it opens what was there before
            frame = pl.concat([load(vault, before, Logged(index, entry.grant, purpose)), frame])
        return store(vault, place, frame, facts.purposes, lambda _: None)


def _may_put(vault: Vault, session: Session, facts: Dataset, purpose: str, zone: Zone, today: date) -> Decision:
    """Whether what is derived from `facts` may be stored in a zone: by the rules and, from others' data, approved."""
    act = Act.OPEN if facts.zone is zone else Act.PROMOTE
    decision = decide(vault.rules, session, act, facts, purpose)
    if not decision.allowed or facts.scope is Scope.SELF or purpose not in promotion.STEPS:
        return decision
    file = promotion.file_of(vault.folder, purpose)
    approval = promotion.check(file, vault.approved, purpose, facts.zone, zone, today=today)
    return Decision(approval.allowed, f"{decision.reason}; {approval.reason}" if approval.allowed else approval.reason)


def _frames(vault: Vault, grant: Grant, facts: Dataset, rows: list[Row[Any]]) -> Iterator[pl.DataFrame]:
    for row in rows:
        if not grant.covers(Act.OPEN, facts.id, grant.purpose, now=vault.clock()):
            raise Refused("Refused: the lease has ended, an hour after it was granted. Open the data set again.")
        frame = _current(vault, row, grant)
        if frame is not None:
            yield frame.insert_column(0, pl.Series("partition", [row.partition]).new_from_index(0, frame.height))


def _current(vault: Vault, row: Row[Any], grant: Grant) -> pl.DataFrame | None:
    """The frame as it is now; None where it was erased or has expired. A rewrite meanwhile is followed.

    The key ring is what says so, and needs no second look into the records: whatever ends ends with its key.
    """
    now: Row[Any] | None = row
    while now is not None:
        try:
            return load(vault, now, logged(grant))
        except KeyGone:
            tried = now.key
        with transaction(vault.records) as connection:
            now = _readable(vault, connection, row.partition)
        if now is not None and now.key == tried:
            return None
    return None


def _facts(vault: Vault, connection: Connection, asked: Dataset) -> tuple[Dataset, list[Row[Any]]]:
    """What is really in a data set now, and its rows, oldest day first."""
    wanted = select(table).where(_lies_in(vault, asked))
    if asked.owner:
        wanted = wanted.where(table.c.owner == asked.owner)
    rows = list(connection.execute(wanted.order_by(table.c.day, table.c.partition)))
    owners = sorted({row.owner for row in rows})
    alone = asked.scope is Scope.SELF and len(owners) == 1
    owner = owners[0] if alone else asked.owner  # of a programme that one person has data in, all is asked for
    return Dataset(
        asked.id, asked.zone, asked.scope, owner, len(owners), shared([purposes_of(row) for row in rows])
    ), rows


def _source(vault: Vault, connection: Connection, row: Row[Any], session: Session) -> Dataset:
    """A partition that something is derived from, as the session opened it: in one person's part, or in the whole."""
    own = Dataset(row.name, Zone(row.zone), Scope(row.scope), row.owner, 1, purposes_of(row))
    if session.person:
        return own
    people = select(func.count(table.c.owner.distinct())).where(_lies_in(vault, own))
    return msgspec.structs.replace(own, owner="", people=connection.execute(people).scalar_one())


def _lies_in(vault: Vault, dataset: Dataset) -> ColumnElement[bool]:
    """Whether a partition lies in a data set: it has rows, and has not expired."""
    return and_(
        table.c.zone == dataset.zone,
        table.c.name == dataset.id,
        table.c.scope == dataset.scope,
        table.c.rows > 0,
        table.c.day >= vault.first_day(dataset.zone),
    )


def rows_of(vault: Vault, dataset: Dataset) -> dict[str, tuple[str, int]]:
    """The partitions of a data set, each with its owner and how many rows it has. For the vault's own use."""
    with transaction(vault.records) as connection:
        _, rows = _facts(vault, connection, dataset)
    return {row.partition: (row.owner, row.rows) for row in rows}


def _owners(vault: Vault, dataset: Dataset) -> dict[str, str]:
    return {partition: owner for partition, (owner, _) in rows_of(vault, dataset).items()}


def _readable(vault: Vault, connection: Connection, partition: str) -> Row[Any] | None:
    row = connection.execute(select(table).where(table.c.partition == partition)).first()
    return None if row is None or row.day < vault.first_day(Zone(row.zone)) else row
