"""Somebody reads an erased person through a reader that was already running, a cache, or a backup that is put back.

LINDDUN: non-compliance, data disclosure. Control: keys are given out frame by frame, so a running reader meets the
end; the key folder is in no backup of the data, and an old one does not open with the new root; a planted person is
looked for in every byte, pages that SQLite has freed included; and the erasure has its place in the log.
"""

import shutil
import sqlite3
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork import vault
from glasswork.assemble.building import build
from glasswork.govern.decide import Session, SessionRole
from glasswork.redteam.canaries import Search
from glasswork.refine.job import run as refine
from glasswork.schema.words import Zone
from glasswork.vault import Vault, keys, refusals
from glasswork.vault.certificate import verify_certificate
from glasswork.vault.errors import CertificateInvalid, KeyGone, KeysUnusable, NotEnrolled
from glasswork.vault.ring import unlocked
from vault_world import ADMIT, ASSEMBLE, NOW, OFFICER, TODAY, Clock, approved, batch, enrolled

PLANTED = "planted-person-7c41"
DEVICE = "planted-laptop-9e02"
OTHERS = [f"p-{n}" for n in range(5)]
REFINE = Session("refinery", SessionRole.JOB, Zone.ACTIONS)


def peopled(handle: Vault) -> None:
    """Five people and a planted one, from their envelopes to a built data set; one more envelope waits."""
    for person in OTHERS:
        vault.receive(handle, enrolled(handle, person).seal(batch("save", "open", task="file an invoice")))
    planted = enrolled(handle, PLANTED, DEVICE)
    vault.receive(handle, planted.seal(batch("close", "open", task="file an invoice")))
    vault.receive(handle, planted.seal(batch("save", "maria.silva@example.org")))  # will be quarantined
    vault.admit(handle, ADMIT)
    refine(handle, REFINE)
    build(handle, ASSEMBLE, "office")
    vault.receive(handle, planted.seal(batch("print")))


def secrets_of(handle: Vault, person: str) -> list[bytes]:
    with unlocked(handle.keys) as ring:
        return [ring.get(leaf.id) for leaf in ring.leaves(owner=person)]


def readable(handle: Vault) -> list[int]:
    """How many frames of each zone open."""
    found: list[int] = []
    for zone, name, purpose, session in (
        (Zone.ACTIONS, "actions", "refine", ADMIT),
        (Zone.EPISODES, "episodes", "assemble", ASSEMBLE),
        (Zone.DATASETS, "office", "release", Session("release", SessionRole.JOB, Zone.DATASETS)),
    ):
        found.append(len(list(vault.open(handle, vault.dataset(handle, zone, name), purpose, session))))
    return found


def test_a_reader_that_was_running_meets_the_end(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        peopled(handle)
        running = vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT)
        read = [next(running)]  # it is warm: its decision is logged, its lease runs
        theirs = secrets_of(handle, PLANTED)
        vault.erase(handle, PLANTED, OFFICER)
        read += running
        assert len(read) in (5, 6)  # 6 where the first frame was the planted person's: what was read was read
        assert all("close" not in frame["label"].to_list() for frame in read[1:])
        with vault.connect(tmp_path / "vault", handle.approved, clock=Clock()) as other:  # another reader's process
            assert readable(other) == [5, 5, 5]
        for file in (tmp_path / "vault").rglob("*"):
            data = file.read_bytes() if file.is_file() else b""
            assert not any(secret in data for secret in theirs), file


def test_what_was_being_derived_cannot_be_stored_any_more(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        peopled(handle)
        frames = list(vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT))
        (planted,) = [frame for frame in frames if "close" in frame["label"].to_list()]
        source = planted.item(0, "partition")
        vault.erase(handle, PLANTED, OFFICER)
        with pytest.raises(KeyGone):
            vault.put(handle, Zone.EPISODES, planted, source=source, name="episodes", purpose="refine", session=ADMIT)


def test_a_restored_backup_does_not_open_and_forgets_by_itself(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        peopled(handle)
        shutil.copytree(tmp_path / "vault", tmp_path / "backup")
        vault.erase(handle, PLANTED, OFFICER)
    for name in ("records.sqlite3", "objects"):  # the data of before are put back; keys and log are those of now
        target = tmp_path / "vault" / name
        shutil.rmtree(target) if target.is_dir() else target.unlink()
        copy = shutil.copytree if name == "objects" else shutil.copy
        copy(tmp_path / "backup" / name, target)
    with vault.connect(tmp_path / "vault", handle.approved, clock=Clock()) as restored:
        assert readable(restored) == [5, 5, 5]
        with pytest.raises(NotEnrolled):
            vault.names_in_log(restored, vault.dataset(restored, Zone.ACTIONS, "actions"))
        vault.admit(restored, ADMIT)
        assert vault.dataset(restored, Zone.DATASETS, "office").people == 5
        assert build(restored, ASSEMBLE, "office").episodes == 5
    assert not list(Search([PLANTED, DEVICE]).folder(tmp_path / "vault"))
    shutil.copy(tmp_path / "backup/keys/keyring.sqlite3", tmp_path / "vault/keys/keyring.sqlite3")
    with pytest.raises(KeysUnusable), vault.connect(tmp_path / "vault", handle.approved, clock=Clock()) as other:
        readable(other)  # an old key ring does not open with the root of now


def test_nothing_of_the_planted_person_is_left_in_any_byte(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        peopled(handle)
        names = vault.names_of(handle, PLANTED)
        assert {PLANTED, DEVICE} < set(names)
        assert set(Search(names).folder(tmp_path / "vault"))  # the search finds them while they are there
        vault.erase(handle, PLANTED, OFFICER)
        for engine in ("records.sqlite3", "keys/keyring.sqlite3"):
            with sqlite3.connect(tmp_path / "vault" / engine) as rows:
                assert rows.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert not list(Search(names).folder(tmp_path / "vault"))
        assert not [file for file in (tmp_path / "vault").rglob("*") if file.name.endswith(("-wal", "-journal"))]


def test_that_they_had_opted_out_goes_with_them(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        peopled(handle)
        refusals.refuse(handle, PLANTED)
        (file,) = (tmp_path / "vault" / refusals.FOLDER).iterdir()
        tag = bytes.fromhex(keys.refusal_tag(handle.ring, PLANTED))
        assert tag in file.read_bytes()
        vault.erase(handle, PLANTED, OFFICER)
        assert tag not in file.read_bytes()


def test_forgetting_a_part_is_a_rewrite_and_ends_what_was_derived_from_it(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        peopled(handle)
        before = secrets_of(handle, PLANTED)
        dataset = vault.dataset(handle, Zone.ACTIONS, "actions")
        (old,) = [f for f in vault.open(handle, dataset, "refine", ADMIT) if "close" in f["label"].to_list()]
        numbers = [(row["batch"], row["row"]) for row in old.iter_rows(named=True) if row["label"] == "close"]
        person = Session(PLANTED, SessionRole.OWNER, Zone.ACTIONS)
        assert vault.forget(handle, PLANTED, TODAY, person, numbers) == 1
        assert readable(handle) == [6, 5, 5]
        frames = list(vault.open(handle, dataset, "refine", ADMIT))
        assert all("close" not in frame["label"].to_list() for frame in frames)
        with pytest.raises(KeyGone):  # a job that still has the old day in its memory
            vault.put(
                handle,
                Zone.EPISODES,
                old,
                source=old.item(0, "partition"),
                name="episodes",
                purpose="refine",
                session=ADMIT,
            )
        assert len(set(before) & set(secrets_of(handle, PLANTED))) < len(before)
        assert vault.forget(handle, PLANTED, TODAY, person) == old.height - 1
        vault.admit(handle, ADMIT)  # what had waited of that day went too
        assert readable(handle) == [5, 5, 5] and vault.forget(handle, PLANTED, TODAY, person) == 0


def test_the_certificate_proves_itself_offline_and_only_as_it_was_given(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        peopled(handle)
        ended = [leaf.id for leaf in keys.leaves(handle.ring, owner=PLANTED)]
        data = msgspec.json.encode(vault.erase(handle, PLANTED, OFFICER).certificate)
        key = handle.log_key
    shutil.rmtree(tmp_path / "vault")
    (entry,) = verify_certificate(data, key)
    assert entry.day == NOW.date() and set(entry.keys) < set(ended) and entry.objects == 4
    assert PLANTED.encode() not in data
    forged = [
        data.replace(b'\\"objects\\":4', b'\\"objects\\":9'),
        data.replace(b'"index":', b'"index":1'),
        data.replace(b"glasswork-erasure-1", b"glasswork-erasure-2"),
        data[:-2],
    ]
    for wrong in forged:
        assert wrong != data
        with pytest.raises(CertificateInvalid):
            verify_certificate(wrong, key)
    with pytest.raises(CertificateInvalid):
        verify_certificate(data, Ed25519PrivateKey.generate().public_key())
