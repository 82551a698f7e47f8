"""A log in its folder against a list: appended in any groups, reopened, proven, damaged at any byte."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from glasswork.govern import merkle
from glasswork.govern.errors import LogAltered
from glasswork.govern.log import Log, create_log
from glasswork.govern.note import read_checkpoint
from glasswork.govern.tiles import tile_path
from glasswork.govern.verify import read_log, verify_log

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
PUBLIC = KEY.public_key()


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name) / "log"


def root_of(entries: list[bytes]) -> bytes:
    frontier = merkle.Frontier()
    for entry in entries:
        frontier.add(merkle.leaf_hash(entry))
    return frontier.root()


groups = st.lists(
    st.one_of(
        st.lists(st.binary(max_size=20), max_size=3),
        st.integers(200, 600).map(lambda n: [b"%d" % i for i in range(n)]),
    ),
    max_size=6,
)


@settings(max_examples=15, deadline=None)
@given(groups, st.data())
def test_a_log_is_a_list_that_proves_itself(appended: list[list[bytes]], data: st.DataObject) -> None:
    with folder() as path:
        log = create_log(path, KEY)
        entries: list[bytes] = []
        roots = {0: merkle.EMPTY}
        for group in appended:
            if data.draw(st.booleans()):
                log = Log(path, KEY)
            assert log.append_all(group) == range(len(entries), len(entries) + len(group))
            entries += group
            roots[len(entries)] = root_of(entries)
            assert read_checkpoint(log.checkpoint(), PUBLIC).root == roots[len(entries)]
        size = len(entries)
        assert list(read_log(path, PUBLIC)) == entries
        assert verify_log(path, PUBLIC).ok and log.size == size
        for old in roots:
            proof = log.consistency_proof(old, size)
            assert merkle.verify_consistency(old, size, proof, roots[old], roots[size])
        if entries:
            index = data.draw(st.integers(0, size - 1))
            leaf = merkle.leaf_hash(entries[index])
            proof = log.inclusion_proof(index)
            assert merkle.verify_inclusion(leaf, index, size, proof, roots[size])


def prepared(path: Path, entries: list[bytes]) -> bytes:
    """A log with these entries; returns a checkpoint kept at three quarters of it."""
    log = create_log(path, KEY)
    log.append_all(entries[: len(entries) * 3 // 4])
    kept = log.checkpoint()
    log.append_all(entries[len(entries) * 3 // 4 :])
    return kept


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([1, 5, 255, 256, 257, 600]), st.data())
def test_damage_at_any_byte_is_reported(size: int, data: st.DataObject) -> None:
    entries = [b"entry %d" % i for i in range(size)]
    with folder() as path:
        kept = prepared(path, entries)
        files = sorted(p for p in path.rglob("*") if p.is_file() and p.name != ".lock")
        victim = data.draw(st.sampled_from(files))
        content = victim.read_bytes()
        at = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            victim.write_bytes(content[:at])
        else:
            victim.write_bytes(content[:at] + bytes([content[at] ^ data.draw(st.integers(1, 255))]) + content[at + 1 :])
        report = verify_log(path, PUBLIC, remembered=kept)
        assert not report.ok, victim
        assert all("entry 3" not in problem for problem in report.problems)  # nothing of the content


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 520), st.integers(1, 520), st.data())
def test_killed_at_any_moment_of_an_append(before: int, more: int, data: st.DataObject) -> None:
    """Until the checkpoint is replaced, whatever an append has written, whole or in part, never was."""
    old, new = [b"old %d" % i for i in range(before)], [b"new %d" % i for i in range(more)]
    with folder() as path, folder() as finished:
        create_log(path, KEY).append_all(old)
        shutil.copytree(path, finished)
        Log(finished, KEY).append_all(new)
        written = sorted(p.relative_to(finished) for p in finished.rglob("*") if p.is_file() and p.name != "checkpoint")
        for name in data.draw(st.lists(st.sampled_from(written), unique=True)):
            if not (path / name).exists():
                (path / name).parent.mkdir(parents=True, exist_ok=True)
                content = (finished / name).read_bytes()
                (path / name).write_bytes(content[: data.draw(st.integers(0, len(content)))])
        assert verify_log(path, PUBLIC).ok
        log = Log(path, KEY)
        assert log.size == before
        other = [b"other %d" % i for i in range(data.draw(st.integers(1, 300)))]
        log.append_all(other)
        assert list(read_log(path, PUBLIC)) == old + other
        assert verify_log(path, PUBLIC).ok and Log(path, KEY).size == before + len(other)


@given(st.integers(0, 10**15), st.integers(1, 256))
def test_paths_are_those_of_the_specification(index: int, width: int) -> None:
    head, _, partial = tile_path(0, index, width).partition(".p/")
    parts = head.removeprefix("tile/0/").split("/")
    assert int("".join(part.removeprefix("x") for part in parts)) == index
    assert all(part[0] == "x" and len(part) == 4 for part in parts[:-1]) and len(parts[-1]) == 3
    assert partial == ("" if width == 256 else str(width))


def test_the_example_of_the_specification() -> None:
    assert tile_path(2, 1234067) == "tile/2/x001/x234/067"


def test_a_damaged_edge_is_seen_on_opening() -> None:
    with folder() as path:
        create_log(path, KEY).append_all([b"a", b"b", b"c"])
        bundle = path / tile_path("entries", 0, 3)
        bundle.write_bytes(bundle.read_bytes().replace(b"b", b"x"))
        try:
            Log(path, KEY)
        except LogAltered:
            return
        raise AssertionError("an edited entry was accepted")
