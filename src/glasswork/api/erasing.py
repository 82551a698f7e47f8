"""Erase and review: a person's data to their end, with proof, and the incidents of admission."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from glasswork.api.errors import NotThere
from glasswork.api.workspace import Workspace, open_vault, role_key
from glasswork.govern.decide import Session, SessionRole
from glasswork.policy import SignerRole
from glasswork.redteam.canaries import Search
from glasswork.schema.words import Scope, Zone
from glasswork.vault import Closing, Erased, Incident, close_incident, erase, list_incidents, names_of, retention


class Proof(msgspec.Struct, frozen=True):
    """What was looked for after an erasure and where: `found` places of `names` in `files` of `size` bytes in all."""

    names: int
    files: int
    size: int
    found: int


class Clock(msgspec.Struct, frozen=True):
    """The vault's day, and of each zone the first day that has not expired."""

    day: date
    first: dict[str, date]


def erase_participant(
    workspace: Workspace, participant: str = "", *, certificate: Path | None = None, prove: bool = False
) -> tuple[Erased, Proof | None]:
    """Erase a participant (the workspace's own by default) at the vault, and write the certificate to a file.

    With `prove`, every byte of the vault is searched afterwards for all that named them, in every encoding and in
    compressed streams. Erasing somebody else takes the privacy officer's key (KeyUnusable). Raises NotEnrolled.
    """
    whose = participant or workspace.settings.participant
    session = _session(workspace, whose)
    with open_vault(workspace) as vault:
        names = names_of(vault, whose) if prove else []
        erased = erase(vault, whose, session)
    if certificate is not None:
        certificate.write_bytes(msgspec.json.format(msgspec.json.encode(erased.certificate)) + b"\n")
    return erased, _searched(workspace.vault, names) if prove else None


def incidents(workspace: Workspace, *, closed: bool = False) -> list[Incident]:
    """The incidents of admission that are open (with `closed`, all). Raises govern's Refused."""
    with open_vault(workspace) as vault:
        return list_incidents(vault, _reviewer(workspace), closed=closed)


def incident(workspace: Workspace, name: str) -> Incident:
    """One incident, by its id or the beginning of it. Raises NotThere."""
    found = [one for one in incidents(workspace, closed=True) if name and one.id.startswith(name)]
    if len(found) != 1:
        raise NotThere(
            "No incident, or more than one, has an id that begins so. `glasswork incident list --all` shows them."
        )
    return found[0]


def close(workspace: Workspace, name: str, closing: Closing) -> Incident:
    """Close an incident. Raises NoIncident, NotThere."""
    chosen = incident(workspace, name)
    with open_vault(workspace) as vault:
        return close_incident(vault, chosen.id, closing, _reviewer(workspace))


def clock(workspace: Workspace, *, confirm: bool = False) -> Clock:
    """The vault's clock. With `confirm`, the system's day is believed although it lies far ahead of the last.

    Raises ClockLeapt where it lies so far ahead and was not confirmed.
    """
    with open_vault(workspace) as vault:
        if confirm:
            retention.confirm(vault.keys, datetime.now(UTC).date())
        return Clock(vault.today(), {zone: vault.first_day(zone) for zone in Zone})


def _searched(folder: Path, names: Sequence[str]) -> Proof:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return Proof(
        names=len(names),
        files=len(files),
        size=sum(path.stat().st_size for path in files),
        found=len(set(Search(names).folder(folder))),
    )


def _session(workspace: Workspace, participant: str) -> Session:
    """The person's own session, or the privacy officer's for somebody else, whose key must lie here."""
    if participant == workspace.settings.participant:
        return Session(participant, SessionRole.OWNER, Zone.ACTIONS)
    role_key(workspace, SignerRole.PRIVACY_OFFICER)
    return Session("privacy officer", SessionRole.PRIVACY_OFFICER, Zone.ACTIONS)


def _reviewer(workspace: Workspace) -> Session:
    with open_vault(workspace) as vault:
        own = vault.approved.policy.scope is Scope.SELF
    return _session(workspace, workspace.settings.participant if own else "")
