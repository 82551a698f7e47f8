"""`glasswork policy …`: the agreement as a person meets it. No key ever leaves the machine of its signer."""

from datetime import UTC, datetime
from pathlib import Path

import click

from glasswork.api import workspace as workspaces
from glasswork.cli.common import folder_of, json_option, print_json, workspace_of
from glasswork.policy import SignerRole, compare, compile, notice, pack, sign, unpack
from glasswork.policy.keys import load_key, new_key, public_text
from glasswork.policy.model import Policy

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
OUT = click.Path(path_type=Path, dir_okay=False)
ROLE = click.Choice([role.value for role in SignerRole])


@click.group("policy")
def policy_() -> None:
    """The agreement: what may be recorded, and who signed it."""


@policy_.command()
@json_option
@click.pass_context
def show(context: click.Context, as_json: bool) -> None:
    """The policy in force here, and every capability it gives."""
    approved = workspaces.approved(workspace_of(context))
    if as_json:
        print_json({"hash": approved.hash, "capabilities": sorted(approved.capabilities), "policy": approved.policy})
        return
    click.echo(f"{approved.policy.name}: epoch {approved.policy.epoch}, {approved.policy.scope}, hash {approved.hash}")
    for capability in sorted(approved.capabilities):
        click.echo(f"  {capability}")


@policy_.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Would the recorder start on this policy? Ends with 78 and one sentence if not."""
    approved = workspaces.approved(workspace_of(context))
    click.echo(f"The policy is signed and in force until {approved.policy.expires:%Y-%m-%d %H:%M} UTC.")


@policy_.command("compile")
@click.argument("toml", type=FILE)
@click.option("--out", type=OUT, required=True, help="The bundle to write, still without signatures.")
def compile_(toml: Path, out: Path) -> None:
    """Compile a policy.toml to a bundle that can be signed."""
    bundle = compile(toml)
    out.write_bytes(pack(bundle, ()))
    click.echo(f"{out}: hash {bundle.hash}, {len(bundle.capabilities)} capabilities, not signed")


@policy_.command("key")
@click.argument("file", type=OUT)
def key_(file: Path) -> None:
    """Make a signing key of your own and print its public half for the policy's quorum."""
    click.echo(public_text(new_key(file)))


@policy_.command("sign")
@click.argument("bundle", type=FILE)
@click.option("--role", type=ROLE, required=True)
@click.option("--key", "key_file", type=FILE, help="Your key; without it, the one in the workspace.")
@click.pass_context
def sign_(context: click.Context, bundle: Path, role: str, key_file: Path | None) -> None:
    """Add your signature to a bundle, after showing what it would change here."""
    made, signatures = unpack(bundle.read_bytes())
    _print_changes(_policy_in_force(context), made.policy)
    signer = SignerRole(role)
    key = load_key(key_file) if key_file else workspaces.role_key(workspace_of(context), signer)
    kept = [signature for signature in signatures if signature.role != signer]
    bundle.write_bytes(pack(made, [*kept, sign(made, signer, key, now=datetime.now(UTC))]))
    click.echo(f"Signed {made.hash} as {role}.")


@policy_.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@json_option
def diff(old: Path, new: Path, as_json: bool) -> None:
    """What a new policy would add or take away, in plain words (policy.toml files or bundles)."""
    changes = compare(_read(old), _read(new))
    if as_json:
        print_json(changes)
        return
    for change in changes or ():
        click.echo(f"{change.kind}: {change.what}")
    if not changes:
        click.echo("equal: nothing is wider or narrower")


@policy_.command()
@click.argument("bundle", type=FILE)
@click.pass_context
def accept(context: click.Context, bundle: Path) -> None:
    """Take a signed bundle into use here."""
    approved = workspaces.accept(workspace_of(context), bundle.read_bytes())
    click.echo(f"In force: {approved.policy.name}, epoch {approved.policy.epoch}, hash {approved.hash}")


@policy_.command("notice")
@click.pass_context
def notice_(context: click.Context) -> None:
    """What is recorded and what never is, in words, from the policy in force."""
    approved = workspaces.approved(workspace_of(context))
    click.echo(notice(approved.policy, approved.hash), nl=False)


def _read(path: Path) -> Policy:
    return compile(path).policy if path.suffix == ".toml" else unpack(path.read_bytes())[0].policy


def _policy_in_force(context: click.Context) -> Policy | None:
    folder = folder_of(context)
    if not (folder / "workspace.json").exists():
        return None
    return unpack(workspaces.signed_bundle(workspaces.load(folder)))[0].policy


def _print_changes(old: Policy | None, new: Policy) -> None:
    for change in compare(old, new) if old else ():
        click.echo(f"{change.kind}: {change.what}")
