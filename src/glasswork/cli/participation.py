"""`glasswork opt-out` and `opt-in`: whether you take part at all."""

import click

from glasswork.cli.common import workspace_of


@click.command("opt-out")
@click.pass_context
def opt_out_(context: click.Context) -> None:
    """Take no part, for as long as you like: nothing is recorded here, and nothing is taken from you.

    It needs no reason and nobody's leave. Where you had chosen that your device sends by itself, it goes on with empty
    envelopes as long as `glasswork record` runs, so that nobody can tell. What is held is yours: `glasswork forget`
    deletes it.
    """
    from glasswork.api import participation

    participation.opt_out(workspace_of(context))
    click.echo("You have opted out: nothing is recorded any more. To take part again: glasswork opt-in")


@click.command("opt-in")
@click.pass_context
def opt_in_(context: click.Context) -> None:
    """Take part again. Recording begins when you start it."""
    from glasswork.api import participation

    participation.opt_in(workspace_of(context))
    click.echo("You take part again. Nothing is recorded before you start it: glasswork record")
