"""Pairs: what makes one, what keeps it from being one, the rows that trainers read, and what judges say."""

import json
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest

from glasswork.assemble import packs, trl
from glasswork.assemble.errors import NoJudgements
from glasswork.assemble.kept import FAMILY, GROUP, Group, settled, trim
from glasswork.assemble.pair import HISTORY, Kind, Pair, Reason, Rejected
from glasswork.assemble.pairs import Unpaired, pairs, unpaired, weighed, yields
from glasswork.assemble.parquet import write_json_rows
from glasswork.assemble.record import Record
from glasswork.assemble.ways import SAID, SAID_OF_ONE
from glasswork.redteam.fields import faults_of
from glasswork.schema.episode import Example, Label, Signal, Source, Step
from glasswork.schema.errors import FormatError
from glasswork.schema.words import Preference, Scope

FORM = '[e1] window\n  [e2] textbox "to"\n  [e3] button "send"\n  [e4] link "help"'
DIALOG = '[e1] dialog\n  [e2] button "cancel"'
FAMILY_ID = "0123456789abcdef"


def step(tool: str = "click", label: str = "send", seen: str = FORM, effect: str = "changed", **more: str) -> Step:
    return Step(observation=seen, tool=tool, arguments={"label": label} | more, effect=effect, screen=0 if seen else -1)


def label(signal: Signal, start: int, end: int, rule: str = "a_rule", sure: float = 0.8) -> Label:
    return Label(signal, rule, sure, start, end)


def record(*steps: Step, labels: tuple[Label, ...] = (), completed: bool = True, **more: object) -> Record:
    done = (label(Signal.COMPLETED, len(steps) - 1, len(steps), "completion_last", 0.95),) if completed else ()
    split = str(more.pop("split", "train"))
    fields = {
        "id": "e",
        "goal": "Send a message.",
        "steps": steps,
        "outcome": "completed" if completed else "unknown",
        "week": "2026-W48",
        "labels": (*labels, *done),
    }
    example = Example(**fields | more)  # type: ignore[arg-type]
    return Record(example=example, apps=(), suppressed=0, scope=Scope.SELF, policy="", basis="", split=split)


HELP, SEND = step(label="help", ref="e4"), step(label="send", ref="e3")
DEAD = record(HELP, SEND, labels=(label(Signal.DEAD_CLICK, 0, 1),))


def reasons(*records: Record) -> dict[str, dict[str, int]]:
    return yields(weighed(records)).rejected


def recovered(made: Record) -> Pair | str:
    """The one recovery in a record, or why there is none."""
    item = next(item for item in weighed([made]) if item.kind is Kind.ERROR_RECOVERY)
    return item if isinstance(item, Pair) else str(item.reason)


def test_what_followed_a_dead_click_is_better_than_the_click() -> None:
    (pair,) = pairs([DEAD])
    assert [s.arguments["label"] for s in (*pair.chosen, *pair.rejected)] == ["send", "help"]
    assert pair.evidence == "dead_click a_rule completed completion_last"
    assert pair.confidence == round(0.8 * 0.95, 4)
    assert (pair.kind, pair.source, pair.split) == (Kind.ERROR_RECOVERY, Source.RULE, "train")
    assert pair.prompt.observation == FORM and pair.prompt.before == ()


def test_an_undo_points_at_what_it_took_back() -> None:
    typed = step("type_text", "to", value="<text_1>")
    undo = step("hotkey", "", command="undo")
    made = record(step(label="to"), typed, step("scroll", "", direction="down"), undo, SEND, labels=(
        label(Signal.UNDO_EPISODE, 3, 4),))  # fmt: skip
    pair = recovered(made)
    assert isinstance(pair, Pair)
    assert [s.tool for s in pair.rejected] == ["type_text", "scroll"]
    assert [s.arguments["label"] for s in pair.prompt.before] == ["to"]
    unknown = msgspec.structs.replace(undo, arguments={"command": "undo", "amount": "2-3"})
    assert recovered(record(typed, unknown, SEND, labels=(label(Signal.UNDO_EPISODE, 1, 2),))) == "amount_unknown"
    assert recovered(record(HELP, undo, SEND, labels=(label(Signal.UNDO_EPISODE, 1, 2),))) == "nothing_undone"


def test_a_cancelled_dialog_begins_with_what_opened_it() -> None:
    cancel = step(label="cancel", seen=DIALOG)
    opened, closed = step("open", "", seen=DIALOG), step("close", "", seen=FORM)
    pair = recovered(record(HELP, opened, cancel, closed, SEND, labels=(label(Signal.DIALOG_CANCELLED, 1, 4),)))
    assert isinstance(pair, Pair)
    assert [s.tool for s in pair.rejected] == ["click", "open", "click", "close"]
    assert pair.chosen == (msgspec.structs.replace(SEND, screen=-1),)


def test_going_back_begins_with_the_link_and_goes_on_after_the_page_is_back() -> None:
    page = step("navigate", "", seen="[e1] document"), step(label="back", seen="[e1] document")
    pair = recovered(record(HELP, *page, step("navigate", ""), SEND, labels=(label(Signal.QUICK_BACK, 1, 3),)))
    assert isinstance(pair, Pair)
    assert (len(pair.rejected), pair.chosen[0].arguments["label"]) == (3, "send")


def test_an_overwrite_is_a_choice_only_where_the_value_was_known() -> None:
    copied = step("hotkey", "", command="copy", value="<text_2>", seen=DIALOG)
    wrong, right = (step("type_text", "to", value=f"<text_{n}>", length="1-16") for n in (1, 2))
    spans = (label(Signal.OVERWRITE, 1, 4),)
    pair = recovered(record(copied, wrong, HELP, right, SEND, labels=spans))
    assert isinstance(pair, Pair)
    assert [s.arguments["value"] for s in (*pair.chosen, *pair.rejected)] == ["<text_2>", "<text_1>"]
    assert recovered(record(HELP, wrong, HELP, right, SEND, labels=spans)) == "alike"


def test_a_loop_is_left_by_something_else() -> None:
    loop = (label(Signal.RETRY_LOOP, 0, 3),)
    assert isinstance(recovered(record(HELP, HELP, HELP, SEND, labels=loop)), Pair)
    assert recovered(record(HELP, HELP, HELP, HELP, labels=loop)) == "alike"
    assert recovered(record(HELP, HELP, HELP, step("scroll", ""), labels=loop)) == "nothing_after"


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (record(HELP, SEND, labels=DEAD.example.labels, goal=""), "no_goal"),
        (record(HELP, SEND, labels=DEAD.example.labels, outcome="abandoned"), "not_completed"),
        (record(SEND, HELP, labels=(label(Signal.DEAD_CLICK, 1, 2),)), "nothing_after"),
        (record(step(seen=""), step(label="help", seen=""), labels=DEAD.example.labels), "no_observation"),
        (record(HELP, step(seen=DIALOG), labels=DEAD.example.labels), "other_state"),
        (record(HELP, step(seen=f"(a pause)\n{FORM}"), labels=DEAD.example.labels), "something_between"),
        (record(HELP, HELP, labels=DEAD.example.labels), "alike"),
        (record(*[HELP] * 9, SEND, labels=(label(Signal.RETRY_LOOP, 0, 9),)), "too_long"),
        (record(HELP, SEND, step(), labels=(*DEAD.example.labels[:1], label(Signal.DEAD_CLICK, 1, 2))), "failed_again"),
    ],
)
def test_what_cannot_be_compared_is_counted(made: Record, reason: str) -> None:
    assert recovered(made) == reason
    assert reasons(made)["error_recovery"][reason] >= 1


def test_what_two_rules_tell_is_one_pair_and_the_surer_one() -> None:
    made = record(HELP, SEND, labels=(label(Signal.RETRY_LOOP, 0, 1, "weak", 0.6), label(Signal.DEAD_CLICK, 0, 1)))
    assert [pair.evidence.split()[0] for pair in pairs([made])] == ["dead_click"]
    assert Rejected(Kind.ERROR_RECOVERY, Reason.FOUND_ALREADY) in weighed([made])


def route(length: int, variant: str = "", **more: object) -> Record:
    ways = [step(label=f"{variant}{n}") for n in range(length - 1)]
    return record(*ways, SEND, family=FAMILY_ID, **more)


def test_the_shorter_way_to_the_same_is_better() -> None:
    (pair,) = pairs([route(9), route(3)])
    assert (len(pair.chosen), len(pair.rejected)) == (3, 9)
    assert "3 steps" in pair.evidence and "9 steps" in pair.evidence
    assert pair.confidence == round(0.95**2, 4)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (route(4), "not_longer"),
        (route(9, split="test"), "no_partner"),
        (route(9, completed=False), "not_completed"),
        (route(9, goal=""), "no_goal"),
        (record(*[HELP] * 8, SEND), "no_family"),
        (record(*[step(seen=DIALOG)] * 9, family=FAMILY_ID), "no_partner"),
    ],
)
def test_ways_that_are_not_comparable_are_no_pair(other: Record, reason: str) -> None:
    assert not list(pairs([route(3), other]))
    assert reason in reasons(route(3), other)["shorter_route"]


def test_a_family_cannot_fill_the_data_set() -> None:
    many = [route(3 + n % 2 * 9, f"{n}-") for n in range(500)]
    found = list(pairs(many))
    assert len(found) == GROUP
    used = [way for pair in found for way in (pair.chosen, pair.rejected)]
    assert len({msgspec.json.encode(way) for way in used}) == 2 * GROUP
    starts = [step(seen=f"[e{n}]") for n in range(20)]
    scattered = [record(start, *made.example.steps, family=FAMILY_ID) for start in starts for made in many[:50]]
    assert yields(weighed(scattered)).pairs == {"shorter_route": FAMILY}


def test_one_error_cannot_fill_the_data_set() -> None:
    many = [record(*DEAD.example.steps, labels=DEAD.example.labels[:1], goal=f"Send {n}.") for n in range(300)]
    assert yields(weighed(many)).pairs == {"error_recovery": GROUP}
    assert reasons(*many)["error_recovery"] == {"enough": 300 - GROUP}
    assert list(pairs(many)) == list(pairs(reversed(many)))
    states = [step(label="help", seen=f"[e{n}]") for n in range(20)]
    vain = (label(Signal.DEAD_CLICK, 0, 1),)
    family = [
        record(s, step(seen=s.observation), labels=vain, family=FAMILY_ID, goal=f"{n}.")
        for s in states
        for n in range(8)
    ]
    assert yields(weighed(family)).pairs["error_recovery"] == FAMILY


def test_which_groups_are_taken_has_nothing_to_do_with_their_order() -> None:
    groups = [Group(Kind.SHORTER_ROUTE, "train", f"{n:016x}", b"") for n in range(100)]

    def taken(order: list[Group]) -> dict[Group, int]:
        seen: dict[Group, int] = {}
        for group in order:
            seen[group] = seen.get(group, 0) + 1
            trim(seen, 10)
        return {group: seen[group] for group in settled(seen, 10)}

    once = taken(groups)
    assert len(once) == 10
    assert taken(groups[::-1]) == once
    assert taken(groups * 3) == taken([group for group in groups for _ in range(3)]) == dict.fromkeys(once, 3)


def test_a_shortcut_is_compared_with_the_menu_from_where_it_was_opened() -> None:
    key = record(
        step("hotkey", "", command="save"), SEND, labels=(label(Signal.BY_SHORTCUT, 0, 1, "command_by_hotkey", 0.95),)
    )
    menu = record(
        HELP, step(label="file", role="menu"), step(label="save", role="menuitem", command="save", seen=DIALOG), SEND,
        labels=(label(Signal.BY_MENU, 2, 3, "command_by_click", 0.95),),
    )  # fmt: skip
    (pair,) = pairs([menu, key])
    assert pair.kind is Kind.SHORTCUT_OVER_MENU
    assert ([s.tool for s in pair.chosen], len(pair.rejected)) == (["hotkey"], 2)
    assert pair.confidence == round(0.95 * 0.95 * 0.5, 4)


def test_a_participant_says_which_way_is_better() -> None:
    named = "Weekly report: send a message."
    better = route(9, goal=named, preferred=Preference.BETTER)
    worse = route(3, goal=named, preferred=Preference.WORSE)
    found = [p for p in pairs([worse, better]) if p.kind is Kind.HUMAN_PREFERENCE]
    assert [(len(p.chosen), len(p.rejected), p.confidence, p.source) for p in found] == [(9, 3, SAID, Source.PERSON)]
    beside = [p for p in pairs([better, route(3, goal=named)]) if p.kind is Kind.HUMAN_PREFERENCE]
    assert [p.confidence for p in beside] == [SAID_OF_ONE]
    assert reasons(better)["human_preference"] == {"no_partner": 1}


def test_an_outcome_stands_on_its_own_unless_it_was_interrupted() -> None:
    assert unpaired(route(3)) == Unpaired(True, "completed completion_last", 0.95)
    left = (label(Signal.ABANDONED, 0, 2, "entered_then_closed"),)
    abandoned = record(HELP, SEND, labels=left, completed=False, outcome="abandoned")
    assert unpaired(abandoned) == Unpaired(False, "abandoned entered_then_closed", 0.8)
    left += (label(Signal.INTERRUPTED, 0, 2),)
    interrupted = record(HELP, SEND, labels=left, completed=False, outcome="abandoned")
    assert unpaired(interrupted) == Rejected(Kind.OUTCOME, Reason.INTERRUPTED)
    assert unpaired(record(HELP, SEND, completed=False)) == Rejected(Kind.OUTCOME, Reason.NOT_COMPLETED)


def test_a_record_with_labels_and_nothing_else_has_no_pairs() -> None:
    assert list(pairs([])) == []
    assert list(pairs([record(SEND, labels=(label(Signal.UNDO_EPISODE, 0, 1),))])) == []


def test_rows_for_dpo_show_the_choice_and_no_screens_in_the_answer() -> None:
    cancel = step(label="cancel", seen=DIALOG, ref="e2")
    made = record(step(label="to", ref="e2"), HELP, cancel, SEND, labels=(label(Signal.DIALOG_CANCELLED, 2, 3),))
    row = trl.dpo(next(pairs([made])))
    user, call, answer = row["prompt"]
    assert user == {"role": "user", "content": "Send a message."}
    assert call["tool_calls"][0]["function"]["arguments"] == {"label": "to"}
    assert answer["content"] == f"effect: changed\n{FORM}"
    assert [m["role"] for m in row["rejected"]] == ["assistant", "tool", "assistant"]
    functions = [m["tool_calls"][0]["function"] for m in row["rejected"] if "tool_calls" in m]
    assert [f["arguments"] for f in functions] == [{"label": "help", "ref": "e4"}, {"label": "cancel"}]
    assert "dialog" not in json.dumps(row["rejected"])
    assert row["rejected"][0]["tool_calls"][0]["id"] == "call_2"
    assert (row["kind"], row["source"]) == ("error_recovery", "rule")
    both = trl.reward(next(pairs([made])))
    assert both["chosen"] == row["prompt"] + row["chosen"] and "prompt" not in both


def test_rows_for_kto_do_not_give_the_label_away() -> None:
    (row,) = trl.kto(route(3))
    assert row["label"] is True
    assert row["completion"][-1]["role"] == "assistant" and trl.DONE not in json.dumps(row["completion"])
    assert list(trl.kto(record(HELP, SEND, completed=False))) == []


def test_a_row_for_each_step_has_a_prompt_that_does_not_grow() -> None:
    rows = list(trl.prompt_completion(route(40)))
    assert len(rows) == 41
    assert rows[0]["prompt"] == [{"role": "user", "content": f"Send a message.\n\n{FORM}"}]
    assert len(rows[-2]["prompt"]) == 1 + 2 * HISTORY
    assert "(23 earlier steps)" in rows[-2]["prompt"][0]["content"]
    assert json.dumps(rows[-2]["prompt"]).count("textbox") == 1
    assert rows[-1]["completion"] == [{"role": "assistant", "content": trl.DONE}]
    assert list(trl.prompt_completion(route(3, goal=""))) == []


@pytest.mark.parametrize(("good", "bad"), [(10, 10), (100, 7), (3, 50), (8, 6), (7, 6)])
def test_weights_bring_the_rows_into_the_range_that_the_trainer_wants(good: int, bad: int) -> None:
    weights = trl.kto_weights(good, bad)
    assert weights is not None
    assert 1 <= round(weights[0] * good / (weights[1] * bad), 6) <= round(trl.KTO_RATIO, 6)
    assert min(weights) == 1
    assert trl.kto_weights(good, 0) is trl.kto_weights(0, bad) is None


def test_rows_are_parquet_with_json_lists_and_plain_columns(tmp_path: Path) -> None:
    rows = [row for made in (route(3), route(5)) for row in trl.kto(made)]
    write_json_rows(rows, list(rows[0]), tmp_path / "kto.parquet")
    table = pq.read_table(tmp_path / "kto.parquet")
    assert str(table.schema.field("label").type) == "bool"
    assert str(table.schema.field("confidence").type) == "double"
    assert json.loads(table["prompt"].combine_chunks()[0].as_py()[0]) == rows[0]["prompt"][0]
    write_json_rows([], ["prompt"], tmp_path / "none.parquet")


def test_every_step_of_a_pair_keeps_to_its_tool() -> None:
    for pair in pairs([DEAD, route(3), route(9)]):
        assert not [fault for each in (*pair.chosen, *pair.rejected) for fault in faults_of(each)]


RECORDS = [route(4, "a"), route(4, "b")]


def judged(tmp_path: Path, *lines: bytes, records: list[Record] = RECORDS) -> packs.Judged:
    pack = tmp_path / "pack"
    if not pack.exists():
        packs.write_pack(records, pack)
    (tmp_path / "said.jsonl").write_bytes(b"\n".join(lines))
    return packs.read_judgements(pack, tmp_path / "said.jsonl")


def hashes(tmp_path: Path) -> tuple[str, str]:
    """The prompt hashes of the first comparison: as it is, and swapped."""
    if not (tmp_path / "pack").exists():
        packs.write_pack(RECORDS, tmp_path / "pack")
    first = json.loads((tmp_path / "pack" / "ways.jsonl").read_bytes().splitlines()[0])
    return first["as_is"], first["swapped"]


def said(sha256: str, verdict: str, judge: str = "judge-1") -> bytes:
    return json.dumps({"prompt_sha256": sha256, "verdict": verdict, "judge": judge}).encode()


def test_a_pack_shows_each_comparison_in_both_orders(tmp_path: Path) -> None:
    assert packs.write_pack(RECORDS, tmp_path / "pack", seed=3) == 1
    lines = [json.loads(line) for line in (tmp_path / "pack" / "prompts.jsonl").read_bytes().splitlines()]
    assert {line["prompt_sha256"] for line in lines} == set(hashes(tmp_path))
    assert all(packs.RUBRIC in line["prompt"] and line["seed"] == 3 for line in lines)
    one, other = (line["prompt"].partition("Way B:") for line in lines)
    assert one[0].partition("Way A:")[2].strip() == other[2].strip()
    packs.write_pack(reversed(RECORDS), tmp_path / "again", seed=3)
    for name in ("prompts.jsonl", "ways.jsonl", "rubric.txt"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "pack" / name).read_bytes()
    with pytest.raises(FileExistsError):
        packs.write_pack(RECORDS, tmp_path / "pack")
    assert {path.name for path in tmp_path.iterdir()} == {"pack", "again"}


def test_what_is_said_in_both_orders_is_a_pair(tmp_path: Path) -> None:
    as_is, swapped = hashes(tmp_path)
    found = judged(tmp_path, said(as_is, "B"), said(swapped, "A"))
    (pair,) = found.pairs
    assert found.counts == {"pairs": 1}
    assert (pair.kind, pair.source, pair.confidence) == (Kind.AI_FEEDBACK, Source.MODEL, packs.AI_SURE)
    assert pair.evidence.startswith("ai_feedback judge-1 rubric ")
    other = judged(tmp_path, said(as_is, "A"), said(swapped, "B"))
    assert (other.pairs[0].chosen, other.pairs[0].rejected) == (pair.rejected, pair.chosen)


@pytest.mark.parametrize(
    ("verdicts", "counts"),
    [
        (("A", "A"), {"inconsistent": 1, "undecided": 1}),
        (("B", "B"), {"inconsistent": 1, "undecided": 1}),
        (("A", "tie"), {"inconsistent": 1, "undecided": 1}),
        (("tie", "tie"), {"ties": 1, "undecided": 1}),
        (("A",), {"one_order": 1, "unjudged": 1}),
    ],
)
def test_what_depends_on_the_order_is_dropped(tmp_path: Path, verdicts: tuple[str, ...], counts: dict) -> None:
    lines = [said(sha256, verdict) for sha256, verdict in zip(hashes(tmp_path), verdicts, strict=False)]
    assert judged(tmp_path, *lines) == packs.Judged((), counts)


def test_the_majority_of_judges_decides(tmp_path: Path) -> None:
    as_is, swapped = hashes(tmp_path)
    lines = [said(sha256, verdict, f"j{n}") for n in range(2) for sha256, verdict in ((as_is, "A"), (swapped, "B"))]
    against = [said(as_is, "B", "k"), said(swapped, "A", "k")]
    (pair,) = judged(tmp_path, *lines, *against).pairs
    assert pair.confidence == round(packs.AI_SURE * 2 / 3, 4)
    assert "j0 j1" in pair.evidence and " k " not in pair.evidence
    assert judged(tmp_path, *lines[:2], *against).counts == {"divided": 1}


def test_lines_that_cannot_be_used_are_counted(tmp_path: Path) -> None:
    as_is, swapped = hashes(tmp_path)
    bad = [b"", b"{", b"\xff", b"[]", said(as_is, "C"), said(as_is, "A", "two words"), said("0" * 64, "A")]
    found = judged(tmp_path, *bad, said(as_is, "A"), said(as_is, "B"), said(swapped, "B"))
    assert found.counts == {"duplicate": 1, "malformed": 6, "pairs": 1, "unknown": 1}
    with pytest.raises(NoJudgements) as error:
        judged(tmp_path, *bad)
    assert "two words" not in str(error.value)


@pytest.mark.parametrize("damage", ["rubric.txt", "ways.jsonl", "gone"])
def test_a_pack_that_was_changed_is_refused(tmp_path: Path, damage: str) -> None:
    as_is, _ = hashes(tmp_path)
    path = tmp_path / "pack" / ("rubric.txt" if damage == "gone" else damage)
    path.unlink() if damage == "gone" else path.write_bytes(path.read_bytes().replace(b"task", b"game", 1) + b" ")
    with pytest.raises(FormatError):
        judged(tmp_path, said(as_is, "A"))
