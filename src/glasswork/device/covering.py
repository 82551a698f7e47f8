"""Covering: what runs in the recorder's place for who takes no part, and had chosen to send by itself.

Their slots go on, with covers alone: who watches the network or the service must not learn from a silence who opted
out. This needs the folder and the hold's key. It opens no display, no bus and no socket.
"""

import fcntl
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from glasswork.device.errors import CoverRunning
from glasswork.device.hardening import harden
from glasswork.device.participation import takes_part
from glasswork.device.send import Clockwork, choice
from glasswork.policy import Policy

LOCK: Final = "covering.lock"
LOOK_S: Final = 60.0
"""How often it looks whether its participant takes part again."""


def cover(folder: Path, key: bytes, policy: Policy) -> None:
    """Keep the slots of the device in `folder`; returns when its participant takes part, or sends by hand.

    It also ends when the policy expires, as the recorder does. Raises CoverRunning where another one does the same.
    """
    harden()
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        clockwork = Clockwork(folder, key)
        while not takes_part(folder, policy) and choice(folder).by_itself and datetime.now(UTC) < policy.expires:
            time.sleep(min(clockwork.seconds_left(), LOOK_S))
            clockwork.tick()
    except BlockingIOError:
        raise CoverRunning from None
    finally:
        os.close(lock)
