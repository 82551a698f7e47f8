"""What can go wrong in the demo's own world."""

from glasswork.schema.errors import GlassworkError


class NoDesktop(GlassworkError):
    """The private desktop did not come up."""

    exit_code = 69


class WorkerStumbled(GlassworkError):
    """The scripted worker did not get a task done, twice."""


class NotADemo(GlassworkError):
    """The folder for the demo holds something else."""

    exit_code = 73


class RecorderFailed(GlassworkError):
    """The recorder did not start, or did not end well."""

    exit_code = 69
