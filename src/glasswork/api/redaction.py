"""The redactor on any text, and the names that an organisation adds to it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from glasswork.api.errors import NotThere
from glasswork.api.held import Ask
from glasswork.api.workspace import Workspace
from glasswork.device import hold as holds
from glasswork.device import names as device_names
from glasswork.redact import RedactionFailed
from glasswork.redact.errors import GazetteerRefused
from glasswork.redact.finding import Finding, explain
from glasswork.redact.gazetteer import Gazetteer, NameKind, read
from glasswork.redact.tokens import redact
from glasswork.schema.words import ValueKind

SUPPRESSED: Final = f"<{ValueKind.TEXT}>"
"""What stands for a text that is given up as a whole."""


class NameCounts(msgspec.Struct, frozen=True):
    """How many names there are. Which ones is in memory only, when they are searched for."""

    person: int = 0
    client: int = 0
    project: int = 0


class Redacted(NamedTuple):
    """A text without its content; `found` says what was in the original, overlaps included, and which rule knew it."""

    text: str
    found: list[Finding]
    failed: bool


def redacted(text: str, names: Gazetteer | None = None) -> Redacted:
    """One text, redacted and explained. Never raises: what fails or is too long is suppressed as a whole."""
    try:
        plain = redact(text, names)
        return Redacted(SUPPRESSED if plain is None else plain, explain(text, names), failed=False)
    except RedactionFailed:
        return Redacted(SUPPRESSED, [], failed=True)


def add_names(workspace: Workspace, file: Path, kind: NameKind, ask: Ask | None = None) -> NameCounts:
    """Add a list, a text file with a name a line or a CSV file, to what this device looks for.

    The file itself is left as it is: delete it. Raises NotThere, GazetteerRefused, HoldLocked.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise NotThere(f"There is no file {file}, so no names were added.") from None
    except UnicodeDecodeError:
        raise GazetteerRefused("The list is not in UTF-8, so no names were added. Save it as UTF-8.") from None
    key = holds.find_key(workspace.device, ask)
    added = read(text, kind, table=file.suffix.lower() == ".csv")
    entries = list(dict.fromkeys([*device_names.load(workspace.device, key), *added]))
    Gazetteer(entries)  # raises where they are too many, before anything is stored
    device_names.store(workspace.device, key, entries)
    return _counts(entry.kind for entry in entries)


def count_names(workspace: Workspace, ask: Ask | None = None) -> NameCounts:
    """How many names this device looks for. Raises GazetteerRefused, HoldLocked."""
    return _counts(entry.kind for entry in device_names.load(workspace.device, holds.find_key(workspace.device, ask)))


def remove_names(workspace: Workspace, kind: NameKind | None = None, ask: Ask | None = None) -> NameCounts:
    """Take the names of one kind away, or all, which needs no key. Returns what is left."""
    if kind is None:
        device_names.remove(workspace.device)
        return NameCounts()
    key = holds.find_key(workspace.device, ask)
    left = [entry for entry in device_names.load(workspace.device, key) if entry.kind is not kind]
    device_names.store(workspace.device, key, left)
    return _counts(entry.kind for entry in left)


def names(workspace: Workspace, ask: Ask | None = None) -> Gazetteer | None:
    """The names, ready to be searched for; None where there are none, which needs no key."""
    if not (workspace.device / device_names.FILE).exists():
        return None
    return device_names.gazetteer(workspace.device, holds.find_key(workspace.device, ask))


def _counts(kinds: Iterator[NameKind]) -> NameCounts:
    return NameCounts(**{str(kind): count for kind, count in Counter(kinds).items()})
