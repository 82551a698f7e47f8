"""What can go wrong in evaluating."""

from glasswork.schema.errors import GlassworkError


class TooLittle(GlassworkError):
    """There is too little in a data set to say what it teaches."""

    exit_code = 65


class TooFewPeople(GlassworkError):
    """A report would be about fewer people than the policy says one may be about."""

    exit_code = 77
