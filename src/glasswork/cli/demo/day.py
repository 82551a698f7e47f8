"""The worker's day: small office tasks, told once, for any hand that can do them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from glasswork.cli.demo import windows as on
from glasswork.cli.demo.content import (
    COUNTS,
    DOCUMENTS,
    EMAIL,
    FOLDER,
    NOTE,
    NOTE_TEXT,
    ORDER_NUMBER,
    ORDERS,
    PASSPHRASE,
    PASSWORD,
    PHONE,
    RECIPIENT,
    RENAMED,
    STOCK,
    USER,
)
from glasswork.cli.demo.hand import Hand
from glasswork.cli.demo.server import Pages


@dataclass(frozen=True)
class Task:
    """One task: how to do it, and how to see, from the documents and the server alone, that it is done."""

    name: str
    do: Callable[[Hand], None]
    done: Callable[[Path, Pages], bool]


def erase(hand: Hand, count: int) -> None:
    """Take back the last characters, the way one does on noticing a slip."""
    hand.think(0.2)
    hand.press(*["BackSpace"] * count)


def write_a_note(hand: Hand) -> None:
    hand.open(on.EDITOR)
    hand.type("Meeting with the bindery on Thurdsay")
    erase(hand, 4)
    hand.type("sday at ten.")
    hand.press("Return")
    hand.type("Bring the gren")
    erase(hand, 1)
    hand.type("en samples.")
    hand.press("Return", "ctrl+s")
    hand.see(on.SAVE_AS)
    hand.press("ctrl+a")
    hand.type(NOTE)
    hand.think(0.6)
    hand.press("Return")
    hand.see(on.EDITOR, saved(NOTE))
    hand.close(on.EDITOR, "ctrl+q")


def save_in_three_ways(hand: Hand) -> None:
    """The same command by mouse in the menu, by keyboard in the menu, and by shortcut."""
    hand.open(on.EDITOR, NOTE)
    hand.click(on.TEXT)
    hand.press("ctrl+End")
    hand.type("Park behind the mill.")
    hand.click(on.FILE_MENU)
    hand.click(on.FILE_SAVE)
    hand.see(on.EDITOR, saved(NOTE))
    hand.press("Return")
    hand.type("Ask for Perpetua.")
    hand.press("alt+f")
    hand.think(0.4)
    hand.press("s")
    hand.see(on.EDITOR, saved(NOTE))
    hand.press("Return", "ctrl+s")
    hand.see(on.EDITOR, saved(NOTE))
    hand.close(on.EDITOR, "ctrl+q")


def undo_and_redo(hand: Hand) -> None:
    hand.open(on.EDITOR, NOTE)
    hand.press("ctrl+End")
    hand.type("Maybe call them on Monday.")
    hand.think(4.5)
    hand.press("shift+Home", "Delete")
    hand.think(0.4)
    hand.press("ctrl+z")
    hand.think(0.4)
    hand.press("ctrl+shift+z")
    hand.think(0.4)
    hand.press("ctrl+z", "ctrl+s")
    hand.see(on.EDITOR, saved(NOTE))
    hand.close(on.EDITOR, "ctrl+q")


def cancel_save_as(hand: Hand) -> None:
    hand.open(on.EDITOR, NOTE)
    hand.press("ctrl+shift+s")
    hand.see(on.SAVE_AS)
    hand.type("bindery-copy")
    hand.click(on.SAVE_AS_CANCEL)
    hand.see(on.EDITOR)
    hand.click(on.FILE_MENU)
    hand.click(on.FILE_SAVE_AS)
    hand.see(on.SAVE_AS)
    hand.think(0.5)
    hand.press("Escape")
    hand.see(on.EDITOR)
    hand.close(on.EDITOR, "ctrl+q")


def find_and_change(hand: Hand) -> None:
    """Find by shortcut, then the same command from the menu; what was found is typed over."""
    hand.open(on.EDITOR, NOTE)
    hand.press("ctrl+f")
    hand.type("samples")
    hand.press("Return", "Escape")
    hand.type("swatches")
    hand.click(on.SEARCH_MENU)
    hand.click(on.SEARCH_FIND)
    hand.type("Perpetua")
    hand.press("Return", "Escape")
    hand.type("Perpetua Lindqvist")
    hand.press("ctrl+s")
    hand.see(on.EDITOR, saved(NOTE))
    hand.close(on.EDITOR, "ctrl+q")


def work_in_a_terminal(hand: Hand) -> None:
    hand.open(on.TERMINAL)
    hand.click(on.SHELL)
    hand.type("wv")
    erase(hand, 1)
    hand.type(f"c -w {ORDERS} > words.txt")
    hand.press("Return")
    hand.type("car words.txt")
    hand.press("Return")
    hand.think(0.7)
    hand.press("Up", "ctrl+a", "Right", "Right", "Delete")
    hand.type("t")
    hand.press("Return")
    hand.type("read -s KEY")
    hand.press("Return")
    hand.think(0.6)
    hand.type(PASSPHRASE)
    hand.press("Return")
    hand.type("echo ${#KEY} >> words.txt")
    hand.press("Return")
    hand.close(on.TERMINAL, "ctrl+d")


def tidy_the_folder(hand: Hand) -> None:
    hand.open(on.FILES, COUNTS)
    hand.click(on.FIRST_FILE)
    hand.press("F2")
    hand.see(on.RENAME)
    hand.press("ctrl+a")
    hand.type(RENAMED)
    hand.press("Return")
    hand.see(on.FILES)
    hand.press("ctrl+shift+n")
    hand.see(on.NEW_FOLDER)
    hand.press("ctrl+a")
    hand.type("Autum stok")
    erase(hand, 5)
    hand.type("n stocktake")
    hand.press("Return")
    hand.see(on.FILES)
    hand.think(0.7)
    hand.click(on.SECOND_FILE, times=2)
    hand.see(on.EDITOR)
    hand.think(0.5)
    hand.close(on.EDITOR, "ctrl+q")
    hand.see(on.FILES)
    hand.close(on.FILES, "ctrl+w")


def copy_an_order_number(hand: Hand) -> None:
    """From a page into a text document, over the clipboard."""
    hand.open(on.BROWSER, "inbox.html", "^Inbox - Parcel desk")
    hand.think(1.0)
    hand.scroll(on.MESSAGE, 6)
    hand.click(on.ORDER_NUMBER, times=2)
    hand.press("ctrl+c")
    hand.open(on.EDITOR, ORDERS)
    hand.press("ctrl+End", "ctrl+v")
    hand.type(" from Larkspur, side gate")
    hand.press("Return", "ctrl+s")
    hand.see(on.EDITOR, saved(ORDERS))
    hand.close(on.EDITOR, "ctrl+q")
    hand.see(on.BROWSER)
    hand.close(on.BROWSER, "ctrl+w")


def request_a_delivery(hand: Hand) -> None:
    """Fill in a form, with a value from another page."""
    hand.open(on.BROWSER, "inbox.html", "^Inbox - Parcel desk")
    hand.scroll(on.MESSAGE, 6)
    hand.click(on.ORDER_NUMBER, times=2)
    hand.press("ctrl+c")
    hand.scroll(on.MESSAGE, -8)
    hand.click(on.NEW_REQUEST)
    hand.see(on.BROWSER, "^New request - Parcel desk")
    hand.click(on.NAME)
    hand.type(RECIPIENT)
    hand.press("Tab")
    hand.type("odalys.brandovl")
    erase(hand, 3)
    hand.type("vold@example.org")
    hand.press("Tab")
    hand.type(PHONE)
    hand.press("Tab")
    hand.type("04162027")
    hand.click(on.NUMBER)
    hand.press("ctrl+v")
    hand.click(on.CARRIER)
    hand.think(0.5)
    hand.press("Down", "Down", "Return")
    hand.click(on.REMARKS)
    hand.type("Ring twice, please.")
    hand.think(4.5)
    hand.click(on.SUBMIT)
    hand.see(on.BROWSER, "^Received - Parcel desk")
    hand.close(on.BROWSER, "ctrl+w")


def cancel_a_request(hand: Hand) -> None:
    """Cancel, think again, and stay: once by the button, once by Escape."""
    hand.open(on.BROWSER, "form.html", "^New request - Parcel desk")
    hand.click(on.NAME)
    hand.type("Tancred Moss")
    hand.click(on.CANCEL)
    hand.click(on.KEEP_EDITING)
    hand.think(0.5)
    hand.click(on.CANCEL)
    hand.think(0.5)
    hand.press("Escape")
    hand.close(on.BROWSER, "ctrl+w")


def sign_in(hand: Hand) -> None:
    hand.open(on.BROWSER, "inbox.html", "^Inbox - Parcel desk")
    hand.think(0.5)
    hand.click(on.ACCOUNT)
    hand.see(on.BROWSER, "^Account - Parcel desk")
    hand.click(on.USER)
    hand.type(USER)
    hand.click(on.PASSWORD)
    hand.type(PASSWORD[:7] + "tn")
    erase(hand, 2)
    hand.type(PASSWORD[7:])
    hand.press("Return")
    hand.see(on.BROWSER, "^Received - Parcel desk")
    hand.close(on.BROWSER, "ctrl+w")


def saved(name: str) -> str:
    """The editor's title (regular expression) once everything in this document is saved: no asterisk."""
    return rf"^[^*]*{name} - Mousepad$"


def _reads(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


_NOTE_SAVED = NOTE_TEXT + "Park behind the mill.\nAsk for Perpetua.\n"
_NOTE_UNDONE = _NOTE_SAVED + "Maybe call them on Monday."
_NOTE_CHANGED = _NOTE_UNDONE.replace("samples", "swatches").replace("Perpetua", "Perpetua Lindqvist")
_REQUEST = {
    "name": RECIPIENT,
    "email": EMAIL,
    "phone": PHONE,
    "date": "2027-04-16",
    "number": ORDER_NUMBER,
    "carrier": "Bicycle courier",
    "remarks": "Ring twice, please.",
}

TASKS = (
    Task("write a note", write_a_note, lambda docs, _: _reads(docs / NOTE, NOTE_TEXT)),
    Task("save in three ways", save_in_three_ways, lambda docs, _: _reads(docs / NOTE, _NOTE_SAVED)),
    Task("undo and redo", undo_and_redo, lambda docs, _: _reads(docs / NOTE, _NOTE_UNDONE)),
    Task("cancel a Save As", cancel_save_as, lambda docs, _: not [*docs.glob("bindery-copy*")]),
    Task("find and change", find_and_change, lambda docs, _: _reads(docs / NOTE, _NOTE_CHANGED)),
    Task(
        "work in a terminal",
        work_in_a_terminal,
        lambda docs, _: _reads(docs / "words.txt", f"6 {ORDERS}\n{len(PASSPHRASE)}\n"),
    ),
    Task(
        "tidy the folder",
        tidy_the_folder,
        lambda docs, _: _reads(docs / COUNTS / RENAMED, DOCUMENTS[STOCK]) and (docs / COUNTS / FOLDER).is_dir(),
    ),
    Task(
        "copy an order number",
        copy_an_order_number,
        lambda docs, _: _reads(docs / ORDERS, f"{DOCUMENTS[ORDERS]}{ORDER_NUMBER} from Larkspur, side gate\n"),
    ),
    Task("request a delivery", request_a_delivery, lambda _, pages: pages.received("/submit")[-1:] == [_REQUEST]),
    Task("cancel a request", cancel_a_request, lambda _, pages: len(pages.received("/kept")) >= 2),
    Task(
        "sign in",
        sign_in,
        lambda _, pages: pages.received("/login")[-1:] == [{"user": USER, "password": PASSWORD}],
    ),
)
