"""What may be planted in scripted work, and what only looks like it."""

from collections.abc import Callable

from glasswork.schema.action import Action, Element
from glasswork.schema.episode import Signal
from glasswork.schema.words import (
    ActionKind as K,
)
from glasswork.schema.words import (
    Button,
    Command,
    CountBucket,
    Direction,
    Effect,
    ElementClass,
    GapClass,
    Key,
    LengthBucket,
    Modality,
    Role,
)
from scripted_script import BRISK, CHAT, EASY, LAUNCHER, SLOW, Desk, Script, screen

# What may be planted on the way, wherever a task leaves room for it. Each leaves the window in front as it was.


def undo(s: Script) -> None:
    start = s.place
    for _ in range(s.rng.randint(1, 4)):
        s.command(Command.UNDO, exposed=False)
    s.plant(Signal.UNDO_EPISODE, start)


def redo(s: Script) -> None:
    start = s.place
    for _ in range(s.rng.randint(2, 4)):
        s.command(Command.UNDO, exposed=False)
    s.plant(Signal.UNDO_EPISODE, start)
    start = s.place
    s.command(Command.REDO, exposed=False)
    s.plant(Signal.REDO, start)


def erase(s: Script) -> None:
    if s.rng.random() < 0.3:
        place = s.press(Key.BACKSPACE, amount=s.rng.choice((CountBucket.TO_15, CountBucket.OVER_15)))
    else:
        place = s.enter(s.key_of(), erased=s.rng.choice((CountBucket.TO_15, CountBucket.OVER_15)))
    s.plant(Signal.ERASE_BURST, place)


def retry(s: Script) -> None:
    if s.rng.random() < 0.3:
        place = s.click(
            Role.BUTTON, kind=K.DOUBLE_CLICK, amount=s.rng.choice((CountBucket.TO_15, CountBucket.OVER_15)),
            effect=Effect.UNCHANGED,
        )  # fmt: skip
        s.plant(Signal.RETRY_LOOP, place)
        return
    role, key, start = s.rng.choice((Role.BUTTON, Role.LINK, Role.TAB)), s.key_of(), s.place
    cls = ElementClass.NAVIGATE if role is Role.LINK else ElementClass.OTHER
    for _ in range(s.rng.randint(3, 6)):
        s.click(role, cls, key, effect=Effect.UNCHANGED, gaps=EASY, exposed=False)
    s.plant(Signal.RETRY_LOOP, start)


def dead(s: Script) -> None:
    place = s.click(s.rng.choice((Role.BUTTON, Role.LINK, Role.MENUITEM, Role.TAB)), effect=Effect.UNCHANGED)
    s.plant(Signal.DEAD_CLICK, place)
    s.act(K.SCROLL, direction=Direction.DOWN)


def cancel(s: Script) -> None:
    """A dialog, as a window of its own or on the page, that is left by Escape or its button; perhaps after entries."""
    before, typed = s.desk, s.rng.random() < 0.4
    if s.rng.random() < 0.2:  # where no screen is known
        s.shows(None)
        s.plant(Signal.DIALOG_CANCELLED, s.click(Role.BUTTON, ElementClass.CANCEL))
        s.desk = before
        return
    start = s.place
    dialog = Element(Role.DIALOG, "", ElementClass.OTHER, s.key_of())
    own = s.rng.random() < 0.5
    if own:
        s.desk = Desk(before.app, before.category, 5_000 + s.keys, screen(Role.BUTTON, Role.BUTTON, root=Role.DIALOG))
        s.act(K.OPEN, BRISK, element=dialog)
    else:
        s.click(Role.BUTTON)
        start = s.place
        s.shows(screen(Role.FORM, Role.DIALOG, Role.BUTTON))
    if typed:
        s.enter(s.key_of(), exposed=False)
    if s.rng.random() < 0.5:
        s.press(Key.ESCAPE, exposed=False)
    else:
        s.click(Role.BUTTON, ElementClass.CANCEL, exposed=False)
    if own:
        s.act(K.CLOSE, element=dialog, exposed=False)
    s.plant(Signal.DIALOG_CANCELLED, start)
    if typed:
        s.plant(Signal.ABANDONED, start)
    s.desk = before


def alert(s: Script) -> None:
    before = s.desk
    if s.rng.random() < 0.5:
        warning = Element(Role.ALERTDIALOG, "", ElementClass.OTHER, s.key_of())
        s.desk = Desk(before.app, before.category, 6_000 + s.keys, screen(Role.BUTTON, root=Role.ALERTDIALOG))
        place = s.act(K.OPEN, BRISK, element=warning)
        s.click(Role.BUTTON)
        s.act(K.CLOSE, element=warning)
    else:
        s.act(K.SCROLL, direction=Direction.DOWN, exposed=False)
        s.shows(screen(Role.FORM, Role.ALERT, Role.BUTTON))
        place = s.act(K.SCROLL, direction=Direction.UP, exposed=False)
    s.plant(Signal.ALERT_SHOWN, place, place + 1)
    s.desk = before


def overwrite(s: Script) -> None:
    one, other, start = s.key_of(), s.key_of(), s.place
    role = s.rng.choice((Role.TEXTBOX, Role.COMBOBOX))
    s.enter(one, role)
    if role is Role.TEXTBOX and s.rng.random() < 0.5:
        place = s.act(K.HOTKEY, command=Command.SELECT_ALL, modality=Modality.KEYBOARD)
        s.plant(Signal.BY_SHORTCUT, place)
        s.enter(one, role, exposed=False)
    else:
        for _ in range(s.rng.randint(1, 3)):
            s.press(Key.TAB)
            s.enter(other)
        s.enter(one, role)
    s.plant(Signal.OVERWRITE, start)


def quick_back(s: Script) -> None:
    s.click(Role.LINK, ElementClass.NAVIGATE)
    start = s.act(K.NAVIGATE, BRISK)
    _back(s, BRISK)
    s.plant(Signal.QUICK_BACK, start, s.place - 1)
    s.act(K.SCROLL, direction=Direction.DOWN)
    s.act(K.SCROLL, direction=Direction.UP)


def reopen(s: Script) -> None:
    before = s.desk
    if s.rng.random() < 0.5:
        dialog = Element(Role.DIALOG, "", ElementClass.OTHER, s.key_of())
        inside = Desk(before.app, before.category, 7_000 + s.keys, screen(Role.BUTTON, root=Role.DIALOG))
        s.desk = inside
        s.act(K.OPEN, BRISK, element=dialog)
        s.act(K.SCROLL, direction=Direction.DOWN)
        start = s.act(K.CLOSE, element=dialog)
        s.desk = before
        s.click(Role.BUTTON)
        s.desk = inside
        s.act(K.OPEN, BRISK, element=dialog)
        s.plant(Signal.REOPEN, start)
        s.press(Key.ENTER)
        s.act(K.CLOSE, element=dialog)
    else:
        start = s.act(K.HOTKEY, command=Command.QUIT, modality=Modality.KEYBOARD)
        s.plant(Signal.BY_SHORTCUT, start)
        s.go(LAUNCHER)
        s.click(Role.LISTITEM, kind=K.DOUBLE_CLICK, amount=CountBucket.TO_3)
        s.go(Desk(before.app, before.category, before.window + 1, before.screen))
        s.plant(Signal.REOPEN, start)
    s.desk = before


def wait(s: Script) -> None:
    if s.rng.random() < 0.4:
        s.plant(Signal.WAIT, s.row(Action(kind=K.WAIT, gap=GapClass.UNDER_64S)), s.place)
        return
    start = s.click(Role.BUTTON, ElementClass.OPEN, effect=Effect.UNKNOWN)
    s.shows(screen(Role.TABLE, Role.BUTTON, *[Role.ROW] * s.rng.randint(1, 9)))
    s.act(K.SCROLL, (GapClass.UNDER_64S, GapClass.UNDER_256S), direction=Direction.DOWN, exposed=False)
    s.plant(Signal.WAIT, start)


def interruption(s: Script) -> None:
    before, own = s.desk, s.episode
    if s.rng.random() < 0.6:
        start = s.place - 1
        s.episode, done, s.done = max(s.sizes) + 1, s.done, None
        s.go(CHAT)
        s.enter(s.key_of())
        s.complete()
        s.plant(Signal.COMPLETED, s.place - 1)
        s.episode, s.done = own, done
        s.go(before)
        s.plant(Signal.INTERRUPTED, start)
    else:
        s.desk = CHAT
        start = s.act(K.SWITCH_APP, modality=Modality.SYSTEM, exposed=False)
        s.enter(s.key_of(), exposed=False)
        s.press(Key.ENTER, exposed=False)
        s.plant(Signal.INTERRUPTED, start)
        s.desk = before
        s.act(K.SWITCH_APP, modality=Modality.SYSTEM, exposed=False)


PLANTS: dict[str, Callable[[Script], None]] = {
    made.__name__: made
    for made in (undo, redo, erase, retry, dead, cancel, alert, overwrite, quick_back, reopen, wait, interruption)
}


def _back(s: Script, gaps: tuple[GapClass, ...]) -> None:
    if s.rng.random() < 0.5:
        s.act(K.CLICK, gaps, button=Button.BACK, exposed=False)
    else:
        place = s.act(K.HOTKEY, gaps, command=Command.BACK, modality=Modality.KEYBOARD, exposed=False)
        s.plant(Signal.BY_SHORTCUT, place)
    s.act(K.NAVIGATE, BRISK, modality=Modality.KEYBOARD, exposed=False)


# What only looks like it, and stands in clean runs as well.


def explores(s: Script) -> None:
    """Undo and redo, to compare."""
    start = s.place
    for command in (Command.UNDO, Command.REDO) * s.rng.randint(1, 2):
        if command is Command.UNDO:
            start = s.place
        s.command(command, exposed=False)
        if command is Command.REDO:
            s.plant(Signal.REDO, start)


def opens_by_double_click(s: Script) -> None:
    """Folder after folder, the entry in the same place."""
    key = s.key_of()
    for _ in range(s.rng.randint(3, 5)):
        s.click(Role.LISTITEM, ElementClass.OPEN, key, kind=K.DOUBLE_CLICK, amount=CountBucket.TO_3)


def turns_pages(s: Script) -> None:
    """The same "Next", many times."""
    key, n = s.key_of(), s.rng.randint(3, 8)
    for turn in range(n):
        s.shows(screen(Role.TABLE, *[Role.ROW] * (1 + turn % 3)))
        s.click(Role.BUTTON, ElementClass.NAVIGATE, key)


def steps_a_spinner(s: Script) -> None:
    key = s.key_of()
    for _ in range(s.rng.randint(3, 9)):
        s.click(Role.SPINBUTTON, key=key, effect=s.rng.choice((Effect.CHANGED, Effect.UNCHANGED)), gaps=BRISK)
    s.click(Role.BUTTON, key=key + 1, kind=K.DOUBLE_CLICK, amount=CountBucket.TO_15)


def leaves_a_menu(s: Script) -> None:
    s.click(Role.MENUITEM)
    s.press(Key.ESCAPE)


def writes_at_length(s: Script) -> None:
    """A long text, with the corrections that it takes."""
    key = s.key_of()
    for _ in range(s.rng.randint(1, 3)):
        s.enter(key, length=LengthBucket.OVER_64, erased=s.rng.choice((CountBucket.TO_3, CountBucket.TO_15)))
        s.press(Key.ENTER)


def walks_by_tab(s: Script) -> None:
    for _ in range(s.rng.randint(2, 5)):
        s.press(Key.TAB, element=Element(Role.TEXTBOX, "", ElementClass.EDIT, s.key_of()))
    s.press(Key.TAB, element=Element(Role.BUTTON, "", ElementClass.SUBMIT, s.key_of()))
    s.press(Key.TAB, element=Element(Role.BUTTON, "", ElementClass.CANCEL, s.key_of()))


def refines_a_search(s: Script) -> None:
    box = s.key_of()
    for _ in range(s.rng.randint(2, 4)):
        s.enter(box, Role.SEARCHBOX, ElementClass.SEARCH)
        s.press(Key.ENTER, effect=Effect.CHANGED)
        s.act(K.NAVIGATE, BRISK)


def looks_through(s: Script) -> None:
    """One entry after the other, each left by going back."""
    for _ in range(s.rng.randint(2, 5)):
        s.click(Role.LINK, ElementClass.NAVIGATE, exposed=False)
        s.act(K.NAVIGATE, BRISK, exposed=False)
        _back(s, BRISK)


def reads_and_returns(s: Script) -> None:
    s.click(Role.LINK, ElementClass.NAVIGATE)
    s.act(K.NAVIGATE, BRISK)
    _back(s, SLOW)
    s.act(K.SCROLL, SLOW, direction=Direction.DOWN)


def looks_elsewhere(s: Script) -> None:
    """A glance at the chat, or at a text to copy from."""
    before = s.desk
    s.go(CHAT)
    s.act(K.SCROLL, direction=Direction.UP)
    s.go(before)


def finds(s: Script) -> None:
    """A dialog for finding, closed with Escape when it has done its work."""
    before, dialog = s.desk, Element(Role.DIALOG, "", ElementClass.OTHER, s.key_of())
    s.desk = Desk(before.app, before.category, 8_000 + s.keys, screen(Role.TEXTBOX, root=Role.DIALOG))
    s.act(K.OPEN, BRISK, element=dialog)
    s.enter(s.key_of(), Role.TEXTBOX, ElementClass.SEARCH)
    s.press(Key.ENTER)
    s.press(Key.ESCAPE)
    s.act(K.CLOSE, element=dialog)
    s.desk = before


def fills_a_filled_field(s: Script) -> None:
    s.act(K.CLEAR_FIELD, element=Element(Role.TEXTBOX, "", ElementClass.EDIT, key := s.key_of()))
    s.enter(key)


def selects(s: Script) -> None:
    """Rows and cells: to select one shows nowhere."""
    for _ in range(s.rng.randint(1, 3)):
        s.click(s.rng.choice((Role.CELL, Role.ROW, Role.TEXTBOX)), effect=Effect.UNCHANGED)


LOOKALIKES = (
    *(explores, opens_by_double_click, turns_pages, steps_a_spinner, leaves_a_menu, writes_at_length, walks_by_tab),
    *(refines_a_search, looks_through, reads_and_returns, looks_elsewhere, finds, fills_a_filled_field, selects),
)
