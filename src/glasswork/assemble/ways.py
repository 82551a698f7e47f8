"""Ways: what different episodes did to reach the same, or to give the same command, and which of two is better.

Ways are compared across the whole data set, without knowing whose they are: only what they reached (`family`), the name
that participants gave the task, the split, and what was seen first. Of each such group only the first few are kept.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from glasswork.assemble.kept import FAMILY, GROUP, Group, Packed, digest, first, keep, pack, settled, trim, unpack
from glasswork.assemble.pair import Kind, Pair, Prompt, Reason, Rejected, alike, bare, prompt_at, state, surely
from glasswork.assemble.record import Record
from glasswork.refine.describe import task_in
from glasswork.refine.family import FURTHER, LONGER, MENUS, NO_STEPS
from glasswork.schema.episode import Label, Signal, Source, Step
from glasswork.schema.words import Effect, Preference

SAID: Final = 0.95
SAID_OF_ONE: Final = 0.6
"""How sure a participant's word is: of two ways that were both spoken of, or of one beside another that was not."""

TASTE: Final = 0.5
"""How sure it is that a shortcut is better than a menu where both were right: less is done, and that is all."""


class Way(msgspec.Struct, frozen=True):
    """One way: from where, what was done, how sure it is that it worked, and by which rule."""

    prompt: Prompt
    steps: tuple[Step, ...]
    confidence: float = 1.0
    rule: str = ""


class Side(StrEnum):
    """What a way is kept as."""

    SHORT = "short"
    LONG = "long"
    SHORTCUT = "shortcut"
    MENU = "menu"
    BETTER = "better"
    WORSE = "worse"
    UNSAID = "none"


Kept = dict[Group, dict[Side, list[Packed]]]
"""The ways that are kept, by group and side: begin with `nothing()`."""


def nothing() -> Kept:
    """No ways yet."""
    return defaultdict(lambda: defaultdict(list))


def gather(kept: Kept, record: Record) -> Iterator[Rejected]:
    """Keep what a record can be compared by; the reasons why it cannot."""
    example = record.example
    if not example.goal:
        yield Rejected(Kind.SHORTER_ROUTE, Reason.NO_GOAL)
        return
    yield from _means(kept, record)
    completed = surely(example.labels, Signal.COMPLETED)
    if completed is None or not example.family:
        yield Rejected(Kind.SHORTER_ROUTE, Reason.NO_FAMILY if completed else Reason.NOT_COMPLETED)
    said = _comparable(record, Kind.HUMAN_PREFERENCE)
    if said is None or (completed is None and example.preferred is Preference.NONE):
        return
    packed = _whole(record, completed)
    keep(kept[said][Side(example.preferred)], 0, packed)
    if completed is not None and example.family:
        length = _length(example.steps)
        group = said._replace(kind=Kind.SHORTER_ROUTE, goal=example.family)
        keep(kept[group][Side.SHORT], length, packed)
        keep(kept[group][Side.LONG], -length, packed)


def _comparable(record: Record, kind: Kind) -> Group | None:
    """The group of a whole example: its task's name, or what it reached; None where neither is known."""
    example = record.example
    name = task_in(example.goal) or example.family
    seen = state(example.steps[0].observation)
    return Group(kind, record.split, name, digest(seen.encode())) if name and example.goal else None


def _length(steps: Iterable[Step]) -> int:
    """How long a way is: its steps without scrolling, waiting and emptying a field."""
    return sum(step.tool not in NO_STEPS for step in steps)


def matched(kept: Kept) -> Iterator[Pair | Rejected]:
    """The pairs of all groups that were gathered, group by group."""
    taken: Counter[tuple[str, ...]] = Counter()
    for group in settled(kept):
        sides = {side: [unpack(way, Way) for way in first(ways)] for side, ways in kept[group].items()}
        found = list(_MATCHES[group.kind](group, sides))
        if not found and sides.keys() != {Side.UNSAID}:
            yield Rejected(group.kind, Reason.NO_PARTNER)
        for item in found:
            family = group[:3]
            if isinstance(item, Pair) and taken[family] >= FAMILY:
                yield Rejected(group.kind, Reason.ENOUGH)
                continue
            taken[family] += isinstance(item, Pair)
            yield item


def contrasts(records: Iterable[Record]) -> Iterator[tuple[Way, Way, str]]:
    """Two completed ways to the same from the same first state, and their split, for somebody to judge.

    At most GROUP / 2 from a group and FAMILY from a family; no way is in two of them.
    """
    kept: dict[Group, list[Packed]] = defaultdict(list)
    taken: Counter[tuple[str, ...]] = Counter()
    for record in records:
        group = _comparable(record, Kind.AI_FEEDBACK)
        completed = surely(record.example.labels, Signal.COMPLETED)
        if group is not None and completed is not None:
            keep(kept[group], 0, _whole(record, completed))
            trim(kept)
    for group in settled(kept):
        ways = [unpack(way, Way) for way in first(kept[group])]
        for one, other in zip(ways[::2], ways[1::2], strict=False):
            if taken[group[:3]] < FAMILY and not alike(one.steps, other.steps, ()):
                taken[group[:3]] += 1
                yield one, other, group.split


def _whole(record: Record, completed: Label | None) -> bytes:
    """A whole example as a packed way."""
    way = Way(prompt_at(record.example, 0), bare(record.example.steps))
    if completed is not None:
        way = msgspec.structs.replace(way, confidence=completed.confidence, rule=completed.rule)
    return pack(way)


def _means(kept: Kept, record: Record) -> Iterator[Rejected]:
    """Keep the commands that were given by a shortcut or by a menu, each with the state it was given from."""
    example = record.example
    for label in example.labels:
        if label.signal not in (Signal.BY_SHORTCUT, Signal.BY_MENU) or label.end != label.start + 1:
            continue
        first, step = label.start, example.steps[label.start]
        while first > 0 and label.start - first < GROUP and _opens_a_menu(example.steps[first - 1]):
            first -= 1
        prompt = prompt_at(example, first)
        if step.effect == Effect.UNCHANGED:
            yield Rejected(Kind.SHORTCUT_OVER_MENU, Reason.NO_EFFECT)
        elif any("value" in each.arguments for each in example.steps[first : label.end]):
            yield Rejected(Kind.SHORTCUT_OVER_MENU, Reason.CARRIES_A_VALUE)
        elif not prompt.observation:
            yield Rejected(Kind.SHORTCUT_OVER_MENU, Reason.NO_OBSERVATION)
        else:
            command = str(step.arguments.get("command", ""))
            group = Group(Kind.SHORTCUT_OVER_MENU, record.split, command, digest(prompt.observation.encode()))
            way = Way(prompt, bare(example.steps[first : label.end]), label.confidence, label.rule)
            side = Side.SHORTCUT if label.signal is Signal.BY_SHORTCUT else Side.MENU
            keep(kept[group][side], 0, pack(way))


def _opens_a_menu(step: Step) -> bool:
    return step.arguments.get("role") in MENUS and "command" not in step.arguments


_Sides = Mapping[Side, Sequence[Way]]


def _shorter(group: Group, sides: _Sides) -> Iterator[Pair | Rejected]:
    """The shortest way beside the longest, the next ones beside each other: so no way is in two pairs."""
    for short, long in zip(sides[Side.SHORT], sides[Side.LONG], strict=True):
        less, more = (_length(way.steps) for way in (short, long))
        if more < less + FURTHER or more < less * LONGER:
            if len(sides[Side.SHORT]) > 1:
                yield Rejected(group.kind, Reason.NOT_LONGER)
            return
        evidence = f"{Signal.COMPLETED} {short.rule} {less} steps, {Signal.COMPLETED} {long.rule} {more} steps"
        yield _pair(group, short, long, evidence, short.confidence * long.confidence)


def _by_shortcut(group: Group, sides: _Sides) -> Iterator[Pair | Rejected]:
    for short, long in zip(sides.get(Side.SHORTCUT, ()), sides.get(Side.MENU, ()), strict=False):
        evidence = f"{Signal.BY_SHORTCUT} {short.rule}, {Signal.BY_MENU} {long.rule}"
        yield _pair(group, short, long, evidence, short.confidence * long.confidence * TASTE)


def _preferred(group: Group, sides: _Sides) -> Iterator[Pair | Rejected]:
    """What was called better, beside what was called worse, then beside what nothing was said of."""
    others = [(way, True) for way in sides.get(Side.WORSE, ())] + [(way, False) for way in sides.get(Side.UNSAID, ())]
    for one, (other, said) in zip(sides.get(Side.BETTER, ()), others, strict=False):
        evidence = "a participant said better" + (", a participant said worse" if said else "")
        yield _pair(group, one, other, evidence, SAID if said else SAID_OF_ONE, Source.PERSON)


_MATCHES: Final = {
    Kind.SHORTER_ROUTE: _shorter,
    Kind.SHORTCUT_OVER_MENU: _by_shortcut,
    Kind.HUMAN_PREFERENCE: _preferred,
}


def _pair(
    group: Group, chosen: Way, rejected: Way, evidence: str, confidence: float, source: Source = Source.RULE
) -> Pair | Rejected:
    if alike(chosen.steps, rejected.steps, chosen.prompt.before):
        return Rejected(group.kind, Reason.ALIKE)
    return Pair(
        kind=group.kind,
        prompt=chosen.prompt,
        chosen=chosen.steps,
        rejected=rejected.steps,
        evidence=evidence,
        confidence=round(confidence, 4),
        source=source,
        split=group.split,
    )
