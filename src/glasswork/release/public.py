"""Release: a programme's data set leaves the zone, once everything that the gate asks for is there."""

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.assemble.lineage import Lineage, built_from
from glasswork.assemble.load import dataset, is_private, partitions
from glasswork.documents.cards import Card
from glasswork.govern import entries
from glasswork.govern.decide import Session
from glasswork.govern.errors import Refused
from glasswork.policy.signatures import Signature
from glasswork.redteam.report import Report
from glasswork.release.errors import ReleaseRefused
from glasswork.release.flags import outdated
from glasswork.release.gate import Papers, lacking, unfit, untrue
from glasswork.release.write import Released, publish
from glasswork.vault.access import names_in_log
from glasswork.vault.handle import Vault, note_all


def release(
    vault: Vault,
    name: str,
    out: Path,
    session: Session,
    *,
    key: Ed25519PrivateKey,
    report: Report | None = None,
    card: Card | None = None,
    approvals: Sequence[Signature] = (),
) -> Released:
    """Write the built data set `name` in plain to the folder `out`, signed with `key`.

    `approvals` are the board's signatures of `gate.candidate(report, card)`. Raises ReleaseRefused with every reason
    there is; the refusal stands in the audit log, and the data were not opened where the papers alone refuse it.
    """
    papers = Papers(report, card, tuple(approvals))
    lineage, reasons = _checked(vault, name, session, papers)
    if reasons or report is None or card is None:
        entry = entries.ReleaseRefused(
            day=vault.clock().astimezone(UTC).date(),
            content=report.content if report is not None else "",
            reason=" ".join(reasons),
            policy=vault.approved.hash,
        )
        note_all(vault, [entry])
        raise ReleaseRefused(reasons)
    people = names_in_log(vault, dataset(vault, name, session))
    return publish(
        vault,
        name,
        out,
        partitions(vault, name, session),
        card,
        report,
        session,
        people=people,
        key=key,
        approvals=papers.approvals,
        outdated=outdated(vault.folder / "log", vault.log_key, name),
        lineage=lineage,
    )


def _checked(vault: Vault, name: str, session: Session, papers: Papers) -> tuple[Lineage | None, list[str]]:
    """How it was built, and every reason not to release it. The records are opened where the papers are in order."""
    if is_private(session):
        return None, ["An owner's session sees that person's private build only, which is never released."]
    approved = vault.approved
    people = dataset(vault, name, session).people
    reasons = [*lacking(approved.policy, people), *unfit(approved, papers, vault.clock())]
    if reasons:
        return None, reasons
    try:
        lineage = built_from(vault, name, session)
        records = (record for _, own in partitions(vault, name, session) for record in own)
        return lineage, list(untrue(name, records, people, approved, papers, lineage))
    except Refused as error:
        return None, [str(error)]
