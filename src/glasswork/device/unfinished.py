"""The mark of a recorder that has not ended yet: found by the next one, it says that what was in memory is lost."""

from contextlib import suppress
from pathlib import Path
from typing import Final

from glasswork.device.durable import write_durably

MARK: Final = "unfinished"


def begin(folder: Path) -> None:
    """Something may be in memory alone from now on. Durable when it returns. Raises DiskFull."""
    if not (folder / MARK).exists():
        write_durably(folder / MARK, b"")


def end(folder: Path) -> None:
    """Everything is held."""
    with suppress(OSError):  # then the next recorder reports a loss that was none
        (folder / MARK).unlink(missing_ok=True)


def found(folder: Path) -> bool:
    """Whether a recorder ended here before everything was held: it was killed, or the disk was full."""
    return (folder / MARK).exists()
