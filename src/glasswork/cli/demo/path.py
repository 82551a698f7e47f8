"""The demo's way through the stages on the device: the day recorded from a real desktop, or imported as a recording."""

import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from glasswork.api import browser, held, importing, recording, service, workspace
from glasswork.api.building import Stages
from glasswork.api.workspace import Workspace
from glasswork.cli.demo import day as days
from glasswork.cli.demo import recording as written
from glasswork.cli.demo import server, session
from glasswork.cli.demo.errors import RecorderFailed
from glasswork.cli.demo.worker import work
from glasswork.device.hold import key as hold_key
from glasswork.schema.words import Scope

START_S = 20.0
STOP_S = 20.0

TOLD = "the browser's pages were told of by the extension"
UNTOLD = "the extension could not be loaded into this browser, so nothing that was typed in pages is recorded"

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Day:
    """The day as it left the device. `content` is everything that was typed, read or named in it."""

    workspace: Workspace
    content: list[str]
    raw: int
    actions: int
    suppressed: int
    lost: int
    batches: int
    sealed_bytes: int
    tasks: list[str]
    pages: str
    keys: str


def recorded(folder: Path, tell: Tell) -> Day:
    """Record the scripted worker on a desktop of its own, with the indicator, and send what is held."""
    own = workspace.create_demo(folder / "workspace")
    if not recording.keyring_there():
        os.environ[hold_key.VARIABLE] = secrets.token_hex(16)  # for this demo, in memory only
    service.start(own)
    try:
        begun = count(1)
        with (
            tempfile.TemporaryDirectory(prefix="glasswork-demo-") as place,
            session.desktop(Path(place)) as desktop,
            recorder(own, desktop),
            server.serve() as pages,
        ):
            browser.install(own, desktop.browser)
            done = work(
                desktop,
                pages,
                lambda name: tell("record", next(begun), len(days.TASKS)),
                told=lambda: bool(recording.now(own)["site"]),
            )
        totals = recording.totals(own)
        sent = held.send(own, progress=tell)
    finally:
        service.stop(own)
    return Day(
        workspace=own,
        content=done.content,
        raw=sum(totals.raw.values()),
        actions=sent.actions,
        suppressed=totals.suppressed,
        lost=totals.lost,
        batches=sent.batches,
        sealed_bytes=sent.bytes,
        tasks=[task.name for task in done.tasks],
        pages=TOLD if done.extension else UNTOLD,
        keys=(
            f"The policy is signed with three demo keys, which lie in {own.keys}. They are demo keys: in a programme, "
            "each role keeps its own, and nobody has two."
        ),
    )


def imported(folder: Path, tell: Tell) -> Day:
    """Import the same day as a recording that the script wrote, into a workspace of scope `self`, as imports are."""
    own = workspace.create(folder / "workspace")
    with tempfile.TemporaryDirectory(prefix="glasswork-demo-") as place:
        made = written.write(Path(place) / "recording")
        done = importing.import_recording(
            own,
            made.folder,
            basis="demo: written by a script, all content invented",
            progress=lambda step, at: tell(step, at, 0),
        )
    return Day(
        workspace=own,
        content=made.content,
        raw=done.raw,
        actions=done.actions,
        suppressed=done.suppressed,
        lost=done.unreadable,
        batches=done.batches,
        sealed_bytes=done.sealed_bytes,
        tasks=[task.name for task in days.TASKS],
        pages="the browser's pages are known by what the recording says of their elements",
        keys=f"What is imported is of scope self, so its policy is signed with one demo key, in {own.keys}.",
    )


def account(day: Day, built: Stages) -> Iterator[tuple[str, str]]:
    """What happened at each stage, a line each."""
    policy = workspace.approved(day.workspace).policy
    signers = "its owner" if policy.scope is Scope.SELF else "three demo roles"
    yield "policy", f"signed by {signers}; {len(policy.apps)} programs and {len(policy.sites)} sites may be recorded"
    yield "work", f"{len(day.tasks)} tasks: {'; '.join(day.tasks)}"
    yield "capture", f"{day.raw} raw events, in memory only; {day.lost} lost"
    yield "pages", day.pages
    yield "redact", f"{day.suppressed} raw events suppressed, besides those in secret fields, which are not counted"
    yield "reduce", f"{day.actions} actions"
    yield "send", f"{day.sealed_bytes} sealed bytes in {day.batches} batches"
    yield "admit", f"{built.admitted} actions checked once more and stored anew; {built.quarantined} batches refused"
    yield "refine", f"{built.episodes} episodes; {built.suppressed} places where something was suppressed"
    dropped = ", ".join(f"{count} {reason}" for reason, count in built.dropped.items()) or "none"
    yield "assemble", f"{built.examples} examples; episodes dropped: {dropped}"
    yield "private", f"for the one participant, in plain: {built.dataset}"


def one_example(dataset: Path) -> str:
    """The middle-sized example as a trainer reads it, a message a line."""
    lines = (dataset / "exports" / "trl_sft" / "train-00000.jsonl").read_text(encoding="utf-8").splitlines()
    rows = sorted((json.loads(line) for line in lines), key=lambda row: len(row["messages"]))
    row = rows[len(rows) // 2]
    return "\n".join(json.dumps(message, ensure_ascii=False) for message in row["messages"])


@contextmanager
def recorder(own: Workspace, desktop: session.Desktop) -> Generator[None]:
    """`glasswork record` on a desktop for as long as the block runs. Raises RecorderFailed, with its last words."""
    process = _start_recorder(own, desktop)
    try:
        yield
    finally:
        _stop_recorder(own, process)


def _start_recorder(own: Workspace, desktop: session.Desktop) -> "subprocess.Popen[bytes]":
    """`glasswork record` on the worker's desktop, once it says that it records."""
    log = own.folder / "recorder.log"
    with log.open("ab") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "glasswork", "--workspace", str(own.folder.resolve()), "record"],
            env=desktop.env | {name: os.environ[name] for name in (hold_key.VARIABLE,) if name in os.environ},
            cwd=own.folder,
            stdin=subprocess.DEVNULL,
            stdout=stderr,
            stderr=stderr,
        )
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        if recording.state(own) == "recording":
            return process
        time.sleep(0.05)
    process.kill()
    process.wait()
    raise RecorderFailed(f"The recorder did not start. Its last line is: {service.last_line(log)}")


def _stop_recorder(own: Workspace, process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    code = process.wait(STOP_S)
    if code:
        said = service.last_line(own.folder / "recorder.log")
        raise RecorderFailed(f"The recorder ended with {code}. Its last line is: {said}")
