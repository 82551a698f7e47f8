"""The notice: what a participant is told before anything is recorded, rendered from the policy that is in force.

Everything a policy can let through is in it; a test walks the capability set and looks for each one.
"""

from collections.abc import Iterable

from glasswork.policy import emergency
from glasswork.policy.capabilities import FIELDS, TYPED
from glasswork.policy.lookalikes import shown
from glasswork.policy.model import App, Budget, Policy, Site
from glasswork.policy.purposes import DENIED_ROOT, PURPOSES
from glasswork.schema.words import Scope


def notice(policy: Policy, policy_hash: str) -> str:
    """The notice as Markdown. The same policy always gives the same text, so its hash can be acknowledged."""
    return "\n".join(_lines(policy, policy_hash)) + "\n"


def _lines(policy: Policy, policy_hash: str) -> Iterable[str]:
    everyone = policy.scope is Scope.PROGRAMME
    yield f"# What is recorded: {policy.name}"
    yield ""
    yield f"Version {policy.epoch}, in force from {policy.issued:%Y-%m-%d} to {policy.expires:%Y-%m-%d}."
    yield f"Responsible: {policy.controller.name} ({policy.controller.contact})."
    yield f"Policy hash: `{policy_hash}`."
    if policy.emergency:
        yield "**This is an emergency change.** The privacy and the security officer can make one alone. It ends after"
        yield f"72 hours, on {emergency.ends(policy):%Y-%m-%d at %H:%M} UTC, unless the whole board signs it."
    if policy.assessment:
        yield f"Risks assessed in the document with the hash `{policy.assessment}`."
    if policy.jurisdictions:
        yield f"By the law of: {', '.join(policy.jurisdictions)}."
    yield ""
    yield "It records **what is done** (a button pressed, a file saved), never **what is written**: text, titles and"
    yield "values are replaced on your device, in memory, before anything is stored. No pictures are taken."
    yield ""
    yield "## What for"
    yield ""
    for purpose in policy.purposes:
        weighed = f", weighed in “{purpose.balancing}”" if purpose.balancing else ""
        basis = f"{purpose.basis.replace('_', ' ')}{weighed}"
        yield f"- {PURPOSES[purpose.id].words} (`{purpose.id}`, legal basis: {basis})"
    yield ""
    yield "You can refuse, object, or take consent back at any time, without a reason: `glasswork opt-out`."
    if policy.opt_out_key:
        yield f"Who did can be read by the holder of one key, the privacy officer's: `{policy.opt_out_key}`."
    yield ""
    never = [entry.words for entry in PURPOSES.values() if entry.parent == DENIED_ROOT]
    yield f"Never, whatever any policy says: {'; '.join(never)}."
    yield ""
    yield "## What is recorded, and where"
    yield ""
    yield "Only in these programs and sites, and nothing anywhere else:"
    yield ""
    for app in policy.apps:
        yield f"- program **{app.id}** ({_names(app.executables)}), {_place(app)}"
    for site in policy.sites:
        yield f"- site {shown(site.host)}, {_place(site)}"
    yield ""
    for event in policy.event_kinds:
        fields = (
            name.replace("_", " ") + (" (where typing is recorded)" if name in TYPED else "") for name in FIELDS[event]
        )
        yield f"- {event}: {', '.join(fields)}"
    yield ""
    yield f"Words the recorder looks for: {_names(policy.vocabulary) or 'none'}."
    yield ""
    yield "## When"
    yield ""
    schedule = policy.schedule
    yield f"- {', '.join(day.capitalize() for day in schedule.days)}"
    yield f"- {schedule.from_hour:02}:00 to {schedule.to_hour:02}:00 by your clock"
    yield f"- on {policy.sampling_share:.4%} of your days, each drawn by chance on your device"
    if policy.excluded_roles:
        yield f"- never for people in these roles: {', '.join(policy.excluded_roles)}"
    if policy.directory:
        yield f"- who is in which role is what the key `{policy.directory}` signs"
    yield ""
    yield "## Where it goes and how long it stays"
    yield ""
    yield f"- On your device, encrypted, at most {policy.hold_days} days; what is not sent by then is deleted."
    for sink in policy.sinks:
        yield f"- Sent to {shown(sink.url)} ({sink.region}; contract: {sink.contract})."
    quotas = policy.quotas
    yield f"- At most {quotas.bytes_per_day} bytes and {quotas.actions_per_day} actions a day."
    kept = policy.retention
    yield "- Kept encrypted, and unreadable after these days:"
    yield f"  actions {kept.actions}, episodes {kept.episodes}, data sets {kept.datasets}."
    if everyone:
        yield f"- Nothing is released about fewer than {policy.minimum_people} people together."
    else:
        yield "- Nothing is released: it goes to you alone."
    yield f"- Approved by: {', '.join(signer.role.replace('_', ' ') for signer in policy.quorum)}."
    yield ""
    yield "## What it may use of your machine"
    yield ""
    yield from (f"- {line}" for line in budget_words(policy.budget))
    yield ""
    yield "It slows down before a ceiling, stops at it, and goes on by itself. `glasswork status` shows the figures."
    yield "With `glasswork settings` you can lower each, leave out programs, sites and typing, and shorten the hours."
    yield ""
    yield "## How to stop it"
    yield ""
    yield "At any time, for as long as you like, without a reason and without asking anyone: press Pause in the"
    yield "indicator or run `glasswork pause`. `glasswork forget --minutes N` deletes what was just recorded,"
    yield "`glasswork review` shows what is held, and nothing is sent before you send it or choose to send by itself."
    yield "From outside, a pause, a lunch and an opt-out look the same."


def budget_words(budget: Budget) -> Iterable[str]:
    """What the recorder may use, one line for each ceiling."""
    yield f"at most {budget.cpu_percent} % of one processor core, averaged over a minute"
    yield f"at most {budget.memory_mb} MB of memory, and {budget.disk_mb} MB of disk for what is held and not sent yet"
    match budget.battery_above:
        case 0:
            yield "on battery it records as well, whatever charge is left (from 0 %)"
        case 100:
            yield "on battery it never records (only above 100 %)"
        case percent:
            yield f"on battery it records only while more than {percent} % are left"
    yield f"on a network that says it is metered it {'sends as well' if budget.send_on_metered else 'sends nothing'}"


def _names(names: Iterable[str]) -> str:
    """Names as they are, and with what can be told of them where they look like others."""
    return ", ".join(map(shown, names))


def _place(place: App | Site) -> str:
    """What is said of one program or site after its name."""
    typing = "typing recorded as lengths, without the text" if place.keys else "typing not recorded"
    screens = f"; screens looked for: {_names(place.screens)}" if place.screens else ""
    return f"{place.category}, {typing}{screens}"
