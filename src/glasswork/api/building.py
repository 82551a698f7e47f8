"""Build, release, verify: from what was sent to a data set, to the owner's own copy of it, and to the last gate."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.api.errors import NotThere
from glasswork.api.participation import heeded
from glasswork.api.workspace import Workspace, approved, open_vault
from glasswork.assemble.balance import Balance
from glasswork.assemble.building import build as assemble
from glasswork.assemble.decontamination import NONE, Tasks
from glasswork.assemble.load import dataset
from glasswork.assemble.recipe import Recipe
from glasswork.documents.cards import Card, card, render
from glasswork.documents.facts import Facts
from glasswork.govern.approvals import approve
from glasswork.govern.decide import Session, SessionRole
from glasswork.policy import SignerRole
from glasswork.policy.keys import load_key, new_key
from glasswork.policy.signatures import Signature
from glasswork.redteam.canaries import Search
from glasswork.redteam.report import Report
from glasswork.redteam.suite import run as attack
from glasswork.refine.job import run as refine
from glasswork.release.errors import ReleaseRefused
from glasswork.release.gate import candidate, lacking
from glasswork.release.manifest import CARD, REPORT
from glasswork.release.private import build_private
from glasswork.release.public import release as release_public
from glasswork.release.write import Released
from glasswork.schema.errors import FormatError
from glasswork.schema.words import Scope, Zone
from glasswork.vault import admit, expire

APPROVALS = "approvals.json"
Decoded = TypeVar("Decoded")
Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, how much of it is done, and how much there is (0 where that is not known)."""


class Stages(msgspec.Struct, frozen=True):
    """What a build did at each stage. `dropped` counts the episodes that are in no example, by reason."""

    name: str
    batches: int
    admitted: int
    quarantined: int
    actions: int
    suppressed: int
    episodes: int
    examples: int
    dropped: dict[str, int]
    balance: Balance
    dataset: Path | None = None


def build(
    workspace: Workspace,
    name: str,
    *,
    private: bool,
    out: Path | None = None,
    progress: Progress | None = None,
    recipe: Recipe | None = None,
    tasks: Tasks = NONE,
) -> Stages:
    """End what has expired, admit what was sent, refine it, and assemble the data set `name`.

    It stays ciphertext in the vault. With `private` it is of the owner's own episodes, and is written in plain to `out`
    (default: `private/NAME` in the workspace). `recipe` and `tasks` are those of a file (`assemble.recipe_file.read`);
    without them all episodes are taken. Raises NotThere where nothing was sent, and what the stages raise.
    """
    tell = progress or _tell_nobody
    owner = workspace.settings.participant
    with open_vault(workspace) as vault:
        expire(vault, datetime.now(UTC))
        acts_for = owner if vault.approved.policy.scope is Scope.SELF else ""
        job = _job("admit", Zone.ACTIONS, acts_for)
        with heeded(workspace, vault):
            admitted = admit(vault, job, lambda done, total: tell("admit", done, total))
        refined = refine(vault, _job("refine", Zone.ACTIONS, acts_for), lambda done: tell("refine", done, 0))
        if not refined.partitions:
            raise NotThere(
                "Nothing was sent to this vault, so there is nothing to build of. Record and `glasswork send`, or "
                "`glasswork import` a recording."
            )
        job = _job("assemble", Zone.EPISODES, acts_for)
        maker = Session(owner, SessionRole.OWNER, Zone.EPISODES) if private else job
        built = assemble(vault, maker, name, lambda done: tell("assemble", done, 0), recipe=recipe, tasks=tasks)
        folder = None
        if private:
            tell("attack and write", 0, 1)
            folder = out or workspace.folder / "private" / name
            folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            session = Session(owner, SessionRole.OWNER, Zone.DATASETS)
            build_private(vault, name, folder, session, key=release_key(workspace))
            tell("attack and write", 1, 1)
    return Stages(
        name=name,
        batches=admitted.batches,
        admitted=admitted.actions,
        quarantined=admitted.quarantined,
        actions=refined.actions,
        suppressed=refined.suppressed,
        episodes=refined.episodes,
        examples=built.examples,
        dropped={str(reason): count for reason, count in built.dropped.items()},
        balance=built.balance,
        dataset=folder,
    )


def free_folder(workspace: Workspace, name: str) -> Path:
    """A folder for a private build that is not there yet: `private/NAME`, or with a number behind it."""
    for number in count(1):
        folder = workspace.folder / "private" / (name if number == 1 else f"{name}-{number}")
        if not folder.exists():
            return folder
    raise AssertionError


def leaks(workspace: Workspace, content: Sequence[str]) -> int:
    """In how many places below the workspace any of these strings is found again, in any encoding."""
    return len(set(Search(content).folder(workspace.folder))) if content else 0


def prepare(workspace: Workspace, name: str, papers: Path) -> Report:
    """Attack a built data set, make its card, and write both into the folder `papers` for the board to read.

    Raises ReleaseRefused where the data could not be released whatever the papers say.
    """
    job = _job("release", Zone.DATASETS, "")
    with open_vault(workspace) as vault:
        if reasons := list(lacking(vault.approved.policy, dataset(vault, name, job).people)):
            raise ReleaseRefused(reasons)
        report = attack(vault, name, job)
        made = card(vault, name, job, report)
    papers.mkdir(parents=True, exist_ok=True)
    (papers / REPORT).write_bytes(report.json)
    (papers / CARD).write_bytes(made.json)
    (papers / "CARD.md").write_text(made.markdown, encoding="utf-8")
    (papers / APPROVALS).unlink(missing_ok=True)
    return report


def approve_release(workspace: Workspace, papers: Path, role: SignerRole, key: Ed25519PrivateKey) -> None:
    """Add a role's approval of exactly these papers, under the policy in force, to their folder."""
    report, made, approvals = _read(papers)
    if report is None or made is None:
        raise NotThere(
            f"There is no attack report and card in {papers}, so there is nothing to approve. Make them with "
            "`glasswork release NAME --papers FOLDER`."
        )
    signature = approve(candidate(approved(workspace), report, made), role, key, now=datetime.now(UTC))
    kept = [other for other in approvals if other.role != role]
    (papers / APPROVALS).write_bytes(msgspec.json.encode([*kept, signature]))


def release(workspace: Workspace, name: str, out: Path, papers: Path | None = None) -> Released:
    """The last gate: write the built data set `name` in plain to `out`, with the papers in a folder.

    Raises ReleaseRefused with every reason there is; the refusal stands in the audit log.
    """
    report, made, approvals = _read(papers) if papers else (None, None, ())
    with open_vault(workspace) as vault:
        job = _job("release", Zone.DATASETS, "")
        key = release_key(workspace)
        return release_public(vault, name, out, job, key=key, report=report, card=made, approvals=approvals)


def release_key(workspace: Workspace) -> Ed25519PrivateKey:
    """The key that signs manifests here, made when it is first needed."""
    path = workspace.keys / "release.key"
    return load_key(path) if path.exists() else new_key(path)


def _tell_nobody(stage: str, done: int, total: int) -> None:
    return


def _read(papers: Path) -> tuple[Report | None, Card | None, Sequence[Signature]]:
    try:
        report = _decoded(papers / REPORT, Report)
        facts = _decoded(papers / CARD, Facts)
        approvals = _decoded(papers / APPROVALS, list[Signature])
    except msgspec.DecodeError:
        raise FormatError(
            f"A file in {papers} is not what its name says, so nothing was approved or released. Make the papers "
            "again with `glasswork release NAME --papers FOLDER`."
        ) from None
    return report, None if facts is None else render(facts), approvals or ()


def _decoded(path: Path, kind: type[Decoded]) -> Decoded | None:
    return msgspec.json.decode(path.read_bytes(), type=kind) if path.exists() else None


def _job(name: str, zone: Zone, acts_for: str) -> Session:
    return Session(name, SessionRole.JOB, zone, acts_for)
