"""The parts of segmentation that say more than a rule: chains of words, boosted trees, routines, one's own model."""

import random
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from math import log

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasswork.refine.boost import best_threshold, fit, probability
from glasswork.refine.cohesion import FAR, REACHES, chains, features
from glasswork.refine.learning import chance, learn
from glasswork.refine.routines import repetitions
from glasswork.refine.segment import boundary_of, reasons_of, segment
from glasswork.refine.steps import judge, shipped
from glasswork.schema import words as w
from glasswork.schema.action import Action, Element
from glasswork.schema.batch import Batch, encode_batch, unpack
from glasswork.schema.episode import BoundaryReason, Source
from glasswork.vault.frames import Provenance, frame_of

SUBMIT = w.ElementClass.SUBMIT
FORM = ["open", "name", "date", "reason", "check", "attach", "sign", "submit"]


def steps(symbols: Sequence[str], **columns: object) -> pl.DataFrame:
    plain = {
        "seconds": [None] * len(symbols),
        "app": ["form"] * len(symbols),
        "symbol": list(symbols),
        "words": [[symbol] for symbol in symbols],
        "completes": [False] * len(symbols),
        "clock": [None] * len(symbols),
    }
    return pl.DataFrame(plain | columns, schema_overrides={"seconds": pl.Float32, "clock": pl.Float32})


def disturbed(times: int, share: float, seed: int) -> tuple[list[str], list[int]]:
    """A form filled in many times, a share of its steps left out, put in and swapped; and where each time begins."""
    draw = random.Random(seed)
    out: list[str] = []
    begins: list[int] = []
    for _ in range(times):
        begins.append(len(out))
        for symbol in FORM:
            out += [draw.choice(FORM)] if draw.random() < share / 3 else []
            out += [symbol] if draw.random() >= share / 3 else []
    for place in range(len(out) - 1):
        if draw.random() < share / 3:
            out[place], out[place + 1] = out[place + 1], out[place]
    return out, begins


def test_a_routine_is_cut_exactly_where_it_begins() -> None:
    found = repetitions(steps(FORM * 20))
    assert found is not None
    assert (found > 0).arg_true().to_list() == list(range(0, 160, 8))


@pytest.mark.parametrize("seed", range(5))
def test_a_routine_is_found_through_noise(seed: int) -> None:
    symbols, begins = disturbed(100, 0.1, seed)
    found = repetitions(steps(symbols))
    assert found is not None
    cuts = (found > 0).arg_true().to_list()
    near = sum(any(abs(cut - begin) <= 2 for cut in cuts) for begin in begins)
    assert near >= 90
    assert abs(len(cuts) - 100) <= 10


def test_what_does_not_repeat_itself_is_no_routine() -> None:
    draw = random.Random(0)
    assert repetitions(steps([draw.choice(FORM) for _ in range(2000)])) is None
    assert repetitions(steps(["same"] * 500)) is None
    assert repetitions(steps([str(n) for n in range(500)])) is None
    assert repetitions(steps([])) is None


def test_every_completion_ends_one_where_nearly_all_do() -> None:
    symbols = FORM * 60
    symbols[8 * 20] = "opened again"  # its beginning looks like no other
    found = repetitions(steps(symbols, completes=[symbol == "submit" for symbol in symbols]))
    assert found is not None
    assert (found > 0).sum() == 60


@given(st.lists(st.sampled_from("abcd"), max_size=60))
@settings(max_examples=50, deadline=None)
def test_routines_end_whatever_comes(symbols: list[str]) -> None:
    found = repetitions(steps(symbols))
    assert found is None or found.len() == len(symbols)


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=4), min_size=1, max_size=40))
@settings(max_examples=100, deadline=None)
def test_chains_are_those_of_the_plain_loop(words: list[list[str]]) -> None:
    places = {word: [n for n, own in enumerate(words) if word in own] for word in "abcdef"}
    found = chains(pl.DataFrame({"words": pl.Series(words, dtype=pl.List(pl.String))}).with_columns(part=0))
    for reach in REACHES:
        for row in range(len(words)):
            tied = sum(
                log(len(words) / len(at))
                for at in places.values()
                for one, two in pairwise(at)
                if one < row <= two and two - one <= reach
            )
            assert found[f"ties_{reach}"][row] == pytest.approx(tied, abs=2e-3)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=80))
@settings(max_examples=50, deadline=None)
def test_distances_are_those_to_the_same_value_before_and_after(symbols: list[str]) -> None:
    frame = features(steps(symbols))
    for row, symbol in enumerate(symbols):
        before = [row - n for n in range(row) if symbols[n] == symbol]
        assert frame["symbol_since"][row] == min([FAR, *before])
        after = [n - row for n in range(row + 1, len(symbols)) if row and symbols[n - 1] == symbols[row - 1]]
        assert frame["symbol_until"][row] == min([FAR, *after])


def test_features_are_numbers_whatever_is_missing() -> None:
    for rows in (0, 1, 2, 40):
        frame = features(steps(["a"] * rows))
        assert frame.height == rows
        assert frame.null_count().sum_horizontal().sum() == 0
        assert set(frame.dtypes) == {pl.Float32}
    assert features(steps(["a", "b"]))["symbol_since"].to_list() == [FAR, FAR]


def test_trees_learn_what_two_features_say_together_and_alike_every_time() -> None:
    draw = random.Random(0)
    frame = pl.DataFrame({name: [draw.random() for _ in range(3000)] for name in "abcd"})
    true = (frame["a"] > 0.5) & (frame["b"] < 0.3)
    assert frame.select(probability(fit(frame, true, trees=0))).height == frame.height
    model = fit(frame, true)
    said = frame.select(probability(model)).to_series()
    assert ((said >= best_threshold(said, true)) == true).mean() > 0.97  # type: ignore[operator]
    assert fit(frame, true) == model


def test_the_best_threshold_is_that_of_trying_all() -> None:
    draw = random.Random(1)
    said = pl.Series([round(draw.random(), 2) for _ in range(300)])
    true = pl.Series([draw.random() < value for value in said])

    def f1(limit: float) -> float:
        return 2 * (true & (said >= limit)).sum() / (true.sum() + (said >= limit).sum())

    assert f1(best_threshold(said, true)) == pytest.approx(max(f1(limit) for limit in said))


def test_a_model_of_ones_own_knows_its_words() -> None:
    draw = random.Random(2)
    tasks, symbols, days = [], [], []
    for run in range(400):
        task = f"task {draw.randint(0, 5)}"
        for _ in range(draw.randint(1, 6)):
            tasks.append(task)
            symbols.append(f"{task} {draw.randint(0, 3)}")
            days.append(run // 20)
    own = steps(symbols)
    cases, fold = pl.Series(tasks), pl.Series(days)
    begins = (cases != cases.shift(1)).fill_null(value=False)
    known = fold < 15
    learned = learn(own.filter(known), begins.filter(known), cases.filter(known), fold.filter(known))
    found = chance(learned, own).filter(~known) >= learned.model.threshold
    true = begins.filter(~known)
    assert 2 * (found & true).sum() / (found.sum() + true.sum()) > 0.9


def test_the_shipped_model_is_small_and_knows_no_name() -> None:
    model = shipped()
    assert len(model.trees) <= 40
    assert set(model.features) == set(features(steps(["a", "b"])).columns)


def test_a_log_of_others_is_judged_with_its_first_step_as_a_start() -> None:
    found = judge(steps(["x", "y", "z"], completes=[True, False, False], app=["one", "two", "two"]))
    assert reasons_of(found["mask"][0]) == (BoundaryReason.START,)
    assert BoundaryReason.COMPLETED in reasons_of(found["mask"][1])


def actions(*items: Action) -> pl.DataFrame:
    packed, _ = unpack(encode_batch(Batch(items)))
    return frame_of(packed, 0, Provenance(date(2026, 11, 24), "", w.Scope.SELF, "0" * 64))


def test_repeated_work_is_cut_where_it_begins_and_its_confirmations_cut_nothing() -> None:
    def click(label: str, gap: w.GapClass) -> Action:
        return Action(kind=w.ActionKind.CLICK, gap=gap, app="a", element=Element(w.Role.BUTTON, label, SUBMIT))

    def write(label: str, gap: w.GapClass = w.GapClass.UNDER_4S) -> Action:
        return Action(kind=w.ActionKind.TYPE_TEXT, gap=gap, app="a", element=Element(w.Role.TEXTBOX, label))

    fields = [write(label) for label in ("name", "date", "reason", "place")]
    login, late = click("log in", w.GapClass.UNDER_64S), [write("sum", w.GapClass.UNDER_64S)]
    send = click("send", w.GapClass.UNDER_4S)
    once = [*fields[:2], login, *late, *fields[2:], send]
    cut = segment(actions(*(once * 12)))
    assert cut.group_by("episode").len()["len"].to_list() == [len(once)] * 12
    assert BoundaryReason.ROUTINE in reasons_of(cut["began"][len(once)])


def test_who_says_so_is_told() -> None:
    def mask(*reasons: BoundaryReason) -> int:
        return sum(1 << list(BoundaryReason).index(reason) for reason in reasons)

    assert boundary_of(mask(BoundaryReason.TASK, BoundaryReason.IDLE), 1.0).source is Source.PERSON
    assert boundary_of(mask(BoundaryReason.LEARNED), 0.6).source is Source.MODEL
    both = boundary_of(mask(BoundaryReason.LEARNED, BoundaryReason.COMPLETED), 0.96)
    assert both.source is Source.RULE
    assert both.reasons == (BoundaryReason.COMPLETED, BoundaryReason.LEARNED)
