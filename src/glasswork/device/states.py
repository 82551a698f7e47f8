"""The recorder's states: an explicit machine, and the words in which each is told.

    OFF ──approved──▶ COVERED ──shown──▶ RECORDING
                        ▲  ▲ ◀──hidden──     │
             resume ────┘  └─── inside       ├── pause ──▶ PAUSED
                                             └── outside ▶ RESTING

Nothing is captured but in RECORDING, and only an indicator that is seen leads there: no indicator, no capture.
"""

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """What the recorder does. It captures in RECORDING alone."""

    OFF = "off"
    REFUSED = "refused"  # no approved policy, or not any more
    COVERED = "covered"  # the indicator is not (yet) seen
    RECORDING = "recording"
    PAUSED = "paused"  # by the participant
    RESTING = "resting"  # the policy's schedule, or its sampling, leaves this time out
    STOPPED = "stopped"


class Cause(StrEnum):
    """What changes the state."""

    APPROVED = "approved"
    REFUSED = "refused"
    SHOWN = "shown"
    HIDDEN = "hidden"
    PAUSE = "pause"
    RESUME = "resume"
    OUTSIDE = "outside"
    INSIDE = "inside"
    STOP = "stop"


RUNNING: Final = (State.COVERED, State.RECORDING, State.PAUSED, State.RESTING)
_TABLE: Final[dict[tuple[State, Cause], State]] = {
    (State.OFF, Cause.APPROVED): State.COVERED,
    (State.OFF, Cause.REFUSED): State.REFUSED,
    (State.OFF, Cause.STOP): State.STOPPED,
    (State.REFUSED, Cause.STOP): State.STOPPED,
    (State.COVERED, Cause.SHOWN): State.RECORDING,
    (State.RECORDING, Cause.HIDDEN): State.COVERED,
    (State.PAUSED, Cause.RESUME): State.COVERED,
    (State.RESTING, Cause.INSIDE): State.COVERED,
    (State.COVERED, Cause.OUTSIDE): State.RESTING,
    (State.RECORDING, Cause.OUTSIDE): State.RESTING,
    **{(state, Cause.PAUSE): State.PAUSED for state in RUNNING},
    **{(state, Cause.REFUSED): State.REFUSED for state in RUNNING},
    **{(state, Cause.STOP): State.STOPPED for state in RUNNING},
}

REASONS: Final = {
    State.OFF: "it has not begun",
    State.REFUSED: "there is no approved policy",
    State.COVERED: "the indicator cannot be seen",
    State.RECORDING: "",
    State.PAUSED: "",  # a pause needs no reason
    State.RESTING: "the policy leaves this time out",
    State.STOPPED: "it was stopped, or has nothing more to read",
}
"""Why the recorder is in a state, where nothing more is known."""

_SAID: Final = {
    State.OFF: "Off",
    State.REFUSED: "Refused",
    State.COVERED: "Not recording",
    State.RECORDING: "Recording",
    State.PAUSED: "Paused",
    State.RESTING: "Resting",
    State.STOPPED: "Off",
}


def transition(state: State, cause: Cause) -> State:
    """The state after `cause`. What a state does not know leaves it as it is."""
    return _TABLE.get((state, cause), state)


def said(state: State, what: str = "") -> str:
    """The state in words, with what is recorded (`editor`), or why nothing is."""
    if state is State.RECORDING:
        return f"Recording {what}" if what else "Recording: waiting for the first window"
    return f"{_SAID[state]}: {what}" if what else _SAID[state]
