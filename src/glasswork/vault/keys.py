"""What the vault asks of the key service. It is the same in this process (`answering`) and in another (`keyservice`).

A key that opens data is given out only against a decision that stands in the audit log. The vault names the entry; the
service reads it in the log itself.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any, ClassVar, Final

import msgspec

from glasswork.govern.authorise import Grant
from glasswork.schema.batch import Batch, decode_batch
from glasswork.schema.envelope import Envelope, SealingKey
from glasswork.schema.words import Scope
from glasswork.vault.ring import Branch, Leaf
from glasswork.vault.terms import Terms

RELEASED: Final = ".released"
"""The end of the names of data sets that say which released copies are whose: a right to forget opens them too."""


class Logged(msgspec.Struct, frozen=True):
    """A decision in the audit log: the index of its entry, its random id there, and the purpose it was for."""

    index: int
    grant: str
    purpose: str


class _Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="ask"):
    returns: ClassVar[Any]
    """The type of the answer."""


class New(_Request, frozen=True, tag="new"):
    """A random key for a leaf."""

    leaf: Leaf
    returns: ClassVar[Any] = bytes


class Lease(_Request, frozen=True, tag="lease"):
    """The key that a decision opens."""

    decision: Logged
    key: str
    returns: ClassVar[Any] = bytes


class Unseal(_Request, frozen=True, tag="unseal"):
    """What is in an envelope, as `encode_batch` gives it.

    The HPKE `info` is made by the service from these fields, and the participant is the owner of `key`: what was
    sealed for another purpose, policy, scope, device or place in the sequence does not open.
    """

    decision: Logged
    key: str
    batch: str
    device: str
    sequence: int
    scope: Scope
    purpose: str
    policy: str
    basis: str
    ciphertext: bytes
    returns: ClassVar[Any] = bytes


class Destroy(_Request, frozen=True, tag="destroy"):
    """The end of keys, all in one transaction. With `more`, that of others follows right away."""

    keys: list[str]
    more: bool
    returns: ClassVar[Any] = int


class Leaves(_Request, frozen=True, tag="leaves"):
    """Which keys there are, of a branch, of an owner, or both."""

    branch: Branch | None
    owner: str | None
    returns: ClassVar[Any] = list[Leaf]


class DayOf(_Request, frozen=True, tag="day_of"):
    """The day of a participant's sealing key."""

    participant: str
    key: str
    returns: ClassVar[Any] = date | None


class CloseDays(_Request, frozen=True, tag="close_days"):
    """The end of the private keys of all days before one, but those in `keep`."""

    before: date
    keep: list[str]
    returns: ClassVar[Any] = list[str]


class Issue(_Request, frozen=True, tag="issue"):
    """The signed public keys of a participant's days."""

    participant: str
    days: list[date]
    returns: ClassVar[Any] = list[SealingKey]


class ServicePublic(_Request, frozen=True, tag="service_public"):
    """The key that signs sealing keys."""

    returns: ClassVar[Any] = bytes


class AskTerms(_Request, frozen=True, tag="terms"):
    """What the service holds a decision against."""

    returns: ClassVar[Any] = Terms


class Name(_Request, frozen=True, tag="name"):
    """How the audit log names a participant; with `make`, also one that was not known."""

    participant: str
    make: bool
    returns: ClassVar[Any] = str | None


class RefusalTag(_Request, frozen=True, tag="refusal_tag"):
    """Under which name it is kept that a participant refused: nobody without this service can tell who did."""

    participant: str
    returns: ClassVar[Any] = str


Request = (
    RefusalTag | DayOf | New | Lease | Unseal | Destroy | Leaves | CloseDays | Issue | ServicePublic | AskTerms | Name
)
Ask = Callable[[Request], Any]
"""The key service: from a request to its answer, which is of the request's type `returns`.

Raises KeysUnusable, Unavailable or KeyServiceAway, and for what opens data also Refused, NotPermitted or LogAltered.
"""


def logged(grant: Grant) -> Logged:
    """The decision that a grant stands for."""
    return Logged(grant.index, grant.id, grant.purpose)


def new(ask: Ask, leaf: Leaf) -> bytes:
    """Make a random key for `leaf` and store it. Returns the secret."""
    return ask(New(leaf))


def lease(ask: Ask, decision: Logged, key: str) -> bytes:
    """The secret of a leaf, for a decision. Raises KeyGone where it was destroyed, or its day has expired."""
    return ask(Lease(decision, key))


def destroy(ask: Ask, keys: Collection[str], *, more: bool = False) -> int:
    """Destroy leaves, all in one transaction. Returns how many there were; absent ones are no error.

    With `more`, the caller destroys others right away, and the pages that named these keys are written anew only then.
    """
    return ask(Destroy(sorted(keys), more))


def leaves(ask: Ask, *, branch: Branch | None = None, owner: str | None = None) -> list[Leaf]:
    """The leaves of a branch, of an owner, or both, oldest day first."""
    return ask(Leaves(branch, owner))


def service_public(ask: Ask) -> bytes:
    """The Ed25519 public key (raw, 32 bytes) that signs sealing keys; made the first time."""
    return ask(ServicePublic())


def issue(ask: Ask, participant: str, days: Sequence[date]) -> list[SealingKey]:
    """The signed sealing key of the participant for each of `days`; made where there was none."""
    return ask(Issue(participant, list(days)))


def day_of(ask: Ask, participant: str, key: str) -> date | None:
    """The day of a participant's sealing key; None where there is no such key (any more)."""
    return ask(DayOf(participant, key))


def unseal(ask: Ask, decision: Logged, sealed: Envelope) -> Batch:
    """Open an envelope, for a decision.

    Raises KeyGone where its key is not (or no longer) its participant's, FormatError where it was altered, relabelled
    or holds no batch.
    """
    of = sealed.header
    request = Unseal(
        decision, of.key, of.batch, of.device, of.sequence, of.scope, of.purpose, of.policy, of.basis, sealed.ciphertext
    )
    return decode_batch(ask(request))


def close_days(ask: Ask, before: date, keep: Collection[str]) -> list[str]:
    """Destroy the private keys of all days before `before`, but those in `keep`. Returns their ids."""
    return ask(CloseDays(before, sorted(keep)))


def terms(ask: Ask) -> Terms:
    """The policy whose decisions the key service counts, and the witnesses it demands."""
    return ask(AskTerms())


def name(ask: Ask, participant: str, *, make: bool = False) -> str | None:
    """The commitment by which the audit log names a participant; None where their key is gone and not to be made."""
    return ask(Name(participant, make))


def refusal_tag(ask: Ask, participant: str) -> str:
    """The keyed hash (hexadecimal) under which a participant's refusal is kept."""
    return ask(RefusalTag(participant))
