"""The rule layer of refinement in DuckDB and in pandas; run by bench/refine.py with the Python of bench/.peers/refine.

    python refine_peers.py duckdb|pandas ROWS.parquet OUT_FOLDER RUNS

Reads the rows once, then times RUNS times what becomes of them, one day of one person after another and all at once:
for each row its episode and the reasons for which that began, and the labels of seven rules. Writes what the days gave
as Parquet and prints the seconds. The words and rules are those of
refine/rules.py, refine/cut.py and refine/label_rules.py.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

MARKERS = ["gap", "lost", "suppressed", "task"]
PAUSES = ["under_64s", "under_256s", "idle"]
DECIDING = ["click", "double_click", "press_key", "hotkey"]
CLICKS = ["click", "double_click"]
MENUS = ["menuitem", "menuitemcheckbox", "menuitemradio"]
START, TASK, GAP, IDLE, BATCH, HOLE, COMPLETED, CLOSED, LEFT, HOME = (1 << n for n in range(10))


def words(some: list[str]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in some) + ")"


CUT = f"""
CREATE OR REPLACE TABLE cut AS
WITH flags AS (
  SELECT *, kind NOT IN {words(MARKERS)} AS real, lag(kind) OVER w AS before, lag(batch) OVER w AS batch_before,
    kind IN {words(DECIDING)} AND NOT (kind = 'press_key' AND key = 'tab') AND (command IN ('save', 'confirm')
      OR (has_element = 1 AND element_class IN ('submit', 'save'))) AS done,
    kind IN {words(DECIDING)} AND command IN ('quit', 'close') AS shut,
    coalesce(last_value(CASE WHEN kind = 'task' THEN task <> '' END IGNORE NULLS) OVER w, false) AS named
  FROM work WINDOW w AS (PARTITION BY part ORDER BY n)
), hard AS (
  SELECT *, (kind = 'gap' OR kind = 'task') AND NOT named AS none, kind = 'switch_app' AS switched,
    (CASE WHEN before IS NULL THEN {START} ELSE 0 END)
    | (CASE WHEN kind = 'task' OR (before = 'task' AND NOT named) THEN {TASK} ELSE 0 END)
    | (CASE WHEN NOT named AND (kind = 'gap' OR before = 'gap') THEN {GAP} ELSE 0 END)
    | (CASE WHEN NOT named AND before = 'lost' AND kind <> 'lost' THEN {HOLE} ELSE 0 END)
    | (CASE WHEN NOT named AND gap = 'idle' THEN {IDLE} ELSE 0 END)
    | (CASE WHEN NOT named AND batch <> batch_before THEN {BATCH} ELSE 0 END) AS m0
  FROM flags
), last AS (
  SELECT *, m0 <> 0 AS is_hard, real AND NOT named AS free,
    sum((m0 <> 0)::INT) OVER w AS section,
    sum(real::INT) OVER p AS so_far,
    last_value(CASE WHEN real THEN n END IGNORE NULLS) OVER p AS last_n,
    last_value(CASE WHEN real THEN app END IGNORE NULLS) OVER p AS last_app,
    last_value(CASE WHEN real THEN category END IGNORE NULLS) OVER p AS last_category,
    last_value(CASE WHEN real THEN done END IGNORE NULLS) OVER p AS last_done,
    last_value(CASE WHEN real THEN shut END IGNORE NULLS) OVER p AS last_shut,
    max(CASE WHEN gap IN {words(PAUSES)} THEN n END) OVER w AS pause_n,
    max(CASE WHEN done THEN n END) OVER p AS completed_n
  FROM hard WINDOW w AS (PARTITION BY part ORDER BY n),
    p AS (PARTITION BY part ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), begins AS (
  SELECT part, app FROM (
    SELECT part, app, section <> lag(section) OVER (PARTITION BY part ORDER BY n) AS begins
    FROM last WHERE real AND app <> '') WHERE begins
), counted AS (
  SELECT part, app, count(*) AS c, sum(count(*)) OVER (PARTITION BY part) AS starts FROM begins GROUP BY part, app
), homes AS (
  SELECT part, arg_max(app, c) AS home FROM counted GROUP BY part, starts HAVING starts >= 4 AND max(c) >= 0.5 * starts
), soft AS (
  SELECT last.*, home,
    m0 | (CASE WHEN free AND last_done AND (pause_n > last_n OR app <> last_app) THEN {COMPLETED} ELSE 0 END)
       | (CASE WHEN free AND last_shut THEN {CLOSED} ELSE 0 END) AS m1,
    real AND app = home AND last_app <> home AS returned
  FROM last LEFT JOIN homes USING (part)
), visits AS (
  SELECT *, max(CASE WHEN switched OR m1 <> 0 THEN n END) OVER p AS visit FROM soft
  WINDOW p AS (PARTITION BY part ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), lefts AS (
  SELECT *, m1 | (CASE WHEN free AND switched AND category <> last_category AND completed_n >= visit
    THEN {LEFT} ELSE 0 END) AS m2
  FROM visits
), backs AS (
  SELECT *, max(CASE WHEN returned OR m2 <> 0 THEN n END) OVER p AS since FROM lefts
  WINDOW p AS (PARTITION BY part ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), masks AS (
  SELECT part, n, none, is_hard, coalesce(so_far, 0) AS so_far, real,
    m2 | (CASE WHEN free AND returned AND completed_n >= since THEN {HOME} ELSE 0 END) AS mask FROM backs
), totals AS (SELECT part, sum(real::INT) AS total FROM masks GROUP BY part
), one AS (
  SELECT m.*, total, coalesce(lead(so_far) OVER (PARTITION BY part ORDER BY n), total) - so_far < 2 AS few
  FROM (SELECT * FROM masks WHERE mask <> 0) m JOIN totals USING (part)
), two AS (
  SELECT * EXCLUDE few, coalesce(lead(so_far) OVER (PARTITION BY part ORDER BY n), total) - so_far < 2 AS few
  FROM one WHERE is_hard OR NOT few
), three AS (SELECT *, lag(few, 1, false) OVER (PARTITION BY part ORDER BY n) AS after_few FROM two
), heads AS (
  SELECT part, n, mask, n AS head,
    CASE WHEN NOT none THEN sum((NOT none)::INT) OVER (PARTITION BY part ORDER BY n) - 1 END AS episode
  FROM three WHERE is_hard OR NOT after_few
)
SELECT w.*, h.episode, h.mask AS began, h.head FROM work w ASOF JOIN heads h ON w.part = h.part AND w.n >= h.n
"""

LABEL = f"""
CREATE OR REPLACE TABLE labels AS
WITH rows AS (SELECT *, n - head AS place FROM cut WHERE episode IS NOT NULL),
undos AS (
  SELECT part, episode, place, place - row_number() OVER (PARTITION BY part, episode ORDER BY place) AS island
  FROM rows WHERE command = 'undo')
SELECT part, episode, CASE
    WHEN kind IN {words(CLICKS)} THEN 'command_by_click'
    WHEN has_element = 1 AND role IN {words(MENUS)} THEN 'command_by_menu_key' ELSE 'command_by_hotkey' END AS rule,
  place AS "start", place + 1 AS "end" FROM rows
WHERE command NOT IN ('none', 'other') AND (
  (kind IN {words(CLICKS)} AND has_element = 1 AND role IN {words([*MENUS, "button"])})
  OR (kind = 'hotkey' AND ((has_element = 1 AND role IN {words(MENUS)}) OR modality = 'keyboard')))
UNION ALL SELECT part, episode, 'erased_16_or_more', place, place + 1 FROM rows WHERE erased = '16+'
UNION ALL SELECT part, episode, 'erased_4_of_a_short_text', place, place + 1 FROM rows
  WHERE erased = '4-15' AND length IN ('1-16', '17-64')
UNION ALL SELECT part, episode, 'backspace_4_or_more', place, place + 1 FROM rows
  WHERE kind = 'press_key' AND key = 'backspace' AND amount IN ('4-15', '16+')
UNION ALL SELECT part, episode, 'undo_command', min(place), max(place) + 1 FROM undos GROUP BY part, episode, island
"""


Work = Callable[[], object]


def in_duckdb(source: str, out: Path) -> tuple[Work, Work, Work, str]:
    import duckdb

    db = duckdb.connect()
    db.execute("SET threads = 2")
    db.execute(f"CREATE TABLE work AS SELECT * FROM '{source}' ORDER BY n")
    parts = [part for (part,) in db.execute("SELECT DISTINCT part FROM work ORDER BY part").fetchall()]
    for part in parts:
        db.execute(f"CREATE TABLE work_{part} AS SELECT * FROM work WHERE part = {part} ORDER BY n")

    def at_once(source: str = "work") -> None:
        db.execute(CUT.replace("FROM work ", f"FROM {source} "))
        db.execute(LABEL)

    def by_day() -> None:
        db.execute("DROP TABLE IF EXISTS every_cut; DROP TABLE IF EXISTS every_label")
        for part in parts:
            at_once(f"work_{part}")
            for every, one in (("every_cut", "cut"), ("every_label", "labels")):
                db.execute(
                    f"{'INSERT INTO' if part else 'CREATE TABLE'} {every} {'' if part else 'AS'} SELECT * FROM {one}"
                )

    def write() -> None:
        db.execute(f"COPY (SELECT n, episode, began FROM every_cut ORDER BY n) TO '{out}/rows.parquet'")
        db.execute(f"COPY every_label TO '{out}/labels.parquet'")

    return by_day, at_once, write, duckdb.__version__


def in_pandas(source: str, out: Path) -> tuple[Work, Work, Work, str]:
    import pandas as pd

    work = pd.read_parquet(source)
    for name in work.columns:
        if work[name].dtype == object or str(work[name].dtype) in ("str", "string"):
            work[name] = work[name].astype("category")
    days = [day for _, day in work.groupby("part", sort=False)]
    done: dict[str, pd.DataFrame] = {}

    def refine(df: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        part, n, kind, gap, app, category = (df[c] for c in ("part", "n", "kind", "gap", "app", "category"))
        first = part != part.shift(1)

        def shifted(column: "pd.Series") -> "pd.Series":
            return column.shift(1).mask(first)

        def last(column: "pd.Series", where: "pd.Series") -> "pd.Series":
            """The column at the last row before this one where it holds."""
            return shifted(column.where(where).groupby(part, sort=False).ffill())

        deciding, is_task = kind.isin(DECIDING), kind == "task"
        real = ~kind.isin(MARKERS)
        completing = (df["has_element"] == 1) & df["element_class"].isin(["submit", "save"])
        finished = (
            deciding
            & ~((kind == "press_key") & (df["key"] == "tab"))
            & (df["command"].isin(["save", "confirm"]) | completing)
        )
        shut = deciding & df["command"].isin(["quit", "close"])
        named = (df["task"] != "").where(is_task).groupby(part, sort=False).ffill().fillna(False).astype(bool)
        is_gap, lost = kind == "gap", kind == "lost"
        after = {
            name: flag.shift(1, fill_value=False) & ~first
            for name, flag in (("task", is_task), ("gap", is_gap), ("lost", lost))
        }
        free = ~named
        none, switched = (is_gap | is_task) & free, kind == "switch_app"
        mask = (
            first * START
            | (is_task | (after["task"] & free)) * TASK
            | (free & (is_gap | after["gap"])) * GAP
            | (free & after["lost"] & ~lost) * HOLE
            | (free & (gap == "idle")) * IDLE
            | (free & ~first & (df["batch"] != df["batch"].shift(1))) * BATCH
        )
        hard = mask != 0
        section, free = hard.cumsum(), free & real
        last_n = last(n, real)
        codes, kinds = app.cat.codes, category.cat.codes
        last_app, last_kind = last(codes, real), last(kinds, real)
        paused = n.where(gap.isin(PAUSES)).groupby(part, sort=False).ffill() > last_n
        some = last_n.notna()
        other = some & (codes != last_app)
        ended, closed = last(finished * 1, real) == 1, last(shut * 1, real) == 1
        completed_n = last(n, finished)
        mask = mask | (free & ended & (paused | other)) * COMPLETED | (free & closed) * CLOSED
        visit = last(n, switched | (mask != 0))
        left = switched & some & (kinds != last_kind) & (completed_n >= visit)
        mask = mask | (free & left) * LEFT
        there = pd.DataFrame({"part": part, "app": codes, "section": section})[real & (app != "")]
        begins = there[(there["section"] != there["section"].shift(1)) & (there["part"] == there["part"].shift(1))]
        counts = begins.groupby(["part", "app"], sort=False).size().reset_index(name="c")
        counts["starts"] = counts.groupby("part")["c"].transform("sum")
        homes = counts[(counts["starts"] >= 4) & (counts["c"] >= 0.5 * counts["starts"])]
        homes = homes.sort_values("c", ascending=False).drop_duplicates("part").set_index("part")["app"]
        home = part.map(homes)
        returned = real & (codes == home) & (last_app != home) & some
        since = last(n, returned | (mask != 0))
        mask = mask | (free & returned & (completed_n >= since)) * HOME
        count = real.astype(int).groupby(part, sort=False)
        heads = pd.DataFrame(
            {"part": part, "n": n, "mask": mask, "hard": hard, "none": none, "so_far": count.cumsum() - real,
             "total": count.transform("sum")}
        )[mask != 0]  # fmt: skip
        few = heads.groupby("part", sort=False)["so_far"].shift(-1).fillna(heads["total"]) - heads["so_far"] < 2
        heads = heads[heads["hard"] | ~few]
        few = heads.groupby("part", sort=False)["so_far"].shift(-1).fillna(heads["total"]) - heads["so_far"] < 2
        heads = heads[heads["hard"] | ~few.groupby(heads["part"], sort=False).shift(1, fill_value=False)]
        number = (~heads["none"]).astype(int).groupby(heads["part"], sort=False).cumsum() - 1
        heads = heads.assign(episode=number.where(~heads["none"]))
        at = heads["n"].to_numpy().searchsorted(n.to_numpy(), side="right") - 1
        df = df.assign(
            episode=heads["episode"].to_numpy()[at],
            began=heads["mask"].to_numpy()[at],
            place=n - heads["n"].to_numpy()[at],
        )
        placed = df[["n", "episode", "began"]]
        rows = df[df["episode"].notna()]
        has, command, kind = rows["has_element"] == 1, rows["command"], rows["kind"]
        menu, clicks = has & rows["role"].isin(MENUS), kind.isin(CLICKS)
        given, key = ~command.isin(["none", "other"]), kind == "hotkey"
        found = {
            "command_by_click": given & clicks & has & rows["role"].isin([*MENUS, "button"]),
            "command_by_menu_key": given & key & menu,
            "command_by_hotkey": given & key & ~menu & (rows["modality"] == "keyboard"),
            "erased_16_or_more": rows["erased"] == "16+",
            "erased_4_of_a_short_text": (rows["erased"] == "4-15") & rows["length"].isin(["1-16", "17-64"]),
            "backspace_4_or_more": (kind == "press_key")
            & (rows["key"] == "backspace")
            & rows["amount"].isin(["4-15", "16+"]),
        }
        parts = []
        for rule, holds in found.items():
            hit = rows.loc[holds, ["part", "episode", "place"]]
            parts.append(hit.rename(columns={"place": "start"}).assign(end=hit["place"] + 1, rule=rule))
        undos = rows.loc[command == "undo", ["part", "episode", "place"]]
        new = (undos["place"] != undos["place"].shift(1) + 1) | (undos["episode"] != undos["episode"].shift(1))
        new |= undos["part"] != undos["part"].shift(1)
        runs = undos.groupby(new.cumsum()).agg(
            part=("part", "first"), episode=("episode", "first"), start=("place", "min"), end=("place", "max")
        )
        parts.append(runs.assign(end=runs["end"] + 1, rule="undo_command"))
        return placed, pd.concat(parts)

    def by_day() -> None:
        rows, labels = zip(*map(refine, days), strict=True)
        done["rows"], done["labels"] = pd.concat(rows), pd.concat(labels)

    def write() -> None:
        done["rows"].to_parquet(out / "rows.parquet")
        done["labels"].to_parquet(out / "labels.parquet")

    return by_day, lambda: refine(work), write, pd.__version__


def main() -> None:
    which, source, out, runs = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
    by_day, at_once, write, version = {"duckdb": in_duckdb, "pandas": in_pandas}[which](source, out)
    print(json.dumps({"version": version, "by_day": timed(by_day, runs), "at_once": timed(at_once, runs)}))
    write()


def timed(work: Work, runs: int) -> list[tuple[float, float]]:
    """Wall and CPU seconds of each run."""
    seconds = []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        seconds.append((time.perf_counter() - wall, time.process_time() - cpu))
    return seconds


if __name__ == "__main__":
    main()
