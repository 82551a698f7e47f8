"""What the commands share: finding the workspace, and printing for a person or for a program."""

import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from glasswork.api import workspace as workspaces
from glasswork.api.workspace import Workspace

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")


def folder_of(context: click.Context) -> Path:
    """The folder that --workspace or the environment names."""
    return context.find_root().obj or workspaces.default_folder()


def workspace_of(context: click.Context) -> Workspace:
    """The workspace there. Raises WorkspaceError."""
    return workspaces.load(folder_of(context))


def print_json(value: Any) -> None:
    """One JSON object on standard output."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=1).decode())


def table(rows: list[tuple[str, ...]], head: tuple[str, ...]) -> None:
    """A plain table, as wide as its columns."""
    from rich.console import Console
    from rich.table import Table

    made = Table(*head, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        made.add_row(*row)
    Console(soft_wrap=True).print(made)


def write_for_owner(file: Path, data: bytes) -> None:
    """Write a file that only its owner can read, from its first byte on."""
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_bytes(data)


def passphrase() -> str:
    """Ask for the hold's passphrase, which nothing shows and nothing keeps; "" where nobody can be asked."""
    if not sys.stdin.isatty():
        return ""
    return click.prompt("Passphrase of the hold", hide_input=True, default="", show_default=False)
