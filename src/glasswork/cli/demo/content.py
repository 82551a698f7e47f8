"""What the worker types, reads and names. Invented, in the ranges of addresses and numbers reserved for that."""

from collections.abc import Iterable

from glasswork.cli.demo import windows as on

NOTE = "bindery-notes.txt"
ORDERS = "open-orders.txt"
COUNTS = "Counts"
STOCK = f"{COUNTS}/{on.FIRST_FILE.label}"
RENAMED = on.SECOND_FILE.label
FOLDER = "Autumn stocktake"
PASSPHRASE = "Quillfeather-29!"
PASSWORD = "brass.Thimble-804"
ORDER_NUMBER = on.ORDER_NUMBER.label
RECIPIENT = "Odalys Brandvold"
EMAIL = "odalys.brandvold@example.org"
PHONE = "555-0178"
USER = "o.brandvold"

NOTE_TEXT = "Meeting with the bindery on Thursday at ten.\nBring the green samples.\n"
# What lies in the worker's documents in the morning.
DOCUMENTS = {
    ORDERS: "Orders that wait for a delivery:\n",
    STOCK: "Vellum, natural white: fourteen rolls in the cellar.\n",
}
# What the worker reads or causes without typing it, and what the typed pieces become once slips are taken back.
CONTENT = (
    ORDERS,
    on.FIRST_FILE.label,
    *NOTE_TEXT.splitlines(),
    NOTE,
    RENAMED,
    FOLDER,
    PASSPHRASE,
    PASSWORD,
    EMAIL,
    RECIPIENT,
    PHONE,
    *(text.strip() for text in DOCUMENTS.values()),
    ORDER_NUMBER,
    "Reams for the back office",
    "sales@larkspur.example.org",
    "parcels@example.org",
    "555-0142",
    "Larkspur Paper",
    "Inbox - Parcel desk",
    "New request - Parcel desk",
    "Account - Parcel desk",
    "Received - Parcel desk",
    "Bicycle courier",
    "2027-04-16",
)

# Shorter pieces ("t", "samples") turn up anywhere by chance and would make a search for leaks cry wolf.
SEARCHABLE_LENGTH = 8


def searchable(typed: Iterable[str]) -> list[str]:
    """All content of a day in which these strings were typed, as far as it is long enough to look for, sorted."""
    return sorted(text for text in {*typed, *CONTENT} if len(text) >= SEARCHABLE_LENGTH)
