"""Made-up values of each kind, from a seeded `random.Random`: shapes as published, checksums correct, nobody's.

Names are syllables, hosts are reserved or made of syllables, phone numbers are from the ranges set aside for fiction
where a country has one. Keys and tokens have the published shape and random content.
"""

import base64
import json
import string
import tomllib
from collections.abc import Callable
from pathlib import Path
from random import Random

SHAPES = tomllib.loads((Path(__file__).resolve().parent / "shapes.toml").read_text(encoding="utf-8"))
Make = Callable[[Random], str]

UPPER_DIGITS = string.ascii_uppercase + string.digits
WORD = string.ascii_letters + string.digits
BASE64 = WORD + "+/"
HEX = "0123456789abcdef"


def some(r: Random, alphabet: str, n: int) -> str:
    """`n` characters of an alphabet."""
    return "".join(r.choice(alphabet) for _ in range(n))


def digits(r: Random, n: int, first: str = string.digits) -> str:
    """`n` digits, the first one of `first`."""
    return r.choice(first) + some(r, string.digits, n - 1)


def fill(r: Random, pattern: str) -> str:
    """A pattern with a random digit for each `#` and one from 2 to 9 for each `%`."""
    return "".join(r.choice(string.digits) if c == "#" else r.choice("23456789") if c == "%" else c for c in pattern)


def word(r: Random, n: int = 2) -> str:
    """`n` syllables that are no word."""
    return "".join(r.choice(SHAPES["syllables"]) for _ in range(n))


def weighted(number: str, weights: list[int]) -> int:
    """The sum of digits times weights, as most national checksums want it."""
    return sum(int(d) * w for d, w in zip(number, weights, strict=True))


def luhn_digit(number: str) -> str:
    """The last digit that makes `number` pass Luhn (ISO/IEC 7812-1)."""
    doubled = (int(d) * (2 - i % 2) for i, d in enumerate(reversed(number)))
    return str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


# --- people and addresses -------------------------------------------------------------------------------------------


def host(r: Random) -> str:
    """A reserved host (RFC 2606), or one of syllables under a real top-level domain."""
    if r.random() < 0.5:
        return r.choice(["", "", f"{word(r)}.", "mail."]) + "example." + r.choice(["com", "org", "net"])
    tail = r.choice(SHAPES["domains"])
    return f"{word(r, 3)}-{word(r, 2)}.{tail}"


def email(r: Random) -> str:
    """An address in the forms that people have."""
    a, b = word(r), word(r)
    local = r.choice(
        [f"{a}.{b}", f"{a[0]}.{b}", f"{a}_{b}", f"{a}{digits(r, 2)}", f"{a}-{b}", f"{a}+{b}", f"{a}{b}", "info"]
    )
    return (local.title() if r.random() < 0.08 else local) + "@" + host(r)


def user(r: Random) -> str:
    """A login name."""
    return r.choice(
        [f"{word(r)[0]}{word(r)}", f"{word(r)}.{word(r)}", f"{word(r)}{digits(r, 2)}", f"{word(r)}_{word(r)}"]
    )


def phone(r: Random, lang: str = "en") -> str:
    """A number as it is written where `lang` is spoken."""
    return fill(r, r.choice(SHAPES["phones"][lang]))


# --- money ----------------------------------------------------------------------------------------------------------


def iban(r: Random) -> str:
    """A valid IBAN (ISO 13616, mod 97), compact or in fours."""
    country, form = r.choice(sorted(SHAPES["ibans"].items()))
    bban, count = "", ""
    for c in form:
        if c.isdigit():
            count += c
        else:
            bban += some(r, {"n": string.digits, "a": string.ascii_uppercase, "c": UPPER_DIGITS}[c], int(count))
            count = ""
    check = 98 - int("".join(str(int(c, 36)) for c in bban + country + "00")) % 97
    whole = f"{country}{check:02}{bban}"
    return " ".join(whole[i : i + 4] for i in range(0, len(whole), 4)) if r.random() < 0.6 else whole


CARDS = [
    ("4", 16),
    ("51", 16),
    ("55", 16),
    ("2221", 16),
    ("2720", 16),
    ("34", 15),
    ("37", 15),
    ("6011", 16),
    ("3528", 16),
    ("36", 14),
    ("62", 16),
]


def card(r: Random) -> str:
    """A card number that passes Luhn, with a known issuer's beginning, in the groupings in use."""
    prefix, length = r.choice(CARDS)
    number = prefix + some(r, string.digits, length - len(prefix) - 1)
    number += luhn_digit(number)
    gap = r.choice([" ", " ", "-", ""])
    cuts = {16: (4, 8, 12), 15: (4, 10), 14: (4, 10)}[length]
    return gap.join(number[a:b] for a, b in zip((0, *cuts), (*cuts, length), strict=True))


def amount(r: Random) -> str:
    """A sum of money with its currency."""
    return fill(r, r.choice(SHAPES["amounts"]).replace("€ #", "€ %"))


# --- networks -------------------------------------------------------------------------------------------------------


def ip(r: Random) -> str:
    """An address from the documentation and private ranges (RFC 5737, 3849, 1918, 4193), some with a port or prefix."""
    byte = lambda: str(r.randrange(1, 255))  # noqa: E731
    if r.random() < 0.6:
        return r.choice(
            [
                f"192.0.2.{byte()}",
                f"198.51.100.{byte()}",
                f"203.0.113.{byte()}",
                f"10.{byte()}.{byte()}.{byte()}",
                f"192.168.{byte()}.{byte()}",
                f"172.16.{byte()}.{byte()}",
            ]
        )
    group = lambda: some(r, HEX, 4)  # noqa: E731
    full = ":".join(["2001", "0db8", *(group() for _ in range(6))])
    return r.choice(
        [
            f"2001:db8::{group()}",
            full,
            f"fd{some(r, HEX, 2)}:{group()}:{group()}::1",
            f"fe80::{group()}:{group()}:{group()}:{group()}",
            full.upper(),
            f"2001:db8:{group()}::{group()}:{group()}",
        ]
    )


def mac(r: Random) -> str:
    """A hardware address in its three spellings."""
    alphabet = r.choice([HEX, HEX.upper()])
    pairs = [some(r, alphabet, 2) for _ in range(6)]
    whole = "".join(pairs)
    return r.choice(
        [":".join(pairs), ":".join(pairs), "-".join(pairs).upper(), f"{whole[:4]}.{whole[4:8]}.{whole[8:]}".lower()]
    )


def url(r: Random) -> str:
    """A link whose path, query, fragment or user part tells of somebody."""
    base = f"https://{r.choice(['', 'www.', 'app.'])}{host(r)}"
    number = digits(r, r.randrange(5, 10), "123456789")
    uuid = "-".join(some(r, HEX, n) for n in (8, 4, 4, 4, 12))
    return r.choice([
        f"{base}/search?q={word(r)}+{word(r)}", f"{base}/users/{number}/edit", f"{base}/u/{user(r)}",
        f"{base}/orders/{uuid}", f"{base}/reset?token={some(r, WORD, 32)}", f"{base}/inbox#msg-{number}",
        f"{base}/{word(r)}?id={number}&tab=files", f"https://{user(r)}:{some(r, WORD, 10)}@{host(r)}/repo",
        f"ftp://{user(r)}@{host(r)}/pub", f"{base}/doc/d/{some(r, WORD + '-_', 33)}/edit",
        f"http://{host(r)}:8080/case/{number}?view=full#notes", f"{base}/patient/{number}",
    ])  # fmt: skip


# --- secrets --------------------------------------------------------------------------------------------------------


def jwt(r: Random) -> str:
    """A JSON web token (RFC 7519) with a random signature."""
    head, body = {"alg": "HS256", "typ": "JWT"}, {"sub": digits(r, 9), "name": word(r)}
    parts = (json.dumps(part, separators=(",", ":")).encode() for part in (head, body))
    head, body = (base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    return f"{head}.{body}.{some(r, WORD + '-_', 43)}"


def pem(r: Random) -> str:
    """A private key block (RFC 7468) of random base64."""
    kind = r.choice(["RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"])
    body = "\n".join(some(r, BASE64, 64) for _ in range(3))
    return f"-----BEGIN {kind}-----\n{body}\n-----END {kind}-----"


TOKENS: list[Make] = [
    lambda r: r.choice(["AKIA", "ASIA"]) + some(r, string.ascii_uppercase + "234567", 16),
    lambda r: r.choice(["ghp_", "gho_", "ghs_"]) + some(r, WORD, 36),
    lambda r: f"github_pat_{some(r, WORD, 22)}_{some(r, WORD, 59)}",
    lambda r: "glpat-" + some(r, WORD + "-_", 20),
    lambda r: f"xoxb-{digits(r, 12, '123')}-{digits(r, 12, '123')}-{some(r, WORD, 24)}",
    lambda r: r.choice(["sk_live_", "rk_live_"]) + some(r, WORD, 24),
    lambda r: "AIza" + some(r, WORD + "-_", 35),
    lambda r: f"SG.{some(r, WORD + '-_', 22)}.{some(r, WORD + '-_', 43)}",
    lambda r: "npm_" + some(r, WORD, 36),
    lambda r: "pypi-AgEIcHlwaS5vcmc" + some(r, WORD + "-_", 70),
    lambda r: "SK" + some(r, HEX, 32),
    lambda r: f"sk-ant-api03-{some(r, WORD + '-_', 93)}AA",
    lambda r: "sk-proj-" + some(r, WORD, 48),
    lambda r: f"{digits(r, 9, '123456789')}:AA{some(r, WORD + '-_', 33)}",
    lambda r: "dop_v1_" + some(r, HEX, 64),
    lambda r: "hf_" + some(r, string.ascii_letters, 34),
    lambda r: f"AccountKey={some(r, BASE64, 86)}==",
    lambda r: f"shpat_{some(r, HEX, 32)}",
    jwt,
    jwt,
    pem,
]


def token(r: Random) -> str:
    """A key or token whose shape alone tells what it is."""
    return r.choice(TOKENS)(r)


def entropy(r: Random) -> str:
    """A key that only its randomness (and its label) tells."""
    return r.choice(
        [some(r, BASE64, 40), some(r, HEX, 40), some(r, WORD, 32), some(r, WORD + "-_", 43), some(r, HEX, 64)]
    )


def password(r: Random) -> str:
    """A password as people choose them."""
    a = word(r)
    return r.choice(
        [
            f"{a.title()}{digits(r, 4)}!",
            f"{a}{digits(r, 3)}",
            some(r, WORD + "!#%*", 12),
            f"{a}-{word(r)}-{word(r)}",
            f"{a.title()}#{digits(r, 2)}",
        ]
    )


# --- files, times, places, numbers ----------------------------------------------------------------------------------


def path(r: Random) -> str:
    """A path through somebody's home folder."""
    who, name = user(r), f"{word(r)}.{r.choice(['pdf', 'xlsx', 'docx', 'txt', 'odt', 'png'])}"
    return r.choice(
        [
            f"/home/{who}/{word(r)}/{name}",
            f"C:\\Users\\{who}\\Documents\\{name}",
            f"/Users/{who}/Desktop/{name}",
            f"file:///home/{who}/{name}",
            f"\\\\{word(r)}\\home$\\{who}\\{name}",
            f"/home/{who}",
            f"C:\\Users\\{who}",
            f"C:/Users/{who}/AppData/Local/{word(r)}",
        ]
    )


def date(r: Random, lang: str = "en", years: tuple[int, int] = (2019, 2031)) -> str:
    """A calendar day as it is written where `lang` is spoken."""
    y, m, d = r.randrange(*years), r.randrange(1, 13), r.randrange(1, 29)
    if lang in ("ja", "zh"):
        return r.choice([f"{y}年{m}月{d}日", f"{y}/{m:02}/{d:02}", f"{y}-{m:02}-{d:02}"])
    month = SHAPES["months"][lang].split()[m - 1]
    if lang == "en":
        return r.choice(
            [
                f"{month} {d}, {y}",
                f"{d} {month} {y}",
                f"{m:02}/{d:02}/{y}",
                f"{y}-{m:02}-{d:02}",
                f"{month[:3]} {d}, {y}",
                f"{m}/{d}/{y % 100:02}",
            ]
        )
    link = " de " if lang in ("es", "pt") else ". " if lang == "de" else " "
    spelled = f"{d}{link}{month}{' de ' if lang in ('es', 'pt') else ' '}{y}"
    mark = "/" if lang in ("fr", "es", "it", "pt") else "-" if lang == "nl" else "."
    return r.choice(
        [
            spelled,
            f"{d:02}{mark}{m:02}{mark}{y}",
            f"{y}-{m:02}-{d:02}",
            f"{d:02}.{m:02}.{y % 100:02}" if mark == "." else spelled,
        ]
    )


def birth(r: Random, lang: str = "en") -> str:
    """A day on which somebody may have been born."""
    return date(r, lang, (1945, 2006))


def order(r: Random) -> str:
    """An order or invoice number."""
    return r.choice(
        [
            digits(r, 8, "123456789"),
            f"{digits(r, 3, '123')}-{digits(r, 7)}-{digits(r, 7)}",
            f"ORD-{digits(r, 6)}",
            f"#{digits(r, 5, '12345')}",
            f"{r.choice('ABKR')}{digits(r, 7)}",
            f"RE-2026-{digits(r, 5)}",
            f"PO{digits(r, 8)}",
        ]
    )


def ticket(r: Random) -> str:
    """A ticket or case number."""
    return r.choice(
        [
            f"INC{digits(r, 7, '0')}",
            f"{word(r).upper()}-{digits(r, 4, '123456789')}",
            f"#{digits(r, 6, '123456789')}",
            f"CS-{digits(r, 6)}",
            f"SR-{digits(r, 8)}",
            f"REQ{digits(r, 7, '0')}",
        ]
    )


def place(r: Random) -> str:
    """Coordinates in degrees."""
    lat, lon = r.uniform(-60, 65), r.uniform(-170, 170)
    north, east = "NS"[lat < 0], "EW"[lon < 0]
    dms = lambda v: f"{int(abs(v))}°{r.randrange(60):02}′{r.randrange(60):02}″"  # noqa: E731
    return r.choice(
        [
            f"{lat:.5f}, {lon:.5f}",
            f"{lat:.6f},{lon:.6f}",
            f"geo:{lat:.5f},{lon:.5f}",
            f"{dms(lat)}{north} {dms(lon)}{east}",
            f"{abs(lat):.4f}° {north}, {abs(lon):.4f}° {east}",
        ]
    )
