"""What the demo and an import end with: one line of figures; and the progress that runs until then."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

import msgspec


class Summary(msgspec.Struct, frozen=True):
    """The figures of the whole path. `leaks` counts places where something typed was found again."""

    raw: int
    actions: int
    episodes: int
    examples: int
    sealed_bytes: int
    leaks: int
    dataset: str

    def line(self, name: str) -> str:
        """`name: raw=… actions=… episodes=… examples=… sealed_bytes=… leaks=… dataset=…`"""
        figures = " ".join(f"{key}={value}" for key, value in msgspec.to_builtins(self).items())
        return f"{name}: {figures}"


@contextmanager
def stages(*, quiet: bool = False) -> Generator[Callable[[str, int, int], None]]:
    """A progress bar a stage, on standard error. Yields a function of (stage, done, total; 0 where not known)."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    progress = Progress(
        TextColumn("{task.description:18}"),
        BarColumn(30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True, quiet=quiet),
    )
    bars: dict[str, TaskID] = {}

    def tell(stage: str, done: int, total: int) -> None:
        if not bars:  # started here, so that a refusal before the first stage is one line and no empty bars
            progress.start()
        if stage not in bars:
            bars[stage] = progress.add_task(stage, total=None)
        progress.update(bars[stage], completed=done, total=total or max(done, 1))

    try:
        yield tell
    finally:
        if bars:
            progress.stop()
