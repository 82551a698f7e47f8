"""`glasswork erase` and `retention`: the end of a person's data, with proof, and the clock that ends everybody's."""

import sys
from pathlib import Path

import click

from glasswork.cli.common import json_option, print_json, workspace_of


@click.command("erase")
@click.argument("participant", required=False, default="")
@click.option("--prove", is_flag=True, help="Search every byte of the vault afterwards for all that named them.")
@click.option(
    "--certificate",
    type=click.Path(path_type=Path, dir_okay=False),
    default="erasure-certificate.json",
    show_default=True,
    help="Where the certificate goes; `glasswork verify certificate` checks it.",
)
@click.option("--yes", is_flag=True, help="Do not ask. There is no way back.")
@json_option
@click.pass_context
def erase_(context: click.Context, participant: str, prove: bool, certificate: Path, yes: bool, as_json: bool) -> None:
    """End everything of yours that was sent: its keys first, then its bytes. Nobody can bring it back.

    PARTICIPANT is somebody else, for whom it takes the privacy officer's key. What was released and what was trained
    on it are beyond reach: each such release is listed by name and day, also in the certificate, and flagged in the
    audit log. What is still held on this device is deleted with `glasswork review`.
    """
    from glasswork.api import erasing

    workspace = workspace_of(context)
    if not yes:
        click.confirm("Erase for good everything that was sent?", abort=True)
    erased, proof = erasing.erase_participant(workspace, participant, certificate=certificate, prove=prove)
    if as_json:
        print_json({"erased": erased, "proof": proof})
    else:
        click.echo(f"Erased: {erased.keys} keys ended, and with them {erased.objects} stored objects.")
        click.echo(f"The certificate is {certificate}: entry {erased.entry} of the audit log.")
        for copy in erased.released:
            click.echo(f"Not reached, and flagged: {copy.words}. What was trained on it is not reached either.")
        if proof is not None:
            click.echo(
                f"Searched {proof.files} files of {proof.size} bytes for {proof.names} names: "
                f"found {proof.found} times."
            )
    sys.exit(0 if proof is None or not proof.found else 65)


@click.command("retention")
@click.option("--confirm", is_flag=True, help="The computer's date is true, though far ahead of the last one seen.")
@json_option
@click.pass_context
def retention_(context: click.Context, confirm: bool, as_json: bool) -> None:
    """The vault's day, and the first day of each zone that has not expired. Neither ever goes back."""
    from glasswork.api import erasing

    clock = erasing.clock(workspace_of(context), confirm=confirm)
    if as_json:
        print_json(clock)
        return
    click.echo(f"the vault's day: {clock.day}")
    for zone, first in clock.first.items():
        click.echo(f"{zone}: nothing from before {first} opens")
