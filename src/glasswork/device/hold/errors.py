"""What the hold refuses its participant. What can go wrong with it otherwise: `glasswork.device.errors`."""

from glasswork.schema.errors import GlassworkError


class ChoiceRefused(GlassworkError):
    """What was asked for in review cannot be done as it was asked. Nothing was changed."""

    exit_code = 65
