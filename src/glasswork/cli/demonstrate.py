"""`glasswork demo`: a scripted worker's day, recorded and walked through every stage, in a workspace of its own."""

import shutil
from pathlib import Path

import click

from glasswork.cli.summary import Summary, stages


@click.command("demo")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Where the demo's workspace is made; one of an earlier demo is replaced.",
)
@click.option("--serve", is_flag=True, help="Leave the demo's service running at the end, until Ctrl+C.")
@click.option("--recording", is_flag=True, help="Import the day as a recording, even where it could be recorded.")
def demo_(folder: Path, serve: bool, recording: bool) -> None:
    """Walk the whole path with a scripted worker: real programs, invented content, every stage.

    Where X or Chromium cannot be had, the same day is imported as a recording, and the demo says so.
    """
    from glasswork.api import building, service
    from glasswork.cli.demo import path, session
    from glasswork.release.errors import ReleaseRefused

    _make_room(folder)
    lacking = session.missing()
    with stages() as tell:
        day = path.imported(folder, tell) if recording or lacking else path.recorded(folder, tell)
        target = day.workspace.folder / "private" / "demo"
        built = building.build(day.workspace, "demo", private=True, out=target, progress=tell)
        building.build(day.workspace, "demo", private=False, progress=tell)
    if recording or lacking:
        why = "as you asked" if recording else f"because this machine lacks {', '.join(lacking)}"
        click.echo(f"Left out, {why}: recording a desktop. The same day was imported as a recording instead.")
    click.echo("\nWhat happened at each stage")
    for stage, said in path.account(day, built):
        click.echo(f"  {stage:12} {said}")
    try:
        building.release(day.workspace, "demo", folder / "released")
    except ReleaseRefused as refusal:
        click.echo("\nA public release of one person's work was tried, and refused:")
        for reason in refusal.reasons:
            click.echo(f"  - {reason}")
    click.echo("\nOne example in full")
    click.echo(path.one_example(target))
    click.echo(f"\n{day.keys}")
    click.echo(f"Look at it: glasswork --workspace {day.workspace.folder} verify card {target}\n")
    leaks = building.leaks(day.workspace, day.content)
    summary = Summary(
        raw=day.raw,
        actions=day.actions,
        episodes=built.episodes,
        examples=built.examples,
        sealed_bytes=day.sealed_bytes,
        leaks=leaks,
        dataset=str(target),
    )
    if serve:
        click.echo(f"The service is at {day.workspace.settings.service}. Ctrl+C ends it.")
        service.serve(day.workspace)
    click.echo(summary.line("demo"))
    if leaks:
        raise click.exceptions.Exit(1)


def _make_room(folder: Path) -> None:
    """Remove an earlier demo. Anything else in the folder is not ours to remove."""
    from glasswork.api import removal, workspace
    from glasswork.cli.demo.errors import NotADemo
    from glasswork.schema.errors import GlassworkError

    if not folder.exists() or not any(folder.iterdir()):
        return
    try:
        earlier = workspace.load(folder / "workspace")
    except GlassworkError:
        raise NotADemo(
            f"{folder} is not empty and not an earlier demo, so it was left alone. Name another with --folder."
        ) from None
    removal.uninstall(earlier)
    shutil.rmtree(folder)
