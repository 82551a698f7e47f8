"""Drawing Screens: screens a second and core, how far boxes are off, and whether clicks land, beside Chromium.

draw      `render.draw`, PNG included, at 1280 × 800: invented windows of six kinds of program (tests/made_screens.py)
          with and without boxes, in all themes in turn, with surrogates; CPU seconds of one process
limit     what no drawing can beat: packing a blank picture of that size as PNG, the same way
chromium  the same elements as absolutely positioned HTML, in one headless Chromium, a screenshot each (PNG, through
          the DevTools pipe); CPU seconds of all its processes, starting them not counted
boxes     each element painted in a colour of its own by the same code: the largest distance in pixels between the
          box that is reported and the edges of what was painted
clicks    a click in the middle of every element that can be used and shows: whether the topmost element there is it,
          or lies in it

python bench/render.py [SCREENS]
"""

import html
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from io import FileIO
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from glasswork.assemble.render import THEMES, Drawn, draw, element_at
from glasswork.assemble.render.canvas import Canvas
from glasswork.assemble.render.kinds import PASSIVE
from glasswork.schema.action import Screen
from made_screens import box_errors, is_within, made

SIZE = (1280, 800)
RUNS = 3
CHECKED = 48
PAGES, WARM = 40, 8
BAR = 50


def look(number: int) -> str:
    return list(THEMES)[number % len(THEMES)]


def drawn_all(screens: Sequence[Screen]) -> list[Drawn]:
    return [
        draw(screen, size=SIZE, theme=look(n), seed=n, surrogates=True) for n, screen in enumerate(screens)
    ]  # fmt: skip


def speed(screens: Sequence[Screen]) -> list[float]:
    """Screens a CPU second, of each run. The first run finds no words prepared."""
    found: list[float] = []
    for _ in range(RUNS):
        begun = time.process_time()
        drawn_all(screens)
        found.append(len(screens) / (time.process_time() - begun))
    return found


def limit() -> float:
    begun = time.process_time()
    for _ in range(100):
        Canvas(*SIZE, "desktop").png()
    return 100 / (time.process_time() - begun)


def as_html(screen: Screen, drawn: Drawn) -> str:
    parts = ["<!doctype html><meta charset=utf-8><style>i{position:absolute;border:1px solid #bbb;background:#f7f7f7;",
             "font:15px sans-serif;box-sizing:border-box;overflow:hidden;border-radius:4px}</style>"]  # fmt: skip
    for node in drawn.order:
        box = drawn.boxes[node]
        assert box is not None
        place = f"left:{box.x}px;top:{box.y}px;width:{box.w}px;height:{box.h}px"
        parts.append(f'<i style="{place}">{html.escape(screen.nodes[node].label)}</i>')
    return "".join(parts)


def chromium(pages: Sequence[str]) -> float | None:
    """Screenshots a CPU second of a headless Chromium, all its processes together; None where it does not answer."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        return None
    asked, ask_end = os.pipe()
    answer_end, answered = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            *(program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"),
            *(f"--window-size={SIZE[0]},{SIZE[1]}", f"--user-data-dir={profile}", "--no-first-run", "about:blank"),
        ]
        shell = ["sh", "-c", f'exec "$@" 3<&{asked} 4>&{answered}', "sh", *command]
        process = subprocess.Popen(shell, pass_fds=(asked, answered), stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(asked)
        os.close(answered)
        try:
            with os.fdopen(ask_end, "wb", 0) as tell, os.fdopen(answer_end, "rb", 0) as listen:
                return screenshots(tell, listen, pages, process.pid)
        except (OSError, KeyError):
            return None
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # its helpers too: they write to the profile
            process.wait()


def screenshots(tell: FileIO, listen: FileIO, pages: Sequence[str], process: int) -> float:
    """Have each page shown and taken through the DevTools pipe. Raises OSError or KeyError where it ends or refuses."""
    rest = b""
    numbers = count(1)

    def ask(method: str, session: str = "", **params: object) -> dict[str, Any]:
        nonlocal rest
        number = next(numbers)
        message = {"id": number, "method": method, "params": params}
        tell.write(json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        while True:
            while b"\0" not in rest:
                more = listen.read(1 << 20)
                if not more:
                    raise OSError
                rest += more
            line, _, rest = rest.partition(b"\0")
            answer = json.loads(line)
            if answer.get("id") == number:
                return answer["result"]

    target = ask("Target.createTarget", url="about:blank")["targetId"]
    session = ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    frame = ask("Page.getFrameTree", session)["frameTree"]["frame"]["id"]
    begun = 0.0
    for number, page in enumerate(pages):
        if number == WARM:
            begun = cpu_of(process)
        ask("Page.setDocumentContent", session, frameId=frame, html=page)
        assert ask("Page.captureScreenshot", session, format="png")["data"]
    return (len(pages) - WARM) / (cpu_of(process) - begun)


def cpu_of(process: int) -> float:
    """CPU seconds so far of a process and of all that descend from it."""
    spent: dict[int, float] = {}
    parent: dict[int, int] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parent[int(file.parent.name)] = int(fields[1])
        spent[int(file.parent.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    line = {process}
    for one in sorted(parent):
        if parent[one] in line:
            line.add(one)
    return sum(spent.get(one, 0.0) for one in line)


def clicks(screens: Sequence[Screen], drawn: Sequence[Drawn]) -> tuple[int, int, int, int]:
    """Clicks, those that landed, the elements that can be used, and those of them that do not show."""
    tried = landed = usable = unseen = 0
    for screen, picture in zip(screens, drawn, strict=True):
        for node, box in enumerate(picture.boxes):
            if screen.nodes[node].role in PASSIVE:
                continue
            usable += 1
            if box is None:
                unseen += 1
                continue
            tried += 1
            landed += is_within(screen, element_at(picture, *box.centre), node)
    return tried, landed, usable, unseen


def measure(screens: int = 120) -> dict[str, float]:
    """Screens a second and core and their spread, the worst box in pixels, the share of clicks that land."""
    made_ones = [made(n, boxed=n % 2 == 0) for n in range(screens)]
    rates = speed(made_ones)
    drawn = drawn_all(made_ones)
    worst = 0
    for n in range(min(CHECKED, screens)):
        plain = draw(made_ones[n], size=SIZE, theme=look(n), seed=n)
        worst = max(worst, *box_errors(made_ones[n], plain, SIZE, look(n), n).values())
    tried, landed, usable, unseen = clicks(made_ones, drawn)
    found = {
        "screens_s": median(rates),
        "screens_s_min": min(rates),
        "screens_s_max": max(rates),
        "limit_s": limit(),
        "worst_box_px": float(worst),
        "clicks": float(tried),
        "hit_rate": landed / tried,
        "unseen": unseen / usable,
        "kb": sum(len(one.png) for one in drawn) / len(drawn) / 1000,
    }
    pages = [as_html(screen, picture) for screen, picture in zip(made_ones, drawn, strict=True)]
    rate = chromium(pages[:PAGES])
    return found if rate is None else found | {"chromium_s": rate}


if __name__ == "__main__":
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 120)
    rate, least, most = found["screens_s"], found["screens_s_min"], found["screens_s_max"]
    met = "met" if least >= BAR else "LOST"
    print(f"draw       {rate:8.0f} screens/s a core ({least:.0f}..{most:.0f}), bar {BAR}: {met}")
    print(f"limit      {found['limit_s']:8.0f} blank pictures packed/s; {rate / found['limit_s']:.2f} of it")
    if peer := found.get("chromium_s"):
        spread = f"({least / peer:.1f}..{most / peer:.1f})"
        print(f"chromium   {peer:8.1f} screenshots/s a core; ratio {rate / peer:.1f} {spread}")
    else:
        print("chromium   is not here or did not answer: not compared")
    met = "met" if found["worst_box_px"] <= 1 else "LOST"
    print(f"boxes      {found['worst_box_px']:8.0f} px off at worst, bar 1: {met}")
    met = "met" if found["hit_rate"] >= 0.999 else "LOST"
    print(f"clicks     {found['hit_rate']:8.2%} of {found['clicks']:.0f} land, bar 99.9 %: {met}", end="; ")
    print(f"{found['unseen']:.2%} of what can be used does not show (covered, or no room)")
    print("render: " + " ".join(f"{name}={value:.4g}" for name, value in found.items()))
