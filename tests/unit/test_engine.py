"""The engine: the same results, in order, in one process and in several."""

import os

import pytest

from glasswork import engine


def halve(number: int) -> tuple[float, int]:
    if number == 13:
        raise ValueError("thirteen")
    return number / 2, os.getpid()


def test_one_worker_runs_here_and_only_as_far_as_asked() -> None:
    started: list[int] = []
    results = engine.run(lambda number: started.append(number) or number, range(10))
    assert next(results) == 0 and started == [0]


def test_several_workers_give_the_same_in_order() -> None:
    results = list(engine.run(halve, range(10), workers=2))
    assert [half for half, _ in results] == [number / 2 for number in range(10)]
    assert os.getpid() not in {process for _, process in results}


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_is_raised_in_its_place(workers: int) -> None:
    results = engine.run(halve, [2, 13, 4], workers=workers)
    assert next(results)[0] == 1
    with pytest.raises(ValueError, match="thirteen"):
        next(results)
