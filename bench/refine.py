"""Refinement: actions a second from sealed batches to labelled episodes, beside DuckDB and pandas; memory; reduction.

    whole     sealed batches (HPKE, zstd, every check of a batch) become frames, episodes, labels, families: two worker
              processes, each a core. Printed by CPU time (two cores' worth) and by wall time, which others disturb
    stored    the same from the sealed partitions that the vault keeps (AES-GCM, Parquet)
    beside    the rule layer alone (boundaries of refine/rules.py and cut.py; seven label rules), from a frame in memory
              to tables, in Polars, in DuckDB and in pandas, one day of one person after another as a vault hands
              them out, in Polars as many together as refine/job.py takes (and for the two others also all at once).
              The tables must be the same, row for row. What is
              learned, what looks for routines, and the other labels have no counterpart there and are left out for all
    memory    the largest resident set of a process that refines a crowd, and one of an eighth of it
    reduce    on the device: openadapt-capture's `process_events`, its objects already in memory, beside Glasswork from
              the file to packed batches, on the same events (bench/imports.py says more)

The work is invented (bench/refine_work.py); a day of one person is a partition, and batches are as large as a device
packs them.

    python bench/refine.py [PEOPLE]
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from statistics import median

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import imports
import polars as pl
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from refine_work import day

from glasswork.api.workspace import new_policy
from glasswork.device.capture import recordings
from glasswork.device.redaction import redact_events
from glasswork.device.reduce import reduce
from glasswork.engine.local import run
from glasswork.refine.acts import acts_of
from glasswork.refine.cut import cut
from glasswork.refine.episodes import episodes, placed, with_own_screens
from glasswork.refine.job import TOGETHER
from glasswork.refine.label_rules import erased, routes, undone
from glasswork.refine.rules import with_rules
from glasswork.schema.batch import batch_of, encode_batch, unpack
from glasswork.schema.envelope import Header, SealingKey, parse, seal, unseal_packed
from glasswork.schema.words import Scope
from glasswork.vault.frames import Provenance, frame_of, open_frame, seal_frame

RUNS = 3
DAY, BATCH = 8_000, 3_500
HERE = Path(__file__).resolve().parent
ROOM = HERE / ".peers" / "refine"
PEERS = ("duckdb==2.0.1", "pandas==3.1.1", "pyarrow==26.0.1")
SECRET = bytes(range(32))
ABOUT = Provenance(date(2026, 11, 24), "", Scope.SELF, "0" * 64)
COLUMNS = (
    *("part", "n", "batch", "kind", "gap", "modality", "key", "command", "app", "category", "has_element", "role"),
    *("element_class", "length", "erased", "amount", "task"),
)


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 64
    figures: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        actions = written(room, people)
        print(
            f"{people} people, a day each: {actions:,} actions, "
            f"sealed to {size(room, 'sealed') / actions:.1f} bytes an action, padding included"
        )
        figures += speed("sealed", whole, room, actions)
        figures += speed("stored", stored, room, actions)
        figures += memory(room, people)
        figures += beside(room)
        figures += reduction(room)
    print("refine: " + " ".join(figures))


def written(room: Path, people: int) -> int:
    """Write each person's day as sealed batches and as a sealed partition. Returns how many actions there are."""
    private, device = X25519PrivateKey.from_private_bytes(SECRET), Ed25519PrivateKey.from_private_bytes(SECRET)
    key = SealingKey(key="0" * 32, participant="p", day=ABOUT.day, public=private.public_key().public_bytes_raw())
    header = Header(
        batch="0" * 32,
        key=key.key,
        participant="p",
        device="d",
        sequence=1,
        scope=Scope.SELF,
        purpose="refine",
        policy="0" * 64,
    )
    actions = 0
    for person in range(people):
        batches = day(person, 0, DAY, BATCH)
        for number, batch in enumerate(batches):
            (room / f"{person}.{number}.sealed").write_bytes(seal(batch, header, key, device))
        frame = pl.concat([frame_of(unpack(encode_batch(batch))[0], n, ABOUT) for n, batch in enumerate(batches)])
        (room / f"{person}.stored").write_bytes(seal_frame(frame, SECRET, b""))
        actions += frame.height
    return actions


def size(room: Path, suffix: str) -> int:
    return sum(path.stat().st_size for path in room.glob(f"*.{suffix}"))


def opened(room: Path, person: int) -> pl.DataFrame:
    """A day, from its sealed batches."""
    private = X25519PrivateKey.from_private_bytes(SECRET)
    parts: list[pl.DataFrame] = []
    while (path := room / f"{person}.{len(parts)}.sealed").exists():
        packed, _ = unpack(unseal_packed(parse(path.read_bytes()), private))
        parts.append(frame_of(packed, len(parts), ABOUT))
    return pl.concat(parts)


def whole(task: tuple[Path, range]) -> tuple[int, float]:
    """Refine some people's days from sealed batches. Returns the episodes and the CPU seconds."""
    return timed(task[1], lambda person: opened(task[0], person))


def stored(task: tuple[Path, range]) -> tuple[int, float]:
    """Refine some people's days from sealed partitions. Returns the episodes and the CPU seconds."""
    return timed(task[1], lambda person: open_frame((task[0] / f"{person}.stored").read_bytes(), SECRET, b""))


def timed(people: Iterable[int], read: Callable[[int], pl.DataFrame]) -> tuple[int, float]:
    began = time.process_time()
    made = episodes([read(person) for person in people])
    return sum(part.height for part in made), time.process_time() - began


def groups(people: int) -> Iterator[range]:
    """People whose days are refined together, as `refine.job` does."""
    some = -(-TOGETHER // DAY)
    return (range(at, min(at + some, people)) for at in range(0, people, some))


def speed(name: str, work: Callable[[tuple[Path, range]], tuple[int, float]], room: Path, actions: int) -> list[str]:
    people = len(list(room.glob("*.stored")))
    tasks = [(room, some) for some in groups(people)]
    os.environ["POLARS_MAX_THREADS"] = "1"  # two processes, and each has one core
    rates, walls, found = [], [], 0
    for _ in range(RUNS):
        began = time.perf_counter()
        done = list(run(work, [*tasks[:2], *tasks], workers=2))[2:]  # the first two warm the workers
        walls.append(actions / (time.perf_counter() - began))
        rates.append(2 * actions / sum(cpu for _, cpu in done))
        found = sum(count for count, _ in done)
    rates.sort()
    print(
        f"{name}: {median(rates):,.0f} actions/s on two cores by CPU time ({rates[0]:,.0f} to {rates[-1]:,.0f}), "
        f"{median(walls):,.0f} by wall time with starting, {found:,} episodes"
    )
    if name == "sealed":
        print(f"  bar of 1,000,000 actions/s: {'met' if median(rates) >= 1e6 else 'LOST'}")
        return [f"actions_per_s={median(rates):.0f}", f"actions_per_s_wall={median(walls):.0f}"]
    return [f"{name}_actions_per_s={median(rates):.0f}"]


def memory(room: Path, people: int) -> list[str]:
    """Peak resident sets of children that refine an eighth of the people, and all."""
    few = max(people // 8, 1)
    small, large = (
        int(subprocess.check_output([sys.executable, __file__, "--memory", str(room), str(n)], text=True))
        for n in (few, people)
    )
    print(f"memory: {small:,} KiB for {few} people, {large:,} KiB for {people}: {large / small:.2f} times")
    return [f"peak_kib_1x={small}", f"peak_kib_8x={large}", f"memory_growth={large / small:.2f}"]


def in_child(room: Path, people: int) -> None:
    for some in groups(people):
        whole((room, some))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def beside(room: Path) -> list[str]:
    """The rule layer, in three ways."""
    paths = sorted(room.glob("*.stored"), key=lambda path: int(path.stem))
    frames = [open_frame(path.read_bytes(), SECRET, b"") for path in paths]
    numbered = [frame.with_columns(part=pl.lit(n, pl.UInt32)) for n, frame in enumerate(frames)]
    source = room / "rows.parquet"
    pl.concat(numbered).with_columns(n=pl.int_range(pl.len(), dtype=pl.Int64)).select(COLUMNS).write_parquet(source)
    python = ROOM / "bin" / "python"
    try:
        if not list(ROOM.glob("lib/*/site-packages/duckdb")):
            venv.create(ROOM, with_pip=True)
            subprocess.run([python, "-m", "pip", "install", "-q", *PEERS], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        print("DuckDB and pandas could not be installed here, so there is nothing to compare with")
        return ["duckdb_ratio=skipped", "pandas_ratio=skipped"]
    script = [sys.executable, __file__, "--rules", str(room)]
    ours = json.loads(subprocess.check_output(script, text=True, env=os.environ | {"POLARS_MAX_THREADS": "2"}))[
        "seconds"
    ]
    rows, labels = tables(room / "ours")
    print(f"rules: {rows.height:,} rows, {labels.height:,} labels; Polars {pl.__version__} {told(ours)}")
    figures: list[str] = []
    for name, bar in (("duckdb", 3), ("pandas", 4)):
        out = room / name
        out.mkdir()
        command = [python, HERE / "refine_peers.py", name, source, out, str(RUNS)]
        answer = json.loads(subprocess.check_output(command, text=True))
        theirs, at_once = answer["by_day"], answer["at_once"]
        same = all(one.equals(other) for one, other in zip(tables(out), (rows, labels), strict=True))
        wall, cpu = (sorted(t[k] / median(o[k] for o in ours) for t in theirs) for k in (0, 1))
        print(
            f"  {name} {answer['version']} {told(theirs)}: "
            f"{median(cpu):.1f} times our CPU time ({cpu[0]:.1f}..{cpu[-1]:.1f}), "
            f"{median(wall):.1f} times our wall time ({wall[0]:.1f}..{wall[-1]:.1f}); results "
            f"{'identical' if same else 'DIFFERENT'}; bar of {bar}: {'met' if median(wall) >= bar else 'LOST'}"
        )
        print(f"    all days in one table, which bounds no memory: {told(at_once)}")
        figures += [
            f"{name}_ratio={median(wall):.1f}",
            f"{name}_spread={wall[0]:.1f}..{wall[-1]:.1f}",
            f"{name}_cpu_ratio={median(cpu):.1f}",
            f"{name}_at_once_ratio={median(t[0] for t in at_once) / median(o[0] for o in ours):.1f}",
            f"{name}_identical={same}",
        ]
    return figures


def told(seconds: list[tuple[float, float]]) -> str:
    return f"{median(wall for wall, _ in seconds):.2f} s, {median(cpu for _, cpu in seconds):.2f} s of CPU"


def by_rules(frames: list[pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with `part`, `n`, `episode` and `began`, and labels, by the rules alone."""
    done: list[pl.DataFrame] = []
    for some in groups(len(frames)):
        rows = cut(with_rules(pl.concat([frames[n].with_columns(part=pl.lit(n, pl.UInt32)) for n in some])))
        own = pl.col("episode") - pl.col("episode").min().over("part")
        done.append(rows.with_columns(episode=pl.col("part") * 2**20 + own))
    rows = pl.concat(done)
    acts = acts_of(with_own_screens(placed(rows))[0])
    found = pl.concat([*routes(acts), *erased(acts), undone(acts)[0]])
    labels = found.select(
        *("episode", "rule"),
        start=acts["place"].gather(found["begin"]),
        end=acts["place"].gather(found["finish"]) + 1,
    )
    return rows.select("part", "episode", "began"), labels


def in_polars(room: Path) -> None:
    paths = sorted(room.glob("*.stored"), key=lambda path: int(path.stem))
    frames = [open_frame(path.read_bytes(), SECRET, b"") for path in paths]
    seconds = []
    for _ in range(RUNS):
        wall, cpu = time.perf_counter(), time.process_time()
        rows, labels = by_rules(frames)
        seconds.append((time.perf_counter() - wall, time.process_time() - cpu))
    out = room / "ours"
    out.mkdir()
    own = pl.col("episode") % 2**20
    rows.select(own, "began", n=pl.int_range(pl.len())).write_parquet(out / "rows.parquet")
    labels.select(own, "rule", "start", "end", part=pl.col("episode") // 2**20).write_parquet(out / "labels.parquet")
    print(json.dumps({"seconds": seconds}))


def tables(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What one of the three found, in one form and order."""
    rows = pl.read_parquet(folder / "rows.parquet").select(pl.col("n", "episode", "began").cast(pl.Int64)).sort("n")
    labels = pl.read_parquet(folder / "labels.parquet")
    numbers = pl.col("part", "episode", "start", "end").cast(pl.Int64)
    return rows, labels.select(numbers, pl.col("rule").cast(pl.String)).sort(pl.all())


def reduction(room: Path) -> list[str]:
    """openadapt-capture's processing and ours, on one recording."""
    policy = new_policy()
    events = imports.RECORDINGS / "ducktrack" / "events.jsonl"
    kept = [json.loads(line) for line in events.open()] if events.exists() else imports.invented()
    repeated = imports.write_repeated(room / "ducktrack", kept)
    rates: list[float] = []
    for _ in range(imports.RUNS):
        began = time.process_time()
        found = recordings.find(repeated.parent)
        held = [item for session in found.sessions() for item in reduce(redact_events(session, policy, imported=True))]
        packed = [encode_batch(batch_of(held[at : at + BATCH])) for at in range(0, len(held), BATCH)]
        count = found.passed_over + sum(sum(item.counts.values()) for item in held)
        rates.append(count / (time.process_time() - began) if packed else 0)
    rates.sort()
    print(
        f"reduce: {median(rates):,.0f} events/s from the file to packed batches ({rates[0]:,.0f} to {rates[-1]:,.0f})"
    )
    figures = dict(figure.split("=") for figure in imports.beside(repeated, rates))
    ratio = figures.get("openadapt_ratio", "skipped")
    if ratio != "skipped":
        print(f"  bar of 100 times: {'met' if float(ratio) >= 100 else 'LOST'}")
    return [
        f"reduce_ratio={ratio}",
        *(f"reduce_{k.removeprefix('openadapt_')}={v}" for k, v in figures.items() if k != "openadapt_ratio"),
    ]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--memory", room, people]:
            in_child(Path(room), int(people))
        case ["--rules", room]:
            in_polars(Path(room))
        case _:
            main()
