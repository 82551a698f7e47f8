"""What may stay of an interface's label, and what it stands for."""

from functools import cache, lru_cache

from glasswork.redact.errors import guarded
from glasswork.redact.finding import hits
from glasswork.redact.normalise import is_monster
from glasswork.redact.vocabulary import Vocabulary, key
from glasswork.redact.wordlists import load
from glasswork.schema.words import Command, ElementClass, Role

_COMMANDING = frozenset(
    (Role.BUTTON, Role.MENUITEM, Role.MENUITEMCHECKBOX, Role.MENUITEMRADIO, Role.LINK, Role.SWITCH, Role.TAB)
)
_ENTRY = frozenset((Role.TEXTBOX, Role.SEARCHBOX, Role.COMBOBOX, Role.SPINBUTTON))
_COMBINED = (_COMMANDING - {Role.LINK}) | _ENTRY | {
    Role.MENU, Role.MENUBAR, Role.CHECKBOX, Role.RADIO, Role.DIALOG, Role.ALERTDIALOG, Role.TOOLBAR, Role.TABLIST,
    Role.SLIDER, Role.GROUP, Role.FORM,
}  # fmt: skip
"""Roles whose labels the program writes: its words may be combined."""

_WHOLE = frozenset((Role.LINK, Role.HEADING, Role.COLUMNHEADER, Role.TOOLTIP, Role.REGION, Role.TABPANEL))
"""Roles whose labels a person may have written: only an entry exactly as the vocabulary lists it.

Every other role (rows, cells, options, items, documents, plain text, status lines …) shows content and keeps none:
a "yes" in a chat is an answer, not a button.
"""

_OPENS_A_LABEL = frozenset(
    (Command.UNDO, Command.REDO, Command.SAVE, Command.OPEN, Command.NEW, Command.CLOSE, Command.PRINT, Command.FIND,
     Command.REPLACE, Command.DELETE, Command.RENAME, Command.COPY, Command.CUT, Command.PASTE, Command.QUIT)
)  # fmt: skip
"""Commands that are still themselves with words after them ("Undo Typing", "Close Tab"); "Back" is not ("Back up")."""

_CLASS_OF_COMMAND = {
    ElementClass.SAVE: (Command.SAVE, Command.SAVE_AS),
    ElementClass.OPEN: (Command.OPEN, Command.NEW),
    ElementClass.DELETE: (Command.DELETE,),
    ElementClass.SEARCH: (Command.FIND,),
    ElementClass.CANCEL: (Command.CANCEL, Command.CLOSE, Command.QUIT, Command.INTERRUPT),
    ElementClass.SUBMIT: (Command.CONFIRM,),
    ElementClass.NAVIGATE: (
        Command.BACK, Command.FORWARD, Command.RELOAD, Command.LOCATION, Command.NEXT_TAB, Command.PREVIOUS_TAB,
        Command.HELP, Command.ZOOM_IN, Command.ZOOM_OUT,
    ),
    ElementClass.EDIT: (
        Command.COPY, Command.CUT, Command.PASTE, Command.UNDO, Command.REDO, Command.REPLACE, Command.SELECT_ALL,
        Command.RENAME, Command.BOLD, Command.ITALIC, Command.UNDERLINE,
    ),
}  # fmt: skip
_NAVIGATING = frozenset((Role.LINK, Role.TAB, Role.TREEITEM, Role.MENU))


@guarded
def label(text: str, role: Role, vocabulary: Vocabulary) -> str:
    """What may stay of a label: the vocabulary's own spelling of it, in small letters, or "".

    "" if the role shows content, if any word is not the program's own, if a number is longer than four digits (a
    shorter one becomes `#`), or if any rule finds anything. Raises RedactionFailed.
    """
    if role not in _COMBINED | _WHOLE or is_monster(text):
        return ""
    spelling = vocabulary.spelling(text, whole=role in _WHOLE)
    return "" if not spelling or _is_content(spelling) or hits(text) else spelling


@guarded
def command(label: str, role: Role) -> Command:
    """What an element with a surviving label asks the program to do, in any of the vocabulary's languages.

    `other` for a button or item whose label names no known command, `none` for other roles or without a label.
    """
    if not label or role not in _COMMANDING:
        return Command.NONE
    return _named_command(label, role) or Command.OTHER


@guarded
def element_class(label: str, role: Role) -> ElementClass:
    """What an element with a surviving label is for, from its words first and its role second."""
    named = _named_command(label, role)
    by_words = _classes().get(key(label)) or next(
        (name for name, commands in _CLASS_OF_COMMAND.items() if named in commands), None
    )
    if role in _ENTRY:
        return ElementClass.SEARCH if role is Role.SEARCHBOX or by_words is ElementClass.SEARCH else ElementClass.EDIT
    return by_words or (ElementClass.NAVIGATE if role in _NAVIGATING else ElementClass.OTHER)


@lru_cache(4096)
def _is_content(spelling: str) -> bool:
    """Whether a policy's own word is content after all. What is cached are words that may leave, never a label."""
    return hits(spelling)


def _named_command(label: str, role: Role) -> Command | None:
    words = key(label).split()
    table = _commands(in_menu=role is Role.MENUITEM)
    whole = table.get(" ".join(words))
    if whole is not None or key(label) in _classes():
        return whole
    starts = (table.get(" ".join(words[:count])) for count in range(len(words) - 1, 0, -1))
    return next((start for start in starts if start in _OPENS_A_LABEL), None)


@cache
def _commands(*, in_menu: bool) -> dict[str, Command]:
    table = load("vocabulary")
    named = {key(entry): Command(name) for name, entries in table["commands"].items() for entry in entries}
    menu = {key(entry): Command(name) for name, entries in table["menu"].items() for entry in entries}
    return {**named, **menu} if in_menu else named


@cache
def _classes() -> dict[str, ElementClass]:
    return {key(e): ElementClass(name) for name, entries in load("vocabulary")["classes"].items() for e in entries}
