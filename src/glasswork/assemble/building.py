"""Build: episodes become a data set of examples, which stays ciphertext in the zone `datasets`.

The episodes are read three times, one partition after the other: for the words that enough people have (not where it
is one person's build), for what the recipe takes and how it is split, and to write. Nothing of an episode is kept in
between but a few hashes, so a million fit into a gigabyte.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Set
from typing import NamedTuple

import msgspec
from msgspec import Struct

from glasswork.assemble import lineage
from glasswork.assemble.balance import Balance, Tally
from glasswork.assemble.decontamination import NONE, Tasks
from glasswork.assemble.examples import Refusal, example
from glasswork.assemble.generalise import Word, common, generalise, words_of
from glasswork.assemble.load import PRIVATE, check_name
from glasswork.assemble.recipe import Recipe, purpose_of
from glasswork.assemble.record import Record, frame_of
from glasswork.assemble.selection import Dropped, dropped
from glasswork.assemble.splits import Candidates, Part, Verdicts, short
from glasswork.govern.decide import Dataset, Session, SessionRole
from glasswork.refine.job import EPISODES
from glasswork.refine.rows import episodes_of
from glasswork.schema.episode import Episode
from glasswork.schema.words import ActionKind, Zone
from glasswork.vault import access, staging
from glasswork.vault.handle import Vault


class Built(Struct, frozen=True):
    """What was built: `episodes` were read, `examples` made of them, the others `dropped`, each for one reason."""

    name: str
    examples: int
    episodes: int
    dropped: dict[Dropped, int]
    balance: Balance


class _Work(NamedTuple):
    """What is built, of what, for whom. `people` are the partitions, each with a word for whose it is."""

    name: str
    vault: Vault
    session: Session
    dataset: Dataset
    purpose: str
    recipe: Recipe
    tasks: Tasks
    people: dict[str, str]


class _Common(NamedTuple):
    """The words, and the families of tasks, that enough people have; None where all are taken."""

    words: Set[Word] | None
    families: Set[str] | None


def build(
    vault: Vault,
    session: Session,
    name: str,
    progress: Callable[[int], None] | None = None,
    *,
    recipe: Recipe | None = None,
    tasks: Tasks = NONE,
) -> Built:
    """Build the data set `name` from what the recipe takes of the zone `episodes`. One of that name is replaced.

    `session` is a job's in the zone `episodes`. Where it is an owner's, or a job's that acts for one (scope `self`),
    the build is private: of that person's episodes, for that person. Otherwise, words that fewer than the policy's
    `minimum_people` have are generalised, and nobody has more than twice an equal share. Without a recipe, all episodes
    are taken and none held out. `tasks` are those that no example may have. `progress` is called with the number of
    partitions written.

    The name is that of the old data set until the new one is whole; where no episode is taken, the old one stays.
    Raises NameInvalid, RecipeRefused, and what `access.open` and `access.put` raise.
    """
    check_name(name)
    recipe = recipe or Recipe(name=name)
    dataset = access.dataset(vault, Zone.EPISODES, EPISODES, owner=session.person)
    private = session.person != ""
    if not dataset.people:
        return Built(name, 0, 0, {}, Balance({}))
    allowed = [purpose.id for purpose in vault.approved.policy.purposes]
    meant = purpose_of(recipe, dataset.purposes, allowed, private=private)
    purpose = "personal_use" if session.role is SessionRole.OWNER else "assemble"
    work = _Work(name, vault, session, dataset, purpose, recipe, tasks, _people(access.owners(vault, dataset)))
    stored = name + PRIVATE if private else name
    names = (stored, stored + lineage.BUILT)
    with staging.building(vault):
        staging.discard(vault, names, session.person)
        shared = _Common(None, None) if private else _common(work)
        built = _write(work, names, shared, _plan(work, shared), meant, progress)
        if built.examples:
            staging.settle(vault, names, session.person)
        else:
            staging.discard(vault, names, session.person)
    return built


def record(episode: Episode, kept: Set[Word] | None = None) -> Record | Refusal:
    """The Record of an episode, with only the words in `kept` (all where None), or why there is none."""
    return _record(episode if kept is None else generalise(episode, kept))


def _record(episode: Episode) -> Record | Refusal:
    made = example(episode)
    if isinstance(made, Refusal):
        return made
    return Record(
        example=made,
        apps=tuple(sorted({action.app for action in episode.actions if action.app})),
        suppressed=sum(action.kind is ActionKind.SUPPRESSED for action in episode.actions),
        scope=episode.scope,
        policy=episode.policy,
        basis=episode.basis,
    )


def _people(owners: dict[str, int]) -> dict[str, str]:
    """A word for the owner of each partition: the first of the owner's partitions, so it is the same in every build."""
    first: dict[int, str] = {}
    for partition, number in sorted(owners.items()):
        first.setdefault(number, partition)
    return {partition: first[number] for partition, number in owners.items()}


def _common(work: _Work) -> _Common:
    """What enough people have. A family is counted as soon as it occurs, whatever else the recipe wants."""
    families: defaultdict[str, set[str]] = defaultdict(set)
    numbers = {person: number for number, person in enumerate(sorted(set(work.people.values())))}

    def seen() -> Iterator[tuple[int, set[Word]]]:
        for partition, episodes in _episodes(work):
            for episode in episodes:
                families[episode.family].add(work.people[partition])
                yield numbers[work.people[partition]], words_of(episode)

    words = common(seen(), work.vault.approved.policy.minimum_people)
    least = work.recipe.filter.families.min_people
    return _Common(words, {one for one, who in families.items() if one and len(who) >= least} if least else None)


def _plan(work: _Work, shared: _Common) -> Verdicts:
    """What becomes of each episode that the recipe's filter takes."""
    private = shared.words is None
    candidates = Candidates(work.recipe, 1 if private else work.vault.approved.policy.minimum_people)
    for partition, episodes in _episodes(work):
        for one in _taken(work, shared, episodes):
            if isinstance(one, Record):
                candidates.add(one, work.people[partition])
    return candidates.plan()


def _write(
    work: _Work,
    names: tuple[str, str],
    shared: _Common,
    verdicts: Verdicts,
    meant: str,
    progress: Callable[[int], None] | None,
) -> Built:
    vault, recipe = work.vault, work.recipe
    commitments = access.commitments(vault, work.dataset)
    approvals = lineage.approvals(vault)
    tally, outcomes = Tally(), Counter[Dropped | None]()
    for done, (partition, episodes) in enumerate(_episodes(work), start=1):
        ended = [_placed(one, verdicts) for one in _taken(work, shared, episodes)]
        records = [one for one in ended if isinstance(one, Record)]
        counts = Counter(one for one in ended if isinstance(one, Dropped))
        source = lineage.Source(
            recipe=recipe,
            policy=vault.approved.hash,
            purpose=meant,
            approvals=approvals,
            commitment=commitments[partition],
            episodes=len(ended),
            examples=len(records),
            dropped=dict(counts),
        )
        for name, frame in zip(names, (frame_of(records), lineage.frame_of(source)), strict=True):
            access.put(
                vault, Zone.DATASETS, frame, source=partition, name=name, purpose=work.purpose, session=work.session,
                staged=True,
            )  # fmt: skip
        outcomes.update(counts)
        outcomes[None] += len(records)
        for one in records:
            tally.add(one, work.people[partition])
        if progress is not None:
            progress(done)
    balance = tally.balance(vault.approved.policy.minimum_people)
    counted = {reason: outcomes[reason] for reason in Dropped if outcomes[reason]}
    return Built(work.name, outcomes[None], outcomes.total(), counted, balance)


def _taken(work: _Work, shared: _Common, episodes: Collection[Episode]) -> Iterator[Record | Dropped]:
    """Of each episode its Record, or why the recipe's filter does not take it, in order."""
    for episode in episodes:
        seen = episode if shared.words is None else generalise(episode, shared.words)
        made = _record(seen)
        if isinstance(made, Refusal):
            yield Dropped(made)
        else:
            yield dropped(seen, made, work.recipe, work.tasks, shared.families) or made


def _placed(one: Record | Dropped, verdicts: Verdicts) -> Record | Dropped:
    """A record in its part, or why it is dropped after all: one that came after the plan is not in it."""
    if isinstance(one, Dropped):
        return one
    verdict = verdicts.get(short(one.example.id), Dropped.CHANGED)
    return msgspec.structs.replace(one, split=verdict.value) if isinstance(verdict, Part) else verdict


def _episodes(work: _Work) -> Iterator[tuple[str, list[Episode]]]:
    """The episodes of each partition, which is opened and logged anew every time."""
    for frame in access.open(work.vault, work.dataset, work.purpose, work.session):
        yield frame.item(0, "partition"), episodes_of(frame)
