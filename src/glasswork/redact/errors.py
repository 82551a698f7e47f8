"""What can go wrong in the redactor. No message holds any of the text that was being redacted."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from glasswork.schema.errors import GlassworkError

P = ParamSpec("P")
R = TypeVar("R")


class RedactionFailed(GlassworkError):
    """The redactor failed on a string. The string counts as sensitive: suppress it."""

    exit_code = 70


class RedactorBroken(GlassworkError):
    """The self-test failed: a planted secret survived, or something harmless was taken for one."""

    exit_code = 78


class GazetteerRefused(GlassworkError):
    """A list of names holds none, or too many."""

    exit_code = 65


def guarded(function: Callable[P, R]) -> Callable[P, R]:
    """Make `function` raise RedactionFailed, and nothing else, whatever goes wrong inside.

    It is raised after the `except` block has ended, so that not even `__context__` leads back to the cause:
    messages such as UnicodeError's quote what they choke on.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except Exception:
            pass
        raise RedactionFailed(
            f"redact.{function.__name__} failed on a string. Nothing of the string was used; it counts as "
            "sensitive. If this repeats, run the self-test and report the version."
        )

    return call
