"""What can go wrong in a release: it is refused, or its folder is not what was signed."""

from collections.abc import Sequence

from glasswork.schema.errors import GlassworkError


class ReleaseRefused(GlassworkError):
    """The data set must not leave the zone. `reasons` has one plain sentence for each thing that is lacking."""

    exit_code = 77

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("The release is refused, and nothing was written. " + " ".join(reasons))
        self.reasons = tuple(reasons)


class ReleaseDamaged(GlassworkError):
    """A release's files are not what its manifest says, or the manifest is not signed by the key it should be."""

    exit_code = 65


class ReleaseUnwritable(GlassworkError):
    """The disk is full or fails. Nothing is left of what was begun."""

    exit_code = 73
