"""The access surface: how many cells of data rules let anybody reach, and which a change would widen.

A cell is a role, an act, a zone (and the environment it is reached from), a scope, whose data, and a purpose. One is
reached if any request in it is allowed; it is wider than before if a request in it is allowed that was not.
"""

from enum import StrEnum
from typing import Any

from msgspec import Struct

from glasswork.govern.cedar import Act, Engine, SessionRole
from glasswork.govern.space import Space
from glasswork.policy.rules import Cedar
from glasswork.schema.words import Scope, Zone


class Whose(StrEnum):
    """Whose data: the asking person's, another one person's, or those of several, too few for a release or enough."""

    OWN = "own"
    ANOTHER = "another's"
    FEW = "of few"
    MANY = "of many"


class Cell(Struct, frozen=True, order=True):
    """One cell of the surface."""

    role: SessionRole
    act: Act
    purpose: str
    scope: Scope
    whose: Whose
    zone: Zone
    environment: Zone


def surface(cedar: Cedar) -> list[Cell]:
    """The cells that rules reach, sorted. Raises ValueError for rules that cannot be read."""
    space = Space(Engine(cedar.schema), cedar.rules)
    return sorted(_cells(space, space.allowed(cedar.rules)))


def widened(old: Cedar, new: Cedar) -> list[Cell]:
    """The cells that are wider under `new` rules than under `old` ones, sorted."""
    if (old.rules, old.schema) == (new.rules, new.schema):
        return []
    before = Space(Engine(old.schema), old.rules, new.rules).allowed(old.rules)
    space = Space(Engine(new.schema), old.rules, new.rules)
    return sorted(_cells(space, space.allowed(new.rules) & ~before))


def _cells(space: Space, requests: int) -> list[Cell]:
    """The cells that have any of the requests in them."""
    found: list[tuple[dict[str, Any], int]] = [({}, requests)]
    for axis in ("role", "act", "purpose", "scope", "zone", "environment"):
        masks = [(value, space.fixed(axis, index)) for index, value in enumerate(space.axes[axis])]
        found = [(at | {axis: value}, part) for at, some in found for value, mask in masks if (part := some & mask)]
    people = _whose(space)
    return [Cell(whose=whose, **at) for at, some in found for whose, mask in people.items() if some & mask]


def _whose(space: Space) -> dict[Whose, int]:
    masks = dict.fromkeys(Whose, 0)
    enough = few = 0
    for index, (people, minimum) in enumerate(space.axes["numbers"]):
        if people >= minimum:
            enough |= space.fixed("numbers", index)
        else:
            few |= space.fixed("numbers", index)
    for index, (owner, person) in enumerate(space.axes["standing"]):
        mask = space.fixed("standing", index)
        if owner:
            masks[Whose.OWN if owner == person else Whose.ANOTHER] |= mask
        else:
            masks[Whose.MANY] |= mask & enough
            masks[Whose.FEW] |= mask & few
    return masks
