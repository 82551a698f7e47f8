"""Colluding approvers: some of the board want a wider policy without the others, above all without the workers.

STRIDE elevation, LINDDUN non-compliance. Control: every role signs with a key of its own and of another person; a role
changes hands by its holder's own hand-over alone, whoever else agrees.
"""

from itertools import combinations
from pathlib import Path

import msgspec
import pytest

from glasswork.api.quorum import add_handover
from glasswork.device.accepted import approved_policy
from glasswork.policy import PolicyInvalid, PolicyRefused, Reason, compile_text
from policy_world import NOW, PRIVACY, SECURITY, WORKERS, bundle, key, signed, text
from vectors.policy import make

FIRST = signed(bundle(1))
BOARD = make.BOARD


@pytest.mark.parametrize("some", [roles for n in (1, 2) for roles in combinations(BOARD, n)])
def test_no_part_of_the_board_can_do_without_the_rest(tmp_path: Path, some: tuple[str, ...]) -> None:
    approved_policy(tmp_path, FIRST, NOW)
    with pytest.raises(PolicyRefused):
        approved_policy(tmp_path, signed(bundle(2), *some), NOW)  # type: ignore[arg-type]


def test_two_of_them_cannot_put_in_a_representative_of_their_own(tmp_path: Path) -> None:
    first = approved_policy(tmp_path, FIRST, NOW)
    puppet = {"key": text("a puppet"), "person": "staff-9"}
    made = bundle(2, worker_representative=puppet)
    whole = signed(made, worker_representative="a puppet")
    attempts = [whole, *(add_handover(whole, first.policy, WORKERS, key(by)) for by in ("a puppet", PRIVACY, SECURITY))]
    for attempt in attempts:
        with pytest.raises(PolicyRefused) as refused:
            approved_policy(tmp_path, attempt, NOW)
        assert refused.value.reason is Reason.NOT_PINNED
    approved_policy(tmp_path, add_handover(whole, first.policy, WORKERS, key(WORKERS)), NOW)


def test_they_cannot_leave_the_representative_out_of_the_quorum(tmp_path: Path) -> None:
    approved_policy(tmp_path, FIRST, NOW)
    without = make.with_policy(bundle(2), quorum=bundle(2).policy.quorum[:2])
    with pytest.raises(PolicyRefused):
        approved_policy(tmp_path, signed(without, PRIVACY, SECURITY), NOW)


def test_they_cannot_register_a_recovery_key_for_somebody_else(tmp_path: Path) -> None:
    """The recovery key that counts is the one in the policy before, which its holder signed."""
    first = approved_policy(tmp_path, FIRST, NOW)
    made = bundle(2, worker_representative={"key": text("a puppet"), "recovery": text("their recovery")})
    whole = signed(made, worker_representative="a puppet")
    with pytest.raises(PolicyRefused):
        approved_policy(tmp_path, add_handover(whole, first.policy, WORKERS, key("their recovery")), NOW)


def test_one_person_cannot_be_two_of_the_board() -> None:
    toml = make.EXAMPLE.read_text(encoding="utf-8")
    with pytest.raises(PolicyInvalid, match=r"quorum\.person"):
        compile_text(toml.replace('person = "staff-3"', 'person = "staff-1"'))
    one_key = msgspec.structs.replace(bundle().policy.quorum[1], key=text(PRIVACY))
    both = make.with_policy(bundle(), quorum=(bundle().policy.quorum[0], one_key, bundle().policy.quorum[2]))
    with pytest.raises(PolicyRefused):
        approved_policy(Path("/nonexistent"), signed(both, security_officer=PRIVACY), NOW)
