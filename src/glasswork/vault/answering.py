"""The key service itself: from a request to its answer. It alone opens the key ring.

It trusts no caller's word for a decision: it reads the entry in the audit log, under a checkpoint signed with the key
it was given and, where it was told witnesses, cosigned by one of them. It gives out only what that entry allows under
the policy it was told: for that purpose, of that data set and those people, for an hour.
"""

import hashlib
import hmac
import os
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
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
from glasswork.govern.log import CHECKPOINT, COSIGNED, subtree_of
from glasswork.govern.note import LARGEST, Checkpoint, cosigned_by, read_checkpoint
from glasswork.govern.tiles import WIDTH, read_entries, read_hashes
from glasswork.schema.batch import encode_batch
from glasswork.schema.envelope import Header
from glasswork.vault import keys, retention, sealing
from glasswork.vault.days import day_of
from glasswork.vault.errors import NotPermitted
from glasswork.vault.ring import SIZE, Branch, Leaf, Ring, unlocked
from glasswork.vault.terms import Terms

SEEN = "log-seen"
"""The newest checkpoint of the log that a key was given out for, in the key folder."""

_PAUSES = (0.1,) * 30
"""How long the cosignature of a witness that counts is waited for (seconds)."""

_DECISIONS = (Act.OPEN, Act.ERASE, "put")
"""What a key is given out for: an entry of what was read afterwards bears the same id, and is no decision."""

_ARRIVED = "envelopes"
"""What an admission opens: what devices sent, and the days that it adds to, in the one data set of `actions`."""


@dataclass(frozen=True, slots=True)
class Service:
    """`folder` has the key ring, `log` the audit log, whose checkpoints `log_key` verifies; `clock` has its zone.

    `terms` are read anew for each decision. `first` is the index of the first decision that counts: leases are in
    memory, and none is given out again by a service that was started after it.
    """

    folder: Path
    log: Path
    log_key: Ed25519PublicKey
    clock: Callable[[], datetime]
    terms: Callable[[], Terms]
    first: int
    granted: dict[str, tuple[Decided, datetime]] = field(default_factory=dict[str, tuple[Decided, datetime]])
    """The decisions that were found in the log, each with the end of its lease."""


def start(
    folder: Path, log: Path, log_key: Ed25519PublicKey, clock: Callable[[], datetime], terms: Callable[[], Terms]
) -> Service:
    """The key service of a folder, which gives out nothing more for what it, or one before it, gave out a key for."""
    seen = _seen(folder, log_key)
    return Service(folder, log, log_key, clock, terms, 0 if seen is None else seen.size)


def embedded(service: Service) -> keys.Ask:
    """The key service within this process: no protection against whoever can read this process or its files."""
    return partial(answer, service)


def answer(service: Service, request: keys.Request) -> object:
    """Do what is asked. Errors as `keys.Ask` says."""
    if isinstance(request, keys.Lease):
        terms = service.terms()
        decision = _decision(service, terms, request.decision)
        retention.advance(service.folder, service.clock().astimezone(UTC).date(), terms.kept)
        with unlocked(service.folder) as ring:
            _covers(ring, decision, request.key)
            return ring.get(request.key)
    if isinstance(request, keys.Unseal):
        decision = _decision(service, service.terms(), request.decision)
        if (decision.action, decision.purpose, decision.dataset) != (Act.OPEN, "admit", _ARRIVED):
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
    if isinstance(request, keys.AskTerms):
        return service.terms()
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


def _decision(service: Service, terms: Terms, named: keys.Logged) -> Decided:
    """The decision that the caller names, as the log has it. Raises Refused, LogAltered."""
    now = service.clock().astimezone(UTC)
    known = service.granted.get(named.grant)
    if known is None:
        entry = _entry(service, terms, named.index)
        if not isinstance(entry, Decided) or entry.grant != named.grant or not entry.allowed:
            raise Refused("Refused: the audit log has no such decision that allows it. No key was given out.")
        if entry.action not in _DECISIONS:
            raise Refused("Refused: this entry of the audit log is no decision. No key was given out.")
        if named.index < service.first:
            raise Refused("Refused: the key service was started anew, which ends every lease. Open the data set again.")
        if entry.day < now.date() - timedelta(days=1):
            raise Refused("Refused: the decision is from another day. Open the data set again.")
        for over in [grant for grant, (old, _) in service.granted.items() if old.day < now.date() - timedelta(days=1)]:
            del service.granted[over]
        known = service.granted.setdefault(named.grant, (entry, now + LONGEST))
    decision, end = known
    if terms.policy is None or decision.policy != terms.policy.hash:
        raise Refused(
            "Refused: the decision was made under another policy than the key service was told. Where the new one is "
            "signed, tell it, on its host and as its user: `glasswork keys policy FOLDER BUNDLE`."
        )
    if decision.purpose != named.purpose:
        raise Refused("Refused: the decision in the audit log was for another purpose. No key was given out.")
    if now >= end:
        raise Refused("Refused: the lease has ended, an hour after it was granted. Open the data set again.")
    return decision


def _entry(service: Service, terms: Terms, index: int) -> Entry:
    """The entry at `index` of the log, proven to be under its newest checkpoint that counts.

    Raises Refused where there is none such, LogAltered.
    """
    try:
        note, checkpoint = _checkpoint(service, terms, index)
        bundle, offset = divmod(index, WIDTH)
        data = read_entries(service.log, bundle, offset + 1)[offset]
    except OSError as error:
        raise LogAltered(f"The audit log cannot be read ({error.strerror}), so no key was given out.") from None
    subtree = subtree_of(partial(read_hashes, service.log))  # `_remember` may look beyond this checkpoint
    _remember(service, note, checkpoint, subtree)
    proof = merkle.inclusion_proof(subtree, index, checkpoint.size)
    if not merkle.verify_inclusion(merkle.leaf_hash(data), index, checkpoint.size, proof, checkpoint.root):
        raise LogAltered("The audit log's entry is not the signed one, so no key was given out. Verify the log.")
    return decode(data)


def _checkpoint(service: Service, terms: Terms, index: int) -> tuple[bytes, Checkpoint]:
    """The newest checkpoint that counts, as a note and read; it has an entry at `index`. Raises Refused, LogAltered.

    Where the terms name witnesses, one of them must have cosigned it. The vault goes on at the first cosignature that
    it gets, which may be of a witness that is unknown here: then this waits a moment for one that counts.
    """
    for pause in (0.0, *_PAUSES) if terms.witnesses else (0.0,):
        time.sleep(pause)
        with suppress(FileNotFoundError):
            note = (service.log / (COSIGNED if terms.witnesses else CHECKPOINT)).read_bytes()[:LARGEST]
            checkpoint = read_checkpoint(note, service.log_key)
            if 0 <= index < checkpoint.size and (not terms.witnesses or cosigned_by(note, terms.verifiers)):
                return note, checkpoint
    if terms.witnesses:
        raise Refused(
            "Refused: no witness that the key service was told of has cosigned this decision, so no key was given out. "
            "See that the log is shown to one of them (`glasswork audit witnesses`), and that it answers."
        )
    raise Refused("Refused: the audit log has no such entry. No key was given out.")


def _remember(service: Service, note: bytes, checkpoint: Checkpoint, subtree: merkle.Subtree) -> None:
    """Keep the newest checkpoint that was believed, and believe none that is not of the same log. Raises LogAltered.

    So whoever can write the log and has its key may show a log of their own, but cannot take it back: the service gives
    nothing for the other one from then on. The file need not be synced; an attacker cannot write it, and a power cut
    costs a remembrance. A smaller checkpoint may be one that was read just before another request's.
    """
    known = _seen(service.folder, service.log_key)
    if known is not None:
        old, new = sorted((known, checkpoint), key=lambda one: one.size)
        proof = merkle.consistency_proof(subtree, old.size, new.size)
        if not merkle.verify_consistency(old.size, new.size, proof, old.root, new.root):
            raise LogAltered(
                "The audit log is another than the one that keys were given out for before, so no key was given out. "
                "One of the two was put in the other's place: keep both, and verify the log."
            )
    if known is None or known.size < checkpoint.size:
        new_file = service.folder / f".{SEEN}-{threading.get_ident()}-{os.getpid()}"
        new_file.write_bytes(note)
        new_file.replace(service.folder / SEEN)


def _seen(folder: Path, log_key: Ed25519PublicKey) -> Checkpoint | None:
    """The newest checkpoint that was believed; None where there is none of this log."""
    try:
        return read_checkpoint((folder / SEEN).read_bytes(), log_key)
    except (FileNotFoundError, LogAltered):
        return None


def _covers(ring: Ring, decision: Decided, key: str) -> None:
    """Raise unless the decision is about this key: of its zone and data set, and of its people where it names any.

    A right to forget opens the actions of those whose right it is, for what is left of a day is written anew, and what
    says which released copies are theirs, for it cannot reach these.
    """
    leaf = ring.leaf(key)
    if leaf is None:
        return  # gone, and `get` says so
    forgets = decision.action == Act.ERASE
    admits = decision.purpose == "admit" and decision.dataset == _ARRIVED
    actions = (Branch.ACTIONS, Branch.ACTIONS)  # the zone has one data set, of the same name
    opens = actions if forgets or admits else (Branch(decision.zone), decision.dataset)
    told = forgets and leaf.branch is Branch.DATASETS and leaf.dataset.endswith(keys.RELEASED)
    fits = ((leaf.branch, leaf.dataset) == opens or told) and (decision.people or not forgets)
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
