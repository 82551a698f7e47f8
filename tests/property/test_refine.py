"""Labels and descriptions over anything that may come in (segmentation: test_segment.py)."""

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from glasswork.refine.describe import describe
from glasswork.refine.episodes import episodes
from glasswork.refine.label import labels
from glasswork.refine.rows import actions_of, episodes_of, frame_of
from glasswork.refine.segment import segment
from glasswork.schema import words as w
from glasswork.schema.action import Action, Screen
from glasswork.schema.batch import Batch, batch_of, encode_batch, unpack
from glasswork.schema.episode import Episode
from glasswork.vault.frames import Provenance
from glasswork.vault.frames import frame_of as frame_of_batch
from strategies import held


def frame(batch: Batch) -> pl.DataFrame:
    packed, _ = unpack(encode_batch(batch))
    return frame_of_batch(packed, 0, Provenance(date(2026, 11, 24), "", w.Scope.SELF, "0" * 64))


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
def test_descriptions_depend_on_nothing_but_actions_and_screens(items: list) -> None:
    batch = batch_of(items)
    made = [
        describe(
            Episode(id=name, week=week, scope=w.Scope.SELF, policy="", actions=batch.actions, screens=batch.screens)
        )
        for name, week in (("a", "2026-W01"), ("b", "2026-W40"))
    ]
    assert [(e.title, e.goal, e.steps) for e in made[:1]] == [(e.title, e.goal, e.steps) for e in made[1:]]
