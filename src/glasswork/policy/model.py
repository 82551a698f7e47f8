"""Policy: what may be recorded, for whom, where it goes and how long it stays.

Default-deny: programs and sites are listed to be recorded; there is no list of what to leave out. Every
interval, size and address has its bounds here, in the type, so that no setting can go round them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, cast
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from glasswork.policy import jurisdictions, lookalikes
from glasswork.policy.errors import KeyUnusable, PolicyInvalid
from glasswork.policy.keys import key_of_text, sealing_key_of_text
from glasswork.policy.purposes import DENIED_ROOT, Basis, listable, within
from glasswork.schema.words import AppCategory, Scope

LONGEST_VALIDITY: Final = timedelta(days=366)

Id = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Executable = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[^/\\\x00-\x1f*?]+$")]
Host = Annotated[str, Meta(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[1-9][0-9]{0,4})?$")]
Url = Annotated[
    str,
    Meta(
        max_length=300,
        pattern=r"^https?://[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[1-9][0-9]{0,4})?(/[a-zA-Z0-9_.~/%-]*)?$",
    ),
]
Key = Annotated[str, Meta(min_length=44, max_length=44)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}$")]
Days = Annotated[int, Meta(ge=1, le=730)]
Hour = Annotated[int, Meta(ge=0, le=23)]
EndHour = Annotated[int, Meta(ge=1, le=24)]
Share = Annotated[float, Meta(gt=0, le=1)]
HoldDays = Annotated[int, Meta(ge=1, le=7)]
BytesPerDay = Annotated[int, Meta(ge=10_000, le=100_000_000)]
CpuPercent = Annotated[int, Meta(ge=1, le=100)]
MemoryMB = Annotated[int, Meta(ge=50, le=2_000)]
DiskMB = Annotated[int, Meta(ge=1, le=1_000)]
BatteryPercent = Annotated[int, Meta(ge=0, le=100)]


class EventKind(StrEnum):
    """What a recorder may take part in seeing."""

    POINTER = "pointer"
    KEYS = "keys"
    ACCESSIBILITY = "accessibility"
    CLIPBOARD = "clipboard"


class Day(StrEnum):
    """Days of the week, Monday first as in `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class SignerRole(StrEnum):
    """Who can be asked to sign. One person, one role, one key."""

    PRIVACY_OFFICER = "privacy_officer"
    SECURITY_OFFICER = "security_officer"
    WORKER_REPRESENTATIVE = "worker_representative"
    LEGAL = "legal"
    HUMAN_RESOURCES = "human_resources"
    ENGINEERING = "engineering"
    OWNER = "owner"


REQUIRED_SIGNERS: Final = {
    Scope.PROGRAMME: frozenset(
        {SignerRole.PRIVACY_OFFICER, SignerRole.SECURITY_OFFICER, SignerRole.WORKER_REPRESENTATIVE}
    ),
    Scope.SELF: frozenset({SignerRole.OWNER}),
}


class Controller(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who answers for the recording, and where to write to them."""

    name: Line
    contact: Line


class AllowedPurpose(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A purpose of the tree and the lawful basis it rests on; legitimate interests name their balancing record."""

    id: Id
    basis: Basis
    balancing: Line | None = None


class App(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A program that may be recorded. `keys`: typed runs may be recorded, as slots without their text."""

    id: Id
    executables: Annotated[tuple[Executable, ...], Meta(min_length=1, max_length=16)]
    category: AppCategory
    keys: bool = False
    screens: Annotated[tuple[Line, ...], Meta(max_length=200)] = ()


class Site(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A web site that may be recorded in a listed browser. Without a port, `host` stands for every port of it."""

    host: Host
    category: AppCategory
    keys: bool = False
    screens: Annotated[tuple[Line, ...], Meta(max_length=200)] = ()


class Schedule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When the agent may record: days, and whole hours of the local clock (`to_hour` is not included)."""

    days: Annotated[tuple[Day, ...], Meta(min_length=1, max_length=7)] = tuple(Day)
    from_hour: Hour = 0
    to_hour: EndHour = 24


class Retention(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many days data may be kept in each zone."""

    actions: Days
    episodes: Days
    datasets: Days


class Quotas(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The most that one device may send in a day."""

    bytes_per_day: BytesPerDay
    actions_per_day: Annotated[int, Meta(ge=100, le=200_000)]


class Budget(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The most that the recorder itself may use of a participant's machine; what it sends in a day is in Quotas.

    `cpu_percent` is of one core, averaged over a minute; `memory_mb` is resident, `disk_mb` what is held and what
    waits to be sent, both in millions of bytes. On battery it records only while the charge is above `battery_above`
    percent: 0 is always, 100 never. Without `send_on_metered` nothing is sent where the network says it is metered.
    """

    cpu_percent: CpuPercent = 5
    memory_mb: MemoryMB = 200
    disk_mb: DiskMB = 50
    battery_above: BatteryPercent = 20
    send_on_metered: bool = False


class Sink(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where sealed batches may go: https, or plain http to this machine only. `contract`: its processing contract."""

    id: Id
    url: Url
    contract: Line
    region: Line


class Signer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A role and the Ed25519 public key (base64) that signs for it since the day `enrolled`.

    `person` is who holds it, as a staff number or such; `recovery` a second key, kept apart, that can give the role a
    new key once; `elected` the SHA-256 of the election's record where the worker representative is not a council's.
    """

    role: SignerRole
    key: Key
    enrolled: date
    person: Id | None = None
    recovery: Key | None = None
    elected: Sha256 | None = None


class Record(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document that the law of a country requires (`jurisdictions.toml`), by its SHA-256."""

    jurisdiction: Country
    id: Id
    sha256: Sha256


class Policy(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole `policy.toml`. Times are UTC; `epoch` counts up with every version and never goes back.

    `assessment` is the SHA-256 of the data protection impact assessment; one that is wider needs another.
    `directory` is the Ed25519 key that signs role claims, `opt_out_key` the privacy officer's X25519 key to which the
    names of those who opted out are sealed.
    """

    name: Line
    scope: Scope
    epoch: Annotated[int, Meta(ge=1, le=1_000_000)]
    issued: datetime
    expires: datetime
    controller: Controller
    purposes: Annotated[tuple[AllowedPurpose, ...], Meta(min_length=1, max_length=16)]
    event_kinds: Annotated[tuple[EventKind, ...], Meta(min_length=1, max_length=len(EventKind))]
    apps: Annotated[tuple[App, ...], Meta(max_length=500)] = ()
    sites: Annotated[tuple[Site, ...], Meta(max_length=500)] = ()
    vocabulary: Annotated[tuple[Line, ...], Meta(max_length=2000)] = ()
    schedule: Schedule = Schedule()
    sampling_share: Share = 1.0
    hold_days: HoldDays = 7
    retention: Retention
    quotas: Quotas
    budget: Budget = Budget()
    sinks: Annotated[tuple[Sink, ...], Meta(min_length=1, max_length=8)]
    excluded_roles: Annotated[tuple[Id, ...], Meta(max_length=50)] = ()
    minimum_people: Annotated[int, Meta(ge=1, le=1000)]
    assessment: Sha256 | None = None
    quorum: Annotated[tuple[Signer, ...], Meta(min_length=1, max_length=len(SignerRole))]
    emergency: bool = False
    jurisdictions: Annotated[tuple[Country, ...], Meta(max_length=40)] = ()
    records: Annotated[tuple[Record, ...], Meta(max_length=200)] = ()
    directory: Key | None = None
    opt_out_key: Key | None = None


def parse(table: object) -> Policy:
    """The policy in a parsed TOML or JSON document.

    Raises PolicyInvalid, naming the field, for anything unknown, missing, out of bounds or contradictory.
    """
    try:
        policy = msgspec.convert(table, Policy)
    except msgspec.ValidationError as error:
        raise PolicyInvalid(f"The policy is not valid: {error}.") from None
    check_policy(policy)
    return policy


def check_policy(policy: Policy) -> None:
    """Raise PolicyInvalid for the first thing in a policy that its types alone cannot refuse."""
    for fault in _faults(policy):
        raise PolicyInvalid(f"The policy is not valid: {fault}")


def _faults(policy: Policy) -> Iterator[str]:
    """What the types alone cannot say, one sentence each."""
    self_scope = policy.scope is Scope.SELF
    for purpose in policy.purposes:
        if within(purpose.id, DENIED_ROOT):
            yield f"the purpose `{purpose.id}` evaluates individual people, which no policy can allow."
        if not listable(purpose.id):
            yield f"`{purpose.id}` is not a purpose that a policy can list (see docs/formats/policy-bundle.md)."
        if self_scope and purpose.id != "personal_use":
            yield "data of scope `self` go only to their owner, so its only purpose is `personal_use`."
        if self_scope != (purpose.basis is Basis.PERSONAL):
            yield "the basis `personal` belongs to scope `self`, and only to it."
        if (purpose.basis is Basis.LEGITIMATE_INTERESTS) != (purpose.balancing is not None):
            yield f"`{purpose.id}`: legitimate interests, and only they, name the record of their balancing."
    for name, values in _names(policy):
        if len(set(values)) != len(values):
            yield f"`{name}` lists something twice."
    if any(moment.utcoffset() is None for moment in (policy.issued, policy.expires)):
        yield "`issued` and `expires` need a time zone (write them in UTC, with a Z)."
    elif not timedelta(0) < policy.expires - policy.issued <= LONGEST_VALIDITY:
        yield "`expires` must lie after `issued`, by at most 366 days."
    if policy.schedule.from_hour >= policy.schedule.to_hour:
        yield "`schedule.from_hour` must be before `schedule.to_hour`."
    for sink in policy.sinks:
        if not _safe_address(sink.url):
            yield f"the sink `{sink.id}` must be https, or http on 127.0.0.1."
    if policy.scope is Scope.PROGRAMME and policy.assessment is None:
        yield "a programme needs its `assessment`, the SHA-256 of the document that assessed what it lets happen."
    yield from _faults_of_names(policy)
    roles = {signer.role for signer in policy.quorum}
    required = REQUIRED_SIGNERS[policy.scope]
    if missing := sorted(required - roles):
        yield f"the quorum of scope `{policy.scope}` lacks {', '.join(missing)}."
    if self_scope != (SignerRole.OWNER in roles) or (self_scope and len(roles) > 1):
        yield "scope `self` is signed by its owner alone, and a programme never by an owner."
    yield from _faults_of_people(policy)


def _faults_of_names(policy: Policy) -> Iterator[str]:
    """What is wrong with how names are written, and with what is no name of a program or a screen."""
    for where, text in _texts("", msgspec.to_builtins(policy)):
        if fault := lookalikes.fault(text):
            yield f"`{where}` {fault}, so it could be taken for something else. Write it in plain characters."
    for where, words in (
        ("vocabulary", policy.vocabulary),
        ("screens", [name for place in (*policy.apps, *policy.sites) for name in place.screens]),
    ):
        if any(map(lookalikes.content, words)):
            yield f"`{where}` has an address or a long number. Words to look for are a program's, never a person's."
    if any(int(port) > 65_535 for site in policy.sites if (port := site.host.partition(":")[2])):
        yield "`sites.host` has a port that does not exist."


def _texts(where: str, value: object) -> Iterator[tuple[str, str]]:
    """Every string in plain JSON values, with the field it is in."""
    match value:
        case str():
            yield where, value
        case dict():
            for key, inner in cast(dict[str, object], value).items():
                yield from _texts(f"{where}.{key}".lstrip("."), inner)
        case list() | tuple():
            for inner in cast(Sequence[object], value):
                yield from _texts(where, inner)
        case _:
            pass


def _faults_of_people(policy: Policy) -> Iterator[str]:
    """What is wrong with who signs, whom the law asks for, and who is left out."""
    council = True
    for signer in policy.quorum:
        for key in filter(None, (signer.key, signer.recovery)):
            if not _is_key(key_of_text, key):
                yield f"a key of {signer.role} is not an Ed25519 public key in base64."
        if policy.scope is Scope.PROGRAMME and signer.person is None:
            yield f"the quorum does not say which `person` {signer.role} is, so one could be two."
        if signer.elected is not None:
            council = False
            if signer.role is not SignerRole.WORKER_REPRESENTATIVE:
                yield f"{signer.role} is appointed, not `elected`."
    if policy.emergency and policy.scope is not Scope.PROGRAMME:
        yield "an `emergency` is a programme's. Alone, sign the change."
    there = {(record.jurisdiction, record.id) for record in policy.records}
    yield from jurisdictions.faults(policy.jurisdictions, there, council=council)
    if policy.excluded_roles and policy.directory is None:
        yield "`excluded_roles` need a `directory`, the key that signs who is in which role."
    if policy.directory is not None and not _is_key(key_of_text, policy.directory):
        yield "`directory` is not an Ed25519 public key in base64."
    if policy.opt_out_key is not None and not _is_key(sealing_key_of_text, policy.opt_out_key):
        yield "`opt_out_key` is not an X25519 public key in base64."


def _is_key(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except KeyUnusable:
        return False
    return True


def name_of_executable(name: str) -> str:
    """The form in which program names are compared: without folders, lower case, without `.exe`."""
    return re.split(r"[/\\]", name)[-1].casefold().removesuffix(".exe")


def _names(policy: Policy) -> Iterable[tuple[str, Sequence[object]]]:
    yield "purposes", [purpose.id for purpose in policy.purposes]
    yield "event_kinds", policy.event_kinds
    yield "apps.id", [app.id for app in policy.apps]
    yield "apps.executables", [name_of_executable(name) for app in policy.apps for name in app.executables]
    yield "sites.host", [site.host for site in policy.sites]
    yield "vocabulary", [word.casefold() for word in policy.vocabulary]
    yield "schedule.days", policy.schedule.days
    yield "sinks.id", [sink.id for sink in policy.sinks]
    yield "excluded_roles", policy.excluded_roles
    yield "quorum.role", [signer.role for signer in policy.quorum]
    yield "quorum.key", [key for signer in policy.quorum for key in (signer.key, signer.recovery) if key]
    yield "quorum.person", [signer.person for signer in policy.quorum if signer.person]
    yield "jurisdictions", policy.jurisdictions
    yield "records", [(record.jurisdiction, record.id) for record in policy.records]


def _safe_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (parts.port != 0) and (parts.scheme == "https" or parts.hostname == "127.0.0.1")
    except ValueError:  # an impossible port or address
        return False


def utc(moment: datetime) -> datetime:
    """`moment` in UTC. Raises ValueError for a time without a zone: guessing one could extend a policy."""
    if moment.utcoffset() is None:
        raise ValueError("A time was given without a time zone.")
    return moment.astimezone(UTC)
