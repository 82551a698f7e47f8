"""`glasswork build` and `glasswork release`: data sets, and the gate that they leave through."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from glasswork.cli.common import json_option, print_json, workspace_of
from glasswork.cli.summary import stages

if TYPE_CHECKING:
    from glasswork.api.building import Stages

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command("build")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("--recipe", is_flag=True, help="Each NAME is a file with a recipe, which names its data set.")
@click.option("--private", is_flag=True, help="Of your own work, and written in plain for you alone.")
@click.option("--out", type=FOLDER, help="Where a private build is written (default: private/NAME in the workspace).")
@json_option
@click.pass_context
def build_(
    context: click.Context, names: tuple[str, ...], recipe: bool, private: bool, out: Path | None, as_json: bool
) -> None:
    """Make the data set NAME of everything that was sent. Without --private it stays ciphertext in the vault.

    With --recipe, a recipe says what is taken, how it is split and what for: `glasswork build --recipe office.toml`.
    """
    from glasswork.api import building
    from glasswork.assemble.decontamination import NONE
    from glasswork.assemble.errors import RecipeRefused
    from glasswork.assemble.recipe import Recipe
    from glasswork.assemble.recipe_file import read

    if out is not None and not private:
        raise click.UsageError("--out goes with --private: anything else leaves the vault through `glasswork release`.")
    if len(names) > 1 and (out is not None or as_json):
        raise click.UsageError("--out and --json go with one data set.")
    made = [read(Path(name)) if recipe else (Recipe(name=name), NONE) for name in names]
    workspace, refused = workspace_of(context), None
    for own, tasks in made:  # all of them are read before the first is built
        try:
            with stages(quiet=as_json) as tell:
                built = building.build(
                    workspace, own.name, private=private, out=out, progress=tell, recipe=own, tasks=tasks
                )
        except RecipeRefused as error:  # the others may be built
            refused = error
            click.echo(f"{own.name}: {error}", err=True)
            continue
        print_json(built) if as_json else _tell(built)
    if refused is not None:
        context.exit(refused.exit_code)


def _tell(built: "Stages") -> None:
    click.echo(
        f"{built.name}: {built.batches} batches admitted ({built.quarantined} quarantined), {built.actions} actions, "
        f"{built.episodes} episodes, {built.examples} examples"
    )
    for reason, count in built.dropped.items():
        click.echo(f"  {count} episodes dropped: {reason}")
    for part, balance in built.balance.parts.items():
        spreads = {
            "apps": balance.apps,
            "roles": balance.roles,
            "commands": balance.commands,
            "lengths": balance.lengths,
            "outcomes": balance.outcomes,
        }
        click.echo(f"  {part}: {balance.examples} examples, {balance.steps} steps, {balance.families} families")
        for what, spread in spreads.items():
            most = sorted(spread.counts.items(), key=lambda item: (-item[1], item[0]))[:4]
            if most:
                words = ", ".join(f"{word} {count}" for word, count in most)
                click.echo(f"    {what}: {len(spread.counts)} (evenness {spread.evenness:.2f}): {words}")
    for given in built.balance.influence:
        click.echo(f"  {given.people} people gave {given.share:.0%}")
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
