"""The words around content, in every language: what stands before a user name, a day of birth, a number of an order."""

from collections.abc import Iterable

from glasswork.redact.normalise import fold
from glasswork.redact.wordlists import load


def context(section: str) -> tuple[str, ...]:
    """The words of a section of data/context_words.toml as a rule takes them.

    They count at the beginning of a word. A space in an entry is written as one, as a hyphen, an underscore, or not.
    """
    entries = [entry for entries in load("context_words")[section].values() for entry in entries]
    return tuple(
        dict.fromkeys(f"|{word.replace(' ', joint)}" for word in folded(entries) for joint in (" ", "_", "-", ""))
    )


def alternatives(section: str) -> str:
    """The same words as an expression, for what stands before them."""
    return "|".join(dict.fromkeys(word.strip("|") for word in context(section)))


def months(section: str) -> list[str]:
    """The names of months of a section of data/calendar.toml, folded, the longest first."""
    entries = [entry for entries in load("calendar")[section].values() for entry in entries]
    return sorted(folded(entries), key=lambda name: (-len(name), name))


def folded(entries: Iterable[str]) -> list[str]:
    """The entries as texts are folded, in small letters.

    Capitals are given beside small letters, since folding can make them differ (Greek `ν` looks like a `v`, `Ν` like an
    `N`).
    """
    return list(
        dict.fromkeys(fold(cased).casefold() for entry in entries for cased in (entry, entry.upper(), entry.title()))
    )
