"""Observe: a Screen as the text tree that agents for the web already read."""

from typing import Final

import msgspec

from glasswork.schema.action import Screen
from glasswork.schema.words import CountBucket

NO_SCREEN: Final = ""
"""The observation where no Screen was in front. Nothing is made up in its place."""


def reference(node: int) -> str:
    """How a node of a Screen is referred to in its tree and in tool arguments: `e1` is the first."""
    return f"e{node + 1}"


def tree(screen: Screen) -> str:
    """The Screen, one node a line, children indented by two spaces.

        [e1] window "Untitled"
          [e2] toolbar
            [e3] button "Save"
          (2-3 more)

    Labels are quoted as JSON strings are. The last line says how many nodes were cut from long lists.
    """
    lines = [
        f"{'  ' * node.depth}[{reference(number)}] {node.role}" + (f" {_quoted(node.label)}" if node.label else "")
        for number, node in enumerate(screen.nodes)
    ]
    if screen.cut is not CountBucket.NONE:
        lines.append(f"({screen.cut} more)")
    return "\n".join(lines)


def _quoted(label: str) -> str:
    return msgspec.json.encode(label).decode()
