"""Who signs: roles handed over and recovered, delegates elected, what the law adds, whom a policy leaves out."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasswork.api.quorum import add_handover, count
from glasswork.policy import PolicyInvalid, PolicyRefused, Reason, check, compile_text
from glasswork.policy.claims import CLAIM_LIFE, check_role, claim
from glasswork.policy.election import Election, merge, open_ballot, vote
from glasswork.policy.jurisdictions import table
from policy_world import NOW, PRIVACY, WORKERS, bundle, holder, key, signed, text
from vectors.policy import make

NEW = {"key": text("successor"), "enrolled": date(2026, 11, 20), "person": "staff-9"}
TODAY = NOW.date()


def test_a_role_changes_hands_by_its_holders_hand_over_alone() -> None:
    first = check(signed(bundle(1, worker_representative={"recovery": text("recovery")})), now=NOW)
    made = bundle(2, worker_representative=NEW)
    successor = signed(made, worker_representative="successor")
    with pytest.raises(PolicyRefused) as refused:
        check(successor, now=NOW, before=first.accepted)
    assert refused.value.reason is Reason.NOT_PINNED
    for other in ("successor", PRIVACY, "a stranger"):
        with pytest.raises(PolicyRefused):
            check(add_handover(successor, first.policy, WORKERS, key(other)), now=NOW, before=first.accepted)
    for own in (WORKERS, "recovery"):
        handed = add_handover(successor, first.policy, WORKERS, key(own))
        taken = check(handed, now=NOW, before=first.accepted)
        assert holder(taken.policy, WORKERS).key == text("successor")
        assert check(handed, now=NOW, before=taken.accepted).hash == taken.hash


def test_a_lapsed_key_is_re_enrolled_by_its_recovery_key_alone_and_once() -> None:
    first = check(signed(bundle(1, privacy_officer={"recovery": text("recovery")})), now=NOW)
    long_ago = msgspec.structs.replace(holder(first.policy, PRIVACY), enrolled=TODAY - timedelta(days=365))
    before = msgspec.structs.replace(first.accepted, quorum=(long_ago, *first.policy.quorum[1:]))
    made = bundle(2, privacy_officer=NEW)
    successor = signed(made, privacy_officer="successor")
    old = msgspec.structs.replace(first.policy, quorum=before.quorum)
    with pytest.raises(PolicyRefused):
        check(add_handover(successor, old, PRIVACY, key(PRIVACY)), now=NOW, before=before)
    assert check(add_handover(successor, old, PRIVACY, key("recovery")), now=NOW, before=before)
    again = bundle(2, privacy_officer=NEW | {"recovery": text("recovery")})
    used = add_handover(signed(again, privacy_officer="successor"), old, PRIVACY, key("recovery"))
    with pytest.raises(PolicyRefused):
        check(used, now=NOW, before=before)


def test_a_key_counts_for_twelve_months_once() -> None:
    first = check(signed(bundle(1)), now=NOW)
    fresh = signed(bundle(2, security_officer={"enrolled": TODAY}))
    with pytest.raises(PolicyRefused) as refused:
        check(fresh, now=NOW, before=first.accepted)
    assert refused.value.reason is Reason.LAPSED


def test_a_device_that_missed_versions_follows_the_hand_overs_and_no_old_one() -> None:
    first = check(signed(bundle(1)), now=NOW)
    second = bundle(2, worker_representative=NEW)
    one = add_handover(signed(second, worker_representative="successor"), first.policy, WORKERS, key(WORKERS))
    taken = check(one, now=NOW, before=first.accepted)
    third = bundle(3)  # and back to the first
    two = add_handover(signed(third), second.policy, WORKERS, key("successor"))
    back = check(two, now=NOW, before=taken.accepted)
    from glasswork.policy import unpack_all

    steps = (*unpack_all(one).handovers, *unpack_all(two).handovers)
    fourth = bundle(4, worker_representative=NEW)
    replayed = signed(fourth, worker_representative="successor", handovers=steps)
    with pytest.raises(PolicyRefused):
        check(replayed, now=NOW, before=back.accepted)
    assert check(replayed, now=NOW, before=taken.accepted).policy.epoch == 4  # has its key still
    last = add_handover(replayed, third.policy, WORKERS, key(WORKERS))
    assert check(last, now=NOW, before=back.accepted).policy.epoch == 4
    assert check(last, now=NOW, before=first.accepted).policy.epoch == 4


def ballot(voters: int) -> Election:
    return open_ballot("Order desk", text("delegate"), [text(f"voter {n}") for n in range(voters)], held=TODAY)


@given(st.integers(1, 7), st.data())
def test_more_than_half_of_the_roll_elect_whoever_votes_twice(voters: int, data: st.DataObject) -> None:
    cast = data.draw(st.lists(st.integers(0, voters - 1)))
    empty = ballot(voters)
    record = merge([empty, *(vote(empty, key(f"voter {n}")) for n in cast)])
    if 2 * len(set(cast)) > voters:
        assert count(record) == record.hash
    else:
        with pytest.raises(PolicyRefused):
            count(record)


def test_an_elected_representative_needs_the_record_with_the_policy() -> None:
    record = ballot(3)
    for n in (0, 2):
        record = vote(record, key(f"voter {n}"))
    delegate = {"key": text("delegate"), "enrolled": TODAY, "elected": record.hash}
    made = bundle(worker_representative=delegate)
    assert check(signed(made, election=record, worker_representative="delegate"), now=NOW)
    wrong = vote(ballot(3), key("voter 0"))
    forged = msgspec.structs.replace(record, votes=(record.votes[0], msgspec.structs.replace(record.votes[0])))
    for bad in (None, wrong, forged, msgspec.structs.replace(record, delegate=text("another"))):
        with pytest.raises(PolicyRefused) as refused:
            check(signed(made, election=bad, worker_representative="delegate"), now=NOW)
        assert refused.value.reason is Reason.NOT_ELECTED
    with pytest.raises(PolicyRefused, match="roll"):
        vote(record, key("a stranger"))


def compiled(*lines: str) -> None:
    toml = make.EXAMPLE.read_text(encoding="utf-8")
    head, tail = toml.split("[controller]", 1)
    compile_text(head + lines[0] + "\n[controller]" + tail + "\n".join(lines[1:]))


@pytest.mark.parametrize("country", sorted(table()))
def test_what_the_law_of_a_country_asks_for_must_be_there(country: str) -> None:
    rows = [row for row in table()[country] if row.where in ("always", "council")]
    named = f'jurisdictions = ["{country}"]'
    tables = [f'[[records]]\njurisdiction = "{country}"\nid = "{row.record}"\nsha256 = "{"0" * 64}"\n' for row in rows]
    compiled(named, *tables)
    for left_out in range(len(rows)):
        with pytest.raises(PolicyInvalid) as refused:
            compiled(named, *tables[:left_out], *tables[left_out + 1 :])
        assert rows[left_out].source in str(refused.value)
    assert all(row.source and row.says for row in table()[country])


def test_a_country_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(PolicyInvalid, match="XX"):
        compiled('jurisdictions = ["XX"]')


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('person = "staff-2"', 'person = "staff-1"', "quorum.person"),
        ('person = "staff-2"', "", "which `person`"),
        ('person = "staff-2"', f'recovery = "{text(PRIVACY)}"\nperson = "staff-2"', ""),
        ("directory =", "# directory =", "directory"),
        ('basis = "consent"', 'basis = "legitimate_interests"', "balancing"),
        ('basis = "consent"', 'basis = "consent"\nbalancing = "LIA 7"', "balancing"),
        ('person = "staff-1"', f'person = "staff-1"\nelected = "{"0" * 64}"', "elected"),
    ],
)
def test_what_a_policy_must_say_of_its_people(old: str, new: str, said: str) -> None:
    toml = make.EXAMPLE.read_text(encoding="utf-8")
    if old == 'person = "staff-2"' and "recovery" in new:  # a recovery key is not somebody else's signing key
        key_of_privacy = holder(bundle().policy, PRIVACY).key
        new = f'recovery = "{key_of_privacy}"\nperson = "staff-2"'
        said = "quorum.key"
    assert old in toml
    with pytest.raises(PolicyInvalid, match=said):
        compile_text(toml.replace(old, new, 1))


def test_nobody_is_recorded_whose_roles_are_not_known() -> None:
    policy = bundle().policy

    def asked(data: bytes | None, day: date = TODAY) -> str:
        try:
            check_role(policy, "p-one", data, today=day)
        except PolicyRefused as refused:
            assert refused.reason is Reason.EXCLUDED
            return str(refused)
        return ""

    def said(*roles: str, who: str = "p-one", by: str = "directory") -> bytes:
        return msgspec.json.encode(claim(who, roles, key(by), today=TODAY))

    assert asked(said("engineering")) == asked(said()) == ""
    assert "never records" in asked(said("engineering", "legal"))
    assert "another participant" in asked(said(who="p-two"))
    for bad in (None, b"", b"{", said(by="a stranger"), said("legal").replace(b"legal", b"legat")):
        assert "no role claim" in asked(bad)
    assert "older" in asked(said(), TODAY + CLAIM_LIFE)
    assert "older" in asked(said(), TODAY - timedelta(days=1))
