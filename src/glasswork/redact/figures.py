"""What figures mean: a day, a place on the earth, the number of a case, or nothing that is anybody's.

Checks like those in `checks`: they get the text of a view and the span of a candidate, and yield the spans that hold.
"""

import re
from functools import cache
from itertools import islice, takewhile

from glasswork.redact.checks import VERSION_WORD, Spans, alone, apart
from glasswork.redact.context import months
from glasswork.redact.national.digits import day
from glasswork.redact.patterns import Pattern
from glasswork.redact.wordlists import load

_GROUPS = re.compile("[0-9]+")
_YEAR = Pattern(r"(?:1[89]|2[01])\d\d")
_MORE_BEFORE = Pattern(r"(?:\d|\d[./:-]|\+)$")
_MORE_AFTER = Pattern(r"^(?:\d|[./-]\d|[%°])")
_NO_NUMBER = Pattern(r"^(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,3}(?:\.\d{1,3}){3})$")
_NO_REFERENCE = Pattern(r"(?:1[89]|2[01])\d\d|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,3}(?:\.\d{1,3}){3}|\d+[.,]\d{1,2}")
_DECIMAL = Pattern(r"[-+]?\d+\.\d+")
_ENDING = Pattern(r"^\.[A-Za-z]")
_NOT_THE_END = Pattern(r"^(?:\d|[./-]\d|[%°]|\.[A-Za-z])")
_NTH = r"\d{1,2}(?:st|nd|rd|th|er|[.o])?"
_IN_A_YEAR = r"(?:(?:1[89]|2[0-5])\d\d\b|'\d\d\b)"
_DAY_BEFORE = Pattern(rf"(?i){_NTH}[ ./,-]{{1,2}}(?:de |del |of |d')?$")
_YEAR_BEFORE = Pattern(rf"{_IN_A_YEAR}\.?[ -]{{1,2}}$")
_YEAR_AFTER = Pattern(rf"(?i)\.?[ ./,-]{{1,3}}(?:de |del |of )?{_IN_A_YEAR}")
_DAY_AND_YEAR_AFTER = Pattern(rf"(?i)\.?[ -]{{1,2}}{_NTH}(?:,? |-| de |/){{1,2}}{_IN_A_YEAR}")
_DAY_AFTER = Pattern(r"\.?[ -]\d{1,2}\.?")
_ONLY_YEAR_AFTER = Pattern(rf"(?i),? (?:de |del )?{_IN_A_YEAR}")
_ONLY_DAY_AFTER = Pattern(rf"(?i) {_NTH}")
_STANDARDS = frozenset(load("standards")["prefixes"])


def calendar_day(text: str, start: int, end: int) -> Spans:
    """A day in figures, year first or last, with one sort of separator; two digits for the year where that is clear."""
    (first, s), (t, u), (v, last) = (group.span() for group in islice(_GROUPS.finditer(text, start, end), 3))
    sign = text[s:t].strip()
    if text[u:v].strip() != sign or not _is_day(text[first:s], text[t:u], text[v:last], sign):
        return
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if (before and _MORE_BEFORE.found(before)) or (after and _MORE_AFTER.found(after)):
        return
    if not VERSION_WORD.found(text[max(0, start - 9) : start]):
        yield start, end


def _is_day(a: str, b: str, c: str, sign: str) -> bool:
    match len(a), len(c):
        case 4, 1 | 2:
            return _YEAR.whole(a) and day(a, b, c)
        case 1 | 2, 4:
            return _YEAR.whole(c) and (day(c, b, a) or day(c, a, b))
        case 2, 2 if len(b) == 2:
            return day(c, b, a) or (sign == "/" and (day(c, a, b) or day(a, b, c)))
        case 1 | 2, 2:
            return sign == "/" and (day(c, a, b) or day(c, b, a))
        case _:
            return False


def dated(text: str, start: int, end: int) -> Spans:
    """A day around the name of a month: "24 November 2026", "Nov 24, 2026", "2026. november 24.", "3 de mayo"."""
    behind = text[max(0, start - 20) : start]
    name = text[start:end].casefold()
    whole = name in _months()
    day = next(iter(_DAY_BEFORE.spans(behind)), None)
    year = next(iter(_YEAR_BEFORE.spans(behind)), None)
    if day and (span := _YEAR_AFTER.at(text, end)):
        found = start - len(behind) + day[0], span[1]
    elif span := _DAY_AND_YEAR_AFTER.at(text, end):
        found = start, span[1]
    elif year and (span := _DAY_AFTER.at(text, end)):
        found = start - len(behind) + year[0], span[1]
    elif (whole or name == "may") and (span := _ONLY_YEAR_AFTER.at(text, end)):
        found = start, span[1]
    elif whole and day:
        found = start - len(behind) + day[0], end
    elif whole and (span := _ONLY_DAY_AFTER.at(text, end)):
        found = start, span[1]
    else:
        return
    if not (text[found[1] - 1].isdigit() and text[found[1] : found[1] + 1] in (":", "%")):
        yield from apart(text, *found)


@cache
def _months() -> frozenset[str]:
    """The names of months that are not short forms."""
    return frozenset(months("names"))


def priced(text: str, start: int, end: int) -> Spans:
    """A sum that is no cell of a sheet (`$A$1`, `B$2`), no place for a value (`%1$s`) and no part of a word."""
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    cell = before == "$" or (before.isalpha() and before.isascii() and text[start] == "$")
    if not (cell or before == "%" or (text[end - 1] == "$" and after.isalnum())):
        yield from apart(text, start, end)


def birthday(text: str, start: int, end: int) -> Spans:
    """What is written after "born": a year, or figures enough for a day."""
    figures = "".join(c for c in text[start:end] if c.isdigit())
    if (_YEAR.whole(figures[:4]) if len(figures) < 5 else len(figures) <= 8) and not text[end : end + 1].isdigit():
        yield start, end


def dialled(text: str, start: int, end: int) -> Spans:
    """What is written after the word for a telephone, and is neither a day nor an address of the network."""
    if not (_NO_NUMBER.found(text[start:end]) or text[end : end + 1].isdigit()):
        yield start, end


def numbered(text: str, start: int, end: int) -> Spans:
    """A number of six digits or more, which is no day."""
    figures = sum(map(str.isdigit, text[start:end]))
    if figures >= 6 and not text[end : end + 1].isdigit():
        yield start, end


def reference(text: str, start: int, end: int) -> Spans:
    """The number of an order, a case, a customer: no year, no day, no name of a file."""
    value = text[start:end]
    figures = sum(map(str.isdigit, value))
    enough = (
        figures >= 2 if text[max(0, start - 1) : start] == "#" or value[0] == "#" else figures >= 3 and len(value) >= 4
    )
    after = text[end : end + 2]
    if enough and not (_NO_REFERENCE.whole(value) or (after and _NOT_THE_END.found(after))):
        yield start, end


def record_number(text: str, start: int, end: int) -> Spans:
    """A number with letters in front that are not those of a standard, and that is not part of a longer one."""
    prefix = "".join(takewhile(str.isalpha, text[start:end]))
    after = text[end : end + 2]
    glued = text[max(0, start - 1) : start] in ("-", "_", ".") or (after and _ENDING.found(after))
    if prefix not in _STANDARDS and not glued and alone(text, start, end):
        yield start, end


def ticket_key(text: str, start: int, end: int) -> Spans:
    """The key of a ticket, `PROJ-123`, whose letters are not those of a standard."""
    if text[start:end].partition("-")[0] not in _STANDARDS:
        yield from record_number(text, start, end)


def on_earth(text: str, start: int, end: int) -> Spans:
    """A latitude and a longitude: in range, and with four decimals or more, or a sign for degrees."""
    numbers = [text[start + s : start + e] for s, e in _DECIMAL.spans(text[start:end])]
    exact = all(len(number.partition(".")[2]) >= 4 for number in numbers) or "\u00b0" in text[start:end]
    if len(numbers) == 2 and exact and abs(float(numbers[0])) <= 90 and abs(float(numbers[1])) <= 180:
        yield from apart(text, start, end)


def coded(text: str, start: int, end: int) -> Spans:
    """An open location code with digits and letters in it: "CTRL+F2" and "1234+56" are none."""
    code = text[start:end]
    if any(map(str.isdigit, code[:-3])) and any(map(str.isalpha, code[:-2])):
        yield start, end
