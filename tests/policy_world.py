"""What tests of the agreement need around it: a board with known keys, policies of theirs, hand-overs between them."""

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.policy import Policy, SignerRole, compile_text, pack, sign, unpack_all
from glasswork.policy.bundle import Bundle
from glasswork.policy.election import Election
from glasswork.policy.keys import public_text
from glasswork.policy.model import Signer
from glasswork.policy.succession import Handover
from vectors.policy import make

NOW = make.NOW
PRIVACY, SECURITY, WORKERS = make.BOARD


def key(name: str) -> Ed25519PrivateKey:
    return make.key(name)


def text(name: str) -> str:
    return public_text(make.key(name))


def bundle(epoch: int = 1, edit: tuple[str, str] = ("", ""), **signers: dict[str, object]) -> Bundle:
    """The example policy of that epoch; `signers` change the quorum's entries by role."""
    toml = make.EXAMPLE.read_text(encoding="utf-8").replace("epoch = 1 ", f"epoch = {epoch} ")
    assert edit[0] in toml
    made = compile_text(toml.replace(*edit, 1))
    quorum = tuple(msgspec.structs.replace(one, **signers.get(one.role, {})) for one in made.policy.quorum)
    return make.with_policy(made, quorum=quorum)


def signed(
    made: Bundle,
    *roles: SignerRole,
    handovers: tuple[Handover, ...] = (),
    election: Election | None = None,
    **names: str,
) -> bytes:
    """Signed by the roles given (all without), each with its test key or the one that `names` gives for it."""
    return pack(
        made,
        [sign(made, role, key(names.get(role, role)), now=NOW) for role in roles or make.BOARD],
        handovers,
        election,
    )


def also_signed(data: bytes, *roles: SignerRole) -> bytes:
    made, signatures, handovers, election = unpack_all(data)
    return pack(made, [*signatures, *(sign(made, role, key(role), now=NOW) for role in roles)], handovers, election)


def holder(policy: Policy, role: SignerRole) -> Signer:
    return next(signer for signer in policy.quorum if signer.role is role)
