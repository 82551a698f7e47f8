"""Erasing one participant, by the end of their keys, against rewriting a table that everybody shares.

Both hold the same rows: 200 people, 10 days, 2,000 actions per person and day on 200 screens of 60 elements (its
sealed size is printed; `bench/day.py` measures 0.15 MB for eight hours). Glasswork's side is the vault's own
`erase`, the whole of it: decision, keys, rotation up to the root, rows, tombstones, log entry, certificate, and the
rewriting of its records. The other side is one Parquet file (zstd) per day with everybody's rows, encrypted with
AES-256-GCM as the vault's files are: for each day it is opened, filtered, written, synced and renamed into place, which
is the least that ends a person's rows there (it reaches no backup and no cache, and proves nothing).

Twenty different days of work are made, and ten people share each: erasing does not look inside, and to the table's
compression they are too far apart to be seen as the same.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import insert

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from glasswork import vault
from glasswork.schema.action import Action, Element, Node, Screen
from glasswork.schema.batch import Batch, encode_batch, unpack
from glasswork.schema.words import ActionKind, Role, Scope, Zone
from glasswork.vault import Vault, keys, objects
from glasswork.vault.frames import Provenance, frame_of, seal_frame
from glasswork.vault.ring import SIZE, Branch, Leaf, unlocked
from glasswork.vault.tables import objects as table
from vault_world import NOW, OFFICER, Clock, approved, enrolled

PEOPLE, DAYS, ROWS, RUNS, KINDS = 200, 10, 2_000, 5, 20
SCREENS, NODES = 200, 60
"""The Screens of a day and the nodes in each: an action is stored with what was on the screen when it was done."""
FIRST = NOW.date() - timedelta(days=DAYS)


def filled(handle: Vault, frames: list[pl.DataFrame]) -> None:
    """Put a partition for every person and day into the vault, each under a key of its own."""
    sealed = [seal_frame(frame, os.urandom(SIZE), b"") for frame in frames]
    people = [f"p-{n:03}" for n in range(PEOPLE)]
    for person in people:
        enrolled(handle, person)
    rows: list[dict[str, object]] = []
    with unlocked(handle.keys) as ring:
        for place, person in enumerate(people):
            data = sealed[place % KINDS]
            for n in range(DAYS):
                key, path = os.urandom(16).hex(), f"{objects.SEALED}/{os.urandom(16).hex()}"
                day = FIRST + timedelta(days=n)
                ring.add(Leaf(key, Branch.ACTIONS, day.isoformat(), person), os.urandom(SIZE))
                (handle.folder / "objects" / path).write_bytes(data)
                rows.append(_row(person, day, key, path, ROWS, len(data)))
    with handle.records.begin() as connection:
        connection.execute(insert(table), rows)


def _box(draw: random.Random) -> tuple[int, int, int, int]:
    return draw.randrange(64), draw.randrange(64), draw.randrange(1, 64), draw.randrange(1, 64)


def _row(person: str, day: date, key: str, path: str, rows: int, size: int) -> dict[str, object]:
    place = {"zone": Zone.ACTIONS, "name": "actions", "source": "", "scope": Scope.PROGRAMME, "owner": person}
    what = {"rows": rows, "purposes": "", "key": key, "path": path, "size": size, "sha256": ""}
    return {"partition": os.urandom(16).hex(), "day": day, **place, **what}


def shared_table(folder: Path, frames: list[pl.DataFrame], key: bytes) -> list[Path]:
    """The same rows as one encrypted file per day, with a column that says whose each is."""
    everybody = pl.concat(frames[n % KINDS].with_columns(pl.lit(f"p-{n:03}").alias("owner")) for n in range(PEOPLE))
    files: list[Path] = []
    for n in range(DAYS):
        files.append(folder / f"day-{n}")
        _write(files[-1], everybody, key)
    return files


def rewrite(files: list[Path], person: str, key: bytes) -> None:
    """End one person's rows in the shared table."""
    for file in files:
        data = file.read_bytes()
        frame = pl.read_parquet(AESGCM(key).decrypt(data[:12], data[12:], b""))
        _write(file, frame.filter(pl.col("owner") != person), key)


def _write(file: Path, frame: pl.DataFrame, key: bytes) -> None:
    new = file.with_suffix(".new")
    frame.write_parquet(new, compression="zstd")
    nonce = os.urandom(12)
    sealed = nonce + AESGCM(key).encrypt(nonce, new.read_bytes(), b"")
    with new.open("wb") as out:
        out.write(sealed)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)


def day_of_work(seed: int) -> pl.DataFrame:
    """A frame of one person's day: clicks on the elements of screens, of which no two are alike."""
    draw = random.Random(seed)
    labels = ("save", "open", "close", "print", "copy", "paste", "undo", "find", "replace", "cancel")
    screens = [
        Screen(tuple(Node(Role.BUTTON, draw.randrange(1, 6), draw.choice(labels), _box(draw)) for _ in range(NODES)))
        for _ in range(SCREENS)
    ]
    actions = [
        Action(
            kind=ActionKind.CLICK,
            app="mousepad",
            window=draw.randrange(8),
            element=Element(Role.BUTTON, draw.choice(labels), key=draw.randrange(0x10000), box=_box(draw)),
            screen=n * SCREENS // ROWS,
        )
        for n in range(ROWS)
    ]
    packed, _ = unpack(encode_batch(Batch(tuple(actions), tuple(screens))))
    return frame_of(packed, 0, Provenance(FIRST, "personal", Scope.PROGRAMME, "0" * 64))


def measure() -> dict[str, float]:
    """Milliseconds of both, and their ratio with its spread over RUNS people."""
    frames = [day_of_work(seed) for seed in range(KINDS)]
    with (
        tempfile.TemporaryDirectory() as name,
        vault.connect(Path(name) / "vault", approved(), clock=Clock()) as handle,
    ):
        filled(handle, frames)
        key = AESGCM.generate_key(256)
        files = shared_table(Path(name), frames, key)
        erase = vault.erase  # which imports it: what the other side needs is imported above
        erasing: list[float] = []
        rewriting: list[float] = []
        for n in range(RUNS):
            os.sync()  # what was written before is nobody's cost
            begun = time.perf_counter()
            erased = erase(handle, f"p-{n:03}", OFFICER)
            erasing.append(time.perf_counter() - begun)
            assert erased.objects == DAYS and not keys.leaves(handle.ring, owner=f"p-{n:03}")
            begun = time.perf_counter()
            rewrite(files, f"p-{n:03}", key)
            rewriting.append(time.perf_counter() - begun)
    ratios = [slow / fast for slow, fast in zip(rewriting, erasing, strict=True)]
    return {
        "day_kb": len(seal_frame(frames[0], bytes(SIZE), b"")) / 1000,
        "erase_ms": 1000 * statistics.median(erasing),
        "rewrite_ms": 1000 * statistics.median(rewriting),
        "erase_ratio": statistics.median(ratios),
        "erase_ratio_min": min(ratios),
        "erase_ratio_max": max(ratios),
    }


if __name__ == "__main__":
    found = measure()
    print(f"{found['day_kb']:.0f} kB a person and day, sealed")
    print(f"{PEOPLE} people, {DAYS} days, {ROWS} actions each: {PEOPLE * DAYS * ROWS:,} rows; {RUNS} runs")
    print(f"erase one participant   {found['erase_ms']:9.1f} ms")
    print(f"rewrite a shared table  {found['rewrite_ms']:9.1f} ms")
    least, most = found["erase_ratio_min"], found["erase_ratio_max"]
    print(f"ratio {found['erase_ratio']:.0f} ({least:.0f}..{most:.0f}), bar 100: {'met' if least >= 100 else 'LOST'}")
    print("govern_erase: " + " ".join(f"{name}={value:.1f}" for name, value in found.items()))
