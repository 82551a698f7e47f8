"""Telephone numbers: candidates by shape, decided by phonenumbers (ITU and national numbering plans).

phonenumbers never searches a text itself (that is slow, and once per region); it is imported when the first candidate
turns up, and sees only one candidate at a time.
"""

from glasswork.redact.checks import Spans
from glasswork.redact.patterns import Pattern

CANDIDATE = r"[+(]{0,2}\d(?:[ ()./\n\t-]{0,3}\d){6,}"

_GROUP = Pattern(r"\d+")
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
_JOINED = Pattern(r"(?:[\pL\pN]|\d[./-])#|#(?:\pN|[^\PLx]|[./-]\d)")  # part of a longer number or word
_EXTENSION = Pattern(r"^ ?(?:x|ext\.?) ?\d{1,6}")
_TRUNK_ZERO = (
    "GB", "DE", "FR", "IT", "NL", "BE", "CH", "AT", "SE", "AU", "NZ", "JP", "KR", "IE", "RO", "HR", "SI", "FI", "ZA",
    "TR", "UA", "BG", "RS", "SK", "IN", "ID", "TH", "VN", "EG", "IL", "TW", "BR", "AR",
)  # fmt: skip
"""Regions where a national number starts with 0."""
_SHAPES: dict[tuple[int, ...], tuple[str, ...]] = {
    (3, 3, 4): ("US", "IT", "CO"),
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
}
"""How numbers without a leading zero are grouped, and where."""

_LOOSE = (None, "US")
"""Where a possible length is enough, since "+" or the grouping already says that it is a telephone number."""


def phone(text: str, start: int, end: int) -> Spans:
    """The numbers in a run of digit groups, longest first; see CANDIDATE."""
    groups = [(start + s, start + e) for s, e in _GROUP.spans(text[start:end])]
    if _DATE.found(text[start:end]):
        return
    if _CONTEXT.found(text[max(0, start - 28) : start]):
        yield start, end
        return
    first = 0
    while first < len(groups):
        last = next((n for n in range(min(len(groups), first + 7), first, -1) if _number(text, groups[first:n])), 0)
        if last:
            begin = groups[first][0]
            while begin > start and text[begin - 1] in "+(":
                begin -= 1
            end = groups[last - 1][1]
            yield begin, end + sum(e for _, e in _EXTENSION.spans(text[end : end + 12]))
        first = last or first + 1


def _number(text: str, groups: list[tuple[int, int]]) -> bool:
    digits = "".join(text[s:e] for s, e in groups)
    if not 7 <= len(digits) <= 15:
        return False
    begin, end = groups[0][0], groups[-1][1]
    before = text[max(0, begin - 2) : begin]
    if "+" in before:
        return _dialled("+" + digits, None)
    if _JOINED.found(text[max(0, begin - 2) : begin] + "#" + text[end : end + 2]):
        return False
    if digits.startswith("00"):
        return len(digits) > 9 and _dialled("+" + digits[2:], None)
    if digits.startswith("0"):
        return 9 <= len(digits) <= 12 and any(_dialled(digits, region) for region in _TRUNK_ZERO)
    return any(_dialled(digits, region) for region in _SHAPES.get(tuple(e - s for s, e in groups), ()))


def _dialled(digits: str, region: str | None) -> bool:
    """Whether the number exists in the plan of its region."""
    import phonenumbers

    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(number) if region in _LOOSE else phonenumbers.is_valid_number(number)
