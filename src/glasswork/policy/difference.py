"""Wider, narrower or equal: what one policy would let happen that another does not, in words for a board.

The order is that of the capability sets (`capabilities`), and it is the only one: the device that refuses a wider
setting, the assessment that a wider policy needs, and `glasswork policy diff` all ask here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from glasswork.policy.bundle import Bundle
from glasswork.policy.capabilities import BOUNDS, capabilities
from glasswork.policy.lookalikes import shown, skeleton
from glasswork.policy.model import Day, Policy


class Direction(StrEnum):
    """What a change does to the capability set."""

    WIDER = "wider"
    NARROWER = "narrower"
    EQUAL = "equal"


class Change(Struct, frozen=True):
    """One difference between two policies, in plain words."""

    kind: Direction
    what: str


_ORDER: Final = list(Direction)


def compare(old: Policy, new: Policy) -> list[Change]:
    """Every change from `old` to `new`: wider ones first, then narrower, then equal; none where both are the same.

    *Equal* is what is written otherwise and lets the same happen: another order or spelling, a name, a date.
    """
    before, after = capabilities(old), capabilities(new)
    written, anew = msgspec.to_builtins(old), msgspec.to_builtins(new)
    equal = [
        Change(
            Direction.EQUAL, f"changes {field}{_from_to(written[field], anew[field])}; what may happen stays the same"
        )
        for field in Policy.__struct_fields__
        if written[field] != anew[field]
        and capabilities(msgspec.structs.replace(old, **{field: getattr(new, field)})) == before
    ]
    return [*compare_sets(before, after), *equal]


def compare_bundles(old: Bundle, new: Bundle) -> list[Change]:
    """The same for compiled bundles, whose rules of access are compared too.

    A change of the rules counts as wider: what it opens is not seen here (see `glasswork access surface`).
    """
    rules = [Change(Direction.WIDER, "changes the rules of access, and this comparison cannot tell what they open")]
    return [*(rules if old.cedar != new.cedar else ()), *compare(old.policy, new.policy)]


def compare_sets(before: frozenset[str], after: frozenset[str]) -> list[Change]:
    """The wider changes from one capability set to another, and then the narrower ones."""
    looks = _looks(before | after)
    changes = [*_numbers(before, after), *_hours(before, after)]
    recorded: dict[tuple[bool, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for capability in sorted(before ^ after):
        added = capability in after
        if capability.startswith((*BOUNDS, "when/")):
            continue
        if capability.startswith("record/"):
            _, kind, place, event, field = capability.split("/")
            recorded[added, f"{kind}/{place}"][event].append(field.replace("_", " "))
        else:
            wider = added is not capability.startswith("protect/")
            changes.append(_change(wider, f"{_verb(added)} {in_words(capability)}{looks(capability)}"))
    for (added, place), events in recorded.items():
        fields = "; ".join(f"{', '.join(fields)} ({event})" for event, fields in events.items())
        what = f"{_verb(added)} recording in the {_place(place)}: {fields}{looks(f'record/{place}')}"
        changes.append(_change(added, what))
    return sorted(changes, key=lambda change: _ORDER.index(change.kind))


def verdict(changes: Iterable[Change]) -> Direction:
    """What all changes together do: wider if one is, whatever the others take away."""
    return min((change.kind for change in changes), key=_ORDER.index, default=Direction.EQUAL)


def in_words(capability: str) -> str:
    """A capability that is neither a bound nor a field that is recorded, in words for a board."""
    head, _, rest = capability.partition("/")
    match head, rest.split("/", 2):
        case "match", [app, executable]:
            return f"the program {shown(executable)} as part of the app {app}"
        case "category", [kind, place, category]:
            return f"the category {category} for the {_place(f'{kind}/{place}')}"
        case "screen", [kind, place, name]:
            return f"the screen name {shown(name)} of the {_place(f'{kind}/{place}')}"
        case "word", _:
            return f"the word {shown(rest)} to look for"
        case "purpose", [purpose, basis]:
            return f"the purpose {purpose} on the basis {basis.replace('_', ' ')}"
        case "network", ["metered"]:
            return "sending on a metered network"
        case "tell", ["opted_out", *_]:
            return f"telling who opted out to whoever has the key {rest.partition('/')[2]}"
        case "protect", ["roles_said_by", *_]:
            return f"the key {rest.partition('/')[2]} as the one that says who is in which role"
        case "protect", [protection] if protection.startswith("exclude_"):
            return f"the exclusion of people in the role {protection.removeprefix('exclude_')}"
        case "protect", [protection] if protection.startswith("signed_by_"):
            return f"the signature of the {protection.removeprefix('signed_by_').replace('_', ' ')}"
        case "protect", [protection]:
            return f"what the law of {protection.removeprefix('law_of_')} requires"
        case _:
            url, _, terms = rest.partition(" ")
            return f"sending to {shown(url)} under the contract and in the region {terms}"


def _change(wider: bool, what: str) -> Change:
    return Change(Direction.WIDER if wider else Direction.NARROWER, what)


def _verb(added: bool) -> str:
    return "adds" if added else "removes"


def _place(place: str) -> str:
    kind, _, name = place.partition("/")
    return f"{kind} {shown(name) if 'xn--' in name else name}"


def _from_to(old: object, new: object) -> str:
    """From what to what a line, a number or a date goes; of a list or table, nothing."""
    return f" from {old} to {new}" if isinstance(old, str | int | float) else ""


def _numbers(before: frozenset[str], after: frozenset[str]) -> list[Change]:
    """Changes of bounds. One that only one set knows (of another version of this program) counts as wider."""
    was, now = _bounds(before), _bounds(after)
    return [
        _change(
            name not in was or name not in now or (now[name] > was[name]) is not name.startswith("protect/"),
            f"changes {name.partition('/')[2].replace('_', ' ')} from {_figure(was, name)} to {_figure(now, name)}",
        )
        for name in sorted({*was, *now})
        if was.get(name) != now.get(name)
    ]


def _figure(bounds: dict[str, float], name: str) -> str:
    return f"{bounds[name]:,.9g}" if name in bounds else "a bound that another version of this program does not know"


def _bounds(found: frozenset[str]) -> dict[str, float]:
    pairs = (c.rsplit("=", 1) for c in found if c.startswith(BOUNDS))
    return {name: float(value) for name, value in pairs}


def _hours(before: frozenset[str], after: frozenset[str]) -> list[Change]:
    """Changes of the schedule, one for each day and direction instead of one for each hour."""
    hours: dict[tuple[bool, str], list[str]] = defaultdict(list)
    for capability in sorted(c for c in before ^ after if c.startswith("when/")):
        _, day, hour = capability.split("/")
        hours[capability in after, day].append(hour)
    return [
        _change(added, f"{_verb(added)} the hours {', '.join(hours[added, day])} of {day}")
        for added in (True, False)
        for day in Day
        if (added, day) in hours
    ]


def _looks(everything: frozenset[str]) -> Callable[[str], str]:
    """For a capability, what to say where its name could be taken for another one of the same kind."""
    alike: dict[tuple[str, str], set[str]] = defaultdict(set)
    for kind, name in map(_name, everything):
        alike[kind, skeleton(name)].add(name)

    def looks(capability: str) -> str:
        kind, name = _name(capability)
        others = sorted(alike[kind, skeleton(name)] - {name})
        return f"; it looks like {shown(others[0])}, and is another" if others and kind else ""

    return looks


def _name(capability: str) -> tuple[str, str]:
    """The kind of the name that a capability carries, and the name; ("", "") where it carries none."""
    match capability.split("/", 3):
        case ["record", kind, place, *_]:
            return kind, place
        case ["screen", _, _, name]:
            return "screen", name
        case ["match", _, executable]:
            return "program", executable
        case ["word", *word]:
            return "word", "/".join(word)
        case ["send", *address]:
            return "address", "/".join(address).partition(" ")[0]
        case _:
            return "", ""
