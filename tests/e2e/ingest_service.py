"""A real ingest service in a process of its own, for tests: `with running(folder, signed) as service`."""

import base64
import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from glasswork import vault
from glasswork.policy import check
from glasswork.schema.enrolment import BATCHES_PATH, KEYS_PATH, SIGNATURE_HEADER, KeysRequest
from glasswork.vault import Vault
from vault_world import Device

_PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from glasswork.policy import check
from glasswork.portal.serve import serve
folder, signed, ready = map(Path, sys.argv[1:])
serve(folder, check(signed.read_bytes(), now=datetime.now(UTC)), ready=ready)
"""


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def outcome(self) -> str:
        return json.loads(self.body)["status"]


@dataclass
class Service:
    process: "subprocess.Popen[str]"
    host: str
    port: int

    def request(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Reply:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            connection.request(method, path, body or None, headers or {})
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def send(self, data: bytes) -> Reply:
        return self.request("POST", BATCHES_PATH, data, {"Content-Type": "application/octet-stream"})

    def keys(self, device: Device, first: str, days: int = 3, *, participant: str = "") -> Reply:
        asked = KeysRequest(device=device.name, participant=participant or device.participant, first=first, days=days)
        body = msgspec.json.encode(asked)
        signature = base64.b64encode(device.key.sign(body)).decode()
        return self.request("POST", KEYS_PATH, body, {SIGNATURE_HEADER: signature})


@contextmanager
def with_vault(folder: Path, bundle: bytes, now: datetime) -> Iterator[tuple[Vault, Service]]:
    """A vault in `folder`/vault and the service over it, on a bundle signed at `now`: both have it open."""
    policy = folder / "policy.signed"
    policy.write_bytes(bundle)
    with (
        vault.connect(folder / "vault", check(bundle, now=now)) as handle,
        running(folder / "vault", policy) as up,
    ):
        yield handle, up


@contextmanager
def running(folder: Path, signed: Path) -> Iterator[Service]:
    """The service over `folder`, once it answers; at the end it is asked to stop and must end with 0.

    A test may kill it first.
    """
    ready = folder.parent / "service.json"
    errors = folder.parent / "service.log"
    with errors.open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, folder, signed, ready], stderr=subprocess.PIPE, text=True
        )
        assert process.stderr is not None
        for line in process.stderr:
            log.write(line)
            if '"started"' in line:
                break
        else:
            raise AssertionError(f"the service did not start: {errors.read_text()}")
        try:
            found = json.loads(ready.read_text())
            host, port = found["url"].removeprefix("http://").split(":")
            assert found["pid"] == process.pid
            yield Service(process, host, int(port))
        finally:
            killed = process.poll() is not None
            if not killed:
                process.send_signal(signal.SIGTERM)
            log.write(process.communicate(timeout=30)[1])
            assert killed or (process.returncode == 0 and not ready.exists())
