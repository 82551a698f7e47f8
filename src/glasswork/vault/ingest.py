"""Ingest: take an envelope, check what can be checked from outside, store it, and only then say so.

Nothing here opens an envelope or holds a key that could. The bytes are on the disk before their row, and the row is
committed before the answer: a batch that was acknowledged is there, whatever happens next.
"""

import hashlib
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, func, select

from glasswork.policy import Policy
from glasswork.schema.envelope import MAX_ENVELOPE, Header, parse, verify
from glasswork.schema.errors import FormatError
from glasswork.vault import keys, objects
from glasswork.vault.enrolment import window
from glasswork.vault.handle import Vault
from glasswork.vault.records import direct, transaction
from glasswork.vault.tables import devices, envelopes, policies

BATCHES_PER_DAY = 2_000
"""The most batches one device may send in a day; twenty times what a schedule of one every quarter of an hour needs."""

_FACTS: Final = """
SELECT devices.participant, devices.public, participants.scope, policies.document, policies.superseded,
    coalesce((SELECT max(sequence) FROM envelopes WHERE device = devices.device), 0), count(today.batch),
    coalesce(sum(today.size), 0)
FROM devices
JOIN participants ON participants.participant = devices.participant
LEFT JOIN policies ON policies.hash = ?
LEFT JOIN envelopes AS today ON today.device = devices.device AND today.received = ?
WHERE devices.device = ?
GROUP BY devices.device
"""
_SAME: Final = "SELECT digest FROM envelopes WHERE batch = ? OR (device = ? AND sequence = ?)"
_STORE: Final = """
INSERT INTO envelopes (batch, device, participant, sequence, day, key, policy, received, size, digest, state)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'stored')
"""
_NOT_ENROLLED: Final = "This device is not enrolled here, so nothing is taken from it. Enrol it again."
_CONFLICT: Final = (
    "Another batch with this id or sequence number was stored before. Nothing was changed. If the device was restored "
    "from a backup, enrol it again."
)
_SPENT: Final = (
    "The device has sent as much as the policy lets it send in a day. It keeps the rest and sends it tomorrow."
)


class _Facts(NamedTuple):
    """What the records say of an envelope's device: whose it is, the policy it names, and what it has sent."""

    participant: str
    public: bytes
    scope: str
    document: bytes | None
    superseded: str | None
    latest: int
    sent: int
    sent_bytes: int


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
    header, today = envelope.header, vault.today()
    digest = hashlib.sha256(data).hexdigest()
    day = keys.day_of(vault.ring, header.participant, header.key)
    with direct(vault.records) as rows:
        found = rows.execute(_FACTS, (header.policy, today.isoformat(), header.device)).fetchone()
        if found is None:
            return Received(Outcome.REFUSED, _NOT_ENROLLED)
        facts = _Facts(*found)
        try:
            verify(envelope, Ed25519PublicKey.from_public_bytes(facts.public))
        except FormatError as error:
            return Received(Outcome.REFUSED, str(error))
        same = rows.execute(_SAME, (header.batch, header.device, header.sequence)).fetchone()
        if same is not None:
            return Received(Outcome.ALREADY_STORED) if same == (digest,) else Received(Outcome.CONFLICT, _CONFLICT)
        wrong = _wrong(vault, header, facts, day, today)
        if wrong is not None:
            return Received(Outcome.REFUSED, f"The batch was refused: {wrong}. Nothing was stored.")
        if facts.sent >= BATCHES_PER_DAY or facts.sent_bytes + len(data) > vault.approved.policy.quotas.bytes_per_day:
            return Received(Outcome.OVER_QUOTA, _SPENT, until_midnight(vault.clock()))
        objects.put(vault.objects, objects.envelope_path(digest), data)
        rows.execute(
            _STORE,
            (
                header.batch,
                header.device,
                header.participant,
                header.sequence,
                str(day),
                header.key,
                header.policy,
                today.isoformat(),
                len(data),
                digest,
            ),
        )
    return Received(Outcome.STORED)


def policy_of(connection: Connection, hash_: str) -> tuple[Policy, date] | None:
    """The policy of that hash and the last day of its force, so far as is known; None if it never was in force here."""
    found = connection.execute(select(policies).where(policies.c.hash == hash_)).first()
    if found is None:
        return None
    policy = _decoded(found.document)
    return policy, found.superseded or policy.expires.date()


@lru_cache(maxsize=64)
def _decoded(document: bytes) -> Policy:
    return msgspec.json.decode(document, type=Policy)


def device_keys(vault: Vault) -> dict[str, bytes]:
    """The public key (Ed25519, raw) of every enrolled device."""
    with transaction(vault.records) as connection:
        return {row.device: row.public for row in connection.execute(select(devices.c.device, devices.c.public))}


def missing(vault: Vault, device: str | None = None) -> int:
    """How many sequence numbers never arrived, though later ones did: lost, held back or forgotten.

    Those of one device, or of all together, which says nothing of anybody. Only between the batches whose days are
    still open: the rows of others are gone, and one that was sent late and is gone earlier than its neighbours counts.
    """
    latest = func.coalesce(func.max(envelopes.c.sequence), 0) - func.coalesce(func.min(envelopes.c.sequence) - 1, 0)
    lost = select((latest - func.count()).label("lost")).group_by(envelopes.c.device)
    if device is not None:
        lost = lost.where(envelopes.c.device == device)
    with transaction(vault.records) as connection:
        return connection.scalar(select(func.coalesce(func.sum(lost.subquery().c.lost), 0))) or 0


def _wrong(vault: Vault, header: Header, facts: _Facts, day: date | None, today: date) -> str | None:
    """Why an envelope that its device signed, and that is new, is refused; None where it is not."""
    if header.sequence <= facts.latest:  # a device waits for each answer before it sends the next
        return "a later one of this device came before it, so it was held back or repeated on the way"
    if facts.participant != header.participant or day is None:
        return "its key is not one of its participant's, or its day is closed"
    policy = None if facts.document is None else _decoded(facts.document)
    if policy is None or _last_day(policy, facts.superseded) + window(vault) < today:
        return "the policy it was recorded under is not in force here. Fetch the current policy"
    if header.purpose not in {purpose.id for purpose in policy.purposes}:
        return "its policy does not allow its purpose"
    if not header.scope == policy.scope == facts.scope:
        return "its scope is not that of its enrolment"
    return None


def _last_day(policy: Policy, superseded: str | None) -> date:
    return policy.expires.date() if superseded is None else date.fromisoformat(superseded)


def until_midnight(now: datetime) -> int:
    """Seconds until the next day has begun, in the zone of `now`."""
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    return int((midnight - now).total_seconds()) + 1
