"""The service as a process: in the foreground, in the background, or for as long as something needs it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from glasswork.api.errors import ServiceFailed
from glasswork.api.workspace import Workspace, approved
from glasswork.device.hold.key import VARIABLE as PASSPHRASE
from glasswork.schema.enrolment import HEALTH_PATH

START_S = 20.0
STOP_S = 10.0


def serve(workspace: Workspace) -> None:
    """Run the service in this process until SIGTERM or Ctrl+C."""
    from glasswork.portal.serve import serve as run

    address = urlsplit(workspace.settings.service)
    run(
        workspace.vault,
        approved(workspace),
        ready=_ready_file(workspace),
        host=address.hostname or "127.0.0.1",
        port=address.port or 80,
    )


def is_up(workspace: Workspace) -> bool:
    """Whether the workspace's service answers."""
    from http.client import HTTPConnection, HTTPException

    address = urlsplit(workspace.settings.service)
    try:
        connection = HTTPConnection(address.hostname or "", address.port, timeout=2)
        connection.request("GET", HEALTH_PATH)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False


def start(workspace: Workspace) -> int:
    """Start the service in the background and wait until it answers. Returns its process id.

    Its log goes to `service.log` in the workspace. Raises ServiceFailed, with the last line of that log.
    """
    approved(workspace)  # a refused policy is better said here than in the log of a process that ended
    _ready_file(workspace).unlink(missing_ok=True)
    log = workspace.folder / "service.log"
    environment = {name: value for name, value in os.environ.items() if name != PASSPHRASE}  # that is the hold's
    with log.open("ab") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "glasswork", "--workspace", str(workspace.folder), "up"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env=environment,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        if pid(workspace) == process.pid and is_up(workspace):
            return process.pid
        time.sleep(0.02)
    process.kill()
    process.wait()
    raise ServiceFailed(
        f"The service did not start, so nothing can be sent. The last line of {log} is: {last_line(log)}"
    )


def last_line(log: Path) -> str:
    """What a process that ended said last."""
    lines = log.read_text(errors="replace").splitlines()
    return lines[-1] if lines else "(nothing)"


def stop(workspace: Workspace) -> bool:
    """Stop the service that runs in the background; True if there was one."""
    number = pid(workspace)
    if number is None:
        return False
    deadline = time.monotonic() + STOP_S
    os.kill(number, signal.SIGTERM)
    while _is_service(number, workspace):
        if time.monotonic() > deadline:
            os.kill(number, signal.SIGKILL)
        time.sleep(0.02)
        with suppress(ChildProcessError):
            os.waitpid(number, os.WNOHANG)
    _ready_file(workspace).unlink(missing_ok=True)
    return True


def pid(workspace: Workspace) -> int | None:
    """The process id of the workspace's running service, if there is one on this machine."""
    try:
        number = int(json.loads(_ready_file(workspace).read_bytes())["pid"])
    except (OSError, ValueError, KeyError):
        return None
    return number if _is_service(number, workspace) else None


@contextmanager
def running(workspace: Workspace) -> Generator[None]:
    """The service for as long as the block runs: the one that is up, or one of its own where it is to be here."""
    if urlsplit(workspace.settings.service).hostname != "127.0.0.1" or is_up(workspace):
        yield
        return
    start(workspace)
    try:
        yield
    finally:
        stop(workspace)


def _ready_file(workspace: Workspace) -> Path:
    return workspace.folder / "service.json"


def _is_service(number: int, workspace: Workspace) -> bool:
    """Whether this process is the service of this workspace: process ids are used again."""
    try:
        command = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"glasswork" in command and os.fsencode(workspace.folder) in command
