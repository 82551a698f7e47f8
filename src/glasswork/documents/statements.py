"""Statements: what the card, Croissant and the provenance record all say, each derived from the facts once.

A sentence here is either true of every data set that this program makes, or is made of facts. What only people can know
is OPEN: it is marked, and never made up.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from glasswork.assemble.decontamination import STEPS, WORDS
from glasswork.assemble.duplicates import N
from glasswork.assemble.recipe import By
from glasswork.assemble.selection import Dropped
from glasswork.assemble.surrogates import NOTICE
from glasswork.documents.facts import RECORDED_HERE, Facts
from glasswork.vault.influence import EQUAL_SHARES

OPEN: Final = "Open: "
"""Begins everything that a person has to say, because no program can know it."""

PRIVATE: Final = "One person's own work, for that person alone. It must not be passed on or merged."

RECORDED: Final = (
    "People who take part let a recorder on their own computer note what is done in the programs that a signed policy "
    "lists: actions, elements and commands, and that something was typed, never what. They see everything before it is "
    "sent, and may delete it."
)
RAW: Final = (
    "None is kept. Input events become actions on the participant's computer within seconds. No picture, no text that "
    "was written, and no time finer than a week is in the data."
)
OUT_OF_SCOPE: Final = (
    "Never allowed, whatever a policy says: judging a person by this data (performance, discipline, attendance, "
    "emotion). Finding out whose work it is, or joining it with other data about people, is no purpose that anybody "
    "agreed to."
)
NO_VERDICT: Final = (
    "A signal has a rule and a confidence, and says nothing about a person; `completed` is not `correct`."
)
ANNOTATION: Final = f"Signals are found by rules, none by hand. {NO_VERDICT}"
ANNOTATORS: Final = (
    "Rules of this program. A participant may say in review which way of doing a task is the better one; nothing about "
    "participants is in the data."
)
LIMITS: Final = (
    NO_VERDICT,
    "What the recorder was not allowed to see is missing, and so are pointer paths, exact texts and pixels.",
    "A Screen is what accessibility interfaces tell, which leave out what programs do not describe.",
    "The rules were measured on scripted work, not on this data set.",
)
MAINTENANCE: Final = (
    "An erasure cannot reach copies. It is flagged in the audit log and in every later release of this name; "
    "check with `glasswork verify release` before each use."
)
DISTINCT: Final = "Ids and the order of examples are random and link to nothing outside the release."


def percent(share: float) -> str:
    """A share of 1 in whole percent."""
    return f"{share * 100:.0f} %"


def description(facts: Facts) -> str:
    """What the data set is, in two sentences."""
    contents = facts.contents
    return (
        f"{contents.examples} examples ({contents.steps} steps) of computer work: what was done, never what was "
        "written. Each is a goal, observations as redacted text trees, and tool calls in which values are slots."
    )


def timeframe(facts: Facts) -> tuple[str, str] | None:
    """The Monday of the first week and the Sunday of the last one, as ISO dates; None where no week is told."""
    days: list[date] = []
    for week in facts.contents.weeks:
        try:
            days += [date.fromisoformat(f"{week}-1"), date.fromisoformat(f"{week}-7")]
        except ValueError:  # a recording of others need not say when it was
            continue
    return (min(days).isoformat(), max(days).isoformat()) if days else None


def collection(facts: Facts) -> Iterator[str]:
    """How the data were collected: recorded here, or imported from what others recorded."""
    bases = facts.contents.bases
    if bases.get(RECORDED_HERE):
        yield RECORDED
    if imported := sum(count for basis, count in bases.items() if basis != RECORDED_HERE):
        yield f"{imported} examples were imported from recordings by others, on the basis that they stated."


def missing(facts: Facts) -> Iterator[str]:
    """What is not in the data, and why."""
    count = facts.contents.suppressed
    yield f"Left out by the recorder (secret fields, programs that are not listed): {count} times."
    if facts.terms.sampling_share < 1:
        yield f"Days are recorded by chance, {percent(facts.terms.sampling_share)} of them."
    if facts.made is None:
        return
    if facts.made.dropped:
        reasons = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in facts.made.dropped.items())
        yield f"Of {facts.made.episodes} episodes, {sum(facts.made.dropped.values())} are in no example: {reasons}."
    if facts.made.tombstones:
        yield f"Participant-days that were erased, as somebody wished: {facts.made.tombstones}."


def protection(facts: Facts) -> Iterator[str]:
    """What was done to keep content and people out of the data."""
    yield "On the device: secret fields left out, values made numbered slots, labels outside a vocabulary dropped."
    yield "At admission: redacted once more; a batch in which anything is found is quarantined."
    if facts.private:
        return
    yield f"Words that fewer than {facts.terms.minimum_people} people have are replaced by their role or category."
    if facts.made is not None:
        cap = facts.made.recipe.cap
        share = f", and none more than {percent(cap)} of all" if cap < 1 else ""
        yield f"When it was built, nobody gave more than {EQUAL_SHARES} times an equal share of the examples{share}."


def preparation(facts: Facts) -> Iterator[str]:
    """How actions became examples, and examples parts."""
    yield "Cut into episodes, one task each; signals found by rules; described in plain words."
    made = facts.made
    if made is None:
        return
    recipe, split = made.recipe, made.recipe.split
    if len(split.shares) > 1:
        shares = ", ".join(f"{part} {percent(share)}" for part, share in split.shares.items())
        yield f"Split by {split.by} ({shares}): no {split.by} is in two parts."
        what = (
            "Families that they connect are in one part."
            if split.by is By.FAMILY
            else f"Dropped because they were in other parts: {made.dropped.get(Dropped.NEAR_DUPLICATE, 0)}."
        )
        yield (
            f"Near-duplicates (similarity of {recipe.near_duplicates.threshold:g} or more, MinHash over {N}-grams of "
            f"actions) are never in two parts. {what}"
        )
    if recipe.decontaminate is None:
        yield "Not compared with the tasks of any benchmark."
        return
    yield (
        f"Compared with a list of benchmark tasks (SHA-256 `{recipe.decontaminate.sha256}`; {WORDS} words of the goal "
        f"or {STEPS} steps in a row). Dropped: {made.dropped.get(Dropped.BENCHMARK, 0)} episodes."
    )


def values(facts: Facts) -> str:
    """What stands in the place of values."""
    if facts.made is not None and facts.made.recipe.surrogates:
        return f"In the exports, {NOTICE[0].lower()}{NOTICE[1:]} The canonical records keep the slots."
    return "Nothing is filled in: values are slots everywhere."


def personal(facts: Facts) -> Iterator[str]:
    """What of people is in the data, and how long it is kept."""
    kept = facts.terms.retention
    yield f"Scope `{facts.terms.scope}`. Linked records of one person remain personal data: habits identify people."
    yield DISTINCT
    yield (
        f"The zone keeps actions {kept.actions} days, episodes {kept.episodes}, data sets {kept.datasets}; copies that "
        "left it cannot be called back."
    )


def biases(facts: Facts) -> Iterator[str]:
    """What the counts show of imbalance, and what they cannot show."""
    parts = facts.contents.parts
    for what, name in (("program", "apps"), ("kind of action", "tools"), ("outcome", "outcomes")):
        shares = ", ".join(f"{percent(getattr(balance, name).top)} in {part}" for part, balance in parts.items())
        if shares:
            yield f"Share of the most frequent {what}: {shares}."
    yield f"{OPEN}who took part and who did not, which is not in the data."


def impact(facts: Facts) -> str:
    """What the data set may do to people: not for a program to say."""
    known = f" The impact assessment that was signed for has SHA-256 `{facts.terms.assessment}`."
    return f"{OPEN}the social impact of its use.{known if facts.terms.assessment else ''}"
