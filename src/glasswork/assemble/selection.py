"""Selection: which episodes a recipe takes, and why the others are dropped. Every one of them is counted."""

from collections.abc import Collection, Iterator
from enum import StrEnum

from glasswork.assemble.decontamination import Tasks, contaminated
from glasswork.assemble.examples import Refusal
from glasswork.assemble.recipe import Choice, Recipe
from glasswork.assemble.record import Record
from glasswork.schema.episode import Episode


class Dropped(StrEnum):
    """Why an episode is in no data set."""

    TOO_SHORT = Refusal.TOO_SHORT.value
    ONLY_SUPPRESSED = Refusal.ONLY_SUPPRESSED.value
    FEWER_STEPS = "fewer_steps"
    MORE_STEPS = "more_steps"
    OUTCOME = "outcome"
    APPS = "apps"
    CATEGORIES = "categories"
    ROLES = "roles"
    COMMANDS = "commands"
    LABELS = "labels"
    SCREENS = "screens"
    WEEKS = "weeks"
    FAMILIES = "families"
    BENCHMARK = "in_a_benchmark"
    SHARE = "over_the_share"
    NEAR_DUPLICATE = "near_duplicate_in_another_part"
    CHANGED = "changed_during_the_build"


def dropped(
    episode: Episode, record: Record, recipe: Recipe, tasks: Tasks, families: Collection[str] | None
) -> Dropped | None:
    """The first reason for which a recipe does not take an episode, whose words are generalised, and its record.

    `families` are those that enough people did; None where any will do.
    """
    return next((reason for reason, holds in _checks(episode, record, recipe, tasks, families) if not holds), None)


def _checks(
    episode: Episode, record: Record, recipe: Recipe, tasks: Tasks, families: Collection[str] | None
) -> Iterator[tuple[Dropped, bool]]:
    wanted, example, actions = recipe.filter, record.example, episode.actions
    yield Dropped.FEWER_STEPS, len(example.steps) >= wanted.min_steps
    yield Dropped.MORE_STEPS, wanted.max_steps is None or len(example.steps) <= wanted.max_steps
    yield Dropped.OUTCOME, not wanted.outcomes or example.outcome in wanted.outcomes
    yield Dropped.APPS, _holds(wanted.apps, record.apps)
    yield Dropped.CATEGORIES, _holds(wanted.categories, {action.category for action in actions if action.app})
    yield Dropped.ROLES, _holds(wanted.roles, {action.element.role for action in actions if action.element})
    yield Dropped.COMMANDS, _holds(wanted.commands, {action.command for action in actions} - {"none"})
    yield Dropped.LABELS, _holds(wanted.labels, {label.signal for label in example.labels})
    yield Dropped.SCREENS, wanted.has_screens in (None, any(step.screen >= 0 for step in example.steps))
    yield Dropped.WEEKS, (wanted.weeks.first or example.week) <= example.week <= (wanted.weeks.last or example.week)
    yield Dropped.FAMILIES, families is None or example.family in families
    yield Dropped.BENCHMARK, not contaminated(record, tasks)


def _holds(choice: Choice, words: Collection[str]) -> bool:
    """Whether the words are as a choice wants them; of no words there is none that is not in `only`."""
    return (
        (not choice.any or any(word in words for word in choice.any))
        and (not choice.only or all(word in choice.only for word in words))
        and not any(word in words for word in choice.none)
    )
