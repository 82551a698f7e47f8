"""What can go wrong in writing documents."""

from glasswork.schema.errors import GlassworkError


class EndpointRefused(GlassworkError):
    """The model's address is not of this machine, or what is there does not answer as it should."""

    exit_code = 69
