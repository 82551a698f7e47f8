"""The closed world of an interface's own words."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from glasswork.redact.patterns import Pattern
from glasswork.redact.wordlists import load

NUMBER = "#"
"""Stands for any short number in a label ("Page 3"): which one it was is content."""

_LONGEST_NUMBER = 4
_LONGEST_LABEL = 5  # words, little ones included
_MOST_WORDS = 3  # words that carry meaning and were not listed together: more make a sentence
_PUNCTUATION = str.maketrans(dict.fromkeys(" \t\n.,:;!?/\\()[]<>«»\"'’‘“”-–—+*%•·|→←↑↓▸▾▼✓×&", " "))
_ACCELERATOR = Pattern(
    r"(?i)\s*\(?(?:(?:ctrl|control|strg|steuerung|alt|option|shift|umschalt|maj|mayús|maiusc|super|meta|cmd|command|win)\s?\+\s?)+"
    r"\S{1,10}\)?$|\s*\([&_]?[A-Z0-9]\)(?:\.\.\.)?$"
)  # a shortcut, or the mnemonic of an East Asian label: "保存(&S)"


@dataclass(frozen=True)
class Vocabulary:
    """`phrases`: every entry by its key; `words`: the entries of one word, which may be combined; `joints`: little
    words that may stand between those. Values are the spelling that a label gets, in small letters.
    """

    phrases: Mapping[str, str]
    words: Mapping[str, str]
    joints: frozenset[str]

    @staticmethod
    def standard() -> "Vocabulary":
        """Standard commands and widget words in 25 languages (data/vocabulary.toml)."""
        return _standard()

    def extended(self, words: Iterable[str]) -> "Vocabulary":
        """With entries of the signed policy. Each is a capability that the policy lists and the notice shows."""
        entries = list(words)
        return Vocabulary(
            {**_by_key(entries), **self.phrases},
            {**_by_key(entry for entry in entries if " " not in key(entry)), **self.words},
            self.joints,
        )

    def spelling(self, text: str, *, whole: bool) -> str:
        """The vocabulary's own spelling of a label, or "" if it is not made of its words.

        With `whole` only an entry as it is listed counts. Otherwise listed single words may be combined, up to three,
        with little words and one number of at most four digits, which becomes `#`.
        """
        words = key(text)
        listed = self.phrases.get(words)
        if listed is not None or whole:
            return listed or ""
        spelled: list[str] = []
        meaning = numbers = 0
        for word in words.split():
            if word in self.words:
                meaning += 1
                spelled.append(self.words[word])
            elif word in self.joints:
                spelled.append(word)
            elif word.isdecimal() and len(word) <= _LONGEST_NUMBER:
                numbers += 1
                spelled.append(NUMBER)
            else:
                return ""
        fits = 1 <= meaning <= _MOST_WORDS and numbers <= 1 and len(spelled) <= _LONGEST_LABEL
        return " ".join(spelled) if fits else ""


def key(text: str) -> str:
    """What two spellings of a label share: no case, mnemonic, accelerator, punctuation or invisible character.

    `_Save`, `&Save…`, `SAVE`, `Save (Ctrl+S)` and `Save\\tCtrl+S` all give `save`.
    """
    plain = text.partition("\t")[0]
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain)
        if not plain.isprintable():
            plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    if "+" in plain or ")" in plain:
        plain = plain[: next((start for start, _ in _ACCELERATOR.spans(plain)), None)]
    plain = plain.replace("&&", " ").replace("&", "").replace("_", "").casefold()
    return " ".join(plain.translate(_PUNCTUATION).split())


def _by_key(entries: Iterable[str]) -> dict[str, str]:
    table: dict[str, str] = {}
    for entry in entries:
        table.setdefault(key(entry), entry.lower())
    table.pop("", None)
    return table


@cache
def _standard() -> Vocabulary:
    table = load("vocabulary")
    entries: list[str] = [
        entry
        for section in ("commands", "menu", "classes", "words")
        for entries in table[section].values()
        for entry in entries
    ]
    phrases = _by_key(entries)
    joints = frozenset(table["joints"]["all"])
    words = {k: spelling for k, spelling in phrases.items() if " " not in k and k not in joints}
    return Vocabulary(phrases, words, joints)
