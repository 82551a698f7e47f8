"""Segmentation against a plain loop, labels and descriptions over anything that may come in."""

from datetime import date

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from glasswork.refine.describe import describe
from glasswork.refine.episodes import episodes
from glasswork.refine.label import labels
from glasswork.refine.rows import actions_of, episodes_of, frame_of
from glasswork.refine.segment import segment
from glasswork.schema import words as w
from glasswork.schema.action import Action, Element, Screen
from glasswork.schema.batch import Batch, batch_of, encode_batch, unpack
from glasswork.schema.episode import Episode
from glasswork.vault.frames import Provenance
from glasswork.vault.frames import frame_of as frame_of_batch
from strategies import held

MARKERS = {"gap", "lost", "suppressed", "task"}
HARD = {"start", "task", "gap", "idle", "batch"}

# Few words of each kind, so that rules meet each other often.
acting = st.builds(
    Action,
    kind=st.sampled_from(
        [*w.ActionKind, w.ActionKind.CLICK, w.ActionKind.CLICK, w.ActionKind.HOTKEY, w.ActionKind.SWITCH_APP]
    ),
    gap=st.sampled_from([*w.GapClass, w.GapClass.UNDER_1S, w.GapClass.UNDER_1S, w.GapClass.UNDER_4S]),
    command=st.sampled_from([w.Command.NONE, w.Command.SAVE, w.Command.CONFIRM, w.Command.COPY, w.Command.QUIT]),
    app=st.sampled_from(["a", "b"]),
    category=st.sampled_from([w.AppCategory.EDITOR, w.AppCategory.FILES]),
    element=st.none() | st.builds(Element, st.just(w.Role.BUTTON), st.just(""), st.sampled_from(w.ElementClass)),
    task=st.sampled_from(["", "one", "two"]),
)


def frame(batch: Batch) -> pl.DataFrame:
    packed, _ = unpack(encode_batch(batch))
    return frame_of_batch(packed, 0, Provenance(date(2026, 11, 24), "", w.Scope.SELF, "0" * 64))


def oracle(actions: list[Action], split: int) -> list[tuple[int | None, str, str]]:
    """For each action: its episode, and why that began and ended. A second batch begins at `split`."""

    def completes(action: Action) -> bool:
        return action.kind in ("click", "double_click", "press_key", "hotkey") and (
            action.command in ("save", "confirm")
            or (action.element is not None and action.element.cls in ("submit", "save"))
        )

    reasons: list[str | None] = []
    named = False  # inside a task that the participant named
    last: Action | None = None  # the last action that is no marker
    paused = False  # a gap of 16 s or more since then
    visited = False  # something was completed since the last switch or boundary
    for place, action in enumerate(actions):
        before = actions[place - 1] if place else None
        was_named = named
        if action.kind == "task":
            named = action.task != ""
        real = action.kind not in MARKERS
        paused = paused or action.gap in ("under_64s", "under_256s", "idle")
        reason = None
        if place == 0:
            reason = "start"
        elif action.kind == "task" or (before is not None and before.kind == "task" and not was_named):
            reason = "task"
        elif named:
            reason = None
        elif "gap" in (action.kind, before.kind if before else ""):
            reason = "gap"
        elif action.gap == "idle":
            reason = "idle"
        elif place == split:
            reason = "batch"
        elif real and last is not None:
            if completes(last) and (paused or action.app != last.app):
                reason = "completed"
            elif last.kind in ("click", "double_click", "press_key", "hotkey") and last.command in ("quit", "close"):
                reason = "closed"
            elif action.kind == "switch_app" and action.category != last.category and visited:
                reason = "left"
        if reason or action.kind == "switch_app":
            visited = False
        visited = visited or completes(action)
        if real:
            last, paused = action, False
        reasons.append(reason)
    segments: list[list[int]] = []
    for place, reason in enumerate(reasons):
        if reason:
            segments.append([])
        segments[-1].append(place)

    def short(rows: list[int]) -> bool:
        return sum(actions[row].kind not in MARKERS for row in rows) < 2

    joined: list[list[int]] = []
    for rows in segments:
        if short(rows) and reasons[rows[0]] not in HARD:
            joined[-1] = joined[-1] + rows
        else:
            joined.append(rows)
    final: list[list[int]] = []
    for rows in joined:
        if final and short(final[-1]) and reasons[rows[0]] not in HARD:
            final[-1] = final[-1] + rows
        else:
            final.append(rows)
    out: list[tuple[int | None, str, str]] = []
    number, named = 0, False
    for place, rows in enumerate(final):
        first = actions[rows[0]]
        if first.kind == "task":
            named = first.task != ""
        none = first.kind in ("gap", "task") and not named
        ended = reasons[final[place + 1][0]] if place + 1 < len(final) else "end"
        out += [(None if none else number, reasons[rows[0]] or "", ended or "")] * len(rows)
        number += not none
    return out


CLICK = Action(kind=w.ActionKind.CLICK, gap=w.GapClass.UNDER_1S)
SAVE = Action(kind=w.ActionKind.HOTKEY, command=w.Command.SAVE, gap=w.GapClass.UNDER_1S)
LATER = Action(kind=w.ActionKind.SUPPRESSED, gap=w.GapClass.UNDER_64S)


@given(st.lists(acting, max_size=25), st.integers(0, 25))
@example([CLICK, SAVE, LATER, CLICK, CLICK], 25)  # the pause lies before a marker
@settings(max_examples=400, deadline=None)
def test_segments_are_those_of_the_plain_loop(actions: list[Action], split: int) -> None:
    batches = [frame(Batch(tuple(part))) for part in (actions[:split], actions[split:])]
    both = pl.concat([batches[0], batches[1].with_columns(pl.col("batch") + 1)])
    assert list(segment(both).select("episode", "began", "ended").iter_rows()) == oracle(actions, split)


@given(st.lists(acting, min_size=1, max_size=25))
@settings(max_examples=100, deadline=None)
def test_no_action_is_lost_and_short_episodes_stand_between_hard_boundaries(actions: list[Action]) -> None:
    cut = segment(frame(Batch(tuple(actions))))
    inside = cut.filter(pl.col("episode").is_not_null())
    real = [action for action in actions if action.kind not in MARKERS]
    assert inside.filter(~pl.col("kind").is_in(MARKERS)).height == len(real)
    for part in inside.partition_by("episode", maintain_order=True):
        if part.filter(~pl.col("kind").is_in(MARKERS)).height < 2:
            assert part["began"][0] in HARD and part["ended"][0] in HARD | {"end"}


@given(st.lists(held(), max_size=8))
@settings(max_examples=100, deadline=None)
def test_rows_become_the_actions_that_were_packed(items: list) -> None:
    batch = batch_of(items)
    actions, screens = actions_of(frame(batch))
    assert [shown(action, screens) for action in actions] == [shown(a, batch.screens) for a in batch.actions]
    assert [hide(action) for action in actions] == [hide(action) for action in batch.actions]


def shown(action: Action, screens: tuple[Screen, ...]) -> Screen | None:
    return None if action.screen < 0 else screens[action.screen]


def hide(action: Action) -> tuple:
    return tuple(getattr(action, name) for name in action.__struct_fields__ if name != "screen")


@given(st.lists(held(), max_size=8))
@settings(max_examples=100, deadline=None)
def test_episodes_are_described_always_alike_and_survive_storage(items: list) -> None:
    batch = batch_of(items)
    found = episodes(frame(batch))
    assert episodes_of(frame_of(found)) == found
    placed = segment(frame(batch))["episode"]
    kept = [action for action, place in zip(batch.actions, placed, strict=True) if place is not None]
    assert [(hide(a), shown(a, e.screens)) for e in found for a in e.actions] == [
        (hide(action), shown(action, batch.screens)) for action in kept
    ]
    for episode in found:
        assert describe(episode) == episode
        assert episode.labels == labels(episode.actions, episode.screens)
        assert len({other.id for other in found}) == len(found)
        assert all(0 <= label.start < label.end <= len(episode.actions) for label in episode.labels)


@given(st.lists(held(), max_size=6))
@settings(max_examples=100, deadline=None)
def test_descriptions_depend_on_nothing_but_actions(items: list) -> None:
    batch = batch_of(items)
    made = [
        describe(Episode(id=name, week=week, scope=w.Scope.SELF, policy="", actions=batch.actions))
        for name, week in (("a", "2026-W01"), ("b", "2026-W40"))
    ]
    assert [(e.title, e.goal, e.steps) for e in made[:1]] == [(e.title, e.goal, e.steps) for e in made[1:]]
