"""The rules of access that travel in a bundle: Cedar text, and the requests that it must answer as the board expects.

The device carries them and does not evaluate them; `govern` does.
"""

import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from glasswork.policy.errors import PolicyInvalid
from glasswork.schema.words import Scope, Zone

NAMES: Final = ("rules.cedar", "rules.cedarschema", "rules.tests.toml")
"""The files that may lie beside a `policy.toml`; for each that does not, the one that this program ships."""


class AccessRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A request that the rules are tested with. Without an `environment`, it comes from one of its own zone.

    `person` and `owner` are made up: the rules can only compare them with each other and with "".
    """

    role: str
    act: str = "open"
    zone: Zone
    environment: Zone | None = None
    scope: Scope = Scope.PROGRAMME
    purposes: tuple[str, ...] = ()
    purpose: str
    person: str = ""
    owner: str = ""
    people: int = 9
    minimum_people: int = 5


class Growth(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The statement that version `epoch` of a policy opens up to `cells` cells wider than the one before, and why."""

    epoch: int
    cells: int
    why: Annotated[str, Meta(min_length=1, max_length=500)]


class Cedar(Struct, frozen=True, forbid_unknown_fields=True):
    """The decision rules, the schema they are checked against, and what shows that they mean what they should.

    Each request of `allow` must be allowed, of `deny` be permitted by no rule, of `forbid` be forbidden by one.
    `equivalents` are the changes of the rules that no request could notice, and `surface` is the number of cells that
    can be reached (`govern.surface`); both are computed, and computed again before a signature.
    """

    schema: str
    rules: str
    allow: tuple[AccessRequest, ...] = ()
    deny: tuple[AccessRequest, ...] = ()
    forbid: tuple[AccessRequest, ...] = ()
    equivalents: tuple[str, ...] = ()
    surface: int = 0
    growth: Growth | None = None


def default_rules() -> Cedar:
    """The decision rules that this program ships, with their tests."""
    return read_rules(files("glasswork.policy"))


def read_rules(folder: Traversable) -> Cedar:
    """The rules in a folder: the files NAMES, each where it is there. Raises PolicyInvalid, naming the field."""
    rules, schema, tests = (_text(folder, name) for name in NAMES)
    try:
        return msgspec.convert(tomllib.loads(tests) | {"schema": schema, "rules": rules}, Cedar)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise PolicyInvalid(f"The tests of the rules ({NAMES[2]}) are not valid: {error}.") from None


def _text(folder: Traversable, name: str) -> str:
    own = folder / name
    return (own if own.is_file() else files("glasswork.policy") / name).read_text(encoding="utf-8")
