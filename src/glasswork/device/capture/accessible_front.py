"""Who is in front where no display says so: a window on the accessibility bus, and the process behind it."""

import os
import time
from contextlib import suppress
from typing import Any, Final, NamedTuple

from glasswork.device.capture import roles
from glasswork.device.capture.atspi import DESCRIBE_S, Accessibility, Box, box_of, has_state
from glasswork.device.capture.atspi_bus import ACCESSIBLE, DESKTOP, Call, Ref
from glasswork.device.capture.desktop_front import executable
from glasswork.device.capture.roles import State
from glasswork.schema.words import Role

_DIALOGS: Final = (Role.DIALOG, Role.ALERT)


class Front(NamedTuple):
    """A window in front since that time. `ended` becomes readable when its process has ended."""

    ref: Ref
    process: int
    app: str
    ended: int
    role: Role
    since: float
    box: Box | None

    @property
    def window(self) -> int:
        """A number that stays the same for this window, and says nothing."""
        return hash(self.ref)


def active_window(accessibility: Accessibility) -> Ref | None:
    """The one window that says it is in front; None where none does, or more than one."""
    ask = accessibility.bus.call
    programs = accessibility.children(DESKTOP, time.monotonic() + DESCRIBE_S)
    asked = [Call(program, ACCESSIBLE, "GetChildren") for program in programs]
    answers = ask(asked, time.monotonic() + DESCRIBE_S)
    windows = [Ref(*one) for answer in answers if answer is not None for one in answer[0]]
    states = ask([Call(one, ACCESSIBLE, "GetState") for one in windows], time.monotonic() + DESCRIBE_S)
    active = [one for one, state in zip(windows, states, strict=True) if state and has_state(state, State.ACTIVE)]
    return active[0] if len(active) == 1 else None


def front_of(accessibility: Accessibility, ref: Ref, since: float) -> Front | None:
    """Whose window it is; None if that cannot be known, as of one that has ended."""
    deadline = time.monotonic() + DESCRIBE_S
    process = accessibility.process(ref.bus, deadline)
    ended = -1
    with suppress(OSError):
        ended = os.pidfd_open(process) if process else -1
    if ended < 0:
        return None
    asked: list[Call] = [
        Call(ref, ACCESSIBLE, "GetRole"),
        Call(ref, "org.a11y.atspi.Component", "GetExtents", "u", (accessibility.origin,)),
    ]
    role, box = accessibility.bus.call(asked, deadline)
    return Front(ref, process, executable(process), ended, _role(role), since, box_of(box))


def _role(answer: tuple[Any, ...] | None) -> Role:
    dialog = answer is not None and roles.aria(answer[0]) in _DIALOGS
    return Role.DIALOG if dialog else Role.WINDOW
