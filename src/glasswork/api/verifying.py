"""Verify: logs, cards, documents and releases, offline, from files alone."""

from collections.abc import Sequence
from pathlib import Path

from glasswork.api.errors import NotThere
from glasswork.documents.verify import Mismatch, verify_card
from glasswork.govern.entries import Erased
from glasswork.govern.errors import LogAltered
from glasswork.govern.note import COSIGNS, log_verifier, read_vkey
from glasswork.govern.proof import Proven, verify_proof
from glasswork.govern.verify import Report, verify_log
from glasswork.policy import notice, unpack
from glasswork.policy.keys import key_of_text
from glasswork.release.flags import Since, since
from glasswork.release.manifest import CARD, Manifest, verify_release
from glasswork.vault.certificate import verify_certificate


def log(folder: Path, public_key: str, remembered: Path | None = None, witnesses: Sequence[str] = ()) -> Report:
    """Is the audit log in `folder` whole, signed with this key, and an extension of a checkpoint kept elsewhere?

    `witnesses` are the verifier keys of those to trust, by default those that the log names itself.
    """
    return verify_log(
        folder,
        key_of_text(public_key),
        remembered=_there(remembered).read_bytes() if remembered else None,
        witnesses=[read_vkey(vkey, COSIGNS) for vkey in witnesses],
    )


def proof(file: Path, public_key: str, entry: Path | None = None, witnesses: Sequence[str] = ()) -> Proven:
    """What a `.tlog-proof` shows by the log's key, and by one witness if any are given. Raises ProofWrong."""
    return verify_proof(
        _there(file).read_bytes(),
        log_verifier(key_of_text(public_key)),
        entry=_there(entry).read_bytes() if entry else None,
        witnesses=[read_vkey(vkey, COSIGNS) for vkey in witnesses],
    )


def release(folder: Path, public_key: str) -> Manifest:
    """Is a release what was signed? Raises ReleaseDamaged, naming the first thing that is not."""
    return verify_release(_there(folder), key_of_text(public_key))


def erased_since(manifest: Manifest, log_folder: Path, log_key: str) -> Since:
    """Was somebody in a release erased since, by an audit log? Raises LogAltered for a log that is not whole."""
    report = log(_there(log_folder), log_key)
    if not report.ok:
        raise LogAltered(report.problems[0])
    return since(manifest, log_folder, key_of_text(log_key))


def card(folder: Path) -> list[Mismatch]:
    """Every number of the card in a release folder that its data do not say."""
    return verify_card(_there(folder / CARD).read_bytes(), folder)


def certificate(path: Path, public_key: str) -> list[Erased]:
    """What a certificate of erasure proves, from its file alone. Raises CertificateInvalid."""
    return verify_certificate(_there(path).read_bytes(), key_of_text(public_key))


def documents(bundle: Path, written: Path) -> bool:
    """Is a notice what the signed bundle says today, word for word?"""
    made, _ = unpack(_there(bundle).read_bytes())
    return notice(made.policy, made.hash).strip().encode() == _there(written).read_bytes().strip()


def _there(path: Path) -> Path:
    if not path.exists():
        raise NotThere(f"There is nothing at {path}, so nothing was verified. Check the path.")
    return path
