"""`glasswork settings`: what a participant takes away from the signed policy on this device."""

import click

from glasswork.cli.common import json_option, print_json, table, workspace_of

COUNTS = "It counts from the next start of the recorder, or the next resume after a pause."
SOURCES = {"policy": "the policy", "fleet": "this fleet's settings", "you": "you"}


@click.group("settings", invoke_without_command=True)
@json_option
@click.pass_context
def settings_(context: click.Context, as_json: bool) -> None:
    """What is in force here and who said so; `set` and `unset` narrow it (never widen)."""
    if context.invoked_subcommand is not None:
        return
    from glasswork.api import settings

    found = settings.show(workspace_of(context))
    if as_json:
        print_json(found)
        return
    table([(one.key, _text(one.value), SOURCES[one.source]) for one in found], ("setting", "in force", "said by"))


@settings_.command("set")
@click.argument("key")
@click.argument("value")
@click.pass_context
def set_(context: click.Context, key: str, value: str) -> None:
    """Take something away: `set apps editor,files`, `set keys ""`, `set budget.cpu_percent 2`."""
    from glasswork.api import settings

    settings.change(workspace_of(context), key, value)
    click.echo(COUNTS)


@settings_.command("unset")
@click.argument("key")
@click.pass_context
def unset(context: click.Context, key: str) -> None:
    """Take a setting of your own back: the policy's value counts again."""
    from glasswork.api import settings

    settings.change(workspace_of(context), key, None)
    click.echo(COUNTS)


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value) or "none"  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
