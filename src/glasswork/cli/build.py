"""`glasswork build` and `glasswork release`: data sets, and the gate that they leave through."""

from pathlib import Path

import click

from glasswork.cli.common import json_option, print_json, workspace_of
from glasswork.cli.summary import stages

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command("build")
@click.argument("name")
@click.option("--private", is_flag=True, help="Of your own work, and written in plain for you alone.")
@click.option("--out", type=FOLDER, help="Where a private build is written (default: private/NAME in the workspace).")
@json_option
@click.pass_context
def build_(context: click.Context, name: str, private: bool, out: Path | None, as_json: bool) -> None:
    """Make the data set NAME of everything that was sent. Without --private it stays ciphertext in the vault."""
    from glasswork.api import building

    if out is not None and not private:
        raise click.UsageError("--out goes with --private: anything else leaves the vault through `glasswork release`.")
    with stages(quiet=as_json) as tell:
        built = building.build(workspace_of(context), name, private=private, out=out, progress=tell)
    if as_json:
        print_json(built)
        return
    click.echo(
        f"{built.name}: {built.batches} batches admitted ({built.quarantined} quarantined), {built.actions} actions, "
        f"{built.episodes} episodes, {built.examples} examples"
    )
    for reason, count in built.refused.items():
        click.echo(f"  {count} episodes make no example: {reason}")
    if built.dataset:
        click.echo(f"In plain, for you alone: {built.dataset}")


@click.command("release")
@click.argument("name")
@click.option("--papers", type=FOLDER, help="The folder with the attack report, the card and the approvals.")
@click.option("--approve", metavar="ROLE", help="Add this role's approval to the papers.")
@click.option("--key", type=FILE, help="The key to approve with; without it, the role's key in the workspace.")
@click.option("--out", type=FOLDER, help="Release into this folder.")
@json_option
@click.pass_context
def release_(
    context: click.Context,
    name: str,
    papers: Path | None,
    approve: str | None,
    key: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Attack and describe the built data set NAME, approve that, and release it.

    With --papers alone the papers are made: the attacks run and the card is written. Each role of the quorum reads
    them and adds its --approve. With --out the gate is asked, and names every reason if it refuses.
    """
    from glasswork.api import building
    from glasswork.api.workspace import role_key
    from glasswork.policy import SignerRole
    from glasswork.policy.keys import load_key

    workspace = workspace_of(context)
    if approve:
        if papers is None or approve not in set(SignerRole):
            raise click.UsageError(f"--approve takes --papers and a role: {', '.join(SignerRole)}.")
        role = SignerRole(approve)
        building.approve_release(workspace, papers, role, load_key(key) if key else role_key(workspace, role))
        click.echo(f"Approved as {approve}.")
    elif out is not None:
        released = building.release(workspace, name, out, papers)
        print_json(released) if as_json else click.echo(f"{released.examples} examples released to {released.folder}")
    elif papers is not None:
        report = building.prepare(workspace, name, papers)
        if as_json:
            print_json(report)
            return
        for finding in report.findings:
            click.echo(f"{finding.attack} {finding.verdict}: {finding.reason}")
        click.echo(f"{report.verdict}. The papers are in {papers}.")
    else:
        raise click.UsageError("Say what to do: --papers FOLDER, --papers FOLDER --approve ROLE, or --out FOLDER.")
