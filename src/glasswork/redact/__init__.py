"""Content becomes tokens: on the device, once more at admission, and usable by anyone as a library.

    find(text)                 where content is: spans of the original, by kind
    hits(text)                 whether there is any
    explain(text)              which rule found what
    redact(text)               the text with `<kind>` in place of each span
    kind_of(text)              what kind of thing a value as a whole is
    is_monster(text)           a string that no honest interface has
    label(text, role, words)   what may stay of an interface's label: only the program's own words
    command(...), element_class(...)   what a label that stayed stands for
    is_secret_label(label)     whether a field of that name holds a secret
    screen_name(title, names)  which of the policy's screens a title belongs to
    self_test()                raises RedactorBroken unless all of this works

Everything fails closed: an error is RedactionFailed, and means that the string is sensitive. No error holds content,
and nothing here remembers any.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glasswork.redact.errors import RedactionFailed, RedactorBroken
    from glasswork.redact.finding import Finding, Span, explain, find, hits
    from glasswork.redact.labels import command, element_class, label
    from glasswork.redact.normalise import is_monster
    from glasswork.redact.screens import screen_name
    from glasswork.redact.secrecy import is_secret_label
    from glasswork.redact.selftest import self_test
    from glasswork.redact.tokens import kind_of, redact
    from glasswork.redact.vocabulary import Vocabulary

__all__ = [
    "Finding",
    "RedactionFailed",
    "RedactorBroken",
    "Span",
    "Vocabulary",
    "command",
    "element_class",
    "explain",
    "find",
    "hits",
    "is_monster",
    "is_secret_label",
    "kind_of",
    "label",
    "redact",
    "screen_name",
    "self_test",
]

_HOME = {
    "finding": ("Finding", "Span", "explain", "find", "hits"),
    "tokens": ("kind_of", "redact"),
    "normalise": ("is_monster",),
    "labels": ("command", "element_class", "label"),
    "vocabulary": ("Vocabulary",),
    "secrecy": ("is_secret_label",),
    "screens": ("screen_name",),
    "selftest": ("self_test",),
    "errors": ("RedactionFailed", "RedactorBroken"),
}


def __getattr__(name: str) -> Any:
    """Import the home of a public name when it is first asked for: `glasswork --help` needs none of them."""
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"glasswork.redact.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
