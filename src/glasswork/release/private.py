"""Private builds: a person's own data set, in plain, for that person alone."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.assemble.lineage import built_from
from glasswork.assemble.load import is_private, partitions
from glasswork.documents.cards import render
from glasswork.documents.facts import facts
from glasswork.govern.decide import Session
from glasswork.redteam.report import Report, Verdict
from glasswork.redteam.suite import run
from glasswork.release.errors import ReleaseRefused
from glasswork.release.write import Released, publish
from glasswork.vault.handle import Vault, name_in_log


def build_private(
    vault: Vault, name: str, out: Path, session: Session, *, key: Ed25519PrivateKey, report: Report | None = None
) -> Released:
    """Write the owner's private build `name` in plain to the folder `out`, signed with `key`.

    The session is the owner's, in the zone `datasets`; the policy must allow `personal_use`. The format is that of a
    release; the card says that it is private. `report` is made here where there is none. Raises ReleaseRefused where
    the session is not an owner's or an attack finds content in the data, and what opening them raises.
    """
    if not is_private(session):
        raise ReleaseRefused(
            ["A private build goes to the owner of the data only, and this session is none of theirs."]
        )
    report = report or run(vault, name, session)
    approved = vault.approved
    lineage = built_from(vault, name, session)
    records = (record for _, own in partitions(vault, name, session) for record in own)
    true = facts(name, records, approved.policy, approved.hash, report, lineage)
    if not report.private or report.content != true.contents.content:
        raise ReleaseRefused(["The attack report is about other data: something was rebuilt or erased since."])
    if report.verdict is not Verdict.PASS:
        failed = " ".join(f"{one.attack}: {one.reason}" for one in report.findings if one.verdict is not Verdict.PASS)
        raise ReleaseRefused([f"The attack report does not pass. {failed}"])
    people = (name_in_log(vault, session.principal),)
    parts = partitions(vault, name, session)
    return publish(vault, name, out, parts, render(true), report, session, people=people, key=key, lineage=lineage)
