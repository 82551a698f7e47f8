"""The policy bundle: from `policy.toml` to canonical JSON, its hash, and the file with signatures.

The format, byte by byte, is docs/formats/policy-bundle.md; good and bad files are in tests/vectors/policy/.
"""

import tomllib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from glasswork.policy.capabilities import capabilities
from glasswork.policy.election import Election
from glasswork.policy.errors import PolicyInvalid, PolicyRefused, Reason
from glasswork.policy.model import Policy, SignerRole, parse
from glasswork.policy.rules import Cedar, default_rules, read_rules
from glasswork.policy.signatures import POLICY, Signature, sign_statement
from glasswork.policy.statements import canonical, digest
from glasswork.policy.succession import Handover

FORMAT: Final = "glasswork-policy-1"
LARGEST: Final = 4_000_000
"""The most bytes a signed bundle may have. Larger ones are not read."""


class Bundle(Struct, frozen=True, forbid_unknown_fields=True):
    """What the board approves: the policy, the rules of access, and the capability set that was assessed."""

    format: str
    policy: Policy
    cedar: Cedar
    capabilities: tuple[str, ...]

    @property
    def text(self) -> str:
        """The canonical JSON (RFC 8785)."""
        return canonical(self)

    @property
    def digest(self) -> bytes:
        """SHA-256 of the canonical JSON, 32 bytes."""
        return digest(self)

    @property
    def hash(self) -> str:
        """The digest in hexadecimal: the policy hash that batches, log entries and documents name."""
        return self.digest.hex()


class SignedBundle(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The file that travels: the bundle's canonical text, signatures over its hash, and how its quorum came to be."""

    bundle: str
    signatures: tuple[Signature, ...]
    handovers: tuple[Handover, ...] = ()
    election: Election | None = None


class Unpacked(NamedTuple):
    """What is in a signed file, with nothing checked but its form."""

    bundle: Bundle
    signatures: tuple[Signature, ...]
    handovers: tuple[Handover, ...]
    election: Election | None


def compile(path: Path) -> Bundle:
    """Compile a `policy.toml`, with the rules of access that lie beside it (`rules.NAMES`) or the shipped ones.

    Raises PolicyInvalid if it cannot be read or is not a valid policy; the message names the field.
    """
    try:
        return compile_text(path.read_text(encoding="utf-8"), read_rules(path.absolute().parent))
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyInvalid(f"{path.name} cannot be read: {error}. Nothing was written.") from None


def compile_text(toml: str, cedar: Cedar | None = None) -> Bundle:
    """Compile the text of a `policy.toml`, with the shipped rules of access or with others. Raises PolicyInvalid."""
    try:
        table = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise PolicyInvalid(f"The policy is not TOML: {error}. Nothing was written.") from None
    policy = parse(table)
    return Bundle(FORMAT, policy, cedar or default_rules(), tuple(sorted(capabilities(policy))))


def sign(bundle: Bundle, role: SignerRole, key: Ed25519PrivateKey, *, now: datetime) -> Signature:
    """One role's signature of the bundle: Ed25519 over `glasswork-policy-v1\\n` and the 32 bytes of its hash."""
    return sign_statement(POLICY, bundle.digest, role, key, now=now)


def pack(
    bundle: Bundle,
    signatures: Iterable[Signature],
    handovers: Iterable[Handover] = (),
    election: Election | None = None,
) -> bytes:
    """The bytes of the signed file. Signatures may still be missing: `check` counts them."""
    return canonical(SignedBundle(bundle.text, tuple(signatures), tuple(handovers), election)).encode()


def unpack(data: bytes) -> tuple[Bundle, tuple[Signature, ...]]:
    """The bundle and the signatures in a signed file, **not yet checked** (see `unpack_all`)."""
    return unpack_all(data)[:2]


def unpack_all(data: bytes) -> Unpacked:
    """What is in a signed file, well-formed and canonical, with signatures **not yet checked** (see `check`).

    Raises PolicyRefused: too large, not in the format, of another format, or not canonical.
    """
    damaged = PolicyRefused(
        Reason.DAMAGED, "This is not a signed policy bundle, or it was damaged on the way. Fetch the signed file again."
    )
    if len(data) > LARGEST:
        raise damaged
    try:
        signed = msgspec.json.decode(data, type=SignedBundle)
        head = msgspec.json.decode(signed.bundle, type=dict[str, msgspec.Raw])
        form = msgspec.json.decode(head.get("format", msgspec.Raw(b"null")), type=str)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise damaged from None
    if form != FORMAT:
        raise PolicyRefused(
            Reason.UNKNOWN_FORMAT,
            f"The bundle is of another format than {FORMAT}, so its meaning is not known. Update Glasswork.",
        )
    try:
        bundle = msgspec.json.decode(signed.bundle, type=Bundle)
        if bundle.text != signed.bundle:
            raise damaged
    except (msgspec.DecodeError, rfc8785.CanonicalizationError):
        raise damaged from None
    return Unpacked(bundle, signed.signatures, signed.handovers, signed.election)
