"""What is told about the data, rendered from the data: no number in a document is typed by hand.

card(vault, name, session, report)              the card of a data set
write_documents(folder, facts, lineage, day)    what follows from everything else in a release, into its folder
verify_card(card_json, folder)                  what in a release's documents cannot be derived again from its files
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glasswork.documents.cards import Card, card
    from glasswork.documents.folder import write_documents
    from glasswork.documents.verify import Mismatch, verify_card

__all__ = [
    "Card",
    "Mismatch",
    "card",
    "verify_card",
    "write_documents",
]

_HOME = {
    "cards": ("Card", "card"),
    "folder": ("write_documents",),
    "verify": ("Mismatch", "verify_card"),
}


def __getattr__(name: str) -> Any:
    """Import the home of a public name when it is first asked for: `glasswork --help` needs none of them."""
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"glasswork.documents.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
