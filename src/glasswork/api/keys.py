"""Who keeps the vault's keys: this process, or a key service; and what keeps the root key."""

import pwd
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import msgspec

from glasswork.api.errors import ServiceFailed
from glasswork.govern.cosigners import WITNESSES, read_witnesses
from glasswork.policy.keys import key_of_text
from glasswork.vault import deployment, keys, keyservice, kms, retention, ring, terms
from glasswork.vault.answering import start
from glasswork.vault.errors import KeyServiceAway


class Status(msgspec.Struct, frozen=True):
    """Where the keys are. `ok` is whether they can be had now; `root` says what keeps the root key.

    `witnesses` see the log; `demanded` are those of whom a key service itself wants one's cosignature, by name, and
    `policy` is the hash of the policy that it was told, empty where there is no service or it was told none.
    """

    place: str
    root: str
    witnesses: int
    demanded: tuple[str, ...]
    policy: str
    ok: bool


def look(vault: Path) -> Status:
    """Where the keys of the vault in this folder are. Raises KeysUnusable, WitnessUnusable."""
    folder = vault / "keys"
    witnesses = len(read_witnesses(vault / WITNESSES))
    chosen = deployment.chosen(folder)
    if chosen is None:
        root = "a file on this disk" if kms.settings(folder) is None else "sealed by AWS KMS"
        return Status("embedded: in every program that opens the vault", root, witnesses, (), "", ok=True)
    root = "known to it alone"
    try:
        told = keys.terms(keyservice.remote(Path(chosen.socket), chosen.user))
    except KeyServiceAway:
        return Status("a key service, which does not answer", root, witnesses, (), "", ok=False)
    place = f"a key service, as the user {_name(chosen.user)}"
    demanded = tuple(one.name for one in told.verifiers)
    policy = "" if told.policy is None else told.policy.hash
    return Status(place, root, witnesses, demanded, policy, ok=bool(policy))


def serve(
    folder: Path, *, log: Path, log_key: str, socket: Path, users: tuple[str, ...], ready: Callable[[], None]
) -> None:
    """Run the key service of the key ring in `folder` (made where there is none) until the process ends.

    It believes the audit log in the folder `log`, whose checkpoints the public key `log_key` verifies, and answers its
    own user and `users`. Raises KeysUnusable, or ServiceFailed for a user that is not known here.
    """
    ring.create(folder)
    told = partial(terms.read, folder)
    service = start(folder, log, key_of_text(log_key), keyservice.never_back(), told)
    keyservice.serve(service, socket, users=[uid(user) for user in users], ready=ready)


def use(vault: Path, socket: Path, user: str) -> None:
    """Have the vault in this folder ask the key service at a socket, which runs as `user`. Raises KeysUnusable."""
    deployment.choose(vault / "keys", deployment.KeyService(str(socket.absolute()), uid(user)))


def take_policy(folder: Path, bundle: Path) -> str:
    """Tell the key service of the key ring in `folder` the policy in force. Returns its hash.

    Raises PolicyRefused where it is not signed by its quorum or does not follow the one before.
    """
    ring.create(folder)
    told = terms.take_policy(folder, bundle.read_bytes(), datetime.now(UTC)).policy
    return "" if told is None else told.hash


def witnesses(folder: Path, *, add: str = "", remove: str = "") -> tuple[str, ...]:
    """The verifier keys of which the key service in `folder` demands one's cosignature, after a change of them.

    Raises NotAVerifier, KeysUnusable.
    """
    ring.create(folder)
    if add:
        terms.add_witness(folder, add)
    if remove:
        terms.remove_witness(folder, remove)
    return terms.read(folder).witnesses


def clock(folder: Path, *, confirm: bool = False) -> date:
    """The day of the key service in `folder`. With `confirm`, the system's is believed although it lies far ahead.

    Raises ClockLeapt where it lies so far ahead and was not confirmed.
    """
    today = datetime.now(UTC).date()
    if confirm:
        retention.confirm(folder, today)
    return retention.advance(folder, today, terms.read(folder).kept)


def uid(user: str) -> int:
    """The id of a user, given by name or number. Raises ServiceFailed."""
    try:
        return int(user) if user.isdecimal() else pwd.getpwnam(user).pw_uid
    except KeyError:
        raise ServiceFailed("There is no such user on this host, so nothing was changed. Make it first.") from None


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
