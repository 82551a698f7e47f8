"""The vault: what was sent, sealed; its keys; and the one way to read it.

connect(folder, approved)      the vault as a handle
enrol, sealing_keys            who may send, and what they seal to
receive(vault, data)           store an envelope, unopened
admit(vault, session)          open, check once more, store anew
dataset, owners                what there is to ask for, and which of it is the same person's
open(vault, dataset, purpose, session)    frames: the only way to plaintext
put(vault, zone, frame, ...)   store what was derived
erase, forget, expire          the end of keys, and of all that was under them
list_incidents, close_incident what admission would not take, reviewed without showing it
limits(folder)                 what the place of the keys does not protect against
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glasswork.vault.access import dataset, names_in_log, open, owners, put
    from glasswork.vault.admission import Admitted, admit
    from glasswork.vault.deployment import limits
    from glasswork.vault.enrolment import answer_keys, enrol, sealing_keys
    from glasswork.vault.erasure import Erased, erase, expire, forget, names_of
    from glasswork.vault.handle import Vault, connect
    from glasswork.vault.incidents import Closing, Incident, close_incident, list_incidents
    from glasswork.vault.ingest import Outcome, Received, device_keys, missing, receive

__all__ = [
    "Admitted",
    "Closing",
    "Erased",
    "Incident",
    "Outcome",
    "Received",
    "Vault",
    "admit",
    "answer_keys",
    "close_incident",
    "connect",
    "dataset",
    "device_keys",
    "enrol",
    "erase",
    "expire",
    "forget",
    "limits",
    "list_incidents",
    "missing",
    "names_in_log",
    "names_of",
    "open",
    "owners",
    "put",
    "receive",
    "sealing_keys",
]

_HOME = {
    "access": ("dataset", "names_in_log", "open", "owners", "put"),
    "admission": ("Admitted", "admit"),
    "deployment": ("limits",),
    "enrolment": ("answer_keys", "enrol", "sealing_keys"),
    "erasure": ("Erased", "erase", "expire", "forget", "names_of"),
    "handle": ("Vault", "connect"),
    "incidents": ("Closing", "Incident", "close_incident", "list_incidents"),
    "ingest": ("Outcome", "Received", "device_keys", "missing", "receive"),
}


def __getattr__(name: str) -> Any:
    """Import the home of a public name when it is first asked for: `glasswork --help` needs none of them."""
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"glasswork.vault.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
