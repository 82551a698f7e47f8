"""R1, who is it: can an episode be told to be one person's, out of a crowd of k?

The attacker holds, of every person in the crowd, all episodes but one, as a profile of what they do and by which
means, and is shown the one that is left. Chance is 1/k. One episode is probed per person: probes of the same person
would not be independent, and the interval too narrow. A nearest-profile attacker is the weakest of those known: that it
fails proves less than that it succeeds.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from glasswork.assemble.record import Record, content_hash
from glasswork.redteam.intervals import clopper_pearson, probes_needed
from glasswork.redteam.report import Attack, Finding, Verdict

MIN_CROWD: Final = 10
"""The smallest crowd, whatever a policy's `minimum_people`: in one of two, twice as good as chance is always."""

MIN_EPISODES: Final = 20
"""Episodes that a person must have for a profile to mean something."""

Profile = dict[tuple[str, ...], float]
"""Shares of what was seen; they add up to 1."""


def identify(people: Mapping[int, Sequence[Record]], crowd: int) -> Finding:
    """Attack records grouped by person, in crowds of so many.

    Crowds and probes are drawn with the data's own hash as the seed: nobody can try again until the verdict suits.
    """
    enough = sorted((own for own in people.values() if len(own) >= MIN_EPISODES), key=content_hash)
    draw = random.Random(content_hash(record for own in enough for record in own))
    draw.shuffle(enough)
    crowds = [enough[start : start + crowd] for start in range(0, len(enough) - crowd + 1, crowd)]
    n, found = len(crowds) * crowd, sum(_found(members, draw) for members in crowds)
    low, high = clopper_pearson(found, n)
    verdict, reason = _judge(n, low, high, 1 / crowd)
    return Finding(
        attack=Attack.IDENTIFICATION,
        verdict=verdict,
        n=n,
        estimate=found / n if n else 0.0,
        low=low,
        high=high,
        chance=1 / crowd,
        linked=1,
        attackers=("nearest_profile",),
        reason=reason,
    )


def profile(record: Record) -> Profile:
    """What an episode shows of habits: tools with command and modality, elements, programs and signals, as shares."""
    seen: Counter[tuple[str, ...]] = Counter()
    for step in record.example.steps:
        arguments = step.arguments
        means = str(arguments.get("modality", ""))
        seen["tool", step.tool, str(arguments.get("command", "")), means] += 1
        seen["element", str(arguments.get("role", "")), str(arguments.get("label", ""))] += 1
        seen["length", str(arguments.get("length", ""))] += 1
    seen.update(("app", app) for app in record.apps)
    seen.update(("signal", label.signal) for label in record.example.labels)
    total = seen.total() or 1
    return {what: count / total for what, count in seen.items()}


def _judge(n: int, low: float, high: float, chance: float) -> tuple[Verdict, str]:
    needed = probes_needed(chance)
    if low > 2 * chance:
        return Verdict.FAIL, "People are told apart by their habits more than twice as often as by guessing."
    if n and high <= 2 * chance:
        return Verdict.PASS, "People are told apart at most twice as often as by guessing, with 95 % confidence."
    return Verdict.INCONCLUSIVE, (
        f"{n} people with {MIN_EPISODES} episodes or more could be attacked in whole crowds; about {needed} would "
        "settle it, if the attack does no better than guessing."
    )


def _found(members: Sequence[Sequence[Record]], draw: random.Random) -> int:
    """How many of the members' probes are closest to their own profile. Ties are broken by lot."""
    probes: list[Profile] = []
    known: list[Profile] = []
    for records in members:
        profiles = [profile(record) for record in records]
        probes.append(profiles.pop(draw.randrange(len(profiles))))
        known.append(_mean(profiles))
    return sum(
        max(range(len(known)), key=lambda other: (_likeness(probe, known[other]), draw.random())) == own
        for own, probe in enumerate(probes)
    )


def _mean(profiles: Sequence[Profile]) -> Profile:
    total: Counter[tuple[str, ...]] = Counter()
    for one in profiles:
        total.update(one)  # pyright: ignore[reportArgumentType] (a Counter adds up any numbers)
    return {what: share / len(profiles) for what, share in total.items()}


def _likeness(one: Profile, other: Profile) -> float:
    """The Bhattacharyya coefficient: 1 for equal shares, 0 for nothing in common."""
    return sum((share * other.get(what, 0.0)) ** 0.5 for what, share in one.items())
