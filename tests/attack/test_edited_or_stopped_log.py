"""The administrator edits, shortens, rewrites, forks or stops the audit log. STRIDE: tampering, repudiation.

Control: a Merkle log under signed checkpoints; a checkpoint kept elsewhere and witnesses elsewhere; no log, no bytes.
The administrator of these tests has everything on the vault's host, the log's private key included.
"""

import resource
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from glasswork import vault
from glasswork.govern.cosigners import WITNESSES, WitnessAt
from glasswork.govern.entries import WitnessesChosen, encode
from glasswork.govern.errors import LogAltered, LogUnavailable, WitnessUnusable
from glasswork.govern.log import Log, create_log
from glasswork.govern.note import log_verifier, vkey
from glasswork.govern.verify import read_log, verify_log, verify_since
from glasswork.policy.keys import load_key
from glasswork.schema.words import Zone
from glasswork.vault import Vault
from vault_world import ADMIT, Clock, approved, batch, enrolled
from witness_world import serving, watching


@dataclass
class World:
    """A vault with something in it, and the checkpoint that somebody kept elsewhere."""

    handle: Vault
    kept: bytes

    @property
    def log(self) -> Path:
        return self.handle.folder / "log"

    def read(self) -> list[object]:
        return list(vault.open(self.handle, vault.dataset(self.handle, Zone.ACTIONS, "actions"), "refine", ADMIT))

    def rewrite(self, entries: list[bytes]) -> None:
        """What an administrator does who has the key: the whole log anew, well signed."""
        shutil.rmtree(self.log)
        create_log(self.log, load_key(self.handle.keys / "log.key")).append_all(entries)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        vault.receive(handle, enrolled(handle).seal(batch("save")))
        vault.admit(handle, ADMIT)
        yield World(handle, handle.log.checkpoint())


def entries(world: World) -> list[bytes]:
    return list(read_log(world.log, world.handle.log_key))


def problems(world: World) -> tuple[str, ...]:
    full = verify_log(world.log, world.handle.log_key, remembered=world.kept)
    since = verify_since(world.log, world.handle.log_key, world.kept)
    assert not full.ok and not since.ok
    return full.problems


def test_an_edited_entry_is_found_and_stops_the_vault(world: World) -> None:
    world.read()
    bundle = next((world.log / "tile/entries/000.p").iterdir())
    bundle.write_bytes(bundle.read_bytes().replace(b'"refine"', b'"rEfine"'))
    assert "is not the one that was logged" in verify_log(world.log, world.handle.log_key).problems[0]
    assert not verify_since(world.log, world.handle.log_key, world.kept).ok
    with pytest.raises(LogAltered), vault.connect(world.handle.folder, world.handle.approved, clock=Clock()):
        pass


def test_a_truncated_log_is_found(world: World) -> None:
    before = world.log.with_name("before")
    shutil.copytree(world.log, before)
    world.read()
    world.kept = world.handle.log.checkpoint()
    shutil.rmtree(world.log)
    before.rename(world.log)
    assert verify_log(world.log, world.handle.log_key).ok  # in itself a good log: only what was kept shows it
    assert "shortened" in problems(world)[0]
    with pytest.raises(LogAltered):
        world.read()


def test_a_rewritten_log_is_found(world: World) -> None:
    world.read()
    world.kept = world.handle.log.checkpoint()
    world.rewrite([entry for entry in entries(world) if b'"refine"' not in entry] + [b"{}"] * 9)
    assert verify_log(world.log, world.handle.log_key).ok
    assert "rewritten, or a fork" in problems(world)[-1]
    with pytest.raises(LogAltered):
        world.read()


def test_a_forked_log_is_found(world: World) -> None:
    """Two logs with one beginning: whoever kept a checkpoint of the one refuses the other."""
    other = world.log.with_name("other")
    shutil.copytree(world.log, other)
    world.read()
    world.kept = world.handle.log.checkpoint()
    forked = Log(other, load_key(world.handle.keys / "log.key"))
    forked.append_all([b"for the auditor"] * 3)
    shutil.rmtree(world.log)
    other.rename(world.log)
    assert "fork" in problems(world)[-1]


def test_a_stopped_log_stops_every_read(world: World) -> None:
    """The log's folder is gone, or nothing can be written into it: nothing is read."""
    shutil.rmtree(world.log / "tile" / "entries")
    (world.log / "tile" / "entries").write_bytes(b"")
    with pytest.raises((LogUnavailable, LogAltered)):
        world.read()
    shutil.rmtree(world.log)
    with pytest.raises((LogUnavailable, LogAltered)):
        world.read()
    with (
        pytest.raises((LogUnavailable, LogAltered)),
        vault.connect(world.handle.folder, world.handle.approved, clock=Clock()),
    ):
        pass


def test_a_full_disk_stops_every_read(world: World) -> None:
    """A limit on the size of files stands for the full disk."""
    before, logged = resource.getrlimit(resource.RLIMIT_FSIZE), entries(world)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, before[1]))
    try:
        with pytest.raises(LogUnavailable, match="no log, no bytes"):
            world.read()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert entries(world) == logged
    assert len(world.read()) == 1


def test_a_log_hidden_from_its_witnesses_stops_every_read(world: World, tmp_path: Path) -> None:
    """With witnesses configured, bytes flow after the first cosignature, and not without one."""
    log = vkey(log_verifier(world.handle.log_key))
    one, two = watching(tmp_path, "one", log), watching(tmp_path, "two", log)
    with serving(one) as here, serving(two) as there:
        _configure(world, here, there)
        with vault.connect(world.handle.folder, world.handle.approved, clock=Clock()) as handle:
            watched = World(handle, world.kept)
            assert len(watched.read()) == 1
    with vault.connect(world.handle.folder, world.handle.approved, clock=Clock()) as handle:
        size = handle.log.size
        with pytest.raises(LogUnavailable, match="No witness"):
            World(handle, world.kept).read()
        assert handle.log.size == size + 1  # that it was asked for is in the log all the same


def test_a_log_rewritten_behind_its_witness_opens_nothing(world: World, tmp_path: Path) -> None:
    """No checkpoint kept, every process new, the key in hand: the witness alone refuses, and keeps the evidence."""
    with serving(watching(tmp_path, "one", vkey(log_verifier(world.handle.log_key)))) as at:
        chosen = _configure(world, at)
        with vault.connect(world.handle.folder, world.handle.approved, clock=Clock()) as handle:
            World(handle, b"").read()
        for forged in ([*entries(world)[:1], chosen], [chosen, *[b'{"day":"2026-11-24"}'] * 40]):
            world.rewrite(forged)
            with (
                vault.connect(world.handle.folder, world.handle.approved, clock=Clock()) as handle,
                pytest.raises(LogAltered, match="has seen another log"),
            ):
                World(handle, b"").read()
    assert list((tmp_path / "one" / "evidence").iterdir())


def test_an_emptied_list_of_witnesses_that_cannot_be_read_opens_nothing(world: World) -> None:
    (world.handle.folder / WITNESSES).write_bytes(b"")
    with pytest.raises(WitnessUnusable), vault.connect(world.handle.folder, world.handle.approved, clock=Clock()):
        pass


def _configure(world: World, *witnesses: WitnessAt) -> bytes:
    """Show the vault's log to these witnesses from now on. Returns the entry that says so."""
    folder = world.handle.folder
    entry = encode(WitnessesChosen(day=world.handle.today(), witnesses=tuple(one.vkey for one in witnesses)))
    world.handle.log.append(entry)
    (folder / WITNESSES).write_bytes(msgspec.json.encode(witnesses))
    return entry
