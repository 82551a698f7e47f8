"""Evaluate: what a data set teaches, as numbers, a page and a plot."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from glasswork.api.errors import NotThere
from glasswork.api.workspace import Workspace, open_vault
from glasswork.assemble.evaluate.built import evaluate, evaluate_records
from glasswork.assemble.evaluate.errors import TooFewPeople
from glasswork.assemble.evaluate.plot import learning_curve
from glasswork.assemble.evaluate.report import Evaluation, markdown
from glasswork.assemble.parquet import read_records
from glasswork.assemble.record import content_hash
from glasswork.documents.facts import Facts
from glasswork.govern.decide import Session, SessionRole
from glasswork.schema.errors import FormatError
from glasswork.schema.words import Zone

JSON = "evaluation.json"
PAGE = "EVALUATION.md"
PLOT = "evaluation.svg"

Progress = Callable[[int, int], None]


def of_dataset(
    workspace: Workspace, name: str, *, private: bool = False, seed: int = 0, progress: Progress | None = None
) -> Evaluation:
    """What the built data set `name` in the vault teaches; with `private`, the owner's own build of that name.

    Raises NotBuilt, TooFewPeople, TooLittle, and govern's Refused: a job opens no data set of too few people.
    """
    if private:
        session = Session(workspace.settings.participant, SessionRole.OWNER, Zone.DATASETS)
    else:
        session = Session("evaluate", SessionRole.JOB, Zone.DATASETS)
    with open_vault(workspace) as vault:
        return evaluate(vault, name, session, seed=seed, progress=progress)


def of_release(folder: Path, *, seed: int = 0, progress: Progress | None = None) -> Evaluation:
    """What a release teaches, from its files alone (`glasswork verify release` says whether they are what was signed).

    Raises NotThere, FormatError where its data are not those of its card, TooFewPeople where the card says that they
    are of fewer people than its policy asks for, and TooLittle.
    """
    paths = sorted(folder.glob("data/*.parquet"))
    if not paths or not (folder / "card.json").is_file():
        raise NotThere(f"There is no release in {folder}: a card and data/*.parquet are what it would have.")
    try:
        facts = msgspec.json.decode((folder / "card.json").read_bytes(), type=Facts)
    except msgspec.DecodeError:
        facts = None
    records = [record for path in paths for record in read_records(path)]
    if facts is None or facts.contents.content != content_hash(records):
        raise FormatError(
            "The card of this release is not one, or is of other data, so it does not say how many people these are "
            "of. Nothing was measured. Check the folder with `glasswork verify release`."
        )
    if not facts.private and facts.attacked.people < max(facts.terms.minimum_people, 2):
        raise TooFewPeople(
            "By its card, this release is of fewer people than a report may be about. Nothing was measured."
        )
    return evaluate_records(facts.name, records, seed=seed, progress=progress)


def write(found: Evaluation, out: Path) -> Path:
    """Write the report into the folder `out`: JSON, PAGE and PLOT. Returns the page's path."""
    out.mkdir(parents=True, exist_ok=True)
    (out / JSON).write_bytes(found.json)
    (out / PLOT).write_text(learning_curve(found), encoding="utf-8")
    (out / PAGE).write_text(markdown(found, PLOT), encoding="utf-8")
    return out / PAGE
