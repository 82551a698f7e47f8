"""Tasks: spans of held actions that their participant has named, and which way of doing one was the better.

A task is kept beside the records and not in them. Its markers are put around what is left of its actions when they
leave (leaving.py), so whatever is deleted, every task that begins also ends. No two tasks overlap.
"""

import unicodedata
from dataclasses import dataclass, replace

import msgspec

from glasswork import redact
from glasswork.device import names
from glasswork.device.hold import box, file, records
from glasswork.device.hold.errors import ChoiceRefused
from glasswork.device.hold.handle import Hold
from glasswork.device.hold.spans import Address, Span
from glasswork.redact.gazetteer import Gazetteer
from glasswork.schema.action import MAX_LABEL, Label
from glasswork.schema.words import Preference


@dataclass(frozen=True, slots=True)
class Task:
    """A named span of actions of one day and one context."""

    id: int
    name: str
    preferred: Preference
    first: Address
    last: Address

    def __contains__(self, address: Address) -> bool:
        return self.first <= address <= self.last


class _Sealed(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    name: Label
    preferred: Preference
    first: int
    last: int


def checked_name(text: str, lists: Gazetteer | None) -> str:
    """A task's name as it may leave the device; `lists` are the organisation's names, which may not.

    Raises ChoiceRefused: it says why, and never quotes it.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name or len(name) > MAX_LABEL or not name.isprintable():
        raise ChoiceRefused(
            f"A task's name has 1 to {MAX_LABEL} printable characters. Nothing was changed. Say it in other words."
        )
    try:
        found = redact.hits(name, lists)
    except redact.RedactionFailed:
        found = True
    if found:
        raise ChoiceRefused(
            "That name looks as if it holds something personal: a name, a number, an address or the like. A task's "
            "name leaves this device as you type it, so it was not taken, and nothing was changed. Say what was done, "
            "and not about whom: “answer a customer”, “file an invoice”."
        )
    return name


def tasks(hold: Hold) -> list[Task]:
    """All tasks, in order. One that is damaged is passed over."""
    with hold.lock, file.reading(hold.db):
        return opened(hold)


def name_task(hold: Hold, text: str, span: Span) -> Task:
    """Name the held actions of a span as one task. A task that it overlaps is replaced by it.

    So the ends of a task are set by naming the right span. Raises ChoiceRefused where the name may not leave, nothing
    is left of the span, or it is not of one day and one run of the recorder.
    """
    name = checked_name(text, names.gazetteer(hold.folder, hold.secret()))
    made: list[Task] = []

    def work() -> int:
        within = records.opened(hold, "id BETWEEN ? AND ?", span.first[0], span.last[0])
        meant = [record for _, record in within if record and any(number in span for number, _ in record.addressed())]
        if len({(record.day, record.context) for record in meant}) != 1:
            raise ChoiceRefused(
                "A task lies within one day and one run of the recorder, and what was chosen does not (or is not there "
                "any more). Nothing was changed. Choose its first and its last action again."
            )
        addresses = [address for record in meant for address, _ in record.addressed() if address in span]
        replaced = [task for task in opened(hold) if task.first <= addresses[-1] and addresses[0] <= task.last]
        for task in replaced:
            _delete(hold, task)
        (last,) = hold.db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'task'").fetchone() or (0,)
        made.append(Task(last + 1, name, Preference.NONE, addresses[0], addresses[-1]))
        _write(hold, made[-1])
        return len(replaced)

    with hold.lock:
        file.delete(hold.db, work)
    return made[-1]


def remove_task(hold: Hold, number: int) -> bool:
    """Take a task's name and ends away; its actions stay. False where there is no such task (any more)."""

    def work() -> int:
        found = [task for task in opened(hold) if task.id == number]
        for task in found:
            _delete(hold, task)
        return len(found)

    with hold.lock:
        return file.delete(hold.db, work) == 1


def prefer(hold: Hold, number: int) -> str:
    """Say that this was the better way: of the held tasks of the same name the others are then the worse.

    Returns that name. Raises ChoiceRefused where there is no such task (any more), or only one of its name.
    """
    with hold.lock, file.writing(hold.db):
        found = opened(hold)
        alike = [task for task in found for better in found if better.id == number and task.name == better.name]
        if len(alike) < 2:
            raise ChoiceRefused(
                "To say which way was the better, at least two held tasks must have the same name. Nothing was changed."
            )
        for task in alike:
            _write(hold, replace(task, preferred=Preference.BETTER if task.id == number else Preference.WORSE))
    return alike[0].name


def opened(hold: Hold) -> list[Task]:
    """All tasks that can be read, in order. Within a transaction."""
    found: list[Task] = []
    for number, first, last, sealed in hold.db.execute("SELECT id, first, last, sealed FROM task").fetchall():
        try:
            inside = box.unseal(hold.secret(), _bound(number, first, last), sealed, _Sealed)
        except box.Unreadable:
            continue
        found.append(Task(number, inside.name, inside.preferred, (first, inside.first), (last, inside.last)))
    return sorted(found, key=lambda task: task.first)


def _write(hold: Hold, task: Task) -> None:
    first, last = task.first[0], task.last[0]
    sealed = box.seal(
        hold.secret(),
        _bound(task.id, first, last),
        _Sealed(task.name, task.preferred, task.first[1], task.last[1]),
    )
    hold.db.execute("INSERT OR REPLACE INTO task VALUES (?, ?, ?, ?)", (task.id, first, last, sealed))
    records.unclaim(hold, range(first, last + 1))


def _delete(hold: Hold, task: Task) -> None:
    hold.db.execute("DELETE FROM task WHERE id = ?", (task.id,))
    records.unclaim(hold, range(task.first[0], task.last[0] + 1))


def _bound(number: int, first: int, last: int) -> str:
    return f"task/{number}/{first}/{last}"
