"""What is in one envelope: opened, validated, and every word of it put before the redactor once more."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Row

from glasswork import redact
from glasswork.policy import Policy
from glasswork.redact.vocabulary import NUMBER
from glasswork.schema.action import MAX_LABEL
from glasswork.schema.batch import Batch, Packed, encode_batch, unpack
from glasswork.schema.envelope import parse
from glasswork.schema.errors import FormatError
from glasswork.schema.words import Role
from glasswork.vault import keys, objects
from glasswork.vault.errors import KeyGone
from glasswork.vault.handle import Vault
from glasswork.vault.ingest import policy_of
from glasswork.vault.keys import Logged
from glasswork.vault.records import transaction

_FRONTS = frozenset((Role.WINDOW, Role.DOCUMENT, Role.DIALOG, Role.ALERTDIALOG))
"""What stands for a whole window or page: its label is one of the policy's screen names."""


class Trouble(StrEnum):
    """Why a batch is quarantined, whole and as it came."""

    UNREADABLE = "unreadable"  # altered, relabelled, or no batch inside
    DAY_CLOSED = "day_closed"  # its private key is gone
    UNREDACTED = "unredacted"  # a word in it that the recorder should never have sent


@dataclass(frozen=True, slots=True)
class Opened:
    """A batch in which all is well. `purposes` are those of the policy it was recorded under."""

    row: Row[Any]
    packed: Packed
    basis: str
    purposes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A batch in which something is not well. `detail`: kinds of word, roles and how often, never which words."""

    row: Row[Any]
    trouble: Trouble
    detail: str = ""


def unopened(row: Row[Any]) -> Opened:
    """What a row counts as whose participant takes no part: a cover. Its envelope is not opened."""
    packed, _ = unpack(encode_batch(Batch(())))
    return Opened(row, packed, "", frozenset())


def inspect(vault: Vault, row: Row[Any], decision: Logged) -> Opened | Quarantined:
    """Open the envelope of a row of `envelopes` and check all that is in it. Never repairs anything."""
    with transaction(vault.records) as connection:
        known = policy_of(connection, row.policy)
    data = objects.get(vault.objects, objects.envelope_path(row.digest))
    if known is None or data is None or hashlib.sha256(data).hexdigest() != row.digest:
        return Quarantined(row, Trouble.UNREADABLE)
    policy, _ = known
    try:
        envelope = parse(data)
        batch = keys.unseal(vault.ring, decision, envelope)
        kinds = refused_words(batch, policy)
    except KeyGone:
        return Quarantined(row, Trouble.DAY_CLOSED)
    except FormatError:
        return Quarantined(row, Trouble.UNREADABLE)
    except redact.RedactionFailed:
        return Quarantined(row, Trouble.UNREDACTED, "the redactor failed")
    if kinds:
        return Quarantined(row, Trouble.UNREDACTED, ", ".join(f"{kind}: {kinds[kind]}" for kind in sorted(kinds)))
    packed, _ = unpack(encode_batch(batch))  # anew: what stood in columns of no element or value was not looked at
    return Opened(row, packed, envelope.header.basis, frozenset(purpose.id for purpose in policy.purposes))


def refused_words(batch: Batch, policy: Policy) -> Counter[str]:
    """How many words of each kind in a batch no recorder that follows `policy` would have sent; empty if none.

    `label of ROLE`: not of the vocabulary, or content to the redactor. `app`: not listed. `task`: content to the
    redactor. Each different word counts once. Raises RedactionFailed, which counts as a hit.
    """
    vocabulary = _vocabulary(tuple(policy.vocabulary))
    screens = {name[:MAX_LABEL] for place in (*policy.apps, *policy.sites) for name in place.screens}
    labels = {(action.element.label, action.element.role) for action in batch.actions if action.element is not None}
    labels |= {(node.label, node.role) for screen in batch.screens for node in screen.nodes}

    def stays(label: str, role: Role) -> bool:
        if not label or (label in screens and role in _FRONTS):
            return True
        return redact.label(label.replace(NUMBER, "1"), role, vocabulary) == label

    found = Counter(f"label of {role}" for label, role in labels if not stays(label, role))
    found["app"] = len({action.app for action in batch.actions} - {"", *(app.id for app in policy.apps)})
    found["task"] = sum(bool(redact.hits(task)) for task in {action.task for action in batch.actions} if task)
    return +found


@cache
def _vocabulary(words: tuple[str, ...]) -> redact.Vocabulary:
    return redact.Vocabulary.standard().extended(words)
