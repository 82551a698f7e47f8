"""An insider with every file of the vault but not the key service: information disclosure, data disclosure.

Control: stored data are noise under keys that another process, of another user, gives out for a logged decision alone.
"""

import os
import subprocess
import zlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from math import log2
from pathlib import Path

import pytest

from glasswork import vault
from glasswork.govern.decide import Session, SessionRole
from glasswork.govern.errors import Refused
from glasswork.policy.purposes import PURPOSES
from glasswork.redteam.canaries import Search
from glasswork.schema.words import Zone
from glasswork.vault import Vault, keys
from glasswork.vault.keys import Logged
from key_service_world import served
from vault_world import ADMIT, all_bytes, batch, enrolled

PLANTED = ("heron", "lantern", "anchor")
READS = {
    (SessionRole.JOB, "refine", Zone.ACTIONS),
    (SessionRole.JOB, "admit", Zone.ACTIONS),
    (SessionRole.PRIVACY_OFFICER, "rights_request", Zone.ACTIONS),
    (SessionRole.PRIVACY_OFFICER, "incident", Zone.ACTIONS),
}
"""Who may open the zone `actions` of a programme, and for what: this and nothing else."""


def filled(handle: Vault) -> None:
    today = datetime.now(UTC).date()
    for person in range(6):
        device = enrolled(handle, f"p-{person}")
        for day in (today, today - timedelta(days=1)):
            vault.receive(handle, device.seal(batch(*["save", "open", "close", "print"] * 40), day))
    vault.admit(handle, ADMIT)


def entropy(data: bytes) -> float:
    """Bits a byte, of the bytes as they are."""
    return -sum(n / len(data) * log2(n / len(data)) for n in Counter(data).values())


def test_every_stored_file_is_noise_from_its_first_byte(tmp_path: Path) -> None:
    with served(tmp_path) as (handle, _):
        filled(handle)
        files = list((tmp_path / "vault/objects/sealed").iterdir())
    data = [file.read_bytes() for file in files]
    assert len(data) == 12
    assert len({one[:8] for one in data}) == len({one[-8:] for one in data}) == 12  # nothing that all begin or end with
    together = b"".join(data)
    assert entropy(together) > 7.95 and len(zlib.compress(together, 9)) >= len(together)
    # marks of six bytes and more: in 240 KB of noise a shorter one turns up by chance once in a while
    assert not any(mark in together for mark in (b"glasswork", b"screen_tree", b"button", b"p-1-laptop"))


def test_no_word_of_the_data_is_in_any_file_of_the_vault(tmp_path: Path) -> None:
    with served(tmp_path) as (handle, _):
        today = datetime.now(UTC).date()
        for task in PLANTED:
            vault.receive(handle, enrolled(handle, name=f"laptop-{len(task)}").seal(batch("save", task=task), today))
        vault.admit(handle, ADMIT)
        assert list(Search(PLANTED).folder(tmp_path)) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a child as another user")
def test_another_user_of_the_host_reads_no_file_of_the_key_service(tmp_path: Path) -> None:
    with served(tmp_path) as (handle, _):
        filled(handle)
        (tmp_path / "ring").chmod(0o755)  # even where the folder was left open
        for folder in (tmp_path, *tmp_path.parents[:2]):
            folder.chmod(0o711)
        for name in ("root.key", "keyring.sqlite3"):
            run = subprocess.run(["cat", str(tmp_path / "ring" / name)], user=65534, cwd="/", capture_output=True)
            assert run.returncode and not run.stdout


def test_every_role_for_every_purpose_opens_only_its_cells(tmp_path: Path) -> None:
    with served(tmp_path) as (handle, _):
        filled(handle)
        asked = vault.dataset(handle, Zone.ACTIONS, "actions")
        opened: set[tuple[SessionRole, str, Zone]] = set()
        for role in SessionRole:
            for zone in Zone:
                for purpose in PURPOSES:
                    try:
                        rows = sum(f.height for f in vault.open(handle, asked, purpose, Session("x", role, zone)))
                    except Refused:
                        continue
                    if rows:
                        opened.add((role, purpose, zone))
        assert opened == READS


def test_the_key_service_gives_no_key_without_a_decision_that_is_in_the_log(tmp_path: Path) -> None:
    with served(tmp_path) as (handle, _):
        filled(handle)
        (leaf, *_) = [one for one in keys.leaves(handle.ring) if one.branch == "actions"]
        for made_up in (Logged(10**6, "0" * 32, "refine"), Logged(0, "0" * 32, "refine"), Logged(-1, "", "refine")):
            with pytest.raises(Refused):
                keys.lease(handle.ring, made_up, leaf.id)


def test_the_keys_are_not_in_the_data_s_backup(tmp_path: Path) -> None:
    with served(tmp_path) as (handle, _):
        filled(handle)
        root = (tmp_path / "ring/root.key").read_bytes()[:32]
        assert not any(root in data for data in all_bytes(tmp_path / "vault").values())
        assert not (tmp_path / "vault/keys/root.key").exists()
