"""The part of `glasswork policy …` that is about people: hand-over, election, role claims, who opted out."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import click

from glasswork.api import quorum
from glasswork.api import workspace as workspaces
from glasswork.cli.common import workspace_of
from glasswork.policy import SignerRole, unpack
from glasswork.policy.claims import claim
from glasswork.policy.election import merge, open_ballot, vote
from glasswork.policy.keys import load_key
from glasswork.policy.statements import canonical

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
OUT = click.Path(path_type=Path, dir_okay=False)
ROLE = click.Choice([role.value for role in SignerRole])
KEY = click.option("--key", "key_file", type=FILE, required=True)


@click.command("hand-over")
@click.argument("bundle", type=FILE)
@click.option("--role", type=ROLE, required=True)
@click.option("--key", "key_file", type=FILE, required=True, help="The outgoing holder's key, or their recovery key.")
@click.option("--before", type=FILE, help="The signed policy before; without it, the one in force in the workspace.")
@click.pass_context
def hand_over(context: click.Context, bundle: Path, role: str, key_file: Path, before: Path | None) -> None:
    """Give your role to the holder that a new policy names. Nobody else can; with the recovery key if yours is gone."""
    known = before.read_bytes() if before else workspaces.signed_bundle(workspace_of(context))
    signed = quorum.add_handover(bundle.read_bytes(), unpack(known)[0].policy, SignerRole(role), load_key(key_file))
    bundle.write_bytes(signed)
    click.echo(f"Handed over: {role}. The policy still needs the signatures of its whole quorum.")


@click.group()
def elect() -> None:
    """Elect the worker representative where there is no council: open, vote, count, attach."""


@elect.command("open")
@click.argument("ballot", type=OUT)
@click.option("--programme", required=True, help="What the delegate is to stand for.")
@click.option("--delegate", required=True, help="Their public key, from `glasswork policy key`.")
@click.option("--roll", type=FILE, required=True, help="One device key of each participant, one a line.")
def open_(ballot: Path, programme: str, delegate: str, roll: Path) -> None:
    """Write a ballot without votes."""
    made = open_ballot(programme, delegate, roll.read_text(encoding="utf-8").split(), held=_today())
    ballot.write_text(canonical(made), encoding="utf-8")
    click.echo(f"{ballot}: {len(made.roll)} on the roll, so {len(made.roll) // 2 + 1} votes elect.")


@elect.command("vote")
@click.argument("ballot", type=FILE)
@KEY
def vote_(ballot: Path, key_file: Path) -> None:
    """Vote for the delegate of a ballot, with your device's key. Not to vote is to vote against."""
    ballot.write_text(canonical(vote(quorum.read_ballot(ballot), load_key(key_file))), encoding="utf-8")
    click.echo("Your vote is in the file. Send it back to whoever counts.")


@elect.command("count")
@click.argument("ballots", type=FILE, nargs=-1, required=True)
@click.option("--out", type=OUT, required=True, help="The record with all their votes.")
def count_(ballots: tuple[Path, ...], out: Path) -> None:
    """Put the votes of several copies together, and print what the policy names as `elected` if they are enough."""
    record = merge(map(quorum.read_ballot, ballots))
    out.write_text(canonical(record), encoding="utf-8")
    click.echo(f"{len(record.votes)} of {len(record.roll)} voted for the delegate.")
    click.echo(f'elected = "{quorum.count(record)}"')


@elect.command("attach")
@click.argument("bundle", type=FILE)
@click.argument("record", type=FILE)
def attach(bundle: Path, record: Path) -> None:
    """Put the record of the election into the signed file whose policy names it."""
    bundle.write_bytes(quorum.add_election(bundle.read_bytes(), quorum.read_ballot(record)))
    click.echo("The record of the election is with the policy.")


@click.command("claim")
@click.argument("out", type=OUT)
@click.option("--participant", required=True)
@click.option("--role", "roles", multiple=True, help="A role that they have; none is a statement too. Repeatable.")
@KEY
def claim_(out: Path, participant: str, roles: tuple[str, ...], key_file: Path) -> None:
    """Sign, as the directory, which roles a participant has: for `roles.json` in their device's folder."""
    out.write_text(canonical(claim(participant, roles, load_key(key_file), today=_today())), encoding="utf-8")
    click.echo(f"{out}: good for 31 days.")


@click.command("opted-out")
@KEY
@click.pass_context
def opted_out(context: click.Context, key_file: Path) -> None:
    """Who takes no part: for the privacy officer, whose own key alone opens it."""
    from glasswork.api import participation

    for name in participation.opted_out(workspace_of(context), key_file):
        click.echo(name)


def _today() -> date:
    return datetime.now(UTC).date()


COMMANDS: Final = (hand_over, elect, claim_, opted_out)
