"""A root key that AWS KMS seals, against moto's server on loopback."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("moto", reason="moto is not installed")

from botocore.session import Session
from moto.server import ThreadedMotoServer

from glasswork.vault import kms
from glasswork.vault.errors import KeysUnusable
from glasswork.vault.ring import Branch, Leaf, create, unlocked

REGION = "eu-central-1"
SECRET = bytes(range(32))


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
    kms.decrypt.cache_clear()


def service(endpoint: str):
    return Session().create_client("kms", region_name=REGION, endpoint_url=endpoint)


def new_key(endpoint: str) -> str:
    return service(endpoint).create_key()["KeyMetadata"]["Arn"]


def ring(folder: Path, endpoint: str, key: str) -> None:
    kms.choose(folder, key, REGION, endpoint)
    create(folder)
    with unlocked(folder) as opened:
        opened.add(Leaf("a" * 32, Branch.ACTIONS, "2026-11-24", "p-one"), SECRET)
        opened.add(Leaf("b" * 32, Branch.ACTIONS, "2026-11-24", "p-two"), SECRET)


def test_the_root_lies_sealed_and_the_ring_opens(tmp_path: Path, endpoint: str) -> None:
    ring(tmp_path / "keys", endpoint, new_key(endpoint))
    with unlocked(tmp_path / "keys") as opened:
        assert opened.get("a" * 32) == SECRET
        assert opened.root not in (tmp_path / "keys/root.key").read_bytes()


def test_destroying_rotates_the_sealed_root_too(tmp_path: Path, endpoint: str) -> None:
    ring(tmp_path / "keys", endpoint, new_key(endpoint))
    before = (tmp_path / "keys/root.key").read_bytes()
    shutil.copytree(tmp_path / "keys", tmp_path / "old")
    with unlocked(tmp_path / "keys") as opened:
        opened.destroy(["a" * 32])
    assert (tmp_path / "keys/root.key").read_bytes() != before
    shutil.copy(tmp_path / "keys/root.key", tmp_path / "old/root.key")
    with unlocked(tmp_path / "keys") as opened:
        assert opened.get("b" * 32) == SECRET
    with pytest.raises(KeysUnusable), unlocked(tmp_path / "old") as opened:
        opened.get("a" * 32)


def test_a_root_of_another_vault_does_not_open(tmp_path: Path, endpoint: str) -> None:
    key = new_key(endpoint)
    ring(tmp_path / "one", endpoint, key)
    ring(tmp_path / "two", endpoint, key)
    shutil.copy(tmp_path / "one/root.key", tmp_path / "two/root.key")
    with pytest.raises(KeysUnusable, match="KMS"), unlocked(tmp_path / "two"):
        pass


def test_a_reader_that_starts_without_kms_opens_nothing(tmp_path: Path, endpoint: str) -> None:
    ring(tmp_path / "keys", endpoint, new_key(endpoint))
    kms.decrypt.cache_clear()  # as in a process that has just started
    settings = kms.settings(tmp_path / "keys")
    assert settings is not None
    gone = msgspec.structs.replace(settings, key=settings.key[:-1] + "x")
    (tmp_path / "keys/kms.json").write_bytes(msgspec.json.encode(gone))
    with pytest.raises(KeysUnusable, match="KMS"), unlocked(tmp_path / "keys"):
        pass


def test_no_kms_no_keys(tmp_path: Path, endpoint: str) -> None:
    with pytest.raises(KeysUnusable, match="not https"):
        kms.choose(tmp_path / "keys", "alias/x", REGION, "http://192.0.2.1")
    ring(tmp_path / "keys", endpoint, new_key(endpoint))
    with pytest.raises(KeysUnusable, match="stays where it is"):
        kms.choose(tmp_path / "keys", "alias/x", REGION, endpoint)
