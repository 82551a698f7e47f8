"""The tasks of scripted work."""

from collections.abc import Callable

from glasswork.schema.action import Element, Value
from glasswork.schema.episode import Signal
from glasswork.schema.words import (
    ActionKind as K,
)
from glasswork.schema.words import (
    AppCategory,
    Command,
    ElementClass,
    Key,
    LengthBucket,
    Modality,
    Origin,
    Role,
)
from scripted_script import BRISK, FORM, LAUNCHER, PLAIN, Desk, Script, screen

Between = Callable[[], None]
"""Where a task leaves room for something else."""


def closes(s: Script) -> int:
    place = s.act(
        K.HOTKEY, command=s.rng.choice((Command.CLOSE, Command.QUIT)), modality=Modality.KEYBOARD, exposed=False
    )
    s.plant(Signal.BY_SHORTCUT, place)
    return place


def leaves(s: Script, start: int) -> None:
    """Close what was entered into, and do not look back."""
    closes(s)
    s.plant(Signal.ABANDONED, start)
    s.go(LAUNCHER)


# Tasks. `room` is called where something may happen on the way; `leave` says to close before the end.


def leave_form(s: Script, room: Between, leave: bool) -> None:
    s.go(Desk("browser", AppCategory.BROWSER, 10, FORM))
    s.click(Role.LINK, ElementClass.NAVIGATE)
    s.act(K.NAVIGATE, BRISK)
    room()
    start = s.place
    for _ in range(s.rng.randint(2, 4)):
        s.enter(s.key_of(), s.rng.choice((Role.TEXTBOX, Role.COMBOBOX)))
        s.press(Key.TAB)
    room()
    if leave:
        s.enter(s.key_of())
        return leaves(s, start)
    s.complete()
    return None


def letter(s: Script, room: Between, leave: bool) -> None:
    """In an editor: closing it asks what is to become of the text, or (where it saves by itself) does not."""
    s.go(Desk("writer", AppCategory.DOCUMENTS, 20, PLAIN))
    body, start = s.key_of(), s.place
    for _ in range(s.rng.randint(2, 4)):
        s.enter(body, length=LengthBucket.OVER_64)
        s.command(s.rng.choice((Command.BOLD, Command.ITALIC, Command.COPY)))
        room()
    if leave:
        s.enter(body, length=LengthBucket.OVER_64)
        closes(s)
        s.plant(Signal.ABANDONED, start)
        return asked(s, "discard")
    if s.rng.random() < 0.2:  # saved all along
        closes(s)
        s.go(LAUNCHER)
        return None
    if s.rng.random() < 0.3:
        closes(s)
        return asked(s, "save")
    s.complete(ElementClass.SAVE)
    return None


def asked(s: Script, answer: str) -> None:
    """The question that comes when a program closes, and its answer. (A dialog, no alert: nothing is wrong.)"""
    question = Element(Role.DIALOG, "", ElementClass.OTHER, s.key_of())
    before = s.desk
    s.desk = Desk(before.app, before.category, 9_000 + s.keys, screen(Role.BUTTON, Role.BUTTON, root=Role.DIALOG))
    s.act(K.OPEN, BRISK, element=question, exposed=False)
    if answer == "save":
        place = s.click(Role.BUTTON, ElementClass.SAVE, exposed=False)
        s.done = (place, place + 1)
    else:
        s.click(Role.BUTTON, ElementClass.DELETE, exposed=False)
    s.act(K.CLOSE, element=question)
    s.desk = before
    s.go(LAUNCHER)


def records(s: Script, room: Between, leave: bool) -> None:
    """Copied from a sheet into the same field, record by record."""
    field, start = s.key_of(), 0
    sheet, form = Desk("sheet", AppCategory.SPREADSHEET, 30, PLAIN), Desk("crm", AppCategory.BUSINESS, 31, FORM)
    for n in range(s.rng.randint(2, 4)):
        s.go(sheet)
        s.slots += 1
        slot = s.slots
        place = s.act(K.HOTKEY, command=Command.COPY, modality=Modality.KEYBOARD, value=Value(slot))
        s.plant(Signal.BY_SHORTCUT, place)
        s.go(form)
        start = s.enter(field, slot=slot, origin=Origin.PASTED)
        if n:
            room()
        if leave and n:
            return leaves(s, start)
        s.complete()
    return None


def answer_mail(s: Script, room: Between, leave: bool) -> None:
    s.go(Desk("mail", AppCategory.MAIL, 40, screen(Role.LIST, Role.TOOLBAR)))
    s.click(Role.LISTITEM, kind=K.SELECT_OPTION)
    room()
    s.desk = Desk("mail", AppCategory.MAIL, 41, screen(Role.TEXTBOX, Role.TEXTBOX, Role.BUTTON))
    s.act(K.OPEN, BRISK, element=Element(Role.WINDOW, "", ElementClass.OTHER, s.key_of()))
    start = s.enter(s.key_of())
    s.press(Key.TAB)
    room()
    s.enter(s.key_of(), length=LengthBucket.OVER_64)
    if leave:
        return leaves(s, start)
    s.complete()
    return None


def triage(s: Script, room: Between, leave: bool) -> None:
    """Ticket after ticket: what is chosen is kept, and "Next" brings the same fields of another one."""
    s.go(Desk("tickets", AppCategory.TICKETING, 50, FORM))
    state, note, following, start = s.key_of(), s.key_of(), s.key_of(), 0
    for _ in range(s.rng.randint(2, 4)):
        start = s.enter(state, Role.COMBOBOX)
        s.enter(note, length=LengthBucket.TO_64)
        room()
        if leave:
            s.enter(s.key_of())
            return leaves(s, start)
        s.complete(ElementClass.SAVE)
        s.click(Role.BUTTON, ElementClass.NAVIGATE, following)
    return None


def appointment(s: Script, room: Between, leave: bool) -> None:
    """In a dialog of its own."""
    s.go(Desk("calendar", AppCategory.CALENDAR, 60, screen(Role.GRID, Role.BUTTON)))
    room()
    before, dialog = s.desk, Element(Role.DIALOG, "", ElementClass.OTHER, s.key_of())
    s.click(Role.BUTTON, ElementClass.OPEN)
    s.desk = Desk("calendar", AppCategory.CALENDAR, 4_000 + s.keys, screen(Role.TEXTBOX, Role.BUTTON, root=Role.DIALOG))
    opened = s.act(K.OPEN, BRISK, element=dialog)
    for _ in range(s.rng.randint(2, 3)):
        s.enter(s.key_of(), s.rng.choice((Role.TEXTBOX, Role.COMBOBOX)))
    if leave:
        s.press(Key.ESCAPE, exposed=False)
        s.act(K.CLOSE, element=dialog, exposed=False)
        s.plant(Signal.ABANDONED, opened)
        s.plant(Signal.DIALOG_CANCELLED, opened)
    else:
        s.complete()
        s.act(K.CLOSE, element=dialog)
    s.desk = before


def notes(s: Script, room: Between, leave: bool) -> None:
    """In a program that keeps everything by itself: nothing completes, and closing says nothing."""
    s.go(Desk("notes", AppCategory.EDITOR, 70, PLAIN))
    text = s.key_of()
    for _ in range(s.rng.randint(2, 4)):
        s.enter(text, length=LengthBucket.OVER_64)
        room()
    if leave:
        closes(s)
        s.plant(Signal.ABANDONED, 1)
        return asked(s, "discard")
    closes(s)
    s.go(LAUNCHER)
    return None


def expenses(s: Script, room: Between, leave: bool) -> None:
    """A claim of several items, each in a dialog on the page that its button opens again and again."""
    s.go(Desk("erp", AppCategory.BUSINESS, 80, FORM))
    add = s.key_of()
    for _ in range(s.rng.randint(2, 4)):
        s.click(Role.BUTTON, ElementClass.OPEN, add)
        s.shows(screen(Role.FORM, Role.DIALOG, Role.TEXTBOX, Role.BUTTON))
        s.enter(s.key_of())
        s.enter(s.key_of(), Role.COMBOBOX)
        s.complete()
        s.shows(FORM)
        room()
    start = s.enter(s.key_of())
    if leave:
        return leaves(s, start)
    s.complete()
    return None


def research(s: Script, room: Between, leave: bool) -> None:
    """Looked up in one program, written down in another that has a command to save."""
    table = Desk("table", AppCategory.SPREADSHEET, 91, screen(Role.GRID, Role.TOOLBAR))
    start = 0
    for _ in range(s.rng.randint(2, 3)):
        s.go(Desk("browser", AppCategory.BROWSER, 90, screen(Role.DOCUMENT, Role.LINK)))
        s.enter(s.key_of(), Role.SEARCHBOX, ElementClass.SEARCH)
        s.press(Key.ENTER)
        s.act(K.NAVIGATE, BRISK)
        room()
        s.slots += 1
        value = Value(slot := s.slots)
        s.plant(Signal.BY_SHORTCUT, s.act(K.HOTKEY, command=Command.COPY, modality=Modality.KEYBOARD, value=value))
        s.go(table)
        written = s.enter(s.key_of(), Role.CELL, slot=slot, origin=Origin.PASTED)
        start = start or written
        s.press(Key.ENTER)
    if leave:
        closes(s)
        s.plant(Signal.ABANDONED, start)
        return asked(s, "discard")
    s.complete(ElementClass.SAVE)
    return None


Task = Callable[[Script, Between, bool], None]
TUNING: tuple[Task, ...] = (leave_form, letter, records)
EVALUATION: tuple[Task, ...] = (answer_mail, triage, appointment, notes, expenses, research)
