"""Assemble: examples, tools, formats and builds."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from glasswork import assemble, refine, vault
from glasswork.assemble import atif, parquet, trl
from glasswork.assemble.building import record
from glasswork.assemble.errors import NameInvalid, NotBuilt
from glasswork.assemble.examples import NOTES, Refusal, arguments, example
from glasswork.assemble.generalise import common, generalise, words_of
from glasswork.assemble.observe import tree
from glasswork.assemble.record import Record, with_id
from glasswork.assemble.tools import ARGUMENTS, TOOLS, definitions
from glasswork.refine.describe import describe
from glasswork.refine.segment import MARKERS
from glasswork.schema import words as w
from glasswork.schema.action import Action, Element, Node, Screen, Value
from glasswork.schema.batch import Batch
from glasswork.schema.episode import Episode
from glasswork.schema.errors import FormatError
from labelled import labels
from vectors.release import make


def episode(*actions: Action, screens: tuple[Screen, ...] = ()) -> Episode:
    found = labels(actions, screens)
    return describe(
        Episode(id="e", week="2026-W48", scope=w.Scope.SELF, policy="", actions=actions, screens=screens, labels=found)
    )


def office() -> Record:
    made = record(episode(*make.day().actions[:6], screens=make.day().screens))
    assert isinstance(made, Record)
    return made


def test_a_screen_is_a_tree_with_references() -> None:
    screen = Screen(
        (Node(w.Role.WINDOW, 0), Node(w.Role.TOOLBAR, 1), Node(w.Role.BUTTON, 2, 'say "so"\n')), w.CountBucket.TO_3
    )
    assert tree(screen) == '[e1] window\n  [e2] toolbar\n    [e3] button "say \\"so\\"\\n"\n(2-3 more)'


def test_the_observation_is_the_screen_before_the_action() -> None:
    made = example(episode(*make.day().actions[9:], screens=make.day().screens))
    assert not isinstance(made, Refusal)
    before_save_as, before_cancel = (step.observation for step in made.steps)
    assert before_save_as.startswith("[e1] window") and before_cancel.startswith("[e1] dialog")


def test_markers_are_notes_and_never_tools() -> None:
    steps = office().example.steps
    assert [step.tool for step in steps] == ["type_text", "hotkey", "hotkey", "switch_app", "double_click"]
    assert steps[4].observation == NOTES[w.ActionKind.SUPPRESSED]
    assert office().suppressed == 1


@pytest.mark.parametrize(
    ("kinds", "refusal"),
    [
        ([w.ActionKind.SUPPRESSED, w.ActionKind.SUPPRESSED], Refusal.ONLY_SUPPRESSED),
        ([w.ActionKind.CLICK, w.ActionKind.SUPPRESSED], Refusal.TOO_SHORT),
        ([w.ActionKind.LOST, w.ActionKind.GAP], Refusal.TOO_SHORT),
    ],
)
def test_too_little_is_no_example(kinds: list[w.ActionKind], refusal: Refusal) -> None:
    assert example(episode(*(Action(kind=kind) for kind in kinds))) is refusal


def test_every_kind_but_the_markers_is_a_tool() -> None:
    assert [definition["function"]["name"] for definition in definitions()] == list(TOOLS)
    assert TOOLS.keys() == set(w.ActionKind) - set(MARKERS)
    assert {name for _, names in TOOLS.values() for name in names} == ARGUMENTS


def test_arguments_have_no_key_without_a_value() -> None:
    everything = Action(
        kind=w.ActionKind.TYPE_TEXT,
        modality=w.Modality.KEYBOARD,
        element=Element(w.Role.TEXTBOX, "name", w.ElementClass.EDIT, key=7, node=2, box=(1, 2, 3, 4)),
        value=Value(4, w.ValueKind.EMAIL, w.LengthBucket.TO_64, w.Origin.PASTED),
        erased=w.CountBucket.TO_15,
        pace=w.Pace.FAST,
    )
    assert arguments(everything) == {
        "ref": "e3",
        "role": "textbox",
        "label": "name",
        "value": "<email_4>",
        "length": "17-64",
        "origin": "pasted",
        "modality": "keyboard",
    }
    secret = msgspec.structs.replace(everything, value=None, element=Element(w.Role.TEXTBOX))
    assert arguments(secret) == {"role": "textbox", "modality": "keyboard"}
    for kind in TOOLS:
        assert arguments(Action(kind=kind)) in ({}, {"category": "other"})


def test_calls_follow_each_other_in_trl() -> None:
    row = trl.sft(office().example)
    roles = [message["role"] for message in row["messages"]]
    assert roles == ["user", *["assistant", "tool"] * 5, "assistant"]
    calls = [m["tool_calls"][0]["id"] for m in row["messages"] if "tool_calls" in m]
    assert calls == [m["tool_call_id"] for m in row["messages"] if m["role"] == "tool"]
    assert row["messages"][0]["content"].startswith(office().example.goal)
    assert row["messages"][-1]["content"] == trl.DONE
    assert all(isinstance(m["tool_calls"][0]["function"]["arguments"], dict) for m in row["messages"][1:-1:2])


def test_a_task_that_was_not_completed_is_not_called_so() -> None:
    unknown = msgspec.structs.replace(office().example, outcome="unknown")
    assert trl.sft(unknown)["messages"][-1]["role"] == "tool"


def test_no_answer_shows_what_comes_after_the_next_action() -> None:
    made = record(episode(*make.day().actions[9:], screens=make.day().screens))
    assert isinstance(made, Record)
    steps = atif.trajectory(made)["steps"]
    assert "dialog" not in steps[0]["message"]
    assert "dialog" in steps[1]["observation"]["results"][0]["content"]
    assert steps[2]["observation"]["results"][0]["content"] == "effect: unknown"


def test_atif_says_that_a_person_did_it() -> None:
    document = atif.trajectory(office())
    assert document["agent"]["extra"] == {"actor_kind": "human"}
    assert {step["llm_call_count"] for step in document["steps"][1:]} == {0}
    assert [step["step_id"] for step in document["steps"]] == list(range(1, 7))


def test_parquet_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    records = [office(), with_id(office(), "other")]
    parquet.write_records(records, tmp_path / "a.parquet")
    assert parquet.read_records(tmp_path / "a.parquet") == records
    schema = pq.read_schema(tmp_path / "a.parquet")
    assert str(schema.field("steps").type) == str(schema.field("labels").type) == "extension<arrow.json>"
    parquet.write_records([], tmp_path / "none.parquet")
    assert parquet.read_records(tmp_path / "none.parquet") == []


@pytest.mark.parametrize("damage", ["truncated", "not_parquet", "other_columns", "other_json", "null", "absent"])
def test_other_parquet_is_refused(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_records([office()], path)
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:-100])
    elif damage == "not_parquet":
        path.write_bytes(b"PAR1" * 100)
    elif damage == "other_columns":
        parquet.write_json_rows([{"messages": []}], ["messages"], path)
    elif damage == "other_json":
        pq.write_table(pq.read_table(path).set_column(4, "steps", pa.array(['[{"tool": "hunter2"}]'])), path)
    elif damage == "null":
        pq.write_table(pq.read_table(path).set_column(4, "steps", pa.array([None], pa.string())), path)
    else:
        path.unlink()
    with pytest.raises(FormatError, match=r"a\.parquet") as caught:
        parquet.read_records(path)
    assert "hunter2" not in str(caught.value)


def test_the_content_hash_knows_neither_ids_nor_order() -> None:
    one, two = office(), msgspec.structs.replace(office(), suppressed=9)
    assert assemble.content_hash([one, two]) == assemble.content_hash([with_id(two, "x"), with_id(one, "y")])
    assert len({assemble.content_hash(some) for some in ([], [one], [two], [one, one], [one, two])}) == 5


def test_rare_words_become_what_many_have() -> None:
    task = Action(kind=w.ActionKind.TASK, task="Quarter")
    one = episode(task, *make.day().actions[:6], screens=make.day().screens)
    words = words_of(one)
    assert words == {("label", "edit"), ("label", "save"), ("label", "name"), ("label", "cancel")} | {
        ("app", "mousepad"),
        ("app", "pcmanfm"),
        ("task", "Quarter"),
    }
    kept = common([(0, words), (1, words - {("task", "Quarter"), ("app", "pcmanfm")}), (1, words)], 2)
    assert kept == words
    assert common([(0, words), (0, words)], 2) == set()
    bare = generalise(one, set())
    assert words_of(bare) == {("app", "editor"), ("app", "files")}
    assert "Quarter" not in bare.goal and bare.title
    assert generalise(one, words) == one


def names_in(tree: Any) -> set[str]:
    """Every string in JSON."""
    if isinstance(tree, dict):
        return set().union(*map(names_in, [*tree.keys(), *tree.values()]))
    if isinstance(tree, list):
        return set().union(*map(names_in, tree))
    return {tree} if isinstance(tree, str) else set()


def test_a_programme_generalises_what_too_few_have(tmp_path: Path) -> None:
    many = {f"p-{n}": [make.day()] for n in range(5)}
    rare = Batch(
        (
            Action(kind=w.ActionKind.SWITCH_APP, app="xterm", category=w.AppCategory.TERMINAL),
            make.hotkey(w.Command.COPY, screen=-1, app="xterm", category=w.AppCategory.TERMINAL),
        )
    )
    with make.filled(tmp_path, make.ours(), {**many, "p-0": [make.day(), rare]}) as handle:
        refine.run(handle, make.job(w.Zone.ACTIONS))
        done = assemble.build(handle, make.job(w.Zone.EPISODES), "all")
        assert (done.examples, done.episodes, done.dropped) == (21, 21, {})
        shared = vault.dataset(handle, w.Zone.DATASETS, "all")
        frames = list(vault.open(handle, shared, "release", make.job(w.Zone.DATASETS)))
        words = names_in([json.loads(text) for frame in frames for text in frame["steps"]])
        assert "pcmanfm" in words and "xterm" not in words and "terminal" in words
        assert {app for frame in frames for apps in frame["apps"] for app in apps} == {
            "mousepad",
            "pcmanfm",
            "terminal",
        }


def test_a_private_build_is_for_its_owner_alone_and_keeps_their_words(tmp_path: Path) -> None:
    with make.filled(tmp_path, make.ours(), {make.OWNER: [make.day()], "p-two": [make.day()]}) as handle:
        made = make.built(handle, make.OWNER)
        assert made.examples == 4
        mine = assemble.records(handle, make.NAME, make.owner())
        assert {app for one in mine for app in one.apps} == {"mousepad", "pcmanfm"}
        with pytest.raises(NotBuilt):
            assemble.records(handle, make.NAME, make.owner("p-two"))
        with pytest.raises(NotBuilt):
            assemble.records(handle, make.NAME, make.job(w.Zone.DATASETS))


@pytest.mark.parametrize("name", ["", "Office", "a.private", "../x", "a" * 49, "-a"])
def test_names_are_plain(tmp_path: Path, name: str) -> None:
    with make.filled(tmp_path, make.mine(), {}) as handle, pytest.raises(NameInvalid):
        assemble.build(handle, make.job(w.Zone.EPISODES, make.OWNER), name)


def test_nothing_becomes_an_empty_data_set(tmp_path: Path) -> None:
    with make.filled(tmp_path, make.mine(), {}) as handle:
        assert assemble.build(handle, make.job(w.Zone.EPISODES, make.OWNER), "none").examples == 0
        with pytest.raises(NotBuilt):
            assemble.records(handle, "none", make.owner())
