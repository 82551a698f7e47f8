"""What a surrogate says: for each kind of value, one of 1 to 16 characters, one of 17 to 64, and one of more.

Every number is drawn from a seed and from nothing else. docs/surrogates.md has the ranges and who reserves them.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from ipaddress import IPv4Address, IPv6Address
from operator import mul
from typing import Final

from glasswork.redact.national.digits import luhn
from glasswork.schema.words import LengthBucket, ValueKind, length_bucket

_FIRST: Final = (
    "Ada", "Alex", "Ben", "Cleo", "Dana", "Eli", "Finn", "Gail", "Hugo", "Iris", "Jo", "Kim", "Lena", "Max",
    "Nell", "Otto", "Pia", "Quin", "Ray", "Sam",
)  # fmt: skip
_LAST: Final = (
    "Amberley", "Birkway", "Coldmere", "Dunfell", "Eastholm", "Fernlow", "Greyford", "Hartwick", "Ivelow",
    "Kestrow", "Larkmoor", "Millbeck", "Northam", "Oakrill", "Penholt", "Quarrow", "Redmarsh", "Stonely",
    "Thornby", "Wexmoor",
)  # fmt: skip
_FIRMS: Final = (
    "Bluefen", "Copperlake", "Driftwell", "Elmgate", "Foxhollow", "Glenmarsh", "Harborne", "Larchway", "Mossgate",
)  # fmt: skip
_THINGS: Final = (
    "agenda", "budget", "chart", "draft", "form", "guide", "invoice", "label", "letter", "list", "memo", "note",
    "offer", "order", "plan", "report", "sheet", "table",
)  # fmt: skip
_QUALITIES: Final = (
    "blue", "brief", "clear", "early", "final", "first", "fresh", "green", "last", "local", "new", "next", "old",
    "open", "plain", "short",
)  # fmt: skip
_VERBS: Final = (
    "check", "close", "copy", "file", "keep", "move", "open", "print", "read", "send", "share", "sort", "update",
)  # fmt: skip
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TOPLEVEL: Final = ("com", "net", "org")
_AREAS: Final = (201, 202, 212, 303, 305, 312, 404, 415, 503, 512, 602, 617, 702, 713, 808, 907)


def value(kind: ValueKind, length: LengthBucket, *seed: bytes) -> str:
    """A value of a kind in a length bucket (a short one where the length is not known), drawn from `seed`.

    Of kinds that are never longer than 64 characters, more than that are several of them in a row.
    """
    draws = _Draws(seed)
    short, longer = _KINDS[kind]
    if length is LengthBucket.OVER_64:
        return _LONG[kind](draws) if kind in _LONG else _listed(longer, draws)
    return longer(draws) if length is LengthBucket.TO_64 else short(draws)


def _listed(one: Callable[["_Draws"], str], draws: "_Draws") -> str:
    said = one(draws)
    while length_bucket(len(said)) is not LengthBucket.OVER_64:
        said += f"; {one(draws)}"
    return said


class _Draws:
    """Numbers from one seed: SHAKE-256 as one large number, of which each draw takes a digit of its own base."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        self._left = int.from_bytes(hashlib.shake_256(b"glasswork-surrogate-v1" + framed).digest(256), "big")

    def below(self, limit: int) -> int:
        """A number from 0 up to `limit` (exclusive)."""
        self._left, drawn = divmod(self._left, limit)
        return drawn

    def one(self, items: Sequence[str]) -> str:
        return items[self.below(len(items))]

    def digits(self, count: int) -> str:
        return f"{self.below(10**count):0{count}}"


def _email_short(d: _Draws) -> str:
    return f"{d.one('abcdefghijklmnopqrstuvwxyz')}{d.below(1000)}@example.{d.one(_TOPLEVEL)}"


def _email(d: _Draws) -> str:
    return f"{d.one(_FIRST)}.{d.one(_LAST)}{d.below(100)}@example.{d.one(_TOPLEVEL)}".lower()


def _phone_short(d: _Draws) -> str:
    return f"({d.one(tuple(map(str, _AREAS)))}) 555-01{d.digits(2)}"


def _phone(d: _Draws) -> str:
    return f"+1 {_phone_short(d)}"


def _with_check(country: str, account: str) -> str:
    """An IBAN of a country and account: two digits that make it 1 modulo 97 (ISO 7064)."""
    number = int("".join(str(int(sign, 36)) for sign in f"{account}{country}00"))
    return f"{country}{98 - number % 97:02}{account}"


def _iban_short(d: _Draws) -> str:
    return _with_check("NO", f"0000{d.digits(7)}")


def _iban(d: _Draws) -> str:
    return _with_check("DE", f"00000000{d.digits(10)}")


def _card_short(d: _Draws) -> str:
    body = f"400000{d.digits(9)}"
    return next(body + last for last in "0123456789" if luhn(body + last))


def _card(d: _Draws) -> str:
    number = _card_short(d)
    return " ".join(number[start : start + 4] for start in range(0, 16, 4))


def _national_short(d: _Draws) -> str:
    """A Norwegian birth number of the synthetic population: month + 80, two check digits modulo 11."""
    while True:
        body = f"{1 + d.below(28):02}{81 + d.below(12)}{40 + d.below(60)}{d.below(500):03}"
        first = _check_11(body, (3, 7, 6, 1, 8, 9, 4, 5, 2))
        second = _check_11(f"{body}{first}", (5, 4, 3, 2, 7, 6, 5, 4, 3, 2))
        if first < 10 and second < 10:  # no number has a check digit of 10: one in six that are drawn
            return f"{body}{first}{second}"


def _check_11(digits: str, weights: Sequence[int]) -> int:
    return -sum(map(mul, map(int, digits), weights)) % 11


def _national(d: _Draws) -> str:
    return f"{_national_short(d)}; {_national_short(d)}"


def _ip_short(d: _Draws) -> str:
    networks = (IPv4Address("192.0.2.0"), IPv4Address("198.51.100.0"), IPv4Address("203.0.113.0"))
    return str(networks[d.below(3)] + 1 + d.below(254))


def _ip_long(d: _Draws) -> str:
    return "; ".join(_ip_short(d) for _ in range(7))


def _ip(d: _Draws) -> str:
    # With two groups alone: more, or such as begin with a digit, may look like something else to the redactor.
    ends = ((0xA000 + d.below(0x6000)) << 16) + 0xA000 + d.below(0x6000)
    return str(IPv6Address((0x20010DB8 << 96) + ends))


def _mac_digits(d: _Draws) -> str:
    return ("00005e0053", "01005e9010")[d.below(2)] + f"{d.below(256):02x}"


def _mac_short(d: _Draws) -> str:
    digits = _mac_digits(d)
    return ".".join((digits[:4], digits[4:8], digits[8:]))


def _mac(d: _Draws) -> str:
    digits = _mac_digits(d).upper()
    return ":".join(digits[start : start + 2] for start in range(0, 12, 2))


def _url_short(d: _Draws) -> str:
    return f"example.{d.one(_TOPLEVEL)}/{d.digits(4)}"


def _url(d: _Draws) -> str:
    return f"https://www.example.{d.one(_TOPLEVEL)}/{d.one(_THINGS)}/{d.one(_QUALITIES)}-{d.one(_THINGS)}-{d.digits(4)}"


def _url_long(d: _Draws) -> str:
    return f"{_url(d)}?view={d.one(_QUALITIES)}&sort={d.one(_THINGS)}&page={d.below(90) + 10}&item={d.digits(8)}"


def _secret_short(d: _Draws) -> str:
    return f"fake-secret-{d.digits(4)}"


def _secret(d: _Draws) -> str:
    return f"not-a-real-secret-{d.one(_QUALITIES)}-{d.one(_THINGS)}-{d.digits(6)}"


def _path_short(d: _Draws) -> str:
    return f"~/{d.one(_THINGS)}-{d.digits(2)}.txt"


def _path(d: _Draws) -> str:
    return f"/home/user/Documents/{d.one(_QUALITIES)}-{d.one(_THINGS)}-{d.digits(4)}.txt"


def _path_long(d: _Draws) -> str:
    folders = "/".join(f"{d.one(_QUALITIES)}-{d.one(_THINGS)}s" for _ in range(4))
    return f"/home/user/Documents/projects/{folders}/{d.one(_THINGS)}-{d.digits(4)}.txt"


def _person_short(d: _Draws) -> str:
    return f"{d.one(_FIRST)} {d.one(_LAST)}"


def _person(d: _Draws) -> str:
    return f"{d.one(_FIRST)} {d.one(_FIRST)} {d.one(_LAST)}-{d.one(_LAST)}"


def _organisation_short(d: _Draws) -> str:
    return f"{d.one(_FIRMS)} {d.one(('AB', 'Ltd', 'LLC', 'SA', 'Inc'))}"


def _organisation(d: _Draws) -> str:
    return (
        f"{d.one(_FIRMS)} {d.one(_LAST)} {d.one(('Services', 'Supplies', 'Partners'))} {d.one(('Ltd', 'LLC', 'Inc'))}"
    )


def _date(d: _Draws) -> date:
    return date(2001, 1, 1) + timedelta(days=d.below(12_000))


def _date_short(d: _Draws) -> str:
    return _date(d).isoformat()


def _date_long(d: _Draws) -> str:
    day = _date(d)
    return f"{_DAYS[day.weekday()]}, {_spoken(day)}"


def _dates(d: _Draws) -> str:
    return "; ".join(_spoken(_date(d)) for _ in range(6))


def _spoken(day: date) -> str:
    return f"{day.day:02} {_MONTHS[day.month - 1]} {day.year}"


def _number_short(d: _Draws) -> str:
    return str(1 + d.below(10 ** (2 + d.below(4))))


def _number(d: _Draws) -> str:
    return f"{10**14 + d.below(9 * 10**14):,}"


def _number_long(d: _Draws) -> str:
    return f"{10**50 + d.below(9 * 10**50):,}"


def _amount_short(d: _Draws) -> str:
    return f"EUR {1 + d.below(9_999):,}.{d.digits(2)}"


def _amount(d: _Draws) -> str:
    return f"EUR {10**7 + d.below(9 * 10**7):,}.{d.digits(2)}"


def _identifier_short(d: _Draws) -> str:
    return f"TEST-20{d.digits(2)}-{d.digits(5)}"


def _identifier(d: _Draws) -> str:
    return f"TEST-20{d.digits(2)}-{d.digits(9)}"


def _coordinates_short(d: _Draws) -> str:
    return f"{45 + d.below(8)}°{d.below(60):02}'S {118 + d.below(10)}°{d.below(60):02}'W"


def _coordinates(d: _Draws) -> str:
    return f"-{45 + d.below(8)}.{d.digits(5)}, -{118 + d.below(10)}.{d.digits(5)}"


def _text_short(d: _Draws) -> str:
    return f"{d.one(_QUALITIES)} {d.one(_THINGS)}"


def _text(d: _Draws) -> str:
    said = f"{d.one(_VERBS)} the {d.one(_QUALITIES)} {d.one(_THINGS)} and {d.one(_VERBS)} the {d.one(_THINGS)}"
    return said.capitalize()


def _text_long(d: _Draws) -> str:
    return " ".join(f"{_text(d)}." for _ in range(3))


_KINDS: Final[dict[ValueKind, tuple[Callable[[_Draws], str], Callable[[_Draws], str]]]] = {
    ValueKind.TEXT: (_text_short, _text),
    ValueKind.EMAIL: (_email_short, _email),
    ValueKind.PHONE: (_phone_short, _phone),
    ValueKind.IBAN: (_iban_short, _iban),
    ValueKind.CARD: (_card_short, _card),
    ValueKind.NATIONAL_ID: (_national_short, _national),
    ValueKind.IP: (_ip_short, _ip),
    ValueKind.MAC: (_mac_short, _mac),
    ValueKind.URL: (_url_short, _url),
    ValueKind.SECRET: (_secret_short, _secret),
    ValueKind.PATH: (_path_short, _path),
    ValueKind.PERSON: (_person_short, _person),
    ValueKind.ORGANISATION: (_organisation_short, _organisation),
    ValueKind.DATE: (_date_short, _date_long),
    ValueKind.NUMBER: (_number_short, _number),
    ValueKind.AMOUNT: (_amount_short, _amount),
    ValueKind.IDENTIFIER: (_identifier_short, _identifier),
    ValueKind.COORDINATES: (_coordinates_short, _coordinates),
}

_LONG: Final[dict[ValueKind, Callable[[_Draws], str]]] = {
    ValueKind.TEXT: _text_long,
    ValueKind.IP: _ip_long,
    ValueKind.DATE: _dates,
    ValueKind.URL: _url_long,
    ValueKind.PATH: _path_long,
    ValueKind.NUMBER: _number_long,
}
