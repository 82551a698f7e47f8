"""One reading of a text for all its disguises, with the way back to where each character came from.

A `View` is a text as the rules see it: compatibility forms, accents, look-alike letters and the digits of all
scripts folded to plain ones, invisible characters gone, every dash and space the same. Further views undo
percent-encoding (twice), `[at]` and `(dot)`, and right-to-left overrides. Rules run on every view, because undoing a
disguise can also destroy a value ("50%41…"). Based on UAX 15 (NFKC, NFKD) and UTS 39 (confusables), simplified.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from glasswork.redact.lookalikes import LOOKALIKES
from glasswork.redact.patterns import Pattern

LIMIT_BYTES = 4096
"""Longer strings (in UTF-8) are monsters."""

PERCENT = "%[0-9A-Fa-f]{2}"
SPELLED = r"(?i)[\[({<]\s*(?:at|@|dot|\.|arroba|chiocciola|ät|punkt|punto|point|ponto)\s*[\])}>]"
"""What makes further views worth building; part of the gate."""

_UNUSUAL = re.compile(r"[^\t\n\r -~]")  # one character class: linear in any engine
_MARKS = Pattern(r"(?:\pM\p{Cf}*){9}")
_PERCENT_RUN = Pattern(f"(?:{PERCENT})+")
_AT = Pattern(r"(?i)\s*[\[({<]\s*(?:at|@|arroba|chiocciola|ät)\s*[\])}>]\s*")
_DOT = Pattern(r"(?i)\s*[\[({<]\s*(?:dot|\.|punkt|punto|point|ponto)\s*[\])}>]\s*")
_OVERRIDE, _POP = "\u202e", "\u202c"


class View(NamedTuple):
    """`text[i]` stands for characters `starts[i]` up to `ends[i]` of the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where in the original a span of the view comes from. An override can turn the order around."""
        return min(self.starts[start:end]), max(self.ends[start:end])


def is_monster(text: str) -> bool:
    """Whether a string is over 4 KB in UTF-8, or has more than eight combining marks in a row.

    No honest interface shows one. It is suppressed before any other work is done on it.
    """
    if len(text) > LIMIT_BYTES:
        return True
    if text.isascii():
        return False
    encoded = text.encode("utf-8", "replace")
    return len(encoded) > LIMIT_BYTES or _MARKS.found(encoded.decode())


def fold(text: str) -> str:
    """The text of the first view, without the way back: cheap, for the gate and for comparing keywords."""
    if text.isascii() and text.isprintable():
        return text
    return _UNUSUAL.sub(lambda match: _fold_character(match[0]), text)


def views(text: str) -> Iterator[View]:
    """Every reading of `text`, the plain one first. At most twelve, none much longer than the text."""
    for view in (_base(text), *_overridden(text)):
        for _ in range(3):
            yield view
            spelled = _unspell(view)
            if spelled is not view:
                yield spelled
            decoded = _unpercent(view)
            if decoded is view:
                break
            view = decoded


def _fold_character(c: str) -> str:
    if "\u3041" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3":
        return c  # kana, Han, Hangul: nothing to fold
    twin = LOOKALIKES.get(c)
    if twin is not None:
        return twin
    match unicodedata.category(c):
        case "Cf" | "Cc" | "Cs" | "Mn" | "Me":
            return ""
        case "Zs":
            return " "
        case "Zl" | "Zp":
            return "\n"
        case "Pd":
            return "-"
        case "Nd":
            return str(unicodedata.decimal(c))
        case _:
            parts = (LOOKALIKES.get(p, p) for p in unicodedata.normalize("NFKD", c) if not unicodedata.combining(p))
            plain = "".join(parts)
            return plain if plain.isascii() else unicodedata.normalize("NFKC", c)


def _view(pieces: Iterable[tuple[str, int, int]]) -> View:
    """A view of pieces: what each reads as, and where it comes from."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece, start, end in pieces:
        text.append(piece)
        starts += [start] * len(piece)
        ends += [end] * len(piece)
    return View("".join(text), starts, ends)


def _base(text: str) -> View:
    if text.isascii() and text.isprintable():
        return View(text, range(len(text)), range(1, len(text) + 1))
    return _view(_pieces(text))


def _pieces(text: str) -> list[tuple[str, int, int]]:
    return [(fold(c), position, position + 1) for position, c in enumerate(text)]


def _overridden(text: str) -> Iterator[View]:
    """The text as a reader sees it where a right-to-left override turns it around."""
    if _OVERRIDE not in text:
        return
    pieces = _pieces(text)
    position = text.find(_OVERRIDE)
    while position >= 0:
        pop = text.find(_POP, position)
        end = len(text) if pop < 0 else pop
        pieces[position:end] = pieces[position:end][::-1]
        position = text.find(_OVERRIDE, end)
    yield _view(pieces)


def _rewritten(view: View, edits: Iterable[tuple[int, int, str]]) -> View:
    """`view` with spans (start, end) replaced; the same object when there are none. Edits are in order."""
    pieces: list[tuple[str, int, int]] = []
    position = 0
    for start, end, replacement in edits:
        pieces += zip(view.text[position:start], view.starts[position:start], view.ends[position:start], strict=True)
        pieces.append((replacement, *view.origin(start, end)))
        position = end
    if not pieces:
        return view
    pieces += zip(view.text[position:], view.starts[position:], view.ends[position:], strict=True)
    return _view(pieces)


def _unpercent(view: View) -> View:
    return _rewritten(view, _percent_edits(view.text)) if "%" in view.text else view


def _percent_edits(text: str) -> Iterator[tuple[int, int, str]]:
    for start, end in _PERCENT_RUN.spans(text):
        raw = bytes.fromhex(text[start:end].replace("%", ""))
        try:
            decoded = raw.decode()
        except UnicodeDecodeError:
            decoded = raw.decode("latin-1")
            sizes = [1] * len(decoded)
        else:
            sizes = [len(c.encode()) for c in decoded]
        for c, size in zip(decoded, sizes, strict=True):
            yield start, start + 3 * size, fold(c)
            start += 3 * size


def _unspell(view: View) -> View:
    with_at = _rewritten(view, ((start, end, "@") for start, end in _AT.spans(view.text)))
    return _rewritten(with_at, ((start, end, ".") for start, end in _DOT.spans(with_at.text)))
