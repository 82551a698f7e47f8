"""Episodes become examples, and a data set that stays ciphertext until it is released.

build(vault, session, name)      make a data set, or one person's private build
records(vault, name, session)    what is in it, for those who attack, describe or release it
built_from(vault, name, session) how it was built: recipe, purpose, approvals, commitments, what was dropped
content_hash(records)            what it says, whatever the ids and the order

One file a format: `parquet`, `trl`, `atif`; `tools` has the tools that an example may call.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glasswork.assemble.building import Built, build
    from glasswork.assemble.errors import NameInvalid, NotBuilt
    from glasswork.assemble.lineage import Lineage, built_from
    from glasswork.assemble.load import records
    from glasswork.assemble.record import Record, content_hash

__all__ = [
    "Built",
    "Lineage",
    "NameInvalid",
    "NotBuilt",
    "Record",
    "build",
    "built_from",
    "content_hash",
    "records",
]

_HOME = {
    "building": ("Built", "build"),
    "lineage": ("Lineage", "built_from"),
    "load": ("records",),
    "record": ("Record", "content_hash"),
    "errors": ("NameInvalid", "NotBuilt"),
}


def __getattr__(name: str) -> Any:
    """Import the home of a public name when it is first asked for: `glasswork --help` needs none of them."""
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"glasswork.assemble.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
