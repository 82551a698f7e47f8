"""`glasswork access …`: what the rules of access let anybody reach."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from glasswork.api import workspace as workspaces
from glasswork.cli.common import json_option, print_json, table, workspace_of
from glasswork.policy import SignerRole, unpack
from glasswork.policy.keys import load_key

if TYPE_CHECKING:
    from glasswork.govern.mutation import Score
    from glasswork.govern.surface import Cell

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group("access")
def access_() -> None:
    """Who could open what, and what for."""


@access_.command()
@click.argument("policy", type=FILE, required=False)
@click.option("--against", type=FILE, help="The policy before: end with 65 where more can be reached than under it.")
@click.option("--allow-growth", type=int, default=0, help="Let this many cells be wider than before.")
@json_option
@click.pass_context
def surface(
    context: click.Context, policy: Path | None, against: Path | None, allow_growth: int, as_json: bool
) -> None:
    """Every cell of data that can be reached, and their number.

    POLICY is a policy.toml or a bundle; without it, the policy in force. A cell is a role, an act, a purpose, a scope,
    whose data, and a zone.
    """
    from glasswork.api import access, policies

    new = policies.read(policy) if policy else unpack(workspaces.signed_bundle(workspace_of(context)))[0]
    old = policies.read(against) if against else None
    cells, wider = access.surface(new), access.wider(old, new) if old else []
    if as_json:
        print_json({"surface": len(cells), "cells": cells, "wider": wider})
    else:
        _print_cells(cells)
        click.echo(f"surface: {len(cells)} cells")
        if old:
            click.echo(f"wider than before: {len(wider)} cells")
            _print_cells(wider)
    if old:
        access.check_growth(old, new, allowed=allow_growth)


@access_.command()
@click.argument("purpose", type=click.Choice(["refine", "assemble"]))
@click.option("--role", type=click.Choice(["privacy_officer", "security_officer"]), required=True)
@click.option("--key", "key_file", type=FILE, help="Your key; without it, the one in the workspace.")
@click.option("--days", type=click.IntRange(1, 90), default=90, show_default=True, help="How long it counts.")
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False), help="Without it, the vault's own.")
@click.pass_context
def promote(
    context: click.Context, purpose: str, role: str, key_file: Path | None, days: int, file: Path | None
) -> None:
    """Approve that what a job makes of others' data goes into the next zone.

    `refine` makes episodes of actions, `assemble` data sets of episodes. Both officers approve, each with their own
    key; it counts for the policy in force and for so many days. Nobody is asked about a person's own data for
    themselves.
    """
    from glasswork.api import access

    workspace, signer = workspace_of(context), SignerRole(role)
    key = load_key(key_file) if key_file else workspaces.role_key(workspace, signer)
    made = access.promote(workspace, purpose, signer, key, days=days, file=file)
    click.echo(
        f"Approved as {role}: {purpose}, from {made.source} to {made.target}, version {made.epoch} of the policy, "
        f"from {made.first}, before {made.end}."
    )


def print_score(score: "Score") -> None:
    """What the tests of rules found, for a person."""
    for failed in score.failed:
        click.echo(f"failed: {failed}")
    for survivor in score.survivors:
        asked = {name: getattr(survivor.request, name) for name in survivor.request.__struct_fields__}
        click.echo(f"not noticed: {survivor.change}")
        click.echo(f"  add to {survivor.expected}: {{ {_inline(asked)} }}")
    for equivalent in score.equivalents:
        click.echo(f"equivalent: {equivalent}")
    click.echo(
        f"mutation score: {score.share:.0%} ({score.killed} of {score.killed + len(score.survivors)} changes noticed, "
        f"{len(score.equivalents)} that no request could notice)"
    )


def _inline(asked: dict[str, object]) -> str:
    """A request as it is written in rules.tests.toml."""
    import json

    import msgspec

    plain = {name: msgspec.to_builtins(value) for name, value in asked.items() if value is not None}
    return ", ".join(f"{name} = {json.dumps(value)}" for name, value in plain.items())


def _print_cells(cells: "list[Cell]") -> None:
    """One line for each role, act, purpose, scope and whose; its zones in the last column."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for cell in cells:
        where = cell.zone if cell.zone == cell.environment else f"{cell.zone} (from {cell.environment})"
        rows.setdefault((cell.role, cell.act, cell.purpose, cell.scope, cell.whose), []).append(where)
    if rows:
        table(
            [(*row, ", ".join(zones)) for row, zones in rows.items()],
            ("role", "act", "purpose", "scope", "whose data", "zones"),
        )
