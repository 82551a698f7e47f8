"""Lineage: how a data set was built, sealed beside it, partition by partition, under the keys of those it is about.

So what it says of a person's work ends with their keys, and the rest stays true: of a built data set that somebody was
erased from, it lists the tombstones in the place of their commitments.
"""

import msgspec
import polars as pl
from msgspec import Struct

from glasswork.assemble.load import PRIVATE, check_name, is_private
from glasswork.assemble.recipe import Recipe
from glasswork.assemble.selection import Dropped
from glasswork.govern import promotion
from glasswork.govern.decide import Session
from glasswork.policy.statements import digest
from glasswork.schema.words import Scope, Zone
from glasswork.vault import access
from glasswork.vault.handle import Vault
from glasswork.vault.partitions import tombstones_of

BUILT = ".built"
"""The end of the names under which it lies how a data set was built."""


class Source(Struct, frozen=True):
    """One partition of episodes that a data set was built from, and what became of its episodes.

    `commitment` is the SHA-256 of its sealed bytes, `recipe` the whole recipe, `policy` the hash of the one in force.
    """

    recipe: Recipe
    policy: str
    purpose: str
    approvals: tuple[str, ...]
    commitment: str
    episodes: int
    examples: int
    dropped: dict[Dropped, int]


class Lineage(Struct, frozen=True):
    """How a data set was built, as far as that is still there.

    `recipe` is the recipe's name and `made_with` all of it; `batches` are the commitments of the participant-days that
    it was built from, each all of a day's batches as sealed episodes; `approvals` say who let what be moved into the
    next zone; `tombstones` are the partitions of this name that were erased. All of them are sorted, so their order
    says nothing. `dropped` counts episodes by reason.
    """

    recipe: str
    recipe_hash: str
    seed: int
    policy: str
    purpose: str
    batches: tuple[str, ...]
    approvals: tuple[str, ...]
    tombstones: tuple[str, ...]
    dropped: dict[str, int]
    episodes: int
    examples: int
    made_with: Recipe


def approvals(vault: Vault) -> tuple[str, ...]:
    """The approvals of promotion in force in a programme: what for, the hash of what was signed, and by whom."""
    if vault.approved.policy.scope is Scope.SELF:
        return ()
    files = {purpose: promotion.read(promotion.file_of(vault.folder, purpose)) for purpose in promotion.STEPS}
    return tuple(
        f"{purpose} {digest(found.promotion).hex()} {' '.join(sorted(one.role for one in found.signatures))}"
        for purpose, found in files.items()
        if found is not None
    )


def frame_of(source: Source) -> pl.DataFrame:
    """What was built from one partition, as the one row of a frame."""
    return pl.DataFrame({"built": [msgspec.json.encode(source).decode()]})


def built_from(vault: Vault, name: str, session: Session) -> Lineage | None:
    """How the data set `name` was built, or an owner's private build of that name; None where that is not there.

    Asked for and logged like the data set itself. Raises NameInvalid, and what `access.open` raises.
    """
    check_name(name)
    private = is_private(session)
    stored = name + PRIVATE if private else name
    owner = session.principal if private else ""
    wanted = access.dataset(vault, Zone.DATASETS, stored + BUILT, owner=owner)
    if not wanted.people:
        return None
    decode = msgspec.json.Decoder(Source).decode
    frames = access.open(vault, wanted, "personal_use" if private else "release", session)
    sources = [decode(row) for frame in frames for row in frame["built"]]
    if not sources:
        return None
    one = sources[0]  # all are of one build: it takes its name as a whole
    return Lineage(
        recipe=one.recipe.name,
        recipe_hash=one.recipe.hash,
        seed=one.recipe.seed,
        policy=one.policy,
        purpose=one.purpose,
        batches=tuple(sorted(source.commitment for source in sources)),
        approvals=one.approvals,
        tombstones=() if private else tombstones_of(vault, Zone.DATASETS, stored),
        dropped={
            str(reason): count
            for reason in Dropped
            if (count := sum(source.dropped.get(reason, 0) for source in sources))
        },
        episodes=sum(source.episodes for source in sources),
        examples=sum(source.examples for source in sources),
        made_with=one.recipe,
    )
