"""The same day as a recording that somebody else's recorder could have made, for where no desktop can be had.

The form is DuckTrack's `events.jsonl` and `metadata.json`, with what AgentNet adds: `event_idx` and `pynput_key` on
each event, the active program in `top_window.jsonl`, the clicked element in `element.jsonl`, and `task_name.json`.
No recorder takes part: it cannot write raw events. All content is the invented content of `content.py`.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random

from glasswork.cli.demo import content, day
from glasswork.cli.demo.pace import Pace
from glasswork.cli.demo.session import SCREEN
from glasswork.cli.demo.windows import Box, Place, Window

STARTED = 1000.0
START_TIME = "2026-03-02 09:00:00"
BETWEEN_TASKS = (2.0, 9.0)
# An ordinary typist: about four times slower than the worker, who is in a hurry.
SCALE = 4.0
MOVE_SECONDS = 0.004
STEP_PIXELS = 2.0

# pynput's names of the keys that X11 calls otherwise.
NAMES = {
    "Return": "enter",
    "Escape": "esc",
    "BackSpace": "backspace",
    "Delete": "delete",
    "ctrl": "ctrl_l",
    "alt": "alt_l",
    " ": "space",
}
SHIFTED = '~!@#$%^&*()_+{}|:"<>?'

Row = dict[str, object]


@dataclass(frozen=True)
class Recording:
    """A written recording, and every string of content in it, so that a search for leaks can look for them."""

    folder: Path
    content: list[str]


def write(folder: Path, seed: int = 7) -> Recording:
    """Write the day into `folder` (created). The same seed writes the same bytes."""
    hand = PaperHand(Pace(Random(seed), SCALE))
    for task in day.TASKS:
        task.do(hand)
        hand.now += hand.pace.random.uniform(*BETWEEN_TASKS)
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("events", hand.events), ("top_window", hand.fronts), ("element", hand.elements)):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    task_name: Row = {"task_name": "A day of small office tasks", "description": "Written by a script."}
    for name, value in (("metadata", _metadata()), ("task_name", task_name)):
        (folder / f"{name}.json").write_text(json.dumps(value, indent=1), encoding="utf-8")
    return Recording(folder, content.searchable(hand.typed))


class PaperHand:
    """Does what `hand.Hand` says by writing down what a recorder would have reported, on a clock of its own."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.now = STARTED
        self.events: list[Row] = []
        self.fronts: list[Row] = []
        self.elements: list[Row] = []
        self.typed: list[str] = []
        self._pointer = (SCREEN[0] // 2, SCREEN[1] // 2)
        self._programs: list[str] = []

    def open(self, window: Window, argument: str = "", title: str = "") -> None:
        self.think(0.6)
        self.see(window)

    def see(self, window: Window, title: str = "") -> None:
        self.think(0.1)
        if self._programs[-1:] != [window.program]:
            self._programs.append(window.program)
            self._to_front(window.program)

    def close(self, window: Window, keys: str) -> None:
        self.press(keys)
        self._programs.remove(window.program)
        if self._programs:
            self._to_front(self._programs[-1])

    def type(self, text: str) -> None:
        self.typed.append(text)
        for character in text:
            self._chord(["shift", character] if character.isupper() or character in SHIFTED else [character])

    def press(self, *keys: str) -> None:
        for combination in keys:
            self._chord(combination.split("+"))
        self.think(0.1)

    def click(self, place: Place, times: int = 1) -> None:
        left, top, width, height = self._move(place)
        rectangle = {"left": left, "top": top, "right": left + width, "bottom": top + height}
        tree: Row = {"Name": place.label, "ControlType": f"{place.control}Control"}
        tree |= {"BoundingRectangle": rectangle, "Depth": 0, "Children": []}
        self.elements.append({"time_stamp": round(self.now, 6), "a11y_tree": tree})
        for _ in range(times):
            for pressed in (True, False):
                self._event("click", x=self._pointer[0], y=self._pointer[1], button="left", pressed=pressed)
                self.now += 0.07
        self.think(0.15)

    def scroll(self, place: Place, notches: int) -> None:
        self._move(place)
        for _ in range(abs(notches)):
            self._event("scroll", x=self._pointer[0], y=self._pointer[1], dx=0, dy=-1 if notches > 0 else 1)
            self.now += self.pace.key()
        self.think(0.3)

    def think(self, seconds: float) -> None:
        self.now += self.pace.pause(seconds)

    def _move(self, place: Place) -> Box:
        box = (place.window.box[0] + place.box[0], place.window.box[1] + place.box[1], *place.box[2:])
        for x, y in self.pace.path(self._pointer, self.pace.aim(box), STEP_PIXELS):
            self._event("move", x=x, y=y)
            self._pointer = (x, y)
            self.now += MOVE_SECONDS
        self.think(0.05)
        return box

    def _chord(self, keys: list[str]) -> None:
        names = [NAMES.get(key, key.lower() if len(key) > 1 else key) for key in keys]
        for action, order in (("press", names), ("release", names[::-1])):
            for name in order:
                self._event(action, name=name, pynput_key=f"Key.{name}" if len(name) > 1 else f"'{name}'")
                self.now += self.pace.key() / 2

    def _to_front(self, program: str) -> None:
        self.fronts.append({"time_stamp": round(self.now, 6), "top_window_name": program})

    def _event(self, action: str, **fields: object) -> None:
        row: Row = {"time_stamp": round(self.now, 6), "action": action, **fields, "event_idx": len(self.events)}
        self.events.append(row)


def _metadata() -> Row:
    return {
        "system": "Linux",
        "node": "demo-desk",
        "machine": "x86_64",
        "screen_width": SCREEN[0],
        "screen_height": SCREEN[1],
        "model": "none: written by a script, all content invented",
        "scroll_direction": -1,
        "start_time": START_TIME,
        "video_start_timestamp": STARTED,
        "obs_record_state_timings": {"OBS_WEBSOCKET_OUTPUT_STARTED": [STARTED]},
    }
