"""Names that look alike and are not the same: what a policy may be written with, and what a board is told of it.

A letter of another script, an invisible character or a wide variant makes a second name that a reader takes for the
first. What nobody writes on purpose does not compile (`fault`); what somebody may write (a word of another script) is
said beside the name (`shown`), and two names that a reader could confuse have the same `skeleton`.
"""

import unicodedata
from collections.abc import Iterator
from typing import Final

_ALPHABETS: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})
"""Scripts whose letters look like each other's. One word is of one of them."""

_LONGEST_NUMBER: Final = 4
"""Digits in a row that a name may have: an account or a telephone number is somebody's, and no word of a program."""

_LIKE_LATIN: Final = str.maketrans(
    "АВЕКМНОРСТУХЅІЈӀаеорсухѕіјӏһԁԛԝѵ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορυικτω" + "01|",
    "ABEKMHOPCTYXSIJlaeopcyxsijlhdqwv" + "ABEZHIKMNOPTYXavopuiktw" + "oll",
)


def fault(text: str) -> str:
    """What is wrong with the characters of a name, in words; "" if nothing is."""
    if not text.isprintable() or unicodedata.normalize("NFC", text) != text:
        return "has an invisible character, or one composed of several"
    if any(c.isalnum() and unicodedata.normalize("NFKC", c) != c for c in text):
        return "has a variant of a plain letter or digit"
    if any(len(_scripts(word) & _ALPHABETS) > 1 for word in _words(text)):
        return "has a word with letters of two alphabets"
    return ""


def content(text: str) -> bool:
    """Whether a word that the recorder would look for is an address or has a long number: somebody's, not a program's.

    Whether it is a person's name nobody can tell by looking at it: those are seen in the comparison and the notice.
    """
    digits = "".join(c if c.isdecimal() else " " for c in text if c.isalnum() or c.isspace())
    return "@" in text or any(len(run) > _LONGEST_NUMBER for run in digits.split())


def shown(text: str) -> str:
    """A name in quotation marks, with its scripts where they are not Latin, and as a browser shows it."""
    if "xn--" in text:
        try:
            return f"“{text}” (which browsers may show as {shown(text.encode().decode('idna'))})"
        except UnicodeError:
            return f"“{text}” (which is not a valid international name)"
    foreign = sorted(_scripts(text) - {"LATIN"})
    return f"“{text}”" + (f" (with {' and '.join(name.capitalize() for name in foreign)} letters)" if foreign else "")


def skeleton(text: str) -> str:
    """What a reader may take a name for: two names with one skeleton can be confused."""
    plain = unicodedata.normalize("NFKC", text).translate(_LIKE_LATIN).casefold()
    return plain.replace("rn", "m").replace("vv", "w").replace("i", "l")


def _scripts(text: str) -> set[str]:
    return {unicodedata.name(c, "unknown").split()[0] for c in text if c.isalpha()}


def _words(text: str) -> Iterator[str]:
    yield from "".join(c if c.isalnum() else " " for c in text).split()
