"""`glasswork review`, `task`, `send` and `sent`: what is held on this device, and what has left it."""

import sys
from itertools import groupby

import click

from glasswork.api.workspace import Workspace
from glasswork.cli.common import json_option, passphrase, print_json, table, workspace_of

_SPAN = "A record (12), one action of it (12:3), or from one to another (12:3-14:1)."


@click.command("review")
@click.option("--text", is_flag=True, help="Print it instead of opening the page, as happens where no terminal is.")
@json_option
@click.option("--drop", "dropped", multiple=True, metavar="ID", help=f"Delete for good. {_SPAN}")
@click.option("--withhold", "withheld", multiple=True, metavar="ID", help="Keep these records from being sent.")
@click.option("--release", "released", multiple=True, metavar="ID", help="Let these records be sent again.")
@click.option("--no-open", is_flag=True, help="Do not open the page in a browser.")
@click.pass_context
def review_(
    context: click.Context,
    text: bool,
    as_json: bool,
    dropped: tuple[str, ...],
    withheld: tuple[str, ...],
    released: tuple[str, ...],
    no_open: bool,
) -> None:
    """See what is held, exactly as it would leave, and decide about it: on a page of this device.

    The page is on 127.0.0.1 and opens once, in one browser. It ends with Ctrl+C, or after half an hour without use.
    """
    from glasswork.api import held
    from glasswork.device.hold import parse

    workspace = workspace_of(context)
    if dropped or withheld or released:
        drop, keep, free = ([parse(item) for item in chosen] for chosen in (dropped, withheld, released))
        if drop:
            click.echo(f"{held.drop(workspace, drop, passphrase)} actions deleted.")
        if keep:
            click.echo(f"{held.withhold(workspace, keep, passphrase)} records withheld.")
        if free:
            click.echo(f"{held.withhold(workspace, free, passphrase, withheld=False)} records released.")
    elif text or as_json or not sys.stdout.isatty():
        _print(workspace, as_json=as_json)
    else:
        held.page(workspace, lambda address: _ready(address, open_it=not no_open), passphrase)


@click.command("task")
@click.argument("name", required=False)
@click.argument("span", required=False)
@click.option("--better", type=int, metavar="TASK", help="This was a better way than the others of the same name.")
@click.option("--remove", type=int, metavar="TASK", help="Take the name of this task away; its actions stay.")
@json_option
@click.pass_context
def task_(
    context: click.Context, name: str | None, span: str | None, better: int | None, remove: int | None, as_json: bool
) -> None:
    """Name what you did from one action to another: `glasswork task "file an invoice" 12:3-14:1`. Alone, it lists.

    The name leaves this device with the actions, as you type it. A task that the span overlaps is replaced.
    """
    from glasswork.api import held
    from glasswork.device.hold import Span, parse

    workspace = workspace_of(context)
    if better is not None:
        click.echo(f"Noted: task {better} was the better way to do “{held.prefer(workspace, better, passphrase)}”.")
    elif remove is not None:
        done = held.remove_task(workspace, remove, passphrase)
        click.echo("The name is gone; the actions are still there." if done else "There is no such task.")
    elif name and span:
        task = held.name_task(workspace, name, parse(span), passphrase)
        click.echo(f"Task {task.id} is “{task.name}”. That name leaves this device with its actions.")
    elif name:
        raise click.UsageError("Say also from where to where: glasswork task NAME 12:3-14:1")
    else:
        tasks = held.tasks(workspace, passphrase)
        if as_json:
            print_json(tasks)
        for task in () if as_json else tasks:
            click.echo(f"task {task.id}, {Span(task.first, task.last)}: {task.name}{_preferred(task.preferred)}")


@click.command("send")
@click.option("--by-itself", type=click.Choice(["on", "off"]), help="Let the recorder send, day by day.")
@click.option(
    "--after",
    "hours",
    type=click.IntRange(0, 96),
    default=24,
    show_default=True,
    metavar="HOURS",
    help="By itself: whole days, so long after each has ended.",
)
@json_option
@click.pass_context
def send_(context: click.Context, by_itself: str | None, hours: int, as_json: bool) -> None:
    """Seal what is held and send it to your service. What cannot be sent now waits, for seven days at most."""
    from glasswork.api import held
    from glasswork.cli.summary import stages
    from glasswork.device.send import Choice

    workspace = workspace_of(context)
    if by_itself is not None:
        held.choose(workspace, Choice(by_itself=by_itself == "on", after_hours=hours))
        click.echo(
            f"While the recorder runs, each day is sent by itself, {hours} hours after it has ended."
            if by_itself == "on"
            else "Nothing is sent unless you send it."
        )
        return
    with stages(quiet=as_json) as tell:
        done = held.send(workspace, passphrase, tell)
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


def _print(workspace: Workspace, *, as_json: bool) -> None:
    """Everything held, with the markers with which it would leave."""
    from glasswork.api import held
    from glasswork.device.hold import leaving
    from glasswork.device.hold.words import words

    review, tasks = held.review(workspace, passphrase), held.tasks(workspace, passphrase)
    if as_json:
        print_json(
            [
                {"id": record.id, "day": record.day, "withheld": record.withheld, "held": record.held}
                for record in review.records
            ]
        )
        return
    if review.damaged:
        click.echo(
            f"{review.damaged} records are damaged and cannot be read or sent; they expire like the others.", err=True
        )
    runs = groupby(review.records, key=lambda record: (record.day, record.context))
    lines = [line for _, run in runs for line in leaving(run, tasks)]
    for record, inside in groupby(lines, key=lambda line: line.record):
        click.echo(f"record {record.id}, {record.day}{', withheld' if record.withheld else ''}")
        for line in inside:
            number = f"{line.at[0]}:{line.at[1]}" if line.at else "-"
            click.echo(f"  {number:>7}  {words(line.held)}")
    if not lines:
        click.echo("Nothing is held.")


def _ready(address: str, *, open_it: bool) -> None:
    """Say where the page is. Some browsers let `open` return only when they are closed: it has a thread of its own."""
    import threading
    import webbrowser

    click.echo(f"Your review page, to be opened once, in one browser (Ctrl+C ends it):\n  {address}")
    if open_it:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _preferred(said: str) -> str:
    return "" if said == "none" else f" ({said})"
