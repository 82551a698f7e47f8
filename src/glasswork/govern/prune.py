"""An audit log expires too: entries are removed once they are older than the log is to be kept, and proofs still hold.

What goes are bundles of entries (C2SP tlog-tiles, pruning); every hash stays, so that whoever has a proof, or an entry
and its place, can go on proving it, and a log with something cut out of it is told apart from one that was pruned:
the entry `Pruned` says from where on it is whole.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Final

import msgspec

from glasswork.govern.choice import last_choice
from glasswork.govern.entries import Pruned, decode, encode
from glasswork.govern.errors import LogUnavailable
from glasswork.govern.log import Log
from glasswork.govern.tiles import WIDTH, drop_bundles, first_bundle, read_entries

LEAST: Final = 365


def prune(log: Log, folder: Path, today: date, days: int) -> int:
    """Remove the entries of `log`, in `folder`, that are older than `days` (at least 365). Returns how many went.

    Whole bundles of 256 go, so the youngest old entries stay a while. That they go is in the log before they do; the
    choice of witnesses is entered anew if it would go with them. Raises ValueError for fewer days, LogUnavailable and
    LogAltered as for an append, and nothing was removed.
    """
    if days < LEAST:
        raise ValueError(f"An audit log is kept for at least {LEAST} days.")
    first = before = first_bundle(folder, log.size // WIDTH)
    while before < log.size // WIDTH:
        entries = [decode(entry) for entry in read_entries(folder, before, WIDTH)]
        if entries[-1].day >= today - timedelta(days=days):
            break
        before += 1
    if before == first:
        return 0
    told = Pruned(day=today, before=before * WIDTH, days=days)
    chosen = last_choice(folder, log.size)
    again = () if chosen is None else (msgspec.structs.replace(chosen, day=today),)
    log.append_all([encode(entry) for entry in (told, *again)])
    log.publish()
    try:
        return drop_bundles(folder, before * WIDTH) * WIDTH
    except OSError as error:
        raise LogUnavailable(f"Old entries of the audit log cannot be removed ({error.strerror}).") from None
