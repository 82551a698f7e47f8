"""`glasswork verify …`: for auditors, offline, from files alone. Ends with 65 where something was altered."""

import sys
from pathlib import Path

import click

from glasswork.cli.audit import print_report

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)
KEY = click.option("--key", required=True, help="The public key to check against (44 characters of base64).")
WITNESS = click.option("--witness", multiple=True, help="The verifier key of a witness that you trust (repeatable).")


@click.group("verify")
def verify_() -> None:
    """Check logs, cards, documents and releases, offline."""


@verify_.command()
@click.argument("folder", type=FOLDER)
@KEY
@click.option("--remembered", type=FILE, help="A checkpoint you kept: a log that was cut back shows only against it.")
@WITNESS
def log(folder: Path, key: str, remembered: Path | None, witness: tuple[str, ...]) -> None:
    """Is the audit log in FOLDER whole and as it was signed?"""
    from glasswork.api import verifying

    report = verifying.log(folder, key, remembered, witness)
    print_report(report)
    sys.exit(0 if report.ok else 65)


@verify_.command()
@click.argument("file", type=FILE)
@KEY
@click.option("--entry", type=FILE, help="The entry, where the proof does not carry it.")
@WITNESS
def proof(file: Path, key: str, entry: Path | None, witness: tuple[str, ...]) -> None:
    """Is the entry in the proof FILE (.tlog-proof) in the audit log? Prints the entry."""
    from glasswork.api import verifying

    proven = verifying.proof(file, key, entry, witness)
    click.echo(proven.entry.decode(errors="backslashreplace"))
    seen = "".join(f", cosigned by {name} on {time:%Y-%m-%d}" for name, time in sorted(proven.cosigned.items()))
    click.echo(f"verified: entry {proven.index} of a log of {proven.size} entries{seen}")


@verify_.command()
@click.argument("folder", type=FOLDER)
@KEY
@click.option("--log", "log_folder", type=FOLDER, help="The audit log: was somebody in the release erased since?")
@click.option("--log-key", default="", help="The public key of that log.")
def release(folder: Path, key: str, log_folder: Path | None, log_key: str) -> None:
    """Is the release in FOLDER what was signed: every file, approval and number?

    With --log, it ends with 65 also where the log tells that somebody in it was erased since, or knows no such release.
    """
    from glasswork.api import verifying

    manifest = verifying.release(folder, key)
    kind = "private build" if manifest.private else "release"
    click.echo(f"verified: {kind} {manifest.name}, {len(manifest.files)} files, content {manifest.content}")
    for content in manifest.outdated:
        click.echo(f"it takes the place of {content or 'any earlier one'}: somebody in that was erased")
    if log_folder is not None:
        said = verifying.erased_since(manifest, log_folder, log_key)
        for day in said.erased:
            click.echo(f"FLAGGED: on {day} somebody in this release was erased. Use a later release in its place.")
        if not said.known:
            click.echo("The log knows no such release: it is another log, or has that entry no longer.", err=True)
        sys.exit(65 if said.erased or not said.known else 0)


@verify_.command()
@click.argument("folder", type=FOLDER)
def card(folder: Path) -> None:
    """Does every number of the card in FOLDER follow from the data beside it?"""
    from glasswork.api import verifying

    mismatches = verifying.card(folder)
    for mismatch in mismatches:
        click.echo(f"the card is wrong at {mismatch.where}", err=True)
    click.echo("NOT verified" if mismatches else "verified: every number follows from the data")
    sys.exit(65 if mismatches else 0)


@verify_.command()
@click.argument("certificate", type=FILE)
@KEY
def certificate(certificate: Path, key: str) -> None:
    """Does a CERTIFICATE of erasure stand in the audit log of this key?"""
    from glasswork.api import verifying

    entries = verifying.certificate(certificate, key)
    keys = sum(len(entry.keys) for entry in entries)
    click.echo(f"verified: on {entries[0].day} {keys} keys ended, and with them {entries[0].objects} stored objects")
    for copy in (copy for entry in entries for copy in entry.released):
        click.echo(f"not reached: {copy.words}")


@verify_.command()
@click.argument("bundle", type=FILE)
@click.argument("notice", type=FILE)
def documents(bundle: Path, notice: Path) -> None:
    """Does a NOTICE say what the signed BUNDLE says, word for word?"""
    from glasswork.api import verifying

    same = verifying.documents(bundle, notice)
    click.echo("verified: the notice is the bundle's" if same else "NOT verified: the notice is of another policy")
    sys.exit(0 if same else 65)
