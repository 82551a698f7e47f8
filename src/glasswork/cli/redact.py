"""`glasswork redact` and `glasswork gazetteer`: the redactor as a filter, and the names it is given."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from glasswork.cli.common import json_option, passphrase, print_json, workspace_of

_LONGEST_LINE = 1 << 16  # bytes that are read of a line; the redactor suppresses what is over 4 KB
_KIND = click.Choice(["person", "client", "project"])


@click.command("redact")
@click.option("--explain", is_flag=True, help="Below each line, say what was found: columns, kind and rule.")
@click.option("--show", is_flag=True, help="With --explain: mark it in the line itself. In a terminal only.")
@click.option("--names", "with_names", is_flag=True, help="Look for the names of the workspace's gazetteer as well.")
@json_option
@click.pass_context
def redact_(context: click.Context, explain: bool, show: bool, with_names: bool, as_json: bool) -> None:
    """Redact what comes in on standard input, line by line. Nothing is written to disk and nothing is remembered.

    Content becomes its kind: `Mail to <email>`. A line that is too long or fails becomes `<text>`.
    """
    from glasswork.api import redaction

    if show and not sys.stdout.isatty():
        raise click.UsageError("--show prints the content itself, so it works in a terminal only.")
    names = redaction.names(workspace_of(context), passphrase) if with_names else None
    failed = 0
    for line in _lines(sys.stdin.buffer):
        done = redaction.redacted(line, names)
        failed += done.failed
        found = [{"start": f.start + 1, "end": f.end, "kind": f.kind, "rule": f.rule} for f in done.found]
        if as_json:
            _print_line({"text": done.text, "found": found})
            continue
        click.echo(_marked(line, [(f.start, f.end) for f in done.found]) if show else done.text)
        for f in found if explain or show else ():
            click.echo(f"    {f['start']}-{f['end']}  {f['kind']}  {f['rule']}")
    if failed:
        click.echo(f"{failed} lines failed and were suppressed as a whole.", err=True)
        context.exit(70)


@click.group("gazetteer")
def gazetteer_() -> None:
    """Names of people, clients and projects, that the recorder takes for content wherever they stand."""


@gazetteer_.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--kind", type=_KIND, required=True, help="What they are names of.")
@click.pass_context
def add(context: click.Context, file: Path, kind: str) -> None:
    """Add a list: a name a line, or a CSV file. It is kept sealed on this device and goes nowhere."""
    from glasswork.api import redaction
    from glasswork.redact.gazetteer import NameKind

    _tell(redaction.add_names(workspace_of(context), file, NameKind(kind), passphrase), as_json=False)
    click.echo("The file was left as it is; delete it if nobody else needs it.")


@gazetteer_.command("list")
@json_option
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """How many names there are. They themselves are not shown."""
    from glasswork.api import redaction

    _tell(redaction.count_names(workspace_of(context), passphrase), as_json=as_json)


@gazetteer_.command()
@click.option("--kind", type=_KIND, help="Those of one kind only.")
@click.pass_context
def remove(context: click.Context, kind: str | None) -> None:
    """Take the names away, all of them or those of one kind."""
    from glasswork.api import redaction
    from glasswork.redact.gazetteer import NameKind

    chosen = NameKind(kind) if kind else None
    _tell(redaction.remove_names(workspace_of(context), chosen, passphrase), as_json=False)


def _tell(counts: object, *, as_json: bool) -> None:
    import msgspec

    if as_json:
        print_json(counts)
        return
    numbers = msgspec.to_builtins(counts)
    click.echo(f"{numbers['person']} people, {numbers['client']} clients, {numbers['project']} projects")


def _lines(stream: BinaryIO) -> Iterator[str]:
    """The lines of a stream without their ends, in constant memory: of a longer one only the beginning is read."""
    while line := stream.readline(_LONGEST_LINE):
        rest = line
        while not rest.endswith(b"\n") and (rest := stream.readline(_LONGEST_LINE)):
            pass
        yield line.rstrip(b"\r\n").decode("utf-8", "replace")


def _marked(line: str, spans: list[tuple[int, int]]) -> str:
    """The line with its spans in reverse, and with nothing in it that a terminal would obey."""
    inside = {position for start, end in spans for position in range(start, end)}
    shown = (c if c.isprintable() else "\ufffd" for c in line)
    return "".join(click.style(c, reverse=True) if at in inside else c for at, c in enumerate(shown))


def _print_line(value: object) -> None:
    """One JSON object on a line of its own."""
    import msgspec

    click.echo(msgspec.json.encode(value).decode())
