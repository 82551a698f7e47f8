"""The root of every error that Glasswork raises on purpose, and the errors of the schema itself.

Each message says what happened, what it means and what to do, and never contains recorded content. A package
that needs errors of its own derives them from `GlassworkError` in its own `errors.py`.
"""


class GlassworkError(Exception):
    """An error with a message for a person. `exit_code` is what the command line ends with (docs/cli.md)."""

    exit_code = 1


class ContentRefused(GlassworkError, TypeError):
    """Something tried to print, copy, pickle or encode a RawEvent. Raw content has no other form."""


class FormatError(GlassworkError, ValueError):
    """Bytes are not in the format they claim (docs/formats/). Nothing of them was used."""

    exit_code = 65


class VersionError(FormatError):
    """The bytes are of a schema version that this program does not read."""
