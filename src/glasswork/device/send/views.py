"""Views: what the service shows this device of its audit log, kept here, where whoever runs the vault cannot reach it.

Each answer that a batch is stored carries the log's newest checkpoint (docs/formats/audit-log.md). A log that is
shorter than it was, or another log of the same length, shows at once, and then nothing more is sent. A longer one that
is not an extension shows in `glasswork audit compare`, for which the checkpoints before it are kept.
"""

import base64
import hashlib
import re
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from glasswork.device.durable import write_durably
from glasswork.device.errors import SendRefused
from glasswork.schema.enrolment import Enrolment

FILE: Final = "log-views.json"
MOST: Final = 64
"""So many checkpoints are kept: the first, and the newest."""
_TEXT: Final = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")


class Views(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Checkpoints, oldest first, each of a longer log than the last; and one that contradicts the newest, if any."""

    notes: tuple[str, ...] = ()
    against: str = ""


class _Log(NamedTuple):
    size: int
    root: bytes


def check(folder: Path) -> None:
    """Raise SendRefused where this device was shown two logs that contradict each other."""
    if _read(folder).against:
        raise _contradicted()


def keep(folder: Path, enrolment: Enrolment, note: str) -> None:
    """Keep the checkpoint that came with an answer, on the disk before it returns.

    An enrolment without the log's key keeps none. Raises SendRefused where it is not signed by the log, or contradicts
    what was shown before; both are kept then, as a proof. Raises DiskFull.
    """
    if not enrolment.log:
        return
    shown = _verified(note, enrolment.log)
    if shown is None:
        raise SendRefused(
            "The service did not show a signed checkpoint of its audit log, which every answer of this vault carries. "
            "Nothing more was sent; the rest waits on this device. Tell the security officer."
        )
    views = _read(folder)
    last = _verified(views.notes[-1], enrolment.log) if views.notes else None
    if shown == last:
        return
    if last is not None and shown.size <= last.size:
        _write(folder, msgspec.structs.replace(views, against=note))
        raise _contradicted()
    before = views.notes if last is not None else ()  # another log's, after enrolling anew, say nothing of this one
    _write(folder, Views((*before[:1], *before[1:][2 - MOST :], note)))


def _verified(note: str, key: bytes) -> _Log | None:
    """The size and root in a signed note; None unless the log with this key (Ed25519, raw) signed it."""
    name = f"glasswork.audit/{hashlib.sha256(key).hexdigest()[:16]}"
    signer = hashlib.sha256(name.encode() + b"\n\x01" + key).digest()[:4]
    text, _, lines = note.rpartition("\n\n")
    found = _TEXT.fullmatch(text + "\n")
    if found is None or found[1] != name:
        return None
    for line in lines.splitlines():
        try:
            dash, who, encoded = line.split(" ")
            blob = base64.b64decode(encoded, validate=True)
            if (dash, who, blob[:4]) == ("—", name, signer):
                Ed25519PublicKey.from_public_bytes(key).verify(blob[4:], (text + "\n").encode())
                return _Log(int(found[2]), base64.b64decode(found[3]))
        except (ValueError, InvalidSignature):
            return None
    return None


def _read(folder: Path) -> Views:
    """What is kept. A file that is missing or damaged says nothing: the next checkpoint is the first."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Views)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return Views()


def _write(folder: Path, views: Views) -> None:
    write_durably(folder / FILE, msgspec.json.encode(views))


def _contradicted() -> SendRefused:
    return SendRefused(
        "The vault's audit log was cut back, or this device is shown another log than before, so it is not told what "
        f"happens to its data. Nothing more is sent. Both signed checkpoints are kept in {FILE} as a proof: give them "
        "to the worker representative or the security officer (`glasswork audit compare`). If the vault was restored "
        "from a backup, enrol this device again."
    )
