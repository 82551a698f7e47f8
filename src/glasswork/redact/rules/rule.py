"""What a rule is, and the words around content that rules share."""

from collections.abc import Callable
from typing import NamedTuple

from glasswork.redact.checks import Spans
from glasswork.schema.words import ValueKind

Check = Callable[[str, int, int], Spans]


class Rule(NamedTuple):
    """`pattern` finds candidates (its first group that took part, or all of it); `check` yields the spans that hold.

    The rest says which texts the rule is none of the business of, so that it costs nothing there. It is tried only
    where all of it holds, and must never have a match where some does not (the differential test looks):

    - `words`: one of these is in the text. Written folded, in small letters; they count in any case. `|pin` stands at
      the start of a word, `may|` at the end of one.
    - `shapes`: one of these is in the shape of the text, where every digit is `0`, every letter `a` and all white
      space a blank; an `x` in a shape stands for either of the first two. Instead of words.
    - `digits`: so many of them are in the text.
    - `run`: so many characters of `A-Za-z0-9+/=_~-` stand in a row, 16 at least.

    With `begins`, every match begins with one of the words or shapes; with `follows`, it begins right after one of the
    words, which keeps long lists of keywords out of patterns. With an empty pattern, the words or shapes themselves are
    found, shapes where they are whole groups of digits and letters. All three make a search into a look at few places.
    """

    id: str
    kind: ValueKind
    pattern: str
    good: tuple[str, ...]
    bad: tuple[str, ...] = ()
    check: Check | None = None
    words: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()
    digits: int = 0
    run: int = 0
    begins: bool = False
    follows: bool = False


NUMBER_WORD = (
    r"(?i:[ .:_-]{0,2}\(?(?:numbers?|num|nos?|nr|n\.?[o°]|n\.|ids?|ref(?:erence)?|code|key|nummer|nrn|numeros?|"
    r"numer|numeru|"
    r"numaras[ii]|cislo|c|szama?|numar|nummeret|nomor|nombor|so|broj|homepa?|nomepa?|nomer|apithmos|apiomos|ar|#|"
    r"[号號]|番号|番號|号码|號碼|编号|編號|单号|單號|번호|コード|หมายเลข|เลขที่)[.)]{0,2})"
)
"""A word for "number" in some language, folded."""
SEPARATOR = (
    r"[\"']?[ \t\n]{0,3}(?:[:=#>-]|(?i:is|ist|lautet|est|es|jest|to)\b:?|是|は|为|為|는|은)?[ \t\n]{0,3}[\"'#(\[]{0,2}"
)
"""What may stand between a label and its value."""
SIGN = r"(?:[\"']?[ \t]{0,3}[:=#]|\t)[ \t\n]{0,3}[\"'(\[]{0,2}"
"""The same, with a sign that says that a value follows."""
