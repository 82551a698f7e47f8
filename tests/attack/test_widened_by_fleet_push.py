"""An administrator pushes a settings file to every device that lets it record more than the board has signed.

STRIDE: tampering, elevation of privilege. Control: the fleet's file is applied by the same `narrow` as the
participant's own, which refuses the whole file where anything in it is wider; a refused file records nothing.
"""

import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasswork.device import settings
from glasswork.device.errors import SettingsRefused
from glasswork.policy import Direction, LocalSettings, check, compare, verdict
from glasswork.policy.model import Budget, Policy
from glasswork.policy.narrow import LocalBudget
from vectors.policy import make

APPROVED = check(make.signed(make.compile_text(make.EXAMPLE.read_text())), now=make.NOW)
ALL_DAYS = '["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]'
WIDER = {
    "another program": 'apps = ["editor", "files", "browser", "mail"]',
    "another site": 'sites = ["orders.example.org", "mail.example.org"]',
    "typing where it is not": 'keys = ["editor", "files", "browser", "orders.example.org"]',
    "the weekend": f"days = {ALL_DAYS}",
    "the evening": "to_hour = 24",
    "every day": "sampling_share = 1.0",
    "more of the processor": "[budget]\ncpu_percent = 100",
    "more bytes": "[budget]\nbytes_per_day = 100_000_000",
    "an empty battery": "[budget]\nbattery_above = 0",
    "a metered network": "[budget]\nsend_on_metered = true",
    "another sink": '[[sinks]]\nid = "ours"\nurl = "https://collector.example"\ncontract = "none"\nregion = "DE"',
    "another word": 'vocabulary = ["union"]',
    "another screen": '[[apps]]\nid = "editor"\nscreens = ["Works council"]',
    "no exclusions": "excluded_roles = []",
    "longer retention": "[retention]\nactions = 730",
    "fewer people together": "minimum_people = 1",
    "no quorum": "quorum = []",
    "another purpose": '[[purposes]]\nid = "evaluate_models"\nbasis = "consent"',
    "a week to hold": "hold_days = 8",
}


@pytest.mark.parametrize("what", WIDER)
def test_a_pushed_file_that_asks_for_more_is_refused_whole_and_nothing_is_recorded(what: str, tmp_path: Path) -> None:
    fleet = tmp_path / "fleet.toml"
    fleet.write_text(WIDER[what])
    tomllib.loads(WIDER[what])
    with pytest.raises(SettingsRefused) as refused:
        settings.in_force(APPROVED, tmp_path, fleet)
    assert refused.value.exit_code == 78


@pytest.mark.parametrize("what", WIDER)
def test_a_narrower_line_does_not_carry_a_wider_one_through(what: str, tmp_path: Path) -> None:
    fleet = tmp_path / "fleet.toml"
    fleet.write_text(("" if "hold_days" in WIDER[what] else "hold_days = 1\n") + WIDER[what])
    with pytest.raises(SettingsRefused):
        settings.in_force(APPROVED, tmp_path, fleet)


def test_what_can_be_pushed_is_what_can_be_narrowed_and_no_more() -> None:
    assert set(LocalSettings.__struct_fields__) & {"sinks", "vocabulary", "retention", "purposes", "quorum"} == set()
    assert set(LocalBudget.__struct_fields__) == {*Budget.__struct_fields__, "bytes_per_day"}


names = st.lists(st.sampled_from(["editor", "files", "browser", "mail", "orders.example.org"]), max_size=3).map(tuple)
pushed = st.builds(
    LocalSettings,
    apps=st.none() | names,
    sites=st.none() | names,
    keys=st.none() | names,
    from_hour=st.none() | st.integers(0, 23),
    to_hour=st.none() | st.integers(1, 24),
    sampling_share=st.none() | st.floats(0.1, 1),
    hold_days=st.none() | st.integers(1, 7),
    budget=st.builds(
        LocalBudget,
        cpu_percent=st.none() | st.integers(1, 100),
        battery_above=st.none() | st.integers(0, 100),
        send_on_metered=st.none() | st.booleans(),
    ),
)


@given(pushed)
def test_whatever_is_pushed_what_is_in_force_is_never_wider(
    tmp_path_factory: pytest.TempPathFactory, wanted: LocalSettings
) -> None:
    folder = tmp_path_factory.mktemp("device")
    fleet = folder / "fleet.toml"
    fleet.write_text(toml(wanted))
    try:
        result: Policy = settings.in_force(APPROVED, folder, fleet).policy
    except SettingsRefused:
        return
    assert verdict(compare(APPROVED.policy, result)) is not Direction.WIDER


def toml(wanted: LocalSettings) -> str:
    said = msgspec.to_builtins(wanted)
    budget = said.pop("budget")
    lines = [(key, value) for key, value in said.items() if value is not None]
    lines += [(f"budget.{key}", value) for key, value in budget.items() if value is not None]
    return "".join(f"{key} = {msgspec.json.encode(value).decode()}\n" for key, value in lines)
