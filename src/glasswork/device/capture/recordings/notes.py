"""What is noted of a row of somebody's event log: that it was taken, why it was set aside, or what is odd about it."""

from enum import StrEnum
from typing import Final


class Note(StrEnum):
    """Every row is either `taken`, set aside for one of SET_ASIDE, unreadable, or without anything to tell. The other
    notes are of rows that were taken, and of what lies between them.
    """

    TAKEN = "taken"

    NO_TIME = "no_time"
    UNKNOWN_TIME = "unknown_time"  # what stands there is no time that can be read
    NEGATIVE_TIME = "negative_time"  # before 1970, or less than nothing
    FUTURE_TIME = "future_time"  # more than a day from now
    OUT_OF_ORDER = "out_of_order"  # so far behind what is later that it cannot be put in its place
    DUPLICATE = "duplicate"  # in every column what the row before it is

    RESORTED = "resorted"  # stood behind a later row, and was put in its place
    CASE_PARTED = "case_parted"  # a boundary: every case that had begun was over
    CASE_INTERLEAVED = "case_interleaved"  # another case, but one that had begun was not over: no boundary
    CASE_EARLIER = "case_earlier"  # a case that begins before what was read last: the log is told case by case
    GIANT_SESSION = "giant_session"
    ONE_ROW_SESSION = "one_row_session"
    HOLE = "hole"  # one or more unreadable rows, one after the other
    NO_TIMES = "no_times"  # the whole log: its rows count as a second apart
    UNKNOWN_ACTION = "unknown_action"  # told as a click
    UNKNOWN_ROLE = "unknown_role"
    UNKNOWN_APP = "unknown_app"


SET_ASIDE: Final = frozenset(
    (
        Note.NO_TIME,
        Note.UNKNOWN_TIME,
        Note.NEGATIVE_TIME,
        Note.FUTURE_TIME,
        Note.OUT_OF_ORDER,
        Note.DUPLICATE,
    )
)
"""Why a row is not taken. In its place stands a `lost`, except for a duplicate, of which nothing is lost."""
