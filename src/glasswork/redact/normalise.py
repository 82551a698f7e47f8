"""One reading of a text for all its disguises, with the way back to where each character came from.

A `View` is a text as the rules see it: compatibility forms, accents, look-alike letters and the digits of all
scripts folded to plain ones, invisible characters gone, every dash and space the same. Further views undo
percent-encoding (twice), `[at]` and `(dot)`, and right-to-left overrides. Rules run on every view, because undoing a
disguise can also destroy a value ("50%41…"). Based on UAX 15 (NFKC, NFKD) and UTS 39 (confusables), simplified.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from glasswork.redact.lookalikes import LOOKALIKES
from glasswork.redact.patterns import Pattern

LIMIT_BYTES = 4096
"""Longer strings (in UTF-8) are monsters."""

_LEFT_ALONE = "\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3"  # kana, Han, Hangul: nothing to fold
_UNUSUAL = re.compile(f"[^\t\n\r -~{_LEFT_ALONE}]+")  # one character class, like the next: linear in any engine
_MAYBE_MARKS = re.compile(  # one character class, of what is not in scripts that have no combining marks
    "[^\0-\u02ff\u0370-\u0482\u048a-\u0590\u1e00-\u20cf\u2100-\u2cee\u3000-\u3029\u3030-\u3098\u309b-\ua66e"
    "\uac00-\ufb1d\ufb1f-\ufdff\uff00-\uffff]"
)
_MARKS = Pattern(r"(?:\pM\p{Cf}*){9}")
_PERCENT = re.compile("%[0-9A-Fa-f][0-9A-Fa-f]")  # of fixed length, as well
_PERCENT_RUN = Pattern("(?:%[0-9A-Fa-f]{2})+")
_SPELLED = re.compile(r"(?i)[\[({<]\s?(?:[@.]|at|ar|ät|do|pu|po|ch)")  # of fixed length: linear in any engine
_AT = Pattern(r"(?i)\s*[\[({<]\s?(?:at|@|arroba|chiocciola|ät)\s*[\])}>]\s*")
_DOT = Pattern(r"(?i)\s*[\[({<]\s?(?:dot|\.|punkt|punto|point|ponto)\s*[\])}>]\s*")
_OVERRIDE, _POP = "\u202e", "\u202c"


class View(NamedTuple):
    """`text[i]` stands for characters `starts[i]` up to `ends[i]` of the original. No starts: for character `i`."""

    text: str
    starts: Sequence[int] = ()
    ends: Sequence[int] = ()

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where in the original a span of the view comes from. An override can turn the order around."""
        return (min(self.starts[start:end]), max(self.ends[start:end])) if self.starts else (start, end)


def is_monster(text: str) -> bool:
    """Whether a string is over 4 KB in UTF-8, or has more than eight combining marks in a row.

    No honest interface shows one. It is suppressed before any other work is done on it.
    """
    if len(text) > LIMIT_BYTES:
        return True
    if text.isascii() or (len(text) <= LIMIT_BYTES // 4 and not _MAYBE_MARKS.search(text)):
        return False
    encoded = text.encode("utf-8", "replace")
    return len(encoded) > LIMIT_BYTES or _MARKS.found(encoded.decode())


def fold(text: str) -> str:
    """The text of the first view, without the way back: cheap, for comparing keywords."""
    return _base(text).text


def views(text: str) -> Iterable[View]:
    """Every reading of `text`, the plain one first. At most twelve, none much longer than the text."""
    view = _base(text)
    if not (_PERCENT.search(view.text) or _OVERRIDE in text or _SPELLED.search(view.text)):
        return (view,)
    read = (view, _overridden(text)) if _OVERRIDE in text else (view,)
    return (reading for view in read for reading in (view, *_undone(view)))


class _Folds(dict[str, str]):
    """What each character reads as. Those of the common scripts are worked out once, none is added later.

    `uneven` finds the characters that do not, or may not, read as one; in a text without them, `even` says as what.
    """

    def __init__(self, characters: Iterable[str]) -> None:
        super().__init__((c, _fold_character(c)) for c in characters)
        even = {c: plain for c, plain in self.items() if len(plain) == 1}
        self.even = {ord(c): plain for c, plain in even.items() if c != plain}
        self.uneven = re.compile(f"[^{''.join(map(re.escape, even))}{_LEFT_ALONE}]")

    def __missing__(self, c: str) -> str:
        return _fold_character(c)


@cache
def _folds() -> _Folds:
    common = (
        *(range(0x0530), range(0x0600, 0x0700), range(0x0900, 0x0970), range(0x1E00, 0x2070)),
        *(range(0x3000, 0x3100), range(0xFB00, 0xFFF0)),
    )
    return _Folds(chr(n) for block in common for n in block)


def _fold_character(c: str) -> str:
    if not _UNUSUAL.match(c):
        return c
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


def _view(pieces: Sequence[str], positions: Iterable[int]) -> View:
    """A view of what the characters at these positions read as."""
    sized = [(position, len(piece)) for position, piece in zip(positions, pieces, strict=True)]
    starts = [position for position, size in sized for _ in range(size)]
    return View("".join(pieces), starts, [start + 1 for start in starts])


def _base(text: str) -> View:
    if text.isascii() and text.isprintable():
        return View(text)
    folds = _folds()
    if not folds.uneven.search(text):
        return View(text.translate(folds.even))
    return _view(list(map(folds.__getitem__, text)), range(len(text)))


def _overridden(text: str) -> View:
    """The text as a reader sees it where a right-to-left override turns it around."""
    order = list(range(len(text)))
    position = text.find(_OVERRIDE)
    while position >= 0:
        pop = text.find(_POP, position)
        end = len(text) if pop < 0 else pop
        order[position:end] = reversed(order[position:end])
        position = text.find(_OVERRIDE, end)
    return _view([fold(text[place]) for place in order], order)


def _undone(view: View) -> Iterator[View]:
    """The readings of a view without percent-encoding, once and twice, and each without `[at]` and `(dot)`."""
    yield from _unspelled(view)
    signs = view
    for _ in range(2):
        if not _PERCENT.search(view.text):
            return
        same = signs is view
        edits = list(_decoded(view.text))
        of_signs = [edit for edit in (edits if same else _decoded(signs.text)) if _is_sign(edit[2])]
        signs = _rewritten(signs, of_signs)
        view = signs if same and len(of_signs) == len(edits) else _rewritten(view, edits)
        yield view
        yield from _unspelled(view)
        if signs is not view:
            yield signs


def _unspelled(view: View) -> Iterator[View]:
    if _SPELLED.search(view.text):
        spelled = _rewritten(view, [(start, end, "@") for start, end in _AT.spans(view.text)])
        spelled = _rewritten(spelled, [(start, end, ".") for start, end in _DOT.spans(spelled.text)])
        if spelled is not view:
            yield spelled


def _rewritten(view: View, edits: Iterable[tuple[int, int, str]]) -> View:
    """`view` with spans (start, end) replaced; the same object when there are none. Edits are in order."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    before = view.starts or range(len(view.text))
    after = view.ends or range(1, len(view.text) + 1)
    for start, end, replacement in (*edits, (len(view.text), len(view.text), "")):
        if not text and start == len(view.text):
            return view
        text += view.text[position:start], replacement
        starts += before[position:start]
        ends += after[position:start]
        if replacement:
            first, last = view.origin(start, end)
            starts += [first] * len(replacement)
            ends += [last] * len(replacement)
        position = end
    return View("".join(text), starts, ends)


def _is_sign(decoded: str) -> bool:
    """Whether a decoded character is a sign or a space.

    With "%0" before a "DE89…", what follows reads as a line break and no value; undoing signs alone leaves it whole.
    """
    return decoded.isprintable() and decoded.isascii() and not decoded.isalnum()


def _decoded(text: str) -> Iterator[tuple[int, int, str]]:
    """The edits that undo percent-encoding, character by character; a byte that is not UTF-8 stays as it is."""
    for start, end in _PERCENT_RUN.spans(text):
        raw = bytes.fromhex(text[start:end].replace("%", ""))
        for c in raw.decode(errors="surrogateescape"):
            broken = "\udc80" <= c <= "\udcff"
            stop = start + 3 * (1 if broken else len(c.encode()))
            if not broken:
                yield start, stop, fold(c)
            start = stop
