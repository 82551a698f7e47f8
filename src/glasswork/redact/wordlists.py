"""The word lists of the redactor, read once from its data files."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """The table in `data/NAME.toml`. Cached: it is part of the program, not content."""
    return tomllib.loads(files("glasswork.redact").joinpath("data", f"{name}.toml").read_text("utf-8"))


def secret_keywords() -> str:
    """An alternation of the words after which a secret is written down (`password: …`), stems before whole words.

    Stems count inside a longer word ("Benutzerpasswort"), whole words only by themselves ("PIN", not "Shipping").
    """
    table = load("secret_labels")
    whole = "|".join(phrase.replace(" ", r"[\s_-]?") for phrase in table["words"] + table["phrases"])
    return rf"(?:{'|'.join(table['stems'])})|(?:^|[^\pL])(?:{whole})"
