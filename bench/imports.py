"""Other people's recordings: raw events a second, from a file to actions, beside openadapt-capture's own processing.

Compared, in CPU seconds of one core, on the same events (one DuckTrack recording, ten times over, clocks shifted):

    Glasswork          opens the file, decodes each line, redacts, reduces: from the file to actions
    openadapt read     decodes each line and makes the package's event objects of it
    openadapt process  `processing.process_events`: drops redundant moves, merges keys to typed text, moves, scrolls,
                       clicks and drags. It redacts nothing, and keeps every character that was typed.

The ratio printed last is of openadapt-capture's processing ALONE, its objects already in memory, to all of Glasswork's
work; with the reading it is larger. Every other format: events a second from a file that is written here (or the
shared sample, where there is one) to actions. A raw event is what a reader yields; moves that are merged count each.

    python bench/imports.py [FOLDER_WITH_RECORDINGS]
"""

import json
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from statistics import median

from glasswork.api.workspace import new_policy
from glasswork.device.capture import recordings
from glasswork.device.redaction import redact_events
from glasswork.device.reduce import reduce
from glasswork.policy import Policy

RUNS = 5
TIMES = 10
BAR = 300_000
PEER = "openadapt-capture==1.3.0"
HERE = Path(__file__).resolve().parent
ROOM = HERE / ".peers" / "openadapt-capture"
RECORDINGS = HERE.parent.parent / "shared" / "data" / "recordings"
OTHERS = {
    "agentnet": "agentnet",
    "uilog": "uilog",
    "openadapt": "openadapt_capture",
    "rrweb": "rrweb",
    "activitywatch": "",
    "pctracker": "",
}
"""The other formats, and the folder of the shared sample that is large enough to time."""

IN_THE_PEER = """
import json, sys, time
from openadapt_capture.events import *
from openadapt_capture.processing import process_events
KINDS = {"press": KeyDownEvent, "release": KeyUpEvent}
def event(row):
    kind, at = row["action"], row["time_stamp"]
    if kind == "move":
        return MouseMoveEvent(timestamp=at, x=row["x"], y=row["y"])
    if kind == "click":
        made = MouseDownEvent if row["pressed"] else MouseUpEvent
        return made(timestamp=at, x=row["x"], y=row["y"], button=row["button"])
    if kind == "scroll":
        return MouseScrollEvent(timestamp=at, x=row["x"], y=row["y"], dx=row["dx"], dy=row["dy"])
    name = row["name"]
    key = {"key_char": name, "canonical_key_char": name} if len(name) == 1 else {"key_name": name}
    return KINDS[kind](timestamp=at, **key)
began = time.process_time()
with open(sys.argv[1]) as file:
    events = [event(json.loads(line)) for line in file]
read = time.process_time() - began
began = time.process_time()
done = process_events(list(events))
print(json.dumps({"events": len(events), "read": read, "process": time.process_time() - began, "out": len(done)}))
"""


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else RECORDINGS
    policy = new_policy()
    list(recordings.actions(HERE.parent / "tests" / "vectors" / "recordings" / "ducktrack_good", policy))  # warm
    figures: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        events = folder / "ducktrack" / "events.jsonl"
        rows = [json.loads(line) for line in events.open()] if events.exists() else invented()
        print(
            f"ducktrack: {len(rows):,} rows, {'shared sample' if events.exists() else 'invented'}, {TIMES} times over"
        )
        repeated = write_repeated(room / "ducktrack", rows)
        rates = sorted(rate(repeated.parent, policy) for _ in range(RUNS))
        bar = "met" if median(rates) >= BAR else "LOST"
        print(f"  Glasswork, file to actions: {median(rates):,.0f} events/s ({rates[0]:,.0f} to {rates[-1]:,.0f})")
        print(f"  bar of {BAR:,} events/s: {bar}")
        figures += [f"ducktrack_per_s={median(rates):.0f}", *beside(repeated, rates)]
        for format, path in others(room, folder):
            found = sorted(rate(path, policy) for _ in range(RUNS))
            print(f"{format}: {median(found):,.0f} events/s ({found[0]:,.0f} to {found[-1]:,.0f})")
            figures.append(f"{format}_per_s={median(found):.0f}")
    print("imports: " + " ".join(figures))


def rate(path: Path, policy: Policy) -> float:
    """Raw events a CPU second, from the file to actions."""
    began = time.process_time()
    found = recordings.find(path)
    count = 0
    for session in found.sessions():
        for held in reduce(redact_events(session, policy, imported=True)):
            count += sum(held.counts.values())
    return (count + found.passed_over) / (time.process_time() - began)


def beside(repeated: Path, rates: list[float]) -> list[str]:
    """What openadapt-capture takes for the same rows."""
    python = ROOM / "bin" / "python"
    try:
        if not (ROOM / "lib").exists():
            venv.create(ROOM, with_pip=True)
        if not list(ROOM.glob("lib/*/site-packages/openadapt_capture")):
            subprocess.run([python, "-m", "pip", "install", "-q", PEER], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        print(f"  {PEER} could not be installed here, so there is nothing to compare with")
        return ["openadapt_ratio=skipped"]
    runs = [json.loads(subprocess.check_output([python, "-c", IN_THE_PEER, repeated], text=True)) for _ in range(RUNS)]
    process = sorted(run["events"] / run["process"] for run in runs)
    whole = sorted(run["events"] / (run["process"] + run["read"]) for run in runs)
    print(
        f"  openadapt process alone: {median(process):,.0f} events/s ({process[0]:,.0f} to {process[-1]:,.0f}), "
        f"{runs[0]['out']:,} events left"
    )
    print(f"  openadapt read + process:   {median(whole):,.0f} events/s ({whole[0]:,.0f} to {whole[-1]:,.0f})")
    ratio = median(rates) / median(process)
    spread = f"{rates[0] / process[-1]:.1f}..{rates[-1] / process[0]:.1f}"
    print(f"  ratio to its processing alone {ratio:.1f} ({spread}), {'won' if ratio > 1 else 'LOST'}")
    return [
        f"openadapt_ratio={ratio:.1f}",
        f"openadapt_spread={spread}",
        f"openadapt_read_ratio={median(rates) / median(whole):.1f}",
    ]


def write_repeated(folder: Path, rows: list[dict[str, object]]) -> Path:
    """The rows TIMES over, each time later, in an `events.jsonl`."""
    folder.mkdir()
    times = [float(str(row["time_stamp"])) for row in rows]
    length = times[-1] - times[0] + 1
    with (folder / "events.jsonl").open("w") as file:
        for n in range(TIMES):
            for row, at in zip(rows, times, strict=True):
                file.write(json.dumps(row | {"time_stamp": at + n * length}) + "\n")
    return folder / "events.jsonl"


def invented() -> list[dict[str, object]]:
    """Rows in the proportions of the shared sample: 98 of 100 are moves."""
    rows: list[dict[str, object]] = []
    for n in range(13_000):
        at = n / 400
        rows.append({"time_stamp": at, "action": "move", "x": n % 900, "y": n % 700})
        if n % 100 == 0:
            click = {"time_stamp": at, "action": "click", "x": 5, "y": 5, "button": "left"}
            rows += [click | {"pressed": True}, click | {"pressed": False}]
    return rows


def others(room: Path, shared: Path) -> list[tuple[str, Path]]:
    """A path to a recording of each other format: the shared sample, or one that the tests make, fifty times."""
    sys.path.insert(0, str(HERE.parent / "tests"))
    from vectors.recordings.made import MADE

    found: list[tuple[str, Path]] = []
    for name, sample in OTHERS.items():
        path = shared / sample
        if not sample or not path.is_dir():
            path = room / name
            path.mkdir()
            MADE["action_logger" if name == "uilog" else name][1](path, lambda place: f"what was {place}")
            file = recordings.find(path).files[0]
            if file.suffix == ".jsonl":
                file.write_bytes(file.read_bytes() * 50)
        found.append((name, path))
    return found


if __name__ == "__main__":
    main()
