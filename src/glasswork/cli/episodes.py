"""`glasswork episodes`: your own tasks, as they were found in what you sent; and other words for released ones."""

from pathlib import Path

import click

from glasswork.cli.common import json_option, print_json, table, workspace_of, write_for_owner

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("episodes")
def episodes_() -> None:
    """See the tasks that were found in your own work, why they begin and end there, and which signals they have."""


@episodes_.command("list")
@json_option
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """List your episodes: id, week, how many actions, whether something was completed, and what was done."""
    from glasswork.api import episodes
    from glasswork.schema.episode import Signal

    found = episodes.episodes(workspace_of(context))
    if as_json:
        print_json(found)
        return

    def outcome(signals: set[Signal]) -> str:
        return next(
            (str(one) for one in (Signal.COMPLETED, Signal.ABANDONED, Signal.INTERRUPTED) if one in signals), ""
        )

    rows = [
        (one.id[:8], one.week, str(len(one.actions)), outcome({label.signal for label in one.labels}), one.title)
        for one in found
    ]
    table(rows, ("id", "week", "actions", "outcome", "what"))


@episodes_.command("show")
@click.argument("id")
@click.option("--html", type=FILE, help="Write it as a small page to this file, which loads nothing.")
@json_option
@click.pass_context
def show(context: click.Context, id: str, html: Path | None, as_json: bool) -> None:
    """Show the episode whose id begins with ID as a timeline. --html writes it in plain, for you alone."""
    from glasswork.api import episodes
    from glasswork.documents import timeline

    found = episodes.episode(workspace_of(context), id)
    if html is not None:
        write_for_owner(html, timeline.page(found).encode())
        click.echo(f"Written to {html}, in plain, for you alone.")
        return
    if as_json:
        print_json(found)
        return
    click.secho(found.title, bold=True)
    click.echo(found.goal)
    click.echo(f"Week {found.week}. Began: {timeline.why(found.began)}. Ended: {timeline.why(found.ended)}.")
    where = ""
    for line in timeline.lines(found):
        if line.before:
            click.secho(f"       {line.before}", italic=True)
        if line.where and line.where != where:
            where = line.where
            click.secho(f"  {where}", bold=True)
        click.echo(f"{line.place:5}  {line.words}")
        for label in line.labels:
            click.secho(f"       · {timeline.signal(label)}", dim=True)


@episodes_.command("reword")
@click.argument("release", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--endpoint", required=True, help="A local server that speaks the OpenAI chat API: http://127.0.0.1:PORT/v1"
)
@click.option("--model", required=True, help="The model to ask for there.")
@click.option("--out", type=FILE, required=True, help="Write one JSON line an example to this new file.")
@json_option
def reword(release: Path, endpoint: str, model: str, out: Path, as_json: bool) -> None:
    """Have a model on this machine say the goals of the data set in the folder RELEASE in other words.

    It sees only what is in that folder: goals and calls of tools. Nothing but this command asks a model, and the
    address must be of this machine. What comes back is checked by the redactor; the release itself is not changed.
    """
    from glasswork.documents import wording

    done = wording.reword(release, endpoint, model, out)
    if as_json:
        print_json(done)
        return
    click.echo(f"{done.worded} of {done.examples} goals in other words, in {out}.")
    for reason, count in done.refused.items():
        click.echo(f"  {count} refused: {reason}")
