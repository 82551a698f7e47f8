"""Only the program's own words survive, and they mean the same in every language."""

import tomllib
from pathlib import Path

import pytest

from glasswork.redact import (
    RedactionFailed,
    Vocabulary,
    command,
    element_class,
    hits,
    is_secret_label,
    label,
    screen_name,
)
from glasswork.schema.words import Command, ElementClass, Role

STANDARD = Vocabulary.standard()
FIELDS = tomllib.loads((Path(__file__).parent.parent / "vectors" / "redact" / "secret_labels.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("text", "survives"),
    [
        ("Save", "save"),
        ("_Save", "save"),
        ("&Save…", "save"),
        ("Sa_ve As...", "save as"),
        ("Save\tCtrl+S", "save"),
        ("Save (Ctrl+Shift+S)", "save"),
        ("SPEICHERN", "speichern"),
        ("Rückgängig", "rückgängig"),
        ("Find && Replace", "find & replace"),
        ("Don’t Save", "don't save"),
        ("Open Recent File", "open recent file"),
        ("Zoom 100%", "zoom #"),
        ("Page 3 of 12", ""),
        ("Invoice 4711", "invoice #"),
        ("Invoice 47110", ""),
        ("4711", ""),
        ("Anna", ""),
        ("Save Anna", ""),
        ("Mark", ""),
        ("保存(&S)", "保存"),
        ("Сохранить как…", "сохранить как"),
        ("Ctrl+S", ""),
        ("Mark as Read", "mark as read"),
        ("Sаve", ""),  # Cyrillic а
        ("Call customer tomorrow about invoice payment", ""),
        ("Send mail contact list", ""),  # listed words, but as many as a sentence
        ("the of", ""),
        ("", ""),
        ("Save" + "\u0301" * 9, ""),
        ("anna@example.com", ""),
    ],
)
def test_what_stays_of_a_button(text: str, survives: str) -> None:
    assert label(text, Role.BUTTON, STANDARD) == survives


@pytest.mark.parametrize(
    "role", [Role.LISTITEM, Role.ROW, Role.CELL, Role.GRIDCELL, Role.OPTION, Role.DOCUMENT, Role.TEXT, Role.STATUS,
             Role.TREEITEM, Role.NONE, Role.TERMINAL, Role.WINDOW, Role.IMG]
)  # fmt: skip
def test_roles_that_show_content_keep_nothing(role: Role) -> None:
    assert label("Yes", role, STANDARD) == ""
    assert label("Save As", role, STANDARD) == ""


def test_links_and_headings_keep_only_whole_entries() -> None:
    assert label("Forgot password?", Role.LINK, STANDARD) == "forgot password"
    assert label("Open invoice", Role.BUTTON, STANDARD) == "open invoice"
    assert label("Open invoice", Role.LINK, STANDARD) == ""
    assert label("Settings", Role.HEADING, STANDARD) == "settings"


def test_the_policy_adds_words() -> None:
    extended = STANDARD.extended(["Post Journal Entry", "Ledger"])
    assert label("Post Journal Entry", Role.BUTTON, STANDARD) == ""
    assert label("_Post journal entry…", Role.BUTTON, extended) == "post journal entry"
    assert label("Open Ledger", Role.MENUITEM, extended) == "open ledger"
    assert label("Post Ledger Entry", Role.BUTTON, extended) == ""  # words of a phrase stand only in it


def test_the_policy_cannot_add_content() -> None:
    assert label("anna@example.com", Role.BUTTON, STANDARD.extended(["anna@example.com"])) == ""


def test_no_word_of_the_vocabulary_is_a_hit() -> None:
    assert [phrase for phrase in STANDARD.phrases.values() if hits(phrase)] == []
    assert len(STANDARD.phrases) > 1000


@pytest.mark.parametrize(
    ("name", "role", "expected"),
    [
        ("save", Role.BUTTON, Command.SAVE),
        ("speichern", Role.BUTTON, Command.SAVE),
        ("enregistrer sous", Role.MENUITEM, Command.SAVE_AS),
        ("rückgängig", Role.MENUITEM, Command.UNDO),
        ("undo typing", Role.MENUITEM, Command.UNDO),
        ("annuler", Role.BUTTON, Command.CANCEL),
        ("annuler", Role.MENUITEM, Command.UNDO),
        ("名前を付けて保存", Role.MENUITEM, Command.SAVE_AS),
        ("копировать", Role.MENUITEM, Command.COPY),
        ("kaydet", Role.BUTTON, Command.SAVE),
        ("复制", Role.MENUITEM, Command.COPY),
        ("znajdź i zamień", Role.MENUITEM, Command.REPLACE),
        ("close tab", Role.BUTTON, Command.CLOSE),
        ("don't save", Role.BUTTON, Command.OTHER),
        ("dashboard", Role.BUTTON, Command.OTHER),
        ("ok", Role.BUTTON, Command.CONFIRM),
        ("abbrechen", Role.BUTTON, Command.CANCEL),
        ("save", Role.TEXTBOX, Command.NONE),
        ("", Role.BUTTON, Command.NONE),
    ],
)
def test_commands_in_many_languages(name: str, role: Role, expected: Command) -> None:
    assert command(name, role) is expected


@pytest.mark.parametrize("name", sorted(Command))
def test_every_command_of_a_menu_has_words(name: Command) -> None:
    unnamed = {Command.NONE, Command.OTHER, Command.SWITCH_APP}
    found = {command(phrase, Role.BUTTON) for phrase in STANDARD.phrases}
    assert name in found | unnamed


@pytest.mark.parametrize(
    ("name", "role", "expected"),
    [
        ("send", Role.BUTTON, ElementClass.SUBMIT),
        ("ok", Role.BUTTON, ElementClass.SUBMIT),
        ("anmelden", Role.BUTTON, ElementClass.SUBMIT),
        ("cancel", Role.BUTTON, ElementClass.CANCEL),
        ("don't save", Role.BUTTON, ElementClass.CANCEL),
        ("fermer", Role.BUTTON, ElementClass.CANCEL),
        ("zapisz jako", Role.MENUITEM, ElementClass.SAVE),
        ("open recent", Role.MENUITEM, ElementClass.OPEN),
        ("usuń", Role.BUTTON, ElementClass.DELETE),
        ("zoeken", Role.BUTTON, ElementClass.SEARCH),
        ("search", Role.TEXTBOX, ElementClass.SEARCH),
        ("name", Role.TEXTBOX, ElementClass.EDIT),
        ("", Role.SEARCHBOX, ElementClass.SEARCH),
        ("", Role.TEXTBOX, ElementClass.EDIT),
        ("", Role.LINK, ElementClass.NAVIGATE),
        ("weiter", Role.BUTTON, ElementClass.NAVIGATE),
        ("", Role.BUTTON, ElementClass.OTHER),
    ],
)
def test_what_an_element_is_for(name: str, role: Role, expected: ElementClass) -> None:
    assert element_class(name, role) is expected


def fields(kind: str) -> list[tuple[str, str]]:
    """(language, name of a field) of everything that the file lists."""
    return [(language, name) for language, names in FIELDS[kind].items() for name in names]


def test_secret_fields_are_known_by_name_in_many_languages() -> None:
    secret, benign = fields("secret"), fields("benign")
    assert min(len(secret), len(benign)) >= 300
    assert len(FIELDS["secret"]) >= 25
    missed = [field for field in secret if not is_secret_label(field[1])]
    flagged = [field for field in benign if is_secret_label(field[1])]
    told = f"recall {1 - len(missed) / len(secret):.4f}, false {len(flagged) / len(benign):.4f}: {missed} {flagged}"
    assert len(missed) <= 0.02 * len(secret), told
    assert len(flagged) <= 0.005 * len(benign), told


@pytest.mark.parametrize("language", sorted(FIELDS["secret"]))
def test_no_language_is_left_behind(language: str) -> None:
    names = FIELDS["secret"][language]
    assert sum(map(is_secret_label, names)) >= 0.9 * len(names)


LOOKING_LIKE_SECRETS = (
    "Shipping address|Opinion|Topping|Secretary|Token count|Spinner|Pinned items|Passage|Passenger|Compass|Clavel|"
    "Pinnwand|Keyboard|Key features|Zip code|Postal code|Country code|Discount code|Max token|Palabras clave|"
    "Parole chiave|Tanning|Bypass|OTPIS"
)
SPELLINGS = (
    "Passwords|userPassword|txt_pwd|card-cvc|inputPINCode|Benutzerkennwort|_Passwort|Pass_wort|SIM-PIN|PIN码|รหัสOTP|"
    "MOT DE PASSE|ŞİFRE|ΚΩΔΙΚΟΣ ΠΡΟΣΒΑΣΗΣ|Ｐａｓｓｗｏｒｄ|Pаssword|Token count and password"
)


@pytest.mark.parametrize("name", ["", *LOOKING_LIKE_SECRETS.split("|")])
def test_names_that_only_look_like_secrets(name: str) -> None:
    assert not is_secret_label(name)


@pytest.mark.parametrize("name", SPELLINGS.split("|"))
def test_spellings_of_secret_fields(name: str) -> None:
    assert is_secret_label(name)


def test_secret_fields_by_other_signs() -> None:
    assert is_secret_label("Value", field_type="password")
    assert is_secret_label("", autocomplete="section-a one-time-code")
    assert is_secret_label("x" * 5000)
    assert not is_secret_label("Name", field_type="text", autocomplete="name")


def test_screens_are_matched_by_whole_words() -> None:
    names = ("Invoice", "Invoice Entry", "Mousepad")
    assert screen_name("*Untitled 1 - Mousepad", names) == "Mousepad"
    assert screen_name("INVOICE – ENTRY (anna)", names) == "Invoice Entry"
    assert screen_name("Invoices of May", names) == ""
    assert screen_name("", names) == ""
    assert screen_name("Mousepad" * 1000, names) == ""
    assert screen_name("anything", ("", "…")) == ""


def test_errors_of_labels_say_nothing_of_the_input() -> None:
    class Odd(str):
        def isascii(self) -> bool:
            raise ValueError("anna")

    for call in (
        lambda: label(Odd("anna"), Role.BUTTON, STANDARD),
        lambda: is_secret_label(Odd("anna")),
        lambda: screen_name(Odd("anna"), ("x",)),
    ):
        with pytest.raises(RedactionFailed) as caught:
            call()
        assert "anna" not in str(caught.value)
        assert caught.value.__context__ is None
