"""The timeline: what is held of one day as it would leave, cut where its participant was away, and by program."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from glasswork.device.hold import Hold, Line, Span, Task, kept_back, leaving, review, tasks
from glasswork.schema.words import ActionKind, GapClass

LINES: Final = 1_000
"""The most lines of one page."""


@dataclass(frozen=True, slots=True)
class Block:
    """What was done in one program, without a break."""

    app: str
    lines: tuple[Line, ...]

    def span(self) -> Span | None:
        """From its first action to its last; None where it has markers only."""
        return span_of(self.lines)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was done between two absences. `began` is the participant's own clock, and stays on the device."""

    began: datetime
    blocks: tuple[Block, ...]

    def span(self) -> Span | None:
        """From its first action to its last; None where it has markers only."""
        return span_of([line for block in self.blocks for line in block.lines])


@dataclass(frozen=True, slots=True)
class Day:
    """One page of one day. `back` are the records that do not leave yet, `damaged` how many cannot be read."""

    stretches: tuple[Stretch, ...]
    tasks: tuple[Task, ...]
    back: frozenset[int]
    page: int
    pages: int
    damaged: int


def of_day(hold: Hold, day: str, page: int) -> Day:
    """The timeline of one day (ISO date), `page` counted from 0. Raises what `hold.review` does."""
    held, named = review(hold, day), tasks(hold)
    lines = [
        line for _, run in groupby(held.records, key=lambda record: record.context) for line in leaving(run, named)
    ]
    pages = max(1, -(-len(lines) // LINES))
    page = min(max(page, 0), pages - 1)
    shown = lines[page * LINES : (page + 1) * LINES]
    numbers = {record.id for record in held.records}
    return Day(
        tuple(_stretches(shown)),
        tuple(task for task in named if not numbers.isdisjoint(range(task.first[0], task.last[0] + 1))),
        frozenset(kept_back(held.records, named, lambda record: False)),
        page,
        pages,
        held.damaged,
    )


def span_of(lines: Iterable[Line]) -> Span | None:
    """From the first action of these lines to the last; None where they are markers only."""
    addresses = [line.at for line in lines if line.at is not None]
    return Span(addresses[0], addresses[-1]) if addresses else None


def _stretches(lines: Sequence[Line]) -> Iterator[Stretch]:
    """Cut before a gap, an idle time, and another run of the recorder."""
    run: list[Line] = []
    for line in lines:
        action = line.held.action
        away = action.kind is ActionKind.GAP or action.gap is GapClass.IDLE
        if run and (away or line.record.context != run[-1].record.context):
            yield _stretch(run)
            run = []
        run.append(line)
    if run:
        yield _stretch(run)


def _stretch(lines: Sequence[Line]) -> Stretch:
    """A marker that begins a task belongs to the program of what follows it, any other to that of what is before."""
    blocks: list[tuple[str, list[Line]]] = []
    ahead: list[Line] = []
    for line in lines:
        ahead.append(line)
        if line.held.action.task:
            continue
        app = line.held.action.app
        if blocks and (app in ("", blocks[-1][0]) or not blocks[-1][0]):
            name, inside = blocks[-1]
            inside.extend(ahead)
            blocks[-1] = (name or app, inside)
        else:
            blocks.append((app, ahead))
        ahead = []
    if ahead:  # at the end of a page
        blocks.append(("", ahead))
    began = datetime.fromtimestamp(lines[0].record.moment.wall).astimezone()
    return Stretch(began, tuple(Block(app, tuple(inside)) for app, inside in blocks))
