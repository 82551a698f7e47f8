"""Canaries of every kind that a person types or sees, each unique, all invented, from a seed."""

import random
import string
from typing import NamedTuple


class Planted(NamedTuple):
    """One canary and what kind of thing it looks like."""

    kind: str
    text: str


_FIRST = [
    "Anneli",
    "Bartolo",
    "Corvin",
    "Dagmara",
    "Eskild",
    "Fiorenza",
    "Gunvor",
    "Halcyon",
    "Ingmar",
    "Jolanta",
    "Kasimir",
    "Leontyne",
]
_LAST = [
    "Abendroth",
    "Brzezicki",
    "Castellanos",
    "Drummondy",
    "Eriksdotter",
    "Fitzwarren",
    "Grabowskaja",
    "Hollenstein",
]
_WORDS = [
    "quarterly",
    "salary",
    "negotiation",
    "confidential",
    "merger",
    "diagnosis",
    "biopsy",
    "resignation",
    "severance",
    "acquisition",
    "lawsuit",
    "pregnancy",
    "therapy",
    "bankruptcy",
    "whistleblower",
    "complaint",
    "settlement",
    "offshore",
    "dividend",
]
KINDS = ("password", "key", "name", "email", "sentence", "number")


def plant(count: int, seed: int) -> list[Planted]:
    """`count` canaries, the kinds in turn. Each has a random part, so that finding one is never by chance."""
    rng = random.Random(seed)

    def token(length: int, letters: str = string.ascii_lowercase + string.digits) -> str:
        return "".join(rng.choice(letters) for _ in range(length))

    def one(kind: str) -> str:
        match kind:
            case "password":
                return f"{token(4).capitalize()}{rng.choice('!$%&*')}{token(6)}"
            case "key":
                return f"sk-{token(24, string.ascii_letters + string.digits)}"
            case "name":
                return f"{rng.choice(_FIRST)} {token(3).capitalize()} {rng.choice(_LAST)}{token(3)}"
            case "email":
                return f"{rng.choice(_FIRST).lower()}.{token(6)}@example.org"
            case "sentence":
                return f"the {rng.choice(_WORDS)} {token(7)} about {rng.choice(_WORDS)} is on {token(5)}"
            case _:
                return token(12, string.digits)

    return [Planted(kind, one(kind)) for kind in (KINDS[number % len(KINDS)] for number in range(count))]
