"""The redactor's proof of life: the recorder runs it before it records, admission before it admits."""

from glasswork.redact.errors import RedactorBroken
from glasswork.redact.finding import find, hits
from glasswork.redact.labels import command, label
from glasswork.redact.normalise import is_monster
from glasswork.redact.rules import RULES
from glasswork.redact.screens import screen_name
from glasswork.redact.secrecy import is_secret_label
from glasswork.redact.tokens import kind_of, redact
from glasswork.redact.vocabulary import Vocabulary
from glasswork.schema.words import Command, Role, ValueKind

_DISGUISED = (
    "anna\u200b.kowalska@\u200bexample.com",
    "anna%2540example.com",
    "anna [at] example (dot) com",
    "４１１１ １１１１ １１１１ １１１１",
    "4111\u00a01111\u00a01111\u00a01111",
    "YW5uYS5rb3dhbHNrYUBleGFtcGxlLmNvbQ==",
)
_HARMLESS = ("Save As…", "Öffnen", "Zoom 100%", "Page 3 of 12", "Shipping address", "Version 1.2.3.4", "Find & Replace")
_SECRET_FIELDS = ("Password", "Kennwort", "Mot de passe", "Contraseña", "PIN", "暗証番号", "CVV")
_OTHER_FIELDS = ("Shipping address", "Opinion", "Spinner", "Secretary", "Topping", "Pinned items", "Token count")


def marked(example: str) -> tuple[str, int, int]:
    """A rule's example without its « », and where they stood: (text, start, end)."""
    before, _, rest = example.partition("«")
    secret, _, after = rest.partition("»")
    return before + secret + after, len(before), len(before) + len(secret)


def self_test() -> None:
    """Try every rule, disguise and word list through the public functions. Raises RedactorBroken, exit code 78."""
    try:
        faults = _faults()
    except Exception:
        faults = ["an error in the self-test"]
    if faults:
        raise RedactorBroken(
            f"The redactor failed its self-test ({', '.join(faults)}). Nothing is recorded or admitted with it. "
            "Reinstall Glasswork; if that does not help, report the version."
        )


def _faults() -> list[str]:
    """What is broken, named by rule or function."""
    faults = [rule.id for rule in RULES if any(_missed(example, rule.kind) for example in rule.good)]
    faults += [rule.id for rule in RULES for text in rule.bad if any(span.kind is rule.kind for span in find(text))]
    vocabulary = Vocabulary.standard()
    monster = "a" + "\u0301" * 9
    proofs = {
        "disguises": not any(hits(text) is False or redact(text) == text for text in _DISGUISED),
        "controls": not any(hits(text) or redact(text) != text for text in _HARMLESS),
        "monsters": is_monster(monster) and redact(monster) is None and hits(monster),
        "secret fields": all(map(is_secret_label, _SECRET_FIELDS)) and not any(map(is_secret_label, _OTHER_FIELDS)),
        "kinds": kind_of("anna@example.com") is ValueKind.EMAIL and kind_of("password: hunter2") is ValueKind.SECRET,
        "labels": label("_Save…", Role.BUTTON, vocabulary) == "save" and not label("Anna", Role.BUTTON, vocabulary),
        "roles": label("Yes", Role.LISTITEM, vocabulary) == "",
        "commands": command("speichern", Role.BUTTON) is Command.SAVE,
        "screens": screen_name("Plan - Mousepad", ("Mousepad",)) == "Mousepad"
        and not screen_name("Plan", ("Mousepad",)),
    }
    return faults + [name for name, holds in proofs.items() if not holds]


def _missed(example: str, kind: ValueKind) -> bool:
    text, start, end = marked(example)
    return not any(s <= start and end <= e and k is kind for s, e, k in find(text)) or text[start:end] in (
        redact(text) or ""
    )
