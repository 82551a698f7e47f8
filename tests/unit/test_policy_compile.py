"""From policy.toml to a bundle: bounds, default-deny, look-ups, the notice, the ready policies, local settings."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from glasswork.policy import (
    Direction,
    LocalSettings,
    Policy,
    PolicyInvalid,
    PolicyRefused,
    SignerRole,
    app_of,
    capabilities,
    check,
    compare,
    compile,
    compile_text,
    in_schedule,
    meanings,
    narrow,
    notice,
    pack,
    sign,
    site_of,
)
from glasswork.policy.capabilities import FIELDS
from glasswork.policy.keys import public_text
from glasswork.policy.model import Budget, Day, EventKind
from glasswork.policy.narrow import LocalBudget
from glasswork.policy.purposes import PURPOSES, listable, within
from glasswork.policy.templates import demo_policy, self_policy
from vectors.policy import make

EXAMPLE = make.EXAMPLE.read_text()
SINK = "http://127.0.0.1:8700"


def policy(old: str = "", new: str = "") -> Policy:
    assert old in EXAMPLE
    return compile_text(EXAMPLE.replace(old, new) if old else EXAMPLE).policy


def test_the_example_compiles_and_always_to_the_same_hash() -> None:
    assert compile(make.EXAMPLE).hash == compile(make.EXAMPLE).hash


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("hold_days = 7 ", "hold_days = 8 ", "hold_days"),
        ("sampling_share = 0.5", "sampling_share = 0.0", "sampling_share"),
        ("actions = 30", "actions = 0", "retention.actions"),
        ("datasets = 365", "datasets = 731", "retention.datasets"),
        ("bytes_per_day = 2_000_000", "bytes_per_day = 1", "bytes_per_day"),
        ("cpu_percent = 5 ", "cpu_percent = 0 ", "budget.cpu_percent"),
        ("cpu_percent = 5 ", "cpu_percent = 101 ", "budget.cpu_percent"),
        ("memory_mb = 200 ", "memory_mb = 2_001 ", "budget.memory_mb"),
        ("disk_mb = 50 ", "disk_mb = 1_001 ", "budget.disk_mb"),
        ("battery_above = 20 ", "battery_above = -1 ", "budget.battery_above"),
        ("send_on_metered = false ", "send_on_metered = 1 ", "budget.send_on_metered"),
        ("[budget] ", "[budget]\ndebug_mb = 1 #", "debug_mb"),
        ("epoch = 1 ", "epoch = 0 ", "epoch"),
        ("epoch = 1 ", "epoch = true ", "epoch"),
        ("minimum_people = 20", "minimum_people = 0", "minimum_people"),
        ("https://glasswork.example.org", "http://glasswork.example.org", "office"),
        ("https://glasswork.example.org", "https://name@glasswork.example.org", "url"),
        ("https://glasswork.example.org", "https://glasswork.example.org:99999", "office"),
        ("https://glasswork.example.org", "file:///etc", "url"),
        ("2027-10-31T00:00:00Z", "2027-11-03T00:00:00Z", "expires"),
        ("2027-10-31T00:00:00Z", "2026-10-31T00:00:00Z", "expires"),
        ("2027-10-31T00:00:00Z", "2027-10-31T00:00:00", "time zone"),
        ("from_hour = 8", "from_hour = 18", "from_hour"),
        ('"monday", "tuesday"', '"monday", "monday"', "twice"),
        ('id = "files"', 'id = "editor"', "apps.id"),
        ('"pcmanfm", "explorer.exe"', '"pcmanfm", "Notepad"', "executables"),
        ('"pcmanfm"', '"*"', "executables"),
        ('"pcmanfm"', '"/usr/bin/pcmanfm"', "executables"),
        ('host = "orders', 'host = "*.orders', "host"),
        ('"pointer", "keys"', '"pointer", "pixels"', "event_kinds"),
        ('category = "editor"', 'category = "editors"', "category"),
        ('id = "train_models"', 'id = "performance_evaluation"', "evaluates individual people"),
        ('id = "train_models"', 'id = "individual_evaluation"', "evaluates individual people"),
        ('id = "train_models"', 'id = "assemble"', "not a purpose that a policy can list"),
        ('id = "train_models"', 'id = "listable"', "not a purpose that a policy can list"),
        ('id = "train_models"', 'id = "marketing"', "not a purpose that a policy can list"),
        ('basis = "consent"', 'basis = "we want to"', "basis"),
        ('basis = "consent"', 'basis = "personal"', "personal"),
        ('scope = "programme"', 'scope = "self"', "personal_use"),
        ('role = "worker_representative"', 'role = "legal"', "lacks worker_representative"),
        ('role = "worker_representative"', 'role = "owner"', "lacks worker_representative"),
        ('role = "worker_representative"', 'role = "security_officer"', "quorum.role"),
        ("[controller]", "exclude = []\n[controller]", "exclude"),
        ("[quotas]", "[quotas]\nper_hour = 3", "per_hour"),
        ('contract = "processing agreement 2026-04"\n', "", "contract"),
        ('["Delivery note"', '["delivery note", "Delivery note"', "vocabulary"),
        ('name = "Order desk"', 'name = "Order\\ndesk"', "name"),
        ("[schedule]", "[schedule", "not TOML"),
    ],
)
def test_what_is_out_of_bounds_does_not_compile(old: str, new: str, field: str) -> None:
    with pytest.raises(PolicyInvalid, match=field) as error:
        policy(old, new)
    assert error.value.exit_code == 65


def test_one_key_cannot_hold_two_roles() -> None:
    keys = [public_text(make.key(role)) for role in make.BOARD]
    with pytest.raises(PolicyInvalid, match=r"quorum\.key"):
        policy(keys[0], keys[1])
    with pytest.raises(PolicyInvalid, match="not an Ed25519 public key"):
        policy(keys[0], "!" * 44)


def test_a_missing_file_is_an_error_for_a_person(tmp_path: Path) -> None:
    with pytest.raises(PolicyInvalid, match="cannot be read"):
        compile(tmp_path / "policy.toml")
    (tmp_path / "policy.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(PolicyInvalid, match="cannot be read"):
        compile(tmp_path / "policy.toml")


@pytest.mark.parametrize(
    ("program", "app"),
    [
        ("mousepad", "editor"),
        ("/usr/bin/mousepad", "editor"),
        ("MousePad.EXE", "editor"),
        ("C:\\Windows\\Notepad.exe", "editor"),
        ("notepad", "editor"),
        ("mousepad2", None),
        ("", None),
        ("xterm", None),
    ],
)
def test_only_listed_programs_are_apps(program: str, app: str | None) -> None:
    found = app_of(policy(), program)
    assert (found and found.id) == app


@pytest.mark.parametrize(
    ("host", "listed"),
    [
        ("orders.example.org", True),
        ("ORDERS.example.org:8443", True),
        ("example.org", False),
        ("new.orders.example.org", False),
        ("orders.example.org.evil.example", False),
        ("", False),
    ],
)
def test_only_listed_hosts_are_sites(host: str, listed: bool) -> None:
    assert (site_of(policy(), host) is not None) is listed


def test_a_port_in_the_list_is_that_port_only() -> None:
    found = policy('host = "orders.example.org"', 'host = "127.0.0.1:8080"')
    assert site_of(found, "127.0.0.1:8080") and not site_of(found, "127.0.0.1:9090") and not site_of(found, "127.0.0.1")


def test_the_schedule_is_of_the_local_clock() -> None:
    monday = datetime(2026, 11, 23, 8)
    assert in_schedule(policy(), monday)
    assert not in_schedule(policy(), monday.replace(hour=7, minute=59))
    assert not in_schedule(policy(), monday.replace(hour=18))
    assert not in_schedule(policy(), monday + timedelta(days=5))


def test_the_purpose_tree_is_closed() -> None:
    assert {id_ for id_ in PURPOSES if listable(id_)} == {
        "train_computer_use_agents",
        "train_models",
        "evaluate_models",
        "personal_use",
    }
    assert within("refine", "operate") and not within("refine", "listable") and not within("made_up", "made_up")
    assert all(entry.parent == "" or entry.parent in PURPOSES for entry in PURPOSES.values())


def test_the_notice_tells_everything_that_the_policy_lets_through() -> None:
    told = msgspec.structs.replace(
        policy("send_on_metered = false", "send_on_metered = true "),
        opt_out_key=public_text(X25519PrivateKey.generate()),
    )
    text = notice(told, "0" * 64).replace(" ", "_")
    for capability in capabilities(told):
        head, *rest = capability.replace(" ", "_").replace("%", "").split("/")
        match head:
            case "record":
                words = [rest[1], rest[2], rest[3]]
            case "when":
                words = [rest[0].capitalize(), "08:00_to_18:00"]
            case "limit":
                name, value = rest[0].split("=")
                words = ["50.0000%" if name == "share_of_days" else value]
            case "tell":
                words = ["/".join(rest[1:])]
            case "protect" if rest[0] == "roles_said_by":
                words = ["/".join(rest[1:])]
            case "protect":
                name, _, value = rest[0].partition("=")
                words = [value or re.sub("^(exclude|signed_by|law_of)_", "", name)]
            case "send":
                words = ["https://glasswork.example.org", "processing_agreement_2026-04", "DE"]
            case "network":
                words = ["metered", "sends_as_well"]
            case "match":
                words = [rest[1]]
            case "purpose" | "category" | "screen":
                words = [rest[-1], rest[-2]]
            case _:
                words = []
        if head == "word":
            assert rest[0] in text.casefold(), f"{capability} is not in the notice"
        for word in words:
            assert word in text, f"{capability} is not in the notice"
    assert "glasswork_pause" in text and "attendance" not in text and "finding_out_when_a_person_worked" in text


def test_the_notice_is_the_same_every_time_and_changes_with_the_policy() -> None:
    assert notice(policy(), "h") == notice(policy(), "h")
    assert notice(policy(), "h") != notice(policy("hold_days = 7 ", "hold_days = 6 "), "h")


def test_the_policy_for_a_person_alone() -> None:
    owner = make.key("owner")
    bundle = compile_text(self_policy(public_text(owner), now=make.NOW, sink_url=SINK))
    signed = pack(bundle, [sign(bundle, SignerRole.OWNER, owner, now=make.NOW)])
    approved = check(signed, now=make.NOW)
    assert [purpose.id for purpose in approved.policy.purposes] == ["personal_use"]
    assert "goes to you alone" in notice(approved.policy, approved.hash)


def test_the_policy_of_the_demo() -> None:
    keys = {role: public_text(make.key(role)) for role in make.BOARD}
    bundle = compile_text(demo_policy(keys, now=make.NOW, sink_url=SINK))
    approved = check(make.signed(bundle), now=make.NOW)
    programs = ("mousepad", "xterm", "pcmanfm", "chromium")
    assert all(app_of(approved.policy, program) for program in programs)
    assert site_of(approved.policy, "127.0.0.1:8123")


def test_settings_narrow() -> None:
    settings = LocalSettings(
        apps=("editor", "browser"),
        keys=("orders.example.org",),
        event_kinds=(EventKind.POINTER, EventKind.KEYS),
        days=policy().schedule.days[:1],
        from_hour=9,
        to_hour=12,
        sampling_share=0.25,
        hold_days=1,
        budget=LocalBudget(cpu_percent=1, memory_mb=100, disk_mb=5, bytes_per_day=10_000, battery_above=100),
    )
    result = narrow(policy(), settings)
    assert {change.kind for change in compare(policy(), result)} == {Direction.NARROWER}
    assert not app_of(result, "pcmanfm") and not any(app.keys for app in result.apps) and result.sites[0].keys
    assert narrow(policy(), LocalSettings()) == policy()
    assert narrow(policy(), LocalSettings(apps=(), sites=())).apps == ()


@pytest.mark.parametrize(
    "settings",
    [
        LocalSettings(apps=("editor", "terminal")),
        LocalSettings(sites=("example.org",)),
        LocalSettings(keys=("terminal",)),
        LocalSettings(sampling_share=0.6),
        LocalSettings(to_hour=19),
        LocalSettings(from_hour=7),
        LocalSettings(days=(Day.MONDAY, Day.SUNDAY)),
        LocalSettings(hold_days=7, sampling_share=1.0),
        LocalSettings(budget=LocalBudget(cpu_percent=6)),
        LocalSettings(budget=LocalBudget(cpu_percent=1, memory_mb=201)),
        LocalSettings(budget=LocalBudget(disk_mb=51)),
        LocalSettings(budget=LocalBudget(bytes_per_day=2_000_001)),
        LocalSettings(budget=LocalBudget(battery_above=19)),
        LocalSettings(budget=LocalBudget(send_on_metered=True)),
    ],
)
def test_settings_never_widen(settings: LocalSettings) -> None:
    with pytest.raises(PolicyRefused) as refused:
        narrow(policy(), settings)
    assert refused.value.reason == "too_wide"


def test_settings_that_leave_no_hour_are_a_mistake() -> None:
    with pytest.raises(PolicyInvalid, match="from_hour"):
        narrow(policy(), LocalSettings(from_hour=18))


@pytest.mark.parametrize(
    ("old", "new", "kind", "words"),
    [
        ("hold_days = 7 ", "hold_days = 6 ", "narrower", "days held on the device from 7 to 6"),
        ("minimum_people = 20", "minimum_people = 10", "wider", "minimum people from 20 to 10"),
        ("minimum_people = 20", "minimum_people = 30", "narrower", "minimum people from 20 to 30"),
        ('"legal", ', "", "wider", "removes the exclusion of people in the role legal"),
        ('["New order", ', '["New order", "Warnings", ', "wider", "adds the screen name “Warnings”"),
        ('"Goods receipt"', '"Goods receipt", "union"', "wider", "adds the word “union” to look for"),
        ("to_hour = 18", "to_hour = 20", "wider", "adds the hours 18, 19 of monday"),
        ("datasets = 365", "datasets = 366", "wider", "days kept as datasets"),
        ("cpu_percent = 5 ", "cpu_percent = 6 ", "wider", "changes percent of a core from 5 to 6"),
        ("memory_mb = 200 ", "memory_mb = 100 ", "narrower", "changes megabytes of memory from 200 to 100"),
        ("disk_mb = 50 ", "disk_mb = 60 ", "wider", "changes megabytes of disk from 50 to 60"),
        ("battery_above = 20 ", "battery_above = 0 ", "wider", "battery percent to record above from 20 to 0"),
        ("battery_above = 20 ", "battery_above = 100 ", "narrower", "battery percent to record above from 20 to 100"),
        ("send_on_metered = false", "send_on_metered = true ", "wider", "adds sending on a metered network"),
        ("sampling_share = 0.5", "sampling_share = 0.7", "wider", "share of days from 0.5 to 0.7"),
        ("bytes_per_day = 2_000_000", "bytes_per_day = 12_345_678", "wider", "per day from 2,000,000 to 12,345,678"),
        (
            'category = "files"  ',
            'category = "files"\nkeys = true ',
            "wider",
            "recording in the app files: same value slot, typed length class, typed pace class (keys)",
        ),
        ('region = "DE"', 'region = "US"', "wider", '"US"'),
        ('name = "Order desk"', 'name = "Desk"', "equal", "changes name"),
    ],
)
def test_changes_are_told_in_plain_words(old: str, new: str, kind: str, words: str) -> None:
    changes = compare(policy(), policy(old, new))
    assert any(change.kind == kind and words in change.what for change in changes), changes


def test_without_a_budget_the_defaults_count() -> None:
    start, end = EXAMPLE.index("[budget]"), EXAMPLE.index("[[sinks]]")
    assert policy(EXAMPLE[start:end], "").budget == policy().budget == Budget()
    assert (Budget().cpu_percent, Budget().memory_mb, Budget().disk_mb, Budget().send_on_metered) == (5, 200, 50, False)


@pytest.mark.parametrize(("charge", "words"), [(0, "as well"), (20, "more than 20 % are left"), (100, "never records")])
def test_the_notice_says_in_words_what_happens_on_battery(charge: int, words: str) -> None:
    assert words in notice(policy("battery_above = 20 ", f"battery_above = {charge} "), "h")


def test_order_and_spelling_that_mean_the_same_are_equal() -> None:
    changes = compare(policy(), policy('"mousepad", "notepad.exe"', '"NOTEPAD", "mousepad.exe"'))
    assert [change.kind for change in changes] == [Direction.EQUAL] and "apps" in changes[0].what
    changes = compare(policy(), policy('"Delivery note", "Goods', '"DELIVERY NOTE", "Goods'))
    assert [change.kind for change in changes] == [Direction.EQUAL], "the recorder's words have no case"
    later = compare(policy(), policy("expires = 2027-10-31T00:00:00Z", "expires = 2027-10-31T02:00:00+02:00"))
    assert [change.kind for change in later] == [Direction.EQUAL], "the same moment, written otherwise"


def test_every_word_of_the_capability_set_has_a_meaning() -> None:
    assert set(meanings.EVENTS) == set(FIELDS) == set(EventKind)
    assert set(meanings.FIELDS) == {name for names in FIELDS.values() for name in names}
