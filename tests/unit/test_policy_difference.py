"""What a board is told of a new policy: look-alike names, names that mean something else, rules, and one verdict."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from glasswork.policy import Direction, Policy, compare, compare_bundles, compile_text, pack, verdict
from glasswork.policy.capabilities import capabilities
from glasswork.policy.keys import public_text
from glasswork.policy.lookalikes import fault, shown, skeleton
from vectors.policy import make

EXAMPLE = make.EXAMPLE.read_text()
PROGRAM = Path(sys.executable).with_name("glasswork")
CARRY_NOTHING = {
    "name",
    "scope",
    "epoch",
    "issued",
    "expires",
    "controller",
    "assessment",
    "emergency",
    "records",
}
"""Fields of a policy that let nothing happen by themselves. A new field belongs here or into the capability set."""


def policy(old: str = "", new: str = "") -> Policy:
    assert old in EXAMPLE
    return compile_text(EXAMPLE.replace(old, new) if old else EXAMPLE).policy


def told(old: str, new: str) -> list[str]:
    return [f"{change.kind}: {change.what}" for change in compare(policy(), policy(old, new))]


CHANGED = {
    "purposes": policy('id = "train_models"', 'id = "evaluate_models"'),
    "event_kinds": policy(', "clipboard"]\n', "]\n"),
    "apps": policy('id = "files"', 'id = "folders"'),
    "sites": policy('host = "orders', 'host = "desk'),
    "vocabulary": policy('["Delivery note", ', "["),
    "schedule": policy("to_hour = 18", "to_hour = 17"),
    "sampling_share": policy("sampling_share = 0.5", "sampling_share = 0.4"),
    "hold_days": policy("hold_days = 7 ", "hold_days = 6 "),
    "retention": policy("actions = 30", "actions = 29"),
    "quotas": policy("actions_per_day = 20_000", "actions_per_day = 19_000"),
    "budget": policy("disk_mb = 50 ", "disk_mb = 49 "),
    "sinks": policy('contract = "processing agreement 2026-04"', 'contract = "another"'),
    "excluded_roles": policy('"legal", ', ""),
    "minimum_people": policy("minimum_people = 20", "minimum_people = 21"),
    "directory": msgspec.structs.replace(policy(), directory=public_text(make.key("another directory"))),
    "opt_out_key": msgspec.structs.replace(policy(), opt_out_key=public_text(X25519PrivateKey.generate())),
    "jurisdictions": msgspec.structs.replace(policy(), jurisdictions=("DE",)),
    "quorum": msgspec.structs.replace(policy(), quorum=policy().quorum[:2]),
}


def test_every_field_of_a_policy_is_a_capability_or_is_known_to_be_none() -> None:
    assert {*CHANGED, *CARRY_NOTHING} == set(Policy.__struct_fields__)


@pytest.mark.parametrize("field", CHANGED)
def test_no_field_changes_quietly(field: str) -> None:
    assert getattr(CHANGED[field], field) != getattr(policy(), field)
    assert capabilities(CHANGED[field]) != capabilities(policy())
    assert verdict(compare(policy(), CHANGED[field])) is not Direction.EQUAL


def test_another_key_of_the_directory_or_for_the_names_of_who_opted_out_is_wider() -> None:
    """Whose word excludes a person, and who can read that somebody opted out, are not names that change nothing."""
    first, second = (
        msgspec.structs.replace(policy(), opt_out_key=public_text(X25519PrivateKey.generate())) for _ in range(2)
    )
    for old, new, said in (
        (policy(), CHANGED["directory"], "who is in which role"),
        (policy(), first, "telling who opted out"),
        (first, second, "telling who opted out"),
    ):
        changes = compare(old, new)
        assert verdict(changes) is Direction.WIDER and said in changes[0].what
    assert verdict(compare(first, policy())) is Direction.NARROWER


def test_a_name_for_another_program_is_wider() -> None:
    """The list of apps reads the same; what runs under one of the names does not."""
    changes = told('executables = ["mousepad", "notepad.exe"]', 'executables = ["mousepad", "outlook.exe"]')
    assert changes == [
        "wider: adds the program “outlook” as part of the app editor",
        "narrower: removes the program “notepad” as part of the app editor",
    ]


def test_two_programs_that_swap_names_are_no_reordering() -> None:
    swapped = EXAMPLE.replace('"pcmanfm"', '"TEMP"').replace('"mousepad"', '"pcmanfm"').replace('"TEMP"', '"mousepad"')
    assert verdict(compare(policy(), compile_text(swapped).policy)) is Direction.WIDER


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"Stock"]', '"5tock", "Ѕтоск"]', "with Cyrillic letters"),
        ('"Stock"]', '"Stock", "St0ck"]', "it looks like “Stock”, and is another"),
        ('"pcmanfm"', '"pcmanfm", "pcrnanfm"', "it looks like “pcmanfm”, and is another"),
        ("https://glasswork.example.org", "https://g1asswork.example.org", "it looks like “https://glasswork"),
        (
            'host = "orders.example.org"',
            'host = "xn--80ak6aa92e.example.org"',
            "browsers may show as “аррӏе.example.org”",
        ),
        ('"Goods receipt"]', '"Goods receipt", "Goods recelpt"]', "looks like"),
    ],
)
def test_what_only_looks_the_same_is_wider_and_is_told(old: str, new: str, words: str) -> None:
    changes = [line for line in told(old, new) if line.startswith("wider")]
    assert any(words in line for line in changes), changes


@pytest.mark.parametrize("text", ["Stоck", "Sto\u00adck", "Sto\u200bck", "Ｓtock", "ﬁle", "Stock\u202e", "u\u0308ber"])
def test_what_nobody_writes_on_purpose_does_not_compile(text: str) -> None:
    assert fault(text)
    with pytest.raises(ValueError, match="plain characters"):
        policy('"Stock"]', json.dumps(text, ensure_ascii=False) + "]")


@pytest.mark.parametrize("text", ["Übersicht", "Склад", "在庫リスト", "Stock (A/B) – 50 %", "café"])
def test_what_people_write_compiles(text: str) -> None:
    assert not fault(text) and policy('"Stock"]', json.dumps(text, ensure_ascii=False) + "]")


def test_names_are_shown_with_what_can_be_told_of_them() -> None:
    assert shown("Stock") == "“Stock”"
    assert shown("Склад") == "“Склад” (with Cyrillic letters)"
    assert "not a valid" in shown("xn--\u20ac")
    assert skeleton("Сору") == skeleton("Copy") and skeleton("Copy") != skeleton("Copyist")


def test_units_are_said_and_figures_are_grouped() -> None:
    assert told("bytes_per_day = 2_000_000", "bytes_per_day = 20_000_00_0") == [
        "wider: changes bytes sent per day from 2,000,000 to 20,000,000"
    ]


def test_other_rules_of_access_are_never_equal() -> None:
    bundle = compile_text(EXAMPLE)
    other = msgspec.structs.replace(
        bundle,
        cedar=msgspec.structs.replace(
            bundle.cedar, rules=bundle.cedar.rules + "\npermit(principal, action, resource);"
        ),
    )
    assert compare(bundle.policy, other.policy) == [] == compare_bundles(bundle, bundle)
    assert verdict(compare_bundles(bundle, other)) is Direction.WIDER


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("hold_days = 7 ", "hold_days = 6 ", 0, "narrower: changes days held"),
        ("actions = 30", "actions = 31", 1, "wider: changes days kept"),
        ('name = "Order desk"', 'name = "Desk"', 0, "equal: changes name from Order desk to Desk"),
        ("hold_days = 7 ", "hold_days = 7  ", 0, "lets the same happen"),
    ],
)
def test_the_command_says_it_and_ends_with_the_verdict(
    tmp_path: Path, old: str, new: str, code: int, words: str
) -> None:
    toml, bundle = tmp_path / "new.toml", tmp_path / "old.json"
    toml.write_text(EXAMPLE.replace(old, new))
    bundle.write_bytes(pack(compile_text(EXAMPLE), ()))
    command = [PROGRAM, "policy", "diff", bundle, toml]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, words in done.stdout) == (code, True), done
    as_json = subprocess.run([*command, "--json"], capture_output=True, text=True, timeout=60)
    assert as_json.returncode == code and json.loads(as_json.stdout)["verdict"] in words + "equal"
