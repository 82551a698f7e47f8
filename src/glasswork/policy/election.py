"""Election: where there is no council, the participants say who represents them, and anybody can count the votes.

A ballot names the programme, the delegate's key and the roll: one device key of each participant. A vote is a device's
signature of the ballot. The delegate is elected with the votes of more than half of the roll. The record travels with
the signed policy, so a device needs nothing else to count.

What it cannot show: that the roll is complete, and holds nobody who does not exist. Each participant can find their
own key on it, and the vault counts the devices that are enrolled. Votes are not secret from whoever knows whose key is
whose; only those for the delegate are kept.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Meta, Struct

from glasswork.policy.errors import PolicyInvalid, PolicyRefused, Reason
from glasswork.policy.keys import public_text
from glasswork.policy.model import Key, Line, Signer
from glasswork.policy.statements import digest, sign_message, verifies
from glasswork.policy.succession import KEY_LIFE

VOTE: Final = b"glasswork-vote-v1\n"
MOST_VOTERS: Final = 10_000


class Vote(Struct, frozen=True, forbid_unknown_fields=True):
    """One voter's signature (base64) of the ballot, by a key on its roll."""

    voter: Key
    signature: str


class Election(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A ballot and the votes for it. `held`: the day it was opened; `roll`: one device key of each participant."""

    programme: Line
    delegate: Key
    held: date
    roll: Annotated[tuple[Key, ...], Meta(min_length=1, max_length=MOST_VOTERS)]
    votes: tuple[Vote, ...] = ()

    @property
    def statement(self) -> bytes:
        """What a voter signs: the line VOTE, and SHA-256 of the canonical JSON of the ballot without votes."""
        return VOTE + digest(msgspec.structs.replace(self, votes=()))

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON of the whole record, in hexadecimal: what a policy names."""
        return digest(self).hex()


def open_ballot(programme: str, delegate: str, roll: Iterable[str], *, held: date) -> Election:
    """A ballot without votes. Raises PolicyInvalid where the roll is empty, too long or has a key twice."""
    keys = tuple(roll)
    if not 1 <= len(keys) <= MOST_VOTERS or len(set(keys)) != len(keys):
        raise PolicyInvalid(
            f"The roll of a ballot has between 1 and {MOST_VOTERS} keys, each once. Give one device key of each "
            "participant."
        )
    return Election(programme=programme, delegate=delegate, held=held, roll=tuple(sorted(keys)))


def vote(ballot: Election, key: Ed25519PrivateKey) -> Election:
    """The record with one more vote. Voting again changes nothing. Raises PolicyRefused for a key not on the roll."""
    voter = public_text(key)
    if voter not in ballot.roll:
        raise PolicyRefused(
            Reason.UNKNOWN_SIGNER, "This key is not on the roll of the ballot. Ask for a ballot that lists your device."
        )
    cast = Vote(voter, sign_message(key, ballot.statement))
    return merge([ballot, msgspec.structs.replace(ballot, votes=(cast,))])


def merge(records: Iterable[Election]) -> Election:
    """The votes of several copies of one ballot in one record, each voter once.

    Raises PolicyRefused where they are of different ballots.
    """
    copies = list(records)
    if len({copy.statement for copy in copies}) != 1:
        raise PolicyRefused(
            Reason.ALTERED, "These are not copies of one ballot, so their votes cannot be put together."
        )
    votes = {cast.voter: cast for copy in copies for cast in copy.votes}
    return msgspec.structs.replace(copies[0], votes=tuple(votes[voter] for voter in sorted(votes)))


def check_election(record: Election | None, representative: Signer) -> None:
    """Raise PolicyRefused unless this is the record that the policy names, and it elected that key by a majority."""
    if record is None or record.hash != representative.elected or record.delegate != representative.key:
        raise _refused("the record of the election that the policy names is not with it")
    if not record.held <= representative.enrolled < record.held + KEY_LIFE:
        raise _refused("the election was not held in the twelve months before the key was enrolled")
    voters = {cast.voter for cast in record.votes}
    if len(voters) != len(record.votes) or len(set(record.roll)) != len(record.roll) or not voters <= set(record.roll):
        raise _refused("somebody voted twice, or is not on the roll")
    if not all(verifies(cast.voter, cast.signature, record.statement) for cast in record.votes):
        raise _refused("a vote was altered, or is for somebody else")
    if 2 * len(voters) <= len(record.roll):
        raise _refused(f"{len(voters)} of {len(record.roll)} participants voted for them, and it takes more than half")


def _refused(why: str) -> PolicyRefused:
    return PolicyRefused(
        Reason.NOT_ELECTED,
        f"The worker representative is not elected: {why}. Hold the election, or name the council's.",
    )
