"""Resume: a task that was left for other work and taken up again after it is one episode, with a hole where that lies.

A window is left while something that was entered in it is not completed yet; in others, something is completed that
shares no value with it; then the work goes on in the same window, at the same field, on the same screen, or with the
same value. All of this has to be seen. What was only looked at, or begun where nothing is entered (a launcher, a list
of messages), is not known to be a task, so nothing takes it up. Nothing is joined over a pause of recording, missing
actions, or a new batch (a window's number means nothing beyond its session, and which those share is not known), nor
over a marker that the participant set.

tests/resume_oracle.py holds the same as a plain loop; docs/segmentation.md says what it was measured on.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# (polars names numpy types, and numpy is no part of this project)

from typing import Final

import polars as pl

from glasswork.refine.cut import MIN_ACTIONS
from glasswork.refine.rules import BITS, SURE, with_reason
from glasswork.schema.episode import BoundaryReason
from glasswork.schema.words import ActionKind, ElementClass, Key, Role

FARTHEST: Final = 200
"""Rows between, beyond which nothing is taken up."""

NEAR: Final = 20
"""Rows on the two sides in which it has to be seen that the same is gone on with."""

ENTRIES: Final = (ActionKind.TYPE_TEXT, ActionKind.SELECT_OPTION)
_APART: Final = sum(
    BITS[reason] for reason in (BoundaryReason.TASK, BoundaryReason.GAP, BoundaryReason.HOLE, BoundaryReason.BATCH)
)


def with_resumed(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The frame of `rules.with_rules` with RESUMED where a task was left for other work, and where it is goes on.

    The second frame is for `joined`: `left` is the last row before the other work, `other` the first row of it, and
    `again` the row with which the task goes on.
    """
    found = _gone_on_with(frame, _returns(frame)).select("left", "other", "again")
    where = pl.zeros(frame.height, dtype=pl.Boolean, eager=True).scatter(
        pl.concat([found["other"], found["again"]]), True
    )
    return with_reason(frame, BoundaryReason.RESUMED, pl.lit(where), pl.lit(SURE[BoundaryReason.RESUMED])), found


def joined(cut: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """The frame of `cut.cut` in which the pieces of a resumed task are one `episode`, which ends as the last one does.

    Only where cuts came to lie: other work that was too short to be one belongs to its neighbour.
    """
    episode = cut["episode"]
    pairs = found.select(
        piece=episode.gather(found["left"]),
        other=episode.gather(found["other"]),
        before=episode.gather(found["again"] - 1),
        next=episode.gather(found["again"]),
    ).filter((pl.col("piece") != pl.col("other")) & (pl.col("before") != pl.col("next")))
    if pairs.is_empty():
        return cut
    pieces = cut.filter(episode.is_not_null()).unique("episode", keep="first", maintain_order=True)
    first = pieces["episode"].scatter(pairs["next"], pairs["piece"])
    while not (further := first.gather(first)).equals(first):  # a task that was left often is a chain of pieces
        first = further
    last = pieces.select(pl.col("episode").max().over(first.alias("first"))).to_series()
    whole = pl.DataFrame(
        {
            "episode": (pieces["episode"] == first).cum_sum().gather(first) - 1,
            **{name: pieces[name].gather(first) for name in ("began", "began_sure")},
            **{name: pieces[name].gather(last) for name in ("ended", "ended_sure")},
        },
        schema_overrides={"episode": pl.UInt32},
    )
    return cut.with_columns(pl.coalesce(whole[name].gather(episode), pl.col(name)) for name in whole.columns)


def _returns(frame: pl.DataFrame) -> pl.DataFrame:
    """Visits to a window in which something was entered and not completed, each with the next one, and other work done
    between: `from` and `left`, `other`, `again` and `to` (rows, inclusive)."""
    part, app, window, at = pl.col("part"), pl.col("app"), pl.col("window"), pl.col("_at")
    search = (pl.col("role") == Role.SEARCHBOX) | (pl.col("element_class") == ElementClass.SEARCH)
    entry = pl.any_horizontal(pl.col("kind") == kind for kind in ENTRIES) & ~search
    sent = (pl.col("kind") == ActionKind.PRESS_KEY) & (pl.col("key") == Key.ENTER)
    rows = frame.lazy().select(
        *("part", "app", "window", "_at", "_real", "_named"),
        cut=pl.when(pl.col("_mask") != 0).then(at).forward_fill(),
        ended=pl.when(pl.col("_done") | pl.col("_shut") | sent).then(at).forward_fill().fill_null(-1),
        entered=pl.when(entry & pl.col("_real")).then(at).forward_fill().fill_null(-1),
        real=pl.col("_real").cum_sum(),
        done=pl.col("_done").cum_sum(),
        done_before=pl.col("_done").cum_sum() - pl.col("_done"),
        apart=(pl.col("_mask") & _APART != 0).cum_sum(),
        idle=(pl.col("_mask") & BITS[BoundaryReason.IDLE] != 0).cum_sum(),
    )
    rows = rows.filter(pl.col("_real") & ~pl.col("_named"))
    new = ((app != app.shift(1)) | (window != window.shift(1)) | (part != part.shift(1))).fill_null(value=True)
    rows = rows.with_columns(new=new, last=new.shift(-1, fill_value=True)).collect()
    heads, tails = rows.filter("new"), rows.filter("last")
    visits = tails.drop("_at", "new", "last").with_columns(
        **{"from": heads["_at"], "left": tails["_at"], "other": heads["_at"].shift(-1), "went": heads["app"].shift(-1)},
        **{f"{name}_again": heads[name] for name in ("real", "apart", "idle")},
        done_again=heads["done_before"],
    )
    visits = visits.filter(window > 0).sort("part", "app", "window", maintain_order=True)
    entered = pl.when(pl.col("entered") >= pl.col("from")).then("entered").forward_fill().over("part", "app", "window")
    following = {name: pl.col(name).shift(-1).over("part", "app", "window") for name in ("from", "left")}
    visits = visits.with_columns(
        entered=entered,
        again=following["from"],
        to=following["left"],
        **{name: pl.col(f"{name}_again").shift(-1) - pl.col(name) for name in ("real", "done", "apart", "idle")},
    )
    return visits.filter(
        (pl.col("again") - pl.col("left") <= FARTHEST)
        & (pl.col("went") != app)
        & (pl.col("entered") >= pl.col("cut"))
        & (pl.col("ended") < pl.col("cut"))
        & (pl.col("real") > MIN_ACTIONS)  # the action with which the task goes on is one of them
        & (pl.col("done") > 0)
        & (pl.col("apart") == 0)
    ).select(pl.col("cut", "from", "left", "other", "again", "to").cast(pl.Int64), slots=pl.col("idle") == 0)


def _gone_on_with(frame: pl.DataFrame, returns: pl.DataFrame) -> pl.DataFrame:
    """Those of the returns that go on with what was left, and between which none of its values is used.

    After idle time the same number may be another value (schema.action.Value), and tells nothing.
    """
    if returns.is_empty():
        return returns
    before = pl.max_horizontal("from", "cut", pl.col("left") - NEAR + 1)
    own = _seen(frame, returns, before, pl.col("left") + 1)
    then = _seen(frame, returns, pl.col("again"), pl.min_horizontal("to", pl.col("again") + NEAR - 1) + 1)
    other = _seen(frame, returns, pl.col("other"), pl.col("again"))
    used = other.filter("slots").join(pl.concat([own, then]), on=("nth", "slot"), how="semi").select("nth")
    same = pl.concat(
        [
            own.join(then, on=("nth", "key"), how="semi").select("nth"),
            own.filter("slots").join(then, on=("nth", "slot"), how="semi").select("nth"),
            own.drop_nulls("tree")
            .unique("nth", keep="last", maintain_order=True)
            .join(
                then.drop_nulls("tree").unique("nth", keep="first", maintain_order=True), on=("nth", "tree"), how="semi"
            )
            .select("nth"),
        ]
    )
    numbered = returns.with_row_index("nth")
    return numbered.join(same, on="nth", how="semi", maintain_order="left").join(
        used, on="nth", how="anti", maintain_order="left"
    )


def _seen(frame: pl.DataFrame, returns: pl.DataFrame, start: pl.Expr, end: pl.Expr) -> pl.DataFrame:
    """The actions from `start` to `end` (exclusive) of each return (`nth`): their `key`, `slot` and `tree`, if any."""
    rows = returns.with_row_index("nth").select("nth", "slots", at=pl.int_ranges(start, end)).explode("at")
    found = frame.select(
        key=pl.when((pl.col("has_element") == 1) & (pl.col("element_key") > 0)).then("element_key"),
        slot=pl.when(pl.col("slot") > 0).then("slot"),
        tree="screen_tree",
        real="_real",
    )
    return rows.hstack(found.select(pl.all().gather(rows["at"]))).filter("real")
