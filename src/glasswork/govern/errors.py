"""What can go wrong in governing: refused, no log, a log that was altered, rules that are not valid."""

from glasswork.schema.errors import GlassworkError


class GovernError(GlassworkError):
    """The root of this package's errors. Whatever it is: nothing was opened."""


class Refused(GovernError):
    """The rules do not allow it. The message names the rule."""

    exit_code = 77


class LogUnavailable(GovernError):
    """The audit log cannot be written, so nothing may be opened: no log, no bytes."""

    exit_code = 73


class LogAltered(GovernError):
    """The audit log is not what was signed before: shortened, rewritten, forked or damaged."""

    exit_code = 65


class RulesInvalid(GovernError):
    """The bundle's Cedar rules do not pass validation against their schema, so they decide nothing."""

    exit_code = 78
