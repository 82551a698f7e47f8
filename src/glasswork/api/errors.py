"""What can go wrong with a workspace as a whole."""

from glasswork.schema.errors import GlassworkError


class WorkspaceError(GlassworkError):
    """The folder is not a workspace, or already is one."""

    exit_code = 78


class NotThere(GlassworkError):
    """A file, folder or build that was named does not exist."""

    exit_code = 66


class BasisMissing(GlassworkError):
    """Somebody else's recording without a stated basis for using it."""

    exit_code = 77


class ServiceFailed(GlassworkError):
    """The service did not start, or cannot be reached."""

    exit_code = 69


class NotObeyed(GlassworkError):
    """The recorder runs and could not do what it was asked. Its own message says why."""

    exit_code = 69
