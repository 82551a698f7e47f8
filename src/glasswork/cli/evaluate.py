"""`glasswork evaluate`: what a data set teaches."""

from pathlib import Path

import click

from glasswork.cli.common import json_option, workspace_of
from glasswork.cli.summary import stages

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("evaluate")
@click.argument("name", required=False)
@click.option("--private", is_flag=True, help="Your own build of this name.")
@click.option("--release", type=FOLDER, help="Instead of NAME, a release's folder.")
@click.option("--out", type=FOLDER, help="Write the page, the numbers and the plot into this folder.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="What is drawn at random.")
@json_option
@click.pass_context
def evaluate_(
    context: click.Context,
    name: str | None,
    private: bool,
    release: Path | None,
    out: Path | None,
    seed: int,
    as_json: bool,
) -> None:
    """Say what the built data set NAME teaches: how well small models that learnt from it foretell the next action.

    Against guesses, over more and more of the data, and against the most detailed view that may be opened. There is no
    number of one person in the report (docs/evaluating.md).
    """
    from glasswork.api import evaluating
    from glasswork.assemble.evaluate.report import markdown

    if (name is None) == (release is None) or (private and release is not None):
        raise click.UsageError("Say what to evaluate: NAME, NAME --private, or --release FOLDER.")
    with stages(quiet=as_json) as tell:

        def progress(done: int, total: int) -> None:
            tell("evaluate", done, total)

        if release is not None:
            found = evaluating.of_release(release, seed=seed, progress=progress)
        else:
            assert name is not None
            found = evaluating.of_dataset(workspace_of(context), name, private=private, seed=seed, progress=progress)
    if out is not None:
        evaluating.write(found, out)
    click.echo(found.json.decode() if as_json else markdown(found), nl=as_json)
