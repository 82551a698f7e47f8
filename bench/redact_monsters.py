"""Strings that break redactors, at any length: what each one is after, and how long ours takes over them."""

import base64
import math
import time
from collections.abc import Callable
from itertools import cycle, islice
from random import Random
from statistics import median

LENGTHS = (512, 1024, 2048, 4096, 65536)
RUNS = 5


def repeated(unit: str, tail: str = "") -> Callable[[int], str]:
    """The unit over and over, cut to length, then the tail."""
    return lambda n: "".join(islice(cycle(unit), n - len(tail))) + tail


def drawn(alphabet: str) -> Callable[[int], str]:
    """Random characters of an alphabet, always the same."""
    return lambda n: "".join(Random(4).choices(alphabet, k=n))


def wrapped(n: int) -> str:
    """Base64 of base64 of … an address, until there is no more room."""
    text = b"nobody@example.com "
    while len(text) * 4 // 3 + 4 <= n:
        text = base64.b64encode(text * (2 if len(text) * 8 // 3 + 8 <= n else 1))
    return text.decode().ljust(n, "A")


BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
MONSTERS: dict[str, Callable[[int], str]] = {
    "combining marks": repeated("\u0301"),
    "nested marks": lambda n: "a" + drawn("\u0301\u0323\u0307\u0328\u20d7\u0489")(n - 1),
    "eight marks each": repeated("e" + "\u0301\u0323\u0307\u0328" * 2),
    "zalgo words": repeated("mail\u0301\u0323\u0307 "),
    "at signs": repeated("@"),
    "a@a@": repeated("a@"),
    "a.a. then @": repeated("a.", "@"),
    "long local, no host": repeated("a", "@"),
    "long host": lambda n: "a@" + repeated("b.")(n - 2),
    "many addresses": repeated("a@b.co "),
    "[at] [at]": repeated("a [at] "),
    "(dot)(dot)": repeated("a(dot)"),
    "digits": repeated("1234567890"),
    "ones": repeated("1"),
    "digit space": repeated("1 "),
    "digit dash": repeated("1-"),
    "spaced cards": repeated("4111 1111 1111 1111 "),
    "full-width digits": repeated("１２３４"),
    "mixed scripts' digits": repeated("1१١𝟏"),
    "plus signs": repeated("+"),
    "phones": repeated("+1 202 555 0100 "),
    "open brackets": repeated("(0"),
    "dotted": repeated("1.1.1.1."),
    "dots": repeated("."),
    "colons": repeated("::"),
    "ab:ab:": repeated("ab:"),
    "zero-widths": repeated("\u200b"),
    "zero-width between": repeated("4\u200b"),
    "soft hyphens": repeated("a\u00ad@\u00ad"),
    "base64 wall": drawn(BASE64),
    "base64 of base64": wrapped,
    "base64 words": repeated("bm9ib2R5QGV4YW1wbGUuY29t "),
    "hex wall": drawn("0123456789abcdef"),
    "percent 25": repeated("%25", "40"),
    "percents": repeated("%"),
    "percent letters": repeated("%61"),
    "percent of percent": repeated("%252540"),
    "http://a.": repeated("http://a."),
    "://a:": repeated("://a:"),
    "parameters": lambda n: "https://a.example/?" + repeated("a=1&")(n - 19),
    "slashes": repeated("/"),
    "backslashes": repeated("\\"),
    "homes": repeated("/home/"),
    "users": repeated("C:\\Users\\"),
    "IBAN heads": repeated("DE89"),
    "IBANs": repeated("DE89 3704 0044 0532 0130 00 "),
    "passwords": repeated("password: "),
    "password=password=": repeated("password="),
    "JWT heads": repeated("eyJ"),
    "JWT parts": repeated("eyJhbGciOi."),
    "PEM heads": repeated("-----BEGIN PRIVATE KEY-----\n"),
    "dashes": repeated("-"),
    "newlines": repeated("\n"),
    "blanks": repeated(" \t"),
    "a then !": repeated("a", "!"),
    "a-a-": repeated("a-"),
    "underscores": repeated("_1"),
    "overrides": repeated("\u202e"),
    "override pairs": repeated("\u202ea\u202c"),
    "one becomes eighteen": repeated("\ufdfa"),
    "ligatures": repeated("ﬁ"),
    "joined emoji": repeated("👩\u200d👩\u200d👧\u200d"),
    "lone surrogates": repeated("\ud800"),
    "Cyrillic a": repeated("а"),
    "dates": repeated("1.1.2020 "),
    "coordinates": repeated("52.51634, 13.37769 "),
    "amounts": repeated("$1,000.00 "),
    "tickets": repeated("ABC-1234 "),
    "words": repeated("the quick brown fox "),
    "Japanese": repeated("名前を付けて保存"),
}


def milliseconds(find: Callable[[str], object], text: str) -> float:
    """The median CPU time of one call. A refusal is an answer: the recorder suppresses what it meets."""
    times = []
    for _ in range(RUNS):
        began = time.process_time_ns()
        try:
            find(text)
        except Exception as error:
            if type(error).__name__ != "RedactionFailed":
                raise
        times.append((time.process_time_ns() - began) / 1e6)
    return median(times)


def report(find: Callable[[str], object]) -> float:
    """Print how long the monsters take and how it grows. Returns the worst over all lengths, in milliseconds."""
    table = {name: [milliseconds(find, make(n)) for n in LENGTHS] for name, make in MONSTERS.items()}
    worst = {name: max(times) for name, times in table.items()}
    print(f"\n{len(table)} monsters at {', '.join(f'{n / 1024:g}' for n in LENGTHS)} KB (ms of CPU, median of {RUNS})")
    for i, n in enumerate(LENGTHS):
        column = [times[i] for times in table.values()]
        print(f"  {n / 1024:>4g} KB: median {median(column):.3f}, worst {max(column):.3f}")
    print("  the slowest, and growth from 0.5 to 4 KB (time ~ length to this power; 1 is linear):")
    for name in sorted(worst, key=lambda name: -worst[name])[:8]:
        times = table[name]
        power = math.log(max(times[3], 1e-6) / max(times[0], 1e-6)) / math.log(LENGTHS[3] / LENGTHS[0])
        print(f"  {name:<24}" + "".join(f"{t:>9.3f}" for t in times) + f"   {power:.2f}")
    return max(worst.values())
