"""`glasswork incident`: what admission would not take or cut, reviewed without showing what was recorded."""

import click

from glasswork.cli.common import json_option, print_json, table, workspace_of


@click.group("incident")
def incident_() -> None:
    """What admission would not take or cut: list, show, close."""


@incident_.command("list")
@click.option("--all", "closed", is_flag=True, help="Those that were closed too.")
@json_option
@click.pass_context
def list_(context: click.Context, closed: bool, as_json: bool) -> None:
    """The open incidents."""
    from glasswork.api import erasing

    found = erasing.incidents(workspace_of(context), closed=closed)
    if as_json:
        print_json(found)
    elif not found:
        click.echo("No incidents.")
    else:
        rows = [(one.id[:12], one.kind, str(one.opened), one.detail, one.outcome or "open") for one in found]
        table(rows, ("incident", "kind", "opened", "detail", "outcome"))


@incident_.command()
@click.argument("incident")
@json_option
@click.pass_context
def show(context: click.Context, incident: str, as_json: bool) -> None:
    """One incident: its kind, whose day, what kinds of word and how many. Never a word."""
    from glasswork.api import erasing

    one = erasing.incident(workspace_of(context), incident)
    if as_json:
        print_json(one)
        return
    click.echo(f"incident   {one.id}, opened {one.opened}, {one.outcome or 'open'}")
    click.echo(f"kind       {one.kind}{': ' + one.detail if one.detail else ''}")
    click.echo(f"day        {one.day or 'not known'} of {one.owner or 'somebody erased'}")
    click.echo(f"in quarantine: {f'{one.size} bytes, sealed' if one.size else 'nothing'}")


@incident_.command()
@click.argument("incident")
@click.argument("outcome", type=click.Choice(["noted", "deleted", "again"]))
@click.pass_context
def close(context: click.Context, incident: str, outcome: str) -> None:
    """Close an incident: only note it, delete the batch, or let it go through every check again.

    `again` is for a batch that was right while the rules were wrong: after an update, or a policy with its words.
    """
    from glasswork.api import erasing
    from glasswork.vault import Closing

    one = erasing.close(workspace_of(context), incident, Closing(outcome))
    click.echo(f"Closed as {one.outcome}. The decision is in the audit log.")
