"""The hold: what was recorded waits here, encrypted, until its participant reviews, sends or forgets it.

`open_hold(folder, find_key(folder))`, then `append`, `review`, `drop`, `forget`, `expire`. `words` says in plain
language what is held. Unsent work is deleted after seven days, without anybody's doing.
"""

from glasswork.device.hold.batches import SentDay, State, Waiting, sent, waiting
from glasswork.device.hold.clock import Moment, now
from glasswork.device.hold.deletion import drop, erase, expire, forget, renew
from glasswork.device.hold.handle import Hold, open_hold
from glasswork.device.hold.key import find_key
from glasswork.device.hold.records import Context, Record, Review, append, count, review, totals
from glasswork.device.hold.totals import Totals

__all__ = [
    "Context",
    "Hold",
    "Moment",
    "Record",
    "Review",
    "SentDay",
    "State",
    "Totals",
    "Waiting",
    "append",
    "count",
    "drop",
    "erase",
    "expire",
    "find_key",
    "forget",
    "now",
    "open_hold",
    "renew",
    "review",
    "sent",
    "totals",
    "waiting",
]
