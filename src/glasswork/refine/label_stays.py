"""Label rules that follow one field, window or program through an episode; otherwise as `label_rules`."""
# pyright: reportUnknownMemberType=false
# (polars names numpy types, and numpy is no part of this project)

from typing import Final

import polars as pl

from glasswork.refine.acts import DIALOGS, among, last_of, next_of
from glasswork.refine.label_rules import within
from glasswork.schema.words import ActionKind, AppCategory, Command, GapClass, Key, LengthBucket, Role

FORMS: Final = (AppCategory.MAIL, AppCategory.CALENDAR, AppCategory.BUSINESS, AppCategory.TICKETING)
"""Programs in which what was entered has to be sent or saved; elsewhere it may have been saved all along."""

FIELDS: Final = (Role.TEXTBOX, Role.COMBOBOX, Role.SPINBUTTON)
LONG: Final = (GapClass.UNDER_64S, GapClass.UNDER_256S, GapClass.IDLE)
REOPENED_WITHIN: Final = 6


def overwritten(acts: pl.DataFrame) -> list[pl.DataFrame]:
    """A field was entered again before anything was sent or another record came: after others, or after clearing it."""
    clears = (pl.col("command") == Command.SELECT_ALL) | (pl.col("kind") == ActionKind.CLEAR_FIELD)
    acts = acts.select(
        *("episode", "window", "element_key", "at", "kind", "slot", "length", "role", "has", "edits", "search"),
        cleared=(clears.shift(1) & ~pl.col("first")).fill_null(value=False),
        record=pl.col("moves").cum_sum(),
        switches=(pl.col("kind") == ActionKind.SWITCH_APP).cum_sum(),
    )
    acts = acts.filter(
        pl.col("edits") & ~pl.col("search") & pl.col("has") & (pl.col("element_key") > 0) & among("role", FIELDS)
    )
    acts = acts.with_row_index("nth").filter(pl.col("kind") != ActionKind.CLEAR_FIELD)
    acts = acts.sort("episode", "window", "element_key", "at")
    short = pl.col("length") != LengthBucket.OVER_64  # a longer text is gone on with
    same = pl.all_horizontal(
        *(pl.col(name) == last_of(name) for name in ("window", "element_key", "record")),
        (pl.col("slot") != last_of("slot")) | (pl.col("slot") == 0),
    )
    others = (pl.col("nth") - last_of("nth") > 1) & (pl.col("switches") == last_of("switches"))
    found = acts.with_columns(begin=last_of("at")).filter(same & ((others & short) | pl.col("cleared")))
    return [found.select("episode", "begin", finish="at", rule=pl.lit("field_entered_again"))]


def reopened(acts: pl.DataFrame) -> pl.DataFrame:
    """What was closed is open again within six acts and no pause of 16 s: the same window, page or program."""
    kind = pl.col("kind")
    ended = pl.col("done") | ((kind == ActionKind.PRESS_KEY) & (pl.col("key") == Key.ENTER))
    quits = pl.col("closes") & (pl.col("command") == Command.QUIT)
    shut = pl.col("closes") | ((kind == ActionKind.CLOSE) & ~(ended.shift(1) & ~pl.col("first")).fill_null(value=False))
    marks = acts.with_columns(
        shut=shut,
        quits=quits,
        paused=among("gap", LONG).cum_sum(),
        page=pl.when("has").then("element_key").otherwise(0),
    ).filter(pl.col("shut") | among("kind", (ActionKind.OPEN, ActionKind.SWITCH_APP)))
    marks = marks.sort("episode", "app", "at").with_columns(begin=last_of("at"))
    same = (pl.col("window") == last_of("window")) | ((pl.col("page") == last_of("page")) & (pl.col("page") > 0))
    again = (
        (pl.col("app") == last_of("app"))
        & last_of("shut")
        & ~pl.col("shut")
        & ~(last_of("closes") & among("role", DIALOGS))
        & (last_of("quits") | ((kind == ActionKind.OPEN) & same))
        & (pl.col("at") - pl.col("begin") <= REOPENED_WITHIN)
        & (pl.col("paused") == last_of("paused"))
    )
    return marks.filter(again).select("episode", "begin", finish="at", rule=pl.lit("closed_and_opened"))


def abandoned(acts: pl.DataFrame, dialogs: pl.DataFrame, again: pl.DataFrame) -> list[pl.DataFrame]:
    """Something was entered, and what it was entered into was seen closing before anything completed it.

    An end by leaving or idling says nothing: what was left may be taken up again, or have been saved all along. Where
    closing brings up a question, its answer counts: to complete is no abandonment, to cancel does not close. Nor is it
    one where the same is open `again` at once.
    """
    entry = pl.col("edits") & ~pl.col("search")
    left = dialogs.filter((within(acts, dialogs, entry) > 0) & (within(acts, dialogs, pl.col("done")) == 0))
    marks = acts.with_columns(entry=entry).filter(pl.col("entry") | pl.col("done") | pl.col("closes"))
    marks = marks.sort("episode", "app", "at")
    ongoing = ((pl.col("app") == last_of("app")) & last_of("entry")).fill_null(value=False)
    found = marks.with_columns(
        begin=pl.when(pl.col("entry") & ~ongoing).then("at").forward_fill(),
        form=last_of("in_form") | last_of("category").is_in(FORMS),
    ).filter(pl.col("closes") & ongoing & (pl.col("window") == last_of("window")))
    found = found.filter(~pl.col("at").is_in(again["begin"].implode()))
    one, two = (_after(acts, found, n) for n in (1, 2))
    opens, answers = pl.col("kind") == ActionKind.OPEN, pl.col("done") | pl.col("cancels")
    opening = one.select(opens.fill_null(value=False)).to_series()
    asked = opening | one["in_dialog"]
    answered = (opening & two.select(answers).to_series()) | (~opening & one.select(answers).to_series())
    found = found.filter((asked | found["form"]) & ~(asked & answered))
    return [
        left.select("episode", "begin", "finish", rule=pl.lit("entered_then_cancelled")),
        found.select("episode", "begin", finish="at", rule=pl.lit("entered_then_closed")),
    ]


def interrupted(acts: pl.DataFrame) -> list[pl.DataFrame]:
    """Other work was done in between: actions of another episode, or a message that shares no value with this one."""
    return [
        acts.filter(pl.col("holes") > last_of("holes")).select(
            "episode", begin=pl.col("at") - 1, finish="at", rule=pl.lit("hole")
        ),
        _messages(acts),
    ]


def _messages(acts: pl.DataFrame) -> pl.DataFrame:
    new = pl.col("first") | (pl.col("app") != pl.col("app").shift(1))
    acts = acts.with_columns(new=new, stay=new.cum_sum())
    ends = acts.filter(pl.col("new").shift(-1, fill_value=True)).select(finish="at")
    stays = acts.filter("new").select("episode", "stay", "app", "category", begin="at").hstack(ends)
    around = last_of("category")
    talk = among("category", (AppCategory.CHAT, AppCategory.MEETING)) | (
        (pl.col("category") == AppCategory.MAIL) & ~around.is_in((AppCategory.CHAT, AppCategory.MEETING))
    )
    away = stays.filter(
        talk & (last_of("app") == next_of("app")) & (last_of("app") != "") & (around != AppCategory.SYSTEM)
    )
    away = away.filter(within(acts, away, pl.col("edits")) > 0)
    values = acts.filter((pl.col("slot") > 0) & pl.col("episode").is_in(away["episode"].implode()))
    shared = values.filter(pl.col("stay").n_unique().over("episode", "slot") > 1)
    return away.join(shared, on="stay", how="anti").select(
        "episode", "begin", "finish", rule=pl.lit("message_and_back")
    )


def _after(acts: pl.DataFrame, rows: pl.DataFrame, n: int) -> pl.DataFrame:
    """For each row, what stands n acts later in its episode; where nothing does, `kind` is null and the rest false."""
    at = (rows["at"] + n).clip(upper_bound=acts.height - 1)
    found = acts.select(pl.col("episode", "at", "kind", "in_dialog", "done", "cancels").gather(at))
    inside = (found["episode"] == rows["episode"]) & (found["at"] > rows["at"] + n - 1)
    return found.select(
        pl.when(inside).then("kind"), *(pl.col(name) & inside for name in ("in_dialog", "done", "cancels"))
    )
