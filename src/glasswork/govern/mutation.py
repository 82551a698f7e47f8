"""The mutation score of rules of access: what if a clause were missing, or said the opposite?

Reviewers read rules, and their tests pass, and yet a clause can be dropped without a test that notices. Here every
rule and every clause, down to each comparison and each member of a list, is dropped, and flipped, in turn. The
bundle's test requests must notice each change, unless no request at all could: such changes are found by
enumerating all requests (`space`), and listed.
"""

import functools
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from glasswork.govern.cedar import Act, Engine, Outcome, Question, SessionRole
from glasswork.govern.expressions import ANY, Expression, name_of, operator, parts, policies_of, text_of, words_of
from glasswork.govern.space import Space
from glasswork.policy.rules import AccessRequest, Cedar

Policy = dict[str, Any]


class Survivor(Struct, frozen=True):
    """A change that the tests do not notice, and a request that would."""

    change: str
    request: AccessRequest
    expected: Outcome


class Score(Struct, frozen=True):
    """Tests that fail on the rules as they are, how many changes the tests notice, and which nobody could."""

    failed: tuple[str, ...]
    killed: int
    survivors: tuple[Survivor, ...]
    equivalents: tuple[str, ...]

    @property
    def share(self) -> float:
        """Of the changes that a request could notice, the share that the tests do. 1.0 where there is none."""
        noticeable = self.killed + len(self.survivors)
        return self.killed / noticeable if noticeable else 1.0


def score(cedar: Cedar) -> Score:
    """Run the tests on the rules and on every change of them. Raises ValueError for rules that cannot be read."""
    engine = Engine(cedar.schema)
    tests = list(_tests(cedar))
    engine.parse(cedar.rules)
    policies = policies_of(cedar.rules)
    base = engine.parse(text_of(policies))
    failed = [
        f"test {number}, {_line(request)}, must be {expected} and is {answer}"
        for number, (request, expected) in enumerate(tests, start=1)
        if (answer := engine.ask(base, question(request)).outcome) is not expected
    ]
    space = Space(engine, cedar.rules)
    allowed, forbidden = space.outcomes(policies)
    killed = 0
    survivors: list[Survivor] = []
    equivalents: list[str] = []
    for change, mutant in mutants(policies):
        changed = engine.parse(text_of(mutant))
        if any(engine.ask(changed, question(request)).outcome is not expected for request, expected in tests):
            killed += 1
            continue
        other_allowed, other_forbidden = space.outcomes(mutant)
        if different := (allowed ^ other_allowed) | (forbidden ^ other_forbidden):
            found = space.first(different)
            survivors.append(Survivor(change, _request(found), engine.ask(base, found).outcome))
        else:
            equivalents.append(change)
    return Score(tuple(failed), killed, tuple(survivors), tuple(sorted(equivalents)))


def question(request: AccessRequest) -> Question:
    """A test request as the rules are asked it. Raises ValueError for a role or an act that there is not."""
    return Question(
        SessionRole(request.role),
        request.environment or request.zone,
        Act(request.act),
        request.zone,
        request.scope,
        frozenset(request.purposes),
        request.purpose,
        request.person,
        request.owner,
        request.people,
        request.minimum_people,
    )


def mutants(policies: list[Policy]) -> Iterator[tuple[str, list[Policy]]]:
    """Every change: its name, which is unique, and the policies with it."""
    seen: dict[str, int] = {}
    for place, policy in enumerate(policies):
        before, after = policies[:place], policies[place + 1 :]
        for what, changed in _changes(policy):
            name = f"{name_of(policy)}: {what}"
            seen[name] = seen.get(name, 0) + 1
            unique = name if seen[name] == 1 else f"{name} ({seen[name]})"
            yield unique, [*before, *([changed] if changed else []), *after]


def _changes(policy: Policy) -> Iterator[tuple[str, Policy | None]]:
    yield "the whole rule dropped", None
    yield (
        "permit for forbid" if policy["effect"] == "forbid" else "forbid for permit",
        policy | {"effect": "permit" if policy["effect"] == "forbid" else "forbid"},
    )
    for var in ("principal", "action", "resource"):
        head = policy[var]
        if head["op"] != "All":
            yield f"any {var}", policy | {var: ANY}
        for index, entity in enumerate(head.get("entities", ())):
            fewer = [*head["entities"][:index], *head["entities"][index + 1 :]]
            yield f"{var} without {entity['id']}", policy | {var: head | {"entities": fewer}}
    conditions = policy["conditions"]
    for index, condition in enumerate(conditions):
        kind, other = condition["kind"], "unless" if condition["kind"] == "when" else "when"
        words = words_of(condition["body"])
        yield f"without {kind} {words}", policy | {"conditions": [*conditions[:index], *conditions[index + 1 :]]}
        for what, body in ((f"{other} for {kind} {words}", condition["body"]), *_within(condition["body"])):
            changed = {"kind": other if body is condition["body"] else kind, "body": body}
            yield what, policy | {"conditions": [*conditions[:index], changed, *conditions[index + 1 :]]}


def _within(expression: Expression) -> Iterator[tuple[str, Expression]]:
    """An expression with one operand of a connective dropped, or one comparison turned, or one member left out."""
    name, operands = operator(expression)
    if name in ("&&", "||"):
        chain = _chain(name, expression)
        for index, part in enumerate(chain):
            yield f"without {words_of(part)}", _joined(name, [*chain[:index], *chain[index + 1 :]])
            for what, changed in _within(part):
                yield what, _joined(name, [*chain[:index], changed, *chain[index + 1 :]])
        return
    if name == "!":
        yield f"without ! of {words_of(operands['arg'])}", operands["arg"]
        yield from ((what, {"!": {"arg": changed}}) for what, changed in _within(operands["arg"]))
        return
    yield f"not {words_of(expression)}", {"!": {"arg": expression}}
    for side in ("left", "right"):
        kind, members = operator(operands[side]) if side in operands else ("", None)
        listed = parts(members) if kind == "Set" else []
        for index, member in enumerate(listed if len(listed) > 1 else ()):
            fewer = {"Set": [*listed[:index], *listed[index + 1 :]]}
            yield f"without {words_of(member)} in {words_of(expression)}", {name: operands | {side: fewer}}


def _chain(name: str, expression: Expression) -> list[Expression]:
    """The operands of a chain of one connective: a && b && c is three."""
    this, operands = operator(expression)
    return [expression] if this != name else [part for side in parts(operands) for part in _chain(name, side)]


def _joined(name: str, chain: list[Expression]) -> Expression:
    return functools.reduce(lambda left, right: {name: {"left": left, "right": right}}, chain)


def _tests(cedar: Cedar) -> Iterator[tuple[AccessRequest, Outcome]]:
    for requests, expected in (
        (cedar.allow, Outcome.ALLOW),
        (cedar.deny, Outcome.DENY),
        (cedar.forbid, Outcome.FORBID),
    ):
        for request in requests:
            yield request, expected


def _request(found: Question) -> AccessRequest:
    return AccessRequest(
        role=found.role,
        act=found.act,
        zone=found.zone,
        environment=None if found.environment == found.zone else found.environment,
        scope=found.scope,
        purposes=tuple(sorted(found.purposes)),
        purpose=found.purpose,
        person=found.person,
        owner=found.owner,
        people=found.people,
        minimum_people=found.minimum_people,
    )


def _line(request: AccessRequest) -> str:
    return f"{request.role} {request.act}s {request.zone} for {request.purpose}"
