"""Acts: the actions that the label rules look at, with what they ask of each as columns of truth values.

An act is every row of an episode but `task` markers and waits. The other markers stay: what was lost, suppressed or lay
in a pause is not known, so no rule may look across it.
"""
# pyright: reportUnknownMemberType=false
# (polars names numpy types, and numpy is no part of this project)

from collections.abc import Iterable
from typing import Final

import polars as pl

from glasswork.refine.rules import CLOSING_COMMANDS, DECIDING, MARKERS, completion
from glasswork.schema.words import (
    ActionKind,
    Button,
    Command,
    Effect,
    ElementClass,
    Key,
    Role,
)

CLICKS: Final = (ActionKind.CLICK, ActionKind.DOUBLE_CLICK)
ENTRIES: Final = (ActionKind.TYPE_TEXT, ActionKind.CLEAR_FIELD)
DIALOGS: Final = (Role.DIALOG, Role.ALERTDIALOG)
ALERTS: Final = (Role.ALERT, Role.ALERTDIALOG)

ACTIVATING: Final = (Key.NONE, Key.ENTER, Key.OTHER)
"""Keys that press the button they are on. A space writes a character, so it has no name of its own: `other`."""

ACTIVE: Final = (Role.BUTTON, Role.LINK, Role.MENUITEM, Role.TAB)
"""Elements that are there to be pressed and then do something. Steppers, fields, cells and list entries are not."""

CHOSEN: Final = (Role.OPTION, Role.RADIO, Role.COMBOBOX, Role.LISTBOX)
"""What is chosen in a form. Entries of lists and trees are mere places in it."""

SHOWS: Final = (ElementClass.SUBMIT, ElementClass.SAVE, ElementClass.OPEN)
"""Elements whose success would show in the structure of the screen."""

PLACES: Final = (Role.LINK, Role.ROW, Role.LISTITEM, Role.TREEITEM, Role.TAB, Role.CELL, Role.GRIDCELL)
MOVING_CLASSES: Final = (ElementClass.NAVIGATE, ElementClass.OPEN, ElementClass.DELETE, ElementClass.CANCEL)
MOVING_COMMANDS: Final = (
    *(Command.NEW, Command.OPEN, Command.CLOSE, Command.QUIT, Command.BACK, Command.FORWARD, Command.RELOAD),
    *(Command.SAVE, Command.SAVE_AS, Command.CONFIRM, Command.NEXT_TAB, Command.PREVIOUS_TAB, Command.DELETE),
    *(Command.UNDO, Command.REDO),
)
MOVING_KINDS: Final = (ActionKind.OPEN, ActionKind.CLOSE, ActionKind.NAVIGATE)
MOVING_KEYS: Final = (Key.ENTER, Key.ESCAPE, Key.PAGE_UP, Key.PAGE_DOWN)
"""After one of these another record may be in front: the same field is then another one."""


def among(column: str, words: Iterable[str]) -> pl.Expr:
    """Whether a column of words holds one of these; several comparisons are faster than one `is_in`."""
    return pl.any_horizontal(*(pl.col(column) == word for word in words))


def acts_of(frame: pl.DataFrame) -> pl.DataFrame:
    """The acts in a frame of actions in episodes (see `label.label_frame`), in its order.

    Adds `at` (row number), `first` (of its episode), `holes` (before it, in the whole frame), and truth
    values: `in_dialog`, `in_alert`, `in_form` (what its screen shows), `has` (an element),
    `real` (no marker), `done`, `cancels`, `closes`, `back`, `search`, `edits`, `moves` (perhaps to another record),
    `unchanged`, `quiet` (not seen to change anything), `stepped_back` (the act before cancelled).
    """
    acts = frame.with_columns(holes=pl.col("hole").cum_sum())
    acts = acts.filter(~among("kind", (ActionKind.TASK, ActionKind.WAIT))).with_columns(
        at=pl.int_range(pl.len(), dtype=pl.Int32),
        first=(pl.col("episode") != pl.col("episode").shift(1)).fill_null(value=True),
    )
    has, kind, command, cls = pl.col("has_element") == 1, pl.col("kind"), pl.col("command"), pl.col("element_class")
    clicks = among("kind", (*CLICKS, ActionKind.SELECT_OPTION))
    pressed = among("kind", CLICKS) | ((kind == ActionKind.PRESS_KEY) & among("key", ACTIVATING))
    acts = _with_roles(acts).select(
        *("episode", "place", "holes", "at", "first", "tree", "in_dialog", "in_alert", "in_form"),
        *("kind", "gap", "modality", "key", "command", "app", "category", "window", "role", "element_class"),
        *("element_key", "slot", "length", "erased", "effect", "amount"),
        has=has,
        real=~among("kind", MARKERS),
        done=completion() & (pressed | (kind == ActionKind.HOTKEY)),
        cancels=(command == Command.CANCEL)
        | ((kind == ActionKind.PRESS_KEY) & (pl.col("key") == Key.ESCAPE))
        | (pressed & has & (cls == ElementClass.CANCEL)),
        closes=among("kind", DECIDING) & among("command", CLOSING_COMMANDS),
        back=(command == Command.BACK) | (pl.col("button") == Button.BACK),
        search=(pl.col("role") == Role.SEARCHBOX) | (cls == ElementClass.SEARCH),
        edits=among("kind", ENTRIES) | ((kind == ActionKind.SELECT_OPTION) & among("role", CHOSEN)),
        moves=completion()
        | among("kind", MOVING_KINDS)
        | among("command", MOVING_COMMANDS)
        | ((kind == ActionKind.PRESS_KEY) & among("key", MOVING_KEYS))
        | (clicks & (among("role", PLACES) | among("element_class", MOVING_CLASSES))),
    )
    same = (next_of("tree") == pl.col("tree")) & (next_of("window") == pl.col("window"))
    unchanged = pl.col("effect") == Effect.UNCHANGED
    unseen = (pl.col("effect") == Effect.UNKNOWN) & same
    return acts.with_columns(
        unchanged=(unchanged | (unseen & among("element_class", SHOWS))).fill_null(value=False),
        quiet=(unchanged | unseen).fill_null(value=False),
        stepped_back=last_of("cancels").fill_null(value=False),
    )


def _with_roles(acts: pl.DataFrame) -> pl.DataFrame:
    """The acts with what their screens show. Each distinct tree is searched once.

    In a tree's JSON a node begins with `["role",`; a quotation mark within a label is escaped, so no label looks so.
    """
    trees = acts.select("tree", "screen_tree").drop_nulls("tree").unique("tree", keep="any")
    shown = trees.select(
        "tree",
        in_dialog=_shows(DIALOGS),
        in_alert=_shows(ALERTS),
        in_form=_shows((Role.FORM, *DIALOGS)),
    )
    return acts.join(shown, on="tree", how="left", maintain_order="left").with_columns(
        pl.col("in_dialog", "in_alert", "in_form").fill_null(value=False)
    )


def _shows(roles: Iterable[Role]) -> pl.Expr:
    tree = pl.col("screen_tree")
    return pl.any_horizontal(*(tree.str.contains(f'["{role}",', literal=True) for role in roles))


def runs(acts: pl.DataFrame, where: str) -> pl.DataFrame:
    """The longest runs of acts of one episode for which the column `where` holds: `episode`, `begin`, `finish`.

    `begin` and `finish` are the first and the last act (`at`), both inclusive.
    """
    holds, first = pl.col(where), pl.col("first")
    begins = holds & (first | ~holds.shift(1, fill_value=False))
    finishes = holds & (first.shift(-1, fill_value=True) | ~holds.shift(-1, fill_value=False))
    begin = acts.filter(begins).select("episode", begin="at")
    return begin.hstack(acts.filter(finishes).select(finish="at"))


def next_of(column: str, n: int = 1) -> pl.Expr:
    """The column's value n acts later in the same episode, else null."""
    return pl.when(pl.col("episode").shift(-n) == pl.col("episode")).then(pl.col(column).shift(-n))


def last_of(column: str, n: int = 1) -> pl.Expr:
    """The column's value n acts before in the same episode, else null."""
    return pl.when(pl.col("episode").shift(n) == pl.col("episode")).then(pl.col(column).shift(n))
