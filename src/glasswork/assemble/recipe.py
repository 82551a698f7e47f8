"""Recipe: what a data set is made of, as a plain TOML file (docs/building.md).

The same inputs, recipe and seed give the same examples. So a recipe is known by the hash of everything in it, the list
of benchmark tasks that it names included.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from glasswork.assemble.errors import RecipeRefused
from glasswork.assemble.render.themes import DEFAULT
from glasswork.policy.purposes import within
from glasswork.policy.statements import digest

PERSONAL: Final = "personal_use"

Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Week = Annotated[str, Meta(pattern=r"^(\d{4}-W\d{2})?$")]
Count = Annotated[int, Meta(ge=0)]
Pixels = Annotated[int, Meta(ge=64, le=8192)]


class Part(StrEnum):
    """A part of a data set, in the order in which parts are filled."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class By(StrEnum):
    """What is never in two parts: a person, a week, or a family of tasks."""

    PARTICIPANT = "participant"
    WEEK = "week"
    FAMILY = "family"


class Outcome(StrEnum):
    """How an episode ended, as its signals say."""

    COMPLETED = "completed"
    ABANDONED = "abandoned"
    INTERRUPTED = "interrupted"
    UNKNOWN = "unknown"


class Closed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table that has no other keys than these."""


class Choice(Closed, frozen=True):
    """Which words an episode must have: at least one of `any`, none but those in `only`, none of `none`."""

    any: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


class Weeks(Closed, frozen=True, rename={"first": "from", "last": "to"}):
    """The weeks from one to another, both included, like `2026-W48`."""

    first: Week = ""
    last: Week = ""


class Families(Closed, frozen=True):
    """Only families of tasks that at least so many people did."""

    min_people: Count = 0


class Filter(Closed, frozen=True):
    """Which episodes are taken: those for which all that is given here holds."""

    min_steps: Count = 0
    max_steps: Annotated[int, Meta(ge=1)] | None = None
    outcomes: tuple[Outcome, ...] = ()
    apps: Choice = Choice()
    categories: Choice = Choice()
    roles: Choice = Choice()
    commands: Choice = Choice()
    labels: Choice = Choice()
    has_screens: bool | None = None
    weeks: Weeks = Weeks()
    families: Families = Families()


class Split(Closed, frozen=True):
    """The parts of the data set, as shares of its examples, and what is never in two of them."""

    by: By = By.PARTICIPANT
    train: Share = 1.0
    validation: Share = 0.0
    test: Share = 0.0

    @property
    def shares(self) -> dict[Part, float]:
        """The parts that there are to be, in order, each with its share."""
        shares = {Part.TRAIN: self.train, Part.VALIDATION: self.validation, Part.TEST: self.test}
        return {part: share for part, share in shares.items() if share}


class NearDuplicates(Closed, frozen=True):
    """From which similarity on two examples may not be in different parts."""

    threshold: Annotated[float, Meta(gt=0.0, le=1.0)] = 0.8


class Decontaminate(Closed, frozen=True):
    """A list of benchmark tasks, beside the recipe. `sha256` is checked where it is given, and else taken down."""

    list: str
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")] | None = None


class Render(Closed, frozen=True):
    """How Screens are drawn for the formats that need pixels; `size` is width and height."""

    theme: str = DEFAULT
    size: tuple[Pixels, Pixels] = (1280, 800)


class Recipe(Closed, frozen=True):
    """What a data set is made of and for. Without a `purpose`, it is for all that its data may be used for.

    `cap` is the most that one participant's examples may be of all, on top of twice an equal share.
    """

    name: str
    purpose: str = ""
    seed: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0
    filter: Filter = Filter()
    split: Split = Split()
    cap: Annotated[float, Meta(gt=0.0, le=1.0)] = 1.0
    near_duplicates: NearDuplicates = NearDuplicates()
    decontaminate: Decontaminate | None = None
    formats: tuple[str, ...] = ("trl_sft", "atif")
    surrogates: bool = False
    render: Render = Render()

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of the recipe as canonical JSON."""
        return digest(self).hex()


def purpose_of(recipe: Recipe, carried: Collection[str], allowed: Collection[str], *, private: bool) -> str:
    """What the data set is for, of what its data carry and the policy in force allows: a purpose, or several.

    A private build is for personal use and for nothing else. Raises RecipeRefused, saying which of them does not allow
    the recipe's purpose.
    """
    if private:
        if recipe.purpose not in ("", PERSONAL):
            raise RecipeRefused(
                f"The recipe is for `{recipe.purpose}`, and a private build is for {PERSONAL} alone. Nothing was "
                "built. Leave the purpose out, or build it for the programme."
            )
        return PERSONAL
    both = sorted(set(carried) & set(allowed) - {PERSONAL})
    if not recipe.purpose:
        return " ".join(both)
    for purposes, whose in ((carried, "the data do not carry it"), (allowed, "the policy in force does not allow it")):
        if not any(within(recipe.purpose, purpose) for purpose in set(purposes) - {PERSONAL}):
            raise RecipeRefused(
                f"The recipe is for `{recipe.purpose}`, and {whose} (there is: {', '.join(both) or 'nothing'}). "
                "Nothing was built. Choose a purpose that people have agreed to."
            )
    return recipe.purpose
