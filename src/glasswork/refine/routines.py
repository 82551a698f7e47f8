"""Routines: work that repeats itself shows where each repetition begins, also where single steps are noise.

Four stages, each of bounded size: find the symbol that heads the repetitions; cut before each one; learn from these
cuts what stands around a beginning; cut again where that is seen, and learn once more. The head is found as the header
of the outermost loop is in the directly-follows graph (Leno et al. 2020), but by how often one symbol lies between two
of another, which a few strange steps cannot change as they change dominators. The rest is a naive Bayes profile of the
steps around a cut, re-estimated as in hard EM.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (polars names numpy types, and numpy is no part of this project)

import math
from typing import Final

import polars as pl

from glasswork.schema.words import IDLE_S

MOST_ROWS: Final = 20_000
"""Steps that a routine is learnt from: of a longer frame the first ones. All of them are scored."""

CANDIDATES: Final = 8
"""Symbols that are tried as heads."""

ROUNDS: Final = 4
OPENING: Final = 10
"""Steps after a beginning of work whose usual places tell where repetitions begin."""
REACH: Final = 5
AROUND: Final = range(-REACH, REACH)
"""Steps on the two sides of a cut that its profile knows."""

LEAST: Final = 8
"""Repetitions without which there is no routine."""

COVERED: Final = 0.4
"""The least share of steps that must recur once a repetition, for a symbol to be its head."""

ODD: Final = 0.3
"""What the vote of a step counts that is followed by what seldom follows it."""

TELLS: Final = 0.8
"""What a step beside a beginning must tell of it at least, in nats. Measured: routines with 10 % of each kind of noise
0.9 and more, made-up window switches without any routine 0.73 and less."""

CLOSED: Final = 0.97
"""The share of repetitions that hold one completion each, from which on every completion ends one."""

EARLY: Final = 6
"""Steps after a beginning of work among which a repetition's first may be, if those before it are noise."""


def repetitions(steps: pl.DataFrame) -> pl.Series | None:
    """Of each step how sure a repetition of a routine begins with it (Float32, 0 where none does), or None.

    `steps` has `symbol` (String), `seconds` (the gap before, null where unknown) and `completes` (Boolean). None where
    nothing repeats itself clearly enough: fewer than LEAST times, with no symbol that heads COVERED of the steps, or
    with beginnings around which too little is told (TELLS). The time grows as the steps do: learning reads MOST_ROWS
    of them, in at most 2 ROUNDS rounds, and of a longer frame only the scoring reads the rest.
    """
    if steps.height < 2 * LEAST:
        return None
    codes = steps.select(code=pl.col("symbol").rank("dense").cast(pl.UInt32) - 1, seconds="seconds")
    head = _head(codes.head(MOST_ROWS))
    if head is None:
        return None
    known = codes.head(MOST_ROWS)
    begins = _settle(known["code"], known["code"] == head)
    if begins is not None:
        begins = _settle(known["code"], _turned(known, begins))
    if begins is None or _told(known["code"], begins) < TELLS:
        return None
    score = _score(codes["code"], begins)
    found = _closed(_peaks(score, _apart(begins)), steps["completes"])
    return (found / (1 + (-score / REACH).exp())).cast(pl.Float32)


def _settle(codes: pl.Series, begins: pl.Series) -> pl.Series | None:
    """Where repetitions begin, from a first guess; None where too few are left."""
    apart = _apart(begins)
    for _ in range(ROUNDS):
        again = _peaks(_score(codes, begins), apart)
        if again.sum() < LEAST:
            return None
        if again.equals(begins):
            break
        begins = again
    return begins


def _apart(begins: pl.Series) -> int:
    """Steps within which two repetitions do not both begin: a quarter of their mean length."""
    return max(1, round(begins.len() / max(1, begins.sum()) / 4))


def _turned(codes: pl.DataFrame, begins: pl.Series) -> pl.Series:
    """The beginnings moved to the step with which work begins, by the usual places of the first steps done there.

    A repetition without an end can be cut anywhere; and the head was chosen by what stood first, which may be noise.
    """
    at, length = pl.int_range(pl.len()), max(1, round(codes.height / begins.sum()))
    since = at - pl.when("begins").then(at).forward_fill()
    usual = pl.col("place").filter(pl.col("place") < 2 * length).median().over("code")
    started = (at == 0) | (pl.col("seconds") >= IDLE_S).fill_null(value=False)
    placed = codes.with_columns(begins=begins).with_columns(
        place=since, after=at - pl.when(started).then(at).forward_fill()
    )
    turn = (usual - pl.col("after") + length // 2).round().cast(pl.Int64) % length - length // 2
    votes = (
        placed.with_columns(turn=turn)
        .filter(pl.col("after") < OPENING)
        .drop_nulls("turn")
        .group_by("turn")
        .agg(count=pl.len())
        .sort(pl.col("count"), pl.col("turn").abs(), "turn", descending=(True, False, False))
    )
    if votes.is_empty() or votes.item(0, "count") < 0.4 * int(votes["count"].sum()):
        return begins
    turn = int(votes.item(0, "turn"))
    return begins if abs(turn) < 2 else begins.shift(turn, fill_value=False)  # one strange step turns it by one


def _head(codes: pl.DataFrame) -> int | None:
    """The symbol that heads the repetitions."""
    counts = codes.group_by("code").agg(count=pl.len()).filter(pl.col("count") >= LEAST)
    early = _early(codes)
    candidates = (
        counts.join(early, on="code").sort("votes", "count", "code", descending=(True, True, False)).head(CANDIDATES)
    )
    if candidates.is_empty():
        return None
    covers = _covered(codes["code"], candidates["code"])
    candidates = candidates.with_columns(covered=pl.Series(covers, dtype=pl.Float64))
    best = candidates["covered"].max()
    if not isinstance(best, float) or best < COVERED:
        return None
    # Of those that separate what recurs nearly as well as the best, the one of the outermost loop recurs least.
    outer = candidates.filter(pl.col("covered") >= 0.75 * best)
    outer = outer.filter(pl.col("count") <= 1.1 * pl.col("count").min() + 1)
    return int(outer.sort("votes", "code", descending=(True, False)).item(0, "code"))


def _early(codes: pl.DataFrame) -> pl.DataFrame:
    """Symbols with `votes`: how often they stand among the first where work begins, the more the nearer to it. Where
    what comes next there is not what often comes next after them, one of the two is noise, and that counts less."""
    code = pl.col("code")
    at = pl.int_range(pl.len())
    begins = (at == 0) | (pl.col("seconds") >= IDLE_S).fill_null(value=False)
    usual = pl.len().over(code, code.shift(-1)) >= 0.2 * pl.len().over(code)
    place = at - pl.when(begins).then(at).forward_fill()
    found = codes.select("code", place=place, weight=pl.when(usual).then(1.0).otherwise(ODD)).filter(
        pl.col("place") < EARLY
    )
    return found.group_by("code").agg(votes=(pl.col("weight") * 0.7 ** pl.col("place")).sum())


def _covered(codes: pl.Series, heads: pl.Series) -> list[float]:
    """For each head the share of steps whose symbol comes again only after the head came.

    What comes again only after many repetitions is none of this routine.
    """
    frame = pl.DataFrame({"code": codes}).with_columns(
        (pl.col("code") == head).cum_sum().cast(pl.Int64).alias(str(head)) for head in heads
    )
    again = [(pl.col(str(head)).shift(-1).over("code") - pl.col(str(head))).is_between(1, 12).sum() for head in heads]
    shares = frame.select(share.alias(str(n)) / pl.len() for n, share in enumerate(again))
    return [float(share) for share in shares.row(0)]


def _score(codes: pl.Series, begins: pl.Series) -> pl.Series:
    """Log odds that a repetition begins with each step of `codes`, by what stands around the steps where one is said
    to begin; `begins` is of the first steps, or of all."""
    symbols = int(codes.max() or 0) + 2  # pyright: ignore[reportArgumentType]
    number, known = int(begins.sum()), begins.len()
    spread = [codes.shift(-offset, fill_value=symbols - 1) + (offset + REACH) * symbols for offset in AROUND]
    seen = pl.concat([pl.DataFrame({"cell": cells.head(known), "begins": begins}) for cells in spread])
    own, every = pl.col("begins").sum(), pl.len()
    odds = seen.group_by("cell").agg(
        odds=((own + 0.5) / (number + 0.5 * symbols)).log()
        - ((every - own + 0.5) / (known - number + 0.5 * symbols)).log()
    )
    cells = pl.DataFrame({"cell": pl.int_range(len(AROUND) * symbols, dtype=pl.UInt32, eager=True)})
    table = cells.join(odds, on="cell", how="left", maintain_order="left")["odds"].fill_null(0.0)
    prior = math.log(number / (known - number + 1))
    return pl.DataFrame({str(n): table.gather(cells) for n, cells in enumerate(spread)}).sum_horizontal() + prior


def _told(codes: pl.Series, begins: pl.Series) -> float:
    """Nats that a step beside a beginning tells of it: the mean divergence of its symbols there from those anywhere.

    Of all places around it, the one that tells most is left out (by it the beginnings were found), and each is
    corrected for what so many symbols tell by chance (Miller 1955).
    """
    symbols, number = int(codes.max() or 0) + 2, int(begins.sum())  # pyright: ignore[reportArgumentType]
    spread = [codes.shift(-place, fill_value=symbols - 1) + n * symbols for n, place in enumerate(AROUND)]
    seen = pl.concat([pl.DataFrame({"cell": cells, "begins": begins}) for cells in spread])
    here = pl.col("own") / number
    told = (here * (here / (pl.col("all") / codes.len())).log()).fill_nan(0.0).sum() - pl.len() / (2 * number)
    cells = seen.group_by("cell").agg(all=pl.len(), own=pl.col("begins").sum())
    places = cells.group_by(pl.col("cell") // symbols).agg(told=told)["told"].sort()
    return float(places.head(len(AROUND) - 1).sum()) / (len(AROUND) - 1)


def _closed(begins: pl.Series, completes: pl.Series) -> pl.Series:
    """The beginnings; where nearly each repetition holds one completion, one after each of these: the first found, or
    what comes next. The first of all begins with the first step."""
    frame = pl.DataFrame({"begins": begins, "done": completes}).with_columns(
        at=pl.int_range(pl.len(), dtype=pl.UInt32),
        part=pl.col("begins").cum_sum(),
        ended=pl.col("done").cum_sum().shift(1, fill_value=0),
    )
    each = frame.group_by("part").agg(pl.col("done").sum())
    if (each["done"] == 1).sum() < CLOSED * each.height:
        return begins
    found = pl.col("at").filter(pl.col("begins") & (pl.col("ended") > 0)).min()
    first = frame.group_by("ended").agg(found.fill_null(pl.col("at").min()).alias("at"))
    # What follows the last completion is a beginning only where one was found.
    first = first.filter((pl.col("ended") < completes.sum()) | begins.gather(first["at"]))
    return frame.select(pl.col("at").is_in(first["at"].implode())).to_series()


def _peaks(score: pl.Series, apart: int) -> pl.Series:
    """Where the score is above 0 and the highest within `apart` steps on each side (the first of equals)."""
    frame = pl.DataFrame({"score": score})
    before = pl.col("score").shift(1).rolling_max(apart, min_samples=1).fill_null(float("-inf"))
    after = pl.col("score").reverse().rolling_max(apart + 1, min_samples=1).reverse()
    return frame.select((pl.col("score") > 0) & (pl.col("score") > before) & (pl.col("score") >= after)).to_series()
