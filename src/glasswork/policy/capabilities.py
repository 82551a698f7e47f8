"""The capability set: everything a policy lets a recorder do, as plain strings, so that two can be compared.

    record/app/ID/EVENT/FIELD   record/site/HOST/EVENT/FIELD   what may be recorded, where
    match/ID/EXECUTABLE   category/app/ID/WORD   category/site/HOST/WORD   what counts as that program, and as what
    screen/app/ID/NAME   screen/site/HOST/NAME   word/WORD     what the recorder would look for
    purpose/ID/BASIS   when/DAY/HOUR   send/URL "CONTRACT" "REGION"   network/metered
    limit/NAME=N        a bound: a higher number is wider
    protect/NAME        a protection: without it the policy is wider
    protect/NAME=N      a protective bound: a lower number is wider

A policy is wider than another if it has a capability the other lacks, a higher limit, or less protection.
"""

import json
from collections import defaultdict
from enum import StrEnum
from typing import Final

from msgspec import Struct

from glasswork.policy.model import App, Day, EventKind, Policy, Site, name_of_executable

FIELDS: Final[dict[EventKind, tuple[str, ...]]] = {
    EventKind.POINTER: ("click", "drag", "scroll"),
    EventKind.KEYS: ("command", "named_key", "typed_length_class", "typed_pace_class", "same_value_slot"),
    EventKind.ACCESSIBILITY: ("role", "label_after_redaction", "box_on_a_grid", "screen_structure"),
    EventKind.CLIPBOARD: ("copied_or_pasted",),
}
"""What may be known of each kind of event after redaction: the closed list that the notice shows."""

TYPED: Final = ("typed_length_class", "typed_pace_class", "same_value_slot")
"""The fields of a typed run, recorded only where an app or site has `keys = true`."""

_BOUNDS: Final = ("limit/", "protect/minimum_people=", "protect/battery_percent_to_record_above=")


class Direction(StrEnum):
    """What a change does to the capability set."""

    WIDER = "wider"
    NARROWER = "narrower"
    EQUAL = "equal"


class Change(Struct, frozen=True):
    """One difference between two policies, in plain words."""

    kind: Direction
    what: str


def capabilities(policy: Policy) -> frozenset[str]:
    """The capability set of a policy, in the grammar at the head of this file."""
    found: set[str] = set()
    places: list[tuple[str, App | Site]] = [
        *((f"app/{app.id}", app) for app in policy.apps),
        *((f"site/{site.host}", site) for site in policy.sites),
    ]
    for place, listed in places:
        found.add(f"category/{place}/{listed.category}")
        found.update(f"screen/{place}/{screen}" for screen in listed.screens)
        found.update(
            f"record/{place}/{event}/{field}"
            for event in policy.event_kinds
            for field in FIELDS[event]
            if listed.keys or field not in TYPED
        )
    for app in policy.apps:
        found.update(f"match/{app.id}/{name_of_executable(name)}" for name in app.executables)
    found.update(f"word/{word}" for word in policy.vocabulary)
    found.update(f"purpose/{purpose.id}/{purpose.basis}" for purpose in policy.purposes)
    found.update(f"send/{sink.url} {json.dumps(sink.contract)} {json.dumps(sink.region)}" for sink in policy.sinks)
    schedule = policy.schedule
    found.update(
        f"when/{day}/{hour:02}" for day in schedule.days for hour in range(schedule.from_hour, schedule.to_hour)
    )
    found.update(f"limit/{name}={value}" for name, value in _limits(policy).items())
    found.update(f"protect/exclude_{role}" for role in policy.excluded_roles)
    found.update(f"protect/signed_by_{signer.role}" for signer in policy.quorum)
    found.add(f"protect/minimum_people={policy.minimum_people}")
    found.add(f"protect/battery_percent_to_record_above={policy.budget.battery_above}")
    if policy.budget.send_on_metered:
        found.add("network/metered")
    return frozenset(found)


def _limits(policy: Policy) -> dict[str, float]:
    return {
        "days_kept_as_actions": policy.retention.actions,
        "days_kept_as_episodes": policy.retention.episodes,
        "days_kept_as_datasets": policy.retention.datasets,
        "days_held_on_the_device": policy.hold_days,
        "bytes_sent_per_day": policy.quotas.bytes_per_day,
        "actions_sent_per_day": policy.quotas.actions_per_day,
        "share_of_days": policy.sampling_share,
        "percent_of_a_core": policy.budget.cpu_percent,
        "megabytes_of_memory": policy.budget.memory_mb,
        "megabytes_of_disk": policy.budget.disk_mb,
    }


def compare(old: Policy, new: Policy) -> list[Change]:
    """Every change from `old` to `new`: wider ones first, then narrower, then equal.

    *Equal* changes are of words that no capability carries (name, dates, keys). Order and spelling that mean
    the same are no change at all.
    """
    before, after = capabilities(old), capabilities(new)
    changes = [*_numbers(before, after), *_hours(before, after)]
    for capability in sorted(before ^ after):
        if capability.startswith((*_BOUNDS, "when/")):
            continue
        added = capability in after
        wider = added is not capability.startswith("protect/")
        verb = "adds" if added else "removes"
        changes.append(Change(Direction.WIDER if wider else Direction.NARROWER, f"{verb} {in_words(capability)}"))
    changes.extend(
        Change(Direction.EQUAL, f"changes {field}; what is recorded stays the same")
        for field in ("name", "controller", "issued", "expires", "epoch", "quorum")
        if getattr(old, field) != getattr(new, field)
    )
    return sorted(changes, key=lambda change: list(Direction).index(change.kind))


def _numbers(before: frozenset[str], after: frozenset[str]) -> list[Change]:
    """Changes of bounds. Both sets have the same names: a policy has every bound."""
    changes: list[Change] = []
    was, now = _bounds(before), _bounds(after)
    for name in sorted(was):
        if was[name] != now[name]:
            wider = (now[name] > was[name]) is not name.startswith("protect/")
            words = name.partition("/")[2].replace("_", " ")
            changes.append(
                Change(
                    Direction.WIDER if wider else Direction.NARROWER,
                    f"changes {words} from {was[name]:,.9g} to {now[name]:,.9g}",
                )
            )
    return changes


def _bounds(found: frozenset[str]) -> dict[str, float]:
    pairs = (c.rsplit("=", 1) for c in found if c.startswith(_BOUNDS))
    return {name: float(value) for name, value in pairs}


def _hours(before: frozenset[str], after: frozenset[str]) -> list[Change]:
    """Changes of the schedule, one for each day and direction instead of one for each hour."""
    hours: dict[tuple[Direction, str], list[str]] = defaultdict(list)
    for capability in sorted(c for c in before ^ after if c.startswith("when/")):
        _, day, hour = capability.split("/")
        hours[Direction.WIDER if capability in after else Direction.NARROWER, day].append(hour)
    return [
        Change(
            kind, f"{'adds' if kind is Direction.WIDER else 'removes'} the hours {', '.join(hours[kind, day])} of {day}"
        )
        for kind in (Direction.WIDER, Direction.NARROWER)
        for day in Day
        if (kind, day) in hours
    ]


def in_words(capability: str) -> str:
    """A capability that is not a bound, in words for a board."""
    head, _, rest = capability.partition("/")
    match head, rest.split("/"):
        case "record", [kind, place, event, field]:
            return f"recording {field.replace('_', ' ')} ({event}) in the {kind} {place}"
        case "match", [app, executable]:
            return f"the program {executable} as part of the app {app}"
        case "category", [kind, place, category]:
            return f"the category {category} for the {kind} {place}"
        case "screen", [kind, place, *name]:
            return f"the screen name “{'/'.join(name)}” of the {kind} {place}"
        case "word", word:
            return f"the word “{'/'.join(word)}” to the vocabulary"
        case "purpose", [purpose, basis]:
            return f"the purpose {purpose} on the basis {basis}"
        case "network", ["metered"]:
            return "sending on a metered network"
        case "protect", [protection]:
            return f"the protection “{protection.replace('_', ' ')}”"
        case _:
            return f"sending to {rest}"
