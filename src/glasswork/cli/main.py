"""The entry point: the table of commands, loaded when called, and the way errors reach a person."""

import importlib
import sys
from pathlib import Path

import click

from glasswork import __version__
from glasswork.schema.errors import GlassworkError

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("workspace", "Make a workspace of your own: key, policy, vault, this device."),
    "up": ("service", "Run the service that stores what devices send."),
    "record": ("record", "Record this desktop until Ctrl+C, with the indicator."),
    "status": ("record", "What the recorder does now, and what is held and stored."),
    "now": ("record", "What would be recorded now, for the window in front."),
    "pause": ("record", "Stop recording at once, without a limit or a reason."),
    "resume": ("record", "Go on recording."),
    "forget": ("record", "Delete the last minutes of what is held."),
    "opt-out": ("participation", "Take no part: nothing is recorded or taken from you."),
    "opt-in": ("participation", "Take part again."),
    "review": ("held", "See what is held, exactly as it would leave, and decide about it."),
    "task": ("held", "Name what you did, and say which way was the better."),
    "send": ("held", "Seal what is held and send it."),
    "sent": ("held", "What was sent, by day."),
    "import": ("importing", "Take in somebody else's recording, redacted like your own."),
    "browser": ("browser", "Connect browsers to the recorder: install, remove, status."),
    "policy": ("policy", "The agreement: show, check, compile, sign, diff, accept, explain."),
    "access": ("access", "Who could open what: every cell that can be reached; approve a promotion."),
    "settings": ("settings", "What counts here and who said so; narrow it for yourself."),
    "build": ("build", "Make a data set of what was sent."),
    "episodes": ("episodes", "The tasks found in your own work: list, show as a timeline, reword."),
    "evaluate": ("evaluate", "What a data set teaches: how well it foretells the next action."),
    "render": ("render", "Draw the screens of an episode, from their structure alone."),
    "release": ("build", "The last gate: attacked, documented, approved, or refused."),
    "erase": ("erase", "End everything of a person's that was sent, with a certificate; --prove looks for them."),
    "retention": ("erase", "The vault's clock and what has expired; --confirm a date far ahead."),
    "incident": ("incident", "What admission would not take or cut: list, show, close."),
    "keys": ("keys", "Who keeps the vault's keys: status, serve, use, kms, policy, witnesses, clock."),
    "redact": ("redact", "Redact what comes in on standard input; --explain says why."),
    "gazetteer": ("redact", "Names of people, clients and projects that count as content: add, list, remove."),
    "audit": ("audit", "The audit log: verify it, prove an entry, compare checkpoints, choose witnesses."),
    "witness": ("witness", "Be a witness of other people's audit logs: a small program with its own key."),
    "verify": ("verify", "Check logs, cards, documents and releases, offline."),
    "demo": ("demonstrate", "The whole path, with a scripted worker."),
    "doctor": ("workspace", "What works here, what does not, and the limits."),
    "uninstall": ("workspace", "Stop everything and remove the workspace."),
}
"""Each command: the module in this package that has it, and its line in the help."""


class Commands(click.Group):
    """A group that imports a command's module when the command is called, and not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"glasswork.cli.{COMMANDS[cmd_name][0]}")
        return getattr(module, f"{cmd_name.replace('-', '_')}_")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--workspace", type=click.Path(path_type=Path, file_okay=False), help="The workspace's folder.")
@click.version_option(__version__, package_name="glasswork")
@click.pass_context
def cli(context: click.Context, workspace: Path | None) -> None:
    """Turn everyday computer work into training data, without its content and in agreement.

    Start with `glasswork demo`, or with `glasswork init` on your own desktop.
    """
    context.obj = workspace


def main() -> None:
    """Run the command line and end the process with an exit code of docs/cli.md."""
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted. What was good is kept.", err=True)
        code = 130
    except GlassworkError as error:
        click.echo(f"glasswork: {error}", err=True)
        code = error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except OSError as error:
        click.echo(
            f"glasswork: A file or folder could not be read or written ({error.strerror}), so the step was not done. "
            "What was acknowledged before is safe. Make room, or check who may write the workspace, and try again.",
            err=True,
        )
        code = 73
    except Exception as error:
        # A traceback may show recorded content in its lines of code or message, so it is never printed.
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "?"
        click.echo(
            f"glasswork: something went wrong that should not ({type(error).__name__} at {where}). Nothing more was "
            "done. Please report this line; it has no content of yours in it.",
            err=True,
        )
        code = 1
    sys.exit(code if isinstance(code, int) else 0)
