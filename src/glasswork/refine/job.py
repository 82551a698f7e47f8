"""Run: every partition of actions becomes one of episodes, under the same owner."""
# pyright: reportUnknownMemberType=false
# (polars names numpy types, and numpy is no part of this project)

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import polars as pl
from msgspec import Struct

from glasswork.engine.local import run as run_each
from glasswork.govern.decide import Session
from glasswork.refine.episodes import episodes
from glasswork.schema.words import ActionKind, Zone
from glasswork.vault import access
from glasswork.vault.admission import ACTIONS
from glasswork.vault.frames import with_current_words
from glasswork.vault.handle import Vault

EPISODES: Final = "episodes"
"""The name of the one data set in the zone `episodes`."""

TOGETHER: Final = 50_000
"""Rows from which on partitions are refined together no longer: enough that the work outweighs its beginning."""


class Refined(Struct, frozen=True):
    """What was refined: partitions read, episodes made, and rows in them, `suppressed` markers counted apart."""

    partitions: int
    episodes: int
    actions: int
    suppressed: int


def run(vault: Vault, session: Session, progress: Callable[[int], None] | None = None) -> Refined:
    """Refine everything in the zone `actions`. What was refined before is replaced, under new keys.

    `session` is a job's in the zone `actions` (in scope `self` it acts for the owner). `progress` is called with the
    number of partitions done. In memory are as many partitions as have TOGETHER rows, or one; Polars uses every core.
    Raises what `access.open` and `access.put` raise.
    """
    dataset = access.dataset(vault, Zone.ACTIONS, ACTIONS)
    done = made = actions = suppressed = 0
    if dataset.people:
        for frames, found in run_each(refined, _together(access.open(vault, dataset, "refine", session))):
            for frame, part in zip(frames, found, strict=True):
                source = frame.item(0, "partition")
                access.put(vault, Zone.EPISODES, part, source=source, name=EPISODES, purpose="refine", session=session)
                done += 1
                made += part.height
                actions += frame.height
                suppressed += frame.select((pl.col("kind") == ActionKind.SUPPRESSED).sum()).item()
                if progress is not None:
                    progress(done)
    return Refined(done, made, actions, suppressed)


def refined(frames: list[pl.DataFrame]) -> tuple[list[pl.DataFrame], list[pl.DataFrame]]:
    """Partitions, and the episodes of each."""
    return frames, episodes([with_current_words(frame) for frame in frames])


def _together(frames: Iterable[pl.DataFrame]) -> Iterator[list[pl.DataFrame]]:
    """The frames in lists of TOGETHER rows or a little more."""
    some: list[pl.DataFrame] = []
    for frame in frames:
        some.append(frame)
        if sum(one.height for one in some) >= TOGETHER:
            yield some
            some = []
    if some:
        yield some
