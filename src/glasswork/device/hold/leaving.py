"""What leaves: records as one run of actions, with the markers that their participant's choices put between them.

A named task is enclosed in its markers. Where something was deleted or withheld in between stands a `gap`, like that
of a lunch: what is left must not look as if one had followed the other, and a deletion must not look like one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from glasswork.device.hold.records import Record
from glasswork.device.hold.spans import Address
from glasswork.device.hold.tasks import Task
from glasswork.schema.action import Action
from glasswork.schema.batch import Held
from glasswork.schema.words import ActionKind, GapClass


@dataclass(frozen=True, slots=True)
class Line:
    """One action as it leaves. `at` is its address, None for a marker; `record` is where it, or what follows, lies."""

    held: Held
    at: Address | None
    record: Record


def leaving(records: Iterable[Record], tasks: Sequence[Task]) -> Iterator[Line]:
    """The records of one batch, in order, as their actions leave. `tasks` are in order too."""
    named = None
    before: tuple[Record, Address, ActionKind] | None = None
    ahead = iter(tasks)
    following = next(ahead, None)
    for record in records:
        for address, item in record.addressed():
            while following is not None and following.last < address:
                following = next(ahead, None)
            inside = following if following is not None and address in following else None
            if named is not None and inside is not named:
                yield _marker(record, Action(kind=ActionKind.TASK))
            if before is not None and not _adjoin(before[0], before[1], address):
                if ActionKind.GAP not in (before[2], item.action.kind):
                    yield _marker(record, Action(kind=ActionKind.GAP, gap=GapClass.IDLE))
                action = msgspec.structs.replace(item.action, gap=GapClass.NONE)
                item = msgspec.structs.replace(item, action=action)
            if inside is not None and inside is not named:
                yield _marker(record, Action(kind=ActionKind.TASK, task=inside.name, preferred=inside.preferred))
            yield Line(item, address, record)
            named, before = inside, (record, address, item.action.kind)
    if named is not None and before is not None:
        yield _marker(before[0], Action(kind=ActionKind.TASK))


def kept_back(records: Iterable[Record], tasks: Sequence[Task], young: Callable[[Record], bool]) -> set[int]:
    """The numbers of the records that do not leave yet: withheld, too young, or of a task of which a part is.

    Half a task under its whole name would teach the wrong thing.
    """
    records = list(records)
    back = {record.id for record in records if record.withheld or young(record)}
    size = -1
    while size != len(back):
        size = len(back)
        for task in tasks:
            whole = {record.id for record in records if task.first[0] <= record.id <= task.last[0]}
            if whole & back:
                back |= whole
    return back


def _marker(record: Record, action: Action) -> Line:
    return Line(Held(action, None, {}), None, record)


def _adjoin(record: Record, one: Address, other: Address) -> bool:
    """Whether nothing was between the two: `record` is that of the first."""
    if one[0] == other[0]:
        return one[1] + 1 == other[1]
    return one == (other[0] - 1, record.appended) and other[1] == 1
