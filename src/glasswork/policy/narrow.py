"""Local and fleet settings: they can take away from a policy, and never add."""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from glasswork.policy.capabilities import Direction, compare
from glasswork.policy.errors import PolicyRefused, Reason
from glasswork.policy.model import EventKind, Policy, Schedule, check_policy


class LocalSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is left of a policy on one device or fleet; None leaves a field as the policy has it.

    `apps` are ids, `sites` hosts, `keys` those ids and hosts in which typed runs are still recorded.
    """

    apps: tuple[str, ...] | None = None
    sites: tuple[str, ...] | None = None
    keys: tuple[str, ...] | None = None
    event_kinds: tuple[EventKind, ...] | None = None
    schedule: Schedule | None = None
    sampling_share: Annotated[float, Meta(gt=0, le=1)] | None = None
    hold_days: Annotated[int, Meta(ge=1, le=7)] | None = None


def narrow(policy: Policy, local: LocalSettings) -> Policy:
    """`policy` with `local` applied.

    Raises PolicyRefused (TOO_WIDE) if a setting names what the policy does not have, or would make it wider: a
    setting that asks for more is a mistake or an attack, so it is not silently cut down.
    """
    changes: dict[str, object] = {
        name: value
        for name in ("event_kinds", "schedule", "sampling_share", "hold_days")
        if (value := getattr(local, name)) is not None
    }
    names = {app.id for app in policy.apps} | {site.host for site in policy.sites}
    typed = names if local.keys is None else set(local.keys)
    apps = {app.id for app in policy.apps} if local.apps is None else set(local.apps)
    sites = {site.host for site in policy.sites} if local.sites is None else set(local.sites)
    unlisted = (apps | sites | typed) - names
    result = msgspec.structs.replace(
        policy,
        apps=tuple(
            msgspec.structs.replace(app, keys=app.keys and app.id in typed) for app in policy.apps if app.id in apps
        ),
        sites=tuple(
            msgspec.structs.replace(site, keys=site.keys and site.host in typed)
            for site in policy.sites
            if site.host in sites
        ),
        **changes,
    )
    check_policy(result)
    wider = [change.what for change in compare(policy, result) if change.kind is Direction.WIDER]
    if unlisted or wider:
        what = f"names {', '.join(sorted(unlisted))}, which it does not list" if unlisted else wider[0]
        raise PolicyRefused(
            Reason.TOO_WIDE,
            f"A local setting goes beyond the signed policy: it {what}. Settings can only narrow; ask the board.",
        )
    return result
