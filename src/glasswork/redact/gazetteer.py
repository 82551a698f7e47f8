"""Names that an organisation supplies: people, clients and projects, found in any text they stand in.

    entries = read("names.csv", text, kind)      what a list says
    names = Gazetteer(entries)                   ready to be searched for
    names.spans(folded_text)                     where they are

A list of names is personal data. Here it is plain, in memory; a Gazetteer has no other form: it refuses `repr`,
pickling and copying, and no error shows a name. How it is kept on a disk is for whoever keeps it.

What counts as an occurrence: a name of several words in any letter case, in its order or turned around ("Kowalska,
Anna"), with spaces, dots, hyphens or underscores between the words; of a person also the last word beside the initial
of the first and a dot ("A. Kowalska", "Kowalska, A."). A name of one word counts with a capital initial only, so that
a Will or a Mark does not end every "will" and "mark", unless the list itself writes it in small letters. Always whole
words, an ending `s` or `'s` aside; in scripts that put no space between words, anywhere. A part of a longer name by
itself ("Kowalska") does not count: list it if it should. The texts are ones from which accents are folded
(`normalise`).
"""

import csv
import io
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final, NamedTuple, NoReturn, final

from ahocorasick_rs import AhoCorasick, MatchKind

from glasswork.redact.errors import GazetteerRefused
from glasswork.redact.normalise import fold
from glasswork.schema.raw import refuse
from glasswork.schema.words import ValueKind

MOST_ENTRIES: Final = 1_000_000
_LONGEST: Final = 120  # characters of a name
_MOST_WORDS: Final = 6
_WIDEST_GAP: Final = 3  # characters between two words of a name: ", " and ". " are two
_HEAD: Final = ("name", "full name", "fullname", "display name")
_GIVEN: Final = ("given name", "first name", "firstname", "given", "vorname", "prénom", "nombre", "nome", "imię")
_FAMILY: Final = (
    *("family name", "last name", "lastname", "surname", "nachname", "familienname"),
    *("nom", "apellidos", "cognome", "nazwisko"),
)
_LEGAL_FORMS: Final = frozenset(
    ("ab", "ag", "aps", "as", "bv", "co", "corp", "corporation", "gmbh", "inc", "kft", "kg", "limited", "llc", "llp",
     "ltd", "mbh", "nv", "oy", "oyj", "plc", "pty", "sa", "sarl", "sas", "se", "sl", "spa", "srl", "sro", "ug")
)  # fmt: skip
"""Words that end a company's name and that people leave out."""


_UNSPACED: Final = (("\u0e00", "\u0eff"), ("\u3040", "\u30ff"), ("\u3400", "\u9fff"), ("\uac00", "\ud7a3"))


class NameKind(StrEnum):
    """What the names of a list are names of."""

    PERSON = "person"
    CLIENT = "client"
    PROJECT = "project"


_VALUE_KIND: Final = {
    NameKind.PERSON: ValueKind.PERSON,
    NameKind.CLIENT: ValueKind.ORGANISATION,
    NameKind.PROJECT: ValueKind.ORGANISATION,
}


class Entry(NamedTuple):
    """One name of a list."""

    name: str
    kind: NameKind


class _Anchor:
    """What is known of one word that names end with, or consist of: its neighbours, by kind."""

    __slots__ = ("alone", "before", "initials")

    def __init__(self) -> None:
        self.before: dict[tuple[str, ...], ValueKind] = {}
        self.initials: dict[str, ValueKind] = {}
        self.alone: tuple[ValueKind, bool] | None = None  # with whether it needs a capital


@final
class Gazetteer:
    """Names, ready to be searched for in any number of texts. Building takes a second for 200,000."""

    __slots__ = ("_anchors", "_matcher", "size")

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Raises GazetteerRefused for more than a million entries."""
        table: defaultdict[str, _Anchor] = defaultdict(_Anchor)
        self.size = 0
        for entry in entries:
            self.size += 1
            if self.size > MOST_ENTRIES:
                raise GazetteerRefused(
                    f"A list of names has more than {MOST_ENTRIES:,} entries, so none of them were taken. Keep the "
                    "names that the work of these people can contain."
                )
            _enter(table, entry)
        self._anchors = list(table.values())
        self._matcher = AhoCorasick(list(table), matchkind=MatchKind.LeftmostLongest) if table else None

    def spans(self, text: str) -> Iterator[tuple[int, int, ValueKind]]:
        """Start, end and kind of every name in a folded text, in linear time. Spans may overlap."""
        if self._matcher is None:
            return
        lowered = text.lower()
        if len(lowered) != len(text):  # a letter that folding should have taken (İ)
            lowered = "".join(c if len(c.lower()) > 1 else c.lower() for c in text)
        for index, start, end in self._matcher.find_matches_as_indexes(lowered):
            if _is_whole(lowered, start, end):
                yield from _around(text, lowered, start, end, self._anchors[index])

    def __len__(self) -> int:
        return self.size

    def __repr__(self) -> NoReturn:
        refuse("printed")

    __str__ = __repr__

    def __reduce_ex__(self, protocol: object, /) -> NoReturn:
        refuse("copied or pickled")

    def __getstate__(self) -> NoReturn:
        refuse("copied or pickled")


def read(text: str, kind: NameKind, *, table: bool) -> list[Entry]:
    """The entries of a list: a name a line, or (`table`) a CSV file.

    A CSV file has a column `name`, or two for the given and the family name (their usual names in six languages
    count); without such a head the first column is taken. Lines with no letter in them, and those longer than a name
    can be, are passed over. Raises GazetteerRefused where no name is left.
    """
    names = _columns(text) if table else text.splitlines()
    cleaned = (" ".join(name.split()) for name in names)
    entries = [Entry(name, kind) for name in dict.fromkeys(cleaned) if len(name) <= _LONGEST and _words(name)]
    if not entries:
        raise GazetteerRefused(
            "The list holds no name that could be searched for, so nothing was added. It should have one name a line, "
            "or be a CSV file with a column called name, or with first name and last name."
        )
    return entries


def _columns(text: str) -> Iterator[str]:
    sample = text[:4096]
    delimiter = max(",;\t", key=sample.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    head = next(rows, list[str]())
    titles = [cell.strip().casefold().replace("_", " ").lstrip("\ufeff") for cell in head]
    whole = next((i for i, title in enumerate(titles) if title in _HEAD), None)
    given = next((i for i, title in enumerate(titles) if title in _GIVEN), None)
    family = next((i for i, title in enumerate(titles) if title in _FAMILY), None)
    parts = [whole] if whole is not None else [i for i in (given, family) if i is not None]
    if not parts:
        yield head[0] if head else ""
    for row in rows:
        yield " ".join(row[i] for i in parts or [0] if i < len(row))


def _words(name: str) -> list[str]:
    """The words of a name in small letters, folded as the texts are."""
    plain = fold(unicodedata.normalize("NFKC", name)).lower()
    return "".join(c if c.isalnum() else " " for c in plain).split()


def _enter(table: defaultdict[str, _Anchor], entry: Entry) -> None:
    words, kind = _words(entry.name), _VALUE_KIND[entry.kind]
    if not 1 <= len(words) <= _MOST_WORDS:
        return
    if len(words) > 1 and words[-1] in _LEGAL_FORMS and entry.kind is not NameKind.PERSON:
        _enter(table, Entry(" ".join(entry.name.split()[:-1]), entry.kind))
    anchor = table[words[-1]]
    if len(words) > 1:
        if all(_unspaced(word[0]) for word in words):
            _enter(table, Entry("".join(words), entry.kind))
        anchor.before[tuple(words[:-1])] = kind
        if entry.kind is NameKind.PERSON:
            anchor.initials[words[0][0]] = kind
    elif len(words[0]) > 1:
        cased = not entry.name.islower() and not _unspaced(words[0][0])
        anchor.alone = kind, cased and (anchor.alone is None or anchor.alone[1])


def _unspaced(c: str) -> bool:
    """Whether a letter belongs to a script that puts no space between words: Thai, Lao, kana, Han, Hangul."""
    return any(first <= c <= last for first, last in _UNSPACED)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether the word at `start` begins there and ends at `end`, or at an `s` after it."""
    if _unspaced(text[start]):
        return True
    if start and text[start - 1].isalnum() and not _unspaced(text[start - 1]):
        return False
    if text[end : end + 1] == "s":
        end += 1
    return end >= len(text) or not text[end].isalnum() or _unspaced(text[end])


def _around(text: str, lowered: str, start: int, end: int, anchor: _Anchor) -> Iterator[tuple[int, int, ValueKind]]:
    """The names that the word at `start` ends, or begins with its parts turned around."""
    if anchor.alone is not None:
        kind, cased = anchor.alone
        if not cased or text[start] != lowered[start]:
            yield start, end, kind
    if not anchor.before:
        return
    found: list[str] = []
    position = start
    while len(found) < _MOST_WORDS and (word := _word_before(lowered, position)):
        position, stop = word
        found.insert(0, lowered[position:stop])
        if kind := _beside(anchor, found, lowered[stop]):
            yield position, end, kind
    found = []
    position = end
    while len(found) < _MOST_WORDS and (word := _word_after(lowered, position)):
        first, position = word
        found.append(lowered[first:position])
        if kind := _beside(anchor, found, lowered[position : position + 1]):
            yield start, position, kind


def _beside(anchor: _Anchor, words: list[str], follows: str) -> ValueKind | None:
    """What the anchor is together with these words, or with an initial that a dot follows."""
    kind = anchor.before.get(tuple(words))
    return anchor.initials.get(words[0]) if kind is None and len(words) == 1 and follows == "." else kind


def _word_before(text: str, position: int) -> tuple[int, int] | None:
    """Where the word before `position` starts and ends, if it is close by."""
    end = position
    while end and not text[end - 1].isalnum():
        end -= 1
    if not end or not 1 <= position - end <= _WIDEST_GAP:
        return None
    start = end
    while start and end - start <= _LONGEST and text[start - 1].isalnum():
        start -= 1
    return start, end


def _word_after(text: str, position: int) -> tuple[int, int] | None:
    start = position
    while start < len(text) and start - position <= _WIDEST_GAP and not text[start].isalnum():
        start += 1
    if not 1 <= start - position <= _WIDEST_GAP:
        return None
    end = start
    while end < len(text) and end - start <= _LONGEST and text[end].isalnum():
        end += 1
    return (start, end) if end > start else None
