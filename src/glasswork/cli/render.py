"""`glasswork render`: what an episode's screens would look like, drawn from their structure."""

import re
from pathlib import Path

import click

from glasswork.assemble.render.themes import DEFAULT, THEMES
from glasswork.cli.common import workspace_of, write_for_owner


def _size(context: click.Context, parameter: click.Parameter, value: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{2,4})x(\d{2,4})", value)
    if found is None:
        raise click.BadParameter("Give the width and height of a picture in pixels, as in 1280x800.")
    return int(found[1]), int(found[2])


@click.command("render")
@click.argument("episode", required=False)
@click.option("--release", type=click.Path(path_type=Path, exists=True, file_okay=False), help="A release's folder.")
@click.option("--example", help="Instead of EPISODE: the example of that release whose id begins so.")
@click.option("--theme", type=click.Choice(list(THEMES)), default=DEFAULT, show_default=True, help="How it looks.")
@click.option("--size", callback=_size, default="1280x800", show_default=True, help="Pixels of each screen.")
@click.option("--surrogates", is_flag=True, help="Invented words for the labels that did not survive, instead of bars.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file (default: episode-ID.png).")
@click.pass_context
def render_(
    context: click.Context,
    episode: str | None,
    release: Path | None,
    example: str | None,
    theme: str,
    size: tuple[int, int],
    surrogates: bool,
    out: Path | None,
) -> None:
    """Draw the screens of your episode whose id begins with EPISODE on one picture, what was acted on outlined.

    They are drawn from roles, coarse boxes and the labels that survived: no pixel of your screen was ever stored. The
    picture is written in plain, for you alone. --release and --example draw an example of a release instead.
    """
    if (release is None) != (example is None) or (episode is None) == (example is None):
        raise click.UsageError("Name an EPISODE of your own, or a --release with an --example.")
    from glasswork.api import rendering

    name = example or episode or ""
    if release is not None:
        sheet = rendering.released_sheet(release, name, size=size, theme=theme, surrogates=surrogates)
    else:
        sheet = rendering.own_sheet(workspace_of(context), name, size=size, theme=theme, surrogates=surrogates)
    file = out or Path(f"episode-{name[:8]}.png")
    write_for_owner(file, sheet)
    click.echo(f"Written to {file}, in plain, for you alone.")
