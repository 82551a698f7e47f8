"""When something happened, in seconds, from the many ways in which recorders write a time."""

import math
import re
from datetime import UTC, datetime
from typing import Final

_UNITS: Final = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))
"""Numbers from these on are nano-, micro- and milliseconds: as seconds they would lie after the year 5000."""

_FRACTION: Final = re.compile(r"(\d\d:\d\d:\d\d)[:,](\d{1,6})")
_LONGEST: Final = 64


def seconds(written: object) -> float | None:
    """The time as seconds since some fixed moment, or None for what is no time.

    Numbers (also as text) are seconds, or their thousandths, millionths or milliardths by their size. Text is ISO 8601
    or close to it: `2024-11-26_16:15:19`, `2020-05-08 15:21:31:123`. Without a zone it counts as UTC: only
    differences within one recording are ever used.
    """
    if isinstance(written, str):
        text = written.strip()
        if not text or len(text) > _LONGEST:
            return None
        try:
            return _number(float(text))
        except ValueError:
            return _date(text)
    if isinstance(written, int | float) and not isinstance(written, bool):
        try:
            return _number(float(written))
        except OverflowError:
            return None
    return None


def _number(value: float) -> float | None:
    if not math.isfinite(value) or abs(value) > 1e21:
        return None
    return next((value / unit for limit, unit in _UNITS if abs(value) >= limit), value)


def _date(text: str) -> float | None:
    iso = _FRACTION.sub(r"\1.\2", text.replace("_", " ", 1))
    try:
        moment = datetime.fromisoformat(iso)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
