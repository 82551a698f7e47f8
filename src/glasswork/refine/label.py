"""Label: signals about how a task went, each with its rule, its confidence and the actions it was seen in.

A signal is evidence, never a verdict: undoing is also how people explore (Dix and Abowd), and an undo or a burst of
deletions is where Akers et al. (CHI 2009) found most of the severe problems of a program, not of its user.
docs/labels.md has every rule, where it comes from, what it cannot tell, and how it was measured.
"""

# pyright: reportUnknownMemberType=false
# (polars names numpy types, and numpy is no part of this project)

from typing import Final

import polars as pl

from glasswork.refine import label_rules, label_stays
from glasswork.refine.acts import acts_of
from glasswork.schema.episode import Signal, Source
from glasswork.schema.words import ActionKind

RULES: Final[dict[str, tuple[Signal, float]]] = {
    "completion_last": (Signal.COMPLETED, 0.95),
    "completion_then_more": (Signal.COMPLETED, 0.7),
    "entered_then_closed": (Signal.ABANDONED, 0.8),
    "entered_then_cancelled": (Signal.ABANDONED, 0.95),
    "undo_command": (Signal.UNDO_EPISODE, 0.95),
    "erased_16_or_more": (Signal.ERASE_BURST, 0.95),
    "erased_4_of_a_short_text": (Signal.ERASE_BURST, 0.8),
    "backspace_4_or_more": (Signal.ERASE_BURST, 0.95),
    "opened_cancelled_closed": (Signal.DIALOG_CANCELLED, 0.95),
    "dialog_then_cancel": (Signal.DIALOG_CANCELLED, 0.95),
    "cancel_element": (Signal.DIALOG_CANCELLED, 0.6),
    "command_by_hotkey": (Signal.BY_SHORTCUT, 0.95),
    "command_by_click": (Signal.BY_MENU, 0.95),
    "command_by_menu_key": (Signal.BY_MENU, 0.95),
    "hole": (Signal.INTERRUPTED, 0.95),
    "message_and_back": (Signal.INTERRUPTED, 0.6),
    "field_entered_again": (Signal.OVERWRITE, 0.8),
    "redo_command": (Signal.REDO, 0.95),
    "undone_and_redone": (Signal.REDO, 0.95),
    "back_within_4s": (Signal.QUICK_BACK, 0.8),
    "alert_opened": (Signal.ALERT_SHOWN, 0.95),
    "alert_on_screen": (Signal.ALERT_SHOWN, 0.8),
    "same_element_3_times": (Signal.RETRY_LOOP, 0.8),
    "clicked_4_times": (Signal.RETRY_LOOP, 0.8),
    "click_without_effect": (Signal.DEAD_CLICK, 0.8),
    "closed_and_opened": (Signal.REOPEN, 0.8),
    "wait_marked": (Signal.WAIT, 0.95),
    "late_response": (Signal.WAIT, 0.6),
}
"""Of each rule, in the order of Signal, what it says and how sure it is: its precision on scripted work, rounded down,
and at most 0.95 where what decides is recorded, 0.8 where a threshold tells it, 0.7 where it is not recorded at all."""

DEVIATIONS: Final = (
    *(Signal.ABANDONED, Signal.UNDO_EPISODE, Signal.ERASE_BURST, Signal.DIALOG_CANCELLED, Signal.OVERWRITE),
    *(Signal.QUICK_BACK, Signal.ALERT_SHOWN, Signal.RETRY_LOOP, Signal.DEAD_CLICK, Signal.REOPEN, Signal.DETOUR),
)
"""Signals that the way taken was not the straight one. The others tell how it went, and stand on straight ways too:
completions, means, waits, interruptions, and redo, which brings back what was there."""

LABELS: Final = pl.Schema(
    {
        "episode": pl.UInt32,
        "signal": pl.Enum(Signal),
        "rule": pl.Enum(list(RULES)),
        "confidence": pl.Float32,
        "start": pl.UInt32,
        "end": pl.UInt32,
        "source": pl.Enum(Source),
    }
)
"""A frame of labels: the actions `start` to `end` (exclusive) are places in the episode."""


def label_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """All signals in a frame of actions, one a row (LABELS), by episode, start, end and signal.

    `frame` has the columns of `vault.frames.frame_of`, `episode` (UInt32), `place` (UInt32, the position in it), `hole`
    (whether other episodes' rows lie before the row) and `tree` (see `episodes.with_own_screens`), and is sorted by
    `episode` and `place`.
    """
    acts = acts_of(frame)
    dialogs = label_rules.dialogs_cancelled(acts)
    undone = label_rules.undone(acts)
    reopened = label_stays.reopened(acts)
    found = pl.concat(
        [
            dialogs.drop("by"),
            *undone,
            reopened,
            *label_rules.completed(acts, dialogs, undone[2]),
            *label_rules.erased(acts),
            *label_rules.routes(acts),
            *label_rules.alerts(acts),
            *label_rules.fruitless(acts),
            *label_rules.quick_backs(acts),
            *label_rules.waits(acts),
            *label_stays.overwritten(acts),
            *label_stays.abandoned(acts, dialogs, reopened),
            *label_stays.interrupted(acts),
        ]
    )
    found = found.select(
        "episode",
        "rule",
        start=acts["place"].gather(found["begin"]),
        end=acts["place"].gather(found["finish"]) + 1,
    )
    waits = frame.filter(pl.col("kind") == ActionKind.WAIT)
    waits = waits.select("episode", rule=pl.lit("wait_marked"), start="place", end=pl.col("place") + 1)
    return (
        pl.concat([found, waits])
        .with_columns(pl.col("rule").cast(LABELS["rule"]))
        .sort("episode", "start", "end", "rule")
        .select(
            "episode",
            _of_rule(pl.Series([signal for signal, _ in RULES.values()], dtype=LABELS["signal"])).alias("signal"),
            "rule",
            _of_rule(pl.Series([sure for _, sure in RULES.values()], dtype=pl.Float32)).alias("confidence"),
            "start",
            "end",
            pl.lit(Source.RULE, LABELS["source"]).alias("source"),
        )
    )


def _of_rule(values: pl.Series) -> pl.Expr:
    return pl.lit(values).gather(pl.col("rule").to_physical())
