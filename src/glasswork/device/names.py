"""The lists of names that the organisation gave: sealed under the hold's key, plain only in memory.

A restart of the machine ends a key that lives in the keyring, and then the lists with it; under a passphrase they last.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from glasswork.device.durable import write_durably
from glasswork.device.hold.box import Unreadable, seal, unseal
from glasswork.redact.errors import GazetteerRefused
from glasswork.redact.gazetteer import Entry, Gazetteer, NameKind

FILE: Final = "names"


def load(folder: Path, key: bytes) -> list[Entry]:
    """Every name of the device in `folder`. `key` is the hold's; raises GazetteerRefused where it opens nothing."""
    path = folder / FILE
    if not path.exists():
        return []
    try:
        lists = unseal(key, FILE, path.read_bytes(), dict[NameKind, list[str]])
    except Unreadable:
        raise GazetteerRefused(
            "The lists of names on this device cannot be opened: their key has ended, or the file is damaged. Without "
            "them names could pass as something else, so nothing is recorded. Take the file away with `glasswork "
            "gazetteer remove` and add the lists again."
        ) from None
    return [Entry(name, kind) for kind, names in lists.items() for name in names]


def store(folder: Path, key: bytes, entries: Iterable[Entry]) -> None:
    """Seal these names in place of those that are there. Raises DiskFull."""
    lists: dict[NameKind, list[str]] = {}
    for entry in entries:
        lists.setdefault(entry.kind, []).append(entry.name)
    write_durably(folder / FILE, seal(key, FILE, lists))


def remove(folder: Path) -> None:
    """Take every list away."""
    (folder / FILE).unlink(missing_ok=True)


def gazetteer(folder: Path, key: bytes) -> Gazetteer | None:
    """The names, ready to be searched for; None where there are none. Raises GazetteerRefused."""
    entries = load(folder, key)
    return Gazetteer(entries) if entries else None
