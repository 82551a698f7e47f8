"""Scripted work: synthetic episodes with what was planted in them, by construction, as rows of zone `actions`.

A script is a worker who does a task from a template in the words of the schema, and may go off the path on the way. It
is not how people work: it knows nothing of how often people undo, or why. What it can tell is whether a rule finds what
it says it finds, and keeps off what only looks like it. The rules were written on `TUNING`; `EVALUATION` has
other tasks and programs (docs/labels.md says how far it was left alone).

Where real recordings are unreliable, so is a script: an effect goes unseen, and a marker stands for what was withheld.
"""

import random
from datetime import date
from typing import NamedTuple

import polars as pl

from glasswork.refine.episodes import placed, with_own_screens
from glasswork.schema.batch import Batch, Held, batch_of, encode_batch, unpack
from glasswork.schema.episode import Signal
from glasswork.schema.words import (
    ActionKind as K,
)
from glasswork.schema.words import (
    Direction,
    Scope,
)
from glasswork.vault.frames import Provenance, frame_of
from scripted_plants import LOOKALIKES, PLANTS
from scripted_script import Script, Truth
from scripted_tasks import EVALUATION, TUNING, Task

__all__ = ["EVALUATION", "TUNING", "Work", "frame_of_episodes", "score", "work"]


class Work(NamedTuple):
    """A batch, the episode of each action, both as a frame sorted by `episode` and `place`, and what was planted."""

    batch: Batch
    episodes: list[int]
    frame: pl.DataFrame
    truths: list[Truth]


def work(seed: int, tasks: tuple[Task, ...], episodes: int, *, clean: bool) -> Work:
    """Scripted work, through the packed columns that a vault reads.

    A clean run has only what looks like something; the others have one thing planted, or two, or are abandoned.
    """
    script = Script(random.Random(seed))
    for _ in range(episodes):
        _task(script, tasks, clean=clean)
    batch = batch_of([Held(action, shown, {}) for _, action, shown in script.rows])
    numbers = [episode for episode, _, _ in script.rows]
    return Work(batch, numbers, frame_of_episodes(batch, numbers), script.truths)


def frame_of_episodes(batch: Batch, episodes: list[int]) -> pl.DataFrame:
    """The batch as a frame of zone `actions`, in episodes."""
    packed, _ = unpack(encode_batch(batch))
    frame = frame_of(packed, 0, Provenance(date(2026, 11, 24), "", Scope.SELF, "0" * 64))
    return with_own_screens(placed(frame.with_columns(episode=pl.Series(episodes, dtype=pl.UInt32))))[0]


def _task(s: Script, tasks: tuple[Task, ...], *, clean: bool) -> None:
    leave = not clean and s.rng.random() < 0.15
    wanted = [] if clean else s.rng.sample(list(PLANTS.values()), s.rng.randint(0 if leave else 1, 2))

    def room() -> None:
        if s.rng.random() < 0.5:
            s.rng.choice(LOOKALIKES)(s)
            s.act(K.SCROLL, direction=Direction.DOWN)
            s.act(K.SCROLL, direction=Direction.UP)
        if wanted:
            wanted.pop()(s)
        s.act(K.SCROLL, direction=Direction.DOWN)

    s.rng.choice(tasks)(s, room, leave)
    s.finish()


def score(found: pl.DataFrame, truths: list[Truth]) -> dict[Signal, tuple[int, int, int]]:
    """For each signal: how many were planted, found, and rightly found. A label is right if it overlaps a truth of its
    own, of the same signal in the same episode."""
    places: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for truth in truths:
        places.setdefault((truth.episode, truth.signal), []).append((truth.start, truth.end))
    right = dict.fromkeys(Signal, 0)
    said = dict.fromkeys(Signal, 0)
    for episode, signal, start, end in found.select("episode", "signal", "start", "end").iter_rows():
        said[Signal(signal)] += 1
        open_ = places.get((episode, signal), [])
        hit = next((place for place in open_ if place[0] < end and start < place[1]), None)
        if hit is not None:
            open_.remove(hit)
            right[Signal(signal)] += 1
    planted = dict.fromkeys(Signal, 0)
    for truth in truths:
        planted[truth.signal] += 1
    return {signal: (planted[signal], said[signal], right[signal]) for signal in Signal}
