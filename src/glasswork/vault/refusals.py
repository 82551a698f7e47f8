"""Refusals: whose data is not taken, in a form that can be asked about one person and lists and counts nobody.

A participant who opted out, objected or withdrew consent (all one fact here) is one record of a file,
until they are erased:

    TAG SEALED    TAG: HMAC-SHA256 of the pseudonym under a random key of the key ring

Ingest answers them like anybody and stores what they send, for an answer would tell. Admission computes the tag of a
sender, looks whether it is there, and drops what came as it drops covers, unopened. SEALED is the pseudonym, padded and
sealed (HPKE) to the privacy officer's own key, which is not in the vault; without such a key in the policy, to one that
nobody has. No function lists the names without that private key. Whoever has both the records and the key ring can
still ask for each participant in turn: against an administrator of this host it does not hold.

The file, `refusals/records`, is there from the first admission on and always has a multiple of 64 records. Those of
nobody are made like the others, of names that nobody has: its size says that fewer than 64 people refused, and no more.
"""

import hmac
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from glasswork.govern.tiles import replace_durably, sweep_unfinished
from glasswork.policy.keys import sealing_key_of_text
from glasswork.vault import keys
from glasswork.vault.handle import Vault, writing

FOLDER: Final = "refusals"
BUNDLE: Final = 64
"""The file has a multiple of so many records."""

_FILE: Final = "records"
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_INFO: Final = b"glasswork-refusal-v1"
_NAME: Final = 64
"""Bytes that a pseudonym has at most; every one is padded to it."""
_TAG: Final = 32
_RECORD: Final = _TAG + 32 + _NAME + 16


def refuse(vault: Vault, participant: str) -> None:
    """Take nothing from this participant any more. Doing it again changes nothing."""
    with writing(vault):
        records, tag = _records(vault.folder / FOLDER), _tag(vault, participant)
        if tag in records:
            return
        spare = next((one for one, _ in zip(_spare(vault), records, strict=False) if one in records), None)
        if spare is not None:
            del records[spare]
        _write(vault, records | {tag: _sealed(vault, participant)})


def take_again(vault: Vault, participant: str) -> None:
    """Take what this participant sends from now on."""
    with writing(vault):
        records = _records(vault.folder / FOLDER)
        if records.pop(_tag(vault, participant), None) is not None:
            _write(vault, records)


def prepare(vault: Vault) -> None:
    """Have the file, so that it says nothing that there is one. Call it inside `handle.writing`."""
    if not (vault.folder / FOLDER / _FILE).exists():
        _write(vault, {})


def is_refused(vault: Vault, participant: str) -> bool:
    """Whether nothing of this participant is admitted."""
    return _tag(vault, participant) in _records(vault.folder / FOLDER)


def names(folder: Path, key: X25519PrivateKey) -> list[str]:
    """The pseudonyms in a vault's `refusals` folder that were sealed to this key: for the privacy officer alone."""
    found: list[str] = []
    for sealed in _records(folder).values():
        try:
            found.append(_SUITE.decrypt(sealed, key, info=_INFO).rstrip(b"\0").decode())
        except InvalidTag:
            continue  # sealed to an earlier key, or to nobody's
    return sorted(name for name in found if name)


def _records(folder: Path) -> dict[bytes, bytes]:
    try:
        data = (folder / _FILE).read_bytes()
    except FileNotFoundError:
        return {}
    records = [data[at : at + _RECORD] for at in range(0, len(data), _RECORD)]
    return {record[:_TAG]: record[_TAG:] for record in records}


def _write(vault: Vault, records: dict[bytes, bytes]) -> None:
    """Replace the file by one of these records and as many of nobody as are lacking, in an order that says nothing."""
    folder, spare = vault.folder / FOLDER, _spare(vault)
    while not records or len(records) % BUNDLE:
        records.setdefault(next(spare), _sealed(vault, ""))
    folder.mkdir(mode=0o700, exist_ok=True)
    sweep_unfinished(folder)
    replace_durably(folder / _FILE, b"".join(tag + records[tag] for tag in sorted(records)), dated=False)
    os.utime(folder, (0, 0))


def _sealed(vault: Vault, participant: str) -> bytes:
    key = vault.approved.policy.opt_out_key
    to = X25519PrivateKey.generate().public_key() if key is None else sealing_key_of_text(key)
    return _SUITE.encrypt(participant.encode().ljust(_NAME, b"\0"), to, info=_INFO)


def _tag(vault: Vault, participant: str) -> bytes:
    return bytes.fromhex(keys.refusal_tag(vault.ring, participant))


def _spare(vault: Vault) -> Iterator[bytes]:
    """The tags of nobody, the first ones first. "#" is no pseudonym."""
    seed = _tag(vault, "#")
    for number in count():
        yield hmac.digest(seed, str(number).encode(), "sha256")
