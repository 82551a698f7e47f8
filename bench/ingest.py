"""Ingest: envelopes that are checked, stored and synced before the answer, beside the least that a durable store does.

The same envelopes go through `vault.receive` (signature, replay, order, policy, quota, then a file and a row, each
synced) and through the limit: one synced file and one row committed by raw sqlite3 under the same pragmas, with no
check at all. The two alternate in one run. CPU time is what the comparison rests on: wall time is the disk's.

    python bench/ingest.py [ENVELOPES]
"""

import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from glasswork import vault
from vault_world import Clock, approved, batch, enrolled

ROUNDS = 5
DEVICES = 8


def limit(folder: Path) -> Callable[[bytes], None]:
    """A store of files and rows without any check, as durable as the vault's."""
    rows = sqlite3.connect(folder / "rows.sqlite3", isolation_level=None)
    for pragma in ("journal_mode = DELETE", "synchronous = EXTRA", "secure_delete = ON"):
        rows.execute(f"PRAGMA {pragma}")
    rows.execute("CREATE TABLE envelopes (digest TEXT PRIMARY KEY, size INTEGER)")
    directory = os.open(folder, os.O_RDONLY)

    def store(data: bytes) -> None:
        digest = sha256(data).hexdigest()
        rows.execute("BEGIN IMMEDIATE")
        with (folder / f"{digest}.part").open("wb", 0) as out:
            out.write(data)
            os.fsync(out.fileno())
        (folder / f"{digest}.part").rename(folder / digest)
        os.fsync(directory)
        rows.execute("INSERT INTO envelopes VALUES (?, ?)", (digest, len(data)))
        rows.execute("COMMIT")

    return store


def timed(work: Callable[[bytes], object], envelopes: Sequence[bytes]) -> tuple[float, float]:
    """Wall and CPU seconds for one envelope."""
    wall, cpu = time.perf_counter(), time.process_time()
    for data in envelopes:
        work(data)
    return (time.perf_counter() - wall) / len(envelopes), (time.process_time() - cpu) / len(envelopes)


def main() -> None:
    each = int(sys.argv[1]) // ROUNDS if len(sys.argv) > 1 else 100
    with (
        tempfile.TemporaryDirectory() as folder,
        vault.connect(Path(folder) / "vault", approved(), clock=Clock()) as to,
    ):
        devices = [enrolled(to, f"p-{n}") for n in range(DEVICES)]
        (Path(folder) / "limit").mkdir()
        bare = limit(Path(folder) / "limit")
        stored = 0

        def receive(data: bytes) -> None:
            nonlocal stored
            stored += vault.receive(to, data).outcome == "stored"

        ours: list[tuple[float, float]] = []
        least: list[tuple[float, float]] = []
        for _ in range(ROUNDS):
            envelopes = [devices[n % DEVICES].seal(batch("save")) for n in range(each)]
            ours.append(timed(receive, envelopes))
            least.append(timed(bare, envelopes))
        assert stored == each * ROUNDS
    walls = [one[0] / other[0] for one, other in zip(ours, least, strict=True)]
    cpus = [one[1] / other[1] for one, other in zip(ours, least, strict=True)]
    rate, cpu = 1 / median(one[0] for one in ours), 1000 * median(one[1] for one in ours)
    print(f"ours     {rate:7.0f} envelopes/s, {cpu:.2f} ms CPU each")
    bare_rate, bare_cpu = 1 / median(one[0] for one in least), 1000 * median(one[1] for one in least)
    print(f"limit    {bare_rate:7.0f} envelopes/s, {bare_cpu:.2f} ms CPU each")
    print(f"ours takes {median(walls):.2f}× the limit's time ({min(walls):.2f}..{max(walls):.2f}),")
    print(f"           {median(cpus):.2f}× its CPU time ({min(cpus):.2f}..{max(cpus):.2f}): what the checks cost")
    print(f"ingest: envelopes_per_s={rate:.0f} limit_ratio={median(walls):.2f} cpu_ms={cpu:.2f}")


if __name__ == "__main__":
    main()
