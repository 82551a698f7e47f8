"""Keys: what a decision, a lease and encryption cost, beside the same rows in plain files.

open_ms     `vault.open` to the first row: decision, log entry with fsync, lease, decryption (median; spread below)
served_ms   the same with the key service as a process of its own
seal_us     a body of 64 KiB sealed to a participant-day key: HPKE (X25519, AES-256-GCM) with the header as `info`
scan_ratio  CPU time of reading every partition through `vault.open`, over that of `read_parquet` of the same frames
            in plain files, both warm, alternating; six partitions of 200,000 actions, the most that a day may have.
            Both read whole files into memory and make frames of the same bytes of Parquet. On the sealed side is all
            that `open` does besides, the two entries in the log with their syncs too, and once per scan: the cipher
            is about a hundredth, the opening and a lease for each partition are the rest
day_scan_ratio  the same with forty partitions of 20,000: a lease for each is what costs, not the cipher
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import polars as pl
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from glasswork import vault
from glasswork.govern.decide import Session, SessionRole
from glasswork.policy import Approved
from glasswork.policy.keys import public_text
from glasswork.schema.words import Scope, Zone
from glasswork.vault import deployment, ring, terms
from glasswork.vault.handle import Vault, writing
from glasswork.vault.partitions import Place, store
from vault_world import ADMIT, approved, batch, enrolled

REFINE = Session("refine", SessionRole.JOB, Zone.ACTIONS)
ROUNDS = 15


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """All figures; each ratio is of medians, with its least and most as `_min` and `_max`."""
    figures = {"seal_us": _seal()}
    policy = approved(now=datetime.now(UTC))
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as folder:
        opened = _opened(Path(folder) / "embedded", policy, rounds)
        figures |= {"open_ms": median(opened), "open_ms_min": min(opened), "open_ms_max": max(opened)}
        with _served(Path(folder) / "served", policy):
            figures["served_ms"] = median(_opened(Path(folder) / "served", policy, rounds))
        for name, rows, parts in (("scan_ratio", 200_000, 6), ("day_scan_ratio", 20_000, 40)):
            ratios = _scan(Path(folder) / name, rows, parts, rounds)
            figures |= {name: median(ratios), f"{name}_min": min(ratios), f"{name}_max": max(ratios)}
    return {name: round(value, 3) for name, value in figures.items()}


def _seal() -> float:
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    public, body, info = X25519PrivateKey.generate().public_key(), os.urandom(64 * 1024), os.urandom(400)

    def once() -> float:
        began = time.perf_counter()
        suite.encrypt(body, public, info=info)
        return (time.perf_counter() - began) * 1e6

    return median(once() for _ in range(300))


def _opened(folder: Path, policy: Approved, rounds: int) -> list[float]:
    now = datetime.now(UTC)
    with vault.connect(folder, policy) as handle:
        for person in range(10):
            device = enrolled(handle, f"p-{person}")
            vault.receive(handle, device.seal(batch(*["save", "open"] * 100), now.date()))
        vault.admit(handle, ADMIT)

        def first() -> float:
            asked = vault.dataset(handle, Zone.ACTIONS, "actions")
            began = time.perf_counter()
            frames = vault.open(handle, asked, "refine", REFINE)
            next(frames)
            return (time.perf_counter() - began) * 1e3

        first()
        return [first() for _ in range(rounds)]


@contextmanager
def _served(folder: Path, policy: Approved) -> Iterator[None]:
    socket = folder.parent / "socket" / "keys"
    deployment.choose(folder / "keys", deployment.KeyService(str(socket), os.geteuid()))
    with vault.connect(folder, policy) as handle:
        key = public_text(handle.log_key)
    own = folder.parent / "ring"
    ring.create(own)
    terms.write(own, terms.of(policy))
    command = [sys.executable, "-m", "glasswork", "keys", "serve", own, "--log", folder / "log"]
    command += ["--log-key", key, "--socket", socket]
    with subprocess.Popen([*map(str, command)], stderr=subprocess.PIPE) as process:
        assert process.stderr is not None and process.stderr.readline()
        try:
            yield
        finally:
            process.kill()


def _scan(folder: Path, rows: int, parts: int, rounds: int) -> list[float]:
    now = datetime.now(UTC)
    plain = folder.with_name(f"{folder.name}-plain")
    plain.mkdir()
    with vault.connect(folder, approved(now=now)) as handle:
        frame = _frame(handle, rows)
        for person in range(parts):
            owner = enrolled(handle, f"q-{person}").participant
            with writing(handle):
                place = Place(Zone.ACTIONS, "many", Scope.PROGRAMME, owner, now.date())
                store(handle, place, frame, [one.id for one in handle.approved.policy.purposes], lambda _: None)
            frame.write_parquet(plain / str(person), compression="zstd")
        for part in plain.iterdir():
            assert pl.read_parquet(part).height == rows

        def sealed() -> None:
            asked = vault.dataset(handle, Zone.ACTIONS, "many")
            assert sum(one.height for one in vault.open(handle, asked, "refine", REFINE)) == rows * parts

        def in_plain() -> None:
            assert sum(pl.read_parquet(part.read_bytes()).height for part in sorted(plain.iterdir())) == rows * parts

        sealed(), in_plain()
        return [_cpu(sealed) / _cpu(in_plain) for _ in range(rounds)]


def _frame(handle: Vault, rows: int) -> pl.DataFrame:
    """A day of actions as admission stores it: a real frame, its rows repeated with numbers of their own."""
    day = datetime.now(UTC).date()
    for person in ("p-frame", "p-other"):  # a job opens nothing that is of one person alone
        vault.receive(handle, enrolled(handle, person).seal(batch(*["save", "open", "close", "print"] * 50), day))
    vault.admit(handle, ADMIT)
    frame, _ = vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", REFINE)
    frame = pl.concat([frame.drop("partition")] * (rows // frame.height + 1)).head(rows)
    return frame.with_columns(
        pl.int_range(pl.len(), dtype=pl.UInt32).shuffle(seed=1).alias("row"), pl.col("label").shuffle(seed=2)
    )


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    found = measure()
    for name, value in found.items():
        print(f"{name:22} {value}")
    bars = {"open_ms": 5.0, "seal_us": 100.0, "scan_ratio": 1.1}
    for name, bar in bars.items():
        print(f"{name} <= {bar}: {'met' if found[name] <= bar else 'LOST'}")
    print("govern_keys: " + " ".join(f"{name}={value}" for name, value in found.items()))
