"""Telephone numbers: candidates by shape, decided by the numbering plans (ITU and national) that phonenumbers has.

phonenumbers itself never sees a text, as it is slow and asks once per region: its plans are taken from it, one by one
as they are needed.
"""

import re
from functools import cache
from itertools import accumulate
from typing import Any, NamedTuple

from glasswork.redact.checks import Spans
from glasswork.redact.patterns import Pattern

CANDIDATE = r"[0-9 ()./\n\t+-]{7,}"
"""Digits and what may stand between them."""

_GROUP = re.compile("[0-9]+")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_DATE = Pattern(  # dates, addresses and fractions that look like groups of digits
    rf"(?:^|\D)(?:{_DAY}[./-]{_DAY}[./-](?:19|20)\d\d|(?:19|20)\d\d[./-]{_DAY}[./-]{_DAY})(?:\D|$)"
    r"|^\d{1,3}(?:\.\d{1,3}){3}$|^\d+\.\d+$"
)
_CONTEXT = Pattern(
    r"(?i)(?:^|[^\pL])(?:tel|telefon\w*|telephone|phone|phoning|call|mobile?|mobil\w*|cell|cel|fax|handy|ring|sms|"
    r"whatsapp|movil|celular|telefono|portable|tlf|numer|telefoon|anrufen|rufnummer)"
    r"(?:[ .]{0,2}(?:no|nr|number|me|us|at|on|is))?[^\pL\pN]{0,4}$"
)
_EXTENSION = Pattern(r"^ ?(?:x|ext\.?) ?\d{1,6}")
_TRUNK_ZERO = (
    "GB", "DE", "FR", "IT", "NL", "BE", "CH", "AT", "SE", "AU", "NZ", "JP", "KR", "IE", "RO", "HR", "SI", "FI", "ZA",
    "TR", "UA", "BG", "RS", "SK", "IN", "ID", "TH", "VN", "EG", "IL", "TW", "BR", "AR",
)  # fmt: skip
"""Regions where a national number starts with 0."""
_SHAPES: dict[tuple[int, ...], tuple[str, ...]] = {
    (3, 3, 4): ("US", "IT", "CO", "MX", "GR"),
    (1, 3, 3, 4): ("US",),
    (3, 3, 3): ("ES", "PL", "PT", "CZ"),
    (3, 2, 2, 2): ("ES", "PL"),
    (2, 3, 2, 2): ("PL", "ES", "CH"),
    (2, 2, 2, 2): ("DK", "NO"),
    (3, 2, 3): ("NO",),
    (5, 5): ("IN",),
    (2, 5, 4): ("BR",),
    (2, 4, 4): ("MX", "BR"),
    (3, 4, 4): ("CN",),
    (1, 3, 3, 2, 2): ("RU",),
    (2, 3, 4): ("HU",),
    (3, 7): ("IT", "GR"),
    (3, 8): ("CN",),
    (4, 7): ("CN",),
    (3, 3, 2, 2): ("TR", "RU"),
    (4, 3, 3): ("AU",),
    (11,): ("CN", "RU"),
}
"""How numbers without a leading zero are grouped, and where."""

_LONGEST_RUN = 24
"""Groups of digits in a row. More than these are nothing that a person dials; they count as content as a whole."""


class _Plan(NamedTuple):
    """How many digits a region's numbers have after the code of the country, and what is dialled before them."""

    lengths: frozenset[int]
    trunk: str


@cache
def _plan(region: str) -> _Plan:
    plan = _metadata(region)
    lengths = plan.general_desc.possible_length + plan.general_desc.possible_length_local_only
    return _Plan(frozenset(lengths), plan.national_prefix or "")


@cache
def _numbers(region: str) -> re.Pattern[str]:
    """The numbers of a region. They have fifteen digits at most, for which any engine will do."""
    plan = _metadata(region)
    uses = (
        *(plan.fixed_line, plan.mobile, plan.toll_free, plan.premium_rate, plan.shared_cost),
        *(plan.personal_number, plan.voip, plan.pager, plan.uan, plan.voicemail),
    )
    return re.compile("|".join(use.national_number_pattern for use in uses if use and use.national_number_pattern))


def _metadata(region: str) -> Any:
    from phonenumbers import PhoneMetadata

    return PhoneMetadata.metadata_for_region(region)


@cache
def _countries() -> dict[str, _Plan]:
    """The plan of the main region of each country code; all of them at once takes a twentieth of a second, once."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE as REGIONS

    return {str(code): _plan(regions[0]) for code, regions in REGIONS.items() if regions[0] != "001"}


def phone(text: str, start: int, end: int) -> Spans:
    """The numbers in a run of digits and signs, longest first; see CANDIDATE."""
    stretch: list[tuple[int, int]] = []
    for group in _GROUP.finditer(text, start, end):
        if stretch and (group.start() - stretch[-1][1] > 3 or text[group.start() - 1] == "+"):
            yield from _numbers_in(text, stretch)
            stretch = []
        stretch.append(group.span())
    yield from _numbers_in(text, stretch)


def _numbers_in(text: str, groups: list[tuple[int, int]]) -> Spans:
    before = list(accumulate((e - s for s, e in groups), initial=0))  # digits before each group
    if before[-1] < 7:
        return
    start, end = groups[0][0], groups[-1][1]
    written = text[start:end]
    if ("." in written or "-" in written or "/" in written) and _DATE.found(written):
        return
    while start and text[start - 1] in "+(":
        start -= 1
    if len(groups) > _LONGEST_RUN or (start and _CONTEXT.found(text[max(0, start - 28) : start])):
        yield start, end
        return
    first = 0
    while first < len(groups):
        last = 0
        for n in range(min(len(groups), first + 7), first, -1):
            if 7 <= before[n] - before[first] <= 15 and _number(text, groups[first:n]):
                last = n
                break
        if last:
            begin, end = groups[first][0], groups[last - 1][1]
            while begin > start and text[begin - 1] in "+(":
                begin -= 1
            if text[end : end + 1] in (" ", "x", "e"):
                end += sum(e for _, e in _EXTENSION.spans(text[end : end + 12]))
            yield begin, end
        first = last or first + 1


def _number(text: str, groups: list[tuple[int, int]]) -> bool:
    """Whether these groups, of seven to fifteen digits, are a number."""
    digits = "".join([text[s:e] for s, e in groups])
    begin, end = groups[0][0], groups[-1][1]
    before, after = text[max(0, begin - 2) : begin], text[end : end + 2]
    if "+" in before:
        return _abroad(digits)
    if _joined(before[::-1]) or (_joined(after) and after[0] != "x"):
        return False
    if digits.startswith("00"):
        return len(digits) > 9 and _abroad(digits[2:])
    if digits.startswith("0"):
        return 9 <= len(digits) <= 12 and _dialled_with_0().fullmatch(digits) is not None
    return any(_given(digits, region) for region in _SHAPES.get(tuple(e - s for s, e in groups), ()))


def _joined(beside: str) -> bool:
    """Whether what stands beside a number, outwards, makes it a part of a longer one or of a word."""
    return beside[:1].isalnum() or (beside[:1] in (".", "/", "-") and beside[1:].isdecimal())


def _abroad(digits: str) -> bool:
    """Whether there is a country of that code, and it has numbers of that length, be it with its trunk prefix."""
    for size in (1, 2, 3):
        plan = _countries().get(digits[:size])
        if plan:
            length = len(digits) - size
            dialled = plan.trunk and digits.startswith(plan.trunk, size)
            return length in plan.lengths or (bool(dialled) and length - len(plan.trunk) in plan.lengths)
    return False


def _given(digits: str, region: str) -> bool:
    """Whether a region gives out the number, as it is dialled there."""
    plan = _plan(region)
    if region == "US":  # the grouping says already that it is a telephone number
        return len(digits.removeprefix("1")) in plan.lengths
    return _numbers(region).fullmatch(digits.removeprefix(plan.trunk)) is not None


@cache
def _dialled_with_0() -> re.Pattern[str]:
    """The numbers of all regions where what is dialled begins with a 0, be it a prefix (or, in Italy, the number)."""
    return re.compile("|".join(f"{_plan(region).trunk}(?:{_numbers(region).pattern})" for region in _TRUNK_ZERO))
