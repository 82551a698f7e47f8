"""Writes the signed bundles beside it, good and bad, each named after what is wrong with it.

Run it after a change of the format or of the decision rules: `python tests/vectors/policy/make.py`. The keys are
made from the words in `key`: anybody has them, so they sign nothing but these files and examples/policy.toml.
"""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.policy.bundle import Bundle, compile_text, pack, sign
from glasswork.policy.model import Signer, SignerRole
from glasswork.policy.signatures import POLICY, Signature, sign_statement
from glasswork.policy.statements import canonical

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[2] / "examples" / "policy.toml"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BOARD = (SignerRole.PRIVACY_OFFICER, SignerRole.SECURITY_OFFICER, SignerRole.WORKER_REPRESENTATIVE)


def key(name: str) -> Ed25519PrivateKey:
    """The test key of that name."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"glasswork test key: {name}".encode()).digest())


def signatures(bundle: Bundle, roles: tuple[SignerRole, ...] = BOARD) -> list[Signature]:
    return [sign(bundle, role, key(role), now=NOW) for role in roles]


def signed(bundle: Bundle) -> bytes:
    return pack(bundle, signatures(bundle))


def with_policy(bundle: Bundle, **changes: object) -> Bundle:
    """The bundle with another policy and the capabilities as they were assessed before."""
    return msgspec.structs.replace(bundle, policy=msgspec.structs.replace(bundle.policy, **changes))


def file_of(text: str, signs: list[Signature]) -> bytes:
    """A signed file around any bundle text, well-formed or not."""
    return json.dumps({"bundle": text, "signatures": msgspec.to_builtins(signs)}).encode()


def signed_text(text: str) -> bytes:
    """A file whose bundle is any text, properly signed by the whole board."""
    digest = hashlib.sha256(text.encode()).digest()
    return file_of(text, [sign_statement(POLICY, digest, role, key(role), now=NOW) for role in BOARD])


def vectors() -> dict[str, tuple[str, bytes]]:
    """File name to the reason it is refused for ("" for none), given NOW, and its bytes.

    The old epoch is one for whom has accepted `good.json`; the others are refused by anybody.
    """
    toml = EXAMPLE.read_text(encoding="utf-8").replace("epoch = 1 ", "epoch = 5 ")
    bundle = compile_text(toml)
    tree = json.loads(bundle.text)
    good = signatures(bundle)
    packed = pack(bundle, good)
    privacy, security, workers = bundle.policy.quorum
    one_person = with_policy(
        bundle, quorum=(privacy, Signer(role=security.role, key=privacy.key, enrolled=security.enrolled), workers)
    )
    one_key = key(SignerRole.PRIVACY_OFFICER)
    discipline = tree["policy"] | {"purposes": [{"id": "discipline", "basis": "consent", "balancing": None}]}
    return {
        "good.json": ("", packed),
        "good_narrower.json": ("", signed(compile_text(toml.replace("keys = true", "keys = false")))),
        "unsigned.json": ("unsigned", pack(bundle, [])),
        "two_of_three_signatures.json": ("too_few_signatures", pack(bundle, good[:2])),
        "one_person_in_two_roles.json": (
            "same_key_twice",
            pack(
                one_person,
                [sign(one_person, role, one_key, now=NOW) for role in BOARD[:2]] + signatures(one_person)[2:],
            ),
        ),
        "one_person_with_two_keys.json": (
            "invalid",
            signed(
                with_policy(bundle, quorum=(privacy, msgspec.structs.replace(security, person=privacy.person), workers))
            ),
        ),
        "representative_without_an_election.json": (
            "not_elected",
            signed(with_policy(bundle, quorum=(privacy, security, msgspec.structs.replace(workers, elected="0" * 64)))),
        ),
        "emergency_as_the_first_policy.json": (
            "not_ratified",
            pack(emergency := compile_text(f"emergency = true\n{toml}"), signatures(emergency, BOARD[:2])),
        ),
        "one_signature_three_times.json": ("same_key_twice", pack(bundle, [good[0]] * 3)),
        "signed_by_a_stranger.json": (
            "unknown_signer",
            pack(bundle, [*good[:2], sign(bundle, BOARD[2], key("a stranger"), now=NOW)]),
        ),
        "signature_of_another_role.json": (
            "altered",
            pack(bundle, [*good[:2], msgspec.structs.replace(good[2], signature=good[1].signature)]),
        ),
        "altered_byte.json": ("altered", packed.replace(b"orders.example.org", b"orders.example.orh")),
        "expired.json": ("expired", signed(compile_text(toml.replace("2027-10-31", "2026-11-24")))),
        "not_yet_valid.json": ("not_yet_valid", signed(compile_text(toml.replace("2026-11-01", "2026-11-25")))),
        "old_epoch.json": ("old_epoch", signed(compile_text(toml.replace("epoch = 5 ", "epoch = 4 ")))),
        "key_older_than_a_year.json": ("lapsed", signed(compile_text(toml.replace("2026-10-20", "2025-11-24")))),
        "too_wide.json": ("too_wide", signed(with_policy(bundle, minimum_people=2))),
        "capability_left_out.json": (
            "too_wide",
            signed(msgspec.structs.replace(bundle, capabilities=bundle.capabilities[1:])),
        ),
        "purpose_that_nothing_can_permit.json": ("invalid", signed_text(canonical(tree | {"policy": discipline}))),
        "unknown_field.json": ("damaged", signed_text(canonical(tree | {"also": True}))),
        "not_canonical.json": ("damaged", signed_text(json.dumps(tree, indent=1))),
        "unknown_format.json": ("unknown_format", signed_text(canonical(tree | {"format": "glasswork-policy-2"}))),
        "truncated.json": ("damaged", packed[:-100]),
        "not_a_bundle.json": ("damaged", b"[]"),
    }


if __name__ == "__main__":
    for name, (_, data) in vectors().items():
        (HERE / name).write_bytes(data)
    reasons = {name: reason for name, (reason, _) in vectors().items()}
    (HERE / "expected.json").write_text(json.dumps(reasons, indent=1) + "\n", encoding="utf-8")
