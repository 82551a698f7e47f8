"""Cards: what they say is what is there, and saying otherwise is noticed."""

import json
import shutil
from pathlib import Path

import msgspec
import pytest

from glasswork import documents, redteam
from glasswork.assemble.parquet import read_records, write_records
from glasswork.assemble.record import with_id
from glasswork.documents.cards import CARD_TEXTS, render
from glasswork.documents.facts import Facts, facts
from glasswork.govern.errors import Refused
from glasswork.schema import words as w
from glasswork.schema.errors import FormatError
from vectors.release import make

GOOD = make.HERE / "good"


def good() -> Facts:
    return msgspec.json.decode((GOOD / "card.json").read_bytes(), type=Facts)


def test_a_card_is_queried_from_data_policy_and_report(tmp_path: Path) -> None:
    with make.filled(tmp_path, make.mine(), {make.OWNER: [make.day()]}) as handle:
        make.built(handle, make.OWNER)
        report = redteam.run(handle, make.NAME, make.owner())
        card = documents.card(handle, make.NAME, make.owner(), report)
        said = json.loads(card.json)
        assert said["contents"] | {"content": ""} == {
            "content": "",
            "examples": 4,
            "steps": 9,
            "actions": {"click": 2, "double_click": 1, "hotkey": 3, "switch_app": 1, "type_text": 2},
            "apps": {"mousepad": 3, "pcmanfm": 1},
            "weeks": {"2026-W48": 4},
            "outcomes": {"completed": 2, "unknown": 2},
            "labels": {
                "by_menu": 1,
                "by_shortcut": 3,
                "completed": 2,
                "dialog_cancelled": 1,
                "erase_burst": 1,
                "undo_episode": 1,
            },
            "bases": {"recorded": 4},
            "scopes": {"self": 4},
            "suppressed": 1,
        }
        assert said["terms"]["policy"] == handle.approved.hash
        assert said["terms"]["retention"] == msgspec.to_builtins(handle.approved.policy.retention)
        assert said["attacked"]["report"] == report.hash
        with pytest.raises(Refused):
            documents.card(handle, make.NAME, make.Session(make.OWNER, make.SessionRole.OWNER, w.Zone.EPISODES), report)


def test_the_text_has_every_number_and_the_front_matter_is_plain_yaml() -> None:
    markdown = render(good()).markdown
    head, text = markdown.removeprefix("---\n").split("\n---\n", 1)
    assert all(": " in line or line.endswith(":") or line.lstrip().startswith("- ") for line in head.splitlines())
    for name, count in (good().contents.actions | good().contents.labels).items():
        assert f"| {name} | {count} |" in text
    for finding in good().attacked.findings:
        assert f"| {finding.attack} | {finding.verdict} | {finding.n} |" in text
    assert f"episodes {good().terms.retention.episodes}," in text


def test_a_stated_basis_cannot_change_the_card() -> None:
    contents = msgspec.structs.replace(good().contents, bases={"fine | 9 |\n\n# Approved": 3})
    markdown = render(msgspec.structs.replace(good(), contents=contents)).markdown
    assert "| fine \\| 9 \\| # Approved | 3 |" in markdown and "\n# Approved" not in markdown


@pytest.mark.parametrize(
    ("examples", "size"),
    [
        (0, "n<1K"),
        (999, "n<1K"),
        (1_000, "1K<n<10K"),
        (99_999, "10K<n<100K"),
        (9_999_999, "1M<n<10M"),
        (10**7, "n>10M"),
    ],
)
def test_sizes_are_those_of_the_hubs(examples: int, size: str) -> None:
    contents = msgspec.structs.replace(good().contents, examples=examples)
    assert f"size_categories: [{size}]" in render(msgspec.structs.replace(good(), contents=contents)).markdown


def test_other_data_are_noticed(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(GOOD, tmp_path / "release"))
    path = folder / "data" / "train-00000.parquet"
    card = (folder / "card.json").read_bytes()
    records = read_records(path)
    write_records([with_id(record, "x") for record in reversed(records)], path)
    assert documents.verify_card(card, folder) == []  # ids and order are no facts
    write_records(records[1:], path)
    where = {mismatch.where for mismatch in documents.verify_card(card, folder)}
    assert {"contents.examples", "contents.content", "attacked.content"} <= where


@pytest.mark.parametrize("name", ["policy.json", "attack-report.json", *CARD_TEXTS])
def test_without_its_sources_a_card_cannot_be_checked(tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(GOOD, tmp_path / "release"))
    (folder / name).unlink()
    with pytest.raises(FormatError, match="cannot be checked"):
        documents.verify_card((folder / "card.json").read_bytes(), folder)


def test_a_purpose_that_nobody_knows_is_noticed() -> None:
    card = (GOOD / "card.json").read_bytes().replace(b'"id":"personal_use"', b'"id":"sell_it"')
    assert "terms.purposes.0.id" in {mismatch.where for mismatch in documents.verify_card(card, GOOD)}


def test_what_is_no_card_is_refused() -> None:
    huge = (GOOD / "card.json").read_bytes().replace(b'"examples":4', b'"examples":' + b"9" * 30)
    for text in (b"", b"{}", b"\xff", b'{"name": 3}', huge):
        with pytest.raises(FormatError):
            documents.verify_card(text, GOOD)


def test_facts_are_the_same_for_the_same_data() -> None:
    records = read_records(GOOD / "data" / "train-00000.parquet")
    report = msgspec.json.decode((GOOD / "attack-report.json").read_bytes(), type=redteam.Report)
    approved = make.mine()
    assert facts(make.NAME, records, approved.policy, approved.hash, report) == good()
