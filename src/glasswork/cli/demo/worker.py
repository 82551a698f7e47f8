"""The scripted worker: does the day's tasks on a real desktop and looks whether each of them came out right."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from glasswork.cli.demo import content, day
from glasswork.cli.demo.errors import WorkerStumbled
from glasswork.cli.demo.pace import Pace
from glasswork.cli.demo.server import Pages
from glasswork.cli.demo.session import Desktop
from glasswork.cli.demo.xdotool import DesktopHand

OUTCOME_SECONDS = 3.0
BETWEEN_TASKS = (0.2, 0.6)


@dataclass(frozen=True)
class TaskDone:
    """A task that came out right, how long it took, and whether it needed its second try."""

    name: str
    seconds: float
    again: bool


@dataclass(frozen=True)
class WorkDone:
    """The day's work, and every string of content in it: typed, read, or a name or title of something.

    `extension`: the browser's pages were told of by the extension.
    """

    tasks: list[TaskDone]
    content: list[str]
    extension: bool


def work(
    desktop: Desktop,
    pages: Pages,
    progress: Callable[[str], None],
    seed: int = 7,
    seconds_scale: float = 1.0,
    told: Callable[[], bool] = lambda: True,
) -> WorkDone:
    """Do every task of the day in real programs, each at most twice, and say so to `progress` (task names).

    The same seed gives the same slips, pauses and pointer paths. `seconds_scale` stretches all of them.
    `told` says whether the recorder knows which page of the browser is in front.

    Raises:
        WorkerStumbled: a task did not come out right at the second try either.
    """
    hand = DesktopHand(desktop, pages, Pace(Random(seed), seconds_scale), told)
    for name, text in content.DOCUMENTS.items():
        (desktop.documents / name).parent.mkdir(exist_ok=True)
        (desktop.documents / name).write_text(text)
    tasks: list[TaskDone] = []
    for task in day.TASKS:
        progress(task.name)
        tasks.append(_do(task, hand))
        hand.think(hand.pace.random.uniform(*BETWEEN_TASKS))
    return WorkDone(tasks, content.searchable(hand.typed), hand.extension)


def _do(task: day.Task, hand: DesktopHand) -> TaskDone:
    documents = hand.desktop.documents
    before = documents.with_name(".before")
    began = time.monotonic()
    shutil.copytree(documents, before)
    try:
        _try(task, hand)
        again = False
    except WorkerStumbled:
        # Start over from a clean desk: nothing open, the documents as they were.
        hand.drop_everything()
        for path in documents.iterdir():  # the folder itself is where programs were started
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(before, documents, dirs_exist_ok=True)
        _try(task, hand)
        again = True
    finally:
        shutil.rmtree(before)
    return TaskDone(task.name, time.monotonic() - began, again)


def _try(task: day.Task, hand: DesktopHand) -> None:
    task.do(hand)
    deadline = time.monotonic() + OUTCOME_SECONDS
    while not task.done(hand.desktop.documents, hand.pages):
        if time.monotonic() > deadline:
            raise WorkerStumbled(
                f"The task '{task.name}' was done but did not come out right, so the demo would show "
                "something else than it says. Run it again; if it fails again, a program here may have other menus."
            )
        time.sleep(0.05)
