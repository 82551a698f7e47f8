"""A full disk: the sender is told to try again, nothing is half stored, and it works again when there is room."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from e2e.ingest_service import running
from glasswork import vault
from glasswork.policy import check
from glasswork.schema.words import Scope
from glasswork.vault.tables import envelopes
from vault_world import ADMIT, enrolled, large_batch, signed

NOW = datetime.now(UTC) - timedelta(minutes=1)
TODAY = NOW.date()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here (needs root)")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path, leave: int) -> Path:
    """A file that takes all the room but `leave` bytes."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    with ballast.open("r+b") as file:
        file.truncate(ballast.stat().st_size - leave)
    return ballast


@pytest.mark.parametrize("leave", [0, 8_192, 32_768, 196_608])
def test_a_full_disk_stores_nothing_and_loses_nothing(small_disk: Path, tmp_path: Path, leave: int) -> None:
    bundle = signed(Scope.PROGRAMME, now=NOW)
    (tmp_path / "policy.signed").write_bytes(bundle)
    with vault.connect(small_disk / "vault", check(bundle, now=NOW)) as handle:
        device = enrolled(handle)
        data = device.seal(large_batch(4000), TODAY)
        assert len(data) > 10_000
        with running(small_disk / "vault", tmp_path / "policy.signed") as service:
            ballast = fill(small_disk, leave)
            answers = [service.send(data) for _ in range(3)]
            stored = [answer.status for answer in answers].count(201)
            assert {answer.status for answer in answers} <= {503, 201, 200} and (stored or leave < 196_608)
            if not stored:
                assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
                with handle.records.begin() as connection:
                    assert connection.execute(envelopes.select()).all() == []
            ballast.unlink()
            assert service.send(data).status == (200 if stored else 201)
        admitted = vault.admit(handle, ADMIT)
        assert admitted.batches == 1
        assert vault.admit(handle, ADMIT) == vault.Admitted()
        assert len(list((small_disk / "vault/objects").rglob("*/*"))) == 1
