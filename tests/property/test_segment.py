"""Segmentation by rules against a plain loop, over anything that may come in."""

from datetime import date

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from glasswork.refine.cut import cut as cut_frame
from glasswork.refine.rules import with_rules
from glasswork.refine.segment import reasons_of, segment
from glasswork.schema import words as w
from glasswork.schema.action import Action, Element
from glasswork.schema.batch import Batch, encode_batch, unpack
from glasswork.schema.episode import BoundaryReason
from glasswork.vault.frames import Provenance
from glasswork.vault.frames import frame_of as frame_of_batch

MARKERS = {"gap", "lost", "suppressed", "task"}
HARD = {"start", "task", "gap", "idle", "batch", "hole"}
SURE = {"completed": 0.9, "closed": 0.85, "left": 0.75, "home": 0.7, "idle": 0.9, "batch": 0.6}

# Few words of each kind, so that rules meet each other often.
acting = st.builds(
    Action,
    kind=st.sampled_from(
        [*w.ActionKind, w.ActionKind.CLICK, w.ActionKind.CLICK, w.ActionKind.HOTKEY, w.ActionKind.SWITCH_APP]
    ),
    gap=st.sampled_from([*w.GapClass, w.GapClass.UNDER_1S, w.GapClass.UNDER_1S, w.GapClass.UNDER_4S]),
    command=st.sampled_from([w.Command.NONE, w.Command.SAVE, w.Command.CONFIRM, w.Command.COPY, w.Command.QUIT]),
    app=st.sampled_from(["a", "a", "b", ""]),
    category=st.sampled_from([w.AppCategory.EDITOR, w.AppCategory.FILES]),
    element=st.none() | st.builds(Element, st.just(w.Role.BUTTON), st.just(""), st.sampled_from(w.ElementClass)),
    task=st.sampled_from(["", "one", "two"]),
)


def frame(batch: Batch) -> pl.DataFrame:
    packed, _ = unpack(encode_batch(batch))
    return frame_of_batch(packed, 0, Provenance(date(2026, 11, 24), "", w.Scope.SELF, "0" * 64))


def completes(action: Action) -> bool:
    return action.kind in ("click", "double_click", "press_key", "hotkey") and (
        action.command in ("save", "confirm")
        or (action.element is not None and action.element.cls in ("submit", "save"))
    )


def closes(action: Action) -> bool:
    return action.kind in ("click", "double_click", "press_key", "hotkey") and action.command in ("quit", "close")


def hard_reasons(actions: list[Action], split: int) -> tuple[list[set[str]], list[bool]]:
    """For each action the hard reasons to cut before it, and whether it is in a task that the participant named."""
    reasons: list[set[str]] = []
    inside: list[bool] = []
    named = False
    for place, action in enumerate(actions):
        before = actions[place - 1] if place else None
        was_named = named
        if action.kind == "task":
            named = action.task != ""
        found: set[str] = set()
        if place == 0:
            found.add("start")
        if action.kind == "task" or (before is not None and before.kind == "task" and not was_named):
            found.add("task")
        if not named:
            if "gap" in (action.kind, before.kind if before else ""):
                found.add("gap")
            if before is not None and before.kind == "lost" and action.kind != "lost":
                found.add("hole")
            if action.gap == "idle":
                found.add("idle")
            if place == split and place > 0:
                found.add("batch")
        reasons.append(found)
        inside.append(named)
    return reasons, inside


def home(actions: list[Action], hard: list[set[str]]) -> str | None:
    """The program in which at least half of four or more hard starts lie; of several the one that counts most."""
    begins: list[str] = []
    begun = None
    section = -1
    for action, found in zip(actions, hard, strict=True):
        section += bool(found)
        if action.kind not in MARKERS and action.app and section != begun:
            begins.append(action.app)
            begun = section
    if len(begins) < 4:
        return None
    best = max(sorted(set(begins)), key=begins.count)
    return best if begins.count(best) * 2 >= len(begins) else None


def oracle(actions: list[Action], split: int) -> list[tuple[int | None, set[str], set[str]]]:
    """For each action: its episode, and why that began and ended. A second batch begins at `split`."""
    hard, inside = hard_reasons(actions, split)
    at_home = home(actions, hard)
    reasons = [set(found) for found in hard]
    last: Action | None = None  # the last action that is no marker
    paused = False  # a gap of 16 s or more since then
    visited = False  # something was completed since the last switch or boundary
    done = False  # something was completed since the last boundary or return home
    for place, action in enumerate(actions):
        real = action.kind not in MARKERS
        paused = paused or action.gap in ("under_64s", "under_256s", "idle")
        found = reasons[place]
        free = real and not inside[place]
        if free and last is not None:
            if completes(last) and (paused or action.app != last.app):
                found.add("completed")
            if closes(last):
                found.add("closed")
        switched = action.kind == "switch_app"
        cut_first = bool(found)
        if free and last is not None and switched and action.category != last.category and visited:
            found.add("left")
        if cut_first or switched:
            visited = False
        cut_second = bool(found)
        returned = real and last is not None and at_home is not None and action.app == at_home and last.app != at_home
        if free and returned and done:
            found.add("home")
        if cut_second or returned:
            done = False
        visited = visited or completes(action)
        done = done or completes(action)
        if real:
            last, paused = action, False
    segments: list[list[int]] = []
    for place, found in enumerate(reasons):
        if found:
            segments.append([])
        segments[-1].append(place)

    def short(rows: list[int]) -> bool:
        return sum(actions[row].kind not in MARKERS for row in rows) < 2

    joined: list[list[int]] = []
    for rows in segments:
        if short(rows) and not hard[rows[0]]:
            joined[-1] = joined[-1] + rows
        else:
            joined.append(rows)
    final: list[list[int]] = []
    for rows in joined:
        if final and short(final[-1]) and not hard[rows[0]]:
            final[-1] = final[-1] + rows
        else:
            final.append(rows)
    out: list[tuple[int | None, set[str], set[str]]] = []
    number = 0
    for place, rows in enumerate(final):
        first = actions[rows[0]]
        none = first.kind in ("gap", "task") and not inside[rows[0]]
        ended = reasons[final[place + 1][0]] if place + 1 < len(final) else {"end"}
        out += [(None if none else number, reasons[rows[0]], ended)] * len(rows)
        number += not none
    return out


def sure(reasons: set[str]) -> float:
    doubt = 1.0
    for reason in reasons:
        doubt *= 1 - SURE.get(reason, 1.0)
    return 1 - doubt


def cut_by_rules(frame: pl.DataFrame) -> pl.DataFrame:
    """`segment` without the model and the routines, which tests/unit/test_segment.py is about."""
    return cut_frame(with_rules(frame.sort("batch", "row").with_columns(part=pl.lit(0, pl.UInt32))))


CLICK = Action(kind=w.ActionKind.CLICK, gap=w.GapClass.UNDER_1S)
SAVE = Action(kind=w.ActionKind.HOTKEY, command=w.Command.SAVE, gap=w.GapClass.UNDER_1S)
LATER = Action(kind=w.ActionKind.SUPPRESSED, gap=w.GapClass.UNDER_64S)


@given(st.lists(acting, max_size=30), st.integers(0, 30))
@example([CLICK, SAVE, LATER, CLICK, CLICK], 30)  # the pause lies before a marker
@settings(max_examples=500, deadline=None)
def test_segments_are_those_of_the_plain_loop(actions: list[Action], split: int) -> None:
    batches = [frame(Batch(tuple(part))) for part in (actions[:split], actions[split:])]
    both = pl.concat([batches[0], batches[1].with_columns(pl.col("batch") + 1)])
    cut = cut_by_rules(both)
    told = [
        (number, set(reasons_of(began)), set(reasons_of(ended)))
        for number, began, ended in cut.select("episode", "began", "ended").iter_rows()
    ]
    assert told == oracle(actions, split)
    for began, ended, began_sure, ended_sure in cut.select("began", "ended", "began_sure", "ended_sure").iter_rows():
        assert abs(began_sure - sure(set(reasons_of(began)))) < 1e-5
        assert abs(ended_sure - sure(set(reasons_of(ended)))) < 1e-5


@given(st.lists(acting, min_size=1, max_size=25), st.randoms())
@settings(max_examples=100, deadline=None)
def test_no_action_is_lost_whatever_the_order_in_which_rows_come(actions: list[Action], random) -> None:
    rows = frame(Batch(tuple(actions)))
    shuffled = list(range(len(actions)))
    random.shuffle(shuffled)
    cut = segment(rows)
    assert segment(rows[shuffled]).equals(cut)
    inside = cut.filter(pl.col("episode").is_not_null())
    real = [action for action in actions if action.kind not in MARKERS]
    assert inside.filter(~pl.col("kind").is_in(MARKERS)).height == len(real)
    for part in inside.partition_by("episode", maintain_order=True):
        if part.filter(~pl.col("kind").is_in(MARKERS)).height < 2:
            assert HARD & set(reasons_of(part["began"][0]))
            assert (HARD | {"end"}) & set(reasons_of(part["ended"][0]))


@given(st.integers(0, 2 ** len(BoundaryReason) - 1))
def test_a_mask_is_its_reasons(mask: int) -> None:
    assert sum(1 << list(BoundaryReason).index(reason) for reason in reasons_of(mask)) == mask
