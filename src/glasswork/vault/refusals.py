"""Refusals: whose data is not taken, in a form that can be asked about one person and lists nobody.

A participant who opted out, objected or withdrew consent (all one fact here) is one file, until they are erased:

    refusals/TAG    TAG: HMAC-SHA256 of the pseudonym under a random key of the key ring

Ingest answers them like anybody and stores what they send, for an answer would tell. Admission computes the tag of a
sender, looks whether it is there, and drops what came as it drops covers, unopened. What is in the file is the
pseudonym, padded and sealed (HPKE) to the privacy officer's own key, which is not in the vault; without such a key in
the policy it is random bytes of the same length. No function lists the names without that private key. Whoever has both
the records and the key ring can still ask for each participant in turn: against an administrator of this host it does
not hold.
"""

import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from glasswork.policy.keys import sealing_key_of_text
from glasswork.vault import keys
from glasswork.vault.handle import Vault, writing

FOLDER: Final = "refusals"
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_INFO: Final = b"glasswork-refusal-v1"
_NAME: Final = 64
"""Bytes that a pseudonym has at most; every one is padded to it."""
_SEALED: Final = _NAME + 32 + 16


def refuse(vault: Vault, participant: str) -> None:
    """Take nothing from this participant any more. Doing it again changes nothing."""
    with writing(vault):
        path = _path(vault, participant)
        if path.exists():
            return
        path.parent.mkdir(mode=0o700, exist_ok=True)
        new = path.with_name(f".{path.name}")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(_sealed(vault, participant))
            file.flush()
            os.fsync(file.fileno())
        os.utime(new, (0, 0))  # not when it was
        new.replace(path)
        _settle(path.parent)


def take_again(vault: Vault, participant: str) -> None:
    """Take what this participant sends from now on."""
    with writing(vault):
        path = _path(vault, participant)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            _settle(path.parent)


def is_refused(vault: Vault, participant: str) -> bool:
    """Whether nothing of this participant is admitted."""
    return (vault.folder / FOLDER).exists() and _path(vault, participant).exists()


def names(folder: Path, key: X25519PrivateKey) -> list[str]:
    """The pseudonyms in a vault's `refusals` folder that were sealed to this key: for the privacy officer alone."""
    found: list[str] = []
    for path in folder.glob("[0-9a-f]*"):
        try:
            found.append(_SUITE.decrypt(path.read_bytes(), key, info=_INFO).rstrip(b"\0").decode())
        except InvalidTag:
            continue  # sealed to an earlier key, or to nobody's
    return sorted(found)


def _sealed(vault: Vault, participant: str) -> bytes:
    to = vault.approved.policy.opt_out_key
    if to is None:
        return secrets.token_bytes(_SEALED)
    return _SUITE.encrypt(participant.encode().ljust(_NAME, b"\0"), sealing_key_of_text(to), info=_INFO)


def _path(vault: Vault, participant: str) -> Path:
    return vault.folder / FOLDER / keys.refusal_tag(vault.ring, participant)


def _settle(folder: Path) -> None:
    """Have the folder's names on the disk, with a time of change that is always the same."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.utime(folder, (0, 0))
