"""The capability set: everything a policy lets a recorder do, as plain strings, so that two can be compared.

    record/app/ID/EVENT/FIELD   record/site/HOST/EVENT/FIELD   what may be recorded, where
    match/ID/EXECUTABLE   category/app/ID/WORD   category/site/HOST/WORD   what counts as that program, and as what
    screen/app/ID/NAME   screen/site/HOST/NAME   word/WORD     what the recorder would look for
    purpose/ID/BASIS   when/DAY/HOUR   send/URL "CONTRACT" "REGION"   network/metered
    tell/opted_out/KEY  whose key opens the names of those who opted out
    limit/NAME=N        a bound: a higher number is wider
    protect/NAME        a protection: without it the policy is wider
    protect/NAME=N      a protective bound: a lower number is wider
    protect/roles_said_by/KEY   whose word on who is in which role counts

A policy is wider than another if it has a capability the other lacks, a higher limit, or less protection
(`difference` compares).
"""

import json
from typing import Final

from glasswork.policy.model import App, EventKind, Policy, Site, name_of_executable

FIELDS: Final[dict[EventKind, tuple[str, ...]]] = {
    EventKind.POINTER: ("click", "drag", "scroll"),
    EventKind.KEYS: ("command", "named_key", "typed_length_class", "typed_pace_class", "same_value_slot"),
    EventKind.ACCESSIBILITY: ("role", "label_after_redaction", "box_on_a_grid", "screen_structure"),
    EventKind.CLIPBOARD: ("copied_or_pasted",),
}
"""What may be known of each kind of event after redaction: the closed list that the notice shows."""

TYPED: Final = ("typed_length_class", "typed_pace_class", "same_value_slot")
"""The fields of a typed run, recorded only where an app or site has `keys = true`."""

BOUNDS: Final = ("limit/", "protect/minimum_people=", "protect/battery_percent_to_record_above=")
"""How the capabilities begin that end in a number."""


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
    found.update(f"word/{word.lower()}" for word in policy.vocabulary)  # as the recorder compares and writes it
    found.update(f"purpose/{purpose.id}/{purpose.basis}" for purpose in policy.purposes)
    found.update(f"send/{sink.url} {json.dumps(sink.contract)} {json.dumps(sink.region)}" for sink in policy.sinks)
    schedule = policy.schedule
    found.update(
        f"when/{day}/{hour:02}" for day in schedule.days for hour in range(schedule.from_hour, schedule.to_hour)
    )
    found.update(f"limit/{name}={value}" for name, value in _limits(policy).items())
    found.update(f"protect/exclude_{role}" for role in policy.excluded_roles)
    found.update(f"protect/signed_by_{signer.role}" for signer in policy.quorum)
    found.update(f"protect/law_of_{country}" for country in policy.jurisdictions)
    found.add(f"protect/minimum_people={policy.minimum_people}")
    found.add(f"protect/battery_percent_to_record_above={policy.budget.battery_above}")
    if policy.directory is not None:
        found.add(f"protect/roles_said_by/{policy.directory}")
    if policy.opt_out_key is not None:
        found.add(f"tell/opted_out/{policy.opt_out_key}")
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
