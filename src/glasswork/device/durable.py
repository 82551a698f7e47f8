"""Write a file so that a crash leaves the old one or the new one, which only its owner may read."""

import os
from pathlib import Path

from glasswork.device.errors import DiskFull


def write_durably(path: Path, data: bytes) -> None:
    """Write a file so that after a crash it is there as a whole, or not at all. Raises DiskFull."""
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError:
        raise DiskFull from None
