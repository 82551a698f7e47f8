"""What stands in the audit log: one kind of entry for each thing that must be provable afterwards.

People stand in it only as commitments under a key of their own: when that key is erased, what is left is noise.
Days, not times: the order is known from the index, and a log must not be a timesheet. So no entry counts what a person
did, or says that anything of theirs came in.
"""

import hashlib
import hmac
from datetime import date

import msgspec
from msgspec import Struct

from glasswork.govern.errors import LogAltered
from glasswork.policy.statements import canonical
from glasswork.schema.words import Zone


class Decided(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="decided"):
    """A request for data was allowed or refused. `reason` is the rule that decided, `rows` the most it may read."""

    day: date
    grant: str
    role: str
    action: str
    purpose: str
    dataset: str
    zone: Zone
    allowed: bool
    reason: str
    policy: str
    rows: int | None = None
    people: tuple[str, ...] = ()


class KeyDestroyed(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="key_destroyed"
):
    """A key came to its end, and all that it sealed with it. `why`: expired, admitted, erased."""

    day: date
    key: str
    why: str


class PolicyAccepted(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="policy_accepted"
):
    """A signed bundle came into force."""

    day: date
    policy: str
    epoch: int


class Released(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="released"):
    """A data set left the zone. The hashes are those that the quorum signed."""

    day: date
    content: str
    attack_report: str
    card: str
    policy: str
    private: bool
    people: tuple[str, ...] = ()


class ReleaseRefused(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="release_refused"
):
    """A release was asked for and refused."""

    day: date
    content: str
    reason: str
    policy: str


class Incident(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="incident"):
    """Something happened that must not: what kind, where, how often. Never what it was, or whose."""

    day: date
    what: str
    where: str
    count: int


class ReleasedCopy(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A release that holds somebody's episodes: its data set, the day it was written, and its content hash.

    Without day and content where those could not be read any more: a release of that data set, whichever.
    """

    name: str
    day: date | None = None
    content: str = ""

    @property
    def words(self) -> str:
        """Which release it is, for people."""
        when = f"released on {self.day}" if self.day else "of a day that is no longer known"
        return f"{self.name}, {when}" + (f", content {self.content}" if self.content else "")


class Erased(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="erased"):
    """A person's data were erased: which keys ended, how many objects they sealed, and which copies it cannot reach."""

    day: date
    keys: tuple[str, ...]
    objects: int
    people: tuple[str, ...]
    released: tuple[ReleasedCopy, ...] = ()


class WitnessesChosen(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="witnesses_chosen"
):
    """From here on the log is shown to these witnesses (their verifier keys); to nobody where there are none."""

    day: date
    witnesses: tuple[str, ...]


class Pruned(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="pruned"):
    """The entries before an index were kept for `days` and are removed; their hashes stay, and so does every proof."""

    day: date
    before: int
    days: int


Entry = (
    Decided | KeyDestroyed | PolicyAccepted | Released | ReleaseRefused | Incident | Erased | WitnessesChosen | Pruned
)


def encode(entry: Entry) -> bytes:
    """The entry as canonical JSON (RFC 8785): what `Log.append` takes."""
    return canonical(entry).encode()


def decode(data: bytes) -> Entry:
    """The entry in bytes of the log. Raises LogAltered if it is none."""
    try:
        return msgspec.json.decode(data, type=Entry)
    except msgspec.DecodeError:
        raise LogAltered("An entry of the audit log is of no kind that this program knows. Update Glasswork.") from None


def commitment(participant_key: bytes, participant: str) -> str:
    """How a participant is named in the log: HMAC-SHA256 under a random 32-byte key of theirs, in hexadecimal."""
    if len(participant_key) != 32:
        raise ValueError("A participant's log key has 32 bytes.")
    return hmac.new(participant_key, participant.encode(), hashlib.sha256).hexdigest()
