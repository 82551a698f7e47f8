"""Evaluate: what scripted work teaches small models, beside guesses and beside LightGBM; and what abstraction costs.

The work is scripted (tests/scripted_work.py; synthetic, and said so): people do tasks from templates. Each element gets
a label, which for some people is a word of their own: with a policy of five people at least these are generalised,
as a build does it. So there is something to lose.
The settings of our trees were chosen on other tasks and seeds of it (`TUNING`, 0 to 5); LightGBM has its usual ones.

    report    `glasswork evaluate` on it: people held out in turns (docs/evaluating.md)
    peer      LightGBM (300 trees a class at most, stopped early on a tenth of the episodes), on the same contexts as
              categories, the same people held out. It decides between all actions at once, where ours ranks ten
              candidates with trees written in Polars, to need no numpy. Ratios are by fold, CPU time is of both

    python bench/evaluate.py [PEOPLE] [EPISODES each]
"""

import json
import random
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import msgspec
import polars as pl

from glasswork.assemble.building import record
from glasswork.assemble.evaluate.features import detailed, released
from glasswork.assemble.evaluate.measure import Case
from glasswork.assemble.evaluate.measure import measure as evaluate
from glasswork.assemble.evaluate.models import KEYS, foretell, steps
from glasswork.assemble.evaluate.report import HeldOut, markdown
from glasswork.assemble.generalise import common, words_of
from glasswork.assemble.record import Record
from glasswork.schema.action import Action
from glasswork.schema.episode import Episode
from glasswork.schema.words import Scope
from scripted_work import EVALUATION, work

HERE = Path(__file__).resolve().parent
ROOM = HERE / ".peers" / "evaluate"
PEERS = ("lightgbm", "numpy")
MINIMUM_PEOPLE = 5
OWN_WORDS = 0.3
SEED = 3_001


def main() -> None:
    """Measure, print the tables, and end with one line."""
    print("evaluate: " + " ".join(f"{name}={value:.3f}" for name, value in measure(*map(int, sys.argv[1:])).items()))


def measure(people: int = 6, episodes: int = 40) -> dict[str, float]:
    """The figures of a run; those of the peer are absent where it cannot be installed."""
    cases = list(made(people, episodes))
    began = time.process_time()
    report = evaluate("scripted", cases, HeldOut.PEOPLE, minimum_people=MINIMUM_PEOPLE)
    seconds = time.process_time() - began
    print(markdown(report))
    assert report.kept is not None
    return {
        "steps": report.steps,
        **{model: scores.top1.value for model, scores in report.models.items()},
        "over_majority": report.over_majority.value,
        "over_bigram": report.over_bigram.value,
        "kept": report.kept.share.value,
        "kept_low": report.kept.share.low,
        "doubling": report.trend.doubling,
        "cpu_s": seconds,
        **beside(cases),
    }


def made(people: int, episodes: int) -> Iterator[Case]:
    """The work of some people, each episode in both views."""
    crowd = {person: list(of_person(person, episodes)) for person in range(people)}
    words = ((person, words_of(episode)) for person, own in crowd.items() for episode in own)
    kept = common(words, MINIMUM_PEOPLE)
    for person, own in crowd.items():
        for episode in own:
            found = record(episode, kept)
            if isinstance(found, Record):
                yield Case(episode.id, str(person), found.split, person, released(found), detailed(episode))


def of_person(person: int, episodes: int) -> Iterator[Episode]:
    """One person's scripted episodes, with labels."""
    done = work(SEED + person, EVALUATION, episodes, clean=False)
    own = random.Random(person)
    theirs = {action.element.role for action in done.batch.actions if action.element is not None}
    theirs = {role for role in sorted(theirs) if own.random() < OWN_WORDS}
    found: dict[int, list[Action]] = {}
    for number, action in zip(done.episodes, done.batch.actions, strict=True):
        element = action.element
        if element is not None:
            label = f"{element.role} to {element.cls}" + (f" of {person}" if element.role in theirs else "")
            element = msgspec.structs.replace(element, label=label)
        found.setdefault(number, []).append(msgspec.structs.replace(action, element=element))
    for number, actions in found.items():
        used = sorted({action.screen for action in actions} - {-1})
        at = {screen: place for place, screen in enumerate(used)} | {-1: -1}
        yield Episode(
            id=f"{person:08x}{number:024x}",
            week="2026-W48",
            scope=Scope.SELF,
            policy="",
            actions=tuple(msgspec.structs.replace(action, screen=at[action.screen]) for action in actions),
            screens=tuple(done.batch.screens[screen] for screen in used),
        )


def beside(cases: list[Case]) -> dict[str, float]:
    """Ours and LightGBM's accuracy in three folds, each a person held out: ratio of top-1, spread, and CPU seconds."""
    python = peers()
    if python is None:
        print("LightGBM cannot be installed here, so it was not compared with.")
        return {}
    frame = steps((case.person, case.released) for case in cases).frame
    rows: list[tuple[float, float, float, float]] = []
    for person in range(3):
        train, test = frame.filter(pl.col("group") != person), frame.filter(pl.col("group") == person)
        began = time.process_time()
        ours = foretell(train, test, seed=0)
        seconds = time.process_time() - began
        accuracy = (ours["place_boosted"] == 1).sum() / test.height
        with tempfile.TemporaryDirectory() as room:
            for name, part in (("train", train), ("test", test)):
                part.select("target", "episode", *KEYS).write_csv(Path(room) / f"{name}.csv", include_header=False)
            run = [str(python), str(HERE / "evaluate_peers.py"), room]
            theirs = json.loads(subprocess.run(run, check=True, capture_output=True).stdout)
        rows.append((accuracy, theirs["top1"], seconds, theirs["cpu_s"]))
    ratios = sorted(ours / theirs for ours, theirs, _, _ in rows)
    ours, theirs, seconds, cpu = (sum(column) / len(rows) for column in zip(*rows, strict=True))
    print(
        f"LightGBM on the same contexts: {theirs:.3f} right at first, ours {ours:.3f}; ratio {ours / theirs:.3f} "
        f"({ratios[0]:.3f} to {ratios[-1]:.3f}), {'LOST' if ours < theirs else 'won'}; "
        f"CPU {cpu:.1f} s beside our {seconds:.1f} s"
    )
    spread = {"lightgbm_ratio_min": ratios[0], "lightgbm_ratio_max": ratios[-1]}
    return {"lightgbm": theirs, "lightgbm_ratio": ours / theirs, **spread, "lightgbm_cpu_ratio": seconds / cpu}


def peers() -> Path | None:
    """The Python that has LightGBM, installed when first needed; None where it cannot be."""
    python = ROOM / "bin" / "python"
    try:
        if not python.exists():
            venv.create(ROOM, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PEERS], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return python


if __name__ == "__main__":
    main()
