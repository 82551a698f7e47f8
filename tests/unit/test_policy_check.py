"""No approval, no capture: every way in which a signed bundle can be wrong is refused, with a reason and a remedy."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from glasswork.policy import Approved, PolicyRefused, Reason, check, compile_text, pack, sign
from glasswork.policy.errors import KeyUnusable
from glasswork.policy.keys import key_of_text, load_key, new_key, public_text
from glasswork.policy.model import SignerRole
from glasswork.policy.statements import canonical
from vectors.policy import make

VECTORS = Path(make.__file__).parent
EXPECTED: dict[str, str] = json.loads((VECTORS / "expected.json").read_text())
GOOD = (VECTORS / "good.json").read_bytes()


def checked(data: bytes, **changes: object) -> Approved:
    return check(data, **{"now": make.NOW} | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", EXPECTED)
def test_every_vector_is_accepted_or_refused_for_its_reason(name: str) -> None:
    data = (VECTORS / name).read_bytes()
    if not EXPECTED[name]:
        assert checked(data).policy.name == "Order desk"
        return
    before = checked(GOOD).accepted if EXPECTED[name] == Reason.OLD_EPOCH else None
    with pytest.raises(PolicyRefused) as refused:
        checked(data, before=before)
    assert refused.value.reason == EXPECTED[name]
    assert refused.value.exit_code == 78


def test_the_vectors_are_what_the_script_writes() -> None:
    written = make.vectors()
    assert {name: reason for name, (reason, _) in written.items()} == EXPECTED
    for name, (_, data) in written.items():
        assert (VECTORS / name).read_bytes() == data, f"{name}: run tests/vectors/policy/make.py"


def test_every_reason_for_an_agent_to_refuse_has_a_vector() -> None:
    assert set(Reason) - set(EXPECTED.values()) == {
        Reason.NOT_PINNED,
        Reason.NOT_ASSESSED,
        Reason.EXCLUDED,
    }  # need a device, and what it knows


def test_no_flipped_bit_is_accepted() -> None:
    hash_ = checked(GOOD).hash
    start = GOOD.index(b'"signatures":[')
    for at in [*range(0, start, 97), *range(start, len(GOOD), 7)]:
        data = bytearray(GOOD)
        data[at] ^= 1
        try:
            approved = checked(bytes(data))
        except PolicyRefused:
            continue
        # the date of signing is for the reader; nothing else may differ
        assert approved.hash == hash_ and b"signed_at" in GOOD[at - 40 : at + 1]


@pytest.mark.parametrize("missing", make.BOARD)
def test_every_role_is_needed(missing: SignerRole) -> None:
    bundle = compile_text(make.EXAMPLE.read_text())
    data = pack(bundle, [s for s in make.signatures(bundle) if s.role is not missing])
    with pytest.raises(PolicyRefused, match=missing) as refused:
        checked(data)
    assert refused.value.reason is Reason.TOO_FEW_SIGNATURES


def test_a_role_that_the_policy_adds_must_sign_too() -> None:
    legal = f'\n[[quorum]]\nrole = "legal"\nkey = "{public_text(make.key("legal"))}"\nenrolled = 2026-10-20\n'
    legal += 'person = "staff-4"\n'
    bundle = compile_text(make.EXAMPLE.read_text() + legal)
    with pytest.raises(PolicyRefused, match="legal"):
        checked(make.signed(bundle))
    everyone = [*make.signatures(bundle), sign(bundle, SignerRole.LEGAL, make.key("legal"), now=make.NOW)]
    assert checked(pack(bundle, everyone)).hash == bundle.hash


def test_an_agent_that_does_not_know_a_kind_of_event_does_not_start() -> None:
    tree = json.loads(json.loads(GOOD)["bundle"])
    tree["policy"]["event_kinds"].append("gaze")
    with pytest.raises(PolicyRefused) as refused:
        checked(make.signed_text(canonical(tree)))
    assert refused.value.reason is Reason.DAMAGED


def test_somebody_elses_properly_signed_policy_is_not_ours() -> None:
    ours = checked(GOOD).accepted
    assert checked(GOOD, before=ours).hash
    *others, workers = ours.quorum
    another = msgspec.structs.replace(workers, key=public_text(make.key("another")))
    with pytest.raises(PolicyRefused) as refused:
        checked(GOOD, before=msgspec.structs.replace(ours, quorum=(*others, another)))
    assert refused.value.reason is Reason.NOT_PINNED


def test_validity_has_sharp_ends() -> None:
    policy = checked(GOOD).policy
    assert checked(GOOD, now=policy.issued)
    with pytest.raises(PolicyRefused, match="in force from"):
        checked(GOOD, now=policy.issued - timedelta(seconds=1))
    late = policy.issued + timedelta(days=364)
    with pytest.raises(PolicyRefused) as refused:  # the keys, enrolled before, lapse first
        checked(GOOD, now=late)
    assert refused.value.reason is Reason.LAPSED
    with pytest.raises(ValueError, match="time zone"):
        checked(GOOD, now=datetime(2026, 11, 24, 12))


def test_the_hash_is_that_of_the_text_in_the_file() -> None:
    import hashlib

    text = json.loads(GOOD)["bundle"]
    assert checked(GOOD).hash == hashlib.sha256(text.encode()).hexdigest()
    assert json.loads(text)["policy"]["expires"] == "2027-10-31T00:00:00Z"
    assert checked(GOOD).policy.expires == datetime(2027, 10, 31, tzinfo=UTC)


def test_keys_are_private_files_and_are_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "owner.key"
    key = new_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert public_text(load_key(path)) == public_text(key) == public_text(key_of_text(public_text(key)))
    with pytest.raises(KeyUnusable, match="never overwritten"):
        new_key(path)
    path.chmod(0o640)
    with pytest.raises(KeyUnusable, match="0640"):
        load_key(path)


@pytest.mark.parametrize(
    "content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_what_is_not_a_key_is_no_key(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyUnusable, match="not an Ed25519"):
        load_key(path)
    with pytest.raises(KeyUnusable, match="cannot be read"):
        load_key(tmp_path / "missing.key")


@pytest.mark.parametrize("text", ["", "AAAA", "*" * 44, "A" * 42 + "B="])
def test_a_public_key_has_one_spelling(text: str) -> None:
    with pytest.raises(KeyUnusable):
        key_of_text(text)
