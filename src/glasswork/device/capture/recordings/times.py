"""When something happened, in seconds, from the many ways in which recorders write a time."""

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final

_UNITS: Final = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))
"""Numbers from these on are nano-, micro- and milliseconds: as seconds they would lie after the year 5000."""

_FRACTION: Final = re.compile(r"(\d\d:\d\d:\d\d)[:,](\d{1,6})")
_LONGEST: Final = 64

_FORMS: Final = tuple(
    f"{date}{separator}{clock}"
    for date in ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d")
    for separator in (" ", ", ")
    for clock in ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p")
)
"""How people write a time. Where the day and the month cannot be told apart, the day is taken to come first."""


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


def reader_of(samples: Sequence[str]) -> Callable[[str], float | None]:
    """What reads the times of a log: `seconds`, or whatever form reads more of the samples than that."""
    readers: list[Callable[[str], float | None]] = [seconds, *(partial(_formed, form) for form in _FORMS)]
    return max(readers, key=lambda read: sum(read(text) is not None for text in samples))


def _formed(form: str, text: str) -> float | None:
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
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
