"""The command line: one file per command group, each a thin layer over `glasswork.api`.

A group is imported only when one of its commands is called, so that `glasswork --help` answers at once. Errors
that Glasswork raises on purpose are printed as one message; their exit codes are in docs/cli.md.
"""

from glasswork.cli.main import main

__all__ = ["main"]
