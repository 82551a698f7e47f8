"""`glasswork import`: somebody else's recording, through every stage, to a data set of your own."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from glasswork.cli.common import folder_of, json_option, passphrase, print_json
from glasswork.cli.summary import Summary, stages

if TYPE_CHECKING:
    from glasswork.api.importing import Imported

NEVER_READ = (
    "Host names, hardware and account ids, absolute paths, task names and screenshots in them are never read. "
    "What each format says and does not say: docs/recordings.md."
)


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--basis", default="", help="Why you may use this recording; it goes into the provenance.")
@click.option("--name", default="imported", show_default=True, help="The data set to build of it.")
@click.option("--columns", default="", help="Of an event log: time=COL,app=COL[,action=COL][,element=COL][,case=COL].")
@click.option("--dry-run", is_flag=True, help="Say what would come of it, and store nothing.")
@click.option("--list", "list_formats", is_flag=True, help="Explain the formats that can be read.")
@json_option
@click.pass_context
def import_(
    context: click.Context,
    path: Path | None,
    basis: str,
    name: str,
    columns: str,
    dry_run: bool,
    list_formats: bool,
    as_json: bool,
) -> None:
    """Take in somebody else's recording, redacted and reduced like your own, and build a data set of it.

    What is imported is of scope `self`: it goes only to you. Without a workspace, one of your own is made.
    """
    from glasswork.api import building, importing, workspace

    if list_formats:
        _explain(importing.formats(), as_json)
        return
    if path is None:
        raise click.UsageError("Name the recording: glasswork import PATH --basis TEXT")
    folder = folder_of(context)
    named = _columns(columns, importing.COLUMNS)
    if dry_run:
        preview = importing.preview(path, columns=named)
        print_json(preview) if as_json else _foretell(preview)
        return
    importing.check_basis(basis)
    importing.find(path, named)  # a wrong path should not leave a new workspace behind
    if not (folder / "workspace.json").exists():
        own = workspace.create(folder)
        click.echo(f"Made a workspace of your own in {folder}.", err=True)
    else:
        own = workspace.load(folder)
    runs: list[str] = []
    with stages(quiet=as_json) as tell:
        imported = importing.import_recording(
            own,
            path,
            basis=basis,
            columns=named,
            runs=runs,
            progress=lambda step, done: tell(step, done, 0),
            ask=passphrase,
        )
        built = None
        if imported.actions:
            built = building.build(own, name, private=True, out=building.free_folder(own, name), progress=tell)
    summary = Summary(
        raw=imported.raw,
        actions=imported.actions,
        episodes=built.episodes if built else 0,
        examples=built.examples if built else 0,
        sealed_bytes=imported.sealed_bytes,
        leaks=building.leaks(own, runs),
        dataset=str(built.dataset) if built else "none",
    )
    if as_json:
        print_json({"import": imported, "build": built, "summary": summary})
        return
    _tell(imported)
    if built is None:
        click.echo("Nothing in it was done by a person, so there is nothing to build a data set of.")
    else:
        click.echo("The data set holds everything imported and sent here so far.")
        if not built.episodes:
            click.echo("It has no episodes: what was imported says what was in front, not what was done.")
    click.echo(summary.line("import"))


def _columns(text: str, known: tuple[str, ...]) -> dict[str, str] | None:
    """The columns by what they tell; None where none are named. Raises UsageError."""
    if not text:
        return None
    named = {told.strip(): column.strip() for told, _, column in (part.partition("=") for part in text.split(","))}
    if named.keys() - set(known) or not all(named.values()):
        raise click.UsageError(f"--columns wants NAME=COLUMN, with commas between; the names are {', '.join(known)}.")
    return named


def _explain(formats: dict[str, str], as_json: bool) -> None:
    if as_json:
        print_json(formats)
        return
    for name, about in formats.items():
        click.echo(click.wrap_text(about, 110, f"{name:<15}", " " * 15))
    click.echo("\n" + click.wrap_text(NEVER_READ, 110))


def _tell(imported: "Imported") -> None:
    if imported.unreadable:
        click.echo(f"{imported.unreadable} lines could not be read; they were passed over and the rest was kept.")
    click.echo(
        f"{imported.format}, {_sessions(imported)}: {imported.suppressed} of {imported.raw} raw events were suppressed "
        f"(those of secret fields are not counted); {imported.passed_over} say nothing of an action."
    )
    _tell_faults(imported)


def _foretell(preview: "Imported") -> None:
    click.echo(
        f"{preview.format}, {_sessions(preview)}: {preview.raw} raw events would become {preview.actions} actions. "
        f"{preview.suppressed} of them would be suppressed (those of secret fields are not counted); "
        f"{preview.unreadable} cannot be read and {preview.passed_over} say nothing of an action. Nothing was stored."
    )
    _tell_faults(preview)
    for kind, count in preview.kinds.items():
        click.echo(f"{count:8}  {kind}")


def _tell_faults(imported: "Imported") -> None:
    """Which rows of a log were taken, which were set aside and why, and what else was odd."""

    def counted(names: list[str]) -> str:
        return ", ".join(f"{name} {imported.faults[name]}" for name in names)

    aside = list(imported.aside)
    odd = [name for name in imported.faults if name not in aside]
    if imported.taken or aside:
        click.echo(f"Rows of the log: {imported.taken} taken, set aside: {counted(aside) or 'none'}.")
    if odd:
        click.echo(f"Noted: {counted(odd)}.")


def _sessions(imported: "Imported") -> str:
    return "1 session" if imported.sessions == 1 else f"{imported.sessions} sessions"
