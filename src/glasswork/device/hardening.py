"""Keep the recorder's memory out of core dumps, debuggers and swap, as far as the system allows.

Root, and a debugger that was attached before, are beyond this.
"""

import ctypes
import os
import resource
from pathlib import Path
from typing import Final

# Linux: prctl(2), mlockall(2), capabilities(7).
_PR_GET_DUMPABLE: Final = 3
_PR_SET_DUMPABLE: Final = 4
_MCL_CURRENT: Final = 1
_MCL_FUTURE: Final = 2
_MCL_ONFAULT: Final = 4
_CAP_IPC_LOCK: Final = 14


def harden() -> list[str]:
    """Harden this process; return in plain words what could not be done (empty: everything was).

    No core dumps, not readable by other processes of the same user, no page in swap. To be called once, early.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    missing = weaknesses()
    lockable = not missing
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if libc.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) != 0:
        missing.append("Other programs of this user may read the recorder's memory: the system refused to forbid it.")
    if lockable:
        _, hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)
        if hard == resource.RLIM_INFINITY:
            resource.setrlimit(resource.RLIMIT_MEMLOCK, (hard, hard))
        # Pages are locked as they are first used; to lock what is merely mapped would waste memory.
        if libc.mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT) != 0:
            reason = os.strerror(ctypes.get_errno())
            missing.append(f"The recorder's memory may be written to swap: the system refused to lock it ({reason}).")
    return missing


def weaknesses() -> list[str]:
    """What `harden` could not do here, in plain words. Changes nothing."""
    if _may_lock():
        return []
    swap = "The recorder's memory may be written to swap: the limit for locked memory is too low."
    return [f"{swap} Raise it (ulimit -l unlimited) or use encrypted swap."]


def _may_lock() -> bool:
    # Under a finite limit locking seems to work, and then the first allocation beyond the limit fails.
    soft, hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    return hard == resource.RLIM_INFINITY or soft == resource.RLIM_INFINITY or _has_capability(_CAP_IPC_LOCK)


def _has_capability(number: int) -> bool:
    status = Path("/proc/self/status").read_text()
    effective = next(line for line in status.splitlines() if line.startswith("CapEff:"))
    return bool(int(effective.split()[1], 16) >> number & 1)
