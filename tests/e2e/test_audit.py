"""The commands of docs/log.md, as a newcomer, an auditor and a witness type them; the witness is a process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest


def glasswork(folder: Path, *words: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "glasswork", "--workspace", str(folder / "workspace"), *words],
        capture_output=True, text=True, check=False, cwd=folder, timeout=60,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


@pytest.mark.slow
def test_the_page_about_the_log(tmp_path: Path) -> None:
    glasswork(tmp_path, "init")
    said = glasswork(tmp_path, "audit", "verify")
    assert "verified: 1 entries" in said and "No witness sees this log" in said
    (tmp_path / "kept").write_text(glasswork(tmp_path, "audit", "checkpoint"))

    witness = glasswork(tmp_path, "witness", "init", "union", "--name", "union.example/witness").strip()
    log = glasswork(tmp_path, "audit", "witnesses").split()[-1]
    glasswork(tmp_path, "witness", "watch", "union", log)
    serving = subprocess.Popen(
        [sys.executable, "-m", "glasswork", "witness", "serve", "union"],
        cwd=tmp_path, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert serving.stdout
        url = serving.stdout.readline().split()[-1]
        assert witness in glasswork(tmp_path, "audit", "witnesses", "--add", witness, url)
        assert "no   witnesses" not in glasswork(tmp_path, "doctor")
    finally:
        serving.send_signal(signal.SIGINT)
        assert serving.wait(10) == 0

    said = glasswork(tmp_path, "audit", "verify", "--full")
    assert "verified: 2 entries" in said and "cosigned by union.example/witness up to entry 1" in said
    (tmp_path / "newer").write_text(glasswork(tmp_path, "audit", "checkpoint"))
    assert "the longer extends the other" in glasswork(tmp_path, "audit", "compare", "kept", "newer")
    key = glasswork(tmp_path, "audit", "prove", "0").split("--key ")[1].strip()
    said = glasswork(tmp_path, "verify", "proof", "0.tlog-proof", "--key", key, "--witness", witness)
    assert "policy_accepted" in said and "cosigned by union.example/witness" in said
    folder = str(tmp_path / "workspace" / "vault" / "log")
    glasswork(tmp_path, "verify", "log", folder, "--key", key, "--remembered", "kept", "--witness", witness)
    assert "0 entries removed" in glasswork(tmp_path, "audit", "prune", "--keep", "730")

    bundle = next(Path(folder, "tile/entries").rglob("2"))
    bundle.write_bytes(bundle.read_bytes().replace(b"policy_accepted", b"policy_accepteb"))
    assert "NOT verified" in glasswork(tmp_path, "audit", "verify", "--full", code=65)
    proof = tmp_path / "0.tlog-proof"
    proof.write_bytes(proof.read_bytes().replace(b"index 0", b"index 1"))
    assert "not in the log" in glasswork(tmp_path, "verify", "proof", str(proof), "--key", key, code=65)
