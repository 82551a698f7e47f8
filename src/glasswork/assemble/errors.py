"""What can go wrong in assembling."""

from glasswork.schema.errors import GlassworkError


class NameInvalid(GlassworkError, ValueError):
    """The name of a data set is not one: lower-case letters, digits, `-` and `_`, at most 48."""

    exit_code = 2


class NotBuilt(GlassworkError):
    """There is no data set of that name, or nothing is left in it."""

    exit_code = 66
