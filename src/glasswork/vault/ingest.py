"""Ingest: take an envelope, check what can be checked from outside, store it, and only then say so.

Nothing here opens an envelope or holds a key that could. The bytes are on the disk before their row, and the row is
committed before the answer: a batch that was acknowledged is there, whatever happens next.
"""

import hashlib
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import msgspec
from sqlalchemy import Connection, and_, func, insert, or_, select

from glasswork.policy import Policy
from glasswork.schema.envelope import MAX_ENVELOPE, Envelope, Header, parse, verify
from glasswork.schema.errors import FormatError
from glasswork.vault import objects, sealing
from glasswork.vault.enrolment import owner_of, window
from glasswork.vault.errors import NotEnrolled
from glasswork.vault.handle import Vault
from glasswork.vault.records import transaction
from glasswork.vault.tables import envelopes, participants, policies

BATCHES_PER_DAY = 2_000
"""The most batches one device may send in a day; twenty times what a schedule of one every quarter of an hour needs."""


class Outcome(StrEnum):
    """What became of an envelope. The words are those of the wire (docs/formats/ingest.md)."""

    STORED = "stored"
    ALREADY_STORED = "already_stored"
    CONFLICT = "conflict"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    REFUSED = "refused"
    OVER_QUOTA = "over_quota"


class Received(msgspec.Struct, frozen=True):
    """The answer to an envelope. `retry_after` is in seconds, 0 where trying again would not help."""

    outcome: Outcome
    message: str = ""
    retry_after: int = 0


def receive(vault: Vault, data: bytes) -> Received:
    """Check and store one envelope; durable before it returns. Raises Unavailable, and then nothing was stored."""
    if len(data) > MAX_ENVELOPE:
        return Received(Outcome.TOO_LARGE, f"A batch may have at most {MAX_ENVELOPE} bytes. Nothing was stored.")
    try:
        envelope = parse(data)
    except FormatError as error:
        return Received(Outcome.MALFORMED, str(error))
    digest = hashlib.sha256(data).hexdigest()
    day = sealing.day_of(vault.keys, envelope.header.participant, envelope.header.key)
    with transaction(vault.records) as connection:
        refusal = _refusal(connection, vault, envelope, day, len(data), digest)
        if refusal is not None:
            return refusal
        objects.put(vault.objects, objects.envelope_path(digest), data)
        header = envelope.header
        connection.execute(
            insert(envelopes).values(
                batch=header.batch,
                device=header.device,
                participant=header.participant,
                sequence=header.sequence,
                day=day,
                key=header.key,
                policy=header.policy,
                received=vault.today(connection),
                size=len(data),
                digest=digest,
                state="stored",
            )
        )
    return Received(Outcome.STORED)


def policy_of(connection: Connection, hash_: str) -> tuple[Policy, date] | None:
    """The policy of that hash and the last day of its force, so far as is known; None if it never was in force here."""
    found = connection.execute(select(policies).where(policies.c.hash == hash_)).first()
    if found is None:
        return None
    policy = msgspec.json.decode(found.document, type=Policy)
    return policy, found.superseded or policy.expires.date()


def _refusal(
    connection: Connection, vault: Vault, envelope: Envelope, day: date | None, size: int, digest: str
) -> Received | None:
    """Why this envelope is not stored (again), or None. Who sent it is settled before anything else is answered."""
    header = envelope.header
    try:
        participant, public = owner_of(connection, header.device)
        verify(envelope, public)
    except (NotEnrolled, FormatError) as error:
        return Received(Outcome.REFUSED, str(error))
    same = connection.execute(
        select(envelopes.c.batch, envelopes.c.digest).where(
            or_(
                envelopes.c.batch == header.batch,
                and_(envelopes.c.device == header.device, envelopes.c.sequence == header.sequence),
            )
        )
    ).first()
    if same is not None:
        if same.digest == digest:
            return Received(Outcome.ALREADY_STORED)
        return Received(
            Outcome.CONFLICT,
            "Another batch with this id or sequence number was stored before. Nothing was changed. If the device was "
            "restored from a backup, enrol it again.",
        )
    if participant != header.participant or day is None:
        return _refused("its key is not one of its participant's, or its day is closed")
    wrong = _not_permitted(connection, vault, header)
    if wrong is not None:
        return _refused(wrong)
    return _over_quota(connection, vault, header.device, size)


def _not_permitted(connection: Connection, vault: Vault, header: Header) -> str | None:
    policy, last_day = policy_of(connection, header.policy) or (None, date.min)
    if policy is None or last_day + window(vault) < vault.today(connection):
        return "the policy it was recorded under is not in force here. Fetch the current policy"
    if header.purpose not in {purpose.id for purpose in policy.purposes}:
        return "its policy does not allow its purpose"
    scope = connection.scalar(select(participants.c.scope).where(participants.c.participant == header.participant))
    if not header.scope == policy.scope == scope:
        return "its scope is not that of its enrolment"
    return None


def _over_quota(connection: Connection, vault: Vault, device: str, size: int) -> Received | None:
    today = vault.today(connection)
    sent, sent_bytes = connection.execute(
        select(func.count(), func.coalesce(func.sum(envelopes.c.size), 0)).where(
            envelopes.c.device == device, envelopes.c.received == today
        )
    ).one()
    if sent < BATCHES_PER_DAY and sent_bytes + size <= vault.approved.policy.quotas.bytes_per_day:
        return None
    now = vault.clock()
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    return Received(
        Outcome.OVER_QUOTA,
        "The device has sent as much as the policy lets it send in a day. It keeps the rest and sends it tomorrow.",
        int((midnight - now).total_seconds()) + 1,
    )


def _refused(why: str) -> Received:
    return Received(Outcome.REFUSED, f"The batch was refused: {why}. Nothing was stored.")
