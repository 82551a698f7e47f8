"""Train the boundary model in src/glasswork/refine/boundary_model.json; `python scripts/train_boundary.py`, minutes.

It learns from made-up weeks of window switches (bench/segment_made.py), because no labelled log of real work may be
shipped: of each setting two weeks that nothing else uses, the titles of one of them taken away, so that the model also
serves where there are none. The same input gives the same model. docs/segmentation.md is its card.
"""

import sys
from pathlib import Path

import msgspec
import polars as pl

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "bench"))

from segment_log import log_of  # noqa: E402
from segment_made import SETTINGS, made  # noqa: E402

from glasswork.refine.boost import best_threshold, fit, probability  # noqa: E402
from glasswork.refine.cohesion import features  # noqa: E402

SEEDS = (101, 102)
WHERE = ROOT / "src/glasswork/refine/boundary_model.json"


def known(settings: list[str], seeds: tuple[int, ...]) -> tuple[pl.DataFrame, pl.Series]:
    """Features and boundaries of made-up logs."""
    frames: list[pl.DataFrame] = []
    begins: list[pl.Series] = []
    for setting in settings:
        for place, seed in enumerate(seeds):
            rows = made(setting, seed)
            log = log_of(rows if place == 0 else rows.with_columns(element=pl.lit("")))
            frames.append(features(log.steps))
            begins.append((log.tasks != log.tasks.shift(1)).fill_null(value=True))
    return pl.concat(frames), pl.concat(begins)


def main() -> None:
    """Train, choose the threshold on weeks that were not trained on, write the model."""
    settings = list(SETTINGS)
    model = fit(*known(settings, SEEDS), trees=30, depth=2, rate=0.25)
    frame, begins = known(settings, tuple(seed + 10 for seed in SEEDS))
    threshold = best_threshold(frame.select(probability(model)).to_series(), begins)
    model = msgspec.structs.replace(model, threshold=round(threshold, 4))
    WHERE.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=0) + b"\n")
    print(f"train_boundary: trees={len(model.trees)} threshold={model.threshold} bytes={WHERE.stat().st_size}")


if __name__ == "__main__":
    main()
