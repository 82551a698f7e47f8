"""Documents: what they say is what is there, and saying otherwise is noticed, number by number."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasswork import assemble, documents, redteam
from glasswork.assemble.lineage import Lineage, built_from
from glasswork.assemble.parquet import read_records, write_json_rows, write_records
from glasswork.assemble.recipe import By, Decontaminate, Recipe, Split
from glasswork.assemble.record import Record, content_hash, with_id
from glasswork.assemble.trl import sft
from glasswork.documents import layout
from glasswork.documents.cards import CARD_TEXTS, card_json, render
from glasswork.documents.croissant import croissant
from glasswork.documents.facts import Facts, facts, lineage_json
from glasswork.documents.folder import write_documents
from glasswork.documents.provenance import provenance
from glasswork.govern.errors import Refused
from glasswork.policy import Bundle
from glasswork.policy.bundle import FORMAT
from glasswork.schema import words as w
from glasswork.schema.episode import Example, Label, Signal, Step
from glasswork.schema.errors import FormatError
from strategies import labels, screens
from vectors.release import make

ROOT = Path(__file__).parents[2]
GOOD = make.HERE / "good"
LOADERS = ROOT / ".tools" / "loaders" / "bin"
DAY = date(2026, 11, 24)
DERIVED = ("CARD.md", "README.md", "croissant.json", "provenance.json")

RECIPE = Recipe(
    name="office",
    purpose="evaluate_models",
    seed=7,
    split=Split(by=By.FAMILY, train=0.5, validation=0.25, test=0.25),
    cap=0.3,
    decontaminate=Decontaminate(list="tasks.txt", sha256="5" * 64),
    surrogates=True,
)
LINEAGE = Lineage(
    recipe="office",
    recipe_hash=RECIPE.hash,
    seed=7,
    policy="6" * 64,
    purpose="evaluate_models",
    batches=("a" * 64, "b" * 64),
    approvals=(f"assemble {'c' * 64} privacy_officer worker_representative",),
    tombstones=("d" * 32,),
    dropped={"in_a_benchmark": 2, "fewer_steps": 1},
    episodes=7,
    examples=4,
    made_with=RECIPE,
)


def write_release(folder: Path) -> Facts:
    """A programme's release of four examples in three parts, with all documents."""
    approved = make.ours()
    text = Bundle(FORMAT, approved.policy, approved.cedar, tuple(sorted(approved.capabilities))).text
    found = read_records(GOOD / "data" / "train-00000.parquet")
    parts = ("train", "train", "validation", "test")
    records = [msgspec.structs.replace(one, split=part) for one, part in zip(found, parts, strict=True)]
    report = msgspec.json.decode((GOOD / "attack-report.json").read_bytes(), type=redteam.Report)
    report = msgspec.structs.replace(report, private=False, people=5, content=content_hash(records))
    true = facts("office", records, approved.policy, hashlib.sha256(text.encode()).hexdigest(), report, LINEAGE)
    for part in layout.SPLITS:
        for name in ("data", "exports/trl_sft", "exports/openai_chat"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        own = [record for record in records if record.split == part]
        write_records(own, folder / f"data/{part}-00000.parquet")
        rows = [sft(record.example) for record in own]
        write_json_rows(rows, ("messages", "tools"), folder / f"exports/trl_sft/{part}-00000.parquet")
        (folder / f"exports/openai_chat/{part}.jsonl").write_bytes(b"".join(msgspec.json.encode(row) for row in rows))
    shutil.copytree(GOOD / "exports" / "atif", folder / "exports" / "atif")
    (folder / "policy.json").write_text(text, encoding="utf-8")
    (folder / "attack-report.json").write_bytes(report.json)
    (folder / "lineage.json").write_bytes(lineage_json(LINEAGE))
    (folder / "card.json").write_bytes(card_json(true))
    write_documents(folder, true, LINEAGE, DAY)
    (folder / "manifest.json").write_bytes(msgspec.json.encode({"day": DAY}))
    return true


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents") / "release"
    write_release(folder)
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "release"))


def verify(folder: Path) -> list[documents.Mismatch]:
    return documents.verify_card((folder / "card.json").read_bytes(), folder)


def where(folder: Path) -> set[str]:
    return {mismatch.where for mismatch in verify(folder)}


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The single values in JSON, each with the keys that lead to it."""
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(part, (*path, key))
    else:
        yield path, value


def changed(value: Any) -> Any:
    """Another value of the same type: a number that is another one, a text with other digits."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, float):
        return 0.25 if value != 0.25 else 0.75
    if isinstance(value, int):
        return value + 1
    return re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), str(value))


def put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = new


def good() -> Facts:
    return msgspec.json.decode((GOOD / "card.json").read_bytes(), type=Facts)


def test_a_card_is_queried_from_data_policy_and_report(tmp_path: Path) -> None:
    with make.filled(tmp_path, make.mine(), {make.OWNER: [make.day()]}) as handle:
        make.built(handle, make.OWNER)
        report = redteam.run(handle, make.NAME, make.owner())
        card = documents.card(handle, make.NAME, make.owner(), report)
        said = json.loads(card.json)
        contents = said["contents"]
        train = contents["parts"].pop("train")
        assert (train["examples"], train["steps"], train["families"], train["screens"]) == (4, 9, 2, 3)
        assert train["tools"]["counts"] == contents["actions"] and train["apps"]["top"] == 0.75
        assert contents | {"content": ""} == {
            "content": "",
            "examples": 4,
            "steps": 9,
            "screens": 4,
            "families": 2,
            "parts": {},
            "actions": {"click": 2, "double_click": 1, "hotkey": 3, "switch_app": 1, "type_text": 2},
            "roles": {"button": 2, "listitem": 1, "textbox": 2},
            "commands": {"save": 2, "save_as": 1, "undo": 1},
            "categories": {"files": 1},
            "apps": {"mousepad": 3, "pcmanfm": 1},
            "weeks": {"2026-W48": 4},
            "lengths": {"from 02": 4},
            "outcomes": {"completed": 2, "unknown": 2},
            "preferred": {"none": 4},
            "labels": {
                "by_menu": 1,
                "by_shortcut": 3,
                "completed": 2,
                "dialog_cancelled": 1,
                "erase_burst": 1,
                "undo_episode": 1,
            },
            "rules": {
                "by_menu": {"command_by_click": 1},
                "by_shortcut": {"command_by_hotkey": 3},
                "completed": {"completion_last": 2},
                "dialog_cancelled": {"dialog_then_cancel": 1},
                "erase_burst": {"erased_4_of_a_short_text": 1},
                "undo_episode": {"undo_command": 1},
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


def test_the_lineage_of_a_build_is_told_and_verified(tmp_path: Path) -> None:
    with make.filled(tmp_path, make.mine(), {make.OWNER: [make.day()]}) as handle:
        make.built(handle, make.OWNER)
        lineage = built_from(handle, make.NAME, make.owner())
        report = redteam.run(handle, make.NAME, make.owner())
        records = assemble.records(handle, make.NAME, make.owner())
        approved = handle.approved
    assert lineage is not None
    true = facts(make.NAME, records, approved.policy, approved.hash, report, lineage)
    assert true.made is not None and true.purposes == ("personal_use",)
    assert (true.made.batches, true.made.episodes, true.made.recipe_hash) == (1, 4, lineage.made_with.hash)
    assert true.made.lineage == hashlib.sha256(lineage_json(lineage)).hexdigest()


def test_the_text_has_every_number_and_the_front_matter_is_plain_yaml() -> None:
    markdown = render(good()).markdown
    head, text = markdown.removeprefix("---\n").split("\n---\n", 1)
    assert all(": " in line or line.endswith(":") or line.lstrip().startswith("- ") for line in head.splitlines())
    for name, count in good().contents.actions.items():
        assert f"| {name} | {count} |" in text
    for signal, rules in good().contents.rules.items():
        for rule, count in rules.items():
            assert f"| {signal} | {rule} | {count} |" in text
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
    places = [mismatch.where for mismatch in documents.verify_card(card, folder)]
    assert [place for place in places if not place.startswith("croissant.")] == []  # ids and order are no facts
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
    for text in (
        b"",
        b"{}",
        b"\xff",
        b'{"name": 3}',
        (GOOD / "card.json").read_bytes().replace(b"{", b'{"more":1,', 1),
    ):
        with pytest.raises(FormatError):
            documents.verify_card(text, GOOD)
    huge = (GOOD / "card.json").read_bytes().replace(b'"steps":9', b'"steps":' + b"9" * 30)
    assert "contents.steps" in {mismatch.where for mismatch in documents.verify_card(huge, GOOD)}


def test_facts_are_the_same_for_the_same_data() -> None:
    records = read_records(GOOD / "data" / "train-00000.parquet")
    report = msgspec.json.decode((GOOD / "attack-report.json").read_bytes(), type=redteam.Report)
    built = GOOD / "lineage.json"
    lineage = msgspec.json.decode(built.read_bytes(), type=Lineage) if built.exists() else None
    approved = make.mine()
    assert facts(make.NAME, records, approved.policy, approved.hash, report, lineage) == good()


def test_a_release_with_all_its_documents_holds(written: Path) -> None:
    assert verify(written) == []


def test_every_number_of_the_card_is_derived_again(folder: Path) -> None:
    said = json.loads((folder / "card.json").read_text())
    numbers = [(path, value) for path, value in leaves(said) if isinstance(value, int | float)]
    assert len(numbers) > 100
    for path, value in numbers:
        card = json.loads((folder / "card.json").read_text())
        put(card, path, changed(value))
        try:
            found = documents.verify_card(json.dumps(card).encode(), folder)
        except FormatError:
            continue  # it is not even a card any more
        assert ".".join(map(str, path)) in {mismatch.where for mismatch in found}


def test_bytes_that_the_board_did_not_sign_are_noticed(folder: Path) -> None:
    card = (folder / "card.json").read_bytes()
    assert [found.where for found in documents.verify_card(card + b" ", folder)] == ["card.json"]


@pytest.mark.parametrize("name", ["croissant", "provenance"])
def test_every_value_of_the_derived_documents_is_derived_again(folder: Path, name: str) -> None:
    path = folder / f"{name}.json"
    document = json.loads(path.read_text())
    told = [(where, value) for where, value in leaves(document) if value != changed(value)]
    assert len(told) > 15
    for where_, value in told:
        put(document, where_, changed(value))
    path.write_text(json.dumps(document))
    found = {mismatch.where: mismatch for mismatch in verify(folder)}
    for where_, value in told:
        mismatch = found[".".join(map(str, (name, *where_)))]
        assert (mismatch.said, mismatch.found) == (str(changed(value)), str(value))


@pytest.mark.parametrize("name", CARD_TEXTS)
def test_every_number_of_the_text_is_derived_again(folder: Path, name: str) -> None:
    lines = (folder / name).read_text().splitlines()
    for number, line in enumerate(lines):
        if line != changed(line):
            (folder / name).write_text("\n".join([*lines[:number], changed(line), *lines[number + 1 :], ""]))
            assert documents.Mismatch(f"{name}:{number + 1}", changed(line), line) in verify(folder)


@pytest.mark.parametrize("key", ["batches", "dropped", "episodes", "examples", "seed", "purpose", "recipe_hash"])
def test_another_lineage_is_noticed(folder: Path, key: str) -> None:
    other = {
        "batches": ("a" * 64,),
        "dropped": {"in_a_benchmark": 3},
        "episodes": 8,
        "examples": 5,
        "seed": 8,
        "purpose": "train_models",
        "recipe_hash": "e" * 64,
    }
    (folder / "lineage.json").write_bytes(lineage_json(msgspec.structs.replace(LINEAGE, **{key: other[key]})))
    assert "made.lineage" in where(folder)


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"examples": 5, "episodes": 8}, "lineage.examples"),
        ({"episodes": 9}, "lineage.episodes"),
        ({"seed": 8}, "lineage.seed"),
        ({"recipe": "other"}, "lineage.recipe"),
        ({"recipe_hash": "e" * 64}, "lineage.recipe_hash"),
    ],
)
def test_a_lineage_that_is_not_of_these_data_is_noticed(folder: Path, wrong: dict[str, Any], at: str) -> None:
    lineage = msgspec.structs.replace(LINEAGE, **wrong)
    records = [record for path in sorted(folder.glob("data/*")) for record in read_records(path)]
    report = msgspec.json.decode((folder / "attack-report.json").read_bytes(), type=redteam.Report)
    bundle = msgspec.json.decode((folder / "policy.json").read_bytes(), type=Bundle)
    hashed = hashlib.sha256((folder / "policy.json").read_bytes()).hexdigest()
    true = facts("office", records, bundle.policy, hashed, report, lineage)
    (folder / "lineage.json").write_bytes(lineage_json(lineage))
    (folder / "card.json").write_bytes(card_json(true))
    write_documents(folder, true, lineage, DAY)
    assert where(folder) == {at}


@pytest.mark.parametrize("name", ["lineage.json", "manifest.json", *DERIVED])
def test_a_paper_that_is_missing_or_damaged_is_noticed(folder: Path, name: str) -> None:
    data = (folder / name).read_bytes()
    if name.endswith(".json"):
        (folder / name).write_bytes(b"{" + data)
        with pytest.raises(FormatError, match="cannot be checked"):
            verify(folder)
    (folder / name).unlink()
    with pytest.raises(FormatError, match="cannot be checked"):
        verify(folder)


@pytest.mark.parametrize(
    "name", ["exports/openai_chat/test.jsonl", "exports/trl_sft/train-00000.parquet", "policy.json"]
)
def test_croissant_knows_every_file_by_its_hash(folder: Path, name: str) -> None:
    if name.endswith(".parquet"):
        shutil.copyfile(folder / "exports/trl_sft/test-00000.parquet", folder / name)
    else:
        with (folder / name).open("ab") as file:
            file.write(b" ")
    if name == "policy.json":
        assert "terms.policy" in where(folder)
    place = [one["@id"] for one in json.loads((folder / "croissant.json").read_text())["distribution"]].index(name)
    assert {f"croissant.distribution.{place}.{what}" for what in ("sha256", "contentSize")} <= where(folder)


def test_an_export_that_is_not_parquet_is_noticed(folder: Path) -> None:
    (folder / "exports/trl_sft/train-00000.parquet").write_bytes(b"PAR1")
    with pytest.raises(FormatError, match="not Parquet"):
        verify(folder)


def test_a_file_that_was_added_is_noticed(folder: Path) -> None:
    (folder / "exports" / "more.jsonl").write_bytes(b"{}\n")
    assert any(place.startswith("CARD.md:") for place in where(folder))


def test_what_is_allowed_and_what_never_is_are_odrl(written: Path) -> None:
    offer = json.loads((written / "croissant.json").read_text())["usageInfo"]

    def purposes(kind: str) -> list[str]:
        return [rule["odrl:constraint"]["odrl:rightOperand"]["@id"] for rule in offer[kind]]

    assert purposes("odrl:permission") == ["urn:glasswork:purpose:evaluate_models"]
    assert purposes("odrl:prohibition") == ["urn:glasswork:purpose:individual_evaluation"]


def test_a_private_build_must_not_be_passed_on() -> None:
    offer = croissant(good(), None, DAY, {}, {})["usageInfo"]
    assert {"@id": "odrl:distribute"} in [rule["odrl:action"] for rule in offer["odrl:prohibition"]]


def test_all_properties_of_rai_are_there_and_what_nobody_knows_is_open(written: Path) -> None:
    said = json.loads((written / "croissant.json").read_text())
    rai = {name: value for name, value in said.items() if name.startswith("rai:")}
    assert len(rai) == 20 and all(rai.values())
    assert rai["rai:dataSocialImpact"].startswith("Open: ")
    assert rai["rai:dataCollectionTimeframe"] == ["2026-11-23", "2026-11-29"]


def test_the_origin_names_batches_and_roles_and_no_person(written: Path) -> None:
    said = json.loads((written / "provenance.json").read_text())
    assert len(said) == 22 + 1
    prov = said["prov"]
    assert {pair["prov:usedEntity"] for pair in prov["wasDerivedFrom"].values()} == {
        f"sha256:{batch}" for batch in LINEAGE.batches
    }
    assert {agent["prov:label"] for agent in prov["agent"].values()} == {
        "participant",
        "controller",
        "privacy_officer",
        "worker_representative",
    }
    for relation in ("wasGeneratedBy", "used", "wasDerivedFrom", "wasAttributedTo"):
        for pair in prov[relation].values():
            for end in pair.values():
                assert any(end in prov[kind] for kind in ("entity", "activity", "agent"))


def test_the_text_says_how_it_was_made(written: Path) -> None:
    text = (written / "README.md").read_text()
    for said in (
        "Split by family (train 50 %, validation 25 %, test 25 %)",
        "similarity of 0.8 or more, MinHash over 3-grams",
        f"SHA-256 `{'5' * 64}`",
        "Dropped: 2 episodes.",
        "none more than 30 % of all",
        "Of 7 episodes, 3 are in no example: 1 fewer steps, 2 in a benchmark.",
        "values are surrogates",
        "Participant-days that were erased, as somebody wished: 1.",
        "  - {split: validation, path: exports/trl_sft/validation-*.parquet}",
        'trl_sft = load_dataset(FOLDER, "trl_sft")  # train, validation, test',
        "| openai_chat | test | `exports/openai_chat/test.jsonl` |",
        "| atif | all | `exports/atif/*.json` |",
    ):
        assert said in text


def test_the_names_of_files_say_what_is_in_them() -> None:
    files = [
        "data/test-00000.parquet",
        "data/train-00000.parquet",
        "data/train-00001.parquet",
        "exports/atif/0a.json",
        "exports/llama_factory/dataset_info.json",
        "exports/llama_factory/train.jsonl",
        "exports/trl_sft.parquet",
        "card.json",
    ]
    assert [(table.format, table.split, table.pattern) for table in layout.tables(files)] == [
        ("canonical", "train", "data/train-*.parquet"),
        ("canonical", "test", "data/test-*.parquet"),
        ("llama_factory", "train", "exports/llama_factory/train.jsonl"),
        ("trl_sft", "train", "exports/trl_sft.parquet"),
    ]
    assert list(layout.configs(files)) == ["canonical", "trl_sft"]
    assert layout.loose(files) == {
        "exports/atif/*.json": "application/json",
        "exports/llama_factory/*.json": "application/json",
    }


anything = st.builds(
    Record,
    example=st.builds(
        Example,
        id=labels,
        goal=labels,
        steps=st.lists(
            st.builds(
                Step,
                observation=labels,
                tool=st.sampled_from(w.ActionKind),
                arguments=st.dictionaries(st.sampled_from(["role", "command", "category", "label"]), labels),
            ),
            max_size=3,
        ).map(tuple),
        outcome=labels,
        week=labels | st.just("2026-W48"),
        labels=st.lists(
            st.builds(Label, st.sampled_from(Signal), labels, st.floats(0, 1), st.integers(0, 9), st.integers(0, 9)),
            max_size=3,
        ).map(tuple),
        family=labels,
        preferred=st.sampled_from(w.Preference),
        screens=st.lists(screens, max_size=2).map(tuple),
    ),
    apps=st.lists(labels, max_size=2).map(tuple),
    suppressed=st.integers(0, 2**32 - 1),
    scope=st.sampled_from(w.Scope),
    policy=labels,
    basis=labels,
    split=st.sampled_from(layout.SPLITS) | labels,
)


@settings(max_examples=50, deadline=None)
@given(st.lists(anything, max_size=4), st.booleans())
def test_every_document_can_be_made_of_any_records(records: list[Record], known: bool) -> None:
    report = msgspec.json.decode((GOOD / "attack-report.json").read_bytes(), type=redteam.Report)
    lineage = LINEAGE if known else None
    true = facts("office", records, make.ours().policy, "0" * 64, report, lineage)
    card = render(true)
    assert msgspec.json.decode(card.json, type=Facts) == true
    head, text = card.markdown.removeprefix("---\n").split("\n---\n", 1)
    assert "tags: [computer-use, agent, trajectories]" in head.split("\n")
    expected = [line for line in text.split("\n") if line.startswith("#")]
    assert expected == [line for line in render(good()).markdown.split("\n") if line.startswith("#")]
    widths = [len(re.findall(r"(?<!\\)\|", line)) for line in text.split("\n") if line.startswith("|")]
    assert all(width >= 3 for width in widths)
    for document in (croissant(true, lineage, DAY, {}, {}), provenance(true, lineage, DAY, [])):
        assert json.loads(msgspec.json.encode(document)) == document


def test_no_document_repeats_what_an_example_says() -> None:
    """Counts are told, and words of closed vocabularies: no goal, observation, label or family."""
    [one, *_] = read_records(GOOD / "data" / "train-00000.parquet")
    step = Step(observation="CANARY seen", tool="click", arguments={"label": "CANARY label", "role": "button"})
    example = Example(id="CANARY", goal="CANARY goal", steps=(step,), outcome="unknown", week="", family="CANARY kin")
    report = msgspec.json.decode((GOOD / "attack-report.json").read_bytes(), type=redteam.Report)
    records = [msgspec.structs.replace(one, example=example)]
    true = facts("office", records, make.ours().policy, "0" * 64, report, LINEAGE)
    card = render(true)
    derived = (croissant(true, LINEAGE, DAY, {}, {}), provenance(true, LINEAGE, DAY, []))
    assert "CANARY" not in "".join([card.json.decode(), card.markdown, *map(json.dumps, derived)])


YAML = """
import json, sys
from datasets import load_dataset
from huggingface_hub import DatasetCard
card = DatasetCard.load(sys.argv[1] + "/README.md", ignore_metadata_errors=False).data.to_dict()
rows = {}
for config in card["configs"]:
    name = config["config_name"]
    rows[name] = {split: len(found) for split, found in load_dataset(sys.argv[1], name).items()}
print(json.dumps({"card": card, "rows": rows}))
"""

CROISSANT = """
import json, sys
import mlcroissant
read = mlcroissant.Dataset(jsonld=sys.argv[1] + "/croissant.json")
issues = read.metadata.ctx.issues
sets = {one.uuid: [row for row in read.records(one.uuid)] for one in read.metadata.record_sets}
print(json.dumps({
    "issues": [*issues.errors, *issues.warnings],
    "rows": {name: len(rows) for name, rows in sets.items()},
    "ids": sorted(row["canonical/id"].decode() for row in sets["canonical"]),
    "use": read.metadata.data_use_cases,
}))
"""

needs_loaders = pytest.mark.skipif(
    not (LOADERS / "mlcroissant").exists(), reason="the loaders' environment is not there: run `make loaders`"
)


def run(arguments: list[str], scratch: Path) -> str:
    """Run a program of the loaders' environment, offline; what it prints last."""
    quiet = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(scratch), "HOME": str(scratch)}
    environment = {"PATH": os.environ["PATH"], **quiet}
    done = subprocess.run(
        arguments, cwd=scratch, env=environment, capture_output=True, text=True, timeout=250, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return (done.stdout.splitlines() or [""])[-1]


@pytest.mark.slow
@needs_loaders
def test_hubs_read_the_front_matter_and_load_every_config(written: Path, tmp_path: Path) -> None:
    found = json.loads(run([str(LOADERS / "python"), "-c", YAML, str(written)], tmp_path))
    assert found["card"]["pretty_name"] == "office" and found["card"]["size_categories"] == ["n<1K"]
    parts = {"train": 2, "validation": 1, "test": 1}
    assert found["rows"] == {"canonical": parts, "trl_sft": parts}


@pytest.mark.slow
@needs_loaders
def test_mlcroissant_validates_and_reads_the_records(written: Path, tmp_path: Path) -> None:
    run([str(LOADERS / "mlcroissant"), "validate", "--jsonld", str(written / "croissant.json")], tmp_path)
    found = json.loads(run([str(LOADERS / "python"), "-c", CROISSANT, str(written)], tmp_path))
    records = [record for path in written.glob("data/*") for record in read_records(path)]
    assert found == {
        "issues": [],
        "rows": {"splits": 3, "canonical": 4, "trl_sft": 4},
        "ids": sorted(record.example.id for record in records),
        "use": ["evaluate_models: testing how well a model does such tasks"],
    }
