"""What the forms of the page do. Each takes the page's hold and the form, and returns what to tell its participant."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from glasswork.device import control
from glasswork.device import hold as holds
from glasswork.device.errors import AgentAbsent
from glasswork.device.hold import ChoiceRefused, Hold, Span
from glasswork.device.send import Choice, Sent, choose

Form = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the forms work on: the open hold, and how to send what it holds."""

    hold: Hold
    send: Callable[[], Sent]


def delete(desk: Desk, form: Form) -> str:
    """Delete the ticked actions for good."""
    return f"{_counted(holds.drop(desk.hold, _ticked(form)), 'action')} deleted, for good."


def withhold(desk: Desk, form: Form) -> str:
    """Keep the records of the ticked actions from being sent."""
    changed = holds.withhold(desk.hold, _ticked(form))
    return f"{_counted(changed, 'record')} withheld until you release them, or until they expire."


def release(desk: Desk, form: Form) -> str:
    """Let the records of the ticked actions be sent again."""
    return f"{_counted(holds.withhold(desk.hold, _ticked(form), withheld=False), 'record')} released."


def name_task(desk: Desk, form: Form) -> str:
    """Name everything from the first to the last ticked action."""
    spans = _ticked(form)
    span = Span(min(span.first for span in spans), max(span.last for span in spans))
    task = holds.name_task(desk.hold, _one(form, "name"), span)
    return f"Named: “{task.name}”. That name leaves your device with the actions, as you typed it."


def remove_task(desk: Desk, form: Form) -> str:
    """Take a task's name away."""
    gone = holds.remove_task(desk.hold, _number(form, "task"))
    return "The name is gone; the actions are still there." if gone else "That task was gone already."


def prefer(desk: Desk, form: Form) -> str:
    """Say that a task was done the better way."""
    return f"Noted: that was the better way to do “{holds.prefer(desk.hold, _number(form, 'task'))}”."


def send(desk: Desk, form: Form) -> str:
    """Send everything that is not withheld."""
    sent = desk.send()
    what = f"Sent {_counted(sent.actions, 'action')} in {_counted(sent.batches, 'sealed batch', 'sealed batches')}"
    return f"{what} ({sent.bytes} bytes). {_counted(sent.pending, 'action')} stay here."


def by_itself(desk: Desk, form: Form) -> str:
    """Let the recorder send by itself, or not any more."""
    try:
        chosen = msgspec.convert(
            {"by_itself": _one(form, "by_itself") == "on", "after_hours": _number(form, "after_hours")}, Choice
        )
    except msgspec.ValidationError:
        raise _senseless() from None
    choose(desk.hold.folder, chosen)
    if not chosen.by_itself:
        return "Chosen: nothing is sent unless you press the button."
    return "Chosen: while the recorder runs, it sends each day as a whole, once it is over for so long."


def pause(desk: Desk, form: Form) -> str:
    """Pause the recorder."""
    return _obeyed(control.ask(desk.hold.folder, "pause"), "Paused, for as long as you like. Nobody is told.")


def resume(desk: Desk, form: Form) -> str:
    """Go on recording."""
    return _obeyed(control.ask(desk.hold.folder, "resume"), "The recorder goes on, as soon as its indicator is seen.")


def forget(desk: Desk, form: Form) -> str:
    """Delete what was recorded in the last minutes, and what the recorder still has in its memory."""
    minutes = _number(form, "minutes")
    try:
        answer = control.ask(desk.hold.folder, "forget", minutes=minutes)
        told = _obeyed(answer, "")
        gone = int(answer.get("forgotten", 0))
    except AgentAbsent:
        told, gone = "", holds.forget(desk.hold, minutes)
    return told or f"{_counted(gone, 'action')} of the last {_counted(minutes, 'minute')} forgotten, for good."


DEEDS: Final[Mapping[str, Callable[[Desk, Form], str]]] = {
    "/delete": delete,
    "/withhold": withhold,
    "/release": release,
    "/task": name_task,
    "/task/remove": remove_task,
    "/prefer": prefer,
    "/send": send,
    "/by-itself": by_itself,
    "/pause": pause,
    "/resume": resume,
    "/forget": forget,
}
"""Where each form goes."""


def _ticked(form: Form) -> list[Span]:
    spans = [holds.parse(text) for text in form.get("pick", ())]
    if not spans:
        raise ChoiceRefused("Nothing was ticked, so nothing was changed. Tick actions, a program or a whole stretch.")
    return spans


def _one(form: Form, name: str) -> str:
    return next(iter(form.get(name, ())), "")


def _number(form: Form, name: str) -> int:
    text = _one(form, name)
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise _senseless()
    return int(text)


def _senseless() -> ChoiceRefused:
    return ChoiceRefused("That form said something that it cannot say. Nothing was changed. Load the page again.")


def _obeyed(answer: control.Fields, told: str) -> str:
    return told if answer.get("ok") else str(answer.get("message", "The recorder could not do that."))


def _counted(count: int, one: str, many: str = "") -> str:
    return f"1 {one}" if count == 1 else f"{count} {many or one + 's'}"
