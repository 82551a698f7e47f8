"""What makes a candidate real: checksums, known prefixes, shapes that only machines make.

A check gets the text of a view and the span of a candidate, and yields the spans in it that hold. It only ever looks
within the candidate and at the characters around it.
"""

import ipaddress
import re
from collections.abc import Iterator
from string import ascii_letters, digits

from glasswork.redact.national.digits import luhn
from glasswork.redact.patterns import Pattern
from glasswork.schema.words import ValueKind

Spans = Iterator[tuple[int, int]]

_DIGITS = re.compile("[0-9]+")
_CLASSES = str.maketrans(ascii_letters + digits, "a" * 26 + "A" * 26 + "0" * 10)  # what `_changes` counts
_IBAN_START = Pattern(r"[A-Za-z]{2}[\s._/-]?\d{2}")
_SEGMENT = re.compile("[A-Za-z0-9]{20,}")
_HEX = re.compile("[0-9a-f]{32,}|[0-9A-F]{32,}")
_UUID = Pattern(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
VERSION_WORD = Pattern(r"(?i)(?:^|[^\pL])(?:v|version|ver\.?|release|rev\.?|build|wersja|versione|versao) ?$")
_OWN_TOKENS = Pattern(rf"""["'(\[]*(?:<(?:{"|".join(ValueKind)})>[\])"'.,;]*)+""")
_HARMLESS_VALUE = Pattern(
    r"(?i)[\"'(\[<]*(?:required|optional|none|empty|null|nil|true|false|wrong|incorrect|invalid|hidden|expired|"
    r"changed|unchanged|reset|unset|missing|forgotten|forgot|strong|weak|medium|saved|enabled|disabled|unknown|"
    r"erforderlich|falsch|leer|keine?s?|requis|obligatoire|facultatif|aucun|incorrecto|obligatorio|ninguno|"
    r"obbligatorio|errata|nessuna|wymagane|brak|vereist|geen|obrigatorio|nenhum[ao]?)[.,;:!?\"')\]>]*|[*•●·.…_xX-]+"
    r"|\(?(?:ctrl|control|strg|alt|option|shift|maj|umschalt|cmd|command|super|meta|win)\s?[+-].*|F\d{1,2}"
)
_NOBODY = Pattern(
    r"(?i)guests?|admin|administrators?|root|users?|others?|another|anyone|everyone|nobody|somebody|anonymous|system|default|"
    r"names?|ids?|e-?mail|email|password|passwort|profile|settings?|account|accounts|group|groups|list|manual|guide|agent|"
    r"interface|experience|failed|error|invalid|not|is|has|or|and|the|a|an|you|me|new|edit|add|all|gast|gaeste|invite|invito|"
    r"administrateur|administrador|amministratore|beheerder|gosc|invitado|convidado|gast|as|in|to|with|from|by|on|off|page|session"
)
_USER_PART = Pattern(r"://[^\s/]*$")
_SPECIAL = Pattern(r"[!#$%^&*~@]|.*[-_.].*[-_.]")

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

_ISSUERS: dict[str, list[tuple[str, range]]] = {}
"""Beginnings and their lengths, by the first two digits; two ranges of one beginning do not overlap."""
for _low, _high, _, _lengths in _CARD_LENGTHS:
    for _prefix in map(str, range(_low, _high + 1)):
        for _two in (_prefix[:2],) if len(_prefix) > 1 else (f"{_prefix}{d}" for d in range(10)):
            _ISSUERS.setdefault(_two, []).append((_prefix, _lengths))

_LONGEST_RUN = 64
"""A run with more digits than this is no list of numbers that a person reads; nothing in it is trusted."""

_NUMERALS = {ord(c): str(int(c, 36)) for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_JOINTS = dict.fromkeys(map(ord, " \t\n\r\f\v._/-"))


def iban_valid(compact: str) -> bool:
    """ISO 13616: the length is the country's and the number is 1 modulo 97 (ISO 7064)."""
    if _IBAN_LENGTHS.get(compact[:2]) != len(compact) or not compact.isalnum():
        return False
    return int((compact[4:] + compact[:4]).translate(_NUMERALS)) % 97 == 1


def card(text: str, start: int, end: int) -> Spans:
    """Cards in a run of digits and single separators: known issuer, its length, Luhn.

    A card starts and ends with a group of digits, or inside a group of five or more (glued to other digits); then it
    is in one piece or starts with a piece of four, and is not one of the old ones with thirteen digits or fewer.
    """
    groups: list[tuple[int, int]] = []
    for match in _DIGITS.finditer(text, start, end):
        if groups and match.start() - groups[-1][1] > 2:
            yield from _cards(text, groups)
            groups = []
        groups.append(match.span())
    yield from _cards(text, groups)


def _cards(text: str, groups: list[tuple[int, int]]) -> Spans:
    number = "".join([text[s:e] for s, e in groups])
    if len(number) < 12:
        return
    if len(number) > _LONGEST_RUN or _is_card(number):
        yield groups[0][0], groups[-1][1]
        return
    places: list[int] = []
    firsts: list[int] = []
    lasts: set[int] = set()
    edges: set[int] = set()
    for s, e in groups:
        inside = range(len(places), len(places) + e - s)
        edges.update((inside[0], inside[-1]))
        firsts += inside if e - s >= 5 else inside[:1]
        lasts.update(inside if e - s >= 5 else inside[-1:])
        places += range(s, e)
    for first in firsts:
        for prefix, lengths in _ISSUERS.get(number[first : first + 2], ()) if first <= len(number) - 12 else ():
            for length in lengths if number.startswith(prefix, first) else ():
                last = first + length - 1
                if last in lasts and luhn(number[first : last + 1]):
                    start, end = places[first], places[last] + 1
                    whole = first in edges and last in edges
                    if whole or (length > 13 and (end - start == length or not text[start : start + 5].isdigit())):
                        yield start, end


def _is_card(number: str) -> bool:
    issuers = _ISSUERS.get(number[:2], ())
    return any(len(number) in lengths and number.startswith(prefix) for prefix, lengths in issuers) and luhn(number)


def iban(text: str, start: int, end: int) -> Spans:
    """IBANs in a run of letters and digits with single separators, in either case."""
    for offset, _ in _IBAN_START.spans(text[start:end]):
        first = start + offset
        length = _IBAN_LENGTHS.get(text[first : first + 2].upper())
        number = text[first : min(end, first + 70)].translate(_JOINTS)[: length or 0]
        told = number.isupper() or (number.islower() and sum(map(str.isdigit, number)) >= 5)  # and not words
        if length and told and iban_valid(number.upper()):
            last = first + length
            while len(text[first:last].translate(_JOINTS)) < length:
                last += 1
            yield first, last


def ipv4(text: str, start: int, end: int) -> Spans:
    """Four octets, not more, neither the number of a version nor this machine itself (127.0.0.0/8, RFC 1122)."""
    octets = text[start:end].split(".")
    if len(octets) != 4 or any(int(octet) > 255 or octet.startswith("00") for octet in octets) or octets[0] == "127":
        return
    if not VERSION_WORD.found(text[max(0, start - 9) : start]):
        yield start, end


def ipv6(text: str, start: int, end: int) -> Spans:
    """RFC 4291 addresses of at least two groups with a digit in one: `std::vector` is none."""
    before = text[max(0, start - 1) : start]  # "Adresse:2001:…" begins with hexadecimal digits, too
    if (before.isalpha() and before.isascii()) or (text[start] == ":" and text[start + 1] != ":"):
        start = text.index(":", start) + 1
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
    """Whether the span is not part of a longer word or number; a label in another script may touch it."""
    return not any(c.isascii() and c.isalnum() for c in text[max(0, start - 1) : start] + text[end : end + 1])


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


def mixed(text: str, start: int, end: int) -> Spans:
    """A value that stands right after the word for a password, and looks like one: not a word, nor a plain number."""
    value = text[start:end].rstrip(".,;:!?\"')")
    if len(value) >= 5 and any(map(str.isalpha, value)) and (any(map(str.isdigit, value)) or _SPECIAL.found(value)):
        yield from assigned(text, start, end)


def named(text: str, start: int, end: int) -> Spans:
    """A name where one is expected, and neither a remark, a role that everybody has, nor a token of our own."""
    value = text[start:end]
    if not (_HARMLESS_VALUE.whole(value) or _NOBODY.whole(value)) and any(map(str.isalpha, value)):
        yield start, end - (value[-1] in ".-")


def mail(text: str, start: int, end: int) -> Spans:
    """An address that is not the user part of a link: `ftp://anna@host/`."""
    if not _USER_PART.found(text[max(0, start - 80) : start]):
        yield start, end


def link(text: str, start: int, end: int) -> Spans:
    """A link without the punctuation of the sentence around it: `(see https://example.org/a).`"""
    while text[end - 1] in ".,;:!?'*" or (
        text[end - 1] == ")" and text.count("(", start, end) < text.count(")", start, end)
    ):
        end -= 1
    yield start, end


def random(text: str, start: int, end: int) -> Spans:
    """A run that changes between cases and digits as often as only random keys do."""
    run = text[start:end]
    keys: list[tuple[int, int]] = []
    if _changes(run) >= 0.36:
        keys.append((start, end))
    else:
        for match in _SEGMENT.finditer(run):
            segment = match[0]
            one_case = segment in (segment.lower(), segment.upper())
            if _changes(segment) >= (0.2 if one_case else 0.28) or _HEX.fullmatch(segment):
                keys.append((start + match.start(), start + match.end()))
    if keys and not (_UUID.found(run) or any(e - s > 0.7 * (end - start) for s, e in iban(text, start, end))):
        yield from keys


def _changes(run: str) -> float:
    """The share of neighbours that go from a small letter to a capital or between a letter and a digit.

    For random base62 it is 0.45 on average, for hexadecimal 0.47, for base32 0.3; for words, however they are
    joined, under 0.2. Fewer than two digits or eight different characters are no key at all.
    """
    classes = run.translate(_CLASSES)
    if classes.count("0") < 2 or len(set(run)) < 8:
        return 0.0
    return sum(map(classes.count, ("aA", "a0", "A0", "0a", "0A"))) / (len(run) - 1)
