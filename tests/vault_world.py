"""What tests of the vault need around it: approved policies, a clock, devices that seal, sessions that ask."""

import itertools
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork import vault
from glasswork.govern import promotion
from glasswork.govern.decide import Session, SessionRole
from glasswork.policy import Approved, SignerRole, check, compile_text, pack, sign
from glasswork.policy.keys import public_text
from glasswork.policy.model import REQUIRED_SIGNERS
from glasswork.policy.signatures import OFFICERS
from glasswork.policy.templates import demo_policy, self_policy
from glasswork.schema.action import Action, Element, Node, Screen
from glasswork.schema.batch import Batch
from glasswork.schema.envelope import Header, SealingKey, new_batch_id, seal
from glasswork.schema.words import ActionKind, Role, Scope, Zone
from glasswork.vault import Vault

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOW.date()
SINK = "http://127.0.0.1:8080"
ADMIT = Session("admission", SessionRole.JOB, Zone.ACTIONS)
ASSEMBLE = Session("assembly", SessionRole.JOB, Zone.EPISODES)
OFFICER = Session("privacy officer", SessionRole.PRIVACY_OFFICER, Zone.ACTIONS)


BOARDS: dict[str, dict[SignerRole, Ed25519PrivateKey]] = {}
"""The keys that signed the policies made here, by the hash of the policy."""


def signed(scope: Scope, *, now: datetime = NOW, edit: tuple[str, str] = ("", "")) -> bytes:
    """A ready policy of that scope, with one piece of its text replaced, signed by all who must."""
    keys = {role: Ed25519PrivateKey.generate() for role in sorted(REQUIRED_SIGNERS[scope])}
    texts = {role: public_text(key) for role, key in keys.items()}
    if scope is Scope.SELF:
        toml = self_policy(texts[SignerRole.OWNER], now=now, sink_url=SINK)
    else:
        toml = demo_policy(texts, now=now, sink_url=SINK)
    assert edit[0] in toml
    bundle = compile_text(toml.replace(*edit))
    BOARDS[bundle.hash] = keys
    return pack(bundle, [sign(bundle, role, key, now=now) for role, key in keys.items()])


def approved(scope: Scope = Scope.PROGRAMME, *, now: datetime = NOW, edit: tuple[str, str] = ("", "")) -> Approved:
    return check(signed(scope, now=now, edit=edit), now=now)


@dataclass
class Clock:
    """A clock that tests set."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Device:
    """An enrolled device. It seals batches for `day` and counts them."""

    participant: str
    name: str
    scope: Scope
    policy: str
    key: Ed25519PrivateKey
    keys: dict[date, SealingKey]
    sequence: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def seal(self, content: Batch, day: date = TODAY, *, at_least: int = 0, **changed: object) -> bytes:
        header = {
            "batch": new_batch_id(),
            "key": self.keys[day].key,
            "participant": self.participant,
            "device": self.name,
            "sequence": next(self.sequence),
            "scope": self.scope,
            "purpose": "personal_use",
            "policy": self.policy,
        }
        named = Header(**header | changed)  # type: ignore[arg-type]
        return seal(content, named, self.keys[day], self.key, at_least=at_least)


def promoted(handle: Vault, board: Mapping[SignerRole, Ed25519PrivateKey], *purposes: str) -> None:
    """Have the officers approve that what these purposes (all without) make goes into the next zone."""
    for purpose, role in itertools.product(purposes or promotion.STEPS, sorted(OFFICERS)):
        file = promotion.file_of(handle.folder, purpose)
        promotion.approve(file, handle.approved, purpose, role, board[role], now=handle.clock())


def enrolled(handle: Vault, participant: str = "p-one", name: str = "") -> Device:
    """A new device of a participant, with sealing keys from six days ago until in a week.

    In a programme of `signed`, what is refined and assembled is approved from then on.
    """
    if handle.approved.policy.scope is Scope.PROGRAMME and handle.approved.hash in BOARDS:
        promoted(handle, BOARDS[handle.approved.hash])
    name = name or f"{participant}-laptop"
    key = Ed25519PrivateKey.generate()
    scope = handle.approved.policy.scope
    vault.enrol(
        handle, participant=participant, device=name, device_public=key.public_key().public_bytes_raw(), scope=scope
    )
    keys = vault.sealing_keys(handle, name, handle.clock().date() - timedelta(days=6), 14)
    return Device(participant, name, scope, handle.approved.hash, key, {one.day: one for one in keys})


def batch(*labels: str, app: str = "mousepad", task: str = "") -> Batch:
    """One click on a button for each label, on a screen that shows them."""
    screen = Screen((Node(Role.WINDOW, 0), *(Node(Role.BUTTON, 1, label) for label in labels)))
    actions = [
        Action(kind=ActionKind.CLICK, app=app, element=Element(Role.BUTTON, label, node=n), screen=0, task=task)
        for n, label in enumerate(labels, start=1)
    ]
    return Batch(tuple(actions), (screen,))


def large_batch(actions: int) -> Batch:
    """A batch that does not compress: its numbers are random."""
    one = batch("save").actions[0]
    return Batch(
        tuple(
            msgspec.structs.replace(
                one,
                window=secrets.randbelow(0x10000),
                screen=-1,
                element=Element(Role.BUTTON, "save", key=secrets.randbelow(0x10000)),
            )
            for _ in range(actions)
        )
    )


def owner(participant: str, zone: Zone = Zone.ACTIONS) -> Session:
    return Session(participant, SessionRole.OWNER, zone)


def all_bytes(folder: Path) -> dict[Path, bytes]:
    """Every byte of every file below a folder."""
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
