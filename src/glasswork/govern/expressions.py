"""Cedar's JSON form of rules: read, split into what is decided apart, and written as text again."""
# pyright: reportUnknownMemberType=false
# (cedarpy's signatures have bare `dict`s)

import json
import re
from collections.abc import Iterator
from typing import Any, Final, cast

import cedarpy

Expression = dict[str, Any]
"""One operator and its operands, as in {"&&": {"left": …, "right": …}}."""

ANY: Final = {"op": "All"}
TRUE: Final[Expression] = {"Value": True}


def policies_of(rules: str) -> list[dict[str, Any]]:
    """The policies in Cedar text, in their order there. Raises ValueError for text that is none, or has templates."""
    found = json.loads(cedarpy.policies_to_json_str(rules))
    if found["templates"]:
        raise ValueError("the rules have a template, which stands for rules that nobody has read")
    static = found["staticPolicies"]
    return [static[f"policy{number}"] for number in range(len(static))]


def text_of(policies: list[dict[str, Any]]) -> str:
    """Policies as Cedar text."""
    static = {f"policy{number}": policy for number, policy in enumerate(policies)}
    return cedarpy.policies_from_json_str(json.dumps({"staticPolicies": static, "templates": {}, "templateLinks": []}))


def name_of(policy: dict[str, Any]) -> str:
    """What a person is told when the policy decides."""
    return str(policy.get("annotations", {}).get("id", ""))


def policy_when(body: Expression) -> dict[str, Any]:
    """A permit whose only condition is `body`."""
    return {
        "effect": "permit",
        "principal": ANY,
        "action": ANY,
        "resource": ANY,
        "conditions": [{"kind": "when", "body": body}],
    }


def words_of(body: Expression) -> str:
    """An expression as Cedar text on one line."""
    text = " ".join(text_of([policy_when(body)]).split())
    text = text[text.index("when {") + len("when {") : text.rindex("}")].strip()
    return re.sub(r"(?<!\w)\((\w+\.\w+)\)", r"\1", text)


def scope_of(policy: dict[str, Any], var: str) -> Expression:
    """What the head of a policy asks of `principal`, `action` or `resource`, as an expression."""
    head = policy[var]
    if head["op"] == "All":
        return TRUE
    if head["op"] not in ("==", "in"):
        raise ValueError(f"the head of a rule constrains its {var} with `{head['op']}`, which is not known here")
    if "entities" in head:
        right: Expression = {"Set": [{"Value": {"__entity": entity}} for entity in head["entities"]]}
    else:
        right = {"Value": {"__entity": head["entity"]}}
    return {head["op"]: {"left": {"Var": var}, "right": right}}


def may_match(policy: dict[str, Any], role: str, act: str, zone: str) -> bool:
    """Whether the head of a policy lets it be about this role, act and zone. True where that cannot be told."""
    for var, kind, id_ in (("principal", "Role", role), ("action", "Action", act), ("resource", "Zone", zone)):
        head = policy[var]
        named = head.get("entities", [head["entity"]] if "entity" in head else [])
        if named and all(entity["type"] == kind and entity["id"] != id_ for entity in named):
            return False
    return True


def operator(expression: Expression) -> tuple[str, Any]:
    """The operator and what it is applied to."""
    ((name, operands),) = expression.items()
    return name, operands


def parts(operands: Any) -> list[Expression]:
    """The expressions directly below an operator."""
    if isinstance(operands, list):
        return cast("list[Expression]", operands)
    if not isinstance(operands, dict):
        return []
    named = cast("dict[str, Expression]", operands)
    return [named[key] for key in ("left", "right", "arg") if key in named]


def below(expression: Expression) -> Iterator[Expression]:
    """An expression and all that lie in it, from the outside in."""
    yield expression
    name, operands = operator(expression)
    if name not in ("Value", "Var"):
        for part in parts(operands):
            yield from below(part)


def entities_in(expression: Expression) -> Iterator[tuple[str, str]]:
    """The type and id of every entity that an expression names."""
    for part in below(expression):
        value = part.get("Value")
        if isinstance(value, dict) and "__entity" in value:
            yield value["__entity"]["type"], value["__entity"]["id"]
