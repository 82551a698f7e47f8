"""What was accepted here before: a device, a workspace and a vault each remember it, and go on from there."""

from msgspec import Struct

from glasswork.policy.model import Signer, SignerRole


class Accepted(Struct, frozen=True, forbid_unknown_fields=True):
    """The last policy accepted here. `emergency`: it was an emergency change that nobody had ratified yet.

    `access` is the SHA-256 of its rules of access.
    """

    epoch: int
    hash: str
    quorum: tuple[Signer, ...]
    emergency: bool = False
    assessment: str | None = None
    capabilities: tuple[str, ...] = ()
    access: str = ""

    @property
    def holders(self) -> dict[SignerRole, Signer]:
        """Who held each role."""
        return {signer.role: signer for signer in self.quorum}
