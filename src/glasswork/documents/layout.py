"""Layout: what the names of a release's files say, so that every document names what is in the folder and no more.

    data/SPLIT-NNNNN.parquet             the canonical records
    exports/FORMAT/SPLIT-NNNNN.EXT       an export by parts, or exports/FORMAT.EXT as one
    exports/FORMAT/anything else         an export with a file an example, or files beside its lines

All but `data` and `exports` are papers.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final, NamedTuple

CANONICAL: Final = "canonical"
PARQUET: Final = ".parquet"
LINES: Final = ".jsonl"
SPLITS: Final = ("train", "validation", "test")

MEDIA_TYPES: Final = {
    PARQUET: "application/x-parquet",
    LINES: "application/jsonlines",
    ".json": "application/json",
    ".csv": "text/csv",
    ".md": "text/markdown",
    ".png": "image/png",
    ".xes": "application/xml",
}
"""By the ends of names, as Croissant writes them."""

_SHARD: Final = re.compile(rf"(?:data|exports/([a-z0-9_]+))(?:/({'|'.join(SPLITS)})(?:-\d{{5}})?)?(\.[a-z]+)")


class Table(NamedTuple):
    """The files of one part of a format, all of the same kind: `split` is "train" where a format has no parts."""

    format: str
    split: str
    suffix: str
    files: tuple[str, ...]

    @property
    def pattern(self) -> str:
        """A glob for the files and for no others of the release."""
        return re.sub(r"-\d{5}\.", "-*.", self.files[0])


def media_type(path: str) -> str:
    """The media type of a file by its name."""
    return MEDIA_TYPES.get(PurePosixPath(path).suffix, "application/octet-stream")


def tables(files: Iterable[str]) -> list[Table]:
    """The tables among the files of a release, canonical ones first, then by format, parts in their order."""
    found: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for file in sorted(files):
        if match := _SHARD.fullmatch(file):
            found[match[1] or CANONICAL, match[2] or SPLITS[0], match[3]].append(file)
    order = sorted(found, key=lambda key: (key[0] != CANONICAL, key[0], SPLITS.index(key[1]), key[2]))
    return [Table(*key, tuple(found[key])) for key in order]


def configs(files: Iterable[str]) -> dict[str, list[Table]]:
    """What hubs and loaders read as it is: the Parquet tables by format, for one loader reads all of a folder."""
    found: dict[str, list[Table]] = {}
    for table in tables(files):
        if table.suffix == PARQUET:
            found.setdefault(table.format, []).append(table)
    return found


def loose(files: Iterable[str]) -> dict[str, str]:
    """Patterns for the files of exports that are no tables, each with its media type: too many to name one by one."""
    every = list(files)
    named = {file for table in tables(every) for file in table.files}
    rest = (PurePosixPath(file) for file in every if file.startswith("exports/") and file not in named)
    return {f"{path.parent}/*{path.suffix}": media_type(path.name) for path in sorted(rest)}
