"""Whether a field holds a secret, told by what it is called."""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from glasswork.redact.errors import guarded
from glasswork.redact.normalise import fold, is_monster
from glasswork.redact.patterns import Pattern
from glasswork.redact.wordlists import AFTER_A_WORD, BEFORE_A_WORD, alternation, secret_names

_AUTOCOMPLETE = frozenset(("current-password", "new-password", "one-time-code", "cc-csc", "cc-number", "cc-exp"))
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[a-z][0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
"""Where a name in camelCase has its words: newPassword, cvv2Code, PINCode."""


class _Names(NamedTuple):
    secret: Pattern
    alone: Pattern
    last: Pattern
    harmless: Pattern


@cache
def _names() -> _Names:
    stems, words = _any("stems"), _any("words", "phrases", "fields")
    return _Names(
        Pattern(rf"(?:{stems})|{BEFORE_A_WORD}(?:{words}){AFTER_A_WORD}"),
        Pattern(rf"^[^\pL]*(?:{_any('alone', 'identifiers')})[^\pL]*$"),
        Pattern(rf"[ _.:-](?:{_any('identifiers')})[^\pL]*$"),
        Pattern(rf"{BEFORE_A_WORD}({_any('harmless')}){AFTER_A_WORD}"),
    )


def _any(*sections: str) -> str:
    return alternation(_plain(name) for name in secret_names(*sections))


def _plain(name: str) -> str:
    """Small letters without accents, the same for an entry and a label: case first, as look-alikes differ by case."""
    return fold(unicodedata.normalize("NFKC", name).casefold())


@guarded
def is_secret_label(label: str, *, field_type: str = "", autocomplete: str = "") -> bool:
    """Whether a field's label or name, its type or its `autocomplete` (HTML names) says that it holds a secret.

    Labels in more than thirty languages (data/secret_labels.toml); words count as whole words, so "Shipping" is not
    a PIN. A monster counts as secret. Raises RedactionFailed.
    """
    if field_type.strip().lower() == "password" or _AUTOCOMPLETE.intersection(autocomplete.lower().split()):
        return True
    if is_monster(label):
        return True
    names = _names()
    name = unicodedata.normalize("NFKC", label).strip()
    # "userPassword", "PINCode": a label that is one word may be what a programmer called the field.
    identifier = not any(map(str.isspace, name))
    spaced = _plain(_HUMP.sub(" ", name) if identifier else name)
    for start, end in names.harmless.spans(spaced):
        spaced = spaced[:start] + "\n" * (end - start) + spaced[end:]
    return (
        names.secret.found(spaced)
        or names.alone.found(spaced)
        or (identifier and names.last.found(spaced))
        or ("_" in spaced and names.secret.found(spaced.replace("_", "")))  # a mnemonic inside the word
    )
