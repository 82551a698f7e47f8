"""What would be recorded now: what the policy lets through for what is in front. Its own words, and no content."""

from dataclasses import dataclass
from enum import StrEnum

from glasswork.device.redaction.elements import Target
from glasswork.device.redaction.front import Front
from glasswork.policy.model import EventKind
from glasswork.schema.words import Role


class Field(StrEnum):
    """What is known of the field that has the keyboard."""

    ORDINARY = "ordinary"
    SECRET = "secret"
    UNKNOWN = "unknown"  # what is typed waits until it is known, and is left out if it stays so
    NONE = "none"  # what has the keyboard is no field


@dataclass(frozen=True, slots=True)
class Now:
    """`app`, `site` and `screen` are the policy's words; `kinds` is what it lets through here, `typed` whether typing
    becomes slots. Nothing is listed before the source has said what is in front."""

    app: str = ""
    site: str = ""
    screen: str = ""
    listed: bool = False
    awaiting: bool = False
    kinds: tuple[EventKind, ...] = ()
    typed: bool = False
    field: Field = Field.NONE


def now_of(front: Front, target: Target | None, secret: bool) -> Now:
    """What would be recorded of an input that came now."""
    if front.refused is not None:
        return Now(app=front.app, awaiting=front.awaiting)
    return Now(
        app=front.app,
        site=front.site,
        screen=front.page.label if front.page else "",
        listed=True,
        kinds=tuple(sorted(front.allowed)),
        typed=front.typed and EventKind.KEYS in front.allowed,
        field=_field(target, secret),
    )


def _field(target: Target | None, secret: bool) -> Field:
    if secret:
        return Field.SECRET
    # A terminal asks for a password now and then: there, each key is judged when it comes.
    if target is None or target.element.role is Role.TERMINAL:
        return Field.UNKNOWN
    return Field.ORDINARY if target.editable else Field.NONE
