"""The vault: what was sent, sealed; its keys; and the one way to read it.

connect(folder, approved)      the vault as a handle
enrol, sealing_keys            who may send, and what they seal to
receive(vault, data)           store an envelope, unopened
admit(vault, session)          open, check once more, store anew
dataset, owners                what there is to ask for, and which of it is the same person's
open(vault, dataset, purpose, session)    frames: the only way to plaintext
put(vault, zone, frame, ...)   store what was derived
erase, expire                  the end of keys, and of all that was under them
limits()                       what the embedded default does not protect against
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glasswork.vault.access import dataset, names_in_log, open, owners, put
    from glasswork.vault.admission import Admitted, admit
    from glasswork.vault.enrolment import answer_keys, enrol, sealing_keys
    from glasswork.vault.erasure import Erased, erase, expire
    from glasswork.vault.handle import Vault, connect
    from glasswork.vault.ingest import Outcome, Received, receive
    from glasswork.vault.keys import limits

__all__ = [
    "Admitted",
    "Erased",
    "Outcome",
    "Received",
    "Vault",
    "admit",
    "answer_keys",
    "connect",
    "dataset",
    "enrol",
    "erase",
    "expire",
    "limits",
    "names_in_log",
    "open",
    "owners",
    "put",
    "receive",
    "sealing_keys",
]

_HOME = {
    "access": ("dataset", "names_in_log", "open", "owners", "put"),
    "admission": ("Admitted", "admit"),
    "enrolment": ("answer_keys", "enrol", "sealing_keys"),
    "erasure": ("Erased", "erase", "expire"),
    "handle": ("Vault", "connect"),
    "ingest": ("Outcome", "Received", "receive"),
    "keys": ("limits",),
}


def __getattr__(name: str) -> Any:
    """Import the home of a public name when it is first asked for: `glasswork --help` needs none of them."""
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"glasswork.vault.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
