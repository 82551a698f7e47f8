"""Croissant 1.1 with RAI 1.0: the release as JSON-LD, which loaders and catalogues read."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from glasswork.assemble.lineage import Lineage
from glasswork.documents import layout, origin, rai, rights, statements
from glasswork.documents.facts import Facts

CONFORMS: Final = ("http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0")

CONTEXT: Final[dict[str, Any]] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{
        name: f"cr:{name}"
        for name in (
            "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileObject",
            "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5",
            "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate",
            "separator", "source", "subField", "transform",
        )
    },
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "prov": "http://www.w3.org/ns/prov#",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
}  # fmt: skip
"""The context of Croissant 1.1, with ODRL and PROV."""


class Stored(NamedTuple):
    """A file of the release: SHA-256 (hex) and size in bytes."""

    sha256: str
    size: int


Columns = Mapping[str, Mapping[str, tuple[str, bool]]]
"""By format, its columns: the Croissant data type of each, and whether a row has a list of it."""


def croissant(
    facts: Facts, lineage: Lineage | None, day: date, files: Mapping[str, Stored | None], columns: Columns
) -> dict[str, Any]:
    """The release of that day as JSON-LD. `files` are all but this one and the manifest, by path.

    A file that has no Stored is one of many of an export, named by its pattern only.
    """
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": facts.name,
        "description": statements.description(facts),
        "conformsTo": list(CONFORMS),
        "license": f"The policy {facts.terms.policy}: see usageInfo",
        "creator": {"@type": "Organization", "name": facts.terms.controller.name},
        "citeAs": f"{facts.terms.controller.name}: {facts.name}. {day.year}. Content {facts.contents.content}.",
        "datePublished": day.isoformat(),
        "version": "1.0.0",
        "identifier": f"hash://sha256/{facts.contents.content}",
        "inLanguage": "en",
        "isLiveDataset": False,
        **rai.properties(facts),
        **origin.properties(facts, lineage),
        "usageInfo": rights.offer(facts),
        "distribution": [*_objects(files), *_sets(files)],
        "recordSet": [_splits(facts), *_record_sets(columns)],
    }


def _objects(files: Mapping[str, Stored | None]) -> Iterator[dict[str, Any]]:
    for path, stored in sorted(files.items()):
        if stored is not None:
            yield {
                "@type": "cr:FileObject",
                "@id": path,
                "name": path.rsplit("/", 1)[-1],
                "contentUrl": path,
                "encodingFormat": layout.media_type(path),
                "contentSize": f"{stored.size} B",
                "sha256": stored.sha256,
            }


def _sets(files: Mapping[str, Stored | None]) -> Iterator[dict[str, Any]]:
    """The Parquet files of each format together, and the files of exports that have many."""
    named = {
        f"files/{config}": ([table.pattern for table in tables], layout.MEDIA_TYPES[layout.PARQUET])
        for config, tables in layout.configs(files).items()
    }
    loose = {pattern: ([pattern], media_type) for pattern, media_type in layout.loose(files).items()}
    for name, (patterns, media_type) in (named | loose).items():
        yield {"@type": "cr:FileSet", "@id": name, "name": name, "includes": patterns, "encodingFormat": media_type}


def _splits(facts: Facts) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": "splits",
        "name": "splits",
        "description": "The parts of the data set.",
        "dataType": "cr:Split",
        "key": {"@id": "splits/name"},
        "field": [{"@type": "cr:Field", "@id": "splits/name", "name": "name", "dataType": "sc:Text"}],
        "data": [{"splits/name": part} for part in facts.contents.parts],
    }


def _record_sets(columns: Columns) -> Iterator[dict[str, Any]]:
    for config, of in columns.items():
        yield {
            "@type": "cr:RecordSet",
            "@id": config,
            "name": config,
            "field": [_field(config, name, data_type, many) for name, (data_type, many) in of.items()],
        }


def _field(config: str, name: str, data_type: str, many: bool) -> dict[str, Any]:
    refers = {"references": {"field": {"@id": "splits/name"}}} if (config, name) == (layout.CANONICAL, "split") else {}
    return {
        "@type": "cr:Field",
        "@id": f"{config}/{name}",
        "name": name,
        "dataType": data_type,
        "source": {"fileSet": {"@id": f"files/{config}"}, "extract": {"column": name}},
        **({"isArray": True, "arrayShape": "-1"} if many else {}),
        **refers,
    }
