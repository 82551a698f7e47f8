"""Killed at any step, with no chance to clean up: a second run ends where an undisturbed one would, nothing twice."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fault import killed_at
from glasswork import vault
from glasswork.policy import check
from glasswork.schema.words import Scope, Zone
from glasswork.vault import Vault, keys
from glasswork.vault.errors import NotEnrolled
from glasswork.vault.ring import Branch
from vault_world import ADMIT, NOW, OFFICER, Clock, all_bytes, batch, enrolled, signed


def killed(template: Path, out: Path, stride: int, verb: str) -> list[Path]:
    """The folders that a run of `verb` left behind, each killed `stride` steps later than the one before."""
    tests = str(Path(__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": tests}
    program = [sys.executable, killed_at.__file__, template, out, str(stride), verb]
    subprocess.run(program, check=True, env=environment)
    return sorted(out.iterdir(), key=lambda folder: int(folder.name))


def template(tmp_path: Path) -> tuple[Path, bytes]:
    """One day admitted with one batch; two more envelopes for it, one for another person, one that must not pass."""
    folder = tmp_path / "template"
    folder.mkdir()
    bundle = signed(Scope.PROGRAMME)
    (folder / "policy.signed").write_bytes(bundle)
    with vault.connect(folder / "vault", check(bundle, now=NOW), clock=Clock()) as handle:
        one, two = enrolled(handle, "p-one"), enrolled(handle, "p-two")
        vault.receive(handle, one.seal(batch("save")))
        vault.admit(handle, ADMIT)
        for data in (one.seal(batch("open")), one.seal(batch("close")), two.seal(batch("print"))):
            vault.receive(handle, data)
        vault.receive(handle, two.seal(batch("dr.weber@example.org")))
    return folder, bundle


def reopened(folder: Path, bundle: bytes) -> Iterator[Vault]:
    with vault.connect(folder, check(bundle, now=NOW), clock=Clock()) as handle:
        yield handle


def labels(handle: Vault) -> list[list[str]]:
    frames = vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT)
    return sorted(frame.sort("batch", "row")["label"].to_list() for frame in frames)


def leaves(handle: Vault) -> int:
    return len(keys.leaves(handle.ring, branch=Branch.ACTIONS))


@pytest.mark.parametrize("stride", [19, pytest.param(1, marks=pytest.mark.slow)])
def test_admission_killed_anywhere_admits_everything_exactly_once(tmp_path: Path, stride: int) -> None:
    source, bundle = template(tmp_path)
    (tmp_path / "out").mkdir()
    folders = killed(source, tmp_path / "out", stride, "admit")
    assert len(folders) > 70 // stride
    for folder in folders:
        for handle in reopened(folder, bundle):
            assert set(map(tuple, labels(handle))) <= {("save",), ("save", "open", "close"), ("print",)}, folder.name
            vault.admit(handle, ADMIT)
            assert labels(handle) == [["print"], ["save", "open", "close"]], folder.name
            assert leaves(handle) == 2, folder.name
            assert len(list((folder / "objects/sealed").iterdir())) == 2, folder.name
            assert len(list((folder / "objects/envelopes").iterdir())) == 1, folder.name  # the quarantined one
            assert vault.admit(handle, ADMIT) == vault.Admitted()


@pytest.mark.parametrize("stride", [19, pytest.param(1, marks=pytest.mark.slow)])
def test_erasure_killed_anywhere_never_leaves_what_it_began_readable(tmp_path: Path, stride: int) -> None:
    source, bundle = template(tmp_path)
    (tmp_path / "out").mkdir()
    folders = killed(source, tmp_path / "out", stride, "erase")
    assert len(folders) > 35 // stride
    for folder in folders:
        for handle in reopened(folder, bundle):
            assert labels(handle) in ([], [["save"]])
            try:
                vault.erase(handle, "p-one", OFFICER)
            except NotEnrolled:
                vault.admit(handle, ADMIT)  # it had come to its end but for the sweeping
            assert labels(handle) == [] or labels(handle) == [["print"]]
        for file, data in all_bytes(folder).items():
            assert b"p-one" not in data, (folder.name, file)
