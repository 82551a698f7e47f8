"""Handing the hold's key to another process of ours: through a pipe, never as an argument or in the environment.

`start(module, folder, key)` runs `python -P -m MODULE --folder FOLDER --key-fd N`; there `received` takes both over.
"""

import argparse
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from glasswork.device.errors import HoldLocked
from glasswork.device.hardening import harden
from glasswork.device.hold.key import SIZE


@dataclass(frozen=True, slots=True)
class Handed:
    """What a process was started with. `weaknesses` are what `harden` could not do."""

    folder: Path
    key: bytes
    weaknesses: list[str]


def start(module: str, folder: Path, key: bytes) -> "subprocess.Popen[bytes]":
    """Run a module of the device on its folder, and hand the hold's key over to it."""
    reader, writer = os.pipe()
    try:
        os.write(writer, key)
        return subprocess.Popen(
            # -P: or a folder called glasswork where the command was given would be handed the key.
            [sys.executable, "-P", "-m", module, "--folder", str(folder), "--key-fd", str(reader)],
            stdin=subprocess.DEVNULL,
            pass_fds=[reader],
            env={name: value for name, value in os.environ.items() if not name.startswith("GLASSWORK_")},
        )
    finally:
        os.close(writer)
        os.close(reader)


def received() -> Handed:
    """Harden this process, and take over what it was started with. Raises HoldLocked where no key comes."""
    weaknesses = harden()
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True, help="the device's folder in the workspace")
    parser.add_argument("--key-fd", type=int, required=True, help="an open file to read the hold's key from")
    given = parser.parse_args()
    try:
        with os.fdopen(given.key_fd, "rb") as stream:
            key = stream.read(SIZE + 1)
    except OSError:
        key = b""
    if len(key) != SIZE:
        raise HoldLocked(
            "The hold's key was not handed over, so nothing in it can be read. This is a fault of the program that "
            "started this one: please report it."
        )
    return Handed(given.folder, key, weaknesses)
