"""What the words of the capability set mean, one sentence each: for docs/capture.md."""

from typing import Final

from glasswork.policy.model import EventKind

EVENTS: Final[dict[EventKind, str]] = {
    EventKind.POINTER: "What is done with mouse, touchpad or pen. How the pointer moved in between is dropped.",
    EventKind.KEYS: "What is done with the keyboard. Which character a key writes is dropped.",
    EventKind.ACCESSIBILITY: "What programs tell screen readers of the element in use and of the window around it.",
    EventKind.CLIPBOARD: "That the clipboard was used. What is in it is never read.",
}

FIELDS: Final[dict[str, str]] = {
    "click": "That something was clicked once or twice, and with which button.",
    "drag": "That something was dragged. The way it took is dropped.",
    "scroll": "That it was scrolled, where to, and how far in four classes.",
    "command": "Which command a shortcut stands for (save, copy, undo); a combination that stands for none is `other`.",
    "named_key": "That a key was pressed that writes nothing: Enter, Tab, Escape, arrows. How often, in four classes.",
    "typed_length_class": "That something was typed, and whether it had 1 to 16, 17 to 64, or more characters.",
    "typed_pace_class": "Whether it was typed slowly, typically or fast, beside your own last runs and nobody else's.",
    "same_value_slot": "That what was typed or pasted here is what was typed, copied or picked there, by a number that "
    "means nothing else; and what kind of thing it is (a text, a date, an e-mail address).",
    "role": "What the element is: a button, a text field, a menu item.",
    "label_after_redaction": "What is written on it, as far as it is made of words that programs have. Names and "
    "titles do not survive.",
    "box_on_a_grid": "Where it is in its window, on a grid of 128 by 128 cells.",
    "screen_structure": "Which elements the window has, as a tree of roles, labels that survive and boxes. What is "
    "written, chosen or ticked in them is left out.",
    "copied_or_pasted": "That something was copied or pasted.",
}
