"""Generalise: what fewer than k people have becomes what many have.

A label becomes nothing (its element's role remains), an app its category, a task's name nothing; then the episode is
described anew, so that no sentence keeps what its actions lost. Habits show in rare words first (docs/privacy.md).
"""

from collections.abc import Iterable, Iterator, Set

import msgspec

from glasswork.refine.describe import describe
from glasswork.schema.action import Action, Screen
from glasswork.schema.episode import Episode

Word = tuple[str, str]
"""A word that can be rare: ("label" | "app" | "task", its text)."""


def words_of(episode: Episode) -> set[Word]:
    """The labels, apps and task names in an episode."""
    return set(_words(episode))


def common(seen: Iterable[tuple[int, Set[Word]]], k: int) -> set[Word]:
    """The words that at least `k` people have. `seen` pairs a person's number with words of theirs."""
    people: dict[Word, set[int]] = {}
    for person, words in seen:
        for word in words:
            people.setdefault(word, set()).add(person)
    return {word for word, who in people.items() if len(who) >= k}


def generalise(episode: Episode, kept: Set[Word]) -> Episode:
    """The episode with only the words in `kept`, described anew."""
    replace = msgspec.structs.replace

    def screen(screen: Screen) -> Screen:
        nodes = (node if ("label", node.label) in kept else replace(node, label="") for node in screen.nodes)
        return replace(screen, nodes=tuple(nodes))

    def action(action: Action) -> Action:
        element = action.element
        if element is not None and ("label", element.label) not in kept:
            element = replace(element, label="")
        return replace(
            action,
            element=element,
            app=action.app if not action.app or ("app", action.app) in kept else str(action.category),
            task=action.task if ("task", action.task) in kept else "",
        )

    return describe(
        replace(episode, actions=tuple(map(action, episode.actions)), screens=tuple(map(screen, episode.screens)))
    )


def _words(episode: Episode) -> Iterator[Word]:
    for action in episode.actions:
        if action.element is not None and action.element.label:
            yield "label", action.element.label
        if action.app:
            yield "app", action.app
        if action.task:
            yield "task", action.task
    for screen in episode.screens:
        yield from (("label", node.label) for node in screen.nodes if node.label)
