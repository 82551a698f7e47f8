"""Local settings: files that narrow, in order, and that are refused as a whole where they would not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasswork.device import settings
from glasswork.device.errors import SettingsRefused
from glasswork.device.settings import FILE, KEYS, change, in_force, listed, read
from glasswork.policy import Approved, Direction, check, compare
from vectors.policy import make

SIGNED = (Path(make.__file__).parent / "good.json").read_bytes()
APPROVED: Approved = check(SIGNED, now=make.NOW)
POLICY = APPROVED.policy


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    return tmp_path / "fleet.toml"


def in_words(folder: Path, fleet: Path) -> dict[str, tuple[object, str]]:
    return {one.key: (one.value, one.source) for one in listed(POLICY, folder, fleet)}


def test_without_files_the_policy_counts(tmp_path: Path, fleet: Path) -> None:
    assert in_force(APPROVED, tmp_path, fleet) == APPROVED
    assert [one.key for one in listed(POLICY, tmp_path, fleet)] == list(KEYS)
    assert {one.source for one in listed(POLICY, tmp_path, fleet)} == {"policy"}


def test_fleet_and_participant_narrow_one_after_the_other_under_one_hash(tmp_path: Path, fleet: Path) -> None:
    fleet.write_text('apps = ["editor", "browser"]\nhold_days = 5\n[budget]\ncpu_percent = 3\n')
    (tmp_path / FILE).write_text('hold_days = 2\nkeys = []\ndays = ["monday"]\n[budget]\nbattery_above = 100\n')
    found = in_force(APPROVED, tmp_path, fleet)
    assert found.hash == APPROVED.hash and found.capabilities == APPROVED.capabilities
    assert {one.kind for one in compare(POLICY, found.policy)} == {Direction.NARROWER}
    said = in_words(tmp_path, fleet)
    assert said["apps"] == (["editor", "browser"], "fleet") and said["hold_days"] == (2, "you")
    assert said["keys"] == ([], "you") and said["budget.cpu_percent"] == (3, "fleet")
    assert said["budget.battery_above"] == (100, "you") and said["to_hour"] == (18, "policy")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hold_days = 8", "hold_days"),
        ("hold_days = 0", "hold_days"),
        ('apps = ["terminal"]', "terminal"),
        ("sampling_share = 0.6", "share of days"),
        ("to_hour = 20", "hours 18, 19"),
        ("from_hour = 18", "from_hour"),
        ("[budget]\nmemory_mb = 300", "megabytes of memory"),
        ("[budget]\nsend_on_metered = true", "metered"),
        ("[budget]\nbattery_above = 5", "battery"),
        ("purposes = []", "purposes"),
        ("epoch = 9", "epoch"),
        ("hold_days =", "cannot be read"),
        ("hold_days = '1'", "hold_days"),
    ],
)
def test_what_is_too_wide_or_unreadable_is_refused_and_names_the_file(
    tmp_path: Path, fleet: Path, text: str, words: str
) -> None:
    for path in (fleet, tmp_path / FILE):
        path.write_text(text)
        with pytest.raises(SettingsRefused, match=words) as refused:
            in_force(APPROVED, tmp_path, fleet)
        assert str(path) in str(refused.value) and refused.value.exit_code == 78
        path.unlink()


def test_bytes_and_folders_are_no_settings(tmp_path: Path, fleet: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsRefused, match="cannot be read"):
        in_force(APPROVED, tmp_path, fleet)
    fleet.mkdir()
    with pytest.raises(SettingsRefused, match="cannot be read"):
        read(fleet)


def test_the_participant_cannot_take_back_what_the_fleet_took(tmp_path: Path, fleet: Path) -> None:
    fleet.write_text("hold_days = 3\n")
    with pytest.raises(SettingsRefused, match="Nothing was changed"):
        change(POLICY, tmp_path, "hold_days", "4", fleet)
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("apps", "editor, files", ["editor", "files"]),
        ("apps", "", []),
        ("sites", "", []),
        ("keys", "orders.example.org", ["orders.example.org"]),
        ("event_kinds", "pointer", ("pointer",)),
        ("days", "monday,friday", ("monday", "friday")),
        ("from_hour", "9", 9),
        ("to_hour", "17", 17),
        ("sampling_share", "0.1", 0.1),
        ("hold_days", "1", 1),
        ("budget.cpu_percent", "1", 1),
        ("budget.memory_mb", "100", 100),
        ("budget.disk_mb", "1", 1),
        ("budget.bytes_per_day", "10000", 10_000),
        ("budget.battery_above", "100", 100),
        ("budget.send_on_metered", "false", False),
    ],
)
def test_each_key_can_be_set_and_taken_back(tmp_path: Path, fleet: Path, key: str, text: str, value: object) -> None:
    before = in_words(tmp_path, fleet)
    change(POLICY, tmp_path, key, text, fleet)
    assert in_words(tmp_path, fleet)[key] == (value, "you")
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    change(POLICY, tmp_path, key, None, fleet)
    assert in_words(tmp_path, fleet) == before


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("apps", "terminal"),
        ("budget.cpu_percent", "6"),
        ("budget.cpu_percent", "much"),
        ("days", "someday"),
        ("hold_days", "9" * 40),
        ("budget", "1"),
        ("retention.actions", "1"),
        ("", ""),
    ],
)
def test_what_cannot_be_set_leaves_the_file_as_it_was(tmp_path: Path, fleet: Path, key: str, text: str) -> None:
    change(POLICY, tmp_path, "hold_days", "3", fleet)
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(SettingsRefused, match="Nothing was changed"):
        change(POLICY, tmp_path, key, text, fleet)
    assert (tmp_path / FILE).read_bytes() == before


def test_what_has_become_too_wide_can_be_taken_back(tmp_path: Path, fleet: Path) -> None:
    change(POLICY, tmp_path, "hold_days", "5", fleet)
    change(POLICY, tmp_path, "budget.disk_mb", "5", fleet)
    fleet.write_text("hold_days = 2\n")  # later
    with pytest.raises(SettingsRefused):
        in_force(APPROVED, tmp_path, fleet)
    change(POLICY, tmp_path, "hold_days", None, fleet)
    assert in_words(tmp_path, fleet)["hold_days"] == (2, "fleet")
    assert in_words(tmp_path, fleet)["budget.disk_mb"] == (5, "you")


@given(st.text(max_size=30), st.sampled_from([*KEYS, "x"]))
def test_no_text_on_the_command_line_widens_or_breaks_the_file(
    tmp_path_factory: pytest.TempPathFactory, text: str, key: str
) -> None:
    folder = tmp_path_factory.mktemp("device")
    try:
        change(POLICY, folder, key, text, folder / "fleet.toml")
    except SettingsRefused:
        assert not (folder / FILE).exists()
    kinds = {one.kind for one in compare(POLICY, in_force(APPROVED, folder, folder / "fleet.toml").policy)}
    assert kinds <= {Direction.NARROWER}


def test_the_fleets_file_is_the_administrators() -> None:
    assert Path("/etc/glasswork/settings.toml") == settings.FLEET
