"""The documents in the folder of a release that follow from all else in it: written last, and derived again to verify.

They name files, whose hashes are made anew with every release because ids are random. So the board does not sign them:
it signs the facts, and these say nothing that does not follow from the facts and the files.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (pyarrow has no types)

import hashlib
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from glasswork.assemble.lineage import Lineage
from glasswork.documents import layout
from glasswork.documents.cards import CARD_TEXTS, render
from glasswork.documents.croissant import Columns, Stored, croissant
from glasswork.documents.facts import Facts
from glasswork.documents.provenance import provenance
from glasswork.schema.errors import FormatError

LINEAGE: Final = "lineage.json"
CROISSANT: Final = "croissant.json"
PROVENANCE: Final = "provenance.json"
MANIFEST: Final = "manifest.json"

TYPES: Final = {
    "string": "sc:Text",
    "large_string": "sc:Text",
    "extension<arrow.json>": "sc:Text",
    "uint32": "sc:Integer",
    "int32": "sc:Integer",
    "int64": "sc:Integer",
    "double": "sc:Float",
    "bool": "sc:Boolean",
}
"""The Arrow types that Croissant has a type for. Columns of others (structs, images) are left to Parquet's schema."""


def write_documents(folder: Path, facts: Facts, lineage: Lineage | None, day: date) -> None:
    """Write the derived documents of a release of that day, after everything else in it but the manifest."""
    for name, data in documents(folder, facts, lineage, day).items():
        (folder / name).write_bytes(data)


def documents(folder: Path, facts: Facts, lineage: Lineage | None, day: date) -> dict[str, bytes]:
    """The derived documents by name, as they must be, whatever is in the folder under their names.

    Raises FormatError for an export that is not the Parquet that its name says, OSError for a file that cannot be read.
    """
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    files = [file for file in found if file not in (*CARD_TEXTS, CROISSANT, PROVENANCE, MANIFEST)]
    card = render(facts, files).markdown.encode()
    made: dict[str, bytes] = dict.fromkeys(CARD_TEXTS, card)
    made[PROVENANCE] = _json(provenance(facts, lineage, day, files))
    many = _many(files)
    stored: dict[str, Stored | None] = {file: None if file in many else _stored(folder / file) for file in files}
    stored |= {name: Stored(hashlib.sha256(data).hexdigest(), len(data)) for name, data in made.items()}
    made[CROISSANT] = _json(croissant(facts, lineage, day, stored, _columns(folder, files)))
    return made


def _many(files: list[str]) -> set[str]:
    """The files of exports that are no tables."""
    tables = {file for table in layout.tables(files) for file in table.files}
    return {file for file in files if file.startswith("exports/") and file not in tables}


def _stored(path: Path) -> Stored:
    with path.open("rb") as file:
        return Stored(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def _columns(folder: Path, files: list[str]) -> Columns:
    """The columns of each Parquet format, in order, as far as Croissant has a type for them."""
    found: dict[str, dict[str, tuple[str, bool]]] = {}
    for config, tables in layout.configs(files).items():
        schema = _schema(folder / tables[0].files[0])
        found[config] = {}
        for field in schema:
            many = str(field.type).startswith(("list<", "large_list<"))
            kind = str(field.type.value_type if many else field.type)
            if kind in TYPES:
                found[config][field.name] = (TYPES[kind], many)
    return found


def _schema(path: Path) -> Any:
    try:
        return pq.read_schema(path)
    except pa.ArrowException:
        raise FormatError(
            f"{path.name} is not Parquet, or it is damaged, so its columns cannot be described. Write the release "
            "anew, or get it again and check it with `glasswork verify release`."
        ) from None


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2)
