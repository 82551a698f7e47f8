"""A raw accessibility tree becomes a Screen: structure, and the labels that are the program's own words."""

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from glasswork.device.redaction.boxes import Pixels, on_grid
from glasswork.redact import Vocabulary
from glasswork.redact import label as surviving_label
from glasswork.schema.action import MAX_NODES, Node, Screen
from glasswork.schema.raw import RawNode
from glasswork.schema.words import Role, count_bucket

LONGEST_LIST: Final = 20
"""Siblings of one role that are kept: how long a list is goes as a bucket, what is in it does not matter."""

DEEPEST: Final = 64


class Seen(NamedTuple):
    """A Screen, and where in it the elements of a role and a place (in pixels) are."""

    screen: Screen
    nodes: dict[tuple[Role, Pixels], int]


def screen_of(nodes: Iterable[RawNode], window: Pixels | None, vocabulary: Vocabulary) -> Seen:
    """The Screen of raw nodes in depth-first order. Values are dropped; so are lists and depth beyond the limits.

    Raises RedactionFailed.
    """
    kept: list[Node] = []
    index: dict[tuple[Role, Pixels], int] = {}
    spellings: dict[tuple[str, Role], str] = {}  # most labels of a tree are there many times; gone when it is read
    siblings: list[Counter[Role]] = []  # by depth, of the parent that is being read
    cut = 0
    cut_below = DEEPEST + 1  # the depth of the node that was cut last: what is deeper goes with it
    for raw in nodes:
        if raw.depth > cut_below:
            cut += 1
            continue
        cut_below = DEEPEST + 1
        del siblings[raw.depth + 1 :]
        siblings.extend(Counter[Role]() for _ in range(raw.depth + 1 - len(siblings)))
        siblings[raw.depth][raw.role] += 1
        if siblings[raw.depth][raw.role] > LONGEST_LIST or len(kept) == MAX_NODES or raw.depth > DEEPEST:
            cut += 1
            cut_below = raw.depth
            continue
        if raw.box is not None:
            index.setdefault((raw.role, raw.box), len(kept))
        spelling = spellings.get((raw.label, raw.role))
        if spelling is None:
            spelling = spellings[raw.label, raw.role] = surviving_label(raw.label, raw.role, vocabulary)
        kept.append(Node(raw.role, raw.depth, spelling, on_grid(raw.box, window)))
    return Seen(Screen(tuple(kept), count_bucket(cut)), index)
