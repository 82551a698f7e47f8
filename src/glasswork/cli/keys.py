"""`glasswork keys`: who keeps the vault's keys."""

from pathlib import Path

import click

from glasswork.cli.common import json_option, print_json, workspace_of

_folder = click.Path(path_type=Path, file_okay=False)
_file = click.Path(path_type=Path, dir_okay=False)


@click.group("keys")
def keys_() -> None:
    """Who keeps the vault's keys: the programs that open it, or a key service of its own."""


@keys_.command("status")
@json_option
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """Where the keys and their root are, and whether they can be had now."""
    from glasswork.api import keys

    found = keys.look(workspace_of(context).vault)
    if as_json:
        print_json(found)
        return
    click.echo(f"keys:      {found.place}\nroot key:  {found.root}\nwitnesses: {found.witnesses}")
    click.echo(f"demanded:  {', '.join(found.demanded) or 'none: the log signature alone is asked for'}")


@keys_.command("serve")
@click.argument("folder", type=_folder)
@click.option("--socket", type=_file, required=True, help="Where to answer; its folder is made for this alone.")
@click.option("--log", type=_folder, required=True, help="The audit log's folder (vault/log), to read decisions in.")
@click.option("--log-key", required=True, help="The audit log's public key, as `glasswork doctor` shows it.")
@click.option("--user", multiple=True, help="Another user who may ask: the vault's. May be given again.")
def serve(folder: Path, socket: Path, log: Path, log_key: str, user: tuple[str, ...]) -> None:
    """Run the key service of the key ring in FOLDER, made where there is none, until Ctrl+C."""
    from glasswork.api import keys

    def ready() -> None:
        click.echo(f"The key service answers at {socket}. Ctrl+C stops it.", err=True)

    keys.serve(folder, log=log, log_key=log_key, socket=socket, users=user, ready=ready)


@keys_.command("use")
@click.argument("socket", type=_file)
@click.option("--user", required=True, help="The user that the key service runs as; nobody else is believed.")
@click.pass_context
def use(context: click.Context, socket: Path, user: str) -> None:
    """Have this workspace's vault ask the key service at SOCKET from now on."""
    from glasswork.api import keys

    keys.use(workspace_of(context).vault, socket, user)
    click.echo("The vault asks the key service from now on.")


@keys_.command("policy")
@click.argument("folder", type=_folder)
@click.argument("bundle", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def policy(folder: Path, bundle: Path) -> None:
    """Tell the key service in FOLDER the policy in force: keys are given out under this one, and kept as it says."""
    from glasswork.api import keys

    click.echo(f"The key service goes by the policy {keys.take_policy(folder, bundle)}.")


@keys_.command("witnesses")
@click.argument("folder", type=_folder)
@click.option("--add", metavar="VKEY", default="", help="Demand the cosignature of this witness, or of another here.")
@click.option("--remove", metavar="NAME", default="", help="Believe this witness no more.")
def witnesses(folder: Path, add: str, remove: str) -> None:
    """The witnesses of the key service in FOLDER: it gives no key before one of them has seen the decision."""
    from glasswork.api import keys

    found = keys.witnesses(folder, add=add, remove=remove)
    for one in found:
        click.echo(one)
    if not found:
        click.echo("None: the signature of the log is enough, and whoever has the log's key can make one.", err=True)


@keys_.command("clock")
@click.argument("folder", type=_folder)
@click.option("--confirm", is_flag=True, help="The computer's date is true, though far ahead of the last one seen.")
def clock(folder: Path, confirm: bool) -> None:
    """The day of the key service in FOLDER, which never goes back."""
    from glasswork.api import keys

    click.echo(f"the key service's day: {keys.clock(folder, confirm=confirm)}")


@keys_.command("kms")
@click.argument("folder", type=_folder)
@click.argument("key")
@click.option("--region", required=True, help="The region of the KMS key.")
@click.option("--endpoint", default="", help="Another address than AWS's own.")
def kms(folder: Path, key: str, region: str, endpoint: str) -> None:
    """Have AWS KMS seal the root of a key ring that is still to be made in FOLDER; KEY is an ARN or an alias."""
    from glasswork.vault import kms

    kms.choose(folder, key, region, endpoint)
    click.echo("The root key will be sealed by KMS when the key ring is made, and never lie here in plain.")
