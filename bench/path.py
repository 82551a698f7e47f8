"""From raw bytes to sealed bytes: what a recording weighs, and what of it would ever leave the device.

For each recording in ../shared/data/recordings: the bytes of its raw event stream; the same stream compressed as well
as zstd can (the limit of sending everything); and the envelopes that Glasswork seals of it, header, padding and
signature included. Each is imported in a workspace of its own, through the real service, three times.

    python bench/path.py [FOLDER_WITH_RECORDINGS]
"""

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import zstandard

from glasswork.api.importing import import_recording
from glasswork.api.service import running
from glasswork.api.workspace import create

RUNS = 3
HERE = Path(__file__).resolve().parent
RECORDINGS = HERE.parent.parent / "shared" / "data" / "recordings"


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else RECORDINGS
    figures: list[str] = []
    for name in ("ducktrack", "agentnet"):
        events = folder / name / "events.jsonl"
        if not events.exists():
            print(f"{name}: skipped, {events} is not there")
            continue
        raw = events.read_bytes()
        squeezed = len(zstandard.ZstdCompressor(level=22).compress(raw))
        sealed, seconds = zip(*(imported(events.parent) for _ in range(RUNS)), strict=True)
        ratio = len(raw) / max(sealed)
        print(
            f"{name}: {len(raw):,} raw bytes; zstd -22 of them {squeezed:,}; sealed {min(sealed):,} to {max(sealed):,} "
            f"({ratio:,.0f} times fewer than raw, {squeezed / max(sealed):,.1f} times fewer than zstd); "
            f"import {median(seconds):.2f} s (of {RUNS}: {min(seconds):.2f} to {max(seconds):.2f})"
        )
        found = {"raw": len(raw), "zstd": squeezed, "sealed": max(sealed), "ratio": round(ratio)}
        figures += [f"{name}_{key}={value}" for key, value in found.items()]
    print("path: " + (" ".join(figures) or "skipped=recordings"))


def imported(recording: Path) -> tuple[int, float]:
    """Sealed bytes, and seconds from the file to the vault's acknowledgement."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = create(Path(folder) / "workspace")
        with running(workspace):
            began = time.perf_counter()
            done = import_recording(workspace, recording, basis="benchmark")
            return done.sealed_bytes, time.perf_counter() - began


if __name__ == "__main__":
    main()
