"""What no rule of access may look like, whatever it means: too broad to be read, or not to be enumerated.

A permit names its roles, its zones and its purposes, none of them of the denied root. Rules use only operators that
cannot err and whose every case can be tried (no arithmetic, no patterns), and name nobody.
"""

from collections.abc import Iterator
from typing import Any, Final

from glasswork.govern.expressions import (
    Expression,
    below,
    entities_in,
    name_of,
    operator,
    parts,
    policies_of,
    scope_of,
)
from glasswork.policy.purposes import DENIED_ROOT, PURPOSES, within

OPERATORS: Final = frozenset(
    {"Value", "Var", "Set", ".", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "!", "in"}
    | {"contains", "containsAll", "containsAny", "isEmpty"}
)
NAMED: Final = frozenset({"Purpose", "Role", "Zone", "Scope", "Action"})

_ROLE: Final[Expression] = {"Var": "principal"}
_RESOURCE: Final[Expression] = {"Var": "resource"}
_ZONE: Final[Expression] = {".": {"left": _RESOURCE, "attr": "zone"}}
_PURPOSE: Final[Expression] = {".": {"left": {"Var": "context"}, "attr": "purpose"}}


def faults(rules: str) -> Iterator[str]:
    """What is wrong with rules, one clause of a sentence each. Nothing for rules that may be signed."""
    try:
        policies = policies_of(rules)
    except ValueError as error:
        yield str(error)
        return
    names = [name_of(policy) for policy in policies]
    if "" in names or len(set(names)) < len(names):
        yield 'each rule needs a name of its own, as @id("…"), which people are told when it decides'
    for policy in policies:
        yield from (f"“{name_of(policy)}” {fault}" for fault in _faults(policy))


def _faults(policy: dict[str, Any]) -> Iterator[str]:
    try:
        heads = {var: scope_of(policy, var) for var in ("principal", "action", "resource")}
    except ValueError as error:
        yield f"cannot be read: {error}"
        return
    bodies: list[Expression] = [condition["body"] for condition in policy["conditions"]]
    for expression in (part for body in (*heads.values(), *bodies) for part in below(body)):
        name, operands = operator(expression)
        if name not in OPERATORS:
            yield f"uses `{name}`, whose cases cannot all be tried"
        if name == "Value" and isinstance(operands, str) and operands:
            yield "has a text of its own, so that it could be about one person"
    named = {entity for body in (*heads.values(), *bodies) for entity in entities_in(body)}
    if others := sorted({kind for kind, _ in named} - NAMED):
        yield f"names a {others[0]}; a rule is about roles, zones, scopes and purposes"
    if unknown := sorted(name for kind, name in named if kind == "Purpose" and name not in PURPOSES):
        yield f"names the purpose {unknown[0]}, which is not in the tree, so it would never be asked for"
    if policy["effect"] == "forbid":
        return
    whens: list[Expression] = [condition["body"] for condition in policy["conditions"] if condition["kind"] == "when"]
    clauses = [*heads.values(), *whens]
    if not any(_bounded(clause, (_ROLE,)) for clause in clauses):
        yield "permits every principal; name the roles (principal in Role::…)"
    if not any(_bounded(clause, (_RESOURCE, _ZONE)) for clause in clauses):
        yield "permits every data set; name the zones (resource in Zone::…)"
    if not any(_bounded(clause, (_PURPOSE,)) for clause in whens):
        yield "permits every purpose; name them (when { context.purpose == Purpose::… })"
    if any(kind == "Purpose" and within(id_, DENIED_ROOT) for kind, id_ in named):
        yield "names a purpose that evaluates individual people, which nothing can permit"


def _bounded(clause: Expression, subjects: tuple[Expression, ...]) -> bool:
    """Whether `clause` can only hold where one of `subjects` is among entities that it names."""
    name, operands = operator(clause)
    match name:
        case "&&":
            return any(_bounded(part, subjects) for part in parts(operands))
        case "||":
            return all(_bounded(part, subjects) for part in parts(operands))
        case "==" | "in":
            return operands["left"] in subjects and _literal(operands["right"])
        case "contains":
            return operands["right"] in subjects and _literal(operands["left"])
        case _:
            return False


def _literal(expression: Expression) -> bool:
    return all(operator(part)[0] in ("Value", "Set") for part in below(expression))
