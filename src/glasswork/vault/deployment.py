"""Where a vault's keys are: with this process, or with the key service that `keys/service.json` names."""

import os
from pathlib import Path
from typing import Final

import msgspec

from glasswork.govern.cosigners import WITNESSES, read_witnesses
from glasswork.govern.tiles import replace_durably
from glasswork.vault import kms
from glasswork.vault.errors import KeysUnusable
from glasswork.vault.ring import RING_FILE
from glasswork.vault.root import ROOT_FILE

FILE: Final = "service.json"


class KeyService(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key service on this host: the path of its socket, and the user id that it runs as."""

    socket: str
    user: int


def chosen(folder: Path) -> KeyService | None:
    """The key service of the vault with this key folder; None where it has its keys itself. Raises KeysUnusable."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=KeyService)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError):
        raise KeysUnusable(
            "keys/service.json cannot be read, so it is not known who keeps this vault's keys, and nothing can be "
            "opened. Write it anew with `glasswork keys use`."
        ) from None


def choose(folder: Path, service: KeyService) -> None:
    """Have this vault ask a key service from now on. Raises KeysUnusable where a key ring still lies in `folder`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_a_ring(folder)
    replace_durably(folder / FILE, msgspec.json.encode(service))


def refuse_a_ring(folder: Path) -> None:
    """Raise KeysUnusable where a key ring lies in the folder of a vault that is to have none."""
    if any((folder / name).exists() for name in (ROOT_FILE, RING_FILE)):
        raise KeysUnusable(
            "A key ring lies in the vault's own key folder, though a key service is to keep the keys: both would be "
            "read by whoever reads the vault. Move root.key and keyring.sqlite3 into the key service's folder, copy "
            "clock.json there, then try again."
        )


def limits(vault: Path | None = None) -> list[str]:
    """What the vault in this folder does not protect against, in plain sentences; by default, a new one.

    Raises KeysUnusable, WitnessUnusable.
    """
    folder = None if vault is None else vault / "keys"
    service = None if folder is None else chosen(folder)
    if service is None:
        where = (
            "The key service runs on this host, inside the programs that use it: an administrator of this computer can "
            "read keys/root.key, and with it everything that is stored here."
        )
    elif service.user == os.geteuid():
        where = (
            "The key service is a process of its own, but runs as the user of the vault: whoever is that user can "
            "read the key ring. Give it a user of its own."
        )
    else:
        where = (
            "The key service is a process and a user of its own: the vault's user cannot read the key ring, and gets "
            "a key only for a decision in the audit log. Root on the key service's host can."
        )
    if service is None and folder is not None and kms.settings(folder) is not None:
        where += " The root key is sealed by AWS KMS: a copy of the folder opens nothing, this computer still does."
    witnesses = () if vault is None else read_witnesses(vault / WITNESSES)
    witness = (
        f"{len(witnesses)} witnesses see the audit log, and nothing is opened before the first has signed. They hold "
        "against an administrator only if they run on hosts of others."
        if witnesses
        else "No witness on another host sees the audit log, so an administrator could replace the whole of it."
    )
    disk = (
        "A destroyed root key is overwritten in place. On flash storage or a copy-on-write file system the old bytes "
        "may survive until the device reuses them; use full-disk encryption."
    )
    return [where, witness, disk]
