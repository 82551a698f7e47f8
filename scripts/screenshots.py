"""Take the pictures of docs/indicator.md: the indicator in each state, on an X server of its own.

    .venv/bin/python scripts/screenshots.py docs/images

Needs Xvfb and ImageMagick's `import`.
"""

import os
import select
import subprocess
import sys
import time
from pathlib import Path

from glasswork.device.indicator import Lease
from glasswork.device.indicator.__main__ import ANSWER_S
from glasswork.device.indicator.look import HEIGHT, MARGIN, WIDTH
from glasswork.device.states import State, said

SCREEN = (800, 200)
BORDER = 4
PICTURES = {
    "recording": (State.RECORDING, "editor"),
    "nothing": (State.RECORDING, "nothing: not listed"),
    "paused": (State.PAUSED, ""),
    "resting": (State.RESTING, "the policy leaves this time out"),
    "covered": (State.COVERED, "the indicator cannot be seen"),
    "refused": (State.REFUSED, "the policy has expired"),
    "stopped": (State.STOPPED, ""),
}


def main(folder: Path) -> None:
    """Write `indicator-STATE.png` for each state, and `indicator-grey.png`, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    reading, writing = os.pipe()
    size = f"{SCREEN[0]}x{SCREEN[1]}x24"
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as answer:
            env = {**os.environ, "DISPLAY": f":{answer.readline().strip()}"}
        lease = Lease.start(env)
        for name, (state, what) in PICTURES.items():
            lease.show(state, said(state, what))
            _wait(lease)
            _take(folder / f"indicator-{name}.png", env)
        lease.show(State.RECORDING, said(State.RECORDING, "editor"))
        _wait(lease)
        x, y = SCREEN[0] - MARGIN - 30, MARGIN + 10  # a click, which this script does not answer
        subprocess.run(
            ["xdotool", "mousemove", str(x), str(y), "click", "1", "mousemove", "0", "190"], env=env, check=True
        )
        time.sleep(ANSWER_S + 1)
        _take(folder / "indicator-grey.png", env)
        lease.close()
        server.terminate()


def _wait(lease: Lease) -> None:
    while not lease.holds() or lease.late_s():
        select.select([lease], [], [])
        lease.update()


def _take(path: Path, env: dict[str, str]) -> None:
    left, top = SCREEN[0] - WIDTH - MARGIN - BORDER, MARGIN - BORDER
    crop = f"{WIDTH + 2 * BORDER}x{HEIGHT + 2 * BORDER}+{left}+{top}"
    subprocess.run(["import", "-window", "root", "-crop", crop, "+repage", str(path)], env=env, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
