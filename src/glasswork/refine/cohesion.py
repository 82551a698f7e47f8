"""Features: what lies around the place between two steps that may tell a boundary, whoever worked and with what.

Steps are rows in order, of our own actions or of another's log: `seconds` since the step before (Float32, null where
not known), `app`, `symbol` (what was done to what) and `words` (a list of what the step was about; with our actions,
which have no content, window and labels), and whether it `completes` something. Steps of several logs can be judged at
once: they come in order of `part`, and nothing reaches from one to another. Nothing
here knows a name: programs and symbols count only as the same or another, so a model of these features can judge a
log that it has never seen.

Cohesion is measured by lexical chains (as in LCseg, Galley et al. 2003; the idea of TextTiling, Hearst 1997): each
word that occurs again within a few steps ties the steps between together, the more the rarer it is.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# (polars names numpy types, and numpy is no part of this project)

from typing import Final

import polars as pl

REACHES: Final = (1, 3, 8, 24)
"""Within how many steps a word has to come back to be a tie."""

UNITS: Final = 10_000
FAR: Final = 64
"""Steps beyond which it makes no difference how long ago something was."""


APART: Final = 26
"""Rows without a value that are put between two parts: as many as anything here looks to one side."""


def features(steps: pl.DataFrame) -> pl.DataFrame:
    """One row a step, all Float32 and never null: what can be said of the boundary before it."""
    if "part" not in steps.columns:
        steps = steps.with_columns(part=pl.lit(0, pl.UInt32))
    own = pl.int_range(steps.height, eager=True) + APART * steps["part"].rle_id()
    steps = _spread(steps.with_columns(pl.col("app", "symbol").cast(pl.Categorical).to_physical()), own)
    app, symbol, seconds = pl.col("app"), pl.col("symbol"), pl.col("seconds").fill_null(-1.0)
    size = pl.len().over("part")
    since, share = _since(symbol), pl.when(symbol.is_not_null()).then(pl.len().over("part", symbol) / size)
    frame = steps.select(
        gap=seconds,
        gap_rank=seconds.rank("average").over("part") / size,
        gap_before=seconds.shift(1),
        gap_after=seconds.shift(-1),
        gap_recent=pl.max_horizontal(seconds.shift(n) for n in (1, 2, 3)),
        gap_soon=pl.max_horizontal(seconds.shift(-n) for n in (1, 2, 3)),
        app_other=app != app.shift(1),
        app_back=app == app.shift(2),
        app_detour=app.shift(-1) == app.shift(1),
        app_since=_since(app),
        app_until=_until(app.shift(1)),
        symbol_other=symbol != symbol.shift(1),
        symbol_back=symbol == symbol.shift(2),
        symbol_detour=symbol.shift(-1) == symbol.shift(1),
        symbol_since=since,
        symbol_until=_until(symbol.shift(1)),
        symbol_share=share,
        symbol_share_before=share.shift(1),
        completed=pl.col("completes").shift(1),
        completed_recently=pl.any_horizontal(pl.col("completes").shift(n) for n in (2, 3)),
        completes=pl.col("completes"),
        apps_before=_distinct("app", before=True),
        apps_after=_distinct("app", before=False),
        news=pl.when(symbol.is_not_null())
        .then((since >= FAR).cast(pl.Float32))
        .rolling_mean(5, center=True, min_samples=1),
    )
    ties = chains(steps)
    ties = ties.with_columns(
        (
            pl.col(f"ties_{reach}")
            / (pl.col(f"ties_{reach}").rolling_max(2 * reach + 3, center=True, min_samples=1) + 0.1)
        ).alias(f"depth_{reach}")
        for reach in REACHES
    )
    found = frame.hstack(ties).select(pl.all().cast(pl.Float32).fill_null(-1.0).fill_nan(-1.0))
    return found[own]


def _spread(steps: pl.DataFrame, own: pl.Series) -> pl.DataFrame:
    """The steps at the places `own` (`at`), and between them rows that hold nothing."""
    places = pl.DataFrame({"at": pl.int_range(0 if own.is_empty() else own[-1] + 1, eager=True)})
    return places.join(steps.with_columns(at=own), on="at", how="left", maintain_order="left")


def chains(steps: pl.DataFrame) -> pl.DataFrame:
    """For each step and reach r, `ties_r`: the weights of words that occur both before it and at or after it, with no
    more than r steps between; a word of few steps weighs more (the log of how few).

    Weights are counted in ten thousandths, so that sums are exact.
    """
    word = pl.col("word").cast(pl.Categorical).to_physical().cast(pl.UInt64)
    found = (
        steps.lazy()
        .select("part", word="words", at=pl.int_range(pl.len(), dtype=pl.Int32), rows=pl.len().over("part"))
        .filter(pl.col("part").is_not_null())
        .explode("word", empty_as_null=True)
        .filter(pl.col("word") != "")
        .select("at", "rows", chain=pl.col("part").cast(pl.UInt64) * 2**32 + word)
        .unique(("chain", "at"))
        .sort("chain", "at")
        .with_columns(
            last=pl.when(pl.col("chain") == pl.col("chain").shift(1)).then(pl.col("at").shift(1)),
            weight=((pl.col("rows") / pl.len().over("chain")).log() * UNITS).round().cast(pl.Int64),
        )
        .drop_nulls("last")
        .collect()
    )
    tied = [_straddling(found.filter(pl.col("at") - pl.col("last") <= reach), steps.height) for reach in REACHES]
    return pl.DataFrame({f"ties_{reach}": column for reach, column in zip(REACHES, tied, strict=True)})


def _straddling(pairs: pl.DataFrame, rows: int) -> pl.Series:
    """Of each step the weight of the pairs with `last` before it and `at` not before it."""
    ends = pl.concat(
        [
            pairs.select(at=pl.col("last") + 1, weight="weight"),
            pairs.select(at=pl.col("at") + 1, weight=-pl.col("weight")),
        ]
    )
    steps = ends.group_by("at").agg(pl.col("weight").sum())
    every = pl.DataFrame({"at": pl.int_range(rows, dtype=pl.Int32, eager=True)})
    joined = every.join(steps, on="at", how="left", maintain_order="left")
    return joined["weight"].fill_null(0).cum_sum() / UNITS


def _since(value: pl.Expr) -> pl.Expr:
    """Steps since the same value stood before, FAR where it never did."""
    before = pl.col("at") - pl.col("at").shift(1).over("part", value)
    return before.fill_null(FAR).clip(0, FAR)


def _until(value: pl.Expr) -> pl.Expr:
    """Steps from the one before until its value comes again and another step follows, FAR where it never does."""
    after = pl.when(value.is_not_null()).then(pl.col("at").shift(-1).over("part", value) - pl.col("at"))
    return after.fill_null(FAR).clip(0, FAR)


def _distinct(column: str, *, before: bool) -> pl.Expr:
    """How many of the four steps on one side have another value than the one next to them."""
    side = [pl.col(column).shift(n if before else -n) for n in ((1, 2, 3, 4) if before else (0, 1, 2, 3))]
    others = [(one != side[0]).cast(pl.Float32).fill_null(0.0) for one in side[1:]]
    return pl.sum_horizontal(others)
