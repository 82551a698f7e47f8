"""Widening re-opens the impact assessment, narrowing does not: on the device, from file to refusal."""

import hashlib
from pathlib import Path

import pytest

from glasswork.device.accepted import approved_policy
from glasswork.policy import PolicyInvalid, PolicyRefused, Reason, compile_text
from glasswork.policy.assessment import check_assessed
from vectors.policy import make

EXAMPLE = make.EXAMPLE.read_text()
ASSESSED = compile_text(EXAMPLE).policy.assessment or ""


def bundle(epoch: int, *edits: tuple[str, str]) -> bytes:
    text = EXAMPLE.replace("epoch = 1 ", f"epoch = {epoch} ")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return make.signed(compile_text(text))


WIDER = ("actions = 30", "actions = 31")
NARROWER = ("actions = 30", "actions = 29")
ANEW = (ASSESSED, "1" * 64)


def test_a_narrower_policy_keeps_its_assessment(tmp_path: Path) -> None:
    approved_policy(tmp_path, bundle(1), make.NOW)
    assert approved_policy(tmp_path, bundle(2, NARROWER), make.NOW).policy.retention.actions == 29


def test_a_wider_policy_is_refused_on_the_old_assessment_and_taken_on_a_new_one(tmp_path: Path) -> None:
    approved_policy(tmp_path, bundle(1), make.NOW)
    with pytest.raises(PolicyRefused, match="days kept as actions from 30 to 31") as refused:
        approved_policy(tmp_path, bundle(2, WIDER), make.NOW)
    assert refused.value.reason is Reason.NOT_ASSESSED and refused.value.exit_code == 78
    assert approved_policy(tmp_path, bundle(1), make.NOW), "what was in force stays in force"
    assert approved_policy(tmp_path, bundle(3, WIDER, ANEW), make.NOW).policy.retention.actions == 31


def test_narrower_in_one_thing_does_not_pay_for_wider_in_another(tmp_path: Path) -> None:
    approved_policy(tmp_path, bundle(1), make.NOW)
    with pytest.raises(PolicyRefused) as refused:
        approved_policy(tmp_path, bundle(2, WIDER, ("hold_days = 7 ", "hold_days = 1 ")), make.NOW)
    assert refused.value.reason is Reason.NOT_ASSESSED


def test_a_wide_policy_is_not_brought_back_step_by_step(tmp_path: Path) -> None:
    """What was taken away is not assessed any longer: to give it back is to widen."""
    approved_policy(tmp_path, bundle(1), make.NOW)
    approved_policy(tmp_path, bundle(2, NARROWER), make.NOW)
    with pytest.raises(PolicyRefused) as refused:
        approved_policy(tmp_path, bundle(3), make.NOW)
    assert refused.value.reason is Reason.NOT_ASSESSED


def test_a_programme_without_an_assessment_does_not_compile() -> None:
    with pytest.raises(PolicyInvalid, match="assessment"):
        compile_text(EXAMPLE.replace(f'assessment = "{ASSESSED}"', ""))


def test_a_placeholder_and_another_document_are_not_the_assessment(tmp_path: Path) -> None:
    document = tmp_path / "assessment.md"
    document.write_text("What can go wrong, and what is done about it.")
    true = hashlib.sha256(document.read_bytes()).hexdigest()
    policy = compile_text(EXAMPLE.replace(ASSESSED, true)).policy
    check_assessed(policy, document)
    check_assessed(policy, None)
    with pytest.raises(PolicyInvalid, match="placeholder"):
        check_assessed(compile_text(EXAMPLE).policy, None)
    document.write_text("Something else.")
    with pytest.raises(PolicyInvalid, match="not the impact assessment"):
        check_assessed(policy, document)
    with pytest.raises(PolicyInvalid, match="cannot be read"):
        check_assessed(policy, tmp_path)
