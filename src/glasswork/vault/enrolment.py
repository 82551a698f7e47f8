"""Enrolment: who may send, and with which keys. What a person is called here is a pseudonym."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, insert, select

from glasswork.schema.enrolment import KeysRequest
from glasswork.schema.envelope import SealingKey
from glasswork.schema.errors import FormatError
from glasswork.schema.words import Scope
from glasswork.vault import keys
from glasswork.vault.errors import NotEnrolled, NotPermitted
from glasswork.vault.handle import Vault
from glasswork.vault.records import transaction
from glasswork.vault.tables import devices, participants

AHEAD = timedelta(days=21)
"""How far ahead sealing keys are given out."""


def window(vault: Vault) -> timedelta:
    """How long after a day its work may still arrive: the days a device may hold it, and one for clocks and zones."""
    return timedelta(days=vault.approved.policy.hold_days + 1)


def enrol(vault: Vault, *, participant: str, device: str, device_public: bytes, scope: Scope) -> bytes:
    """Enrol a device (Ed25519 public key, 32 raw bytes) and, with its first one, its participant.

    Returns the public key of the key service, which signs sealing keys. Enrolling the same again changes nothing.
    Raises NotPermitted for another scope than the policy's, or a device that is enrolled otherwise.
    """
    if scope is not vault.approved.policy.scope:
        raise NotPermitted(
            f"This vault is for data of scope {vault.approved.policy.scope}. A device of another scope is enrolled in "
            "a workspace of its own."
        )
    Ed25519PublicKey.from_public_bytes(device_public)
    with transaction(vault.records) as connection:
        day = vault.today()
        existing = connection.execute(select(devices).where(devices.c.device == device)).first()
        if existing is not None and (existing.participant, existing.public) != (participant, device_public):
            raise NotPermitted("A device of that name is enrolled already, with another key. Choose another name.")
        if connection.execute(select(participants).where(participants.c.participant == participant)).first() is None:
            connection.execute(insert(participants).values(participant=participant, scope=scope, enrolled=day))
            keys.name(vault.ring, participant, make=True)
        if existing is None:
            connection.execute(
                insert(devices).values(device=device, participant=participant, public=device_public, enrolled=day)
            )
    return keys.service_public(vault.ring)


def owner_of(connection: Connection, device: str) -> tuple[str, Ed25519PublicKey]:
    """The participant and public key of a device. Raises NotEnrolled."""
    found = connection.execute(select(devices).where(devices.c.device == device)).first()
    if found is None:
        raise NotEnrolled("This device is not enrolled here, so nothing is taken from it. Enrol it again.")
    return found.participant, Ed25519PublicKey.from_public_bytes(found.public)


def sealing_keys(vault: Vault, device: str, first: date, days: int) -> list[SealingKey]:
    """The signed sealing keys of the device's participant for `days` days from `first`.

    Days whose window to send has ended, and days more than AHEAD away, have none and are left out. Raises NotEnrolled.
    """
    with transaction(vault.records) as connection:
        participant, _ = owner_of(connection, device)
        today = vault.today()
    asked: Sequence[date] = [first + timedelta(days=n) for n in range(days)]
    return keys.issue(vault.ring, participant, [day for day in asked if today - window(vault) <= day <= today + AHEAD])


def answer_keys(vault: Vault, body: bytes, signature: bytes) -> list[SealingKey]:
    """Answer a device's request for sealing keys: JSON of a KeysRequest, signed with the device's key.

    Raises FormatError for what is no request, NotEnrolled where the device is unknown, is another participant's, or
    did not sign it.
    """
    try:
        request = msgspec.json.decode(body, type=KeysRequest)
        days = [date.fromisoformat(request.first) + timedelta(days=n) for n in range(request.days)]
    except (ValueError, OverflowError):
        raise FormatError("This is not a request for sealing keys. Update the device's program.") from None
    with transaction(vault.records) as connection:
        participant, public = owner_of(connection, request.device)
    try:
        public.verify(signature, body)
    except InvalidSignature:
        raise NotEnrolled("The request is not signed by the device it names. Enrol the device again.") from None
    if participant != request.participant:
        raise NotEnrolled("The device is enrolled for another participant than it names. Enrol it again.")
    return sealing_keys(vault, request.device, days[0], len(days))
