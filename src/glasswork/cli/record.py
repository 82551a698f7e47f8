"""`glasswork record`, `status`, `now`, `pause`, `resume` and `forget`: the recorder, in its participant's hands."""

import click
import msgspec

from glasswork.cli.common import json_option, passphrase, print_json, workspace_of

NETWORK = {True: "metered", False: "not metered", None: "nobody says whether it is metered"}


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
    from glasswork.device import network

    workspace = workspace_of(context)
    status = recording.status(workspace, passphrase)
    up, metered = service.is_up(workspace), network.metered()
    if as_json:
        print_json({"recorder": status, "metered": metered, "service": workspace.settings.service, "service_up": up})
        return
    since = f" since {status.since[11:16]}" if status.since else ""
    click.echo(f"recorder  {status.state}{since}" + (f": {status.reason}" if status.reason else ""))
    click.echo(f"held      {status.held_actions} actions")
    click.echo(f"recorded  {status.raw} raw events, {status.suppressed} suppressed, {status.lost} lost")
    if status.meter:
        click.echo(f"uses      {status.meter.words()}")
    for weakness in status.weaknesses:
        click.echo(f"weakness  {weakness}")
    if status.shortcuts_taken:
        click.echo(f"shortcuts Ctrl+Alt+Shift with {', '.join(status.shortcuts_taken)} cannot be had")
    click.echo(f"network   {NETWORK[metered]}")
    click.echo(f"service   {workspace.settings.service} {'is up' if up else 'is not up'}")


@click.command("now")
@click.option("--watch", is_flag=True, help="Go on telling, whenever it changes, until Ctrl+C.")
@json_option
@click.pass_context
def now_(context: click.Context, watch: bool, as_json: bool) -> None:
    """What would be recorded now: what the policy lets through for the window in front."""
    from glasswork.api import recording

    workspace = workspace_of(context)
    said = ""
    for answer in recording.watch(workspace) if watch else [recording.now(workspace)]:
        if as_json:
            click.echo(msgspec.json.encode(answer).decode())
        elif said != (said := str(answer["words"])):
            click.echo(said)


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
@click.option(
    "--minutes", type=click.FloatRange(min=0, min_open=True), default=5, show_default=True, help="How far back."
)
@click.pass_context
def forget_(context: click.Context, minutes: float) -> None:
    """Delete what was recorded in the last minutes and not sent yet."""
    from glasswork.api import recording

    click.echo(f"{recording.forget(workspace_of(context), minutes, passphrase)} actions deleted.")
