"""Every request there can be, and what rules make of each.

The requests are finite, up to what rules can tell apart: roles × environments × acts × zones × scopes × recorded
purposes × purposes × who is asking for whose × how many people. A set of them is one large integer with a bit for
each. Cedar evaluates every comparison (an atom) on the cases it can tell apart; `&&`, `||` and `!` between atoms, and
permits and forbids between rules, are set operations. Rules that `lint` and Cedar's strict validation let through
cannot err, so this is what Cedar itself would answer; a test compares the two.
"""

import itertools
import json
from collections.abc import Callable
from typing import Any, Final

from glasswork.govern.cedar import LISTABLE, Act, Engine, Outcome, Question, SessionRole
from glasswork.govern.expressions import (
    Expression,
    below,
    operator,
    parts,
    policies_of,
    policy_when,
    scope_of,
    text_of,
)
from glasswork.policy.purposes import PURPOSES
from glasswork.schema.words import Scope, Zone

STANDINGS: Final = (("", ""), ("", "p"), ("p", ""), ("p", "p"), ("p", "q"))
"""Owner and person. Rules hold no names, so they cannot tell one pair of names from another."""

_SEEN: Final = {
    ("principal", "environment"): ("environment",),
    ("principal", ""): ("role", "environment"),
    ("resource", "zone"): ("zone",),
    ("resource", "scope"): ("scope",),
    ("resource", "purposes"): ("purposes",),
    ("resource", ""): ("zone", "scope", "purposes"),
    ("action", ""): ("act",),
    ("context", "purpose"): ("purpose",),
    ("context", "owner"): ("standing",),
    ("context", "person"): ("standing",),
    ("context", "people"): ("numbers",),
    ("context", "minimum_people"): ("numbers",),
}
"""What of a request a variable and its attribute depend on."""


class Space:
    """All requests that some rules can tell apart. A set of requests is an integer; `Space.all` is every one."""

    def __init__(self, engine: Engine, *rules: str) -> None:
        """`rules` are all that will be compared in this space. Raises ValueError where they cannot be read."""
        self.engine = engine
        numbers = _numbers({literal for text in rules for literal in _literals(text)})
        subsets = (frozenset(c) for n in range(len(LISTABLE) + 1) for c in itertools.combinations(LISTABLE, n))
        self.axes: dict[str, tuple[Any, ...]] = {
            "role": tuple(SessionRole),
            "act": tuple(Act),
            "purpose": tuple(PURPOSES),
            "scope": tuple(Scope),
            "zone": tuple(Zone),
            "environment": tuple(Zone),
            "standing": STANDINGS,
            "numbers": numbers,
            "purposes": tuple(subsets),
        }
        self.widths: dict[str, int] = {}
        self.size = 1
        for axis, values in reversed(self.axes.items()):
            self.widths[axis] = self.size
            self.size *= len(values)
        self.all = (1 << self.size) - 1
        self._atoms: dict[str, int] = {}
        self._policies: dict[str, int] = {}

    def outcomes(self, policies: list[dict[str, Any]]) -> tuple[int, int]:
        """The requests that policies (Cedar's JSON) allow, and those they forbid."""
        permitted = forbidden = 0
        for policy in policies:
            if policy["effect"] == "permit":
                permitted |= self.matched(policy)
            else:
                forbidden |= self.matched(policy)
        return permitted & ~forbidden, forbidden

    def allowed(self, rules: str) -> int:
        """The requests that rules allow."""
        return self.outcomes(policies_of(rules))[0]

    def matched(self, policy: dict[str, Any]) -> int:
        """The requests that one policy is about, whatever its effect."""
        key = json.dumps([policy[part] for part in ("principal", "action", "resource", "conditions")])
        if key not in self._policies:
            found = self.all
            for var in ("principal", "action", "resource"):
                found &= self._where(scope_of(policy, var))
            for condition in policy["conditions"]:
                held = self._where(condition["body"])
                found &= held if condition["kind"] == "when" else self.all ^ held
            self._policies[key] = found
        return self._policies[key]

    def fixed(self, axis: str, index: int) -> int:
        """The requests with the value at `index` of an axis."""
        return self._spread(frozenset({axis}), lambda at: at[axis] == index)

    def first(self, requests: int) -> Question:
        """One of a set of requests that is not empty."""
        place = (requests & -requests).bit_length() - 1
        return self.at({axis: place // self.widths[axis] % len(self.axes[axis]) for axis in self.axes})

    def at(self, indices: dict[str, int]) -> Question:
        """The request with these indices; 0 for an axis that is left out."""
        value = {axis: values[indices.get(axis, 0)] for axis, values in self.axes.items()}
        (owner, person), (people, minimum) = value.pop("standing"), value.pop("numbers")
        return Question(**value, owner=owner, person=person, people=people, minimum_people=minimum)

    def _where(self, expression: Expression) -> int:
        name, operands = operator(expression)
        if name in ("&&", "||"):
            left, right = (self._where(part) for part in parts(operands))
            return left & right if name == "&&" else left | right
        if name == "!":
            return self.all ^ self._where(operands["arg"])
        key = json.dumps(expression)
        if key not in self._atoms:
            self._atoms[key] = self._atom(expression)
        return self._atoms[key]

    def _atom(self, expression: Expression) -> int:
        if expression == {"Value": True}:
            return self.all
        policies = self.engine.parse(text_of([policy_when(expression)]))

        def holds(at: dict[str, int]) -> bool:
            answer = self.engine.ask(policies, self.at(at))
            if answer.outcome is Outcome.ERROR:
                raise ValueError("a part of a rule cannot be evaluated by itself, so its cases cannot be tried")
            return answer.outcome is Outcome.ALLOW

        return self._spread(_axes_of(expression), holds)

    def _spread(self, axes: frozenset[str], holds: Callable[[dict[str, int]], bool]) -> int:
        """The set of requests for whose values on `axes` alone `holds` is true."""
        names = list(self.axes)

        def below_axis(depth: int, at: dict[str, int]) -> int:
            if not axes - at.keys():
                width = self.widths[names[depth - 1]] if depth else self.size
                return ((1 << width) - 1) if holds(at) else 0
            name = names[depth]
            width, found, same = self.widths[name], 0, 0
            for index in range(len(self.axes[name])):
                if name in axes:
                    same = below_axis(depth + 1, at | {name: index})
                elif index == 0:
                    same = below_axis(depth + 1, at)
                found |= same << (index * width)
            return found

        return below_axis(0, {})


def _axes_of(expression: Expression) -> frozenset[str]:
    """What an expression depends on: the attributes of variables that it reads, or a variable as a whole."""
    name, operands = operator(expression)
    if name == "Value":
        return frozenset()
    if name == "Var":
        return _axes(operands, "")
    if name == "." and "Var" in operands["left"]:
        return _axes(operands["left"]["Var"], operands["attr"])
    return frozenset[str]().union(*(_axes_of(part) for part in parts(operands)))


def _axes(variable: str, attribute: str) -> frozenset[str]:
    if (variable, attribute) not in _SEEN:
        raise ValueError(f"a rule reads `{variable}.{attribute}`, of which this program does not know every case")
    return frozenset(_SEEN[variable, attribute])


def _literals(rules: str) -> set[int]:
    """The whole numbers that rules hold."""
    return {
        part["Value"]
        for policy in policies_of(rules)
        for condition in policy["conditions"]
        for part in below(condition["body"])
        if type(part.get("Value")) is int
    }


def _numbers(literals: set[int]) -> tuple[tuple[int, int], ...]:
    """How many people the data are of, and the least a release needs: on both sides of all that they are compared to.

    The least is 1, as where a person is alone, or greater than every number in the rules.
    """
    greater = max({1, *literals}) + 2
    near = {0, 1, 2, greater - 1, greater, greater + 1} | {n + d for n in literals for d in (-1, 0, 1) if n + d >= 0}
    return tuple((people, minimum) for minimum in (1, greater) for people in sorted(near))
