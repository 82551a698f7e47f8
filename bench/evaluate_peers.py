"""LightGBM on the contexts of bench/evaluate.py; run by it with the Python of bench/.peers/evaluate.

python evaluate_peers.py FOLDER      FOLDER has train.csv and test.csv: target, episode, one number for each context
"""

import json
import sys
import time
from pathlib import Path

import lightgbm
import numpy as np

ROUNDS, PATIENCE = 300, 15


def main(folder: Path) -> None:
    """Print one JSON object: how often the first answer was right, and the CPU seconds of learning and answering."""
    train, test = (np.loadtxt(folder / f"{name}.csv", delimiter=",", dtype=np.int64) for name in ("train", "test"))
    began = time.process_time()
    targets = np.unique(train[:, 0])
    wanted, features = np.searchsorted(targets, train[:, 0]), coded(train, train)
    columns = list(range(features.shape[1]))
    late = train[:, 1] % 10 == 0  # a tenth of the episodes says when to stop
    settings = {
        "objective": "multiclass",
        "num_class": len(targets),
        "learning_rate": 0.1,
        "num_leaves": 15,
        "verbose": -1,
        "num_threads": 1,
        "seed": 0,
    }
    learnt = lightgbm.Dataset(features[~late], wanted[~late], categorical_feature=columns)
    watched = lightgbm.Dataset(features[late], wanted[late], reference=learnt, categorical_feature=columns)
    stop = lightgbm.early_stopping(PATIENCE, verbose=False)
    model = lightgbm.train(settings, learnt, ROUNDS, valid_sets=[watched], callbacks=[stop])
    said = targets[np.argmax(model.predict(coded(train, test)), axis=1)]
    print(json.dumps({"top1": float(np.mean(said == test[:, 0])), "cpu_s": time.process_time() - began}))


def coded(train: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The contexts of rows as small numbers, one range a column; what was not learnt is missing (-1)."""
    found = []
    for column in range(2, train.shape[1]):
        values = np.unique(train[:, column])
        at = np.clip(np.searchsorted(values, rows[:, column]), 0, len(values) - 1)
        found.append(np.where(values[at] == rows[:, column], at, -1))
    return np.stack(found, axis=1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
