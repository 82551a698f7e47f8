"""What makes a candidate real: checksums, known prefixes, shapes that only machines make.

A check gets the text of a view and the span of a candidate, and yields the spans in it that hold. It only ever looks
within the candidate and at the characters around it.
"""

import ipaddress
from collections.abc import Iterator
from itertools import pairwise

from glasswork.redact.patterns import Pattern
from glasswork.schema.words import ValueKind

Spans = Iterator[tuple[int, int]]

_DIGITS = Pattern(r"\d+")
_IBAN_START = Pattern(r"[A-Za-z]{2}[\s._/-]?\d{2}")
_SEGMENT = Pattern(r"[A-Za-z0-9]{20,}")
_HEX = Pattern(r"[0-9a-f]{32,}|[0-9A-F]{32,}")
_UUID = Pattern(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_VERSION_WORD = Pattern(r"(?i)(?:^|[^\pL])(?:v|version|ver\.?|release|rev\.?|build|wersja|versione|versao) ?$")
_OWN_TOKENS = Pattern(rf"""["'(\[]*(?:<(?:{"|".join(ValueKind)})>[\])"'.,;]*)+""")
_HARMLESS_VALUE = Pattern(
    r"(?i)[\"'(\[<]*(?:required|optional|none|empty|null|nil|true|false|wrong|incorrect|invalid|hidden|expired|"
    r"changed|unchanged|reset|unset|missing|forgotten|forgot|strong|weak|medium|saved|enabled|disabled|unknown|"
    r"erforderlich|falsch|leer|keine?s?|requis|obligatoire|facultatif|aucun|incorrecto|obligatorio|ninguno|"
    r"obbligatorio|errata|nessuna|wymagane|brak|vereist|geen|obrigatorio|nenhum[ao]?)[.,;:!?\"')\]>]*|[*•●·.…_xX-]+"
)

_IBAN_LENGTHS = {
    country: int(length)
    for length, countries in {
        "15": "NO", "16": "BE", "18": "DK FI FO GL NL SD FK", "19": "MK SI", "20": "AT BA EE KZ LT LU XK MN",
        "21": "CH CR HR LI LV", "22": "BG BH DE GB GE IE ME RS VA", "23": "AE GI IL IQ OM SO TL",
        "24": "AD CZ ES MD PK RO SA SE SK TN VG", "25": "LY PT ST", "26": "IS TR", "27": "BI DJ FR GR IT MC MR SM",
        "28": "AL AZ BY CY DO GT HN HU LB NI PL SV", "29": "BR EG PS QA UA", "30": "JO KW MU", "31": "MT SC",
        "32": "LC", "33": "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
"""Length by country: SWIFT IBAN registry."""

_CARD_LENGTHS: tuple[tuple[int, int, int, range], ...] = (
    # first digits from, to (inclusive), how many digits that is, lengths (ISO/IEC 7812 ranges as issuers publish them)
    (4, 4, 1, range(13, 20, 3)),
    (51, 55, 2, range(16, 17)),
    (2200, 2720, 4, range(16, 20)),
    (34, 34, 2, range(15, 16)),
    (37, 37, 2, range(15, 16)),
    (300, 305, 3, range(14, 20)),
    (3088, 3349, 4, range(16, 17)),
    (36, 36, 2, range(14, 20)),
    (38, 39, 2, range(14, 20)),
    (6011, 6011, 4, range(16, 20)),
    (644, 659, 3, range(16, 20)),
    (3500, 3599, 4, range(16, 20)),
    (2131, 2131, 4, range(15, 16)),
    (1800, 1800, 4, range(15, 16)),
    (62, 62, 2, range(16, 20)),
    (81, 81, 2, range(16, 20)),
    (60, 60, 2, range(16, 20)),
    (50, 50, 2, range(12, 20)),
    (56, 58, 2, range(12, 20)),
    (63, 63, 2, range(12, 20)),
    (67, 67, 2, range(12, 20)),
)

_LONGEST_RUN = 64
"""A run with more digits than this is no list of numbers that a person reads; nothing in it is trusted."""


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B: the check digit of cards and of several national ids."""
    doubled = (int(d) * 2 for d in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0


def iban_valid(compact: str) -> bool:
    """ISO 13616: the length is the country's and the number is 1 modulo 97 (ISO 7064)."""
    if _IBAN_LENGTHS.get(compact[:2]) != len(compact):
        return False
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def card(text: str, start: int, end: int) -> Spans:
    """Cards in a run of digits and single separators: known issuer, its length, Luhn.

    A card starts and ends with a group of digits, or inside a group of five or more (glued to other digits).
    """
    groups = [(start + s, start + e) for s, e in _DIGITS.spans(text[start:end])]
    places = [place for s, e in groups for place in range(s, e)]
    if len(places) > _LONGEST_RUN:
        yield start, end
        return
    digits = "".join(text[place] for place in places)
    inside = {place for s, e in groups if e - s >= 5 for place in range(s, e)}
    firsts = {s for s, _ in groups} | inside
    lasts = {e - 1 for _, e in groups} | inside
    for first, place in enumerate(places):
        if place in firsts:
            for length in _card_lengths(digits[first : first + 4]):
                last = first + length - 1
                if last < len(places) and places[last] in lasts and luhn(digits[first : last + 1]):
                    yield place, places[last] + 1


def _card_lengths(prefix: str) -> Iterator[int]:
    for low, high, size, lengths in _CARD_LENGTHS:
        if len(prefix) == 4 and low <= int(prefix[:size]) <= high:
            yield from lengths


def iban(text: str, start: int, end: int) -> Spans:
    """IBANs in a run of letters and digits with single separators, in either case."""
    for offset, _ in _IBAN_START.spans(text[start:end]):
        first = start + offset
        country = text[first : first + 2].upper()
        places = [p for p in range(first, min(end, first + 70)) if text[p].isalnum()][: _IBAN_LENGTHS.get(country, 0)]
        if places and iban_valid("".join(text[p] for p in places).upper()):
            yield first, places[-1] + 1


def ipv4(text: str, start: int, end: int) -> Spans:
    """Four octets, not more, neither the number of a version nor this machine itself (127.0.0.0/8, RFC 1122)."""
    octets = text[start:end].split(".")
    if len(octets) != 4 or any(int(octet) > 255 for octet in octets) or octets[0] == "127":
        return
    if not _VERSION_WORD.found(text[max(0, start - 9) : start]):
        yield start, end


def ipv6(text: str, start: int, end: int) -> Spans:
    """RFC 4291 addresses of at least two groups with a digit in one: `std::vector` is none."""
    candidate = text[start:end].rstrip(".")
    groups = [g for g in candidate.split(":") if g]
    if len(groups) < 2 or not any(c.isdigit() for c in candidate) or not alone(text, start, start + len(candidate)):
        return
    try:
        ipaddress.IPv6Address(candidate)
    except ValueError:
        return
    yield start, start + len(candidate)


def alone(text: str, start: int, end: int) -> bool:
    """Whether the span is not part of a longer word or number."""
    return not text[max(0, start - 1) : start].isalnum() and not text[end : end + 1].isalnum()


def apart(text: str, start: int, end: int) -> Spans:
    """The span, if at neither end a digit touches a digit or a letter a letter."""
    ends = text[max(0, start - 1) : start + 1], text[end - 1 : end + 1]
    if not any(len(pair) == 2 and (pair.isdigit() or pair.isalpha()) for pair in ends):
        yield start, end


def assigned(text: str, start: int, end: int) -> Spans:
    """What follows `password:` and is neither a remark, a row of dots nor a token of our own."""
    value = text[start:end]
    if not (_HARMLESS_VALUE.whole(value) or _OWN_TOKENS.whole(value)):
        yield start, end


def odd(text: str, start: int, end: int) -> Spans:
    """A value that is not simply a word: it has a digit, a sign or a capital inside."""
    value = text[start:end].rstrip(".,;:!?\"')")
    if not value.isalpha() or value[1:] != value[1:].lower():
        yield from assigned(text, start, end)


def random(text: str, start: int, end: int) -> Spans:
    """A run that changes between cases and digits as often as only random keys do."""
    if _UUID.found(text[start:end]):
        return
    if _changes(text[start:end]) >= 0.36:
        yield start, end
        return
    for s, e in _SEGMENT.spans(text[start:end]):
        segment = text[start + s : start + e]
        one_case = segment in (segment.lower(), segment.upper())
        if _HEX.whole(segment) or _changes(segment) >= (0.2 if one_case else 0.28):
            yield start + s, start + e


def _changes(run: str) -> float:
    """The share of neighbours that go from a small letter to a capital or between a letter and a digit.

    For random base62 it is 0.45 on average, for hexadecimal 0.47, for base32 0.3; for words, however they are
    joined, under 0.2. Fewer than two digits or eight different characters are no key at all.
    """
    if sum(c.isdigit() for c in run) < 2 or len(set(run)) < 8:
        return 0.0
    changes = sum(
        (a.islower() and b.isupper()) or (a.isalnum() and b.isalnum() and a.isdigit() != b.isdigit())
        for a, b in pairwise(run)
    )
    return changes / (len(run) - 1)
