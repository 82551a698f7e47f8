"""Run one function over many items, here or in a pool of processes: the same function, the same results, in order."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def run(function: Callable[[Item], Result], items: Iterable[Item], workers: int = 1) -> Iterator[Result]:
    """The result of `function` for each item, in the items' order, as they are ready.

    With one worker everything happens in this process, one item at a time as results are asked for. With more,
    `function` must be importable, and items and results can be pickled; processes are spawned, since a fork would
    copy the locks of libraries that run threads. An error in `function` is raised in its place and ends the run.
    """
    if workers <= 1:
        yield from map(function, items)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        try:
            yield from pool.map(function, items)
        finally:
            pool.shutdown(cancel_futures=True)
