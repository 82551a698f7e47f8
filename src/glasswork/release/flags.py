"""Flags: the releases out of which somebody was erased since, as the audit log tells it, without naming whom.

An erasure reaches no copy that has left. What is left is to say so: the manifest of each later release of the same name
lists them, and whoever has a copy and the log finds its flag offline.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from glasswork.govern.entries import Erased, Released, decode
from glasswork.govern.verify import read_log
from glasswork.release.manifest import Manifest


class Since(Struct, frozen=True):
    """What a log says of a release: whether it is in there at all, and the days on which somebody in it was erased."""

    known: bool
    erased: tuple[date, ...]


def outdated(log: Path, key: Ed25519PublicKey, name: str) -> tuple[str, ...]:
    """The content hashes of the releases of `name` out of which somebody was erased, sorted.

    An empty one stands for any earlier release: which one is not known. Raises LogAltered.
    """
    flags = (copy for entry in _entries(log, key) if isinstance(entry, Erased) for copy in entry.released)
    return tuple(sorted({copy.content for copy in flags if copy.name == name}))


def since(manifest: Manifest, log: Path, key: Ed25519PublicKey) -> Since:
    """What the log in a folder says of a release. It is read, not verified (`verify_log`). Raises LogAltered."""
    known, erased = False, set[date]()
    for entry in _entries(log, key):
        if isinstance(entry, Released):
            known = known or entry.content == manifest.content
        elif any(_flags(manifest, copy.name, copy.content) for copy in entry.released) and entry.day >= manifest.day:
            erased.add(entry.day)
    return Since(known, tuple(sorted(erased)))


def _flags(manifest: Manifest, name: str, content: str) -> bool:
    return content == manifest.content or (not content and name == manifest.name)


def _entries(log: Path, key: Ed25519PublicKey) -> Iterator[Erased | Released]:
    for data in read_log(log, key):
        if b'"kind":"erased"' in data or b'"kind":"released"' in data:  # few of many: the others are not decoded
            entry = decode(data)
            if isinstance(entry, Erased | Released):
                yield entry
