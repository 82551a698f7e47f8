"""Authorise: a decision, in the log, and only then a grant. No log, no grant; no grant, no key."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from glasswork.govern.decide import Act, Dataset, Rules, Session, decide
from glasswork.govern.entries import Decided, encode
from glasswork.govern.errors import LogAltered, LogUnavailable, Refused
from glasswork.govern.log import Log
from glasswork.policy.model import utc

LONGEST: Final = timedelta(hours=1)


class Grant(Struct, frozen=True):
    """Leave to do one thing with one data set for one purpose, until `expires` (UTC). In the log at `index`."""

    id: str
    index: int
    act: Act
    dataset: str
    purpose: str
    expires: datetime
    rows: int | None

    def covers(self, act: Act, dataset: str, purpose: str, *, now: datetime) -> bool:
        """Whether this grant is for exactly that, and not yet over."""
        return (self.act, self.dataset, self.purpose) == (act, dataset, purpose) and now < self.expires


def authorise(
    log: Log,
    rules: Rules,
    session: Session,
    act: Act,
    dataset: Dataset,
    purpose: str,
    *,
    now: datetime,
    lifetime: timedelta = timedelta(minutes=5),
    rows: int | None = None,
    people: tuple[str, ...] = (),
) -> Grant:
    """Decide, append the decision to the log (a refusal too), and return a grant for at most an hour.

    `people` are commitments (`entries.commitment`) of those whose data it is, if it is about single people.
    Where the log has witnesses, leave to open comes after the first cosignature. Raises Refused with the rule that
    refused, LogUnavailable or LogAltered if the decision could not be logged or was not cosigned.
    """
    decision = decide(rules, session, act, dataset, purpose)
    grant_id = secrets.token_hex(16)
    entry = Decided(
        day=utc(now).date(),
        grant=grant_id,
        role=session.role,
        action=act,
        purpose=purpose,
        dataset=dataset.id,
        zone=dataset.zone,
        allowed=decision.allowed,
        reason="; ".join((decision.reason, *decision.errors)),
        policy=rules.policy_hash,
        rows=rows,
        people=people,
    )
    index = log.append(encode(entry))
    if not decision.allowed:
        raise Refused(
            f"Refused: {decision.reason}. The refusal is entry {index} of the audit log; if it should be allowed, "
            "the policy has to say so."
        )
    try:
        log.publish()
    except (LogUnavailable, LogAltered):
        if act is Act.OPEN:  # an erasure shows nobody anything, and does not depend on a witness
            raise
    return Grant(grant_id, index, act, dataset.id, purpose, utc(now) + min(lifetime, LONGEST), rows)
