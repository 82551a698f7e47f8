"""The key service itself: from a request to its answer. It alone opens the key ring.

It trusts no caller's word for a decision: it reads the entry in the audit log, under a checkpoint signed with the key
it was given, and gives out only what that entry allows, for that purpose, for an hour.
"""

import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from glasswork.govern import merkle
from glasswork.govern.authorise import LONGEST
from glasswork.govern.decide import Act
from glasswork.govern.entries import Decided, Entry, commitment, decode
from glasswork.govern.errors import LogAltered, Refused
from glasswork.govern.log import CHECKPOINT, subtree_of
from glasswork.govern.note import LARGEST, Checkpoint, read_checkpoint
from glasswork.govern.tiles import WIDTH, read_entries, read_hashes
from glasswork.schema.batch import encode_batch
from glasswork.schema.envelope import Header
from glasswork.schema.words import Zone
from glasswork.vault import keys, retention, sealing
from glasswork.vault.days import day_of
from glasswork.vault.errors import NotPermitted
from glasswork.vault.ring import SIZE, Branch, Leaf, Ring, unlocked

SEEN = "log-seen"
"""The newest checkpoint of the log that a key was given out for, in the key folder."""


@dataclass(frozen=True, slots=True)
class Service:
    """`folder` has the key ring, `log` the audit log, whose checkpoints `log_key` verifies; `clock` has its zone."""

    folder: Path
    log: Path
    log_key: Ed25519PublicKey
    clock: Callable[[], datetime]
    granted: dict[str, tuple[Decided, datetime]] = field(default_factory=dict[str, tuple[Decided, datetime]])
    """The decisions that were found in the log, each with the end of its lease."""


def embedded(service: Service) -> keys.Ask:
    """The key service within this process: no protection against whoever can read this process or its files."""
    return partial(answer, service)


def answer(service: Service, request: keys.Request) -> object:
    """Do what is asked. Errors as `keys.Ask` says."""
    if isinstance(request, keys.Lease):
        decision = _decision(service, request.decision)
        retention.advance(service.folder, service.clock().astimezone(UTC).date(), _zones(request.kept))
        with unlocked(service.folder) as ring:
            _covers(ring, decision, request.key)
            return ring.get(request.key)
    if isinstance(request, keys.Unseal):
        decision = _decision(service, request.decision)
        if (decision.action, decision.purpose) != (Act.OPEN, "admit"):
            raise NotPermitted("Only an admission opens what devices sent. Nothing was opened.")
        with unlocked(service.folder) as ring:
            private, owner = sealing.private_key(ring, request.key)
            if decision.people and _name(ring, owner, make=False) not in decision.people:
                raise NotPermitted("The decision in the audit log is about other people. Nothing was opened.")
        header = Header(
            batch=request.batch,
            key=request.key,
            participant=owner,
            device=request.device,
            sequence=request.sequence,
            scope=request.scope,
            purpose=request.purpose,
            policy=request.policy,
            basis=request.basis,
        )
        return encode_batch(sealing.unseal(private, header, request.ciphertext))
    if isinstance(request, keys.DayOf):
        return day_of(service.folder, request.participant, request.key)
    with unlocked(service.folder) as ring:
        return _change(ring, request)


def _change(ring: Ring, request: keys.Request) -> object:
    """What opens nothing that is stored, and therefore needs no decision."""
    match request:
        case keys.New(leaf):
            secret = secrets.token_bytes(SIZE)
            ring.add(leaf, secret)
            return secret
        case keys.Destroy(ids, more):
            return ring.destroy(ids, more=more)
        case keys.Leaves(branch, owner):
            return ring.leaves(branch=branch, owner=owner)
        case keys.CloseDays(before, keep):
            return sealing.close_days(ring, before, keep)
        case keys.Issue(participant, days):
            return sealing.issue(ring, participant, days)
        case keys.ServicePublic():
            return sealing.service_public(ring)
        case keys.Name(participant, make):
            return _name(ring, participant, make=make)
        case keys.RefusalTag(participant):
            return hmac.new(_refusals_key(ring), participant.encode(), hashlib.sha256).hexdigest()
        case _:
            raise NotPermitted("The key service does not know this request. Nothing was done.")


def _decision(service: Service, named: keys.Logged) -> Decided:
    """The decision that the caller names, as the log has it. Raises Refused, LogAltered."""
    now = service.clock().astimezone(UTC)
    known = service.granted.get(named.grant)
    if known is None:
        entry = _entry(service, named.index)
        if not isinstance(entry, Decided) or entry.grant != named.grant or not entry.allowed:
            raise Refused("Refused: the audit log has no such decision that allows it. No key was given out.")
        if entry.day < now.date() - timedelta(days=1):
            raise Refused("Refused: the decision is from another day. Open the data set again.")
        for over in [grant for grant, (old, _) in service.granted.items() if old.day < now.date() - timedelta(days=1)]:
            del service.granted[over]
        known = service.granted.setdefault(named.grant, (entry, now + LONGEST))
    decision, end = known
    if decision.purpose != named.purpose:
        raise Refused("Refused: the decision in the audit log was for another purpose. No key was given out.")
    if now >= end:
        raise Refused("Refused: the lease has ended, an hour after it was granted. Open the data set again.")
    return decision


def _entry(service: Service, index: int) -> Entry:
    """The entry at `index` of the log, proven to be under its newest signed checkpoint. Raises LogAltered."""
    try:
        note = (service.log / CHECKPOINT).read_bytes()[:LARGEST]
        checkpoint = read_checkpoint(note, service.log_key)
        if not 0 <= index < checkpoint.size:
            raise Refused("Refused: the audit log has no such entry. No key was given out.")
        bundle, offset = divmod(index, WIDTH)
        data = read_entries(service.log, bundle, offset + 1)[offset]
    except OSError as error:
        raise LogAltered(f"The audit log cannot be read ({error.strerror}), so no key was given out.") from None
    subtree = subtree_of(partial(read_hashes, service.log))
    _remember(service, note, checkpoint, subtree)
    proof = merkle.inclusion_proof(subtree, index, checkpoint.size)
    if not merkle.verify_inclusion(merkle.leaf_hash(data), index, checkpoint.size, proof, checkpoint.root):
        raise LogAltered("The audit log's entry is not the signed one, so no key was given out. Verify the log.")
    return decode(data)


def _remember(service: Service, note: bytes, checkpoint: Checkpoint, subtree: merkle.Subtree) -> None:
    """Keep the newest checkpoint that was believed, and believe none that is not of the same log. Raises LogAltered.

    So whoever can write the log and has its key may show a log of their own, but cannot take it back: the service gives
    nothing for the other one from then on. The file need not be synced; an attacker cannot write it, and a power cut
    costs a remembrance. A smaller checkpoint may be one that was read just before another request's.
    """
    path = service.folder / SEEN
    try:
        known = read_checkpoint(path.read_bytes(), service.log_key)
    except (FileNotFoundError, LogAltered):
        known = None
    if known is not None:
        old, new = sorted((known, checkpoint), key=lambda one: one.size)
        proof = merkle.consistency_proof(subtree, old.size, new.size)
        if not merkle.verify_consistency(old.size, new.size, proof, old.root, new.root):
            raise LogAltered(
                "The audit log is another than the one that keys were given out for before, so no key was given out. "
                "One of the two was put in the other's place: keep both, and verify the log."
            )
    if known is None or known.size < checkpoint.size:
        new_file = path.with_name(f".{SEEN}-{threading.get_ident()}-{os.getpid()}")
        new_file.write_bytes(note)
        new_file.replace(path)


def _covers(ring: Ring, decision: Decided, key: str) -> None:
    """Raise unless the decision is about this key: of its zone, and of its people where it names any."""
    leaf = ring.leaf(key)
    if leaf is None:
        return  # gone, and `get` says so
    if decision.action == Act.ERASE:
        fits = bool(decision.people) and leaf.branch in tuple(Zone)  # never what devices seal to
    else:
        fits = leaf.branch in tuple(Zone) and leaf.branch == decision.zone
    if not fits or (decision.people and _name(ring, leaf.owner, make=False) not in decision.people):
        raise NotPermitted("The decision in the audit log is about other data. No key was given out.")


def _name(ring: Ring, participant: str, *, make: bool) -> str | None:
    for leaf in ring.leaves(branch=Branch.PEOPLE, owner=participant):
        return commitment(ring.get(leaf.id), participant)
    if not make:
        return None
    secret = secrets.token_bytes(SIZE)
    ring.add(Leaf(secrets.token_hex(16), Branch.PEOPLE, "", participant), secret)
    return commitment(secret, participant)


def _refusals_key(ring: Ring) -> bytes:
    for leaf in ring.leaves(branch=Branch.REFUSALS):
        return ring.get(leaf.id)
    secret = secrets.token_bytes(SIZE)
    ring.add(Leaf(secrets.token_hex(16), Branch.REFUSALS, "", ""), secret)
    return secret


def _zones(kept: dict[str, int]) -> dict[Zone, int]:
    return {Zone(zone): days for zone, days in kept.items() if zone in tuple(Zone)}
