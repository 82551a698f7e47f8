"""The audit log of a workspace: verify it, prove an entry, compare checkpoints, choose witnesses, let it expire."""

from itertools import pairwise
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from glasswork.api import workspace as workspaces
from glasswork.api.errors import NotThere
from glasswork.api.workspace import Workspace, write_private
from glasswork.device.send.views import Views
from glasswork.govern import merkle
from glasswork.govern.choice import CHANGED, named_witnesses
from glasswork.govern.cosigners import WITNESSES, WitnessAt, checked, read_witnesses
from glasswork.govern.entries import WitnessesChosen, encode
from glasswork.govern.errors import LogAltered
from glasswork.govern.log import CHECKPOINT, Log, tree_of
from glasswork.govern.note import LARGEST, log_verifier, read_checkpoint, vkey
from glasswork.govern.proof import make_proof
from glasswork.govern.verify import Report, verify_log, verify_since
from glasswork.policy.keys import load_key


def verify(workspace: Workspace, *, full: bool = False) -> Report:
    """Verify the log: what is new since the last time, or with `full` (and the first time) all of it.

    What is found good is remembered in the workspace, so that a log that is cut back or rewritten later shows.
    """
    remembered = workspace.folder / "audit" / CHECKPOINT
    kept = remembered.read_bytes() if remembered.exists() else None
    trusted = [one.verifier for one in witnesses(workspace)]
    key = public_key(workspace)
    newest = checkpoint(workspace)
    if full or kept is None:
        report = verify_log(_log(workspace), key, remembered=kept, witnesses=trusted)
    else:
        report = verify_since(_log(workspace), key, kept, witnesses=trusted)
    if report.root and not are_named(workspace):  # without a root, the log cannot even be read
        report = msgspec.structs.replace(report, problems=(CHANGED, *report.problems))
    if report.ok and read_checkpoint(newest, key).size <= report.size:
        write_private(remembered, newest)
    return report


def checkpoint(workspace: Workspace) -> bytes:
    """The newest checkpoint: keep one where nobody who runs the vault can reach it. Raises LogAltered."""
    try:
        return (_log(workspace) / CHECKPOINT).read_bytes()[:LARGEST]
    except FileNotFoundError:
        raise LogAltered("There is no audit log here, or its checkpoint was removed. Restore it.") from None


def prove(workspace: Workspace, index: int) -> bytes:
    """The proof that entry `index` is in the log (`.tlog-proof`). Raises NotThere if there is no such entry."""
    try:
        return make_proof(_log(workspace), public_key(workspace), index)
    except ValueError:
        raise NotThere(f"The audit log has no entry {index}, so there is nothing to prove.") from None


def compare(one: bytes, other: bytes, key: Ed25519PublicKey, log: Path | None) -> str:
    """Whether what two people were shown is of one log: each a checkpoint, or the `log-views.json` that a device keeps.

    Returns "same" or "extends". The log in the folder `log`, if it is given and long enough, shows whether the longest
    extends the others. Raises LogAltered with what it means where they contradict each other: all are signed, so one
    log lied; NotThere where nothing here can tell.
    """
    shown = sorted(
        (read_checkpoint(note, key) for note in (*_notes(one), *_notes(other))), key=lambda found: found.size
    )
    for short, long in pairwise(shown):
        if short.size == long.size and short.root != long.root:
            raise LogAltered(
                f"A split view: the log's key signed two different logs of {short.size} entries. Keep both "
                "checkpoints: together they prove it, to anybody who has the log's public key."
            )
    longest = shown[-1].size
    if shown[0].size == longest:
        return "same"
    size = 0 if log is None else read_checkpoint((log / CHECKPOINT).read_bytes()[:LARGEST], key).size
    if log is None or size < longest:
        raise NotThere(
            "The checkpoints have different sizes, and no log here is as long as the longer one, so nothing can be "
            "said. Give the log's folder, or compare checkpoints of the same size."
        )
    tree = tree_of(log, size)
    if any(merkle.root(tree, one.size) != one.root for one in shown):
        raise LogAltered(
            "A split view: at least one of the checkpoints is of another log than the one in this folder, and the "
            "log's key signed both. Keep both checkpoints, and the folder."
        )
    return "extends"


def witnesses(workspace: Workspace) -> tuple[WitnessAt, ...]:
    """The witnesses that the log is shown to. Raises WitnessUnusable if the list cannot be read."""
    return read_witnesses(workspace.vault / WITNESSES)


def are_named(workspace: Workspace) -> bool:
    """Whether these witnesses are those that the log itself names. Raises LogAltered, WitnessUnusable."""
    return {one.vkey for one in witnesses(workspace)} == set(named_witnesses(_log(workspace), public_key(workspace)))


def add_witness(workspace: Workspace, witness_vkey: str, url: str) -> tuple[WitnessAt, ...]:
    """Show the log to one more witness from now on, once it has cosigned what there is. The choice is in the log.

    Raises NotAVerifier, WitnessUnusable, LogUnavailable where it does not answer, LogAltered where it contradicts.
    """
    new = WitnessAt(witness_vkey, url)
    good = checked([*witnesses(workspace), new])
    Log(_log(workspace), load_key(workspace.vault / "keys" / "log.key"), [new]).publish()
    return _choose(workspace, good)


def remove_witness(workspace: Workspace, name: str) -> tuple[WitnessAt, ...]:
    """Show the log to one witness less from now on. The choice is in the log. Raises NotThere."""
    now = witnesses(workspace)
    good = tuple(one for one in now if one.verifier.name != name)
    if good == now:
        raise NotThere(f"The audit log has no witness named {name}. Nothing was changed.")
    return _choose(workspace, good)


def prune(workspace: Workspace, days: int) -> int:
    """Remove the log's entries that are older than `days` (at least 365). Returns how many went. Proofs still hold."""
    from glasswork.govern.prune import prune

    with workspaces.open_vault(workspace) as vault:
        return prune(vault.log, _log(workspace), vault.today(), days)


def public_key(workspace: Workspace) -> Ed25519PublicKey:
    """The key that verifies the log's checkpoints: keep it elsewhere too."""
    return load_key(workspace.vault / "keys" / "log.key").public_key()


def log_vkey(workspace: Workspace) -> str:
    """The verifier key of the log: what a witness must know to watch it."""
    return vkey(log_verifier(public_key(workspace)))


def _choose(workspace: Workspace, good: tuple[WitnessAt, ...]) -> tuple[WitnessAt, ...]:
    """Enter a choice in the log, then in the file.

    Where the file is not what the log names (it was removed, or this was killed in between), it can only be made so
    again: then nothing is entered.
    """
    if are_named(workspace):
        with workspaces.open_vault(workspace) as vault:
            entry = WitnessesChosen(day=vault.today(), witnesses=tuple(one.vkey for one in good))
            vault.log.append(encode(entry))
    else:
        named = set(named_witnesses(_log(workspace), public_key(workspace)))
        before, after = ({one.vkey for one in those} ^ named for those in (witnesses(workspace), good))
        if not after < before:
            raise LogAltered(CHANGED)
    write_private(workspace.vault / WITNESSES, msgspec.json.format(msgspec.json.encode(good), indent=1) + b"\n")
    return good


def _notes(kept: bytes) -> list[bytes]:
    """The checkpoints in what somebody kept: one alone, or all that a device was shown."""
    if not kept.startswith(b"{"):
        return [kept]
    try:
        found = msgspec.json.decode(kept, type=Views)
    except msgspec.DecodeError:
        raise NotThere("What a device kept of the log cannot be read, so there is nothing to compare.") from None
    notes = [note.encode() for note in (*found.notes, found.against) if note]
    if not notes:
        raise NotThere("This device was shown no checkpoint yet, so there is nothing to compare.")
    return notes


def _log(workspace: Workspace) -> Path:
    return workspace.vault / "log"
