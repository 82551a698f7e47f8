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
from glasswork.vault import Vault, deployment, ring, terms
from vault_world import approved

Process = subprocess.Popen[bytes]


@contextmanager
def served(folder: Path, *users: int, witnesses: tuple[str, ...] = ()) -> Iterator[tuple[Vault, Process]]:
    """The vault in `folder`/vault; its key ring is in `folder`/ring, and its socket `folder`/socket/keys.

    It was told the vault's policy, and the verifier keys of `witnesses`.
    """
    socket = folder / "socket" / "keys"
    deployment.choose(folder / "vault" / "keys", deployment.KeyService(str(socket), os.geteuid()))
    with vault.connect(folder / "vault", approved(now=datetime.now(UTC))) as handle:
        ring.create(folder / "ring")
        terms.write(folder / "ring", terms.of(handle.approved, witnesses))
        with running(folder, public_text(handle.log_key), users) as process:
            yield handle, process


@contextmanager
def running(folder: Path, log_key: str, users: tuple[int, ...] = ()) -> Iterator[Process]:
    """The key service of `served` as a process, once it answers; killed at the end."""
    command = [sys.executable, "-m", "glasswork", "keys", "serve", folder / "ring", "--log", folder / "vault" / "log"]
    command += ["--log-key", log_key, "--socket", folder / "socket" / "keys"]
    command += [word for user in users for word in ("--user", str(user))]
    with subprocess.Popen([*map(str, command)], stderr=subprocess.PIPE) as process:
        try:
            assert process.stderr is not None and b"The key service answers" in process.stderr.readline()
            yield process
        finally:
            process.kill()
