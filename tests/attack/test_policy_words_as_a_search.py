"""An organiser lists a person's name among the words to look for, to find out on whose screens it occurs.

LINDDUN: detectability and disclosure. Control: a word that the recorder would look for is a capability. To add one is
wider, so it needs a new assessment and every signature; the comparison and the notice print it; whoever is recorded is
shown it before anything is; and what is somebody's by its form (an address, a long number) does not compile.
"""

from pathlib import Path

import pytest

from glasswork.device import notices
from glasswork.device.accepted import approved_policy
from glasswork.policy import Direction, PolicyInvalid, PolicyRefused, Reason, compare, compile_text, notice, verdict
from vectors.policy import make

EXAMPLE = make.EXAMPLE.read_text().replace("epoch = 1 ", "epoch = 5 ")
ASSESSED = compile_text(EXAMPLE).policy.assessment or ""
NAME = "Ada Lovelace"
PLACES = {
    "as a word": ('["Delivery note", ', f'["Delivery note", "{NAME}", '),
    "as a screen of a site": ('["New order", ', f'["New order", "{NAME}", '),
    "as a screen of a program": ('category = "editor"', f'category = "editor"\nscreens = ["{NAME}"]'),
}


def widened(place: str) -> str:
    old, new = PLACES[place]
    assert old in EXAMPLE
    return EXAMPLE.replace(old, new).replace("epoch = 5 ", "epoch = 6 ")


@pytest.mark.parametrize("place", PLACES)
def test_a_listed_name_is_wider_and_the_board_reads_it(place: str) -> None:
    changes = compare(compile_text(EXAMPLE).policy, compile_text(widened(place)).policy)
    assert verdict(changes) is Direction.WIDER
    assert [NAME.casefold() in change.what.casefold() for change in changes if change.kind is Direction.WIDER] == [True]


@pytest.mark.parametrize("place", PLACES)
def test_a_device_refuses_the_name_on_the_old_assessment(place: str, tmp_path: Path) -> None:
    approved_policy(tmp_path, make.signed(compile_text(EXAMPLE)), make.NOW)
    with pytest.raises(PolicyRefused) as refused:
        approved_policy(tmp_path, make.signed(compile_text(widened(place))), make.NOW)
    assert refused.value.reason is Reason.NOT_ASSESSED


@pytest.mark.parametrize("place", PLACES)
def test_with_every_signature_the_name_is_still_shown_before_anything_is_recorded(place: str, tmp_path: Path) -> None:
    first = approved_policy(tmp_path, make.signed(compile_text(EXAMPLE)), make.NOW)
    notices.acknowledge(tmp_path, first)
    signed = make.signed(compile_text(widened(place).replace(ASSESSED, "1" * 64)))
    now = approved_policy(tmp_path, signed, make.NOW)
    assert notices.was_shown(tmp_path, first) and not notices.was_shown(tmp_path, now)
    assert NAME in notice(now.policy, now.hash) and NAME not in notice(first.policy, first.hash)


@pytest.mark.parametrize("word", ["ada@example.org", "+49 151 2345678", "Staff 1234567", "A\u200bda", "Аda"])
def test_what_is_somebodys_by_its_form_or_hides_does_not_compile(word: str) -> None:
    with pytest.raises(PolicyInvalid):
        compile_text(EXAMPLE.replace('["Delivery note", ', f'["Delivery note", "{word}", '))
