"""Succession: how a role of the quorum comes to another key, and how none is taken from its holder.

Who accepted a policy knows its quorum. In a later policy a role has the same key, or the file carries a hand-over: the
outgoing holder's own signature that names the successor, or, where that key is lost or lapsed, one by the recovery key
that was registered with it. Nobody else can give a role away: not the rest of the board, and not an election.

Hand-overs name their epoch, so an old one cannot be played again; those of several epochs lead a device that missed
some of them from the holder it knows to the present one.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from glasswork.policy.errors import PolicyRefused, Reason
from glasswork.policy.keys import public_text
from glasswork.policy.model import Policy, Signer, SignerRole
from glasswork.policy.statements import digest, sign_message, verifies

HANDOVER: Final = b"glasswork-handover-v1\n"

KEY_LIFE: Final = timedelta(days=365)
"""Role keys lapse: a signature by a key enrolled longer ago than this counts for nothing."""


class Handover(Struct, frozen=True, forbid_unknown_fields=True):
    """From `epoch` on, the role that `old` signed for is `new`'s (None: nobody's). `by`: the key that signed this."""

    role: SignerRole
    epoch: int
    old: str
    new: Signer | None
    by: str
    signature: str = ""

    @property
    def statement(self) -> bytes:
        """What is signed: the line HANDOVER, and SHA-256 of the canonical JSON of everything but the signature."""
        return HANDOVER + digest(msgspec.structs.replace(self, signature=""))


def hand_over(before: Signer, new: Signer | None, epoch: int, key: Ed25519PrivateKey) -> Handover:
    """Hand the role of `before` over to `new` in the policy of that epoch.

    `key` is the outgoing holder's own, or the recovery key registered with it; a policy with any other is refused.
    """
    unsigned = Handover(before.role, epoch, before.key, new, public_text(key))
    return msgspec.structs.replace(unsigned, signature=sign_message(key, unsigned.statement))


def lapsed(signer: Signer, today: date) -> bool:
    """Whether the twelve months of a role key are over, or have not begun."""
    return not timedelta(0) <= today - signer.enrolled < KEY_LIFE


def check_succession(
    policy: Policy, known: Mapping[SignerRole, Signer], last_epoch: int, handovers: Sequence[Handover], *, today: date
) -> None:
    """Raise PolicyRefused unless every role of the `known` quorum is its holder's still, or was handed over.

    A bundle names its own quorum, so without this anybody could write one and sign it three times.
    """
    named = {signer.role: signer for signer in policy.quorum}
    for role, holder in known.items():
        now = _followed(holder, named.get(role), policy.epoch, last_epoch, handovers, today)
        after = named.get(role)
        if (now and now.key) != (after and after.key):
            raise PolicyRefused(
                Reason.NOT_PINNED,
                f"This policy has another key for {role} than the one known here, and the outgoing holder has not "
                "handed the role over, so it may be somebody else's. Ask them for `glasswork policy hand-over`; with "
                "the recovery key if theirs is lost or older than twelve months.",
            )
        if now and after and after.enrolled > now.enrolled:
            raise PolicyRefused(
                Reason.LAPSED,
                f"The key of {role} is the one that was enrolled before, with a later date. A key counts for twelve "
                "months once: enrol a new key for the role.",
            )


def _followed(
    holder: Signer | None,
    target: Signer | None,
    epoch: int,
    last_epoch: int,
    handovers: Sequence[Handover],
    today: date,
) -> Signer | None:
    """The holder that hand-overs after `last_epoch` lead to, from `holder`; it stops at `target`."""
    for step in sorted(handovers, key=lambda one: one.epoch):
        if holder is None or (target is not None and holder.key == target.key):
            break
        if step.role is holder.role and step.old == holder.key and last_epoch < step.epoch <= epoch:
            if not _valid(step, holder, today):
                break
            holder = step.new
    return holder


def _valid(step: Handover, holder: Signer, today: date) -> bool:
    """Signed by the holder's own key while it counts, or by the recovery key, which serves once."""
    if step.new is not None and step.new.role is not holder.role:
        return False
    own = step.by == holder.key and not lapsed(holder, today)
    reused = step.new is not None and holder.recovery in (step.new.recovery, step.new.key)
    recovered = holder.recovery is not None and step.by == holder.recovery and not reused
    return (own or recovered) and verifies(step.by, step.signature, step.statement)
