"""A decision: is this session allowed to do this with this data, for this purpose?

Asked is the whole matrix, every role × environment × zone × scope × whose data × purpose × act, each cell once a run
and in random order, with the shipped rules and with a hundred rules (most of which never match, as where many teams
have one each). Each answer is compared with the matrix in plain Python (tests/matrix.py).

Beside it, in the same run: casbin, the usual library for this in pure Python, with the same rules in its own language,
installed into bench/.peers; it has no schema, and cannot be asked whether its rules could err. Its answers are compared
too. It stops at the first rule that denies, and most of the matrix is denied by the second: an open cell is what it
costs where somebody may. And the plain Python, which is what a decision costs that nobody can read, sign, compare or
count.

    python bench/govern_decide.py
"""

import itertools
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from glasswork.govern.decide import Act, Dataset, Rules, Session, SessionRole, decide
from glasswork.policy.purposes import PURPOSES
from glasswork.policy.rules import default_rules
from glasswork.schema.words import Scope, Zone

HERE: Final = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))
from matrix import allowed  # noqa: E402 (the tests are not a package that is installed)

PEERS: Final = HERE / ".peers" / "govern-casbin"
BAR: Final = 100.0
PEOPLE: Final = 5
RUNS: Final = 5
SAMPLE: Final = 4000
Request = tuple[Session, Act, Dataset, str]

_MODEL = """
[request_definition]
r = who, act, what, purpose
[policy_definition]
p = rule, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = eval(p.rule)
"""
_OWN = 'r.what.owner != "" and r.who.person == r.what.owner'
_RIGHTS = 'r.purpose == "rights_request"'
_ONE = f'r.who.role == "owner" and {_OWN} and r.what.people == 1'
_OFFICER = 'r.who.role == "privacy_officer" and r.act'
_TRAINS = " or ".join(
    f'"{purpose}" in r.what.purposes' for purpose in ("train_computer_use_agents", "train_models", "evaluate_models")
)
_RULES = (
    ("r.purpose in r.what.denied", "deny"),
    ("r.who.environment != r.what.zone", "deny"),
    (f'r.what.scope == "self" and not ({_OWN} and (r.who.role == "owner" or r.who.role == "job"))', "deny"),
    (f'r.purpose == "personal_use" and not (r.who.role == "owner" and {_OWN})', "deny"),
    (f'r.purpose == "release" and not (r.what.scope == "programme" and r.what.people >= 5 and ({_TRAINS}))', "deny"),
    *(
        (f'r.who.role == "job" and r.act == "open" and r.what.zone == "{zone}" and r.purpose == "{purpose}"', "allow")
        for zone, purpose in (("actions", "admit"), ("actions", "refine"), ("episodes", "assemble"))
    ),
    ('r.who.role == "job" and r.act == "open" and r.what.zone == "datasets" and r.purpose == "release"', "allow"),
    (f'{_ONE} and r.act == "open" and r.purpose == "personal_use" and r.purpose in r.what.purposes', "allow"),
    (f"{_ONE} and {_RIGHTS}", "allow"),
    (f'{_OFFICER} == "open" and ({_RIGHTS} or r.purpose == "incident")', "allow"),
    (f'{_OFFICER} == "erase" and {_RIGHTS}', "allow"),
)
_PEER = """
import json, sys, time
from types import SimpleNamespace as Thing
import casbin
given = json.load(sys.stdin)
model = casbin.Model(); model.load_model_from_text(given["model"])
enforcer = casbin.Enforcer(model)
for rule, effect in given["rules"]:
    enforcer.add_policy(rule, effect)
requests = [(Thing(**who), act, Thing(**what), purpose) for who, act, what, purpose in given["requests"]]
answers, times = [], []
for request in requests:
    start = time.perf_counter()
    answer = enforcer.enforce(*request)
    times.append(time.perf_counter() - start)
    answers.append(answer)
json.dump([answers, times], sys.stdout)
"""


def requests() -> list[Request]:
    """Every cell of the matrix once, in random order."""
    acting = {SessionRole.OWNER: [("p1", ""), ("p2", "")], SessionRole.JOB: [("job", ""), ("job", "p1")]}
    sessions = [
        Session(principal, role, environment, acts_for)
        for role, environment in itertools.product(SessionRole, Zone)
        for principal, acts_for in acting.get(role, [("somebody", "")])
    ]
    recorded = frozenset({"train_models", "personal_use"})
    datasets = [
        Dataset("d", zone, scope, owner, people, recorded)
        for zone, scope in itertools.product(Zone, Scope)
        for owner, people in (("p1", 1), ("", PEOPLE - 1), ("", PEOPLE))
    ]
    every = [
        (session, act, dataset, purpose)
        for session, dataset, purpose, act in itertools.product(sessions, datasets, PURPOSES, Act)
    ]
    random.Random(5).shuffle(every)
    return every


def rules(count: int) -> Rules:
    """The shipped rules, filled up to `count`."""
    cedar = default_rules()
    more = "".join(
        f'\n@id("team {n}") permit (principal in Role::"auditor", action, resource in Zone::"datasets") '
        f'when {{ context.purpose == Purpose::"incident" && context.people == {n + 1000} }};'
        for n in range(count - cedar.rules.count("@id"))
    )
    return Rules(replace(cedar, rules=cedar.rules + more), policy_hash="0" * 64, minimum_people=PEOPLE)


def timed(asked: list[Request], answer: Callable[[Request], bool]) -> tuple[list[bool], list[float]]:
    """The answers, and the microseconds of each."""
    answers: list[bool] = []
    times: list[float] = []
    for request in asked:
        start = time.perf_counter()
        given = answer(request)
        times.append((time.perf_counter() - start) * 1e6)
        answers.append(given)
    return answers, times


def casbin(asked: list[Request], count: int) -> tuple[list[bool], list[float]] | None:
    """The same of casbin, with as many rules; None where it cannot be installed or run."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--target", str(PEERS), "casbin==1.43.0"],
        capture_output=True, check=False,
    ) if not PEERS.exists() else None  # fmt: skip
    if done is not None and done.returncode:
        return None
    more = [
        [f'r.who.role == "auditor" and r.purpose == "incident" and r.what.people == {n + 1000}', "allow"]
        for n in range(count - len(_RULES))
    ]
    denied = [purpose for purpose, entry in PURPOSES.items() if "individual_evaluation" in (purpose, entry.parent)]
    plain = [
        (
            {"role": session.role, "environment": session.environment, "person": session.person},
            act,
            {
                "zone": dataset.zone,
                "scope": dataset.scope,
                "owner": dataset.owner,
                "people": dataset.people,
                "purposes": sorted(dataset.purposes),
                "denied": denied,
            },
            purpose,
        )
        for session, act, dataset, purpose in asked
    ]
    done = subprocess.run(
        [sys.executable, "-c", _PEER], text=True, capture_output=True, check=False,
        input=json.dumps({"model": _MODEL, "rules": [*_RULES, *more], "requests": plain}),
        env={**os.environ, "PYTHONPATH": str(PEERS)},
    )  # fmt: skip
    if done.returncode:
        return None
    answers, times = json.loads(done.stdout)
    return answers, [seconds * 1e6 for seconds in times]


def middle(times: list[float], share: float = 0.5) -> float:
    return sorted(times)[int(len(times) * share)]


def measure(runs: int = RUNS) -> dict[str, float]:
    """`decision_us`, the median over the matrix (of the middle run), and `cells_exact`: 1 where every cell is right."""
    asked = requests()
    ours = rules(0)
    right = [allowed(*request, PEOPLE) for request in asked]
    medians: list[float] = []
    exact = True
    for _ in range(runs):
        answers, times = timed(asked, lambda request: decide(ours, *request).allowed)
        exact = exact and answers == right
        medians.append(middle(times))
    return {"decision_us": middle(medians), "cells_exact": float(exact)}


def main() -> None:
    asked = requests()
    right = [allowed(*request, PEOPLE) for request in asked]
    print(f"{len(asked):,} cells, {sum(right):,} of them open; {RUNS} runs, microseconds of one decision")
    ratio: dict[int, list[float]] = {}
    for count in (0, 100):
        ours = rules(count)
        every: list[float] = []
        medians: list[float] = []
        peers: list[float] = []
        opened: list[float] = []
        peers_opened: list[float] = []
        wrong = {"ours": 0, "casbin": 0}
        for _ in range(RUNS):
            answers, times = timed(asked, lambda request, ours=ours: decide(ours, *request).allowed)
            wrong["ours"] += sum(a != b for a, b in zip(answers, right, strict=True))
            every += times
            medians.append(middle(times))
            opened += itertools.compress(times, right)
            if peer := casbin(asked[:SAMPLE], count):
                wrong["casbin"] += sum(a != b for a, b in zip(peer[0], right, strict=False))
                peers.append(middle(peer[1]))
                peers_opened += itertools.compress(peer[1], right)
        name = f"{count or default_rules().rules.count('@id')} rules"
        print(
            f"{name:<10} {middle(medians):7.1f} ({min(medians):.1f}..{max(medians):.1f} by run), "
            f"p99 {middle(every, 0.99):.1f}, {middle(opened):.1f} for an open cell, {wrong['ours']} cells wrong"
        )
        if not peers:
            print("  casbin could not be installed or run here")
            continue
        ratio[count] = [peer / own for peer, own in zip(peers, medians, strict=True)]
        low, mid, high = min(ratio[count]), middle(ratio[count]), max(ratio[count])
        print(
            f"  casbin   {middle(peers):7.1f} ({min(peers):.1f}..{max(peers):.1f}), {wrong['casbin']} cells wrong: "
            f"{'won' if mid >= 1 else 'lost'}, {mid:.2f}× ({low:.2f}..{high:.2f}); {middle(peers_opened):.0f} for an "
            f"open cell: {middle(peers_opened) / middle(opened):.0f}×"
        )
    plain = middle(timed(asked, lambda request: allowed(*request, PEOPLE))[1])
    found = measure()
    print(f"plain Python, nothing to read or sign: {plain:.1f}, lost to it, {found['decision_us'] / plain:.0f}×")
    print(f"decision_us: {'met' if found['decision_us'] <= BAR else 'lost'} ({found['decision_us']:.1f}, bar {BAR:g})")
    ratios = " ".join(f"casbin_ratio_{count or 'few'}={middle(values):.2f}" for count, values in ratio.items())
    print(f"govern_decide: decision_us={found['decision_us']:.1f} cells_exact={found['cells_exact']:.0f} {ratios}")


if __name__ == "__main__":
    main()
