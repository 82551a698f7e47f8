"""What the extension costs a page for each key: batched, with a message for each event, and at a person's pace.

python bench/page_overhead.py

Trusted events come from outside (xdotool on a private X server): what a script dispatches is not recorded, so it costs
nothing and says nothing. Two accounts, in the same run:

- A copy of the extension times itself: everything that it runs in the page is wrapped in a clock (5 µs steps, in a page
  that is isolated), whose own cost, an empty listener's, is taken off. `handler` is what stands between a key and the
  page; the rest (a batch, a look at the Screen) comes when the page has had its turn. A page without the extension runs
  none of it, so the sum is the difference. It is wall time: on a busy machine it is too high.
- The processor time of the page's main thread with the extension and without, as the kernel counts it. It holds
  everything, the page's own work too, and the clock; so the difference is small beside its spread.

The bar, 10 µs an event, is for events as fast as they come (`burst`); at a typist's pace (120 ms) nearly every key is a
message of its own, and nothing is warm.
"""

import json
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from e2e.browser_world import LISTED, MISSING, World, serving
from e2e.xsession import front_title, wait_until, xdotool, xsession
from glasswork.api.browser import extension_folder
from glasswork.schema.raw import RawKind

RUNS = 3
BAR_US = 10
TEXT = "the quick brown fox jumps over the lazy dog and comes back " * 50
BURST_MS, TYPIST_MS = 2, 120
SLOW = 100  # characters of the text at a person's pace
CLOCK = """
var spent = { calls: {}, ms: {} };
function clocked(name, run) {
  return function (...given) {
    const began = performance.now();
    try { return run.apply(this, given); } finally {
      spent.calls[name] = (spent.calls[name] ?? 0) + 1;
      spent.ms[name] = (spent.ms[name] ?? 0) + performance.now() - began;
    }
  };
}
var plainListen = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (type, handle, options) {
  return plainListen.call(this, type, clocked(type, handle), options);
};
var plainTimeout = globalThis.setTimeout, plainIdle = globalThis.requestIdleCallback, plainObserver = MutationObserver;
globalThis.setTimeout = (run, wait) => plainTimeout(clocked("batch", run), wait);
globalThis.requestIdleCallback = (run, options) => plainIdle(clocked("look", run), options);
globalThis.MutationObserver = function (run) { return new plainObserver(clocked("look", run)); };
plainListen.call(window, "keyup", clocked("clock", () => {}));
plainListen.call(window, "keydown", (event) => {
  if (event.key === "F8") plainTimeout(() => (spent = { calls: {}, ms: {} }), 2000); // after the look that F8 causes
  if (event.key !== "F9") return;
  const { keydown, look = 0, clock = 0 } = spent.ms, calls = spent.calls;
  const all = Object.values(spent.ms).reduce((sum, one) => sum + one, 0) - clock;
  const own = (clock * calls.keydown) / calls.clock;
  document.title = `spent ${[calls.keydown, all - own, keydown - own, look].join(" ")}`;
});
"""
PAGE = f"""<!doctype html><title>Page</title><form><label>Name <textarea id=name autofocus></textarea></label>
{"".join(f"<p><label>Remark {n} <input></label> <button type=button>Save</button>" for n in range(40))}</form>"""
ISOLATED = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
BARE = {"manifest_version": 3, "name": "Nothing", "version": "1"}


class Spent(NamedTuple):
    """Microseconds an event: in the extension, of these in the key's handler and in looks, and of the main thread."""

    extension: float
    handler: float
    looks: float
    thread: float


def build(folder: Path, *, batched: bool) -> Path:
    """A copy of the extension that times itself; not batched, it sends each event by itself."""
    shutil.copytree(extension_folder(), folder)
    (folder / "page" / "clock.js").write_text(CLOCK)
    worker, page = folder / "worker.js", folder / "page" / "page.js"
    worker.write_text(worker.read_text().replace('["page/roles.js"', '["page/clock.js", "page/roles.js"'))
    if not batched:
        text, changed = re.subn(r"if \(!timer\) expectFlush\(\);", "flush();", page.read_text())
        assert changed == 1
        page.write_text(text)
    return folder


def run(env: dict[str, str], extension: Path, port: int, delay_ms: int) -> Spent:
    """Type, with `delay_ms` between two keys, in a browser that has this extension. Without a clock: zeros."""
    clocked = (extension / "page").is_dir()
    with tempfile.TemporaryDirectory() as folder:
        world = World(env, Path(folder))
        with world.recording() as taken, world.chromium(f"http://{LISTED}:{port}/", extension=extension):
            if clocked:
                wait_until(lambda: [one for one in taken.of(RawKind.TREE) if len(one.nodes) > 10])
            xdotool(env, "key", "F8")
            time.sleep(3)
            text = TEXT[: len(TEXT) if delay_ms == BURST_MS else SLOW]
            before = _thread_us(world.profile)
            xdotool(env, "type", "--delay", str(delay_ms), text)
            time.sleep(1.5)
            thread = (_thread_us(world.profile) - before) / len(text)
            if not clocked:
                return Spent(0, 0, 0, thread)
            xdotool(env, "key", "F9")
            title = wait_until(lambda: re.search(r"spent (\S+) (\S+) (\S+) ([\d.]+)", front_title(env)))
    events, everything, handler, looks = (float(number) for number in title.groups())
    assert events >= len(text), "events were lost on their way into the page"
    return Spent(everything * 1000 / events, handler * 1000 / events, looks * 1000 / events, thread)


def _thread_us(profile: Path) -> float:
    """Microseconds on the processor of the main threads of pages in the browser with this profile."""
    spent = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if f"--user-data-dir={profile}" not in command or "--type=renderer" not in command:
                continue
            if "--extension-process" not in command and "--top-chrome-webui" not in command:
                spent += int((process / "task" / process.name / "schedstat").read_text().split()[0])
        except OSError:
            continue
    return spent / 1000


def main() -> None:
    if MISSING:
        print(f"page_overhead: not measured, missing: {', '.join(MISSING)}")
        return
    with tempfile.TemporaryDirectory() as folder, xsession() as env, serving({"/": PAGE}, ISOLATED) as port:
        batched, each = (build(Path(folder) / name, batched=name == "batched") for name in ("batched", "each"))
        bare = Path(folder) / "bare"
        bare.mkdir()
        (bare / "manifest.json").write_text(json.dumps(BARE))
        arms = {
            "burst": (batched, BURST_MS),
            "burst_unbatched": (each, BURST_MS),
            "burst_bare": (bare, BURST_MS),
            "typist": (batched, TYPIST_MS),
            "typist_bare": (bare, TYPIST_MS),
        }
        found: dict[str, list[Spent]] = {name: [] for name in arms}
        for _ in range(RUNS):
            for name, (extension, delay_ms) in arms.items():  # in turn, so that a busy moment falls on all
                one = run(env, extension, port, delay_ms)
                found[name].append(one)
                print(name, " ".join(f"{what}={us:.1f}" for what, us in one._asdict().items()), flush=True)
    told: dict[str, list[float]] = {}
    for name in ("burst", "typist"):
        told[name] = [one.extension for one in found[name]]
        told[f"{name}_handler"] = [one.handler for one in found[name]]
        pairs = zip(found[name], found[f"{name}_bare"], strict=True)
        told[f"{name}_thread_difference"] = [with_it.thread - without.thread for with_it, without in pairs]
    ratio = median(one.extension for one in found["burst_unbatched"]) / median(told["burst"])
    kept = "kept" if median(told["burst"]) <= BAR_US else "LOST"
    parts = [f"{name}={median(us):.1f}({min(us):.1f}..{max(us):.1f})" for name, us in told.items()]
    print(f"page_overhead: bar_us={BAR_US} {kept} {' '.join(parts)} unbatched_ratio={ratio:.1f}")


if __name__ == "__main__":
    main()
