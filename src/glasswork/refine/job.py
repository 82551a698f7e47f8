"""Run: every partition of actions becomes one of episodes, under the same owner."""
# pyright: reportUnknownMemberType=false
# (polars names numpy types, and numpy is no part of this project)

from collections.abc import Callable
from typing import Final

import polars as pl
from msgspec import Struct

from glasswork.govern.decide import Session
from glasswork.refine.episodes import episodes
from glasswork.refine.rows import frame_of
from glasswork.schema.words import ActionKind, Zone
from glasswork.vault import access
from glasswork.vault.admission import ACTIONS
from glasswork.vault.handle import Vault

EPISODES: Final = "episodes"
"""The name of the one data set in the zone `episodes`."""


class Refined(Struct, frozen=True):
    """What was refined: partitions read, episodes made, and rows in them, `suppressed` markers counted apart."""

    partitions: int
    episodes: int
    actions: int
    suppressed: int


def run(vault: Vault, session: Session, progress: Callable[[int], None] | None = None) -> Refined:
    """Refine everything in the zone `actions`. What was refined before is replaced, under new keys.

    `session` is a job's in the zone `actions` (in scope `self` it acts for the owner). `progress` is called with the
    number of partitions done. Raises what `access.open` and `access.put` raise.
    """
    dataset = access.dataset(vault, Zone.ACTIONS, ACTIONS)
    done = made = actions = suppressed = 0
    if dataset.people:
        for frame in access.open(vault, dataset, "refine", session):
            found = episodes(frame)
            source = frame.item(0, "partition")
            access.put(
                vault, Zone.EPISODES, frame_of(found), source=source, name=EPISODES, purpose="refine", session=session
            )
            done += 1
            made += len(found)
            actions += frame.height
            suppressed += frame.filter(pl.col("kind") == ActionKind.SUPPRESSED).height
            if progress is not None:
                progress(done)
    return Refined(done, made, actions, suppressed)
