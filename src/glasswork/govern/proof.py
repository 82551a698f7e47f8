"""Proofs that an entry is in the log, each in a file of its own: C2SP tlog-proof. Verified with public keys alone.

A proof outlives the log's files: prune the entry or lose the folder, and what is in the file still verifies. The
entry itself is its `extra` line, unless it was pruned before the proof was made.
"""

import base64
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from glasswork.govern import merkle
from glasswork.govern.errors import LogAltered, ProofWrong
from glasswork.govern.log import CHECKPOINT, COSIGNED, tree_of
from glasswork.govern.note import LARGEST, Checkpoint, Verifier, cosigned_by, log_verifier, open_checkpoint
from glasswork.govern.tiles import WIDTH, first_bundle, read_entries

FIRST_LINE: Final = "c2sp.org/tlog-proof@v1"
_PROOF: Final = re.compile(
    FIRST_LINE
    + r"\n(?:extra ([A-Za-z0-9+/]*={0,2})\n)?index (0|[1-9][0-9]{0,18})\n((?:[A-Za-z0-9+/]{43}=\n){0,63})\n(.*)",
    re.DOTALL,
)


class Proven(Struct, frozen=True):
    """What a proof shows: this entry stands at `index` of a log of `size` entries, and who cosigned that, when."""

    index: int
    size: int
    entry: bytes
    cosigned: dict[str, datetime]


def make_proof(folder: Path, key: Ed25519PublicKey, index: int) -> bytes:
    """The proof that entry `index` is in the log in `folder`, under its newest cosigned checkpoint if that covers it.

    Raises ValueError if there is no such entry, LogAltered if the files do not hold together.
    """
    newest = (folder / CHECKPOINT).read_bytes()[:LARGEST]
    size = open_checkpoint(newest, log_verifier(key)).size
    cosigned = [(folder / COSIGNED).read_bytes()[:LARGEST]] if (folder / COSIGNED).exists() else []
    for note in (*cosigned, newest):
        checkpoint = open_checkpoint(note, log_verifier(key))
        if 0 <= index < checkpoint.size <= size:
            return _proof(folder, size, index, checkpoint, note)
    raise ValueError("There is no such entry in the log.")


def verify_proof(
    proof: bytes, log: Verifier, *, entry: bytes | None = None, witnesses: Sequence[Verifier] = (), quorum: int = 1
) -> Proven:
    """What a proof shows, by the log's key, and by `quorum` of the witnesses that are trusted if there are any.

    `entry` is needed where the proof does not carry it, and must agree where it does. Raises ProofWrong.
    """
    found = _PROOF.fullmatch(proof.decode(errors="replace"))
    if found is None:
        raise ProofWrong("This is not a proof of the form tlog-proof@v1, or it was cut. It proves nothing.")
    extra, index, lines, note = found.groups()
    try:
        carried = entry if extra is None else base64.b64decode(extra, validate=True)
        path = [base64.b64decode(line, validate=True) for line in lines.split()]
        checkpoint = open_checkpoint(note.encode(), log)
        cosigned = cosigned_by(note.encode(), witnesses)
    except ValueError:
        raise ProofWrong("The proof was damaged. It proves nothing: ask for it again.") from None
    except LogAltered as error:
        raise ProofWrong(f"The proof's checkpoint does not hold. {error}") from None
    if carried is None:
        raise ProofWrong("The proof does not carry its entry, which was pruned. Give the entry you want to see proven.")
    if entry is not None and carried != entry:
        raise ProofWrong("The proof is of another entry than the one you gave.")
    if not merkle.verify_inclusion(merkle.leaf_hash(carried), int(index), checkpoint.size, path, checkpoint.root):
        raise ProofWrong("The entry is not in the log at that place: it or the proof was altered.")
    if witnesses and len(cosigned) < quorum:
        raise ProofWrong(
            "Too few of the witnesses that you trust cosigned the checkpoint: it may be shown to you alone."
        )
    return Proven(int(index), checkpoint.size, carried, cosigned)


def _proof(folder: Path, size: int, index: int, checkpoint: Checkpoint, note: bytes) -> bytes:
    bundle, at = divmod(index, WIDTH)
    pruned = bundle < first_bundle(folder, size // WIDTH)
    extra = [] if pruned else [f"extra {_base64(read_entries(folder, bundle, at + 1)[at])}"]
    path = merkle.inclusion_proof(tree_of(folder, size), index, checkpoint.size)
    lines = [FIRST_LINE, *extra, f"index {index}", *map(_base64, path), "", ""]
    return "\n".join(lines).encode() + note


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
