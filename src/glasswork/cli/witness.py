"""`glasswork witness …`: see that other people's audit logs only grow. On a host of yours, with a key of its own."""

from pathlib import Path

import click

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group("witness")
def witness_() -> None:
    """Be a witness: remember how long a log was, and cosign only what extends it."""


@witness_.command()
@click.argument("folder", type=FOLDER)
@click.option("--name", required=True, help="Like a URL without its scheme: union.example/witness.")
def init(folder: Path, name: str) -> None:
    """Make a witness in FOLDER, with a new key. Prints the verifier key to give to those who keep logs."""
    from glasswork.govern.witness import create_witness

    click.echo(create_witness(folder, name).vkey)


@witness_.command()
@click.argument("folder", type=FOLDER)
@click.argument("vkey")
def watch(folder: Path, vkey: str) -> None:
    """Watch the log whose verifier key is VKEY (`glasswork audit witnesses` prints it)."""
    from glasswork.govern.witness import Witness

    click.echo(f"watches {Witness(folder).watch(vkey)}")


@witness_.command()
@click.argument("folder", type=FOLDER)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="On 127.0.0.1 (default: any free port).")
def serve(folder: Path, port: int) -> None:
    """Answer to logs until interrupted, on this host alone: for other hosts, put it behind your TLS."""
    from glasswork.govern.witness import Witness, run

    run(Witness(folder), port)
