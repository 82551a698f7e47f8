"""Sealing keys: fetched ahead, kept in a file, used only if the enrolled key service signed them."""

import base64
from collections.abc import Set
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from glasswork.device.durable import write_durably
from glasswork.device.errors import SendRefused, ServiceUnreachable
from glasswork.device.send.wire import post
from glasswork.schema.enrolment import KEYS_PATH, SIGNATURE_HEADER, Enrolment, KeysRequest
from glasswork.schema.envelope import SealingKey
from glasswork.schema.errors import FormatError

FILE: Final = "sealing-keys.json"
AHEAD_DAYS: Final = 14
MOST_DAYS: Final = 21


def sealing_keys(
    folder: Path, enrolment: Enrolment, device: Ed25519PrivateKey, days: Set[date], today: date
) -> dict[date, SealingKey]:
    """The sealing keys of `days`, from the file, which is topped up to AHEAD_DAYS from today whenever it has fewer.

    Where the service cannot be reached, those in the file do if they are enough. A day that the service gives no key
    for (its time to be sent is over) is left out. Raises SendRefused, ServiceUnreachable, and FormatError where a key
    is not signed by the enrolled key service.
    """
    kept = _read(folder / FILE, enrolment)
    enough = days <= kept.keys()
    if enough and today + timedelta(AHEAD_DAYS - 1) in kept:
        return {day: kept[day] for day in days}
    first = min(days | {today})
    last = min(max(days | {today}) + timedelta(AHEAD_DAYS), first + timedelta(MOST_DAYS))
    try:
        fetched = _fetch(enrolment, device, first, (last - first).days)
    except ServiceUnreachable:
        if not enough:
            raise
        fetched = []
    if any(key.day in kept and kept[key.day] != key for key in fetched):
        raise FormatError(
            "The service gave another sealing key for a day than before. A day has one key for ever, so one of the two "
            "is not what it should be. Nothing was sealed. Tell the security officer; then enrol again."
        )
    keys = kept | {key.day: key for key in fetched}
    current = [key for day, key in sorted(keys.items()) if day >= today - timedelta(MOST_DAYS)]
    write_durably(folder / FILE, msgspec.json.encode(current))
    return {day: keys[day] for day in days if day in keys}


def _fetch(enrolment: Enrolment, device: Ed25519PrivateKey, first: date, days: int) -> list[SealingKey]:
    request = KeysRequest(
        device=enrolment.device, participant=enrolment.participant, first=first.isoformat(), days=days
    )
    body = msgspec.json.encode(request)
    signature = base64.b64encode(device.sign(body)).decode()
    reply = post(enrolment, KEYS_PATH, body, {SIGNATURE_HEADER: signature, "Content-Type": "application/json"})
    if reply.status != 200:
        raise SendRefused(
            "The service gives this device no keys to seal to: it does not know it, or not for this participant. "
            "Nothing was sent; everything waits on this device. Enrol it again."
        )
    try:
        keys = msgspec.json.decode(reply.body, type=list[SealingKey])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise FormatError(
            "What answered at the service's address sent no sealing keys that can be read. Nothing was sealed. Check "
            "the address, and that both sides run the same version."
        ) from None
    return [key for key in _genuine(keys, enrolment) if 0 <= (key.day - first).days < days]


def _read(path: Path, enrolment: Enrolment) -> dict[date, SealingKey]:
    """The kept keys. A file that is missing, damaged or of another enrolment is as good as none: they are fetched."""
    try:
        keys = msgspec.json.decode(path.read_bytes(), type=list[SealingKey])
        return {key.day: key for key in _genuine(keys, enrolment)}
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, FormatError):
        return {}


def _genuine(keys: list[SealingKey], enrolment: Enrolment) -> list[SealingKey]:
    service = Ed25519PublicKey.from_public_bytes(enrolment.key_service)
    for key in keys:
        key.verify(service)
    return [key for key in keys if key.participant == enrolment.participant]
