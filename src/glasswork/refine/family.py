"""Family: which episodes reached the same, however they reached it, and which of them went a longer way.

What was reached is a graph. Its nodes are the results in the episode: a field that was entered into (role, class,
surviving label, kind of value), a command that leaves something behind, a completion, each with the category of program
it was done in. Its edges say which value came from where: copied here, or entered here before, and entered there. How
often and in which order is left out, and so is the means: shortcut or menu, Enter or the button, typing or choosing
a way through pages and programs. What was taken back is no result: an entry that was undone, all that was done
in a dialog that was cancelled. Steps that were repeated count once.

The way is the number of steps: each result once, and each step between them that went somewhere (a program, a page,
another click). Scrolling, waiting, putting the cursor into a field, opening menus, and what was taken back are no
steps: those that matter have labels of their own. tests/unit/test_family.py holds the same as a plain loop.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# (polars names numpy types, and numpy is no part of this project)

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Final

import polars as pl

from glasswork.refine.rows import LABELS
from glasswork.refine.segment import DECIDING, MARKERS
from glasswork.schema.episode import Signal, Source
from glasswork.schema.words import ActionKind, Command, ElementClass, Key, Role
from glasswork.vault.frames import ENUMS

ENTRIES: Final = (ActionKind.TYPE_TEXT, ActionKind.SELECT_OPTION)
ENTER: Final = "enter"
"""The name of a result that is an entry; the others are called as their command."""

COPYING: Final = (Command.COPY, Command.CUT)
"""Where values come from; on their own they leave nothing behind."""

RESULTS: Final = (
    Command.SAVE, Command.SAVE_AS, Command.NEW, Command.PRINT, Command.REPLACE, Command.RENAME, Command.DELETE,
    Command.BOLD, Command.ITALIC, Command.UNDERLINE, Command.CONFIRM,
)  # fmt: skip
"""Commands that leave something behind."""

ASKING: Final = (Command.SAVE_AS, Command.PRINT, Command.REPLACE, Command.RENAME, Command.NEW)
"""Results of which nothing is left where the dialog that they open is cancelled."""

CLASSES: Final[dict[str, str]] = {
    ElementClass.SUBMIT: Command.CONFIRM,
    ElementClass.SAVE: Command.SAVE,
    ElementClass.DELETE: Command.DELETE,
}
"""The command that an element of such a class stands for, where the action names none."""

UNDOABLE: Final = (ENTER, Command.REPLACE, Command.DELETE, Command.BOLD, Command.ITALIC, Command.UNDERLINE)
"""Results that an undo takes back; what was sent or saved stays so."""

NO_STEPS: Final = (*MARKERS, ActionKind.SCROLL, ActionKind.WAIT, ActionKind.CLEAR_FIELD)
MENUS: Final = (Role.MENU, Role.MENUBAR, Role.MENUITEM)
AIDS: Final = (Command.UNDO, Command.REDO, Command.CANCEL, Command.SELECT_ALL, *COPYING)

FURTHER: Final = 2
LONGER: Final = 1.25
MUCH_LONGER: Final = 1.5
"""A detour is at least FURTHER steps and LONGER times as long as the shortest way; surer where MUCH_LONGER."""

_FIELDS: Final = ("role", "element_class", "label", "value_kind")


def families(rows: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    """One row an episode: `episode`, `part`, `family` (16 hex digits, empty where nothing was reached), `way`, `rows`.

    `rows` are placed rows (see `episodes.placed`) and `labels` their labels. `way` and `rows` (UInt32) count the steps
    to what was reached, and all actions, markers included.
    """
    steps = _not_taken_back(rows, labels)
    results = steps.filter(pl.col("result").is_not_null()).with_columns(node=_node())
    reached = results.filter(pl.col("result") != Command.COPY)
    nodes = reached.select("episode", part="node").unique()
    edges = (
        results.filter(pl.col("slot") != 0)
        .with_columns(source=pl.col("node").first().over("episode", "slot"))
        .filter((pl.col("result") == ENTER) & (pl.col("source") != pl.col("node")))
        .select("episode", part=pl.col("source") + ">" + pl.col("node"))
        .unique()
    )
    graphs = (
        pl.concat([nodes, edges])
        .sort("episode", "part")
        .group_by("episode", maintain_order=True)
        .agg(graph=pl.col("part").str.join("\n"))
    )
    walked = steps.filter(pl.col("result").is_null() & pl.col("walked")).group_by("episode").agg(walked=pl.len())
    return (
        rows.group_by("episode", maintain_order=True)
        .agg(pl.first("part"), rows=pl.len())
        .join(graphs.with_columns(family=_digests(graphs["graph"])), on="episode", how="left", maintain_order="left")
        .join(walked, on="episode", how="left", maintain_order="left")
        .join(nodes.group_by("episode").agg(reached=pl.len()), on="episode", how="left", maintain_order="left")
        .select(
            *("episode", "part"),
            pl.col("family").fill_null(""),
            way=pl.col("walked").fill_null(0) + pl.col("reached").fill_null(0),
            rows=pl.col("rows"),
        )
    )


def detours(reached: pl.DataFrame) -> pl.DataFrame:
    """The labels (`episode` and LABELS) of those episodes that went a longer way to what others of these reached.

    `reached` is a frame of `families`. The shortest known way is that of the same part: one person's, of one period.
    """
    way, shortest = pl.col("way"), pl.col("way").min().over("part", "family")
    longer = (pl.col("family") != "") & (way >= shortest + FURTHER) & (way >= shortest * LONGER)
    return reached.with_columns(much=way >= shortest * MUCH_LONGER, longer=longer).filter("longer").select(
        "episode",
        signal=pl.lit(Signal.DETOUR, LABELS["signal"]),
        rule=pl.lit("longer_than_the_shortest_way"),
        confidence=pl.when("much").then(0.8).otherwise(0.6),
        start=pl.lit(0, pl.UInt32),
        end=pl.col("rows"),
        source=pl.lit(Source.RULE, LABELS["source"]),
    )  # fmt: skip


def _not_taken_back(rows: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    """Results, copies and steps that were walked, without those that were undone or lie in a cancelled dialog."""
    steps = rows.select(
        *("episode", "category", "slot", *_FIELDS),
        at=_key(pl.col("place")),
        result=_result(),
        walked=_walked(),
        undo=(pl.col("command") == Command.UNDO) & _result().is_null(),
        redo=(pl.col("command") == Command.REDO) & _result().is_null(),
    ).filter(pl.col("result").is_not_null() | pl.col("walked") | pl.col("undo") | pl.col("redo"))
    cancelled = labels.filter(pl.col("signal") == Signal.DIALOG_CANCELLED).select(
        start=_key(pl.col("start")), end=_key(pl.col("end"))
    )
    within = cancelled.select(pl.int_ranges("start", "end", dtype=pl.UInt64).explode()).to_series()
    asked = pl.col("at").is_in((cancelled["start"] - 1).implode()) & _is("result", ASKING).fill_null(value=False)
    steps = steps.filter(~pl.col("at").is_in(within.implode()) & ~asked)
    return steps.filter(~pl.col("at").is_in(_undone(steps).implode()))


def _undone(steps: pl.DataFrame) -> pl.Series:
    """The keys of what was undone: an undo takes back what was done last in its program, and was not undone yet."""
    steps = steps.with_columns(done=_is("result", UNDOABLE).fill_null(value=False)).filter(
        pl.col("done") | pl.col("undo") | pl.col("redo")
    )
    # An undo that was redone took nothing back; a new entry between them ends what can be redone.
    steps = steps.with_columns(undo=pl.col("undo") & ~_closed("undo", "redo", pl.col("done") | _changes("episode")))
    steps = steps.sort("episode", "category", maintain_order=True)
    return steps.filter(_closed("done", "undo", _changes("episode") | _changes("category")))["at"]


def _key(place: pl.Expr) -> pl.Expr:
    """One number for an episode and a place in it; that before place 0 belongs to no row."""
    return (pl.col("episode").cast(pl.UInt64) + 1) * 2**32 + place


def _closed(opening: str, closing: str, new: pl.Expr) -> pl.Expr:
    """Whether a row that opens a bracket is closed by a later row, as brackets are. At `new`, all begins anew.

    A bracket is closed where the depth falls below its own. Each group lies far above the one before, so that
    nothing in it can be below what came earlier, and no group needs a window of its own.
    """
    depth = (pl.col(opening).cast(pl.Int64) - pl.col(closing).cast(pl.Int64)).cum_sum()
    depth = depth + new.cum_sum().cast(pl.Int64) * 2**32
    return pl.col(opening) & (depth.reverse().cum_min().reverse() < depth)


def _changes(column: str) -> pl.Expr:
    return (pl.col(column) != pl.col(column).shift(1)).fill_null(value=True)


def _result() -> pl.Expr:
    """The name of what an action leaves behind, `copy` where it only takes a value along, null where neither."""
    command = pl.col("command")
    decided = pl.coalesce(_word("command", {word: word for word in RESULTS}), _word("element_class", CLASSES))
    return (
        pl.when(_is("kind", ENTRIES) | (command == Command.PASTE))
        .then(pl.lit(ENTER))
        .when(_is("command", COPYING) & (pl.col("slot") != 0))
        .then(pl.lit(Command.COPY))
        .when(_is("kind", DECIDING))
        .then(decided)
    )


def _word(column: str, meant: Mapping[str, str]) -> pl.Expr:
    """What each word of a column of words means, null where nothing. Looked up by code, which is fastest."""
    words = pl.Series([meant.get(word) for word in ENUMS[column].categories], dtype=pl.String)
    return pl.lit(words).gather(pl.col(column).to_physical())


def _walked() -> pl.Expr:
    """Whether an action that leaves nothing behind is a step of the way."""
    into_field = (pl.col("kind") == ActionKind.CLICK) & (pl.col("element_class") == ElementClass.EDIT)
    return ~(
        _is("kind", NO_STEPS) | _is("role", MENUS) | _is("command", AIDS) | into_field
        | (pl.col("key") == Key.TAB) | (pl.col("key") == Key.ESCAPE)
    )  # fmt: skip


def _node() -> pl.Expr:
    """A result as text: its name and category, and the field of an entry. The label's length keeps texts apart."""
    name = pl.concat_str("category", "result", separator=" ")
    field = pl.concat_str(
        *(name, "role", "element_class", "value_kind", pl.col("label").str.len_bytes(), "label"), separator=" "
    )
    copied = pl.concat_str(name, "value_kind", separator=" ")
    return (
        pl.when(pl.col("result") == ENTER)
        .then(field)
        .when(pl.col("result") == Command.COPY)
        .then(copied)
        .otherwise(name)
    )


def _digests(graphs: pl.Series) -> pl.Series:
    """BLAKE2b of each text, 8 bytes in hex; each different text is digested once."""
    different = graphs.unique()
    digests = {text: blake2b(text.encode(), digest_size=8).hexdigest() for text in different}
    return graphs.replace_strict(digests, return_dtype=pl.String)


def _is(column: str, words: Iterable[str]) -> pl.Expr:
    return pl.any_horizontal(pl.col(column) == word for word in words)
