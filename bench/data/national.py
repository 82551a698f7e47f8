"""National identity and tax numbers with correct check digits, by country: twenty-two of them.

Each maker returns `(what it is called there, number)`. The algorithms are the public ones of each register; none
is taken from the redactor. Birth days inside numbers are random; serials are random.
"""

import string
from collections.abc import Callable
from random import Random

from values import digits, luhn_digit, some, weighted

Named = tuple[str, str]


def born(r: Random) -> tuple[int, int, int]:
    """Year, month and day of a birth in the last century."""
    return r.randrange(1945, 2000), r.randrange(1, 13), r.randrange(1, 29)


def ymd(r: Random) -> str:
    y, m, d = born(r)
    return f"{y % 100:02}{m:02}{d:02}"


def dmy(r: Random) -> str:
    y, m, d = born(r)
    return f"{d:02}{m:02}{y % 100:02}"


def spain(r: Random) -> Named:
    number = digits(r, 8)
    if r.random() < 0.3:
        lead = r.choice("XYZ")
        value = int(str("XYZ".index(lead)) + number[1:])
        return "NIE", f"{lead}{number[1:]}{'TRWAGMYFPDXBNJZSQVHLCKE'[value % 23]}"
    return "DNI", f"{number}{r.choice(['', '-'])}{'TRWAGMYFPDXBNJZSQVHLCKE'[int(number) % 23]}"


def italy(r: Random) -> Named:
    y, m, d = born(r)
    day = d + 40 * (r.random() < 0.5)
    name, town = some(r, "BCDFGLMNPRSTVZ", 6), r.choice("ABCDEFGHIL") + digits(r, 3)
    body = f"{name}{y % 100:02}{'ABCDEHLMPRST'[m - 1]}{day:02}{town}"
    values = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21]
    odd = dict(zip(string.digits, values, strict=True))
    letters = [*values, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
    odd |= dict(zip(string.ascii_uppercase, letters, strict=True))
    even = lambda c: int(c) if c.isdigit() else ord(c) - 65  # noqa: E731
    total = sum(odd[c] if i % 2 == 0 else even(c) for i, c in enumerate(body))
    return "Codice fiscale", body + string.ascii_uppercase[total % 26]


def france(r: Random) -> Named:
    y, m, _ = born(r)
    place = r.choice([n for n in range(1, 96) if n != 20])  # 20 became 2A and 2B
    body = f"{r.choice('12')}{y % 100:02}{m:02}{place:02}{r.randrange(1, 800):03}{r.randrange(1, 999):03}"
    key = 97 - int(body) % 97
    parts = (body[0], body[1:3], body[3:5], body[5:7], body[7:10], body[10:], f"{key:02}")
    return "N° de sécurité sociale", r.choice([" ", ""]).join(parts)


def germany(r: Random) -> Named:
    while True:  # exactly one digit occurs twice among the first ten (Steuer-Identifikationsnummer)
        pool = r.sample(string.digits, 9)
        pool.insert(r.randrange(1, 10), r.choice(pool))
        if pool[0] != "0":
            break
    product = 10
    for d in pool:
        product = ((int(d) + product) % 10 or 10) * 2 % 11
    body = "".join(pool) + str((11 - product) % 10)
    return "Steuer-ID", r.choice([body, f"{body[:2]} {body[2:5]} {body[5:8]} {body[8:]}"])


def poland(r: Random) -> Named:
    body = ymd(r) + digits(r, 4)
    return "PESEL", body + str(-weighted(body, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)


def netherlands(r: Random) -> Named:
    while True:
        body = digits(r, 8, "123456789")
        check = weighted(body, [9, 8, 7, 6, 5, 4, 3, 2]) % 11
        if check < 10:
            return "BSN", body + str(check)


def portugal(r: Random) -> Named:
    body = digits(r, 8, "12")
    check = 11 - weighted(body, [9, 8, 7, 6, 5, 4, 3, 2]) % 11
    return "NIF", body + str(0 if check > 9 else check)


def brazil(r: Random) -> Named:
    body = digits(r, 9)
    for n in (10, 11):
        rest = weighted(body, list(range(n, 1, -1))) * 10 % 11
        body += str(rest % 10)
    return "CPF", r.choice(
        [body, f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}", f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}"]
    )


def turkey(r: Random) -> Named:
    body = digits(r, 9, "123456789")
    odd, even = sum(map(int, body[::2])), sum(map(int, body[1::2]))
    body += str((odd * 7 - even) % 10)
    return "T.C. Kimlik No", body + str(sum(map(int, body)) % 10)


def sweden(r: Random) -> Named:
    body = ymd(r) + digits(r, 3)
    body += luhn_digit(body)
    return "Personnummer", r.choice(["19", ""]) + f"{body[:6]}-{body[6:]}"


def finland(r: Random) -> Named:
    body = dmy(r) + f"{r.randrange(2, 900):03}"
    return "Henkilötunnus", f"{body[:6]}-{body[6:]}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(body) % 31]}"


def belgium(r: Random) -> Named:
    body = ymd(r) + f"{r.randrange(1, 998):03}"
    key = f"{97 - int(body) % 97:02}"
    return "Rijksregisternummer", r.choice([body + key, f"{body[:2]}.{body[2:4]}.{body[4:6]}-{body[6:]}.{key}"])


def britain(r: Random) -> Named:
    if r.random() < 0.5:
        gap = r.choice([" ", ""])
        number = gap.join((digits(r, 2), digits(r, 2), digits(r, 2)))
        return (
            "National Insurance number",
            f"{r.choice(['AB', 'CE', 'JK', 'PX', 'SR'])}{gap}{number}{gap}{r.choice('ABCD')}",
        )
    while True:
        body = digits(r, 9, "4679")
        check = 11 - weighted(body, list(range(10, 1, -1))) % 11
        if check != 10:
            body += str(check % 11)
            return "NHS number", r.choice([body, f"{body[:3]} {body[3:6]} {body[6:]}"])


def america(r: Random) -> Named:
    area = r.choice([n for n in range(100, 800) if n != 666])
    return r.choice(["SSN", "Social security"]), f"{area}-{r.randrange(10, 99)}-{r.randrange(1000, 9999)}"


def china(r: Random) -> Named:
    y, m, d = born(r)
    body = f"{r.choice(['110101', '110105', '310104'])}{y}{m:02}{d:02}{digits(r, 3)}"
    total = weighted(body, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
    return "身份证号", body + "10X98765432"[total % 11]


def japan(r: Random) -> Named:
    body = digits(r, 11)
    rest = weighted(body, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
    body += str(0 if rest < 2 else 11 - rest)
    return "マイナンバー", r.choice([body, f"{body[:4]} {body[4:8]} {body[8:]}"])


def russia(r: Random) -> Named:
    if r.random() < 0.5:
        body = digits(r, 9, "12345")
        key = f"{weighted(body, list(range(9, 0, -1))) % 101 % 100:02}"
        return "СНИЛС", f"{body[:3]}-{body[3:6]}-{body[6:]} {key}"
    body = digits(r, 10, "1234567")
    body += str(weighted(body, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10)
    return "ИНН", body + str(weighted(body, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10)


def india(r: Random) -> Named:
    def times(a: int, b: int) -> int:  # the dihedral group of order ten (Verhoeff)
        if a < 5:
            return (a + b) % 5 + (0 if b < 5 else 5)
        return (a - b) % 5 + (5 if b < 5 else 0)

    body, shuffle, check = digits(r, 11, "23456789"), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4], 0
    for i, c in enumerate(reversed(body)):
        d = int(c)
        for _ in range((i + 1) % 8):
            d = shuffle[d]
        check = times(check, d)
    body += str(next(d for d in range(10) if times(check, d) == 0))
    return "Aadhaar", r.choice([body, f"{body[:4]} {body[4:8]} {body[8:]}"])


def denmark(r: Random) -> Named:
    while True:
        body = dmy(r) + digits(r, 3, "0123")
        check = -weighted(body, [4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
        if check < 10:
            return "CPR-nummer", f"{body[:6]}-{body[6:]}{check}"


def norway(r: Random) -> Named:
    while True:
        body = dmy(r) + digits(r, 3, "01234")
        first = -weighted(body, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11
        second = -weighted(f"{body}{first}", [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11 if first < 10 else 10
        if second < 10:
            return "Fødselsnummer", f"{body}{first}{second}"


def czechia(r: Random) -> Named:
    while True:
        body = ymd(r) + digits(r, 3)
        if int(body[:2]) >= 54 and int(body) % 11 < 10:
            return "Rodné číslo", f"{body[:6]}/{body[6:]}{int(body) % 11}"


def switzerland(r: Random) -> Named:
    body = "756" + digits(r, 9)
    check = -weighted(body, [1, 3] * 6) % 10
    return "AHV-Nr.", f"{body[:3]}.{body[3:7]}.{body[7:11]}.{body[11:]}{check}"


BY_LANGUAGE: dict[str, list[Callable[[Random], Named]]] = {
    "en": [britain, america, america, india],
    "de": [germany, germany, switzerland],
    "fr": [france, france, belgium],
    "es": [spain],
    "it": [italy],
    "pt": [brazil, portugal],
    "nl": [netherlands, belgium],
    "pl": [poland, czechia],
    "tr": [turkey],
    "ru": [russia],
    "ja": [japan],
    "zh": [china],
}
ANY = [sweden, finland, denmark, norway]
