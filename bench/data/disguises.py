"""The same value in other characters: what people, pages and encoders do to it. Each keeps what it stands for."""

from collections.abc import Callable
from random import Random
from urllib.parse import quote

Disguise = Callable[[Random, str], str]

FULLWIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789@.+-"}
DIGITS = {  # the first digit of a script's ten
    "arabic": 0x0660,
    "persian": 0x06F0,
    "devanagari": 0x0966,
    "bold": 0x1D7CE,
}
CYRILLIC = str.maketrans("aeopcx", "аеорсх")


def fullwidth(_: Random, value: str) -> str:
    return value.translate(FULLWIDTH)


def fullwidth_at(_: Random, value: str) -> str:
    return value.replace("@", "＠")


def script_digits(r: Random, value: str) -> str:
    zero = DIGITS[r.choice(sorted(DIGITS))]
    return value.translate({ord("0") + n: zero + n for n in range(10)})


def zero_width(r: Random, value: str) -> str:
    for _ in range(3):
        at = r.randrange(1, len(value))
        value = value[:at] + r.choice("\u200b\u200c\u2060\ufeff") + value[at:]
    return value


def soft_hyphen(r: Random, value: str) -> str:
    at = r.randrange(2, len(value) - 1)
    return value[:at] + "\u00ad" + value[at:]


def look_alike(_: Random, value: str) -> str:
    local, _, domain = value.partition("@")
    return f"{local.translate(CYRILLIC)}@{domain}"


def spelled_out(r: Random, value: str) -> str:
    at, dot = r.choice(
        [(" [at] ", " [dot] "), (" (at) ", " (dot) "), ("[at]", "[dot]"), (" (at) ", "."), (" {at} ", " {dot} ")]
    )
    local, _, domain = value.partition("@")
    return local + at + domain.replace(".", dot)


def percent(r: Random, value: str) -> str:
    once = quote(value, safe="")
    return quote(once, safe="") if r.random() < 0.3 else once


def line_split(r: Random, value: str) -> str:
    gaps = [i for i, c in enumerate(value) if c in " -"] or [len(value) // 2]
    at = r.choice(gaps)
    return value[:at] + "\n" + value[at + (value[at] == " ") :]


def odd_space(r: Random, value: str) -> str:
    return value.replace(" ", r.choice("\u00a0\u2009\u202f\u2007"))


def odd_dash(r: Random, value: str) -> str:
    return value.replace("-", r.choice("\u2010\u2011\u2013\u2212"))


def lower(_: Random, value: str) -> str:
    return value.lower()


def reversed_by_override(_: Random, value: str) -> str:
    return "\u202e" + value[::-1] + "\u202c"


BY_KIND: dict[str, list[Disguise]] = {
    "email": [
        zero_width,
        look_alike,
        spelled_out,
        spelled_out,
        percent,
        fullwidth_at,
        soft_hyphen,
        reversed_by_override,
    ],
    "phone": [fullwidth, script_digits, zero_width, line_split, odd_space, odd_dash, soft_hyphen],
    "card": [fullwidth, script_digits, zero_width, soft_hyphen, line_split, odd_space, odd_dash],
    "iban": [zero_width, odd_space, lower, line_split, fullwidth, soft_hyphen],
    "national_id": [fullwidth, script_digits, zero_width, odd_dash],
    "amount": [script_digits, odd_space],
    "date": [script_digits, fullwidth],
    "ip": [zero_width, fullwidth],
    "url": [percent],
    "secret": [zero_width, line_split],
    "coordinates": [odd_space],
}


def disguise(r: Random, kind: str, value: str) -> tuple[str, str]:
    """The value in another guise, and the guise's name: "plain" where its kind has none or it changed nothing."""
    if kind not in BY_KIND:
        return value, "plain"
    change = r.choice(BY_KIND[kind])
    changed = change(r, value)
    return (changed, change.__name__) if changed != value else (value, "plain")
