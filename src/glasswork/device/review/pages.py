"""The pages as HTML: everything that stands in one is escaped here, and nothing is loaded but style.css."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from html import escape
from itertools import groupby
from typing import Final

from glasswork.device import hold as holds
from glasswork.device.hold import Span, Task
from glasswork.device.hold.words import words
from glasswork.device.review import panels
from glasswork.device.review.deeds import Desk
from glasswork.device.review.timeline import Block, Day, Stretch, of_day
from glasswork.schema.action import Screen
from glasswork.schema.words import ActionKind, CountBucket, Preference, Role

_BETTER: Final = '<button formaction="/prefer">This was the better way</button>'


def review(desk: Desk, secret: str, day: str, page: int, said: str) -> bytes:
    """The whole page, with the timeline of the day asked for, or else of the newest. Raises what the hold does."""
    days = holds.days(desk.hold)
    day = day if day in days else (days[-1] if days else "")
    shown = of_day(desk.hold, day, page)
    told = f'<p role="status" class="said">{escape(said)}</p>' if said else ""
    body = f"""
<a class="skip" href="#held">Skip to what is held</a>
<header>
  <h1>What your recorder holds</h1>
  <p>These lines are what would leave your device, sealed, and nothing else. Clock times and numbers of records are
  shown to you alone. What is not sent is deleted after seven days at the latest.</p>
</header>
{told}
{panels.now(desk, secret)}
<div class="columns">
  <main id="held" tabindex="-1">
    <h2>Held</h2>
    {_days(days, day)}
    {_held(shown, day, secret)}
  </main>
  <aside aria-label="Tasks and sending">
    {_tasks(shown.tasks, holds.tasks(desk.hold), day, secret)}
    {panels.sending(desk, secret)}
    {panels.sent(desk)}
    {panels.schedule(desk)}
    <form method="post" action="/close">{panels.hidden(secret)}<button>Close this page</button></form>
  </aside>
</div>"""
    return document("What your recorder holds", body)


def live(desk: Desk, secret: str) -> bytes:
    """“What would be recorded now?”, asked again every two seconds: to be put beside another window."""
    return document(
        "What would be recorded now?",
        f'<main>{panels.now(desk, secret, alone=True)}<p><a href="/">All that is held</a></p></main>',
        head='<meta http-equiv="refresh" content="2">',
    )


def screen(desk: Desk, at: str) -> bytes:
    """The structure of the window at one action, as it would leave. Raises ChoiceRefused."""
    span = holds.parse(at)
    record = holds.find(desk.hold, span.first[0])
    items = record.addressed() if record else ()
    found = [item.screen for address, item in items if address in span and item.screen is not None]
    shown = f"<ul class=tree>{''.join(_nodes(found[0]))}</ul>" if found else "<p>It is not held any more.</p>"
    return document(
        "The structure of a window",
        f"""<main><h1>The structure of a window</h1>
<p>Roles, words of the program itself and places on a grid of 128 × 128: this leaves with the action. What is written
in the window does not.</p>{shown}<p><a href="/">All that is held</a></p></main>""",
    )


def refused(message: str) -> bytes:
    """Why a request was not answered."""
    return document("Not here", f'<main><h1>Not here</h1><p role="alert">{escape(message)}</p></main>')


def closed() -> bytes:
    """The end of the page."""
    return document(
        "Closed",
        "<main><h1>Closed</h1><p>This page has ended; the recorder has not. You can close this tab.</p></main>",
    )


def document(title: str, body: str, head: str = "") -> bytes:
    """A whole page around a body."""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · Glasswork</title><link rel="stylesheet" href="/style.css">{head}</head>
<body>{body}</body></html>""".encode()


def is_day(text: str) -> bool:
    """Whether this is an ISO date."""
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) is not None


def _days(days: list[str], shown: str) -> str:
    links = "".join(f'<li><a href="/?day={day}"{_current(day == shown)}>{_spoken(day)}</a></li>' for day in days)
    return f'<nav aria-label="Days"><ul>{links}</ul></nav>' if links else ""


def _current(shown: bool) -> str:
    return ' aria-current="page"' if shown else ""


def _spoken(day: str) -> str:
    when = date.fromisoformat(day)
    return f"{when:%A}, {when.day} {when:%B}"


def _held(shown: Day, day: str, secret: str) -> str:
    if not shown.stretches:
        return "<p>Nothing is held.</p>"
    damaged = (
        f"<p>{shown.damaged} records of this day are damaged. They cannot be read or sent, and expire.</p>"
        if shown.damaged
        else ""
    )
    return f"""{damaged}<form method="post" action="/task">{panels.hidden(secret, day, shown.page)}
<div class="bar" role="group" aria-label="With what is ticked">
  <div><label for="name">Name of the task, from the first to the last tick</label>
  <input id="name" name="name" maxlength="64" autocomplete="off" aria-describedby="leaves"></div>
  <button>Name as a task</button>
  <button formaction="/withhold">Withhold</button>
  <button formaction="/release">Release</button>
  <button formaction="/delete" class="danger">Delete</button>
  <small id="leaves">The name leaves your device as you type it. Names of people, numbers and the like are refused.
  Withholding keeps a record and all of its task here.</small>
</div>
{"".join(_stretch(number, stretch, shown) for number, stretch in enumerate(shown.stretches))}
</form>{_turn(shown, day)}"""


def _turn(shown: Day, day: str) -> str:
    if shown.pages == 1:
        return ""
    links = "".join(
        f'<li><a href="/?day={day}&amp;page={page}"{_current(page == shown.page)}>{page + 1}</a></li>'
        for page in range(shown.pages)
    )
    return f'<nav aria-label="Parts of this day"><ul>{links}</ul></nav>'


def _stretch(number: int, stretch: Stretch, shown: Day) -> str:
    lines = sum(len(block.lines) for block in stretch.blocks)
    title = f"About {stretch.began:%H:%M}"
    return f"""<section aria-labelledby="s{number}">
<h3 id="s{number}">{_tick(stretch.span(), title)} <span class="count">{lines} lines</span></h3>
{"".join(_block(block, shown) for block in stretch.blocks)}</section>"""


def _block(block: Block, shown: Day) -> str:
    lines = "".join(_lines(block, shown))
    name = block.app or "No program"
    count = f'<span class="count">{len(block.lines)} lines</span>'
    return f"<fieldset><legend>{_tick(block.span(), name)} {count}</legend><ol>{lines}</ol></fieldset>"


def _lines(block: Block, shown: Day) -> Iterator[str]:
    for line in block.lines:
        said = words(line.held)
        if line.at is None:
            kind = "task" if line.held.action.kind is ActionKind.TASK else "gap"
            yield f'<li class="{kind}">{escape(said)}</li>'
            continue
        named = any(line.at in task for task in shown.tasks)
        marks = ""
        if line.held.screen is not None:
            marks += f' <a href="/screen?at={line.at[0]}:{line.at[1]}">see the structure</a>'
        if line.record.id in shown.back:
            marks += f" <b>{'withheld' if line.record.withheld else 'waits with its task'}</b>"
        tick = _tick(Span(line.at, line.at), said)
        yield f"<li{' class=named' if named else ''}>{tick}{marks}</li>"


def _tick(span: Span | None, label: str) -> str:
    if span is None:
        return escape(label)
    return f'<label><input type="checkbox" name="pick" value="{span}"> {escape(label)}</label>'


def _tasks(here: tuple[Task, ...], everywhere: list[Task], day: str, secret: str) -> str:
    """The named tasks; where several have one name, each can be said to be the better."""
    ordered = sorted(everywhere, key=lambda task: task.name)
    groups = [(name, list(tasks)) for name, tasks in groupby(ordered, key=lambda task: task.name)]
    carried, ids = panels.hidden(secret, day), {task.id for task in here}
    shown = "".join(_ways(name, tasks, ids, carried) for name, tasks in groups)
    hint = "<p>None yet. Tick the first and the last action of something you did, and give it a name.</p>"
    return f'<section aria-labelledby="tasks"><h2 id="tasks">Tasks</h2>{shown or hint}</section>'


def _ways(name: str, tasks: list[Task], here: set[int], carried: str) -> str:
    several = len(tasks) > 1
    rows = "".join(
        f"""<li>{"this day" if task.id in here else "another day"}, from {task.first[0]}:{task.first[1]}
to {task.last[0]}:{task.last[1]}{_preferred(task)}
<form method="post">{carried}<input type="hidden" name="task" value="{task.id}">
{_BETTER if several and task.preferred is not Preference.BETTER else ""}
<button formaction="/task/remove">Take the name away</button></form></li>"""
        for task in tasks
    )
    ask = "<p>Done in several ways. Which was the better?</p>" if several else ""
    return f"<h3>{escape(name)}</h3>{ask}<ul>{rows}</ul>"


def _preferred(task: Task) -> str:
    return "" if task.preferred is Preference.NONE else f" <b>the {task.preferred} way</b>"


def _nodes(tree: Screen) -> Iterable[str]:
    for node in tree.nodes:
        role = "part" if node.role is Role.NONE else node.role
        label = f" “{escape(node.label)}”" if node.label else ""
        box = "" if node.box is None else " <small>at {},{}, {}×{}</small>".format(*node.box)
        yield f'<li class="d{min(node.depth, 12)}">{role}{label}{box}</li>'
    if tree.cut is not CountBucket.NONE:
        yield f"<li>and {tree.cut} parts more, which were left out</li>"
