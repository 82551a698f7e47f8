"""A report on a data set is aggregates: no label, rare program or person that the models saw is in what is written."""

from pathlib import Path

import msgspec
import polars as pl
import pytest

from glasswork import assemble, refine
from glasswork.api import evaluating
from glasswork.assemble.evaluate.built import evaluate
from glasswork.redteam.canaries import Search
from glasswork.refine.job import EPISODES
from glasswork.schema import words as w
from glasswork.schema.batch import Batch
from glasswork.vault import access
from vectors.release import make

LABELS = ["afdrukvoorbeeld", "alleviivaus", "anonyymisti", "aktualizovat", "afbeelding"]
"""Words of interfaces in other languages, for others are not admitted. None of them is in a report otherwise."""
RARE = "pcmanfm"


def day(number: int) -> Batch:
    """The day with a label that nobody else has; only one person works in the program RARE."""
    mine = make.day()
    actions = [
        msgspec.structs.replace(
            action,
            app="mousepad" if number and action.app == RARE else action.app,
            element=msgspec.structs.replace(action.element, label=LABELS[number])
            if action.element is not None and action.element.role is w.Role.BUTTON
            else action.element,
        )
        for action in mine.actions
    ]
    return Batch(tuple(actions), mine.screens)


@pytest.mark.slow
def test_nothing_that_was_seen_is_in_the_report(tmp_path: Path) -> None:
    people = {f"participant-{word}": [day(number) for _ in range(8)] for number, word in enumerate("abcde")}
    with make.filled(tmp_path / "vault", make.ours(), people) as handle:
        refine.run(handle, make.job(w.Zone.ACTIONS))
        assemble.build(handle, make.job(w.Zone.EPISODES), make.NAME)
        there = access.dataset(handle, w.Zone.EPISODES, EPISODES)
        opened = pl.concat(access.open(handle, there, "assemble", make.job(w.Zone.EPISODES)), how="vertical")
        stored = str(opened["actions"].explode().struct.unnest().rows()).encode()
        assert {found.canary for found in Search([*LABELS, RARE]).data(stored)} == set(range(6)), "the view has them"
        report = evaluate(handle, make.NAME, make.job(w.Zone.DATASETS))
    assert report.kept is not None, "and was measured"
    evaluating.write(report, tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        evaluating.JSON,
        evaluating.PAGE,
        evaluating.PLOT,
    }
    assert not list(Search([*LABELS, RARE, *people]).folder(tmp_path / "out"))
    assert not list(Search(LABELS).folder(tmp_path))
