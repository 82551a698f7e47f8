"""Agreement, keys and proof: every figure that has a bar, in one run and one table.

Each part is measured by a file of its own (`govern_decide`, `govern_log`, `govern_keys`, `govern_erase`), which says
what is compared and can be run alone; here each runs in the same process, one after the other, and is held to its bar.
A part that cannot be measured is printed as lost.

    python bench/govern.py
"""

import importlib
import sys
from pathlib import Path
from typing import Final

PARTS: Final = ("decide", "log", "keys", "erase")
BARS: Final = {
    "decision_us": ("a decision", "≤", 100.0),
    "open_ms": ("open to the first row, log synced", "≤", 5.0),
    "append_us": ("an entry appended, of 1 million", "≤", 5.0),
    "inclusion_ms": ("an inclusion proof verified", "≤", 1.0),
    "audit_ms": ("an incremental audit", "≤", 1.0),
    "seal_us": ("a batch of 64 KB sealed", "≤", 100.0),
    "scan_ratio": ("an encrypted scan, against a plain one", "≤", 1.1),
    "erase_ratio": ("an erasure, against rewriting a shared table", "≥", 100.0),
    "cells_exact": ("every role, purpose and zone: as the matrix says", "≥", 1.0),
}


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parent))
    found: dict[str, float] = {}
    for part in PARTS:
        try:
            found |= importlib.import_module(f"govern_{part}").measure()
        except Exception as error:
            print(f"govern_{part} could not be measured: {type(error).__name__}: {error}", file=sys.stderr)
    for name, (what, side, bar) in BARS.items():
        value = found.get(name)
        met = value is not None and (value <= bar if side == "≤" else value >= bar)
        shown = "-" if value is None else f"{value:.4g}"
        print(f"{'met ' if met else 'lost'}  {what:<50} {shown:>10}  ({side} {bar:g})")
    print("govern: " + " ".join(f"{name}={found[name]:.4g}" if name in found else f"{name}=-" for name in BARS))


if __name__ == "__main__":
    main()
