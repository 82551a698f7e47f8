"""Rendering: contact sheets of the owner's own episodes, and of examples in a release."""

import zlib
from collections.abc import Iterator
from pathlib import Path

from glasswork.api.episodes import episode
from glasswork.api.errors import NotThere
from glasswork.api.workspace import Workspace
from glasswork.assemble.errors import RenderRefused
from glasswork.assemble.examples import Refusal, example
from glasswork.assemble.parquet import read_records
from glasswork.assemble.render import contact_sheet
from glasswork.schema.episode import Example


def own_sheet(workspace: Workspace, start: str, *, size: tuple[int, int], theme: str, surrogates: bool) -> bytes:
    """The contact sheet (PNG) of the owner's episode whose id begins with `start`.

    Raises NotThere, RenderRefused where the episode makes no example or has no Screens, and what `episodes` raises.
    """
    made = example(episode(workspace, start))
    if isinstance(made, Refusal):
        raise RenderRefused(
            f"This episode makes no example ({made.replace('_', ' ')}), so it has no steps that could be drawn."
        )
    return _sheet(made, size, theme, surrogates)


def released_sheet(folder: Path, start: str, *, size: tuple[int, int], theme: str, surrogates: bool) -> bytes:
    """The contact sheet (PNG) of the example in a release folder whose id begins with `start`.

    Raises NotThere unless there is exactly one, FormatError for what is no release, RenderRefused without Screens.
    """
    found = [one for one in _released(folder) if one.id.startswith(start)]
    if len(found) != 1:
        raise NotThere(
            f"{'No example' if not found else 'More than one example'} in that release has an id that begins so. The "
            "ids are in the column `id` of data/*.parquet."
        )
    return _sheet(found[0], size, theme, surrogates)


def _released(folder: Path) -> Iterator[Example]:
    for file in sorted((folder / "data").glob("*.parquet")):
        for record in read_records(file):
            yield record.example


def _sheet(made: Example, size: tuple[int, int], theme: str, surrogates: bool) -> bytes:
    return contact_sheet(made, size=size, theme=theme, seed=zlib.crc32(made.id.encode()), surrogates=surrogates)
