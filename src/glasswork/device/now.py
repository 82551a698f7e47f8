"""“What would be recorded now?”, answered in plain words for the participant. No content: the policy's words alone."""

from typing import Any, Final

from glasswork.device.redaction.now import Field, Now
from glasswork.device.states import State, said
from glasswork.policy.model import EventKind

_KINDS: Final = {
    EventKind.POINTER: "clicks and scrolling",
    EventKind.ACCESSIBILITY: "the kinds and standard labels of what is on the screen",
    EventKind.CLIPBOARD: "that something is copied or pasted",
}
_FIELDS: Final = {
    Field.SECRET: "The field that has the keyboard is secret: nothing that is typed there is recorded.",
    Field.UNKNOWN: "Whether what has the keyboard is secret is judged at each key; what is not surely harmless is left "
    "out.",
}


def what(now: Now) -> str:
    """What is recorded, as the indicator names it: `editor`, or `nothing: not listed`."""
    if now.listed:
        return f"{now.site} in {now.app}" if now.site else now.app
    return "nothing: the site is not known yet" if now.awaiting else "nothing: not listed"


def fields(state: State, why: str, now: Now | None) -> dict[str, Any]:
    """The answer of the recorder. `now` is None before anything is known of what is in front."""
    now = now or Now()
    recording = state is State.RECORDING
    if not recording:
        now = Now()  # nobody looks
    return {
        "state": state,
        "words": _words(now) if recording else f"{said(state, why)}. Nothing is recorded, and nobody looks.",
        "app": now.app,
        "listed": now.listed,
        "site": now.site,
        "kinds": list(now.kinds),
        "typed": now.typed,
        "field": now.field,
        "screen": now.screen,
    }


def _words(now: Now) -> str:
    if not now.listed:
        why = "the site is not known yet" if now.awaiting else "the policy does not list what is in front"
        return f"Recording nothing: {why}. Only how many events there were is counted."
    parts = [words for kind, words in _KINDS.items() if kind in now.kinds]
    if now.typed:
        parts.append("what is typed, as numbered slots without its text")
    elif EventKind.KEYS in now.kinds:
        parts.append("shortcuts and named keys, but nothing that is typed")
    place = f", on its screen “{now.screen}”" if now.screen else ""
    sentence = f"Recording {what(now)}{place}: {', '.join(parts)}."
    typing = EventKind.KEYS in now.kinds and now.field in _FIELDS
    return f"{sentence} {_FIELDS[now.field]}" if typing else sentence
