"""Local and fleet settings: they can take away from a policy, and never add."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from glasswork.policy.difference import Direction, compare
from glasswork.policy.errors import PolicyRefused, Reason
from glasswork.policy.model import (
    BatteryPercent,
    BytesPerDay,
    CpuPercent,
    Day,
    DiskMB,
    EndHour,
    EventKind,
    HoldDays,
    Hour,
    MemoryMB,
    Policy,
    Share,
    check_policy,
)

Name = Annotated[str, Meta(max_length=260)]
"""An app's id or a site's host. That it is one which the policy lists is what counts."""


class LocalBudget(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is left of a policy's Budget, and of the bytes that may be sent in a day."""

    cpu_percent: CpuPercent | None = None
    memory_mb: MemoryMB | None = None
    disk_mb: DiskMB | None = None
    bytes_per_day: BytesPerDay | None = None
    battery_above: BatteryPercent | None = None
    send_on_metered: bool | None = None


class LocalSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is left of a policy on one device or fleet; None leaves a field as the policy has it.

    `apps` are ids, `sites` hosts, `keys` those ids and hosts in which typed runs are still recorded.
    """

    apps: Annotated[tuple[Name, ...], Meta(max_length=500)] | None = None
    sites: Annotated[tuple[Name, ...], Meta(max_length=500)] | None = None
    keys: Annotated[tuple[Name, ...], Meta(max_length=1000)] | None = None
    event_kinds: Annotated[tuple[EventKind, ...], Meta(max_length=len(EventKind))] | None = None
    days: Annotated[tuple[Day, ...], Meta(max_length=len(Day))] | None = None
    from_hour: Hour | None = None
    to_hour: EndHour | None = None
    sampling_share: Share | None = None
    hold_days: HoldDays | None = None
    budget: LocalBudget = LocalBudget()


_SCHEDULE: Final = ("days", "from_hour", "to_hour")
_WHOLE: Final = ("event_kinds", "sampling_share", "hold_days")


def narrow(policy: Policy, local: LocalSettings) -> Policy:
    """`policy` with `local` applied.

    Raises PolicyRefused (TOO_WIDE) if a setting names what the policy does not have, or would make it wider: a
    setting that asks for more is a mistake or an attack, so it is not silently cut down. Raises PolicyInvalid where
    the hours left end before they begin. A list may be empty: nothing is left of it.
    """
    names = {app.id for app in policy.apps} | {site.host for site in policy.sites}
    with_keys = {app.id for app in policy.apps if app.keys} | {site.host for site in policy.sites if site.keys}
    typed = with_keys if local.keys is None else set(local.keys)
    apps = {app.id for app in policy.apps} if local.apps is None else set(local.apps)
    sites = {site.host for site in policy.sites} if local.sites is None else set(local.sites)
    unlisted = (apps | sites) - names | (typed - with_keys)
    budget = _given(local.budget, local.budget.__struct_fields__)
    quotas = {"bytes_per_day": budget.pop("bytes_per_day")} if "bytes_per_day" in budget else {}
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
        schedule=msgspec.structs.replace(policy.schedule, **_given(local, _SCHEDULE)),
        budget=msgspec.structs.replace(policy.budget, **budget),
        quotas=msgspec.structs.replace(policy.quotas, **quotas),
        **_given(local, _WHOLE),
    )
    check_policy(result)
    wider = [change.what for change in compare(policy, result) if change.kind is Direction.WIDER]
    if unlisted or wider:
        what = f"names {', '.join(sorted(unlisted))}, which it does not list for that" if unlisted else wider[0]
        raise PolicyRefused(
            Reason.TOO_WIDE,
            f"A local setting goes beyond the signed policy: it {what}. Settings can only narrow; for more, a new "
            "policy must be signed.",
        )
    return result


def _given(settings: Struct, names: tuple[str, ...]) -> dict[str, object]:
    """Those of the named fields that say something."""
    return {name: value for name in names if (value := getattr(settings, name)) is not None}
