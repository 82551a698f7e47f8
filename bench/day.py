"""Eight hours of office work, simulated at speed: what they weigh, and what they cost the device.

A seeded worker writes, files, fills in forms, answers mail and uses a terminal, as raw events such as the desktop and
the browser would report them: pointer paths of a mouse of 125 to 1,000 Hz (merged per frame of 16 ms), typing with
corrections, trees of 20 to 300 nodes full of content, copies, logins, pauses and a lunch. They go through the
recorder's real stages (redact, reduce, an encrypted hold on disk, flushed as often as in eight real hours) in a process
that has loaded and hardened what the recorder does, and then through the real packing into sealed envelopes, all at
once and in a process of its own, as `glasswork send` does. Not in the figures: the capture (`bench/capture.py`).

Compared in the same run: the same events as plain JSON lines, as input recorders write them (each pointer move a line
of its own, each tree as it was reported), and those lines compressed as well as zstd -19 can. And a check: no word
that the worker typed, saw or clicked is in what was sealed (nor in the hold); the search must find them in the lines.

    python bench/day.py [DAYS]      how many different days (3), of which only the first is compressed by zstd

Bars: 0.5 MB of sealed actions, 2 MB of sealed Screens, 80 MB of memory in each of the two processes.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from office.work import HOURS, day
from office.worker import Worker

from glasswork.schema.raw import RawEvent, RawKind

if TYPE_CHECKING:
    from glasswork.policy import Approved

KEY = bytes(range(32))  # of a hold that lives as long as this program
BARS = {"action_bytes": 500_000, "screen_bytes": 2_000_000, "peak_mb": 80, "send_peak_mb": 80}
SERVICE = "http://127.0.0.1:1"  # never called

# What a recorder writes that leaves nothing out


def plain(events: list[RawEvent], at: list[float]) -> Iterator[str]:
    """The events as lines of JSON. `at` is where the pointer was, and moves along."""
    for raw in events:
        if raw.kind is RawKind.MOVE:
            for n in range(1, raw.count + 1):
                x, y = (old + (new - old) * n / raw.count for old, new in zip(at, (raw.x, raw.y), strict=True))
                yield f'{{"time": {raw.time:.4f}, "kind": "move", "x": {x:.1f}, "y": {y:.1f}}}\n'
            at[:] = raw.x, raw.y
            continue
        line: dict[str, object] = {"time": round(raw.time, 4), "kind": raw.kind}
        for name in ("x", "y", "dy", "button", "key", "text", "app", "window", "title", "site", "role", "label", "box"):
            if value := getattr(raw, name):
                line[name] = value
        if raw.nodes:
            line["nodes"] = [[n.role, n.depth, n.label, n.value, n.box] for n in raw.nodes]
        yield json.dumps(line) + "\n"


def recorded_plainly(seed: int, squeeze: bool) -> tuple[int, int]:
    """Bytes of a day as JSON lines, and of those under zstd -19 (0 without `squeeze`)."""
    size = squeezed = 0
    at = [400.0, 400.0]
    machine = zstandard.ZstdCompressor(level=19, threads=-1).compressobj()
    for events in day(seed):
        lines = "".join(plain(events, at)).encode()
        size += len(lines)
        squeezed += len(machine.compress(lines)) if squeeze else 0
    return size, squeezed + (len(machine.flush()) if squeeze else 0)


# What the recorder makes of it, in processes of its own


def record(folder: Path, seed: int) -> dict[str, float]:
    """The day through the recorder's stages into a hold in `folder`."""
    import glasswork.api.recording
    import glasswork.device.agent
    import glasswork.device.capture.desktop  # noqa: F401
    from glasswork import redact
    from glasswork.device import hold
    from glasswork.device.hardening import harden
    from glasswork.device.pipeline import Pipeline

    harden()
    policy = approved()
    redact.self_test()
    clock = Clock()
    raw = fed = 0
    spent = 0.0
    with hold.open_hold(folder, KEY) as handle:
        pipeline = Pipeline(handle, policy, clock)
        for events in day(seed):
            raw += sum(event.count or 1 for event in events)
            fed += len(events)
            began = time.process_time()
            for event in events:
                due = clock.now + pipeline.seconds_left()
                if due <= event.time:
                    clock.now = due
                    pipeline.settle()
                clock.now = event.time
                pipeline.feed(event)
            spent += time.process_time() - began
        began = time.process_time()
        pipeline.close()
        spent += time.process_time() - began
        actions = hold.count(handle)
    return {"raw": raw, "fed": fed, "actions": actions, "record_cpu_s": spent, "peak_mb": peak_mb()}


def send(folder: Path) -> dict[str, float]:
    """Everything held, sealed into envelopes for a key of our own; and what of their bytes the Screens are."""
    import msgspec
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from glasswork.device import hold
    from glasswork.device.send.pack import pack
    from glasswork.schema import envelope
    from glasswork.schema.batch import Batch, encode_batch
    from glasswork.schema.enrolment import Enrolment
    from glasswork.schema.words import Scope

    signer, private = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
    enrolment = Enrolment(
        participant="me",
        device="laptop",
        scope=Scope.SELF,
        purpose="personal_use",
        service=SERVICE,
        key_service=signer.public_key().public_bytes_raw(),
    )

    def key_of(day: date) -> envelope.SealingKey:
        return envelope.SealingKey(
            key="0" * 32, participant="me", day=day, public=private.public_key().public_bytes_raw()
        )

    with hold.open_hold(folder, KEY) as handle:
        stored = (folder / "hold.sqlite3").stat().st_size
        began = time.process_time()
        pack(handle, enrolment, signer, lambda days: {day: key_of(day) for day in days}, lambda done, total: None)
        spent = time.process_time() - began
        peak = peak_mb()
        sealed = bare = screens = 0
        for path in sorted(handle.outbox.glob("*.envelope")):
            data = path.read_bytes()
            parsed = envelope.parse(data)
            batch = envelope.unseal(parsed, private)
            alone = Batch(batch.actions)  # the same actions without their Screens
            sealed += len(data)
            bare += len(envelope.seal(alone, parsed.header, key_of(date.today()), signer))
            screens += len(batch.screens)
            (folder / f"{path.stem}.plain").write_bytes(encode_batch(batch) + msgspec.json.encode(batch))
    return {
        "action_bytes": bare,
        "screen_bytes": sealed - bare,
        "screens": screens,
        "hold_bytes": stored,
        "send_cpu_s": spent,
        "send_peak_mb": peak,
    }


class Clock:
    """The time of the simulated day, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def approved() -> "Approved":
    """The demo's policy, signed by a quorum of our own."""
    from glasswork.policy import SignerRole, check, compile_text, pack, sign
    from glasswork.policy.keys import public_text
    from glasswork.policy.templates import demo_policy

    now = datetime.now(UTC)
    roles = (SignerRole.PRIVACY_OFFICER, SignerRole.SECURITY_OFFICER, SignerRole.WORKER_REPRESENTATIVE)
    keys = {role: Ed25519PrivateKey.generate() for role in roles}
    text = demo_policy({role: public_text(key) for role, key in keys.items()}, now=now, sink_url=SERVICE)
    bundle = compile_text(text)
    return check(pack(bundle, [sign(bundle, role, key, now=now) for role, key in keys.items()]), now=now)


def peak_mb() -> float:
    """The most memory that this process has had, in millions of bytes (proc(5), VmHWM; getrusage has the parent's)."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


# All of it


def one_day(seed: int, squeeze: bool) -> dict[str, float]:
    """The figures of one day, its peers included. Exits where content is found in what was sealed."""
    from glasswork.redteam.canaries import Search

    with tempfile.TemporaryDirectory() as name:
        recorded = in_a_process("record", name, seed)
        sent = in_a_process("send", name, seed)
        search = Search(Worker(seed).lexicon)
        found = {f"as {survivor.form} in {survivor.place}" for survivor in search.folder(Path(name))}
    if found:
        sys.exit(f"day: LEAK: words of day {seed} were found {'; '.join(sorted(found))}")
    if not any(search.data("".join(plain(next(day(seed)), [0.0, 0.0])).encode())):
        sys.exit("day: the search finds no word even where all of them are, so that it found none says nothing")
    plain_bytes, squeezed = recorded_plainly(seed, squeeze)
    return {
        **recorded,
        **sent,
        "cpu_s": recorded["record_cpu_s"] + sent["send_cpu_s"],
        "plain_bytes": plain_bytes,
        **({"squeezed_bytes": squeezed} if squeeze else {}),
        "ratio": plain_bytes / (sent["action_bytes"] + sent["screen_bytes"]),
    }


def in_a_process(what: str, folder: str, seed: int) -> dict[str, float]:
    done = subprocess.run([sys.executable, __file__, what, folder, str(seed)], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def report(days: list[dict[str, float]]) -> None:
    """Each figure with its spread over the days, the bars, and the last line: of each figure the worst."""
    for name in days[0]:
        low, high = (pick(day[name] for day in days if name in day) for pick in (min, max))
        print(f"{name}: {low:,.{digits(low)}f} to {high:,.{digits(low)}f}")
    worst = {name: max(day[name] for day in days if name in day) for name in days[0]}
    for name, bar in BARS.items():
        print(f"{name}: {'met' if worst[name] <= bar else 'LOST'}, at most {worst[name]:,.0f} of {bar:,}")
    sealed = days[0]["action_bytes"] + days[0]["screen_bytes"]
    against = days[0]["squeezed_bytes"] / sealed
    print(f"against zstd -19 of everything: {'won' if against > 1 else 'LOST'}, {against:,.0f} times fewer bytes")
    core = 100 * worst["cpu_s"] / (HOURS * 3600)
    each = 1e6 * max(day["record_cpu_s"] / day["raw"] for day in days)
    print(f"device CPU: {core:.3f} % of a core over the day; {each:.1f} us a raw event until it is on disk")
    print(
        "day: "
        + " ".join(f"{name}={worst[name]:.0f}" for name in ("raw", "actions", "action_bytes", "screen_bytes"))
        + f" cpu_s={worst['cpu_s']:.1f} peak_mb={worst['peak_mb']:.1f}"
        + f" send_peak_mb={worst['send_peak_mb']:.1f} ratio={min(day['ratio'] for day in days):.0f}"
        + f" zstd_ratio={against:.0f}"
    )


def digits(value: float) -> int:
    return 1 if value < 1_000 else 0


def main() -> None:
    match sys.argv[1:]:
        case ["record", folder, seed]:
            print(json.dumps(record(Path(folder), int(seed))))
        case ["send", folder, _]:
            print(json.dumps(send(Path(folder))))
        case arguments:
            seeds = range(1, 1 + int(arguments[0] if arguments else 3))
            report([one_day(seed, squeeze=seed == 1) for seed in seeds])


if __name__ == "__main__":
    main()
