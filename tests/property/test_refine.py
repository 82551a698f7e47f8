"""Episodes and descriptions over anything that may come in (segmentation: test_segment.py)."""

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from glasswork.refine.describe import describe
from glasswork.refine.episodes import episodes, placed
from glasswork.refine.rows import EPISODES, episodes_of
from glasswork.refine.segment import segment
from glasswork.schema import words as w
from glasswork.schema.action import Action, Screen
from glasswork.schema.batch import Batch, batch_of, encode_batch, unpack
from glasswork.schema.episode import Episode
from glasswork.vault.frames import Provenance, open_frame, seal_frame
from glasswork.vault.frames import frame_of as frame_of_batch
from strategies import held


def frame(batch: Batch) -> pl.DataFrame:
    packed, _ = unpack(encode_batch(batch))
    return frame_of_batch(packed, 0, Provenance(date(2026, 11, 24), "", w.Scope.SELF, "0" * 64))


def shown(action: Action, screens: tuple[Screen, ...]) -> Screen | None:
    return None if action.screen < 0 else screens[action.screen]


def hide(action: Action) -> tuple:
    return tuple(getattr(action, name) for name in action.__struct_fields__ if name != "screen")


@given(st.lists(held(), max_size=8))
@settings(max_examples=100, deadline=None)
def test_episodes_hold_what_was_packed_and_survive_storage(items: list) -> None:
    batch = batch_of(items)
    (made,) = episodes([frame(batch)])
    assert made.schema == EPISODES
    stored = open_frame(seal_frame(made, bytes(32), b""), bytes(32), b"")
    assert stored.schema == EPISODES
    found = episodes_of(stored)
    placed = segment(frame(batch))["episode"]
    kept = [action for action, place in zip(batch.actions, placed, strict=True) if place is not None]
    assert [(hide(a), shown(a, e.screens)) for e in found for a in e.actions] == [
        (hide(action), shown(action, batch.screens)) for action in kept
    ]
    for episode in found:
        assert describe(episode) == episode
        used = [action.screen for action in episode.actions if action.screen >= 0]
        assert list(dict.fromkeys(used)) == list(range(len(episode.screens))) and len(set(episode.screens)) == len(
            episode.screens
        )
        assert len({other.id for other in found}) == len(found)
        assert all(0 <= label.start < label.end <= len(episode.actions) for label in episode.labels)


@given(st.lists(st.lists(held(), max_size=6), min_size=1, max_size=3))
@settings(max_examples=50, deadline=None)
def test_what_is_refined_together_is_what_each_is_alone(people: list[list]) -> None:
    frames = [frame(batch_of(items)) for items in people]
    alone = [episodes([one])[0].drop("id") for one in frames]
    for together, own in zip(episodes(frames), alone, strict=True):
        assert together.drop("id").equals(own)


@given(st.lists(st.integers(-1, 3), max_size=30))
@settings(max_examples=200, deadline=None)
def test_a_task_that_was_left_and_taken_up_again_is_together_with_holes(owners: list[int]) -> None:
    """`owners`: the episode of each row, -1 for none."""
    rows = pl.DataFrame({"episode": [None if n < 0 else n for n in owners]}, schema={"episode": pl.UInt32})
    got = placed(rows.with_row_index("was"))
    expected = []
    work = [(at, n) for at, n in enumerate(owners) if n >= 0]
    for number in sorted({n for _, n in work}):
        own = [(order, at) for order, (at, n) in enumerate(work) if n == number]
        for place, (order, at) in enumerate(own):
            expected.append((at, number, place, place > 0 and own[place - 1][0] != order - 1))
    assert got.select("was", "episode", "place", "hole").rows() == expected


@given(st.lists(held(), max_size=6))
@settings(max_examples=100, deadline=None)
def test_descriptions_depend_on_nothing_but_actions_and_screens(items: list) -> None:
    batch = batch_of(items)
    made = [
        describe(
            Episode(id=name, week=week, scope=w.Scope.SELF, policy="", actions=batch.actions, screens=batch.screens)
        )
        for name, week in (("a", "2026-W01"), ("b", "2026-W40"))
    ]
    assert [(e.title, e.goal, e.steps) for e in made[:1]] == [(e.title, e.goal, e.steps) for e in made[1:]]
