"""The service's log of requests: counts by outcome, written once a day and at the end.

A line for each request would be a timesheet as soon as somebody's log keeper puts the time before it, as they all do.
Only what is wrong with the service itself is logged when it happens.
"""

import threading
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime

import structlog

from glasswork.vault.ingest import until_midnight

_log = structlog.stdlib.get_logger()


class Tally:
    """How often each outcome was since the last `write`. Threads may share it."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def add(self, event: str, outcome: str) -> None:
        """Count one request."""
        with self._lock:
            self._counts[event, outcome] += 1

    def write(self) -> None:
        """Log the counts, and begin anew."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        for (event, outcome), count in sorted(counts.items()):
            _log.info(event, outcome=outcome, count=count)

    @contextmanager
    def daily(self) -> Generator[None]:
        """Write at every midnight (UTC), and at the end, while the block runs."""
        ended = threading.Event()

        def work() -> None:
            while not ended.wait(until_midnight(datetime.now(UTC))):
                self.write()

        thread = threading.Thread(target=work, name="tally", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            self.write()
