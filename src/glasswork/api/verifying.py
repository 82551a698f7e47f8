"""Verify: logs, cards, documents and releases, offline, from files alone."""

from pathlib import Path

from glasswork.api.errors import NotThere
from glasswork.documents.verify import Mismatch, verify_card
from glasswork.govern.verify import Report, verify_log
from glasswork.policy import notice, unpack
from glasswork.policy.keys import key_of_text
from glasswork.release.manifest import CARD, Manifest, verify_release


def log(folder: Path, public_key: str, remembered: Path | None = None) -> Report:
    """Is the audit log in `folder` whole, signed with this key, and an extension of a checkpoint kept elsewhere?"""
    return verify_log(
        folder, key_of_text(public_key), remembered=_there(remembered).read_bytes() if remembered else None
    )


def release(folder: Path, public_key: str) -> Manifest:
    """Is a release what was signed? Raises ReleaseDamaged, naming the first thing that is not."""
    return verify_release(_there(folder), key_of_text(public_key))


def card(folder: Path) -> list[Mismatch]:
    """Every number of the card in a release folder that its data do not say."""
    return verify_card(_there(folder / CARD).read_bytes(), folder)


def documents(bundle: Path, written: Path) -> bool:
    """Is a notice what the signed bundle says today, word for word?"""
    made, _ = unpack(_there(bundle).read_bytes())
    return notice(made.policy, made.hash).strip().encode() == _there(written).read_bytes().strip()


def _there(path: Path) -> Path:
    if not path.exists():
        raise NotThere(f"There is nothing at {path}, so nothing was verified. Check the path.")
    return path
