"""Exports: the formats that a recipe names, written from the records of a release and from nothing else.

`exports/FORMAT/SPLIT-00000.EXT`, a part of the data set each. Formats of TRL are there as lines and as Parquet; those
with pixels as lines that name their images, and as Parquet in which the images are. `exports/atif` has a file a record,
`exports/llama_factory` what its `dataset_info.json` names. `exports/refused.json` counts by format and reason what a
format could not say; a format that could say nothing has no other file.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec

from glasswork.assemble.atif import trajectory
from glasswork.assemble.formats import FORMATS, Draw, Row, json_line, llama_factory
from glasswork.assemble.mapping import fault_of
from glasswork.assemble.pairs import Pair, Rejected, unpaired, weighed
from glasswork.assemble.parquet import image_rows, json_rows
from glasswork.assemble.recipe import Recipe
from glasswork.assemble.record import Record
from glasswork.assemble.render import Drawn, draw
from glasswork.assemble.surrogates import filled
from glasswork.assemble.trl import dpo, kto, prompt_completion, reward, sft
from glasswork.release.shelf import Shelf
from glasswork.schema.action import Screen

REFUSED: Final = "refused.json"

Refused = dict[str, dict[str, int]]
"""How many records (of formats of pairs: ways) a format did not take, by format and reason."""

_PAIRED: Final = {"trl_dpo": dpo, "trl_reward": reward}
_OF_RECORDS: Final[dict[str, Callable[[Record], Iterator[Row]]]] = {
    "trl_sft": lambda record: iter((sft(record.example),)),
    "trl_prompt_completion": prompt_completion,
    "trl_kto": kto,
}


def write_exports(shelf: Shelf, recipe: Recipe, folder: Path) -> Refused:
    """Write the recipe's formats of all records into the new folder `exports`, in the order of their ids.

    Raises OSError, and RenderRefused where Screens are to be drawn and Pillow is missing.
    """
    folder.mkdir()
    refused: dict[str, Counter[str]] = {name: Counter() for name in recipe.formats}
    kinds: dict[str, str] = {}
    with ExitStack() as stack:

        @cache
        def to(path: str) -> Callable[[Any], None]:
            (folder / path).parent.mkdir(exist_ok=True)
            return stack.enter_context(_opened(folder / path))

        def tell(name: str, stem: str, row: Row, images: dict[str, bytes] | None = None) -> None:
            form = FORMATS.get(name)
            to(f"{name}/{stem}{form.suffix if form else '.jsonl'}")(row)
            if form is None:
                to(f"{name}/{stem}.parquet")(row)
            elif form.needs_drawn:
                to(f"{name}/{stem}.parquet")((row, images))

        def tell_llama_factory(kind: str, split: str, rows: Iterator[Row]) -> None:
            for row in rows:
                kinds[f"{kind}_{split}.jsonl"] = kind
                tell(llama_factory.NAME, f"{kind}_{split}", row)

        for record in _shown(shelf, recipe):
            drawing = _drawing(recipe, record.example.id)
            for name in recipe.formats:
                if name in _PAIRED:
                    continue
                if reason := _refusal(name, record, drawing):
                    refused[name][reason] += 1
                elif name == "atif":
                    (folder / name).mkdir(exist_ok=True)
                    (folder / name / f"{record.example.id}.json").write_bytes(msgspec.json.encode(trajectory(record)))
                elif name == llama_factory.NAME:
                    tell_llama_factory(llama_factory.SFT, record.split, llama_factory.rows(record))
                    tell_llama_factory(llama_factory.KTO, record.split, llama_factory.kto(record))
                elif name in _OF_RECORDS:
                    for row in _OF_RECORDS[name](record):
                        tell(name, f"{record.split}-00000", row)
                else:
                    images = FORMATS[name].images(record, drawing)
                    for row in FORMATS[name].rows(record, drawing):
                        tell(name, f"{record.split}-00000", row, images)
        paired = [name for name in recipe.formats if name in _PAIRED]
        for item in weighed(_shown(shelf, recipe)) if paired or llama_factory.NAME in recipe.formats else ():
            if isinstance(item, Pair):
                for name in paired:
                    tell(name, f"{item.split}-00000", _PAIRED[name](item))
                if llama_factory.NAME in recipe.formats:
                    tell_llama_factory(llama_factory.RANKING, item.split, llama_factory.ranking(item))
            else:
                for name in paired:
                    refused[name][f"{item.kind}: {item.reason}"] += 1
    for name, data in llama_factory.extra_files(dict(sorted(kinds.items()))).items() if kinds else ():
        (folder / llama_factory.NAME / name).write_bytes(data)
    counted = {name: dict(sorted(reasons.items())) for name, reasons in sorted(refused.items())}
    (folder / REFUSED).write_bytes(msgspec.json.format(msgspec.json.encode(counted)))
    return counted


def _shown(shelf: Shelf, recipe: Recipe) -> Iterator[Record]:
    """The records as the exports show them: with surrogates in the place of slots where the recipe says so."""
    seed = str(recipe.seed).encode()
    return (filled(record, seed) if recipe.surrogates else record for record in shelf.records())


def _drawing(recipe: Recipe, example: str) -> Draw:
    """How the Screens of an example are drawn, each once: all its formats have the same pictures."""
    seed = int.from_bytes(sha256(f"{recipe.seed} {example}".encode()).digest()[:6], "big")
    look = recipe.render

    @cache
    def drawing(screen: Screen) -> Drawn:
        return draw(screen, size=look.size, theme=look.theme, seed=seed, surrogates=recipe.surrogates)

    return drawing


def _refusal(name: str, record: Record, drawing: Draw) -> str | None:
    if name in FORMATS:
        return FORMATS[name].refusal(record, drawing)
    if name == "trl_kto":
        said = unpaired(record)
        return said.reason if isinstance(said, Rejected) else None
    return fault_of(record.example, goal=name == "trl_prompt_completion")


def _opened(path: Path) -> AbstractContextManager[Callable[[Any], None]]:
    """What takes the rows of a file, by what its name says."""
    form = FORMATS.get(path.parent.name)
    if path.suffix == ".parquet":
        return image_rows(path) if form else json_rows(path)
    return _lines(path, form.encode, form.header, form.footer) if form else _lines(path, json_line)


@contextmanager
def _lines(
    path: Path, encode: Callable[[Row], bytes], header: bytes = b"", footer: bytes = b""
) -> Generator[Callable[[Row], None]]:
    with path.open("wb") as file:
        file.write(header)

        def put(row: Row) -> None:
            file.write(encode(row))

        yield put
        file.write(footer)
