"""A labelled log of others as steps: any separator, any usual form of time, and everything odd in it counted."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

FORMS = (
    "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S%.f", "%Y/%m/%d %H:%M",
    "%d.%m.%Y %H:%M:%S%.f", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M:%S%.f", "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S%.f", "%m/%d/%Y %H:%M", "%d-%m-%Y %H:%M:%S%.f", "%d-%m-%Y %H:%M",
)  # fmt: skip
COMPLETES = r"(?i)(^|[^a-z])(submit|save|send|ok|confirm|done|finish|complete|approve|publish|apply)($|[^a-z])"

MOST_WORDS = 4
"""What has more words is a title or a text, and no button."""


@dataclass(slots=True)
class Log:
    """`steps` (as in `glasswork.refine.cohesion`, with `clock`), `tasks` and `days`, in order of time; what was odd."""

    steps: pl.DataFrame
    tasks: pl.Series
    days: pl.Series
    odd: dict[str, int] = field(default_factory=dict)


def read(path: Path, case: str, time: str, app: str, action: str = "", element: str = "") -> Log:
    """The log in a CSV file. Rows without a case are left out, rows without a time stay where they stand; both are
    counted in `odd`, as are rows out of order, rows of the same time as the one before, and times still to come.

    Raises SystemExit for a column that is not there.
    """
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        head = lines.readline()
    separator = max(",;\t|", key=head.count)
    rows = pl.read_csv(
        path, separator=separator, infer_schema=False, encoding="utf8-lossy", truncate_ragged_lines=True,
        quote_char='"', null_values=[""],
    )  # fmt: skip
    rows.columns = [name.strip().strip("\ufeff") for name in rows.columns]
    for name in (case, time, app, *filter(None, (action, element))):
        if name not in rows.columns:
            raise SystemExit(f"{path.name} has no column {name!r}. Its columns: {', '.join(rows.columns)}.")
    return log_of(
        rows.select(
            case=pl.col(case), time=times(rows[time]), app=pl.col(app).fill_null(""),
            action=pl.col(action).fill_null("") if action else pl.lit(""),
            element=pl.col(element).fill_null("") if element else pl.lit(""),
        )
    )  # fmt: skip


def log_of(rows: pl.DataFrame) -> Log:
    """The log in rows of `case`, `time` (Datetime), `app`, `action`, `element`."""
    odd = {"no_case": rows["case"].null_count()}
    rows = rows.filter(pl.col("case").is_not_null())
    odd["no_time"] = rows["time"].null_count()
    rows = rows.with_columns(filled=pl.col("time").forward_fill().backward_fill())
    odd["out_of_order"] = int(rows.select((pl.col("filled").diff().dt.total_microseconds() < 0).sum()).item())
    rows = rows.sort("filled", maintain_order=True)
    gap = pl.col("filled").diff().dt.total_milliseconds() / 1000
    rows = rows.with_columns(seconds=pl.when(pl.col("time").is_not_null()).then(gap).cast(pl.Float32))
    odd["same_time"] = int((rows["seconds"] == 0).sum())
    odd["to_come"] = int(rows.select((pl.col("time") > datetime.now()).sum()).item())
    text = pl.col("action") + " " + pl.col("element")
    words = text.str.replace_all(r"([a-z])([A-Z])", "$1 $2").str.to_lowercase().str.extract_all(r"[\p{L}\p{N}]{2,}")
    steps = rows.select(
        "seconds",
        "app",
        symbol=pl.concat_str("app", "action", "element", separator="\x1f"),
        words=words.list.unique(),
        completes=text.str.contains(COMPLETES) & (words.list.len() <= MOST_WORDS),
        clock=(pl.col("filled").dt.hour() + pl.col("filled").dt.minute() / 60).cast(pl.Float32),
    )
    return Log(steps, rows["case"], rows["filled"].dt.date(), {name: n for name, n in odd.items() if n})


def times(text: pl.Series) -> pl.Series:
    """Moments in whatever form most of them have; null where one cannot be read. Offsets are dropped: one person's
    clock is one clock."""
    number = text.cast(pl.Float64, strict=False)
    if number.null_count() == text.null_count() and number.len() > number.null_count():
        size = float(number.abs().median() or 0)
        scale = next((scale for limit, scale in ((1e11, 1), (1e14, 1e3), (1e17, 1e6)) if size < limit), 1e9)
        return (number / scale * 1e6).cast(pl.Int64).cast(pl.Datetime("us"))
    plain = (
        text.str.strip_chars()
        .str.replace(r"^(\S+)T(\d)", "${1} ${2}")
        .str.replace(r"(\d\d:\d\d\S*?) ?(Z|[+-]\d\d:?\d\d)$", "$1")
    )
    readings = [plain.str.to_datetime(form, strict=False, time_unit="us") for form in FORMS]
    best = min(readings, key=lambda reading: reading.null_count())
    for reading in readings:  # a form of the same order of day and month, with or without seconds, fills the rest
        if best.null_count() == text.null_count():
            break
        best = best.fill_null(reading)
    return best
