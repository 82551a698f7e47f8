"""Episodes: one frame of actions cut, labelled and described."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# (polars names numpy types, and numpy is no part of this project)

import secrets
from collections.abc import Sequence
from datetime import date

import msgspec
import polars as pl

from glasswork.refine.describe import describe
from glasswork.refine.label import labels
from glasswork.refine.rows import actions_of
from glasswork.refine.segment import segment
from glasswork.schema.action import Action, Screen
from glasswork.schema.episode import Boundary, BoundaryReason, Episode
from glasswork.schema.words import Scope


def episodes(frame: pl.DataFrame) -> list[Episode]:
    """The Episodes in a frame of zone `actions` (one participant and day), in order.

    Each has a random id. Its Screens are those its own actions refer to, and time is kept as the ISO week.
    """
    cut = segment(frame).filter(pl.col("episode").is_not_null())
    actions, screens = actions_of(cut)
    constant = ("day", "scope", "policy", "basis", "began", "ended")
    heads = cut.group_by("episode", maintain_order=True).agg(pl.len().alias("rows"), pl.first(*constant))
    found: list[Episode] = []
    start = 0
    for head in heads.iter_rows(named=True):
        own, seen = _with_own_screens(actions[start : start + head["rows"]], screens)
        start += head["rows"]
        episode = Episode(
            id=secrets.token_hex(16),
            week=week(head["day"]),
            scope=Scope(head["scope"]),
            policy=head["policy"],
            basis=head["basis"],
            actions=own,
            screens=seen,
            labels=labels(own, seen),
            began=Boundary((BoundaryReason(head["began"]),), 1.0),
            ended=Boundary((BoundaryReason(head["ended"]),), 1.0),
        )
        found.append(describe(episode))
    return found


def _with_own_screens(
    actions: Sequence[Action], screens: Sequence[Screen]
) -> tuple[tuple[Action, ...], tuple[Screen, ...]]:
    """The actions with their Screens numbered anew, and only those Screens."""
    places = {place: n for n, place in enumerate(dict.fromkeys(a.screen for a in actions if a.screen >= 0))}
    own = (msgspec.structs.replace(action, screen=places.get(action.screen, -1)) for action in actions)
    return tuple(own), tuple(screens[place] for place in places)


def week(day: date) -> str:
    """The ISO week of a day, such as `2026-W48`."""
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02}"
