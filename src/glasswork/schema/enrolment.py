"""Enrolment: what a device knows of the vault it sends to, and the service's answers (docs/formats/ingest.md)."""

from typing import Annotated

import msgspec
from msgspec import Meta

from glasswork.schema.envelope import Identifier
from glasswork.schema.words import Scope

KEYS_PATH = "/v1/keys"
BATCHES_PATH = "/v1/batches"
HEALTH_PATH = "/v1/health"
SIGNATURE_HEADER = "Glasswork-Signature"
"""Base64 of the device's Ed25519 signature over the body of a request for sealing keys."""


class Enrolment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device's enrolment. The keys are Ed25519 public keys (raw, 32 bytes).

    `key_service` signs sealing keys, `log` the checkpoints of the vault's audit log; empty where it is not known.
    """

    participant: Identifier
    device: Identifier
    scope: Scope
    purpose: Identifier
    service: Annotated[str, Meta(pattern="^https?://", max_length=200)]
    key_service: Annotated[bytes, Meta(min_length=32, max_length=32)]
    log: Annotated[bytes, Meta(max_length=32)] = b""


class KeysRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device asks for the sealing keys of its participant from `first` (ISO date) for `days` days."""

    device: Identifier
    participant: Identifier
    first: Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    days: Annotated[int, Meta(ge=1, le=21)] = 14


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The body of every answer to a batch, and of every refusal: what happened, and what it means for the sender.

    `checkpoint` comes with a batch that is stored: the audit log's newest, a signed note.
    """

    status: str
    message: str = ""
    checkpoint: str = ""
