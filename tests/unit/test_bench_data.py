"""The published interface strings: what is in the file is what its generator makes and what its README says."""

import json
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[2] / "bench" / "data"


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    with (DATA / "interface_strings.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_the_generator_makes_the_same_bytes_again(tmp_path: Path) -> None:
    again = tmp_path / "again.jsonl"
    subprocess.run([sys.executable, DATA / "make_interface_strings.py", again], check=True)
    assert again.read_bytes() == (DATA / "interface_strings.jsonl").read_bytes()


def test_it_is_as_large_mixed_and_clean_as_it_claims(records: list[dict[str, Any]]) -> None:
    assert len(records) == len({record["text"] for record in records}) >= 5000
    assert len({record["lang"] for record in records}) == 12
    assert sum(not record["spans"] for record in records) / len(records) == 0.6
    assert (DATA / "interface_strings.jsonl").stat().st_size < 2_000_000


def test_spans_lie_in_their_string_in_order_and_apart(records: list[dict[str, Any]]) -> None:
    for record in records:
        spans = [(span["start"], span["end"]) for span in record["spans"]]
        assert all(0 <= start < end <= len(record["text"]) for start, end in spans)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_the_tables_of_the_readme_are_true(records: list[dict[str, Any]]) -> None:
    kinds = Counter(span["kind"] for record in records for span in record["spans"])
    forms = Counter(record["form"] for record in records if record.get("form", "plain") != "plain")
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    told = {name: int(count) for name, count in re.findall(r"^\| (\w+) \| (\d+) \|", readme, re.MULTILINE)}
    assert told == kinds | forms
    assert f"{len(records):,} strings" in readme


def test_plain_cards_pass_luhn_and_plain_ibans_pass_mod_97(records: list[dict[str, Any]]) -> None:
    def values(kind: str) -> list[str]:
        found = [
            record["text"][span["start"] : span["end"]]
            for record in records
            if record.get("form") == "plain"
            for span in record["spans"]
            if span["kind"] == kind
        ]
        assert len(found) > 50
        return [re.sub("[ -]", "", value) for value in found]

    for card in values("card"):
        assert sum(sum(divmod(int(digit) * (1 + i % 2), 10)) for i, digit in enumerate(reversed(card))) % 10 == 0
    for iban in values("iban"):
        assert int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1
