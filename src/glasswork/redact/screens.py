"""Which of the policy's screens a window title belongs to."""

from collections.abc import Iterable

from glasswork.redact.errors import guarded
from glasswork.redact.normalise import fold, is_monster


@guarded
def screen_name(title: str, names: Iterable[str]) -> str:
    """The longest of `names` whose words stand next to each other in `title`, or "". Raises RedactionFailed.

    What comes back is the policy's own string, never a part of the title. Case, accents and punctuation are ignored.
    """
    if is_monster(title):
        return ""
    haystack = _words(title)
    inside = [name for name in names if _words(name).strip() and _words(name) in haystack]
    return max(inside, key=len, default="")


def _words(text: str) -> str:
    """The words of a text in small letters, each between single spaces."""
    plain = fold(text).casefold()
    return f" {' '.join(''.join(c if c.isalnum() else ' ' for c in plain).split())} "
