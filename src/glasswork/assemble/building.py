"""Build: episodes become a data set of examples, which stays ciphertext in the zone `datasets`."""

from collections import Counter
from collections.abc import Callable, Iterable, Set

from msgspec import Struct

from glasswork.assemble.examples import Refusal, example
from glasswork.assemble.generalise import Word, common, generalise, words_of
from glasswork.assemble.load import PRIVATE, check_name
from glasswork.assemble.record import Record, frame_of
from glasswork.govern.decide import Dataset, Session
from glasswork.refine.job import EPISODES
from glasswork.refine.rows import episodes_of
from glasswork.schema.episode import Episode
from glasswork.schema.words import ActionKind, Zone
from glasswork.vault import access
from glasswork.vault.handle import Vault
from glasswork.vault.influence import allowances


class Built(Struct, frozen=True):
    """What was built: `episodes` were read, `examples` made of them, the others `refused` for a reason.

    `cut` are the episodes that were not read, because so much of the data set may be one person's and no more.
    """

    name: str
    examples: int
    episodes: int
    refused: dict[Refusal, int]
    cut: int = 0


def build(vault: Vault, session: Session, name: str, progress: Callable[[int], None] | None = None) -> Built:
    """Build the data set `name` from everything in the zone `episodes`. One of that name is replaced.

    `session` is a job's in the zone `episodes`. Where it acts for a participant, the build is private: of that
    person's episodes, for that person. Otherwise, words that fewer than the policy's `minimum_people` have are
    generalised, which reads the zone twice, and nobody has more than twice an equal share. `progress` is called with
    the number of partitions done. Raises NameInvalid, and what `access.open` and `access.put` raise.
    """
    check_name(name)
    dataset = access.dataset(vault, Zone.EPISODES, EPISODES, owner=session.acts_for)
    private = session.acts_for != ""
    kept = None if private or not dataset.people else _kept(vault, dataset, session)
    allowed = allowances(vault, dataset)
    outcomes: Counter[Refusal | None] = Counter()
    cut = 0
    for done, frame in enumerate(access.open(vault, dataset, "assemble", session) if dataset.people else (), start=1):
        taken = frame.head(allowed.get(frame.item(0, "partition"), 0))
        cut += frame.height - taken.height
        made = [record(episode, kept) for episode in episodes_of(taken)]
        outcomes.update(item if isinstance(item, Refusal) else None for item in made)
        records = frame_of(item for item in made if isinstance(item, Record))
        source = frame.item(0, "partition")
        stored = name + PRIVATE if private else name
        access.put(vault, Zone.DATASETS, records, source=source, name=stored, purpose="assemble", session=session)
        if progress is not None:
            progress(done)
    refused = {reason: outcomes[reason] for reason in Refusal if outcomes[reason]}
    return Built(name, outcomes[None], outcomes.total(), refused, cut)


def record(episode: Episode, kept: Set[Word] | None = None) -> Record | Refusal:
    """The Record of an episode, with only the words in `kept` (all where None), or why there is none."""
    if kept is not None:
        episode = generalise(episode, kept)
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


def _kept(vault: Vault, dataset: Dataset, session: Session) -> set[Word]:
    """The words that enough people have."""
    frames = access.open(vault, dataset, "assemble", session)
    numbers = access.owners(vault, dataset)

    def seen() -> Iterable[tuple[int, set[Word]]]:
        for frame in frames:
            for episode in episodes_of(frame):
                yield numbers[frame.item(0, "partition")], words_of(episode)

    return common(seen(), vault.approved.policy.minimum_people)
