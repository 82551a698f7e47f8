"""A release is approved by the whole quorum, for exactly this content, report, card and policy."""

from pathlib import Path

import msgspec
import pytest

from glasswork.govern.approvals import Candidate, approve, check_approval
from glasswork.govern.errors import Refused
from glasswork.policy import SignerRole, check, compile_text, pack, sign
from glasswork.policy.keys import public_text
from glasswork.policy.signatures import Signature
from glasswork.policy.templates import self_policy
from vectors.policy import make

APPROVED = check((Path(make.__file__).parent / "good.json").read_bytes(), now=make.NOW)
CANDIDATE = Candidate(content="1" * 64, attack_report="2" * 64, card="3" * 64, policy=APPROVED.hash)


def approvals(candidate: Candidate, roles: tuple[SignerRole, ...] = make.BOARD) -> list[Signature]:
    return [approve(candidate, role, make.key(role), now=make.NOW) for role in roles]


def test_the_whole_quorum_approves() -> None:
    check_approval(APPROVED, CANDIDATE, approvals(CANDIDATE), now=make.NOW)


@pytest.mark.parametrize("roles", [(), make.BOARD[:1], make.BOARD[:2], make.BOARD[1:]])
def test_less_than_the_quorum_does_not(roles: tuple[SignerRole, ...]) -> None:
    with pytest.raises(Refused, match="not approved"):
        check_approval(APPROVED, CANDIDATE, approvals(CANDIDATE, roles), now=make.NOW)


@pytest.mark.parametrize("field", ["content", "attack_report", "card"])
def test_an_approval_is_for_nothing_else(field: str) -> None:
    other = msgspec.structs.replace(CANDIDATE, **{field: "f" * 64})
    with pytest.raises(Refused, match="altered"):
        check_approval(APPROVED, other, approvals(CANDIDATE), now=make.NOW)


def test_an_approval_under_another_policy_does_not_count() -> None:
    other = msgspec.structs.replace(CANDIDATE, policy="0" * 64)
    with pytest.raises(Refused, match="another policy"):
        check_approval(APPROVED, other, approvals(other), now=make.NOW)


def test_a_signature_of_the_policy_is_not_one_of_a_release() -> None:
    bundle = compile_text(make.EXAMPLE.read_text())
    with pytest.raises(Refused, match="altered"):
        check_approval(APPROVED, CANDIDATE, make.signatures(bundle), now=make.NOW)


def test_one_persons_own_data_cannot_be_released() -> None:
    owner = make.key("owner")
    bundle = compile_text(self_policy(public_text(owner), now=make.NOW, sink_url="http://127.0.0.1:1"))
    mine = check(pack(bundle, [sign(bundle, SignerRole.OWNER, owner, now=make.NOW)]), now=make.NOW)
    candidate = msgspec.structs.replace(CANDIDATE, policy=mine.hash)
    signed = [approve(candidate, SignerRole.OWNER, owner, now=make.NOW)]
    with pytest.raises(Refused, match="scope self"):
        check_approval(mine, candidate, signed, now=make.NOW)
