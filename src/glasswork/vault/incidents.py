"""Incidents: what admission would not take, or cut. They are reviewed and closed without showing what was recorded.

A batch in which something is wrong is kept as it came, sealed, and is not repaired. Whoever reviews it sees what kind
of thing is wrong and where, never the words; decides; and the decision is in the audit log. Left alone, it becomes
noise when its day's key ends.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Row, Select, select, update

from glasswork.govern.authorise import authorise
from glasswork.govern.decide import Act, Dataset, Session, SessionRole
from glasswork.govern.entries import Incident as IncidentEntry
from glasswork.schema.words import Scope
from glasswork.vault import objects
from glasswork.vault.errors import NoIncident
from glasswork.vault.handle import Vault, name_in_log, note_all, writing
from glasswork.vault.records import transaction
from glasswork.vault.tables import envelopes, incidents


class Closing(StrEnum):
    """How an incident is closed."""

    NOTED = "noted"  # seen; a quarantined batch stays sealed until its day's key ends
    DELETED = "deleted"  # the quarantined batch is removed now
    AGAIN = "again"  # it goes through admission once more, with every check: the rules had been at fault


class Incident(msgspec.Struct, frozen=True):
    """One incident. `day` is that of the work; `detail` names kinds of word, roles and counts, never a word.

    `size` is the quarantined envelope's in bytes, 0 where none is there. `outcome` is empty while it is open.
    """

    id: str
    kind: str
    owner: str
    day: date | None
    opened: date
    detail: str
    size: int
    outcome: str


def list_incidents(vault: Vault, session: Session, *, closed: bool = False) -> list[Incident]:
    """The open incidents, oldest first; with `closed` those that were closed too.

    The privacy officer sees all, and an owner their own; the look is in the audit log. Raises govern's Refused.
    """
    _ask(vault, session)
    wanted = _query(session)
    if not closed:
        wanted = wanted.where(incidents.c.closed.is_(None))
    with transaction(vault.records) as connection:
        rows = connection.execute(wanted.order_by(incidents.c.opened, incidents.c.incident)).all()
    return [_incident(vault, row) for row in rows]


def close_incident(vault: Vault, incident: str, closing: Closing, session: Session) -> Incident:
    """Close an open incident. Raises NoIncident, and govern's Refused; the decision is in the audit log."""
    _ask(vault, session)
    with writing(vault):
        with transaction(vault.records) as connection:
            row = connection.execute(_query(session).where(incidents.c.incident == incident)).first()
        if row is None or row.closed is not None:
            raise NoIncident(
                "There is no open incident of this id here. `glasswork incident list` shows those there are."
            )
        found = _incident(vault, row)
        if closing is not Closing.NOTED and not found.size:
            raise NoIncident("The batch of this incident is not in quarantine (any more), so it can only be noted.")
        today = vault.today()
        note_all(vault, [IncidentEntry(day=today, what=f"{found.kind}, {closing}", where="review", count=1)])
        with transaction(vault.records) as connection:
            changed = {"closed": today, "outcome": closing}
            connection.execute(update(incidents).where(incidents.c.incident == incident).values(**changed))
            if closing is Closing.AGAIN:
                connection.execute(update(envelopes).where(envelopes.c.batch == row.batch).values(state="stored"))
        if closing is Closing.DELETED:
            objects.delete(vault.objects, objects.envelope_path(row.digest))
    return _incident(vault, row, outcome=closing)


def _ask(vault: Vault, session: Session) -> None:
    """One look at incidents is one decision: the privacy officer's for an incident, or an owner's about themselves.

    It is about the list, which no key is of: it leases none of the zone's.
    """
    own = session.role is SessionRole.OWNER
    scope = Scope.SELF if own else vault.approved.policy.scope
    facts = Dataset("incidents", session.environment, scope, session.person, 1 if own else 0, frozenset())
    people = (name_in_log(vault, session.person),) if own else ()
    purpose = "rights_request" if own else "incident"
    authorise(vault.log, vault.rules, session, Act.OPEN, facts, purpose, now=vault.clock(), people=people)


def _query(session: Session) -> Select[Any]:
    columns: Sequence[Any] = (*incidents.c, envelopes.c.digest, envelopes.c.size, envelopes.c.state)
    wanted = select(*columns).join_from(incidents, envelopes, envelopes.c.batch == incidents.c.batch, isouter=True)
    return wanted.where(incidents.c.owner == session.person) if session.role is SessionRole.OWNER else wanted


def _incident(vault: Vault, row: Row[Any], outcome: str = "") -> Incident:
    held = row.state == "quarantined" and objects.get(vault.objects, objects.envelope_path(row.digest)) is not None
    return Incident(
        id=row.incident,
        kind=row.kind,
        owner=row.owner or "",
        day=row.day,
        opened=row.opened,
        detail=row.detail,
        size=row.size if held else 0,
        outcome=outcome or row.outcome or "",
    )
