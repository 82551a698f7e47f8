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


class NotAVerifier(GovernError):
    """What was given as the verifier key of a log or a witness is none."""

    exit_code = 65


class ProofWrong(GovernError):
    """A proof does not show that its entry is in the log."""

    exit_code = 65


class WitnessUnusable(GovernError):
    """A witness cannot run in its folder, or the list of witnesses cannot be read."""

    exit_code = 78


class RulesUntested(GovernError):
    """The tests of the rules of access fail, or would not notice a change of the rules: they are not to be signed."""

    exit_code = 65


class SurfaceGrew(GovernError):
    """New rules of access let more be reached than the rules before, without saying so."""

    exit_code = 65
