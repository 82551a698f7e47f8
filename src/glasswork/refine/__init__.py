"""Actions become episodes: segment, label, describe.

run(vault, session)     refine everything in the zone `actions`

The steps are functions of their own: `segment.segment` over a frame, `label.label_frame` over its episodes,
`describe.describe` over one of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glasswork.refine.job import Refined, run

__all__ = [
    "Refined",
    "run",
]

_HOME = {
    "job": ("Refined", "run"),
}


def __getattr__(name: str) -> Any:
    """Import the home of a public name when it is first asked for: `glasswork --help` needs none of them."""
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"glasswork.refine.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
