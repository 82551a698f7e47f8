"""The word lists of the redactor, read once from its data files."""

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from glasswork.redact.normalise import fold

_LETTER = r"\pL\pM"
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}"  # scripts that put no space between words
BEFORE_A_WORD = rf"(?:^|[^{_LETTER}]|[{_UNSPACED}])"
AFTER_A_WORD = rf"(?:$|[^{_LETTER}]|[{_UNSPACED}])"
"""The edges of a word in an expression. In "PIN码" and "รหัสOTP" the letters of another script are one."""


@cache
def load(name: str) -> dict[str, Any]:
    """The table in `data/NAME.toml`. Cached: it is part of the program, not content."""
    return tomllib.loads(files("glasswork.redact").joinpath("data", f"{name}.toml").read_text("utf-8"))


def secret_names(*sections: str) -> Iterator[str]:
    """What `data/secret_labels.toml` lists in these sections, in every language, as it is written there."""
    for section in sections:
        for entries in load("secret_labels")[section].values():
            yield from entries


def alternation(entries: Iterable[str]) -> str:
    """An expression that matches any of the entries. A space stands for spaces, hyphens, underscores or nothing."""
    return "|".join(dict.fromkeys(entry.replace(".", r"\.").replace(" ", r"[\s_-]*") for entry in entries))


def secret_words() -> tuple[str, ...]:
    """The words after which a secret is written down (`password: …`), as a rule takes them.

    Stems count at the end of a longer word ("Benutzerpasswort"), words only as whole ones ("PIN", not "Shipping").
    A space is written as one, as a hyphen, an underscore or not at all. Capitals are given beside small letters, since
    folding can make them differ (Greek `ν` looks like a `v`, `Ν` like an `N`).
    """
    entries = [*(f"{name}|" for name in secret_names("stems")), *(f"|{name}|" for name in secret_names("words"))]
    spelled = (fold(cased).casefold() for entry in entries for cased in (entry, entry.upper()))
    return tuple(dict.fromkeys(entry.replace(" ", joint) for entry in spelled for joint in (" ", "-", "_", "")))
