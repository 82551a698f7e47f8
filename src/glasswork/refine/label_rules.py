"""Label rules: each finds the spans of acts that it stands for, in all episodes at once.

A rule takes the acts of `acts.acts_of` and returns `episode`, `begin` and `finish` (acts, both inclusive) and `rule`.
docs/labels.md says of each where it comes from and what it cannot tell; tests/label_oracle.py has them as plain loops.
"""
# pyright: reportUnknownMemberType=false
# (polars names numpy types, and numpy is no part of this project)

from typing import Final

import polars as pl

from glasswork.refine.acts import ACTIVE, CLICKS, DIALOGS, among, last_of, next_of, runs
from glasswork.schema.words import (
    ActionKind,
    Command,
    CountBucket,
    Effect,
    ElementClass,
    GapClass,
    Key,
    LengthBucket,
    Modality,
    Role,
)

MENU_ITEMS: Final = (Role.MENUITEM, Role.MENUITEMCHECKBOX, Role.MENUITEMRADIO)
NO_COMMANDS: Final = (Command.NONE, Command.OTHER)
MANY: Final = (CountBucket.TO_15, CountBucket.OVER_15)
SHORTLY: Final = (GapClass.UNDER_1S, GapClass.UNDER_4S)
SOON: Final = (*SHORTLY, GapClass.UNDER_16S)
LATER: Final = (GapClass.UNDER_64S, GapClass.UNDER_256S)
LATE: Final = (GapClass.UNDER_16S, *LATER)

BROWSED_WITHIN: Final = 4
"""Acts after going back within which the next page is opened when one looks through many."""


def routes(acts: pl.DataFrame) -> list[pl.DataFrame]:
    """The means by which a command was given, where there are two."""
    given = acts.filter(~among("command", NO_COMMANDS))
    key = pl.col("kind") == ActionKind.HOTKEY
    menu = pl.col("has") & among("role", MENU_ITEMS)
    return [
        _each(
            given, among("kind", CLICKS) & pl.col("has") & among("role", (*MENU_ITEMS, Role.BUTTON)), "command_by_click"
        ),
        _each(given, key & menu, "command_by_menu_key"),
        _each(given, key & ~menu & (pl.col("modality") == Modality.KEYBOARD), "command_by_hotkey"),
    ]


def undone(acts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Undo and redo. What is undone and at once redone, as often, is a comparison: it changed nothing."""
    steps = acts.filter(among("command", (Command.UNDO, Command.REDO)))
    new = (pl.col("at") != last_of("at") + 1) | (pl.col("command") != last_of("command"))
    bounds = steps.with_columns(new=new.fill_null(value=True))
    bounds = (
        bounds.filter("new")
        .select("episode", "command", begin="at")
        .hstack(bounds.filter(pl.col("new").shift(-1, fill_value=True)).select(finish="at"))
    )
    other = pl.col("command") != last_of("command")
    length = pl.col("finish") - pl.col("begin")
    compared = (
        (pl.col("command") == Command.REDO)
        & other
        & (last_of("finish") + 1 == pl.col("begin"))
        & (last_of("finish") - last_of("begin") == length)
    ).fill_null(value=False)
    bounds = bounds.with_columns(compared=compared, before=last_of("begin"))
    taken = pl.col("compared").shift(-1, fill_value=False)
    undo = pl.col("command") == Command.UNDO
    return (
        _spans(bounds.filter(undo & ~taken), "undo_command"),
        _spans(bounds.filter(~undo & ~pl.col("compared")), "redo_command"),
        _spans(bounds.filter("compared").with_columns(begin="before"), "undone_and_redone"),
    )


def erased(acts: pl.DataFrame) -> list[pl.DataFrame]:
    """Many deletions for the length of what stayed, or a row of them on their own."""
    short = among("length", (LengthBucket.TO_16, LengthBucket.TO_64))
    keys = (pl.col("kind") == ActionKind.PRESS_KEY) & (pl.col("key") == Key.BACKSPACE) & among("amount", MANY)
    return [
        _each(acts, pl.col("erased") == CountBucket.OVER_15, "erased_16_or_more"),
        _each(acts, (pl.col("erased") == CountBucket.TO_15) & short, "erased_4_of_a_short_text"),
        _each(acts, keys, "backspace_4_or_more"),
    ]


def dialogs_cancelled(acts: pl.DataFrame) -> pl.DataFrame:
    """A dialog was open, or in front, and the last act in it took a step back: also `by`, that act.

    A dialog in which something was looked for is closed that way when it has done its work.
    """
    closed = pl.col("kind") == ActionKind.CLOSE
    windows = acts.filter((closed | (pl.col("kind") == ActionKind.OPEN)) & pl.col("has") & among("role", DIALOGS))
    windows = windows.with_columns(
        begin=pl.when(last_of("kind") == ActionKind.OPEN, last_of("window") == pl.col("window")).then(last_of("at"))
    ).filter(closed & pl.col("begin").is_not_null() & pl.col("stepped_back"))
    shown = runs(acts, "in_dialog")
    shown = shown.filter(acts["cancels"].gather(shown["finish"]))
    alone = acts.filter(pl.col("cancels") & among("kind", CLICKS) & pl.col("tree").is_null())
    every = pl.concat(
        [
            _spans(windows.with_columns(finish="at"), "opened_cancelled_closed").with_columns(by=pl.col("finish") - 1),
            _spans(shown, "dialog_then_cancel").with_columns(by="finish"),
            _each(alone, pl.lit(value=True), "cancel_element").with_columns(by="finish"),
        ]
    ).unique("by", keep="first", maintain_order=True)
    return every.filter(within(acts, every, pl.col("edits") & pl.col("search")) == 0)


def completed(acts: pl.DataFrame, dialogs: pl.DataFrame, compared: pl.DataFrame) -> list[pl.DataFrame]:
    """The last completion in an episode, unless it was taken back.

    It is taken back by an undo before anything else is entered (not by one that is `compared`), by cancelling the
    dialog that it opened, and by a cancelling element of which nothing more is known.
    """
    opened = dialogs.filter(~acts["first"].gather(dialogs["begin"]))["begin"] - 1  # in this episode
    alone = dialogs.filter(pl.col("rule") == "cancel_element")["by"]
    acts = acts.filter("real").with_columns(
        undo=(pl.col("command") == Command.UNDO) & ~pl.col("at").is_in(compared["begin"].implode()),
        alone=pl.col("at").is_in(alone.implode()),
        final=next_of("at").is_null(),
    )
    acts = acts.filter(pl.col("done") | pl.col("edits") | pl.col("undo") | pl.col("alone"))
    acts = acts.with_columns(undone=next_of("undo").fill_null(value=False)).filter(pl.col("done") | pl.col("alone"))
    kept = next_of("at").is_null() & ~pl.col("alone") & ~pl.col("undone") & ~pl.col("at").is_in(opened.implode())
    acts = acts.filter(kept)
    return [
        _each(acts, pl.col("final"), "completion_last"),
        _each(acts, ~pl.col("final"), "completion_then_more"),
    ]


def alerts(acts: pl.DataFrame) -> list[pl.DataFrame]:
    """An alert came up: its window opened, or it is on a screen and was not on the one before, of the same window."""
    opened = (pl.col("kind") == ActionKind.OPEN) & pl.col("has") & among("role", (Role.ALERT, Role.ALERTDIALOG))
    shown = runs(acts, "in_alert")
    came = acts.select(
        last_of("tree").is_not_null()
        & (last_of("window") == pl.col("window"))
        & ~(last_of("kind") == ActionKind.OPEN)
        & ~(last_of("kind") == ActionKind.SWITCH_APP)
    ).to_series()
    return [
        _each(acts, opened, "alert_opened"),
        _spans(shown.filter(came.gather(shown["begin"]).fill_null(value=False)), "alert_on_screen"),
    ]


def fruitless(acts: pl.DataFrame) -> list[pl.DataFrame]:
    """The same element pressed three times or more without effect, or once, and nothing followed."""
    alike = pl.all_horizontal(
        *(pl.col(name) == last_of(name) for name in ("kind", "key", "command", "window", "role", "element_key"))
    )
    press = among("kind", CLICKS) | ((pl.col("kind") == ActionKind.PRESS_KEY) & (pl.col("key") == Key.ENTER))
    target = press & pl.col("has") & (pl.col("element_key") > 0) & among("role", ACTIVE)
    seen = pl.col("unchanged") | last_of("unchanged")
    acts = acts.with_columns(
        again=(target & alike & last_of("quiet") & seen & among("gap", SOON)).fill_null(value=False), target=target
    )
    repeated = runs(acts, "again").filter(pl.col("finish") > pl.col("begin")).with_columns(pl.col("begin") - 1)
    rapid = (pl.col("kind") == ActionKind.DOUBLE_CLICK) & among("amount", MANY) & pl.col("unchanged")
    moved = among("kind", (ActionKind.OPEN, ActionKind.NAVIGATE, ActionKind.CLOSE, ActionKind.TYPE_TEXT))
    acts = acts.with_columns(follows=moved | (pl.col("tree") != last_of("tree")).fill_null(value=False))
    dead = (
        (pl.col("kind") == ActionKind.CLICK)
        & (pl.col("command") == Command.NONE)
        & (pl.col("effect") == Effect.UNCHANGED)
        & ~pl.col("again")
        & ~next_of("again").fill_null(value=False)
        & ~next_of("follows").fill_null(value=False)
    )
    return [
        _spans(repeated, "same_element_3_times"),
        _each(acts, pl.col("target") & rapid & ~pl.col("again"), "clicked_4_times"),
        _each(acts, pl.col("target") & dead, "click_without_effect"),
    ]


def quick_backs(acts: pl.DataFrame) -> list[pl.DataFrame]:
    """A page was left by going back within 4 s, and it was not one of several that were looked through."""
    returned = (pl.col("kind") == ActionKind.NAVIGATE) & last_of("back").fill_null(value=False)
    acts = acts.with_columns(returned=returned)
    visits = acts.filter((pl.col("back") | (pl.col("kind") == ActionKind.NAVIGATE)) & ~pl.col("returned"))
    at, back = pl.col("at"), pl.col("back")
    visits = visits.with_columns(begin=last_of("at"), left=back & ~last_of("back"))
    before = (last_of("left", 2) & (pl.col("begin") - last_of("at", 2) <= BROWSED_WITHIN)).fill_null(value=False)
    after = (next_of("left", 2) & (next_of("at") - at <= BROWSED_WITHIN)).fill_null(value=False)
    quick = pl.col("left") & (pl.col("begin") == at - 1) & among("gap", SHORTLY)
    return [_spans(visits.filter(quick & ~before & ~after).with_columns(finish="at"), "back_within_4s")]


def waits(acts: pl.DataFrame) -> list[pl.DataFrame]:
    """What was asked for did not show at once: a page came 4 s later or more, or something else 16 s later or more."""
    asked = pl.col("has") & among("role", ACTIVE) & among("kind", CLICKS) & (pl.col("effect") != Effect.CHANGED)
    acts = acts.with_columns(asked=asked, turns=pl.col("element_class") == ElementClass.NAVIGATE)
    pages = among("kind", (ActionKind.NAVIGATE, ActionKind.OPEN)) & (pl.col("app") == last_of("app"))
    late = (pl.col("window") == last_of("window")) & (pl.col("tree") != last_of("tree")) & ~last_of("turns")
    came = last_of("asked") & ((among("gap", LATE) & pages) | (among("gap", LATER) & late))
    return [acts.filter(came).select("episode", begin=pl.col("at") - 1, finish="at", rule=pl.lit("late_response"))]


def _each(acts: pl.DataFrame, where: pl.Expr, rule: str) -> pl.DataFrame:
    return acts.filter(where).select("episode", begin="at", finish="at", rule=pl.lit(rule))


def _spans(found: pl.DataFrame, rule: str) -> pl.DataFrame:
    return found.select("episode", "begin", "finish", rule=pl.lit(rule))


def within(acts: pl.DataFrame, spans: pl.DataFrame, what: pl.Expr) -> pl.Series:
    """How many acts of a kind each span has, in the order of the spans."""
    if spans.is_empty():
        return pl.Series(dtype=pl.Int64)
    each = acts.select(what=what).to_series()
    upto = each.cum_sum().cast(pl.Int64)
    return upto.gather(spans["finish"]) - upto.gather(spans["begin"]) + each.gather(spans["begin"])
