"""The recorder's memory stays its own. Each check is of another process, since hardening cannot be undone."""

import resource
import subprocess
import sys
from pathlib import Path

HARDEN = "from glasswork.device.hardening import harden; missing = harden(); "


def run(then: str, limit: int | None = None) -> str:
    def set_limit() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_MEMLOCK, (limit, limit))

    command = [sys.executable, "-c", HARDEN + then]
    return subprocess.run(command, check=True, capture_output=True, text=True, preexec_fn=set_limit).stdout


def test_no_core_is_dumped() -> None:
    assert run("import resource; print(resource.getrlimit(resource.RLIMIT_CORE))") == "(0, 0)\n"


def test_the_process_is_not_dumpable() -> None:
    assert run("import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))") == "0\n"


def test_pages_are_locked_or_it_says_that_they_are_not() -> None:
    locked = run(
        "print(missing or next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmLck')))"
    )
    assert "swap" in locked or int(locked) > 0


def test_a_low_limit_is_reported_and_the_process_still_works() -> None:
    capable = int(_effective(), 16) >> 14 & 1  # CAP_IPC_LOCK: the limit does not count
    expected = "[]" if capable else "swap"
    assert expected in run("data = bytearray(50_000_000); print(missing)", limit=1 << 16)


def _effective() -> str:
    status = Path("/proc/self/status").read_text()
    return next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:"))
