"""Where tasks begin, against logs whose tasks are known, beside what needs no training and what is used today.

    python bench/segment.py --log FILE --case COL --time COL --app COL [--action COL] [--element COL]
    python bench/segment.py                 the logs in ../shared/data, as they are and with noise, and made-up weeks

A boundary is where the case changes from one row to the next, in order of time. Measured: F1 of boundaries, F1 where a
boundary may be two rows off (each matches one), WindowDiff and Pk (less is better; windows of half a mean segment).

    null          no boundary at all; all: one before every row
    idle          the best idle gap, chosen with the truth in hand (an oracle)
    time+app      boosted trees (ours) on the gaps around a row, the hour and the programs, in the same folds
    back-edge     a port of Leno et al. 2020, given up after a minute
    shipped       Glasswork as it comes: not learnt from the log (but the limits of its routines were set while looking
                  at the logs in ../shared/data; made-up weeks are of the settings that its model learnt from)
    retrained     Glasswork's `refine.learning` in folds of days, or of cases where there are fewer than five days

Folds: every fifth day (of the cases, a fifth that follow each other) is judged by what was learnt from the others, and
the spread is over these. Noise of p: a share p of all rows is disturbed, a third each by a row put in, left out and
swapped with the next; `each`: p of each. Made-up weeks are declared synthetic (bench/segment_made.py).
"""

import argparse
import random
import statistics
import time
from itertools import pairwise
from pathlib import Path

import polars as pl
from segment_log import Log, log_of, read, times
from segment_made import SETTINGS, made
from segment_peers import back_edge
from segment_scores import Flags, f1, scores

from glasswork.refine.boost import best_threshold, fit, probability
from glasswork.refine.learning import chance, learn
from glasswork.refine.steps import judge

FOLDS = 5
MOST_KINDS = 2_000
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def begins(log: Log) -> pl.Series:
    """Whether the case of each row is another than that of the row before."""
    return (log.tasks != log.tasks.shift(1)).fill_null(value=False)


def folds(log: Log) -> tuple[pl.Series, pl.Series, str]:
    """The fold of each row, what is learnt together (a day, or a twentieth of the cases), and what folds are of."""
    days = log.days.rank("dense").cast(pl.UInt32)
    if days.n_unique() >= FOLDS:
        return days % FOLDS, days, "days"
    case = log.tasks.rle_id()
    case = (case * (4 * FOLDS) // (case.max() + 1)).cast(pl.UInt32)  # type: ignore[operator]
    return case // 4, case, "cases"


def shipped(log: Log) -> Flags:
    """The boundaries that the package as it comes finds; the first row is none."""
    found = (judge(log.steps)["mask"] > 0).to_list()
    return [False, *found[1:]]


def retrained(log: Log) -> Flags:
    """The boundaries of each fold as learnt from the others."""
    true, (fold, together, _) = begins(log), folds(log)
    found = [False] * len(true)
    for part in sorted(set(fold)):
        known = fold != part
        learned = learn(log.steps.filter(known), true.filter(known), log.tasks.filter(known), together.filter(known))
        for row in ((chance(learned, log.steps) >= learned.model.threshold) & ~known).arg_true():
            found[row] = True
    return found


def time_and_app(log: Log) -> Flags:
    """The same folds, by trees that see only gaps, the hour, and which programs (by their rank in frequency)."""
    true, (fold, _, _) = begins(log), folds(log)
    gap, app = pl.col("seconds").fill_null(-1.0), pl.len().over("app").rank("dense", descending=True)
    frame = log.steps.select(
        gap=gap, before=gap.shift(1), after=gap.shift(-1), clock="clock", app=app, last=app.shift(1), next=app.shift(-1)
    ).select(pl.all().cast(pl.Float32).fill_null(-1.0))
    found = [False] * len(true)
    for part in sorted(set(fold)):
        known = fold != part
        model = fit(frame.filter(known), true.filter(known), share=1.0)
        seen = frame.select(probability(model)).to_series()
        limit = best_threshold(seen.filter(known), true.filter(known))
        for row in ((seen >= limit) & ~known).arg_true():
            found[row] = True
    return found


def back_edges(log: Log) -> Flags | None:
    """The port on the symbols of the log, or on its programs where it has too many symbols."""
    symbols = log.steps["symbol"] if log.steps["symbol"].n_unique() <= MOST_KINDS else log.steps["app"]
    found = back_edge(symbols.rank("dense").to_list())
    return None if found is None else [False, *found[1:]]


def evaluate(name: str, log: Log, *, learning: bool = True) -> dict[str, float]:
    """Print the table of one log; its main figures."""
    true, (fold, _, of) = begins(log), folds(log)
    flags, rows = true.to_list(), len(true)
    odd = ", ".join(f"{n} {what}" for what, n in log.odd.items()) or "nothing odd"
    print(f"{name}: {rows} rows, {sum(flags)} boundaries, {log.steps['app'].n_unique()} programs, folds of {of}; {odd}")
    if fold.n_unique() < 2 or not any(flags):
        print("  too few cases to learn from a part of them and judge another")
        learning = False
    gaps = log.steps["seconds"].fill_null(-1.0)
    ways: dict[str, Flags | None] = {
        "null": [False] * rows,
        "all": [False, *[True] * (rows - 1)],
        "idle": (gaps >= best_threshold(gaps, true)).to_list(),
    }
    if learning:
        ways["time+app"] = time_and_app(log)
        ways["back-edge"] = back_edges(log)
    started = time.process_time()
    ways["shipped"] = shipped(log)
    took = {"shipped": time.process_time() - started}
    if learning:
        started = time.process_time()
        ways["retrained"] = retrained(log)
        took["retrained"] = time.process_time() - started
    figures: dict[str, float] = {}
    print(f"  {'':10} {'F1':>6} {'F1±2':>6} {'WD':>6} {'Pk':>6}  F1 by fold (min..max), CPU s")
    for way, found in ways.items():
        if found is None:
            print(f"  {way:10} gave up")
            continue
        one, two, diff, probability_of_error = scores(flags, found)
        by_fold = [f1(_of(flags, fold, part), _of(found, fold, part)) for part in sorted(set(fold))]
        spread = f"{min(by_fold):.3f}..{max(by_fold):.3f}"
        cpu = f" {took[way]:.1f}" if way in took else ""
        print(f"  {way:10} {one:6.3f} {two:6.3f} {diff:6.3f} {probability_of_error:6.3f}  {spread}{cpu}")
        figures |= {f"{way}_f1": one, f"{way}_f1_2": two, f"{way}_wd": diff}
    return figures


def _of(flags: Flags, fold: pl.Series, part: int) -> Flags:
    return [flag for flag, own in zip(flags, fold, strict=True) if own == part]


def noisy(rows: pl.DataFrame, share: float, seed: int) -> pl.DataFrame:
    """Rows of which a share each is put in (any other row, with the case of the next), left out, swapped."""
    draw = random.Random(seed)
    said = list(rows.iter_rows(named=True))
    out: list[dict[str, object]] = []
    for row in said:
        if draw.random() < share:
            other = draw.choice(said)
            out.append(other | {"case": row["case"], "time": row["time"]})
        if draw.random() >= share:
            out.append(row)
    for one, two in pairwise(out):
        if draw.random() < share:
            kept = {key: one[key] for key in ("app", "action", "element")}
            one |= {key: two[key] for key in kept}
            two |= kept
    return pl.DataFrame([dict(row) for row in out], schema=rows.schema, orient="row")


def small_logs() -> dict[str, float]:
    """The logs of routines, as they are and disturbed; the least of each figure."""
    figures: dict[str, float] = {}
    folder = SHARED / "segmentation"
    if not folder.is_dir():
        print("No ../shared/data/segmentation beside the project: its logs are skipped.")
        return figures
    for path in sorted(folder.glob("*.csv")):
        raw = pl.read_csv(path, infer_schema=False)
        rows = raw.select(
            case="caseID", time=times(raw["timeStamp"]), app=pl.col("source"), action=pl.col("eventType"),
            element=pl.concat_str("Label", "Column", separator=" ", ignore_nulls=True),
        )  # fmt: skip
        name = path.name.split("_")[0]
        figures[f"{name}"] = evaluate(name, log_of(rows))["shipped_f1"]
        for label, share in (("10%", 0.1 / 3), ("10% each", 0.1), ("20%", 0.2 / 3), ("20% each", 0.2)):
            started = time.process_time()
            logs = [log_of(noisy(rows, share, seed)) for seed in range(5)]
            found = [f1(begins(log).to_list(), shipped(log), 2) for log in logs]
            exact = [f1(begins(log).to_list(), shipped(log)) for log in logs]
            print(
                f"  shipped, noise {label:8} F1±2 {statistics.mean(found):.3f} ({min(found):.3f}..{max(found):.3f})"
                f"  F1 {statistics.mean(exact):.3f}  CPU {time.process_time() - started:.1f} s"
            )
            figures[f"{name}_{label.replace('% ', '_').replace('%', '')}"] = min(found)
    return figures


def student_record() -> dict[str, float]:
    """How many of the 50 submissions are in a segment of their own."""
    path = SHARED / "recordings/uilog/StudentRecord.csv"
    if not path.is_file():
        print("No ../shared/data/recordings/uilog beside the project: StudentRecord is skipped.")
        return {}
    raw = pl.read_csv(path, infer_schema=False)
    element = pl.concat_str("target.name", "target.type", separator=" ", ignore_nulls=True)
    rows = raw.select(
        case=pl.lit("?"), time=times(raw["timeStamp"]), app="targetApp", action="eventType", element=element
    )
    log = log_of(rows)
    segment = pl.Series([True, *shipped(log)[1:]]).cum_sum().alias("segment")
    sent = pl.col("symbol").str.contains("submit")
    each = log.steps.with_columns(segment).group_by("segment").agg(sent=sent.sum())
    alone = each.filter(pl.col("sent") == 1).height
    print(f"StudentRecord: {each.height} segments, {alone} with one of {each['sent'].sum()} submissions")
    return {"student_record": float(alone if each.height == alone else 0)}


def main() -> None:
    """Evaluate the log that is named, or all that are at hand."""
    parser = argparse.ArgumentParser(description="Evaluate segmentation on a labelled CSV.")
    parser.add_argument("--log", type=Path, help="the CSV file")
    columns = {
        "case": "the task",
        "time": "the moment",
        "app": "the program",
        "action": "what was done",
        "element": "to what: an element, or a window's title",
    }
    for name, text in columns.items():
        parser.add_argument(f"--{name}", default="", help=f"column of {text}")
    asked = parser.parse_args()
    if asked.log is not None:
        if not (asked.case and asked.time and asked.app):
            parser.error("--log needs --case, --time and --app")
        log = read(asked.log, asked.case, asked.time, asked.app, asked.action, asked.element)
        figures = evaluate(asked.log.name, log)
    else:
        figures = small_logs() | student_record()
        for setting in SETTINGS:
            found = evaluate(f"made-up weeks, {setting}", log_of(made(setting, 1)))
            keys = ("idle_f1", "time+app_f1", "shipped_f1", "retrained_f1", "null_wd", "retrained_wd")
            figures |= {f"{setting}_{key}": found[key] for key in keys}
    print("segment: " + " ".join(f"{name}={figure:.3f}" for name, figure in figures.items()))


if __name__ == "__main__":
    main()
