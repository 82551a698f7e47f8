"""PM4Py as an outside judge: it reads the XES that we write as the same traces, and we read what it writes.

It is AGPL, so it lives in an environment of its own (`sh tests/e2e/pm4py_env.sh`), and nothing of ours imports it.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from glasswork.api.importing import preview
from glasswork.assemble.formats import FORMATS
from glasswork.assemble.record import Record
from glasswork.schema import words as w
from glasswork.schema.action import Node, Screen
from glasswork.schema.episode import Example, Step

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".tools" / "pm4py" / "bin" / "python"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON.exists(), reason="PM4Py's environment is not there: run `sh tests/e2e/pm4py_env.sh`"),
]

READ = """
import json, sys, pm4py
log = pm4py.read_xes(sys.argv[1], return_legacy_log_object=True, show_progress_bar=False)
print(json.dumps([[dict(trace.attributes), [dict(event) for event in trace]] for trace in log]))
"""

REWRITE = """
import json, sys, pm4py
log = pm4py.read_xes(sys.argv[1], return_legacy_log_object=True, show_progress_bar=False)
pm4py.write_xes(log, sys.argv[2], show_progress_bar=False)
print(json.dumps([len(trace) for trace in log]))
"""

LABELS = ("save", "größe", "<&\"'>", "]]>", "\ufffd", "a  b", "&lt;", "&#10;", "名前")


def run(program: str, scratch: Path, *arguments: Path) -> Any:
    """Run a program with PM4Py, offline; its last line is JSON."""
    done = subprocess.run(
        [PYTHON, "-c", program, *arguments], cwd=scratch, env={"PATH": os.environ["PATH"], "HOME": str(scratch)},
        capture_output=True, text=True, timeout=250, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def record(number: int) -> Record:
    steps = (
        *(
            Step(observation="", tool="click", arguments={"role": "button", "label": label}, effect="changed", screen=0)
            for label in LABELS[: number + 1]
        ),
        Step(observation="", tool="type_text", arguments={"value": "<email_2>"}, effect="unknown", screen=0),
        Step(observation="", tool="press_key", arguments={"key": "enter"}, effect="unchanged", screen=0),
    )
    screens = (Screen((Node(w.Role.WINDOW, 0), Node(w.Role.BUTTON, 1, "save"))),)
    example = Example(
        id=f"a{number}", goal="Write & save", steps=steps, outcome="completed", week="2026-W48", screens=screens
    )
    return Record(
        example=example, apps=("mousepad",), suppressed=0, scope=w.Scope.SELF, policy="0" * 64, basis="", split="test"
    )


def test_pm4py_reads_the_traces_that_were_written(tmp_path: Path) -> None:
    form = FORMATS["xes"]
    rows = [row for number in range(len(LABELS)) for row in form.rows(record(number), None)]
    file = tmp_path / "log.xes"
    file.write_bytes(form.header + b"".join(map(form.encode, rows)) + form.footer)
    read = run(READ, tmp_path, file)
    assert len(read) == len(LABELS)
    assert [attributes for attributes, _ in read] == [row["attributes"] for row in rows]
    assert [events for _, events in read] == [row["events"] for row in rows]


@pytest.mark.parametrize("name", ["xes_good", "xes_without_times"])
def test_what_pm4py_writes_is_read_as_the_same_log(name: str, tmp_path: Path) -> None:
    given = ROOT / "tests" / "vectors" / "recordings" / name / "log.xes"
    file = tmp_path / "rewritten.xes"
    assert run(REWRITE, tmp_path, given, file) == [4, 4, 4]
    again, first = preview(file), preview(given)
    assert (again.taken, again.faults, again.kinds) == (first.taken, first.faults, first.kinds)
    assert again.taken == 12
