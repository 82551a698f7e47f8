"""Run the service in this process, until SIGTERM or SIGINT."""

import asyncio
import json
import os
import signal
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import structlog
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar

from glasswork import vault
from glasswork.policy import Approved
from glasswork.portal.ingest import create_app
from glasswork.portal.tally import Tally
from glasswork.schema.errors import GlassworkError

AT_ONCE = 64
"""So many requests are worked on at once, each of at most 4 MiB: what all devices together can make it hold."""

_log = structlog.stdlib.get_logger()


class PortTaken(GlassworkError):
    """Another program listens where the service should."""

    exit_code = 69


def serve(folder: Path, approved: Approved, *, ready: Path, host: str = "127.0.0.1", port: int = 0) -> None:
    """Serve the vault in `folder` on `host` and `port` (0: any that is free) until told to stop.

    Writes `ready`, JSON of `url` and `pid`, when it answers, and removes it at the end. Logs one JSON object a line to
    stderr: what happened to the service, and once a day how often each outcome was. Raises PortTaken, and what
    `vault.connect` raises.
    """
    _log_to_stderr()
    port = _free_port(host, port)
    tally = Tally()
    with vault.connect(folder, approved) as handle, tally.daily():
        asyncio.run(_serve(create_app(handle, tally), host, port, ready))


async def _serve(app: Litestar, host: str, port: int, ready: Path) -> None:
    server = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_enabled=False,
        log_access=False,
        backpressure=AT_ONCE,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    announced = asyncio.create_task(_announce(host, port, ready))
    try:
        await server.serve()
    finally:
        announced.cancel()
        ready.unlink(missing_ok=True)
        _log.info("stopped")


async def _announce(host: str, port: int, ready: Path) -> None:
    """Write the file `ready` once the service answers."""
    while True:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.01)
            continue
        writer.close()
        break
    made = ready.with_suffix(".new")
    made.write_text(json.dumps({"url": f"http://{host}:{port}", "pid": os.getpid()}))
    made.rename(ready)
    _log.info("started")


def _free_port(host: str, port: int) -> int:
    """The port, if it is free, or any that is. Granian shares a port that another service has without a word."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"The service cannot listen on {host}:{port} ({error.strerror}). Stop the program that does, or choose "
                "another port."
            ) from None
        return trial.getsockname()[1]


def _log_to_stderr() -> None:
    """One JSON object a line: the event, its outcome, how often, and the day. No time of it."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, _with_day, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _with_day(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event["day"] = datetime.now(UTC).date().isoformat()
    return event
