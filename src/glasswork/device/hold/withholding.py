"""Withholding: a record stays on this device until it is released, or has expired like all others."""

from collections.abc import Iterable

from glasswork.device.hold import file, records
from glasswork.device.hold.handle import Hold
from glasswork.device.hold.spans import Span


def withhold(hold: Hold, spans: Iterable[Span], *, withheld: bool = True) -> int:
    """Withhold the records in which these spans lie, or release them. Returns how many records changed.

    One that a batch has claimed is taken out of it again: nothing of it has left.
    """
    changed = 0
    with hold.lock, file.writing(hold.db):
        for span in spans:
            found = hold.db.execute(
                "SELECT id FROM record WHERE id BETWEEN ? AND ? AND withheld != ?",
                (span.first[0], span.last[0], withheld),
            ).fetchall()
            numbers = [number for (number,) in found]
            condition, value = records.listed(numbers)
            hold.db.execute(f"UPDATE record SET withheld = ? WHERE {condition}", (withheld, value))
            records.unclaim(hold, numbers)
            changed += len(numbers)
    return changed
