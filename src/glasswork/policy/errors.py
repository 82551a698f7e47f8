"""What can go wrong with a policy: it does not compile, it is refused, or a key cannot be used."""

from enum import StrEnum

from glasswork.schema.errors import GlassworkError


class PolicyInvalid(GlassworkError, ValueError):
    """A `policy.toml` does not compile. The message names the field and what it must be."""

    exit_code = 65


class KeyUnusable(GlassworkError):
    """A signing key is missing, readable by others, or not an Ed25519 key."""

    exit_code = 77


class Reason(StrEnum):
    """Why a signed bundle, or a local setting, is refused. Stable: programs may read it."""

    DAMAGED = "damaged"
    INVALID = "invalid"
    UNKNOWN_FORMAT = "unknown_format"
    UNSIGNED = "unsigned"
    ALTERED = "altered"
    UNKNOWN_SIGNER = "unknown_signer"
    SAME_KEY_TWICE = "same_key_twice"
    TOO_FEW_SIGNATURES = "too_few_signatures"
    NOT_PINNED = "not_pinned"
    NOT_ELECTED = "not_elected"
    NOT_RATIFIED = "not_ratified"
    EXCLUDED = "excluded"
    LAPSED = "lapsed"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    OLD_EPOCH = "old_epoch"
    TOO_WIDE = "too_wide"
    NOT_ASSESSED = "not_assessed"


class PolicyRefused(GlassworkError):
    """No approval, no capture: the agent must not start (EX_CONFIG). `reason` is for programs."""

    exit_code = 78

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
