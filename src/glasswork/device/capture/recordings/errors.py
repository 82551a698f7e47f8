"""What can go wrong with a recording as a whole. A bad event is no error: it is skipped and counted as lost."""

from glasswork.schema.errors import GlassworkError


class RecordingMissing(GlassworkError):
    """There is nothing to read at the path, or the system does not let us read it (EX_NOINPUT)."""

    exit_code = 66


class RecordingUnknown(GlassworkError, ValueError):
    """What lies at the path is no recording in a format that Glasswork reads (EX_DATAERR)."""

    exit_code = 65


class RecordingTooLarge(GlassworkError, ValueError):
    """A file that can only be read as a whole is larger than that is done for (EX_DATAERR)."""

    exit_code = 65


class RecordingRefused(GlassworkError):
    """A file holds what is not read for safety's sake (EX_DATAERR)."""

    exit_code = 65
