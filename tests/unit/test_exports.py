"""Every format of a release, written from a shelf: by parts, with images, every record counted; the shelf is sorted."""

import json
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest

from glasswork.assemble.parquet import read_records, write_records
from glasswork.assemble.recipe import Recipe
from glasswork.assemble.recipe_file import KNOWN_FORMATS
from glasswork.assemble.record import Record, with_id
from glasswork.release.exports import write_exports
from glasswork.release.shelf import shelved
from vectors.release import make

GOOD = read_records(make.HERE / "good" / "data" / "train-00000.parquet")
PIXELS = ("opencua", "uitars", "anthropic_computer", "openai_computer")


def records(count: int) -> list[Record]:
    parts = ("train", "validation", "test")
    return [
        msgspec.structs.replace(with_id(GOOD[n % len(GOOD)], f"{n * 37 % 256:02x}{n:030x}"), split=parts[n // 4 % 3])
        for n in range(count)
    ]


def test_a_shelf_gives_back_what_was_put_on_it_sorted_and_is_gone_afterwards(tmp_path: Path) -> None:
    given = records(700)
    with shelved(iter(given), tmp_path) as shelf:
        assert list(shelf.records()) == sorted(given, key=lambda record: record.example.id)
        for part in shelf.counts:
            assert list(shelf.records(part)) == [one for one in shelf.records() if one.split == part]
        write_records(shelf.records("test"), tmp_path / "test.parquet")
        assert read_records(tmp_path / "test.parquet") == list(shelf.records("test"))
        assert shelf.counts.total() == 700
    assert [path.name for path in tmp_path.iterdir()] == ["test.parquet"]


@pytest.mark.parametrize("surrogates", [False, True])
def test_every_format_has_every_record_or_counts_why_not(tmp_path: Path, surrogates: bool) -> None:
    given = records(24)
    recipe = Recipe(name="all", formats=tuple(sorted(KNOWN_FORMATS)), surrogates=surrogates)
    with shelved(given, tmp_path) as shelf:
        refused = write_exports(shelf, recipe, tmp_path / "exports")
    assert json.loads((tmp_path / "exports" / "refused.json").read_text()) == refused
    assert refused.keys() == KNOWN_FORMATS
    for name in ("trl_sft", "openai_chat", "adp", "opencua", "anthropic_computer", "openai_computer"):
        lines = [line for path in (tmp_path / "exports" / name).glob("*.jsonl") for line in path.open()]
        assert len(lines) + sum(refused[name].values()) == len(given), name
        assert surrogates != any("<text_" in line for line in lines), name
    assert len(list((tmp_path / "exports" / "atif").iterdir())) == 24
    info = json.loads((tmp_path / "exports" / "llama_factory" / "dataset_info.json").read_text())
    assert {one["file_name"] for one in info.values()} | {"dataset_info.json"} == {
        path.name for path in (tmp_path / "exports" / "llama_factory").iterdir()
    }


def test_images_lie_beside_the_rows_that_name_them(tmp_path: Path) -> None:
    with shelved(records(8), tmp_path) as shelf:
        write_exports(shelf, Recipe(name="seen", formats=PIXELS), tmp_path / "exports")
    found = sorted((tmp_path / "exports").glob("*/*.parquet"))
    assert {path.parent.name for path in found} == set(PIXELS)
    for path in found:
        lines = [json.loads(line) for line in path.with_suffix(".jsonl").open()]
        rows = pq.read_table(path).to_pylist()
        assert [json.loads(row["row"]) for row in rows] == lines
        for row in rows:
            named = {image["path"] for image in row["images"]}
            assert all(image["bytes"].startswith(b"\x89PNG") for image in row["images"])
            assert all(name in row["row"] for name in named)
            assert len(named) >= (".png" in row["row"])
