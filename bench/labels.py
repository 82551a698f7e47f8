"""Labels: how many of the planted signals are found, how many that are said were planted, and at what cost.

Scripted work (tests/scripted_work.py; synthetic, and said so) from other tasks and seeds than the rules were
written on, with noise: effects that go unseen, actions that were withheld. Beside our rules stands what a session
replay or a simple script would say: one condition on a row and the row before. Then the same rules as plain Python
loops (tests/label_oracle.py), for the time they take. Detours are told by routes (refine/family.py) and not here.

`--rules` prints the measured precision of each rule beside its confidence.
"""

import os
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import polars as pl

from glasswork.refine.label import DEVIATIONS, LABELS, RULES, label_frame
from glasswork.schema.episode import Signal
from label_oracle import labels
from scripted_work import EVALUATION, Work, score, work

SEEDS = range(2001, 2006)
EPISODES = 250
ROWS = 1_000_000


def naive(frame: pl.DataFrame) -> pl.DataFrame:
    """What one condition on a row, and the row before, says: rage click, undo, Escape, back, field again, and so on."""
    goes_back = (pl.col("command") == "back") | (pl.col("button") == "back")
    kind, before = pl.col("kind"), pl.col("episode") == pl.col("episode").shift(1)
    again = before & (pl.col("element_key") == pl.col("element_key").shift(1)) & (pl.col("element_key") > 0)
    click = kind.is_in(["click", "double_click"])
    field = kind.is_in(["type_text", "select_option"]) & (pl.col("element_key") > 0)
    once = pl.struct("episode", "window", "element_key").is_first_distinct()
    entered = frame.filter(field).select("episode", "place", again=~once).filter("again")
    rules = {
        Signal.COMPLETED: click & pl.col("element_class").is_in(["submit", "save"]) | (pl.col("command") == "save"),
        Signal.ABANDONED: pl.col("command").is_in(["close", "quit"]),
        Signal.UNDO_EPISODE: pl.col("command") == "undo",
        Signal.REDO: pl.col("command") == "redo",
        Signal.ERASE_BURST: pl.col("erased").is_in(["4-15", "16+"]),
        Signal.DIALOG_CANCELLED: (pl.col("key") == "escape") | (click & (pl.col("element_class") == "cancel")),
        Signal.RETRY_LOOP: click & again & again.shift(1),
        Signal.DEAD_CLICK: click & (pl.col("effect") == "unchanged"),
        Signal.QUICK_BACK: (kind.shift(1) == "navigate") & goes_back,
        Signal.ALERT_SHOWN: pl.col("screen_tree").str.contains("alert"),
        Signal.REOPEN: (kind == "open") & again,
        Signal.INTERRUPTED: (kind == "switch_app") & (pl.col("category") == "chat"),
        Signal.WAIT: (kind == "wait") | pl.col("gap").is_in(["under_64s", "under_256s"]),
    }  # fmt: skip
    found = [
        frame.filter(rule).select("episode", "place", signal=pl.lit(signal, LABELS["signal"]))
        for signal, rule in rules.items()
    ]
    found.append(entered.select("episode", "place", signal=pl.lit(Signal.OVERWRITE, LABELS["signal"])))
    return pl.concat(found).select("episode", "signal", start="place", end=pl.col("place") + 1)


def measure() -> tuple[dict[Signal, dict[str, list[float]]], Counter[Signal], int, dict[str, tuple[int, int]]]:
    """Counts a seed of each signal, of ours and of the naive; deviations on clean runs and episodes there; per rule
    how often it was said and right."""
    counts: dict[Signal, dict[str, list[float]]] = {}
    rules: dict[str, tuple[int, int]] = dict.fromkeys(RULES, (0, 0))
    clean: Counter[Signal] = Counter()
    quiet = 0
    for seed in SEEDS:
        made = work(seed, EVALUATION, EPISODES, clean=False)
        found = label_frame(made.frame)
        for who, said in (("ours", found), ("naive", naive(made.frame))):
            for signal, (planted, n, right) in score(said, made.truths).items():
                each = counts.setdefault(signal, {}).setdefault(who, [])
                each += [planted, n, right]
        for rule in RULES:
            part = found.filter(pl.col("rule") == rule)
            right = sum(right for _, _, right in score(part, made.truths).values())
            rules[rule] = (rules[rule][0] + part.height, rules[rule][1] + right)
        made = work(seed + 1000, EVALUATION, EPISODES, clean=True)
        quiet += EPISODES
        clean.update(Signal(signal) for signal in label_frame(made.frame)["signal"] if signal in DEVIATIONS)
    return counts, clean, quiet, rules


def figures(counts: list[float]) -> tuple[float, float, float, float]:
    """Precision and recall over all seeds, and the least of each over single seeds."""
    seeds = [counts[n : n + 3] for n in range(0, len(counts), 3)]
    planted, said, right = (sum(seed[n] for seed in seeds) for n in range(3))
    least = (min((r / s if s else 1.0) for _, s, r in seeds), min((r / p if p else 1.0) for p, _, r in seeds))
    return right / said if said else 1.0, right / planted if planted else 1.0, *least


def speed(made: Work) -> tuple[float, float, float, float]:
    """Million actions a second: ours by wall and by processor time, the plain loops; and the least ratio of three."""
    copies, span = ROWS // made.frame.height, max(made.episodes) + 1
    big = pl.concat(
        [made.frame.with_columns(pl.col("episode") + span * n, pl.col("batch") + n) for n in range(copies)],
        rechunk=True,
    )
    episodes = [[made.batch.actions[n] for n, own in enumerate(made.episodes) if own == e] for e in range(100)]
    few = sum(map(len, episodes))
    ours, cpu, loops = [], [], []
    for _ in range(3):
        wall, used = time.perf_counter(), time.process_time()
        label_frame(big)
        ours.append(big.height / (time.perf_counter() - wall) / 1e6)
        cpu.append(big.height / (time.process_time() - used) / 1e6)
        used = time.process_time()
        for actions in episodes:
            labels(actions, made.batch.screens)
        loops.append(few / (time.process_time() - used) / 1e6)
    return max(ours), max(cpu), max(loops), min(a / b for a, b in zip(cpu, loops, strict=True))


def main() -> None:
    counts, clean, quiet, rules = measure()
    print(f"{'signal':18}{'n':>6}{'precision':>11}{'(least)':>9}{'recall':>8}{'(least)':>9}   naive: precision, recall")
    worst = [1.0, 1.0]
    lost: list[str] = []
    for signal, both in counts.items():
        n = int(sum(both["ours"][::3]))
        if not n:
            continue
        precision, recall, *least = figures(both["ours"])
        worst = [min(worst[0], precision), min(worst[1], recall)]
        line = f"{signal:18}{n:6}{precision:11.3f}{least[0]:9.3f}{recall:8.3f}{least[1]:9.3f}"
        if sum(both["naive"][1::3]):
            other, all_, *_ = figures(both["naive"])
            line += f"   {other:.3f}, {all_:.3f}"
            if other > precision and all_ > recall:
                lost.append(signal)
        print(line)
    print(f"clean runs: {sum(clean.values())} deviations in {quiet} episodes {dict(clean) or ''}")
    print(f"signals on which the naive rule is better in both: {', '.join(lost) or 'none'}")
    if "--rules" in sys.argv:
        for rule, (said, right) in rules.items():
            print(f"{rule:26} said {said:5}  precision {right / max(said, 1):.3f}  confidence {RULES[rule][1]}")
    wall, cpu, loops, ratio = speed(work(SEEDS[0], EVALUATION, EPISODES, clean=False))
    cores = len(os.sched_getaffinity(0))
    print(f"speed: {wall:.2f} M actions/s on {cores} cores, {cpu:.2f} for each second of processor time; ", end="")
    print(f"plain loops {loops:.3f}; at least {ratio:.0f}x of them")
    print(
        f"labels: precision_least={worst[0]:.3f} recall_least={worst[1]:.3f} clean_deviations={sum(clean.values())} "
        f"clean_episodes={quiet} mactions_per_core_s={cpu:.2f} ratio_to_loops={ratio:.0f}"
    )


if __name__ == "__main__":
    main()
