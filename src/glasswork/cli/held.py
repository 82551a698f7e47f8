"""`glasswork review`, `send` and `sent`: what is held on this device, and what has left it."""

import html
from pathlib import Path

import click

from glasswork.cli.common import json_option, passphrase, print_json, table, workspace_of


@click.command("review")
@click.option(
    "--drop", "dropped", type=int, multiple=True, metavar="ID", help="Delete this record instead of sending it."
)
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False), help="Write it as a page.")
@json_option
@click.pass_context
def review_(context: click.Context, dropped: tuple[int, ...], page: Path | None, as_json: bool) -> None:
    """Read what is held, exactly as it would leave, and delete of it what you like."""
    from glasswork.api import held
    from glasswork.device.hold.words import words

    workspace = workspace_of(context)
    if dropped:
        click.echo(f"{held.drop(workspace, dropped, passphrase)} actions deleted.")
        return
    review = held.review(workspace, passphrase)
    if as_json:
        print_json([{"id": record.id, "day": record.day, "held": record.held} for record in review.records])
        return
    if review.damaged:
        click.echo(
            f"{review.damaged} records are damaged and cannot be read or sent; they expire like the others.", err=True
        )
    told = [(record.id, record.day, [words(item) for item in record.held]) for record in review.records]
    if page:
        page.write_text(_page(told), encoding="utf-8")
        click.echo(f"Written to {page}.")
        return
    for number, day, said in told:
        click.echo(f"record {number}, {day}")
        for line in said:
            click.echo(f"  {line}")
    if not told:
        click.echo("Nothing is held.")


@click.command("send")
@json_option
@click.pass_context
def send_(context: click.Context, as_json: bool) -> None:
    """Seal what is held and send it to your service. What cannot be sent now waits, for seven days at most."""
    from glasswork.api import held
    from glasswork.cli.summary import stages

    with stages(quiet=as_json) as tell:
        done = held.send(workspace_of(context), passphrase, tell)
    print_json(done) if as_json else click.echo(
        f"Sent {done.actions} actions in {done.batches} sealed batches ({done.bytes} bytes). {done.pending} wait."
    )


@click.command("sent")
@click.option("--yesterday", is_flag=True, help="Of yesterday's work only.")
@json_option
@click.pass_context
def sent_(context: click.Context, yesterday: bool, as_json: bool) -> None:
    """What was sent, by the day of the work."""
    from datetime import date, timedelta

    from glasswork.api import held

    days = held.sent(workspace_of(context))
    if yesterday:
        wanted = (date.today() - timedelta(days=1)).isoformat()
        days = [day for day in days if day.day == wanted]
    if as_json:
        print_json(days)
    elif days:
        table(
            [(day.day, str(day.batches), str(day.actions), str(day.bytes)) for day in days],
            ("day", "batches", "actions", "bytes"),
        )
    else:
        click.echo("Nothing was sent.")


def _page(records: list[tuple[int, str, list[str]]]) -> str:
    """One page without script or outside resource. Its words come from closed vocabularies; they are escaped anyway."""
    blocks = "".join(
        f"<section><h2>{html.escape(day)}, record {number}</h2><ol>"
        + "".join(f"<li>{html.escape(line)}</li>" for line in said)
        + "</ol></section>"
        for number, day, said in records
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>What is held</title>'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;"
        "color-scheme:light dark}h2{font-size:1rem}</style><h1>What is held</h1>"
        "<p>Exactly this would leave your device, sealed, and nothing else. "
        f"Delete a record: <code>glasswork review --drop NUMBER</code></p>{blocks or '<p>Nothing.</p>'}</html>"
    )
