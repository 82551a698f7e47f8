"""`glasswork browser`: let browsers tell the recorder what is done in the pages that the policy lists."""

from pathlib import Path

import click

from glasswork.cli.common import json_option, print_json, table, workspace_of

_user_data = click.option(
    "--user-data-dir",
    "user_data",
    type=click.Path(path_type=Path, file_okay=False),
    help="The browser's folder, if it is not where browsers keep it.",
)


@click.group("browser")
def browser_() -> None:
    """Connect browsers of Chromium's family (Chromium, Chrome, Brave, Edge) to the recorder."""


@browser_.command("install")
@_user_data
@click.pass_context
def install(context: click.Context, user_data: Path | None) -> None:
    """Let browsers start the recorder's native host, and say how to load the extension."""
    from glasswork.api import browser

    for one in browser.install(workspace_of(context), user_data):
        click.echo(f"{one.browser} may start the recorder's host ({one.profile})")
    click.echo(
        "\nNow load the extension, once in each browser:\n"
        "  1. open chrome://extensions and switch on developer mode\n"
        "  2. choose `Load unpacked` and this folder:\n"
        f"     {browser.extension_folder()}\n"
        f"It then has the id {browser.EXTENSION_ID}. Private windows are never recorded, and neither is a site that "
        "the policy does not list (`glasswork policy show`)."
    )


@browser_.command("remove")
@_user_data
@click.pass_context
def remove(context: click.Context, user_data: Path | None) -> None:
    """Undo `install`. The extension itself is removed in the browser."""
    from glasswork.api import browser

    gone = browser.remove(workspace_of(context), user_data)
    for one in gone:
        click.echo(f"{one.browser} may not start the recorder's host any more")
    if not gone:
        click.echo("No browser was connected, so nothing was changed.")


@browser_.command("status")
@_user_data
@json_option
@click.pass_context
def status(context: click.Context, user_data: Path | None, as_json: bool) -> None:
    """Which browsers may start the recorder's host."""
    from glasswork.api import browser

    found = browser.status(workspace_of(context), user_data)
    if as_json:
        print_json([{"browser": one.browser, "profile": str(one.profile), "connected": one.connected} for one in found])
        return
    if not found:
        click.echo("No browser of Chromium's family has a profile here.")
        return
    rows = [(one.browser, "connected" if one.connected else "not connected", str(one.profile)) for one in found]
    table(rows, ("browser", "", "profile"))
