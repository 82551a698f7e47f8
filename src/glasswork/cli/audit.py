"""`glasswork audit …`: the audit log of this workspace. Ends with 65 where something was altered."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glasswork.cli.common import workspace_of

if TYPE_CHECKING:
    from glasswork.govern.verify import Report

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group("audit")
def audit_() -> None:
    """The audit log: who was given what, for which purpose, and that nobody changed it since."""


@audit_.command()
@click.option("--full", is_flag=True, help="Read the whole log again, not only what is new.")
@click.pass_context
def verify(context: click.Context, full: bool) -> None:
    """Is the log as it was signed, and what it was when it was last verified here?"""
    from glasswork.api import audit

    report = audit.verify(workspace_of(context), full=full)
    print_report(report)
    if not audit.witnesses(workspace_of(context)):
        click.echo("No witness sees this log: an administrator could replace the whole of it. Keep a checkpoint.")
    sys.exit(0 if report.ok else 65)


@audit_.command()
@click.pass_context
def checkpoint(context: click.Context) -> None:
    """Print the newest checkpoint, to keep where nobody who runs the vault can reach it."""
    from glasswork.api import audit

    click.echo(audit.checkpoint(workspace_of(context)), nl=False)


@audit_.command()
@click.argument("index", type=click.IntRange(min=0))
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Default: INDEX.tlog-proof.")
@click.pass_context
def prove(context: click.Context, index: int, output: Path | None) -> None:
    """Write the proof that entry INDEX is in the log. `glasswork verify proof` checks it, anywhere."""
    from glasswork.api import audit
    from glasswork.policy.keys import public_text

    output = output or Path(f"{index}.tlog-proof")
    workspace = workspace_of(context)
    output.write_bytes(audit.prove(workspace, index))
    click.echo(
        f"Anybody can check it: glasswork verify proof {output} --key {public_text(audit.public_key(workspace))}"
    )


@audit_.command()
@click.argument("one", type=FILE)
@click.argument("other", type=FILE)
@click.option("--key", help="The log's public key (default: this workspace's).")
@click.option("--log", type=click.Path(path_type=Path, file_okay=False), help="The log's folder (default: as above).")
@click.pass_context
def compare(context: click.Context, one: Path, other: Path, key: str | None, log: Path | None) -> None:
    """Were two people shown one log? ONE and OTHER are checkpoints that they kept, or a device's log-views.json."""
    from glasswork.api import audit
    from glasswork.policy.keys import key_of_text

    if key is None:
        workspace = workspace_of(context)
        public, log = audit.public_key(workspace), log or workspace.vault / "log"
    else:
        public = key_of_text(key)
    found = audit.compare(one.read_bytes(), other.read_bytes(), public, log)
    click.echo("one log: the checkpoints are the same" if found == "same" else "one log: the longer extends the other")


@audit_.command()
@click.option("--add", nargs=2, metavar="VKEY URL", help="Show the log to one more witness.")
@click.option("--remove", metavar="NAME", help="Show it to one witness less. That it is so stands in the log.")
@click.pass_context
def witnesses(context: click.Context, add: tuple[str, str] | None, remove: str | None) -> None:
    """Who sees the log grow. Where there are any, nothing is opened before one of them has cosigned."""
    from glasswork.api import audit

    workspace = workspace_of(context)
    if add:
        audit.add_witness(workspace, *add)
    if remove:
        audit.remove_witness(workspace, remove)
    for one in audit.witnesses(workspace):
        click.echo(f"{one.url}  {one.vkey}")
    click.echo(f"A witness watches this log by: glasswork witness watch FOLDER {audit.log_vkey(workspace)}")


@audit_.command()
@click.option("--keep", type=click.IntRange(min=365), required=True, help="For how many days entries are kept.")
@click.pass_context
def prune(context: click.Context, keep: int) -> None:
    """Remove entries that are older than the log is to be kept. Their hashes stay, and every proof holds."""
    from glasswork.api import audit

    click.echo(f"{audit.prune(workspace_of(context), keep)} entries removed")


def print_report(report: "Report") -> None:
    """What a verification found, for a person."""
    for problem in report.problems:
        click.echo(problem, err=True)
    click.echo(f"{'verified' if report.ok else 'NOT verified'}: {report.size} entries, root {report.root or '-'}")
    if report.ok and report.since:
        click.echo(f"looked at: the {report.size - report.since} entries since it was last verified, and that nothing")
        click.echo("before them changed (--full reads all of them again)")
    for name, time in sorted(report.cosigned.items()):
        click.echo(f"cosigned by {name} up to entry {report.witnessed}, {time:%Y-%m-%d %H:%M} UTC")
