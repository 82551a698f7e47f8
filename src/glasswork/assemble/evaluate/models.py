"""Models: four that foretell the next action, each from more than the one before.

`majority` always says what is most frequent. `bigram` and `ngram` (order 5) back off from longer histories to shorter
ones, by hierarchical Dirichlet smoothing (MacKay and Peto 1995): p_k = (n_k + a · p_(k-1)) / (N_k + a). `boosted` ranks
the candidates with boosted trees (`refine.boost`, pointwise: is this candidate right?), which see how likely each of
features.CONTEXTS finds them. While the trees learn, the group to which a row belongs is taken out of the counts
(stacking, Wolpert 1992): else every rare context would look as if it knew the answer.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (polars names numpy types, and numpy is no part of this project)

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import polars as pl

from glasswork.assemble.evaluate.features import CONTEXTS, ORDERS, Moment
from glasswork.refine.boost import fit, probability

PRIOR: Final = 2.0
"""How many observations the shorter history counts for."""
CANDIDATES: Final = 10
"""Actions between which the trees choose."""
MOST_RANKED: Final = 4_000
"""Steps that the trees learn from. They have few parameters; what the contexts know comes from all steps."""
MIN_APART: Final = 3
"""Groups from which on one is taken out of the counts while the trees learn; of fewer, single episodes are."""

SCORES: Final = {"bigram": f"p_{ORDERS[1]}", "ngram": f"p_{ORDERS[-1]}", "boosted": "boosted"}
"""What each model but the first ranks candidates by."""
MODELS: Final = ("majority", *SCORES)
LEARNT: Final = tuple(CONTEXTS)[1:]
"""The contexts but the empty one, which is the same for all steps."""
KEYS: Final = tuple(f"c_{name}" for name in CONTEXTS)
FEATURES: Final = (*(f"p_{name}" for name in CONTEXTS), "mean", "lead")


class Steps(NamedTuple):
    """Steps to be foretold: `row`, `episode`, `group`, `target`, `app` and a column of KEYS for each context (all
    UInt32), and the texts that `target` and `app` number."""

    frame: pl.DataFrame
    targets: tuple[str, ...]
    apps: tuple[str, ...]


def steps(episodes: Iterable[tuple[int, Sequence[Moment]]]) -> Steps:
    """The steps of episodes, each with the number of its group: what is held out together."""
    targets: dict[str, int] = {}
    apps: dict[str, int] = {}
    contexts: dict[object, int] = {}
    rows: list[tuple[int, ...]] = []
    for episode, (group, moments) in enumerate(episodes):
        for moment in moments:
            rows.append(
                (
                    *(len(rows), episode, group),
                    targets.setdefault(moment.target, len(targets)),
                    apps.setdefault(moment.app, len(apps)),
                    *(contexts.setdefault(item, len(contexts)) for item in enumerate(moment.contexts)),
                )
            )
    schema = dict.fromkeys(("row", "episode", "group", "target", "app", *KEYS), pl.UInt32)
    return Steps(pl.DataFrame(rows, schema=schema, orient="row"), tuple(targets), tuple(apps))


def foretell(train: pl.DataFrame, test: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    """What each model says of the steps in `test`, having seen those in `train` (both frames of `Steps`).

    A row a step, in order: `row`, and for each model its first answer (`first_NAME`) and the place of the right one
    among its answers (`place_NAME`, from 1; null where it is not among them).
    """
    common = _common(train)
    if train["group"].n_unique() < MIN_APART:
        train = train.with_columns(group="episode")
    ranked = train.sample(min(MOST_RANKED, train.height), seed=seed).sort("row")
    learnt = _candidates(train, ranked, common, apart=True)
    trees = fit(learnt.select(FEATURES), learnt["target"] == learnt["truth"], seed=seed, trees=60, depth=4, rate=0.2)
    asked = _candidates(train, test, common, apart=False)
    asked = asked.with_columns(boosted=probability(trees))
    places = common.select("target", pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias("place_majority"))
    found = test.select("row", "target").join(places, on="target", how="left", maintain_order="left").drop("target")
    found = found.with_columns(first_majority=pl.lit(common["target"][0], pl.UInt32))
    for model, score in SCORES.items():
        answers = asked.sort("row", score, "p_nothing", "target", descending=(False, True, True, False))
        place = pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over("row")
        right = pl.col("place").filter(pl.col("target") == pl.col("truth")).first()
        said = (
            answers.with_columns(place=place)
            .group_by("row")
            .agg(pl.col("target").first().alias(f"first_{model}"), right.alias(f"place_{model}"))
        )
        found = found.join(said, on="row", how="left", maintain_order="left")
    return found


def _common(train: pl.DataFrame) -> pl.DataFrame:
    """Every target in `train` and its share (`p_nothing`), the most frequent first."""
    counts = train.group_by("target").len("n").sort("n", "target", descending=(True, False))
    return counts.select("target", p_nothing=pl.col("n") / pl.col("n").sum())


def _candidates(train: pl.DataFrame, asked: pl.DataFrame, common: pl.DataFrame, *, apart: bool) -> pl.DataFrame:
    """The candidates for each asked step, with FEATURES: `row`, `truth`, `target`, sorted.

    With `apart`, the counts are those of `train` without the group of the step asked for (which is in `train`).
    """
    rows = _long(asked, "row", "group")
    seen = _long(train, "group", "target").group_by("context", "target", "group").len("n")
    counts = seen.group_by("context", "target").agg(pl.col("n").sum())
    sums = counts.group_by("context").agg(pl.col("n").sum().alias("of"))
    rows = rows.join(sums, on="context", how="left").with_columns(pl.col("of").fill_null(0))
    if apart:
        own = seen.rename({"n": "own"})
        owns = own.group_by("context", "group").agg(pl.col("own").sum())
        rows = rows.join(owns, on=["context", "group"], how="left")
        rows = rows.with_columns(pl.col("of") - pl.col("own").fill_null(0)).drop("own")
        pairs = rows.join(counts, on="context").join(own, on=["context", "target", "group"], how="left")
        pairs = pairs.with_columns(pl.col("n") - pl.col("own").fill_null(0)).filter(pl.col("n") > 0)
    else:
        pairs = rows.join(counts, on="context")
    at = {name: pl.col("name") == f"c_{name}" for name in LEARNT}
    share, rest = pl.col("n") / (pl.col("of") + PRIOR), PRIOR / (pl.col("of") + PRIOR)
    wide = pairs.group_by("row", "target").agg(share.filter(at[name]).sum().alias(f"p_{name}") for name in LEARNT)
    few = asked.select("row").join(common.head(CANDIDATES).select("target"), how="cross")
    wide = (
        pl.concat([wide, few], how="diagonal")
        .unique(["row", "target"], keep="first")
        .join(common, on="target")
        .with_columns(pl.exclude("row", "target").fill_null(0.0))
        .with_columns(all=pl.sum_horizontal(pl.exclude("row", "target")))
        .sort("row", "all", "target", descending=(False, True, False))
        .group_by("row", maintain_order=True)
        .head(CANDIDATES)
    )
    left = rows.group_by("row").agg(rest.filter(at[name]).first().alias(f"rest_{name}") for name in LEARNT)
    return (
        _backed_off(wide.join(left, on="row"))
        .join(asked.select("row", pl.col("target").alias("truth")), on="row")
        .select("row", "truth", "target", *FEATURES)
        .sort("row", "target")
    )


def _backed_off(wide: pl.DataFrame) -> pl.DataFrame:
    """The shares with what they leave to shorter histories: the orders to each other, all else to the bigram."""
    below = ORDERS[0]
    for name in LEARNT:
        wide = wide.with_columns(pl.col(f"p_{name}") + pl.col(f"rest_{name}") * pl.col(f"p_{below}"))
        below = name if name in ORDERS[:-1] else ORDERS[1]
    wide = wide.with_columns(mean=pl.mean_horizontal(f"p_{name}" for name in LEARNT))
    return wide.with_columns(lead=pl.col("mean") / pl.col("mean").max().over("row"))


def _long(frame: pl.DataFrame, *keep: str) -> pl.DataFrame:
    """A row for each step and context that can be learnt from: what is kept, `name` and `context`."""
    keys = [f"c_{name}" for name in LEARNT]
    return frame.select(*keep, *keys).unpivot(index=list(keep), variable_name="name", value_name="context")
