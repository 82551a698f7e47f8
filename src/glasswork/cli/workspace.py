"""`glasswork init`, `doctor` and `uninstall`: the workspace as a whole."""

from pathlib import Path

import click

from glasswork.cli.common import folder_of, json_option, print_json, workspace_of


@click.command("init")
@click.option("--service", default="", help="Where your service listens (loopback only; default: a free port).")
@click.option("--passphrase", is_flag=True, help="Lock what is held with a passphrase: it then survives a restart.")
@click.pass_context
def init_(context: click.Context, service: str, passphrase: bool) -> None:
    """Make a workspace of your own: you sign its policy, and its data go only to you."""
    from glasswork.api import held, workspace

    made = workspace.create(folder_of(context), service=service)
    if passphrase:
        held.lock_with_passphrase(
            made, lambda: click.prompt("A passphrase for the hold", hide_input=True, confirmation_prompt=True)
        )
    policy = workspace.approved(made).policy
    click.echo(f"A workspace of your own is in {made.folder}. It records these programs, and nothing else:")
    for app in policy.apps:
        click.echo(f"  {app.id}" + ("" if app.keys else " (without what is typed)"))
    click.echo(
        "To add a program or a site: glasswork policy allow app NAME, glasswork policy allow site HOST\n"
        "To have less recorded, or for fewer hours: glasswork settings\n"
        "Next: glasswork up --background, glasswork record"
    )


@click.command("doctor")
@json_option
@click.pass_context
def doctor_(context: click.Context, as_json: bool) -> None:
    """What works here, what does not, and what the embedded default does not protect against."""
    from glasswork.api import doctor

    findings = doctor.examine(folder_of(context))
    if as_json:
        print_json(findings)
        return
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ok else 'no  '} {finding.what}: {finding.detail}")
    click.echo("\nLimits:")
    for limit in doctor.limits(folder_of(context)):
        click.echo(f"  {limit}")


@click.command("uninstall")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--keep-sent", type=click.Path(path_type=Path, file_okay=False), help="Move the vault here first.")
@click.pass_context
def uninstall_(context: click.Context, yes: bool, keep_sent: Path | None) -> None:
    """Stop everything and remove the workspace: hold, keys, vault, and what was built in plain.

    What was sent to the vault in this workspace is erased first (its keys end), unless --keep-sent moves it away.
    """
    from glasswork.api import removal

    workspace = workspace_of(context)
    if not yes:
        sent = f"The vault is moved to {keep_sent}." if keep_sent else "What was sent is erased, too."
        click.confirm(f"Remove {workspace.folder} and everything in it? {sent}", abort=True)
    removed = removal.uninstall(workspace, keep_sent=keep_sent)
    click.echo(
        f"Removed {workspace.folder}. {removed.keys} keys were ended. Copies that you made of private builds are "
        "yours, and are not touched. To remove the program: pip uninstall glasswork"
    )
