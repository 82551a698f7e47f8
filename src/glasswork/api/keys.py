"""Who keeps the vault's keys: this process, or a key service; and what keeps the root key."""

import pwd
from collections.abc import Callable
from pathlib import Path

import msgspec

from glasswork.api.errors import ServiceFailed
from glasswork.govern.cosigners import WITNESSES, read_witnesses
from glasswork.policy.keys import key_of_text
from glasswork.vault import deployment, keys, keyservice, kms, ring
from glasswork.vault.answering import Service
from glasswork.vault.errors import KeyServiceAway


class Status(msgspec.Struct, frozen=True):
    """Where the keys are. `ok` is whether they can be had now; `root` is empty where only the service knows."""

    place: str
    root: str
    witnesses: int
    ok: bool


def look(vault: Path) -> Status:
    """Where the keys of the vault in this folder are. Raises KeysUnusable, WitnessUnusable."""
    folder = vault / "keys"
    witnesses = len(read_witnesses(vault / WITNESSES))
    chosen = deployment.chosen(folder)
    if chosen is None:
        root = "a file on this disk" if kms.settings(folder) is None else "sealed by AWS KMS"
        return Status("embedded: in every program that opens the vault", root, witnesses, ok=True)
    try:
        keys.service_public(keyservice.remote(Path(chosen.socket), chosen.user))
    except KeyServiceAway:
        return Status("a key service, which does not answer", "known to it alone", witnesses, ok=False)
    return Status(f"a key service, as the user {_name(chosen.user)}", "known to it alone", witnesses, ok=True)


def serve(
    folder: Path, *, log: Path, log_key: str, socket: Path, users: tuple[str, ...], ready: Callable[[], None]
) -> None:
    """Run the key service of the key ring in `folder` (made where there is none) until the process ends.

    It believes the audit log in the folder `log`, whose checkpoints the public key `log_key` verifies, and answers its
    own user and `users`. Raises KeysUnusable, or ServiceFailed for a user that is not known here.
    """
    ring.create(folder)
    service = Service(folder, log, key_of_text(log_key), keyservice.never_back())
    keyservice.serve(service, socket, users=[uid(user) for user in users], ready=ready)


def use(vault: Path, socket: Path, user: str) -> None:
    """Have the vault in this folder ask the key service at a socket, which runs as `user`. Raises KeysUnusable."""
    deployment.choose(vault / "keys", deployment.KeyService(str(socket.absolute()), uid(user)))


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
