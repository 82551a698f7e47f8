"""How long the command line takes to answer, beside a bare interpreter and click's own smallest program.

python bench/startup.py
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

RUNS = 15
PROGRAM = Path(sys.executable).with_name("glasswork")
CLICK = "import click; click.command()(lambda: None).main(['--help'])"
COMMANDS = {
    "python": [sys.executable, "-c", "pass"],
    "click": [sys.executable, "-c", CLICK],
    "help": [str(PROGRAM), "--help"],
    "status_help": [str(PROGRAM), "status", "--help"],
    "import_help": [str(PROGRAM), "import", "--help"],
}


def main() -> None:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for run in range(RUNS + 1):
        for name, command in COMMANDS.items():  # in turn, so that a busy moment falls on all of them
            began = time.perf_counter()
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
            if run:  # the first run writes bytecode
                times[name].append((time.perf_counter() - began) * 1000)
    for name, found in times.items():
        ratio = median(found) / median(times["python"])
        print(f"{name}: median {median(found):.0f} ms ({min(found):.0f} to {max(found):.0f}), {ratio:.1f} × python")
    figures = " ".join(f"{name}_ms={median(found):.0f}" for name, found in times.items())
    print(f"startup: {figures} help_to_click={median(times['help']) / median(times['click']):.2f}")


if __name__ == "__main__":
    main()
