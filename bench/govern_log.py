"""The audit log at one million entries: appending, proving, and auditing what is new.

Appending is durable: batches of 50,000 entries, every tile synced, a signed checkpoint for each batch. An inclusion
proof is verified from its bytes with the log's key (signature included). The incremental audit verifies a remembered
checkpoint, that the log extends it, and the hundred entries since.

Beside it, in the same run: a hash chain (the next link is SHA-256 of the last and the entry), appended with one sync
a batch and audited in the only way there is, all of it; and pymerkle's tree in memory, which is not durable.

    python bench/govern_log.py [ENTRIES]
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.govern.log import Log, create_log
from glasswork.govern.note import log_verifier
from glasswork.govern.proof import make_proof, verify_proof
from glasswork.govern.verify import verify_log, verify_since

ENTRIES: Final = 1_000_000
BATCH: Final = 50_000
BARS: Final = {"append_us": 5.0, "inclusion_ms": 1.0, "audit_ms": 1.0}
PEERS: Final = Path(__file__).parent / ".peers" / "govern"
_PEER = """
import sys, time
from pymerkle import InmemoryTree
n = int(sys.argv[1])
tree = InmemoryTree(algorithm="sha256")
start = time.perf_counter()
for i in range(n):
    tree.append_entry(b"%08d" % i + bytes(300))
append = (time.perf_counter() - start) / n * 1e6
start = time.perf_counter()
for i in range(1, 101):
    tree.prove_inclusion(i * n // 101)
print(append, (time.perf_counter() - start) * 10)
"""


def entry(number: int) -> bytes:
    """An entry of the usual length, about 300 bytes."""
    return b'{"action":"open","day":"2026-11-24","index":%d,' % number + b"x" * 260 + b"}"


def timed(work: Callable[[], object], times: int = 1) -> list[float]:
    """Seconds of each of several runs."""
    seconds: list[float] = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds


def measure(entries: int = ENTRIES) -> dict[str, float]:
    """`append_us` an entry, `inclusion_ms` a proof verified, `audit_ms` an incremental audit; medians."""
    return {name: value for name, value in full(entries).items() if name in BARS}


def full(entries: int) -> dict[str, float]:
    """What `measure` gives, with spreads, single appends, a full audit and the hash chain beside it."""
    with tempfile.TemporaryDirectory(prefix="glasswork-bench-") as name:
        folder, key = Path(name) / "log", Ed25519PrivateKey.generate()
        log = create_log(folder, key)
        batches = [[entry(i) for i in range(at, min(at + BATCH, entries))] for at in range(0, entries, BATCH)]
        append = [timed(partial(log.append_all, batch))[0] / len(batch) for batch in batches]
        chain = timed(partial(_chain, batches, Path(name) / "chain"))[0] / entries
        kept = log.checkpoint()
        log.append_all([entry(entries + i) for i in range(100)])
        single = timed(lambda: log.append(entry(0)), 20)
        verifier = log_verifier(key.public_key())
        proofs = [make_proof(folder, key.public_key(), i * entries // 200) for i in range(200)]
        included = [timed(partial(verify_proof, proof, verifier))[0] for proof in proofs]
        audited = timed(lambda: _good(verify_since(folder, key.public_key(), kept).ok), 50)
        everything = timed(lambda: _good(verify_log(folder, key.public_key(), remembered=kept).ok))[0]
        opened = timed(lambda: Log(folder, key), 10)
        rescanned = timed(lambda: _rescan(Path(name) / "chain"))[0]
        return {
            "append_us": sum(append) / len(append) * 1e6,
            "append_us_least": min(append) * 1e6,
            "append_us_most": max(append) * 1e6,
            "inclusion_ms": _median(included) * 1e3,
            "audit_ms": _median(audited) * 1e3,
            "audit_ms_least": min(audited) * 1e3,
            "audit_ms_most": max(audited) * 1e3,
            "single_append_ms": _median(single) * 1e3,
            "open_log_ms": _median(opened) * 1e3,
            "full_audit_s": everything,
            "chain_append_us": chain * 1e6,
            "chain_audit_ms": rescanned * 1e3,
            "megabytes": sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6,
        }


def pymerkle(entries: int) -> tuple[float, float] | None:
    """Microseconds an append in memory, and milliseconds a proof; None where it cannot be installed."""
    if not PEERS.exists():
        done = subprocess.run(
            [sys.executable, "-m", "pip", "install", "-q", "--target", str(PEERS), "pymerkle==7.0.0"],
            capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode:
            shutil.rmtree(PEERS, ignore_errors=True)
            return None
    done = subprocess.run(
        [sys.executable, "-c", _PEER, str(entries)],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(PEERS)},
    )  # fmt: skip
    if done.returncode:
        return None
    append, prove = map(float, done.stdout.split())
    return append, prove


def _good(ok: bool) -> None:
    assert ok, "the log does not verify"


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _chain(batches: list[list[bytes]], path: Path) -> None:
    link = bytes(32)
    with path.open("wb") as file:
        for batch in batches:
            for one in batch:
                link = hashlib.sha256(link + one).digest()
                file.write(len(one).to_bytes(2, "big") + one + link)
            file.flush()
            os.fsync(file.fileno())


def _rescan(path: Path) -> None:
    data, at, link = path.read_bytes(), 0, bytes(32)
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        link = hashlib.sha256(link + data[at + 2 : end]).digest()
        assert link == data[end : end + 32]
        at = end + 32


def main() -> None:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    found = full(entries)
    append, audit = found["append_us"], found["audit_ms"]
    least, most = found["append_us_least"], found["append_us_most"]
    print(f"{entries:,} entries, {found['megabytes']:.0f} MB on disk")
    print(f"append, durable      {append:8.2f} µs ({least:.2f}..{most:.2f} by batch)")
    print(f"  one at a time      {found['single_append_ms']:8.2f} ms")
    print(
        f"  a hash chain       {found['chain_append_us']:8.2f} µs: lost to it, {append / found['chain_append_us']:.1f}×"
    )
    print(f"inclusion verified   {found['inclusion_ms']:8.3f} ms")
    print(f"incremental audit    {audit:8.3f} ms ({found['audit_ms_least']:.3f}..{found['audit_ms_most']:.3f})")
    print(f"  a hash chain       {found['chain_audit_ms']:8.1f} ms, all of it: {found['chain_audit_ms'] / audit:.0f}×")
    print(f"full audit           {found['full_audit_s']:8.2f} s; opening the log {found['open_log_ms']:.2f} ms")
    few = min(entries, 100_000)
    peer = pymerkle(few)
    if peer is None:
        print("pymerkle             could not be installed or run here")
    else:
        how = "won" if append < peer[0] else "lost"
        print(f"pymerkle, {few:,}   {peer[0]:8.2f} µs an append, in memory: {how}, {peer[0] / append:.1f}×")
    for name, bar in BARS.items():
        print(f"{name}: {'met' if found[name] <= bar else 'lost'} ({found[name]:.3g}, bar {bar:g})")
    print("govern_log: " + " ".join(f"{name}={found[name]:.3g}" for name in BARS))


if __name__ == "__main__":
    main()
