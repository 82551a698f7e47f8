"""`glasswork import`: somebody else's recording, through every stage, to a data set of your own."""

from pathlib import Path

import click

from glasswork.cli.common import folder_of, json_option, print_json
from glasswork.cli.summary import Summary, stages

FORMATS = """\
ducktrack   a folder with events.jsonl (and metadata.json) of DuckTrack: pointer, clicks, scrolls, keys.
            It knows no programs and no fields, so typed runs are told apart by what they look like alone.
agentnet    the same with the siblings of AgentNet/OpenCUA raw recordings: top_window.jsonl, element.jsonl,
            a11y.jsonl. Programs, elements and screens are known; labels survive only if they are interface words.

Host names, hardware ids, absolute paths and task names in their metadata are never read."""


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--basis", default="", help="Why you may use this recording; it goes into the provenance.")
@click.option("--name", default="imported", show_default=True, help="The data set to build of it.")
@click.option("--dry-run", is_flag=True, help="Say what would come of it, and store nothing.")
@click.option("--list", "list_formats", is_flag=True, help="Explain the formats that can be read.")
@json_option
@click.pass_context
def import_(
    context: click.Context, path: Path | None, basis: str, name: str, dry_run: bool, list_formats: bool, as_json: bool
) -> None:
    """Take in somebody else's recording, redacted and reduced like your own, and build a data set of it.

    What is imported is of scope `self`: it goes only to you. Without a workspace, one of your own is made.
    """
    if list_formats:
        click.echo(FORMATS)
        return
    if path is None:
        raise click.UsageError("Name the recording: glasswork import PATH --basis TEXT")
    from glasswork.api import building, importing, workspace

    folder = folder_of(context)
    if dry_run:
        preview = importing.preview(path)
        print_json(preview) if as_json else click.echo(
            f"{preview.format}: {preview.raw} raw events would become {preview.actions} actions; "
            f"{preview.unreadable} lines cannot be read. Nothing was stored."
        )
        return
    importing.check_basis(basis)
    importing.find(path)  # a wrong path should not leave a new workspace behind
    if not (folder / "workspace.json").exists():
        own = workspace.create(folder)
        click.echo(f"Made a workspace of your own in {folder}.", err=True)
    else:
        own = workspace.load(folder)
    runs: list[str] = []
    with stages(quiet=as_json) as tell:
        imported = importing.import_recording(
            own, path, basis=basis, runs=runs, progress=lambda step, done: tell(step, done, 0)
        )
        target = building.free_folder(own, name)
        built = building.build(own, name, private=True, out=target, progress=tell)
    summary = Summary(
        raw=imported.raw,
        actions=imported.actions,
        episodes=built.episodes,
        examples=built.examples,
        sealed_bytes=imported.sealed_bytes,
        leaks=building.leaks(own, runs),
        dataset=str(built.dataset),
    )
    if as_json:
        print_json({"import": imported, "build": built, "summary": summary})
        return
    if imported.unreadable:
        click.echo(f"{imported.unreadable} lines could not be read; they were passed over and the rest was kept.")
    click.echo(
        f"{imported.format}: {imported.suppressed} of {imported.raw} raw events were suppressed. The data set holds "
        f"everything imported and sent here so far."
    )
    click.echo(summary.line("import"))
