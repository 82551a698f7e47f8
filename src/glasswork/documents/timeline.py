"""A timeline: one episode as lines that a person can read, in a terminal and as a small page that loads nothing."""

from collections.abc import Iterator
from html import escape
from typing import Final

from msgspec import Struct

from glasswork.assemble.examples import NOTES
from glasswork.refine.describe import step
from glasswork.refine.phrases import PLACES
from glasswork.refine.segment import MARKERS
from glasswork.schema.action import Action
from glasswork.schema.episode import Boundary, BoundaryReason, Episode, Label
from glasswork.schema.words import ActionKind, GapClass

PAUSES: Final[dict[GapClass, str]] = {
    GapClass.UNDER_64S: "16 to 64 seconds later",
    GapClass.UNDER_256S: "one to four minutes later",
    GapClass.IDLE: "more than four minutes later",
}
"""Gaps that are worth a word; shorter ones are how people work."""

MARKED: Final = NOTES | {ActionKind.TASK: "(named by the participant)"}
"""What stands for a marker: what an example says there, and who named the task."""

BECAUSE: Final[dict[BoundaryReason, str]] = {
    BoundaryReason.START: "nothing of that day is before it",
    BoundaryReason.TASK: "the participant said so",
    BoundaryReason.GAP: "a pause",
    BoundaryReason.IDLE: "nothing was done for a while",
    BoundaryReason.BATCH: "a new batch: how long ago the action before was is not known",
    BoundaryReason.HOLE: "something is missing there",
    BoundaryReason.COMPLETED: "something was completed",
    BoundaryReason.CLOSED: "the program or its window was closed",
    BoundaryReason.LEFT: "something was completed, and then another kind of program used",
    BoundaryReason.HOME: "back at where tasks begin",
    BoundaryReason.LEARNED: "the boundary model",
    BoundaryReason.ROUTINE: "a routine that repeats itself",
    BoundaryReason.END: "nothing of that day is after it",
    BoundaryReason.RESUMED: "another task was left for it, and taken up again after it",
}


class Line(Struct, frozen=True):
    """One action: its place in the episode (from 0), what lay before it, where and what it was, and its signals."""

    place: int
    before: str
    where: str
    words: str
    labels: tuple[Label, ...]


def lines(episode: Episode) -> list[Line]:
    """The actions of an episode in order, markers included; each label stands at its first action."""
    starting: dict[int, list[Label]] = {}
    for label in episode.labels:
        starting.setdefault(label.start, []).append(label)
    holes = set(episode.holes)
    return [
        Line(
            place,
            "other work lay between" if place in holes else PAUSES.get(action.gap, "") if place else "",
            "" if action.kind in MARKERS else PLACES[action.category],
            _words(action),
            tuple(starting.get(place, ())),
        )
        for place, action in enumerate(episode.actions)
    ]


def signal(label: Label) -> str:
    """A label in words, such as `undo episode, 2 actions (undo_command, 100 %)`."""
    span = f", {label.end - label.start} actions" if label.end - label.start > 1 else ""
    return f"{label.signal.replace('_', ' ')}{span} ({label.rule}, {label.confidence:.0%})"


def why(boundary: Boundary) -> str:
    """Why a boundary lies where it lies, in words."""
    reasons = "; ".join(BECAUSE[reason] for reason in boundary.reasons)
    return f"{reasons or 'not known'} ({boundary.source}, {boundary.confidence:.0%})"


def page(episode: Episode) -> str:
    """The episode as one HTML page. It has no script, loads nothing, and everything in it is escaped."""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(episode.title)} · Glasswork</title><style>{_STYLE}</style></head><body><main>
<h1>{escape(episode.title)}</h1>
<p class="goal">{escape(episode.goal)}</p>
<dl>
<dt>Week</dt><dd>{escape(episode.week)}</dd>
<dt>Began</dt><dd>{escape(why(episode.began))}</dd>
<dt>Ended</dt><dd>{escape(why(episode.ended))}</dd>
</dl>
<ol start="0">
{"".join(_items(episode))}</ol>
<p class="note">What was done, never what was written. Signals say what a rule saw, and are no verdict about a
person.</p>
</main></body></html>
"""


def _items(episode: Episode) -> Iterator[str]:
    where = ""
    for line in lines(episode):
        if line.before:
            yield f'<li class="before">{escape(line.before)}</li>\n'
        if line.where and line.where != where:
            where = line.where
            yield f'<li class="where">{escape(where)}</li>\n'
        signals = "".join(f"<small>{escape(signal(label))}</small>" for label in line.labels)
        yield f'<li value="{line.place}">{escape(line.words)}{signals}</li>\n'


def _words(action: Action) -> str:
    if action.kind in MARKED:
        return f"{MARKED[action.kind]} {action.task}".strip()
    words = step(action)
    return words[:1].upper() + words[1:]


_STYLE: Final = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:0}"
    "main{max-width:44rem;margin:0 auto;padding:1.5rem}h1{font-size:1.4rem;margin:0}.goal{margin:.3rem 0 1rem}"
    "dl{display:grid;grid-template-columns:auto 1fr;gap:.1rem 1rem;font-size:.9rem}dd{margin:0}"
    "ol{padding-left:2.5rem}li{padding:.15rem 0}.before,.where{list-style:none;margin-left:-1.5rem}"
    ".before{font-style:italic;opacity:.8}.where{font-weight:600;padding-top:.7rem}"
    "small{display:inline-block;margin-left:.6rem;padding:0 .5rem;border:1px solid;border-radius:.7rem}"
    ".note{font-size:.85rem}"
)
