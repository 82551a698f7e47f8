"""What is in front, and what the policy allows there. Where it lists nothing, nothing is allowed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from glasswork.device.redaction.slots import Numbers
from glasswork.policy.lookup import app_of, site_of
from glasswork.policy.model import EventKind as Listed
from glasswork.policy.model import Policy
from glasswork.redact import screen_name
from glasswork.schema.action import MAX_LABEL, Element
from glasswork.schema.raw import RawEvent
from glasswork.schema.words import AppCategory, Reason, Role


@dataclass(frozen=True, slots=True)
class Front:
    """A window in front: what the policy allows there, or why nothing of it may be known.

    `allowed` are the kinds of event, `typed` says whether typed runs are. `page` stands for the window or page as an
    element; its label is the policy's screen name, where a title matched. A browser is `awaiting` until its source
    says which site is open, by its listed host; `names` are then the screen names that the title matched, by host.
    `role` is that of a browser's page, or of a dialog in it.
    """

    refused: Reason | None = None
    app: str = ""
    category: AppCategory = AppCategory.OTHER
    window: int = 0
    page: Element | None = None
    allowed: frozenset[Listed] = frozenset()
    typed: bool = False
    browser: bool = False
    awaiting: bool = False
    names: tuple[tuple[str, str], ...] = ()
    site: str = ""
    role: Role = Role.DOCUMENT


NOWHERE: Final = Front(refused=Reason.NOT_LISTED)
"""Before the source said what is in front, and wherever the policy does not reach."""

_DIALOGS: Final = frozenset((Role.DIALOG, Role.ALERTDIALOG))


def unlisted(policy: Policy) -> Front:
    """A program of an import before the recording names one: the basis stated for the import covers it."""
    return Front(allowed=frozenset(policy.event_kinds), typed=True)


def front_of(raw: RawEvent, policy: Policy, windows: Numbers, elements: Numbers, *, imported: bool) -> Front:
    """The Front of a raw `focus` event. Its title is matched against the policy's screen names and not kept.

    In a browser the site must be listed too. An import passes with what is not listed, as a program without a name;
    where it names a site, `field` tells the page from others in its window. Raises RedactionFailed.
    """
    app = app_of(policy, raw.app)
    if app is None and not imported:
        return NOWHERE
    window = windows.of(f"window {raw.window}" if raw.window else f"program {raw.app}")
    if app is not None and app.category is AppCategory.BROWSER and not imported:
        names = tuple((site.host, _name(raw.title, site.screens)) for site in policy.sites if site.screens)
        waiting = Front(
            refused=Reason.NOT_LISTED,
            app=app.id,
            window=window,
            browser=True,
            awaiting=True,
            names=names,
            role=raw.role if raw.role in _DIALOGS else Role.DOCUMENT,
        )
        return with_site(waiting, raw.site, policy, elements) if raw.site else waiting
    name = _name(raw.title, app.screens) if app else ""
    page = Role.DOCUMENT if imported and raw.site else raw.role if raw.role in _DIALOGS else Role.WINDOW
    return Front(
        app=app.id if app else "",
        category=app.category if app else AppCategory.OTHER,
        window=window,
        page=Element(page, name, key=elements.of(f"page {window} {name} {raw.field}")),
        allowed=frozenset(policy.event_kinds),
        typed=app.keys if app else True,
    )


def with_site(front: Front, host: str, policy: Policy, elements: Numbers) -> Front:
    """The Front of a browser that shows a page of `host`: refused, unless the policy lists it."""
    site = site_of(policy, host)
    if site is None:
        return replace(NOWHERE, app=front.app, window=front.window, browser=True, names=front.names, role=front.role)
    name = dict(front.names).get(site.host, "")
    return Front(
        app=front.app,
        category=site.category,
        window=front.window,
        page=Element(front.role, name, key=elements.of(f"page {front.window} {site.host} {name}")),
        allowed=frozenset(policy.event_kinds),
        typed=site.keys,
        browser=True,
        names=front.names,
        site=site.host,
        role=front.role,
    )


def renumbered(front: Front, windows: Numbers, elements: Numbers) -> Front:
    """The same Front under numbers that were never used."""
    page = front.page and msgspec.structs.replace(front.page, key=elements.fresh())
    return replace(front, window=windows.fresh(), page=page)


def _name(title: str, names: Sequence[str]) -> str:
    return screen_name(title, names)[:MAX_LABEL] if title and names else ""
