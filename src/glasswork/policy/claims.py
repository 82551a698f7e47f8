"""Role claims: what an organisation's directory says a participant is, so that a device can exclude by role.

A claim is short-lived and signed by the directory key that the policy names, and stays on the participant's device:
whether somebody is in an excluded role is decided there, before anything is opened that could record.
"""

from datetime import date, timedelta
from typing import Annotated, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Meta, Struct

from glasswork.policy.errors import PolicyRefused, Reason
from glasswork.policy.model import Id, Policy
from glasswork.policy.statements import digest, sign_message, verifies

CLAIM: Final = b"glasswork-claim-v1\n"
CLAIM_LIFE: Final = timedelta(days=31)
"""How long a claim counts: who comes into an excluded role is excluded within a month, whoever forgets to say so."""


class Claim(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The roles of a participant on the day it was `issued`; none is a statement too."""

    participant: Id
    roles: Annotated[tuple[Id, ...], Meta(max_length=50)]
    issued: date
    signature: str = ""

    @property
    def statement(self) -> bytes:
        """What is signed: the line CLAIM, and SHA-256 of the canonical JSON of everything but the signature."""
        return CLAIM + digest(msgspec.structs.replace(self, signature=""))


def claim(participant: str, roles: tuple[str, ...], key: Ed25519PrivateKey, *, today: date) -> Claim:
    """Sign what the directory says of a participant, with the directory's key."""
    unsigned = Claim(participant=participant, roles=roles, issued=today)
    return msgspec.structs.replace(unsigned, signature=sign_message(key, unsigned.statement))


def check_role(policy: Policy, participant: str, data: bytes | None, *, today: date) -> None:
    """Raise PolicyRefused unless the participant is known to be in no role that the policy excludes.

    `data` is the JSON of their claim, None where there is none. Without a good one nobody knows, so nothing starts.
    """
    if not policy.excluded_roles:
        return
    try:
        said = msgspec.json.decode(data or b"", type=Claim)
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = None
    if said is None or not verifies(policy.directory or "", said.signature, said.statement):
        raise _unknown("there is no role claim here that the directory signed")
    if said.participant != participant:
        raise _unknown("the role claim here is another participant's")
    if not timedelta(0) <= today - said.issued < CLAIM_LIFE:
        raise _unknown("the role claim here is older than a month, or of a day to come")
    if set(said.roles) & set(policy.excluded_roles):
        raise PolicyRefused(
            Reason.EXCLUDED, "You are in a role that this policy never records, so nothing was started or opened."
        )


def _unknown(why: str) -> PolicyRefused:
    return PolicyRefused(
        Reason.EXCLUDED,
        f"This policy excludes roles, and {why}, so nothing is recorded. Ask for a new one for this device.",
    )
