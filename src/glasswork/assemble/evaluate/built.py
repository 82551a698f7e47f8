"""Built: evaluate a data set that lies in the vault, beside the episodes it was made of.

Two rooms are entered by two sessions, each decided on and logged: the zone `datasets` for what a trainer would get
(which no job may open that holds fewer people than the policy says), the zone `episodes` for the most detailed view.
Only the report comes out.
"""

from collections.abc import Callable, Sequence

import msgspec

from glasswork.assemble import load
from glasswork.assemble.evaluate.errors import TooFewPeople
from glasswork.assemble.evaluate.features import detailed, released
from glasswork.assemble.evaluate.measure import Case, Moments, drawn, measure
from glasswork.assemble.evaluate.report import Evaluation, HeldOut
from glasswork.assemble.record import TRAIN, Record
from glasswork.govern.decide import Session
from glasswork.refine.job import EPISODES
from glasswork.refine.rows import episodes_of
from glasswork.schema.words import Zone
from glasswork.vault import access
from glasswork.vault.handle import Vault

Progress = Callable[[int, int], None]


def evaluate(
    vault: Vault, name: str, session: Session, *, seed: int = 0, progress: Progress | None = None
) -> Evaluation:
    """What the built data set `name` teaches; for an owner's session, their private build of that name.

    `session` is one of the zone `datasets`. People are held out where there are several, else families of tasks. The
    same data and seed give the same numbers. Raises NotBuilt, TooFewPeople, TooLittle, and what `access.open` raises.
    """
    private = load.is_private(session)
    parts = list(load.partitions(vault, name, session))
    owners = access.owners(vault, load.dataset(vault, name, session))
    whose = {record.example.id: owners[part] for part, records in parts if part in owners for record in records}
    records = [
        record for _, part in parts for record in part if record.example.id in whose
    ]  # not what was erased since
    people = len(set(whose.values()))
    least = 1 if private else max(vault.approved.policy.minimum_people, 2)
    if people < least:
        raise TooFewPeople(
            f"A report is about {least} people or more, and there are {people} in this data set. Nothing was measured."
        )
    used = drawn(((record.example.id, len(record.example.steps)) for record in records), seed)
    views = _detailed(vault, used, session)
    by = HeldOut.PEOPLE if people > 1 else HeldOut.FAMILY
    cases = [
        Case(
            id=record.example.id,
            group=str(whose[record.example.id]) if by is HeldOut.PEOPLE else family(record),
            split=record.split,
            person=whose[record.example.id],
            released=released(record),
            detailed=views.get(record.example.id),
        )
        for record in records
        if record.example.id in used
    ]
    return measure(
        name, cases, by, minimum_people=least, left_out=len(records) - len(cases), seed=seed, progress=progress
    )


def evaluate_records(
    name: str, records: Sequence[Record], *, seed: int = 0, progress: Progress | None = None
) -> Evaluation:
    """What records teach that are known without their people: those of a release.

    Held out is what is not in the part `train`, or, where there is no other part, families of tasks. Raises TooLittle.
    """
    by = HeldOut.SPLIT if {record.split for record in records} > {TRAIN} else HeldOut.FAMILY
    used = drawn(((record.example.id, len(record.example.steps)) for record in records), seed)
    cases = [
        Case(record.example.id, family(record), record.split, -1, released(record))
        for record in records
        if record.example.id in used
    ]
    return measure(name, cases, by, left_out=len(records) - len(cases), seed=seed, progress=progress)


def family(record: Record) -> str:
    """The family of tasks that a record belongs to; one of its own where none is known."""
    return record.example.family or record.example.id


def _detailed(vault: Vault, wanted: set[str], session: Session) -> dict[str, Moments]:
    """The most detailed view that may be opened of the episodes with these ids, as far as they are still there."""
    purpose = "personal_use" if load.is_private(session) else "assemble"
    session = msgspec.structs.replace(session, environment=Zone.EPISODES)
    dataset = access.dataset(vault, Zone.EPISODES, EPISODES, owner=session.person)
    if not dataset.people:
        return {}
    frames = access.open(vault, dataset, purpose, session)
    episodes = (episode for frame in frames for episode in episodes_of(frame))
    return {episode.id: detailed(episode) for episode in episodes if episode.id in wanted}
