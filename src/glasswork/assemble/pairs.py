"""Pairs: the preferences in a data set, each with its evidence (docs/preferences.md).

pairs(records)      the pairs: errors that were mended, then ways that were compared
weighed(records)    the same, and with them everything that is no pair, and why
yields(items)       how many there are of each
unpaired(record)    whether an example is a good one or not, for KTO

All of it is a function of records alone. It compares ways of working and no people: a record does not say whose it is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from glasswork.assemble.kept import FAMILY, Group, Packed, digest, first, keep, pack, settled, trim, unpack
from glasswork.assemble.pair import Kind, Pair, Prompt, Reason, Rejected, surely
from glasswork.assemble.record import Record
from glasswork.assemble.recovery import recoveries
from glasswork.assemble.ways import gather, matched, nothing
from glasswork.schema.episode import Signal

__all__ = [
    "Kind",
    "Pair",
    "Prompt",
    "Reason",
    "Rejected",
    "Unpaired",
    "Yield",
    "pairs",
    "unpaired",
    "weighed",
    "yields",
]


class Unpaired(msgspec.Struct, frozen=True):
    """An example that stands on its own: whether it is one to learn from, the rule that says so, how sure it is."""

    desirable: bool
    evidence: str
    confidence: float


class Yield(msgspec.Struct, frozen=True):
    """How many pairs of each kind there are, and how many candidates were none, by kind and reason."""

    pairs: dict[str, int]
    rejected: dict[str, dict[str, int]]


def pairs(records: Iterable[Record]) -> Iterator[Pair]:
    """The pairs in the records, each kind by family and state: ids and the order of the records have no part in it."""
    return (item for item in weighed(records) if isinstance(item, Pair))


def weighed(records: Iterable[Record]) -> Iterator[Pair | Rejected]:
    """Everything that looked like a pair. Goes through the records once, in memory that has a bound."""
    ways = nothing()
    mended: dict[Group, list[Packed]] = defaultdict(list)
    found = 0
    for record in records:
        for item in recoveries(record):
            if isinstance(item, Pair):
                found += 1
                keep(mended[_error(record.example.family, item)], 0, pack(item))
            else:
                yield item
        yield from gather(ways, record)
        trim(mended)
        trim(ways)
    few = _few(mended)
    yield from few
    yield from (Rejected(Kind.ERROR_RECOVERY, Reason.ENOUGH) for _ in range(found - len(few)))
    yield from matched(ways)


def _error(family: str, pair: Pair) -> Group:
    """The group of a recovery: its family, or what was done in vain, and the state."""
    vain = digest(msgspec.msgpack.encode([(step.tool, step.arguments) for step in pair.rejected])).hex()
    return Group(pair.kind, pair.split, family or vain, digest(pair.prompt.observation.encode()))


def _few(mended: Mapping[Group, list[Packed]]) -> list[Pair]:
    """No more recoveries than a group and a family may have."""
    taken: Counter[tuple[str, ...]] = Counter()
    few: list[Pair] = []
    for group in settled(mended):
        pairs = [unpack(item, Pair) for item in first(mended[group])][: FAMILY - taken[group[:3]]]
        taken[group[:3]] += len(pairs)
        few += pairs
    return few


def yields(items: Iterable[Pair | Rejected]) -> Yield:
    """Count what `weighed` found, by name."""
    found: Counter[str] = Counter()
    rejected: dict[str, Counter[str]] = {}
    for item in items:
        if isinstance(item, Pair):
            found[str(item.kind)] += 1
        else:
            rejected.setdefault(str(item.kind), Counter())[str(item.reason)] += 1
    return Yield(
        {kind: found[kind] for kind in sorted(found)},
        {kind: dict(sorted(rejected[kind].items())) for kind in sorted(rejected)},
    )


def unpaired(record: Record) -> Unpaired | Rejected:
    """What the outcome of an example says of it: completed or abandoned; what was interrupted says nothing."""
    example = record.example
    completed, abandoned = (surely(example.labels, signal) for signal in (Signal.COMPLETED, Signal.ABANDONED))
    if not example.goal:
        return Rejected(Kind.OUTCOME, Reason.NO_GOAL)
    if example.outcome == Signal.COMPLETED and completed is not None:
        return Unpaired(True, f"{completed.signal} {completed.rule}", completed.confidence)
    if surely(example.labels, Signal.INTERRUPTED) is not None:
        return Rejected(Kind.OUTCOME, Reason.INTERRUPTED)
    if example.outcome == Signal.ABANDONED and abandoned is not None:
        return Unpaired(False, f"{abandoned.signal} {abandoned.rule}", abandoned.confidence)
    return Rejected(Kind.OUTCOME, Reason.NOT_COMPLETED)
