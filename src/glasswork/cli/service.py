"""`glasswork up`: the service that stores what devices send."""

import click

from glasswork.api import service
from glasswork.api.workspace import approved
from glasswork.cli.common import workspace_of


@click.command("up")
@click.option("--background", is_flag=True, help="Leave it running and return.")
@click.option("--stop", is_flag=True, help="Stop the one that runs in the background.")
@click.pass_context
def up_(context: click.Context, background: bool, stop: bool) -> None:
    """Run the service that stores what devices send, on loopback, until Ctrl+C."""
    workspace = workspace_of(context)
    if stop:
        click.echo("The service is stopped." if service.stop(workspace) else "No service was running.")
    elif service.pid(workspace) is not None:
        click.echo(f"The service is up at {workspace.settings.service} already.")
    elif background:
        click.echo(f"The service is up at {workspace.settings.service} (process {service.start(workspace)}).")
    else:
        approved(workspace)  # so that a refusal is all that is said
        click.echo(f"The service is at {workspace.settings.service}. Ctrl+C stops it.", err=True)
        service.serve(workspace)
