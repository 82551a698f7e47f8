"""Pairs of scripted work: the same whatever the ids and the order, comparable, and no more than a family may have."""

import random
from collections import Counter
from functools import cache

import msgspec
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from glasswork.assemble import trl
from glasswork.assemble.building import record
from glasswork.assemble.kept import FAMILY
from glasswork.assemble.pair import HISTORY, Kind, Pair, alike, state
from glasswork.assemble.pairs import Unpaired, pairs, unpaired, weighed, yields
from glasswork.assemble.record import Record, frame_of, records_of, with_id
from glasswork.assemble.recovery import LONGEST
from glasswork.redteam.fields import faults_of
from glasswork.refine.describe import describe
from glasswork.refine.family import FURTHER, NO_STEPS, families
from glasswork.refine.label import label_frame
from glasswork.schema.batch import batch_of
from glasswork.schema.episode import Episode, Label, Signal
from glasswork.schema.words import Preference, Scope
from labelled import labels
from scripted_work import EVALUATION, work
from strategies import held


@cache
def scripted(seed: int, *, clean: bool, episodes: int = 60) -> tuple[Record, ...]:
    """Records of scripted work, some of them called better or worse by their worker."""
    done = work(seed, EVALUATION, episodes, clean=clean)
    found = label_frame(done.frame)
    reached = families(done.frame.with_columns(part=pl.lit("p")), found)
    names = dict(zip(reached["episode"], reached["family"], strict=True))
    rng = random.Random(seed)
    made: list[Record] = []
    for number in sorted(set(done.episodes)):
        actions = [a for a, episode in zip(done.batch.actions, done.episodes, strict=True) if episode == number]
        shown = sorted({action.screen for action in actions if action.screen >= 0})
        actions = [msgspec.structs.replace(a, screen=shown.index(a.screen) if a.screen >= 0 else -1) for a in actions]
        spans = found.filter(pl.col("episode") == number).drop("episode").rows(named=True)
        episode = Episode(
            id=f"{seed}-{number}", week="2026-W48", scope=Scope.SELF, policy="0" * 64, actions=tuple(actions),
            screens=tuple(done.batch.screens[place] for place in shown), family=names[number],
            labels=msgspec.convert(spans, tuple[Label, ...]),
        )  # fmt: skip
        one = record(describe(episode))
        if isinstance(one, Record):
            preferred = rng.choice([Preference.NONE] * 6 + [Preference.BETTER, Preference.WORSE])
            one = msgspec.structs.replace(one, example=msgspec.structs.replace(one.example, preferred=preferred))
            made.append(msgspec.structs.replace(one, split=rng.choice(["train", "train", "train", "test"])))
    return tuple(made)


seeds = st.integers(0, 7)


def said(items: list) -> Counter[bytes]:
    return Counter(msgspec.msgpack.encode(item) for item in items)


@given(seeds, st.randoms(use_true_random=False))
@settings(max_examples=4, deadline=None)
def test_ids_and_order_have_no_part_in_it(seed: int, rng: random.Random) -> None:
    records = scripted(seed, clean=False)
    other = [with_id(one, rng.randbytes(8).hex()) for one in records]
    rng.shuffle(other)
    assert list(pairs(other)) == list(pairs(records))
    assert yields(weighed(other)) == yields(weighed(records))
    assert list(weighed(records_of(frame_of(records)))) == list(weighed(records))


@given(seeds)
@settings(max_examples=8, deadline=None)
def test_both_sides_start_from_the_same_state_and_differ(seed: int) -> None:
    found = list(pairs(scripted(seed, clean=False)))
    assert {pair.kind for pair in found} >= {Kind.ERROR_RECOVERY, Kind.SHORTER_ROUTE}
    for pair in found:
        assert {state(side[0].observation) for side in (pair.chosen, pair.rejected)} == {pair.prompt.observation}
        assert not alike(pair.chosen, pair.rejected, pair.prompt.before)
        assert pair.prompt.goal and 0 < pair.confidence <= 0.95
        assert len(pair.prompt.before) == min(HISTORY, len(pair.prompt.before) + pair.prompt.earlier)
        steps = (*pair.prompt.before, *pair.chosen, *pair.rejected)
        assert {step.screen for step in steps} == {-1}
        assert not [fault for step in steps for fault in faults_of(step)]
        if pair.kind is Kind.ERROR_RECOVERY:
            assert max(len(pair.chosen), len(pair.rejected)) <= LONGEST and pair.prompt.observation


@given(seeds)
@settings(max_examples=8, deadline=None)
def test_routes_hold_against_a_plain_look_at_all_records(seed: int) -> None:
    records = scripted(seed, clean=False)

    def length(steps: tuple) -> int:
        return sum(step.tool not in NO_STEPS for step in steps)

    where: dict[tuple[str, bytes], list[Record]] = {}
    for one in records:
        key = one.split, msgspec.msgpack.encode([(s.tool, s.arguments, s.observation) for s in one.example.steps])
        where.setdefault(key, []).append(one)
    pairs_of_family: Counter[str] = Counter()
    for pair in pairs(records):
        if pair.kind is not Kind.SHORTER_ROUTE:
            continue
        sides = [
            where[pair.split, msgspec.msgpack.encode([(s.tool, s.arguments, s.observation) for s in side])]
            for side in (pair.chosen, pair.rejected)
        ]
        common = {one.example.family for one in sides[0]} & {one.example.family for one in sides[1]}
        assert common and "" not in common
        assert any(one.example.outcome == Signal.COMPLETED for one in sides[0])
        assert length(pair.rejected) >= length(pair.chosen) + FURTHER
        pairs_of_family[f"{pair.split} {min(common)}"] += 1
    assert max(pairs_of_family.values(), default=0) <= FAMILY


@given(seeds)
@settings(max_examples=4, deadline=None)
def test_straight_work_has_no_recoveries(seed: int) -> None:
    assert "error_recovery" not in yields(weighed(scripted(seed, clean=True))).pairs


@given(seeds)
@settings(max_examples=4, deadline=None)
def test_adding_a_split_adds_pairs_and_changes_none(seed: int) -> None:
    records = scripted(seed, clean=False)
    parts = [[one for one in records if one.split == split] for split in ("train", "test")]
    apart = said([pair for part in parts for pair in pairs(part)])
    assert apart == said(list(pairs(records)))


@given(seeds)
@settings(max_examples=4, deadline=None)
def test_rows_are_conversations_without_nulls(seed: int) -> None:
    records = scripted(seed, clean=False, episodes=20)
    rows = [trl.dpo(pair) for pair in pairs(records)] + [trl.reward(pair) for pair in pairs(records)]
    rows += [row for one in records for row in (*trl.kto(one), *trl.prompt_completion(one))]
    for row in rows:
        assert b"null" not in msgspec.json.encode(row).replace(b'"null"', b"")
        prompt = row.get("prompt", [])
        for side in ("completion", "chosen", "rejected"):
            messages = [*prompt, *row[side]] if side in row else []
            assert [m["role"] for m in messages[1:]] == ["assistant", "tool"] * (len(messages) // 2 - 1) + [
                "assistant"
            ] * (len(messages) > 0)
            asked = [m["tool_calls"][0]["id"] for m in messages if "tool_calls" in m]
            answered = [m["tool_call_id"] for m in messages if m["role"] == "tool"]
            assert answered == asked[: len(answered)] and len(asked) - len(answered) in (0, 1)
    labelled = Counter(type(unpaired(one)) is Unpaired for one in records)
    assert sum("label" in row for row in rows) == labelled[True]


@given(st.lists(held(), min_size=2, max_size=12))
@settings(max_examples=15, deadline=None)
def test_whatever_comes_in_raises_nothing(items: list) -> None:
    batch = batch_of(items)
    episode = Episode(
        id="e", week="2026-W48", scope=Scope.SELF, policy="", actions=batch.actions, screens=batch.screens,
        labels=labels(batch.actions, batch.screens), family="0" * 16,
    )  # fmt: skip
    one = record(describe(episode))
    if isinstance(one, Record):
        for item in weighed([one, one]):
            assert not isinstance(item, Pair) or trl.dpo(item)["prompt"]
        assert len(list(trl.prompt_completion(one))) >= len(one.example.steps) * bool(one.example.goal)
