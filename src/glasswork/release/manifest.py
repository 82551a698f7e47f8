"""The manifest: every file of a release by its SHA-256, what the board approved, and one Ed25519 signature over it.

The signature is over `glasswork-manifest-v1\\n` and the manifest as RFC 8785 JSON with an empty `signature`
(docs/formats/release.md).
"""

import base64
import hashlib
from datetime import date
from pathlib import Path
from typing import Final, Literal

import msgspec
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from glasswork.documents.facts import Facts
from glasswork.documents.verify import verify_card
from glasswork.govern.approvals import Candidate
from glasswork.policy.bundle import Bundle
from glasswork.policy.errors import PolicyRefused
from glasswork.policy.signatures import RELEASE, Signature, check_quorum
from glasswork.release.errors import ReleaseDamaged
from glasswork.schema.errors import FormatError
from glasswork.schema.words import Scope

FILE: Final = "manifest.json"
CARD: Final = "card.json"
REPORT: Final = "attack-report.json"
POLICY: Final = "policy.json"
FORMAT: Final = "glasswork-release-1"
_STATEMENT: Final = b"glasswork-manifest-v1\n"


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a release is. `content`, `report`, `card` and `policy` are the hashes that the quorum's `approvals` sign.

    `outdated` are the `content` of earlier releases of this name out of which somebody was erased (`flags.outdated`).
    """

    format: Literal["glasswork-release-1"] = FORMAT
    name: str
    scope: Scope
    private: bool
    day: date
    content: str
    report: str
    card: str
    policy: str
    approvals: tuple[Signature, ...] = ()
    files: dict[str, str]
    outdated: tuple[str, ...] = ()
    signature: str = ""

    def signed_part(self) -> bytes:
        """The bytes that the signature is over."""
        return _STATEMENT + rfc8785.dumps(msgspec.to_builtins(msgspec.structs.replace(self, signature="")))


def hash_files(folder: Path) -> dict[str, str]:
    """SHA-256 (hex) of every file below a folder but the manifest, by its path in the folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    named = ((path.relative_to(folder).as_posix(), path) for path in files)
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in named if name != FILE}


def sign(manifest: Manifest, key: Ed25519PrivateKey) -> Manifest:
    """The manifest with its signature."""
    signature = base64.b64encode(key.sign(manifest.signed_part())).decode()
    return msgspec.structs.replace(manifest, signature=signature)


def verify_release(folder: Path, public_key: Ed25519PublicKey) -> Manifest:
    """Check a release folder offline and return its manifest.

    Signed with this key, every file there and as it was, none besides, approved by the quorum of the policy in it (a
    private build needs no approval), and a card whose every number can be derived again. Raises ReleaseDamaged,
    naming the first thing that is not so.
    """
    try:
        manifest = msgspec.json.decode((folder / FILE).read_bytes(), type=Manifest)
        public_key.verify(base64.b64decode(manifest.signature, validate=True), manifest.signed_part())
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):  # before ValueError, which the last one is
        raise _damaged("it has no manifest that can be read") from None
    except (InvalidSignature, ValueError):  # not base64
        raise _damaged("its manifest is not signed with the key you gave") from None
    _check_files(manifest, folder)
    _check_card(manifest, folder)
    if not manifest.private:
        _check_approval(manifest, folder)
    return manifest


def _check_files(manifest: Manifest, folder: Path) -> None:
    """Every file is there and as it was, none besides, and the three papers are those that the manifest names."""
    if any(path.is_symlink() for path in folder.rglob("*")):
        raise _damaged("it has a symbolic link in it")
    found = hash_files(folder)
    if changed := sorted({*found, *manifest.files} - {n for n in found if manifest.files.get(n) == found[n]}):
        raise _damaged(f"{len(changed)} of its files are missing, added or altered (the first is {changed[0]})")
    papers = {CARD: manifest.card, REPORT: manifest.report, POLICY: manifest.policy}
    if any(found.get(name) != said for name, said in papers.items()):
        raise _damaged("its card, attack report or policy is not the one that was approved")


def _check_card(manifest: Manifest, folder: Path) -> None:
    """The card is of this data set, and what it says is so."""
    try:
        card = (folder / CARD).read_bytes()
        facts = msgspec.json.decode(card, type=Facts)
        mismatches = verify_card(card, folder)
    except (FormatError, msgspec.DecodeError):
        raise _damaged("its card, or what the card is checked against, cannot be read") from None
    if (facts.name, facts.private, facts.contents.content) != (manifest.name, manifest.private, manifest.content):
        raise _damaged("its card is of another data set")
    if mismatches:
        raise _damaged(f"its files do not say what its card says at {mismatches[0].where}")


def _check_approval(manifest: Manifest, folder: Path) -> None:
    """The quorum of the policy in the folder signed these four hashes, with keys that held on the day of release."""
    candidate = Candidate(
        content=manifest.content, attack_report=manifest.report, card=manifest.card, policy=manifest.policy
    )
    try:
        policy = msgspec.json.decode((folder / POLICY).read_bytes(), type=Bundle).policy
        check_quorum(policy, RELEASE, candidate.digest, manifest.approvals, today=manifest.day)
    except (PolicyRefused, msgspec.DecodeError):
        raise _damaged("the quorum of its policy did not approve it") from None


def _damaged(what: str) -> ReleaseDamaged:
    return ReleaseDamaged(
        f"This release is damaged or was altered: {what}. Do not use it. Get it again from where it was released."
    )
