"""Recipe files: TOML as a Recipe, with everything that types alone do not say, and an error that helps for the rest."""

import hashlib
import re
import tomllib
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Final, get_args

import msgspec
from msgspec import Struct

from glasswork.assemble.decontamination import NONE, Tasks, tasks_in
from glasswork.assemble.errors import RecipeInvalid, RecipeRefused
from glasswork.assemble.formats import FORMATS
from glasswork.assemble.recipe import Choice, Decontaminate, Recipe
from glasswork.assemble.render.themes import THEMES
from glasswork.policy.purposes import listable
from glasswork.schema.episode import Signal
from glasswork.schema.words import AppCategory, Command, Role

TRL: Final = ("trl_sft", "trl_prompt_completion", "trl_dpo", "trl_kto", "trl_reward")
KNOWN_FORMATS: Final = frozenset({"atif", *TRL, *FORMATS})
"""The formats that a release can have. The canonical Parquet is always there."""

WORDS: Final[dict[str, frozenset[str]]] = {
    "categories": frozenset(AppCategory),
    "roles": frozenset(Role),
    "commands": frozenset(Command),
    "labels": frozenset(Signal),
}
"""The words that a choice may have, where they are known beforehand. Apps are the policy's."""


def read(file: Path) -> tuple[Recipe, Tasks]:
    """The recipe in a TOML file, and the benchmark tasks in the list that it names (a path from the recipe's folder).

    Raises RecipeInvalid, naming the key or word and the nearest that there is; RecipeRefused for a purpose that no
    policy can allow.
    """
    try:
        recipe = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Recipe)
    except (OSError, UnicodeDecodeError) as error:
        raise _invalid(f"The recipe {file.name} cannot be read ({type(error).__name__})") from None
    except tomllib.TOMLDecodeError as error:
        raise _invalid(f"The recipe {file.name} is not TOML: {error}") from None
    except msgspec.ValidationError as error:
        raise _invalid(f"The recipe {file.name} is not valid: {_explained(str(error))}") from None
    _check(recipe, file.name)
    if recipe.decontaminate is None:
        return recipe, NONE
    listed, tasks = _tasks(file.parent / recipe.decontaminate.list, recipe.decontaminate)
    return msgspec.structs.replace(recipe, decontaminate=listed), tasks


def _check(recipe: Recipe, name: str) -> None:
    """What types alone do not say."""
    together = sum(recipe.split.shares.values())
    if abs(together - 1) > 1e-9:
        raise _invalid(f"The parts of `split` in {name} are {together:g} together, and must be 1")
    if recipe.purpose and not listable(recipe.purpose):
        raise RecipeRefused(f"The purpose of {name} is none that any policy can allow. Nothing was built.")
    for key, word, known in _words(recipe):
        if word not in known:
            raise _invalid(f"`{key}` in {name} has `{word}`, which is not known{_like(word, known)}")


def _words(recipe: Recipe) -> list[tuple[str, str, Collection[str]]]:
    """Every word of a recipe that is one of a list: its key, the word, the list."""
    choices: dict[str, Choice] = {key: getattr(recipe.filter, key) for key in WORDS}
    found: list[tuple[str, str, Collection[str]]] = [
        (f"filter.{key}", word, WORDS[key])
        for key, choice in choices.items()
        for word in (*choice.any, *choice.only, *choice.none)
    ]
    found += [("formats", word, KNOWN_FORMATS) for word in recipe.formats]
    return [*found, ("render.theme", recipe.render.theme, THEMES)]


def _tasks(path: Path, named: Decontaminate) -> tuple[Decontaminate, Tasks]:
    try:
        data = path.read_bytes()
        tasks = tasks_in(data.decode())
    except (OSError, UnicodeDecodeError):
        data, tasks = b"", NONE
    if tasks == NONE:
        raise _invalid(
            f"The list of benchmark tasks `{named.list}` cannot be read or has no task in it; it is looked for beside "
            "the recipe"
        )
    found = hashlib.sha256(data).hexdigest()
    if named.sha256 not in (None, found):
        raise _invalid(f"The list of benchmark tasks `{named.list}` is not the one whose sha256 the recipe gives")
    return msgspec.structs.replace(named, sha256=found), tasks


def _invalid(what: str) -> RecipeInvalid:
    return RecipeInvalid(f"{what}. Nothing was built. Keys and words are in docs/building.md.")


def _explained(message: str) -> str:
    """msgspec's message, with the known key that is nearest to one that is unknown."""
    unknown = re.search(r"unknown field `([^`]*)`", message)
    return message + _like(unknown[1], _keys(Recipe)) if unknown else message


def _keys(table: type[Struct]) -> set[str]:
    """All keys that can stand in a table and in those within."""
    found: set[str] = set()
    for field in msgspec.structs.fields(table):
        found.add(field.encode_name)
        for inner in (field.type, *get_args(field.type)):
            if isinstance(inner, type) and issubclass(inner, Struct):
                found |= _keys(inner)
    return found


def _like(word: str, known: Collection[str]) -> str:
    near = get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f"; the nearest is `{near[0]}`" if near else ""
