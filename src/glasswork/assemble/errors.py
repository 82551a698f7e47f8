"""What can go wrong in assembling."""

from glasswork.schema.errors import GlassworkError


class NameInvalid(GlassworkError, ValueError):
    """The name of a data set is not one: lower-case letters, digits, `-` and `_`, at most 48."""

    exit_code = 2


class NotBuilt(GlassworkError):
    """There is no data set of that name, or nothing is left in it."""

    exit_code = 66


class RecipeInvalid(GlassworkError, ValueError):
    """A recipe is not one: an unknown key or word, shares that are not a whole, a list that is not there."""

    exit_code = 65


class RecipeRefused(GlassworkError):
    """A recipe asks for what cannot be: a purpose that the data do not carry, more parts than there are groups."""

    exit_code = 77


class RenderRefused(GlassworkError):
    """There is nothing that could be drawn, or nothing to draw it with. Nothing is made up in its place."""

    exit_code = 65


class NoJudgements(GlassworkError, ValueError):
    """Nothing in a file of judgements can be used: no line is one of this pack."""

    exit_code = 65
