"""The last gate, and the only way from ciphertext to plain files.

candidate(approved, report, card)                what the board signs
release(vault, name, out, session, key=..., ...)    a programme's data set, once all that the gate asks for is there
build_private(vault, name, out, session, key=...)   a person's own, for that person alone
verify_release(folder, public_key)               check a folder offline
since(manifest, log, key)                        whether somebody in it was erased since, by the audit log
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glasswork.release.errors import ReleaseDamaged, ReleaseRefused, ReleaseUnwritable
    from glasswork.release.flags import Since, since
    from glasswork.release.gate import candidate
    from glasswork.release.manifest import Manifest, verify_release
    from glasswork.release.private import build_private
    from glasswork.release.public import release
    from glasswork.release.write import Released

__all__ = [
    "Manifest",
    "ReleaseDamaged",
    "ReleaseRefused",
    "ReleaseUnwritable",
    "Released",
    "Since",
    "build_private",
    "candidate",
    "release",
    "since",
    "verify_release",
]

_HOME = {
    "public": ("release",),
    "private": ("build_private",),
    "gate": ("candidate",),
    "flags": ("Since", "since"),
    "manifest": ("Manifest", "verify_release"),
    "write": ("Released",),
    "errors": ("ReleaseDamaged", "ReleaseRefused", "ReleaseUnwritable"),
}


def __getattr__(name: str) -> Any:
    """Import the home of a public name when it is first asked for: `glasswork --help` needs none of them."""
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"glasswork.release.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
