"""`glasswork policy …`: the agreement as a person meets it. No key ever leaves the machine of its signer."""

from datetime import UTC, datetime
from pathlib import Path

import click

from glasswork.api import workspace as workspaces
from glasswork.cli.common import folder_of, json_option, print_json, workspace_of
from glasswork.policy import SignerRole, compare, compile, notice, pack, sign, unpack
from glasswork.policy.keys import load_key, new_key, public_text
from glasswork.policy.model import App, Policy, Site
from glasswork.schema.words import AppCategory

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


@policy_.group()
def allow() -> None:
    """Add a program or a site to a policy of your own, and sign it. Shows what that changes, and asks."""


CATEGORY = click.Choice([category.value for category in AppCategory])
TYPING = click.option("--keys", is_flag=True, help="Typing may be recorded there, as lengths without the text.")
YES = click.option("--yes", is_flag=True, help="Do not ask.")


@allow.command("app")
@click.argument("name")
@click.option("--executable", "executables", multiple=True, help="A name of its program; default: NAME. Repeatable.")
@click.option("--category", type=CATEGORY, default="other", show_default=True)
@TYPING
@YES
@click.pass_context
def allow_app(
    context: click.Context, name: str, executables: tuple[str, ...], category: str, keys: bool, yes: bool
) -> None:
    """Let a program be recorded: `allow app gedit --category editor --keys`."""
    app = App(id=name, executables=executables or (name,), category=AppCategory(category), keys=keys)
    _allow(context, app, yes=yes)


@allow.command("site")
@click.argument("host")
@click.option("--category", type=CATEGORY, default="other", show_default=True)
@TYPING
@YES
@click.pass_context
def allow_site(context: click.Context, host: str, category: str, keys: bool, yes: bool) -> None:
    """Let a web site be recorded in a listed browser: `allow site orders.example.org`."""
    _allow(context, Site(host=host.casefold(), category=AppCategory(category), keys=keys), yes=yes)


def _allow(context: click.Context, addition: App | Site, *, yes: bool) -> None:
    from glasswork.api import allowing

    workspace = workspace_of(context)
    proposal = allowing.propose(workspace, addition)
    for change in proposal.changes:
        click.echo(f"{change.kind}: {change.what}")
    if not yes:
        click.confirm("Sign this as the owner, and take it into use?", abort=True)
    taken = allowing.take(workspace, proposal)
    click.echo(f"In force: version {taken.policy.epoch}. A recorder that runs takes it in when it is started anew.")


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
