"""The hold: what was recorded waits here, encrypted, until its participant reviews, sends or forgets it.

`open_hold(folder, find_key(folder))`, then `append`, `review`, `drop`, `withhold`, `name_task`, `prefer`, `forget`,
`expire`. `leaving` is what is held as it would leave, and `words` says it in plain language. Unsent work is deleted
after seven days, without anybody's doing.
"""

from glasswork.device.hold.batches import SentDay, State, Waiting, sent, sent_today, waiting
from glasswork.device.hold.clock import Moment, now
from glasswork.device.hold.deletion import drop, erase, expire, forget, renew
from glasswork.device.hold.errors import ChoiceRefused
from glasswork.device.hold.handle import Hold, open_hold
from glasswork.device.hold.key import find_key
from glasswork.device.hold.leaving import Line, kept_back, leaving
from glasswork.device.hold.records import Context, Record, Review, append, count, days, find, review, totals
from glasswork.device.hold.spans import Address, Span, parse, whole
from glasswork.device.hold.tasks import Task, name_task, prefer, remove_task, tasks
from glasswork.device.hold.totals import Totals
from glasswork.device.hold.withholding import withhold

__all__ = [
    "Address",
    "ChoiceRefused",
    "Context",
    "Hold",
    "Line",
    "Moment",
    "Record",
    "Review",
    "SentDay",
    "Span",
    "State",
    "Task",
    "Totals",
    "Waiting",
    "append",
    "count",
    "days",
    "drop",
    "erase",
    "expire",
    "find",
    "find_key",
    "forget",
    "kept_back",
    "leaving",
    "name_task",
    "now",
    "open_hold",
    "parse",
    "prefer",
    "remove_task",
    "renew",
    "review",
    "sent",
    "sent_today",
    "tasks",
    "totals",
    "waiting",
    "whole",
    "withhold",
]
