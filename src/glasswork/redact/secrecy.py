"""Whether a field holds a secret, told by what it is called."""

import re
from functools import cache

from glasswork.redact.errors import guarded
from glasswork.redact.normalise import fold, is_monster
from glasswork.redact.patterns import Pattern
from glasswork.redact.wordlists import load, secret_keywords

_AUTOCOMPLETE = frozenset(("current-password", "new-password", "one-time-code", "cc-csc", "cc-number", "cc-exp"))
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")  # where a name in camelCase has its words


@cache
def _patterns() -> tuple[Pattern, Pattern]:
    harmless = "|".join(load("secret_labels")["harmless"]).replace(" ", r"[\s_-]+")
    return (
        Pattern(rf"(?i)(?:{fold(secret_keywords())})(?:$|[^\pL])|(?:{fold('|'.join(load('secret_labels')['stems']))})"),
        Pattern(rf"(?i)(?:^|[^\pL])(?:{fold(harmless)})(?:$|[^\pL])"),
    )


@guarded
def is_secret_label(label: str, *, field_type: str = "", autocomplete: str = "") -> bool:
    """Whether a field's label or name, its type or its `autocomplete` (HTML names) says that it holds a secret.

    Labels in more than twenty languages (data/secret_labels.toml); words count as whole words, so "Shipping" is not
    a PIN. A monster counts as secret. Raises RedactionFailed.
    """
    if field_type.strip().lower() == "password" or _AUTOCOMPLETE.intersection(autocomplete.lower().split()):
        return True
    if is_monster(label):
        return True
    secret, harmless = _patterns()
    name = _HUMP.sub(" ", fold(label))
    for start, end in harmless.spans(name):
        name = name[:start] + " " * (end - start) + name[end:]
    return secret.found(name)
