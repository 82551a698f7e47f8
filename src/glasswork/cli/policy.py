"""`glasswork policy …`: the agreement as a person meets it. No key ever leaves the machine of its signer."""

from datetime import UTC, datetime
from pathlib import Path

import click

from glasswork.api import workspace as workspaces
from glasswork.cli import quorum
from glasswork.cli.access import print_score
from glasswork.cli.common import folder_of, json_option, print_json, workspace_of
from glasswork.policy import (
    Bundle,
    Direction,
    SignerRole,
    compare_bundles,
    pack,
    sign,
    unpack,
    unpack_all,
    verdict,
)
from glasswork.policy.keys import load_key, new_key, new_opening_key, public_text
from glasswork.policy.model import App, Site
from glasswork.schema.words import AppCategory

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
OUT = click.Path(path_type=Path, dir_okay=False)
VERDICTS = {
    Direction.WIDER: "All in all the new policy is wider: it needs a new assessment, and everybody's signature.",
    Direction.NARROWER: "All in all the new policy is narrower: the assessment of the old one stands.",
    Direction.EQUAL: "All in all the new policy lets the same happen as the old one.",
}
ROLE = click.Choice([role.value for role in SignerRole])
ASSESSMENT = click.option("--assessment", type=FILE, help="The impact assessment: refuse a policy that names another.")


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
@ASSESSMENT
@click.option("--against", type=FILE, help="With --growth: the policy before it.")
@click.option("--growth", default="", help="State in the bundle that its access is wider than before, and why.")
def compile_(toml: Path, out: Path, assessment: Path | None, against: Path | None, growth: str) -> None:
    """Compile a policy.toml to a bundle that can be signed, and run the tests of its rules of access."""
    from glasswork.api import access

    bundle = access.compiled(toml, assessment=assessment, against=against, growth=growth)
    out.write_bytes(pack(bundle, ()))
    click.echo(f"{out}: hash {bundle.hash}, {len(bundle.capabilities)} capabilities, not signed")


@policy_.command("key")
@click.argument("file", type=OUT)
@click.option("--opening", is_flag=True, help="One that opens what is sealed to it: the policy's `opt_out_key`.")
def key_(file: Path, opening: bool) -> None:
    """Make a signing key of your own and print its public half for the policy's quorum."""
    click.echo(public_text(new_opening_key(file) if opening else new_key(file)))


@policy_.command("sign")
@click.argument("bundle", type=FILE)
@click.option("--role", type=ROLE, required=True)
@click.option("--key", "key_file", type=FILE, help="Your key; without it, the one in the workspace.")
@ASSESSMENT
@click.pass_context
def sign_(context: click.Context, bundle: Path, role: str, key_file: Path | None, assessment: Path | None) -> None:
    """Add your signature to a bundle, after showing what it would change here.

    Refused where a clause of its rules of access could be dropped without a test that notices, where access grows
    and the bundle does not say so, or where it names no impact assessment.
    """
    from glasswork.api import access

    made, signatures, handovers, election = unpack_all(bundle.read_bytes())
    before = _in_force(context)
    _print_changes(before, made)
    access.check_signable(before, made, assessment=assessment)
    signer = SignerRole(role)
    key = load_key(key_file) if key_file else workspaces.role_key(workspace_of(context), signer)
    kept = [signature for signature in signatures if signature.role != signer]
    bundle.write_bytes(pack(made, [*kept, sign(made, signer, key, now=datetime.now(UTC))], handovers, election))
    click.echo(f"Signed {made.hash} as {role}.")


@policy_.command("test")
@click.argument("policy", type=FILE)
@json_option
@click.pass_context
def test_(context: click.Context, policy: Path, as_json: bool) -> None:
    """Run the tests of a policy's rules of access, on the rules and on every change of them.

    POLICY is a policy.toml (with its rules beside it) or a bundle. Each rule and clause is dropped, and flipped, in
    turn; the tests must notice each change, unless no request could. Ends with 65 where they do not.
    """
    from glasswork.api import access

    score = access.test(policy)
    if as_json:
        print_json(score)
    else:
        print_score(score)
    context.exit(65 if score.failed or score.survivors else 0)


@policy_.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@json_option
@click.pass_context
def diff(context: click.Context, old: Path, new: Path, as_json: bool) -> None:
    """What a new policy would add or take away, in plain words (policy.toml files or bundles).

    Ends with 0 where nothing is wider, and with 1 where something is: it then needs a new assessment.
    """
    from glasswork.api import policies

    changes = policies.diff(old, new)
    all_in_all = verdict(changes)
    if as_json:
        print_json({"verdict": all_in_all, "changes": changes})
    else:
        for change in changes:
            click.echo(f"{change.kind}: {change.what}")
        click.echo(VERDICTS[all_in_all])
    context.exit(1 if all_in_all is Direction.WIDER else 0)


@policy_.command()
@click.argument("bundle", type=FILE)
@click.pass_context
def accept(context: click.Context, bundle: Path) -> None:
    """Take a signed bundle into use here."""
    approved = workspaces.accept(workspace_of(context), bundle.read_bytes())
    click.echo(f"In force: {approved.policy.name}, epoch {approved.policy.epoch}, hash {approved.hash}")


for command in quorum.COMMANDS:
    policy_.add_command(command)


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
@click.option("--acknowledge", is_flag=True, help="I have read it: record by this policy, once I resume.")
@click.pass_context
def notice_(context: click.Context, acknowledge: bool) -> None:
    """What is recorded and what never is, in words, from the policy in force."""
    from glasswork.api import policies

    workspace = workspace_of(context)
    click.echo(policies.shown(workspace), nl=False)
    if acknowledge:
        policies.acknowledge(workspace)


def _in_force(context: click.Context) -> Bundle | None:
    folder = folder_of(context)
    if not (folder / "workspace.json").exists():
        return None
    return unpack(workspaces.signed_bundle(workspaces.load(folder)))[0]


def _print_changes(old: Bundle | None, new: Bundle) -> None:
    for change in compare_bundles(old, new) if old else ():
        click.echo(f"{change.kind}: {change.what}")
