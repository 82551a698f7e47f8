"""Names are found where they stand as names, and never leave the memory they are in."""

import copy
import logging
import os
import pickle
import stat
import traceback
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasswork.device import names as device_names
from glasswork.device.redaction.slots import Numbers
from glasswork.device.redaction.typed_run import TypedRun
from glasswork.redact import find
from glasswork.redact.errors import GazetteerRefused
from glasswork.redact.finding import explain
from glasswork.redact.gazetteer import MOST_ENTRIES, Entry, Gazetteer, NameKind, read
from glasswork.redact.normalise import fold
from glasswork.redact.tokens import kind_of, redact
from glasswork.redteam.canaries import Search
from glasswork.schema.errors import ContentRefused
from glasswork.schema.event import Event, EventKind
from glasswork.schema.raw import RawKind
from glasswork.schema.words import ValueKind

PERSON, CLIENT, PROJECT = NameKind.PERSON, NameKind.CLIENT, NameKind.PROJECT
ENTRIES = [
    Entry("Anna Kowalska", PERSON), Entry("Mark", PERSON), Entry("Will", PERSON), Entry("Bill Gates", PERSON),
    Entry("Søren Kierkegård", PERSON), Entry("Müller", PERSON), Entry("Miles O'Brien", PERSON),
    Entry("Jean-Luc de la Tour", PERSON), Entry("山田 太郎", PERSON), Entry("김철수", PERSON),
    Entry("Acme Trading GmbH", CLIENT), Entry("Globex", CLIENT), Entry("Falcon", PROJECT), Entry("bluebird", PROJECT),
]  # fmt: skip
NAMES = Gazetteer(ENTRIES)


def found(text: str, names: Gazetteer = NAMES) -> list[str]:
    """The longest names in a text, as it writes them."""
    folded = fold(text)
    spans = sorted((start, end) for start, end, _ in names.spans(folded))
    longest = [span for span in spans if not any(o != span and o[0] <= span[0] and span[1] <= o[1] for o in spans)]
    return [folded[start:end] for start, end in longest]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Call ANNA KOWALSKA now", ["ANNA KOWALSKA"]),
        ("Kowalska, Anna", ["Kowalska, Anna"]),
        ("anna.kowalska", ["anna.kowalska"]),
        ("notes_anna-kowalska.txt", ["anna-kowalska"]),
        ("A. Kowalska", ["A. Kowalska"]),
        ("a.kowalska", ["a.kowalska"]),
        ("Kowalska A.", ["Kowalska A"]),
        ("Anna\u00a0Kowalska's plan", ["Anna Kowalska"]),
        ("Ａｎｎａ Kowalska", ["Anna Kowalska"]),
        ("SOREN KIERKEGARD", ["SOREN KIERKEGARD"]),
        ("Müllers Auto", ["Muller"]),
        ("miles o'brien", ["miles o'brien"]),
        ("Tour, Jean-Luc de la", ["Tour, Jean-Luc de la"]),
        ("山田太郎様", ["山田太郎"]),
        ("担当：山田 太郎", ["山田 太郎"]),
        ("김철수님께", ["김철수"]),
        ("Acme Trading", ["Acme Trading"]),
        ("ACME TRADING GMBH", ["ACME TRADING GMBH"]),
        ("Globex: invoice", ["Globex"]),
        ("Falcon and Bluebird and bluebird", ["Falcon", "Bluebird", "bluebird"]),
        ("Will said so", ["Will"]),
        ("bill gates", ["bill gates"]),
        ("the bill will mark it", []),
        ("Gates", []),
        ("Kowalska", []),
        ("a kowalska", []),
        ("falcon", []),
        ("Annabel Kowalska", []),
        ("Anna Kowalskaja", []),
        ("Markus Willson", []),
        ("Anna met Kowalska", []),
        ("Anna ..... Kowalska", []),
        ("", []),
    ],
)
def test_what_counts_as_an_occurrence(text: str, names: list[str]) -> None:
    assert found(text) == names


def test_the_redactor_looks_for_them_on_every_reading() -> None:
    assert [span.kind for span in find("Mail from Anna Kowalska", NAMES)] == [ValueKind.PERSON]
    assert redact("Anna%20Kowalska at Globex", NAMES) == "<person> at <organisation>"
    assert redact("An\u200bna Kоwalska", NAMES) == "<person>"  # zero width, Cyrillic о
    assert redact("Anna Kowalska") == "Anna Kowalska"
    assert {finding.rule for finding in explain("Anna Kowalska", NAMES)} == {"names"}
    assert kind_of("kowalska, anna", NAMES) is ValueKind.PERSON


def test_a_typed_name_is_of_its_kind() -> None:
    run = TypedRun(NAMES)
    for c in "Anna Kowalska":
        run.type(c, Event(kind=EventKind.CHAR, time=1.0, source=RawKind.KEY_DOWN, count=1))
    values = [event.value for event in run.close(Numbers()) if event.value is not None]
    assert [value.kind for value in values] == [ValueKind.PERSON]


@given(
    st.lists(st.sampled_from(["Anna", "Kowalska", "kowalska", "Mark", "x", " ", ", ", ".", "_", "山田", "太郎", "s"]))
)
def test_spans_lie_in_the_text_and_say_a_name(pieces: list[str]) -> None:
    text = fold("".join(pieces))
    for start, end, _ in NAMES.spans(text):
        assert 0 <= start < end <= len(text)
        words = "".join(c if c.isalnum() else " " for c in text[start:end].lower()).split()
        assert words in (
            ["anna", "kowalska"], ["kowalska", "anna"], ["a", "kowalska"], ["kowalska", "a"], ["mark"],
            ["山田", "太郎"], ["太郎", "山田"], ["山田太郎"],
        )  # fmt: skip


@given(st.text(max_size=60))
def test_any_text_is_fine(text: str) -> None:
    assert all(0 <= start < end <= len(text) for start, end, _ in NAMES.spans(text))


def test_lists_are_read_as_they_come() -> None:
    assert read("Anna Kowalska\n\n  Mark \nAnna Kowalska\n---\n", PERSON, table=False) == [
        Entry("Anna Kowalska", PERSON), Entry("Mark", PERSON),
    ]  # fmt: skip
    assert read("id;Vorname;Nachname\n1;Anna;Kowalska\n", PERSON, table=True) == [Entry("Anna Kowalska", PERSON)]
    assert read('mail,Name\nx,"Globex, Inc."\n', CLIENT, table=True) == [Entry("Globex, Inc.", CLIENT)]
    assert read("Globex,Berlin\nInitech,Paris\n", CLIENT, table=True) == [
        Entry("Globex", CLIENT),
        Entry("Initech", CLIENT),
    ]
    for empty in ("", "\n--\n", "x" * 500):
        with pytest.raises(GazetteerRefused):
            read(empty, PERSON, table=False)


def test_too_many_names_are_refused() -> None:
    with pytest.raises(GazetteerRefused):
        Gazetteer(Entry("Anna", PERSON) for _ in range(MOST_ENTRIES + 1))


def test_no_names_find_nothing() -> None:
    assert list(Gazetteer([]).spans("Anna Kowalska")) == []


@pytest.mark.parametrize(
    "give",
    [repr, str, format, pickle.dumps, copy.copy, copy.deepcopy, "{}".format, "%r".__mod__, msgspec.json.encode,
     lambda names: logging.getLogger("test").makeRecord("", 0, "", 0, "%s", (names,), None).getMessage()],
)  # fmt: skip
def test_a_gazetteer_has_no_other_form(give: object) -> None:
    with pytest.raises((ContentRefused, TypeError)) as caught:
        give(NAMES)  # type: ignore[operator]
    assert "owalska" not in "".join(traceback.format_exception(caught.value))


def test_at_rest_names_are_sealed(tmp_path: Path) -> None:
    key = os.urandom(32)
    device_names.store(tmp_path, key, ENTRIES)
    files = [path for path in tmp_path.iterdir() if path.is_file()]
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600]
    search = Search([entry.name for entry in ENTRIES if len(entry.name) >= 8])
    assert list(search.folder(tmp_path)) == []
    assert set(device_names.load(tmp_path, key)) == set(ENTRIES)
    with pytest.raises(GazetteerRefused) as caught:
        device_names.gazetteer(tmp_path, os.urandom(32))
    assert "owalska" not in str(caught.value)
    device_names.remove(tmp_path)
    assert device_names.gazetteer(tmp_path, key) is None
