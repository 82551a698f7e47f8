"""A vault whose keys are kept by a key service in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from glasswork import vault
from glasswork.policy.keys import public_text
from glasswork.vault import Vault, deployment
from vault_world import approved

Process = subprocess.Popen[bytes]


@contextmanager
def served(folder: Path, *users: int) -> Iterator[tuple[Vault, Process]]:
    """The vault in `folder`/vault; its key ring is in `folder`/ring, and its socket `folder`/socket/keys."""
    socket = folder / "socket" / "keys"
    deployment.choose(folder / "vault" / "keys", deployment.KeyService(str(socket), os.geteuid()))
    with vault.connect(folder / "vault", approved(now=datetime.now(UTC))) as handle:
        arguments = [folder / "ring", folder / "vault" / "log", public_text(handle.log_key), socket, *users]
        command = [sys.executable, "-m", "glasswork.vault.keyservice", *map(str, arguments)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            try:
                assert process.stdout is not None and process.stdout.readline() == b"ready\n"
                yield handle, process
            finally:
                process.kill()
