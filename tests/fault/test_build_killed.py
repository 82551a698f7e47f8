"""A build killed at any step, with no chance to clean up: the name is of the old data set or of the new one, whole."""

from datetime import timedelta
from pathlib import Path

import pytest

from fault.killed_at import LONGER
from fault.test_vault_killed import killed, reopened
from glasswork import assemble, vault
from glasswork.assemble.building import build
from glasswork.assemble.lineage import built_from
from glasswork.assemble.record import content_hash
from glasswork.govern.decide import Session, SessionRole
from glasswork.policy import check
from glasswork.refine.job import run as refine
from glasswork.schema.words import Scope, Zone
from glasswork.vault import Vault
from vault_world import NOW, TODAY, Clock, batch, enrolled, owner, signed

JOB = Session("job", SessionRole.JOB, Zone.ACTIONS, "p-one")
OWNER = owner("p-one", Zone.DATASETS)


def template(folder: Path) -> bytes:
    """Two days of one person's work, built once; a second build would take the longer tasks alone."""
    folder.mkdir()
    bundle = signed(Scope.SELF)
    (folder / "policy.signed").write_bytes(bundle)
    with vault.connect(folder / "vault", check(bundle, now=NOW), clock=Clock()) as handle:
        device = enrolled(handle)
        for n in range(2):
            vault.receive(handle, device.seal(batch("save", "open", task="a short one"), TODAY - timedelta(days=n)))
            long = batch(*["open", "save"] * (n + 2), task="a longer one")
            vault.receive(handle, device.seal(long, TODAY - timedelta(days=n)))
        vault.admit(handle, JOB)
        refine(handle, JOB)
        build(handle, owner("p-one", Zone.EPISODES), "own")
    return bundle


def content(handle: Vault) -> tuple[str, int, str]:
    """What is in the data set, how many examples, and the recipe that it says it was made with."""
    records = assemble.records(handle, "own", OWNER)
    told = built_from(handle, "own", OWNER)
    assert told is not None and told.examples == len(records)
    return content_hash(records), len(records), told.recipe_hash


@pytest.mark.parametrize("stride", [23, pytest.param(5, marks=pytest.mark.slow)])
def test_a_build_killed_anywhere_is_the_old_one_or_the_new_one(tmp_path: Path, stride: int) -> None:
    bundle = template(tmp_path / "template")
    (tmp_path / "out").mkdir()
    folders = killed(tmp_path / "template", tmp_path / "out", stride, "build")
    assert len(folders) > 60 // stride
    seen: list[tuple[str, int, str]] = []
    for folder in folders:
        for handle in reopened(folder, bundle):
            seen.append(content(handle))
            vault.admit(handle, JOB)  # as every build begins: it sweeps what nothing names
            build(handle, owner("p-one", Zone.EPISODES), "own", recipe=LONGER)
            assert content(handle)[1:] == (2, LONGER.hash)
            assert len(list((folder / "objects/sealed").iterdir())) == 2 + 2 + 4, folder.name  # of three zones
    assert seen[0][1] == 4 and len(set(seen)) == 2 if stride == 5 else len(set(seen)) <= 2
    assert seen == sorted(seen, key=lambda one: one[1], reverse=True)
