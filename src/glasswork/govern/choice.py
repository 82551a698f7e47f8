"""Which witnesses the log itself names: the list beside it counts only where it is the same.

So nobody takes a witness away, or puts one of their own in, by changing a file: what is not in the log is refused when
the log is opened. The last `WitnessesChosen` is looked for from the end of the log; how far that was done is kept
beside the log in `chosen`, signed with the log's key, so that a long log is not read whole every time. Without it,
it is.
"""

from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from glasswork.govern.cosigners import WitnessAt, read_witnesses
from glasswork.govern.entries import WitnessesChosen, decode
from glasswork.govern.errors import LogAltered
from glasswork.govern.log import CHECKPOINT
from glasswork.govern.note import LARGEST, read_checkpoint
from glasswork.govern.tiles import WIDTH, first_bundle, read_entries, replace_durably

FILE: Final = "chosen"
CHANGED: Final = (
    "The witnesses in witnesses.json are not those that the audit log names: somebody changed or removed the file, so "
    "nothing may be opened. Restore it, or name again each witness that is missing (`glasswork audit witnesses --add`)."
)


class _Seen(Struct, frozen=True, forbid_unknown_fields=True):
    """Of the first `size` entries, the last choice of witnesses named these (verifier keys)."""

    size: int = 0
    witnesses: tuple[str, ...] = ()
    signature: bytes = b""

    def signed_part(self) -> bytes:
        return b"glasswork-witnesses-v1\n" + msgspec.json.encode((self.size, self.witnesses))


def last_choice(folder: Path, size: int, since: int = 0) -> WitnessesChosen | None:
    """The last choice of witnesses in the log of `size` entries, if there is one from about entry `since` on."""
    full = size // WIDTH
    for index in reversed(range(max(first_bundle(folder, full), since // WIDTH), -(-size // WIDTH))):
        for entry in reversed(read_entries(folder, index, min(WIDTH, size - index * WIDTH))):
            if b"witnesses_chosen" in entry and isinstance(chosen := decode(entry), WitnessesChosen):
                return chosen
    return None


def named_witnesses(folder: Path, key: Ed25519PublicKey) -> tuple[str, ...]:
    """The verifier keys of the witnesses that the log in `folder` names now. Raises LogAltered."""
    return _look(folder, key)[1].witnesses


def agreed_witnesses(folder: Path, file: Path, key: Ed25519PrivateKey) -> tuple[WitnessAt, ...]:
    """The witnesses in `file`, if the log in `folder` names the same.

    Raises LogAltered where it does not, WitnessUnusable where the list cannot be read.
    """
    found = read_witnesses(file)
    before, now = _look(folder, key.public_key())
    if {one.vkey for one in found} != set(now.witnesses):
        raise LogAltered(CHANGED)
    if now.size - before.size >= WIDTH:
        with suppress(OSError):  # the next one reads as much again
            signed = msgspec.structs.replace(now, signature=key.sign(now.signed_part()))
            replace_durably(folder / FILE, msgspec.json.encode(signed))
    return found


def _look(folder: Path, key: Ed25519PublicKey) -> tuple[_Seen, _Seen]:
    """What was kept, and what is so now."""
    try:
        size = read_checkpoint((folder / CHECKPOINT).read_bytes()[:LARGEST], key).size
    except FileNotFoundError:
        raise LogAltered("There is no audit log here, or its checkpoint was removed. Restore it.") from None
    kept = _kept(folder / FILE, key)
    if kept.size > size:  # of a log that was longer: the log's own reader says so
        kept = _Seen()
    chosen = last_choice(folder, size, kept.size)
    return kept, _Seen(size, kept.witnesses if chosen is None else chosen.witnesses)


def _kept(file: Path, key: Ed25519PublicKey) -> _Seen:
    """What was kept; nothing where that is missing, damaged, or not signed by the log."""
    try:
        kept = msgspec.json.decode(file.read_bytes(), type=_Seen)
        key.verify(kept.signature, kept.signed_part())
    except (OSError, msgspec.DecodeError, InvalidSignature):
        return _Seen()
    return kept
