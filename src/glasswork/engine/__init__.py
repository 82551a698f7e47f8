"""Where partition work runs: on this machine, in processes. Knows nothing of Glasswork."""

from glasswork.engine.local import run

__all__ = ["run"]
