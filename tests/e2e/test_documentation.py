"""The code that the documentation shows runs as it stands."""

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import glasswork.api

DOCS = Path(__file__).parents[2] / "docs"
RECORDING = Path(__file__).parents[1] / "vectors" / "recordings" / "ducktrack_good"


def test_the_python_page_runs(tmp_path: Path) -> None:
    code = "\n".join(re.findall(r"```python\n(.*?)```", (DOCS / "python.md").read_text(), re.S))
    (tmp_path / "recording").symlink_to(RECORDING)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert re.search(r"[1-9]\d* examples in", done.stdout)


def test_every_function_that_the_python_page_names_is_there() -> None:
    import importlib

    page = (DOCS / "python.md").read_text()
    rows = re.findall(r"^\| (`[a-z`, ]+`) \| (`.*`) \|$", page, re.M)
    assert len(rows) == 9
    for modules, functions in rows:
        loaded = [
            importlib.import_module(f"{glasswork.api.__name__}.{name}") for name in re.findall(r"`(\w+)`", modules)
        ]
        for name in re.findall(r"`(\w+)`", functions):
            assert any(callable(getattr(module, name, None)) for module in loaded), name


@pytest.mark.parametrize(
    "page", ["access.md", "agreement.md", "building.md", "keys.md", "policy.md", "tutorial-agreement.md"]
)
def test_the_commands_of_a_page_run(page: str, tmp_path: Path) -> None:
    """Every line after a `$` in a console block, in order, as a newcomer would type it."""
    blocks = re.findall(r"```console\n(.*?)```", (DOCS / page).read_text(), re.S)
    commands = [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    assert commands
    (tmp_path / "examples").symlink_to(DOCS.parent / "examples")
    (tmp_path / "recording").symlink_to(RECORDING)
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "GLASSWORK_WORKSPACE": str(tmp_path / "workspace"),
    }
    try:
        for command in commands:
            done = subprocess.run(
                command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
            )
            assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    finally:  # what a page starts, it also stops; where it was cut short, this does
        for started in tmp_path.glob("*.pid"):
            with suppress(ProcessLookupError):
                os.kill(int(started.read_text()), signal.SIGTERM)
