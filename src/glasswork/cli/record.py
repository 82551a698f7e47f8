"""`glasswork record`, `status`, `pause`, `resume` and `forget`: the recorder, in its participant's hands."""

import click

from glasswork.cli.common import json_option, passphrase, print_json, workspace_of


@click.command("record")
@click.pass_context
def record_(context: click.Context) -> None:
    """Record this desktop until Ctrl+C. The indicator shows what happens; a click on it pauses."""
    from glasswork.api import held, recording
    from glasswork.device.errors import HoldKeyGone

    workspace = workspace_of(context)
    try:
        recording.record(workspace, passphrase)
    except HoldKeyGone as gone:
        click.echo(str(gone), err=True)
        click.confirm("Start a new hold?", abort=True, err=True)
        held.renew(workspace)
        recording.record(workspace, passphrase)


@click.command("status")
@json_option
@click.pass_context
def status_(context: click.Context, as_json: bool) -> None:
    """What the recorder does now, and what is held."""
    from glasswork.api import recording, service

    workspace = workspace_of(context)
    status = recording.status(workspace, passphrase)
    up = service.is_up(workspace)
    if as_json:
        print_json({"recorder": status, "service": workspace.settings.service, "service_up": up})
        return
    click.echo(f"recorder  {status.state}" + (f": {status.reason}" if status.reason else ""))
    click.echo(f"held      {status.held_actions} actions")
    click.echo(f"recorded  {status.raw} raw events, {status.suppressed} suppressed, {status.lost} lost")
    click.echo(f"service   {workspace.settings.service} {'is up' if up else 'is not up'}")


@click.command("pause")
@click.pass_context
def pause_(context: click.Context) -> None:
    """Stop recording at once, for as long as you like. Nobody is told, and nothing shows it later."""
    from glasswork.api import recording

    recording.pause(workspace_of(context))
    click.echo("Paused. `glasswork resume` goes on.")


@click.command("resume")
@click.pass_context
def resume_(context: click.Context) -> None:
    """Go on recording."""
    from glasswork.api import recording

    recording.resume(workspace_of(context))
    click.echo("Recording, as soon as the indicator is seen.")


@click.command("forget")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), required=True, help="How far back.")
@click.pass_context
def forget_(context: click.Context, minutes: float) -> None:
    """Delete what was recorded in the last minutes and not sent yet."""
    from glasswork.api import recording

    click.echo(f"{recording.forget(workspace_of(context), minutes, passphrase)} actions deleted.")
