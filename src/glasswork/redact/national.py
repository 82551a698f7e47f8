"""National identity numbers, told by their check digits."""

from collections.abc import Callable
from datetime import date

from glasswork.redact.checks import Spans, apart, luhn

_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_HETU_CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_CF_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def checked(test: Callable[[str], bool]) -> Callable[[str, int, int], Spans]:
    """A check from a test of the number without its separators, in capitals."""

    def check(text: str, start: int, end: int) -> Spans:
        if test("".join(c for c in text[start:end] if c.isalnum()).upper()):
            yield from apart(text, start, end)

    return check


def us_ssn(number: str) -> bool:
    """United States: no check digit, but areas 000, 666, 900 and up, group 00 and serial 0000 are never given."""
    return number[:3] not in ("000", "666") and number < "9" and number[3:5] != "00" and number[5:] != "0000"


def es_dni(number: str) -> bool:
    """Spain (DNI, NIE): a letter for the number modulo 23; a leading X, Y, Z stands for 0, 1, 2."""
    return _DNI_LETTERS[int(number[:-1].translate(str.maketrans("XYZ", "012"))) % 23] == number[-1]


def fr_nir(number: str) -> bool:
    """France: 97 minus the first thirteen digits modulo 97; Corsica's 2A and 2B count as 19 and 18."""
    body = number[:13].replace("2A", "19").replace("2B", "18")
    return 97 - int(body) % 97 == int(number[13:])


def it_codice_fiscale(number: str) -> bool:
    """Italy: letters and digits weighted by place, modulo 26 (decree of 23 December 1976)."""
    values = [int(c) if c.isdigit() else ord(c) - 65 for c in number[:15]]
    total = sum(_CF_ODD[v] if place % 2 == 0 else v for place, v in enumerate(values))
    return chr(65 + total % 26) == number[15]


def pl_pesel(number: str) -> bool:
    """Poland: weights 1, 3, 7, 9, modulo 10, and a month that exists in some century."""
    total = sum(int(d) * w for d, w in zip(number, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1), strict=True))
    return total % 10 == 0 and 1 <= int(number[2:4]) % 20 <= 12


def br_cpf(number: str) -> bool:
    """Brazil: two check digits, each modulo 11 over the digits before it."""
    if len(set(number)) == 1:
        return False
    for size in (9, 10):
        total = sum(int(d) * (size + 1 - place) for place, d in enumerate(number[:size]))
        if total * 10 % 11 % 10 != int(number[size]):
            return False
    return True


def se_personnummer(number: str) -> bool:
    """Sweden: a date (the day plus 60 in a coordination number) and Luhn over the last ten digits."""
    return luhn(number[-10:]) and _is_day(number[-10:-4], coordination=True)


def fi_hetu(number: str) -> bool:
    """Finland: a sign for the nine digits modulo 31. The century sign is dropped or a letter in sixth place."""
    digits = number[:6] + number[-4:-1]
    return digits.isdigit() and _HETU_CHECKS[int(digits) % 31] == number[-1]


def de_steuer_id(number: str) -> bool:
    """Germany: ISO 7064 MOD 11,10 over ten digits."""
    product = 10
    for d in number[:10]:
        product = ((int(d) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(number[10])


def ca_sin(number: str) -> bool:
    """Canada: Luhn, and no number starts with 0 or 8."""
    return number[0] not in "08" and luhn(number)


def _is_day(yymmdd: str, *, coordination: bool) -> bool:
    day = int(yymmdd[4:])
    try:
        date(2000 + int(yymmdd[:2]), int(yymmdd[2:4]), day - 60 if coordination and day > 60 else day)
    except ValueError:
        return False
    return True
