"""The adversary, built in: attacks on a built data set, and the proof that they would have worked.

run(vault, name, session)    attack a data set; the Report says whether it may be released

"Could not tell" counts as no. `canaries` searches bytes and folders for planted secrets, for the leak tests, too.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glasswork.redteam.report import Attack, Finding, Report, Verdict
    from glasswork.redteam.suite import run

__all__ = [
    "Attack",
    "Finding",
    "Report",
    "Verdict",
    "run",
]

_HOME = {
    "suite": ("run",),
    "report": ("Attack", "Finding", "Report", "Verdict"),
}


def __getattr__(name: str) -> Any:
    """Import the home of a public name when it is first asked for: `glasswork --help` needs none of them."""
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"glasswork.redteam.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
