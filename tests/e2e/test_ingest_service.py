"""The ingest API as devices meet it: a real process, real sockets, everything a device or an attacker may send."""

import base64
import json
import os
import shutil
import signal
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from e2e.ingest_service import Service, running, with_vault
from glasswork import vault
from glasswork.policy import check
from glasswork.portal.serve import PortTaken, serve
from glasswork.schema.enrolment import BATCHES_PATH, HEALTH_PATH, KEYS_PATH, SIGNATURE_HEADER
from glasswork.schema.envelope import MAX_ENVELOPE, SealingKey, new_batch_id
from glasswork.schema.words import Scope, Zone
from glasswork.vault import Vault
from vault_world import ADMIT, Device, all_bytes, batch, enrolled, large_batch, signed

NOW = datetime.now(UTC) - timedelta(minutes=1)
TODAY = NOW.date()
EDIT = ("bytes_per_day = 5_000_000", "bytes_per_day = 100_000")


@pytest.fixture(scope="module")
def bundle() -> bytes:
    return signed(Scope.PROGRAMME, now=NOW, edit=EDIT)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, bundle: bytes) -> Iterator[tuple[Vault, Service]]:
    with with_vault(tmp_path_factory.mktemp("ingest"), bundle, NOW) as both:
        yield both


@pytest.fixture
def service(made: tuple[Vault, Service]) -> Service:
    return made[1]


@pytest.fixture
def device(made: tuple[Vault, Service], request: pytest.FixtureRequest) -> Device:
    """A device of its own for each test."""
    name = f"d{abs(hash(request.node.name)) % 10**9}"
    return enrolled(made[0], f"p-{name}", name)


def test_health(service: Service) -> None:
    assert service.request("GET", HEALTH_PATH).outcome == "ok"


def test_a_batch_is_stored_once_however_often_it_is_sent(service: Service, device: Device) -> None:
    data = device.seal(batch("save"), TODAY)
    assert (service.send(data).status, service.send(data).status) == (201, 200)
    assert service.send(data).outcome == "already_stored"


def test_the_same_id_with_other_content_is_a_conflict(service: Service, device: Device) -> None:
    id_ = new_batch_id()
    assert service.send(device.seal(batch("save"), TODAY, batch=id_)).status == 201
    answer = service.send(device.seal(batch("open"), TODAY, batch=id_))
    assert (answer.status, answer.outcome) == (409, "conflict")


def test_a_replayed_sequence_number_is_a_conflict(service: Service, device: Device) -> None:
    assert service.send(device.seal(batch("save"), TODAY, sequence=7)).status == 201
    assert service.send(device.seal(batch("save"), TODAY, sequence=7)).status == 409


@pytest.mark.parametrize("damage", ["empty", "not_an_envelope", "cut_off", "header_not_json"])
def test_what_is_no_envelope_is_malformed(service: Service, device: Device, damage: str) -> None:
    good = device.seal(batch("save"), TODAY)
    data = {
        "empty": b"",
        "not_an_envelope": b"PK\x03\x04" + bytes(500),
        "cut_off": good[:60],
        "header_not_json": good.replace(b'"batch"', b'"b\xfftch'),
    }[damage]
    answer = service.send(data)
    assert (answer.status, answer.outcome) == (400, "malformed")


@pytest.mark.parametrize("attack", ["bad_signature", "unknown_device", "another_participant", "another_scope",
                                    "another_purpose", "another_policy", "another_key"])  # fmt: skip
def test_what_is_not_the_devices_own_is_refused(
    made: tuple[Vault, Service], service: Service, device: Device, attack: str
) -> None:
    other = enrolled(made[0], "p-somebody-else", f"not-{device.name}")
    changes: dict[str, dict[str, object]] = {
        "unknown_device": {"device": "nobodys"},
        "another_scope": {"scope": Scope.SELF},
        "another_purpose": {"purpose": "evaluate_models"},
        "another_policy": {"policy": "0" * 64},
    }
    if attack == "another_participant":
        device.participant, device.keys = other.participant, other.keys
    if attack == "another_key":
        device.keys = {TODAY: msgspec.structs.replace(device.keys[TODAY], key="0" * 32)}
    if attack == "bad_signature":
        device.key = Ed25519PrivateKey.generate()
    answer = service.send(device.seal(batch("save"), TODAY, **changes.get(attack, {})))
    assert (answer.status, answer.outcome) == (403, "refused")


def test_more_bytes_than_an_envelope_may_have_are_refused_before_they_are_read(service: Service) -> None:
    """The service answers while the client has sent the headers and nothing else."""
    with socket.create_connection((service.host, service.port), timeout=30) as connection:
        head = f"POST {BATCHES_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {MAX_ENVELOPE + 1}\r\n\r\n"
        connection.sendall(head.encode())
        assert b" 413 " in connection.recv(100)


def test_a_body_without_a_length_is_cut_at_the_limit(service: Service) -> None:
    with socket.create_connection((service.host, service.port), timeout=30) as connection:
        connection.sendall(f"POST {KEYS_PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        connection.sendall(b"2000\r\n" + bytes(0x2000) + b"\r\n")
        assert b" 413 " in connection.recv(100)


def test_a_device_that_sent_its_share_is_told_to_wait_until_tomorrow(service: Service, device: Device) -> None:
    statuses: list[int] = []
    while 429 not in statuses:
        answer = service.send(device.seal(large_batch(1000), TODAY))
        statuses.append(answer.status)
        assert len(statuses) < 200
    assert set(statuses[:-1]) == {201}
    assert 0 < int(answer.headers["retry-after"]) <= 86_400


def test_sealing_keys_are_given_to_the_device_that_signs(
    made: tuple[Vault, Service], service: Service, device: Device
) -> None:
    answer = service.keys(device, TODAY.isoformat(), 14)
    keys = msgspec.json.decode(answer.body, type=list[SealingKey])
    assert [key.day for key in keys] == [TODAY + timedelta(days=n) for n in range(14)]
    service_key = vault.enrol(
        made[0], participant=device.participant, device=device.name, scope=device.scope,
        device_public=device.key.public_key().public_bytes_raw(),
    )  # fmt: skip
    for key in keys:
        key.verify(Ed25519PublicKey.from_public_bytes(service_key))
    assert service.keys(device, TODAY.isoformat(), participant="p-somebody-else").status == 403
    assert service.keys(device, (TODAY - timedelta(days=300)).isoformat()).body == b"[]"
    assert service.keys(device, "9999-12-31").status == 400
    stranger = Device("p-x", "nobodys", device.scope, device.policy, Ed25519PrivateKey.generate(), {})
    assert service.keys(stranger, TODAY.isoformat()).status == 403
    thief = Device(device.participant, device.name, device.scope, device.policy, stranger.key, {})
    assert service.keys(thief, TODAY.isoformat()).status == 403
    assert service.request("POST", KEYS_PATH, b"{}", {SIGNATURE_HEADER: "***"}).status == 400
    signature = base64.b64encode(device.key.sign(b"{}")).decode()
    assert service.request("POST", KEYS_PATH, b"{}", {SIGNATURE_HEADER: signature}).status == 400


def test_there_is_nothing_else_to_ask_for(service: Service) -> None:
    for method, path in (("GET", "/"), ("GET", "/schema"), ("GET", BATCHES_PATH), ("POST", HEALTH_PATH)):
        answer = service.request(method, path)
        assert answer.status in (404, 405) and answer.outcome == "refused"


def test_the_service_logs_outcomes_and_days_and_nothing_else(
    made: tuple[Vault, Service], service: Service, device: Device
) -> None:
    service.send(device.seal(batch("save"), TODAY))
    service.request("GET", f"/{device.participant}?secret=hunter2")
    lines = (made[0].folder.parent / "service.log").read_text().splitlines()
    for line in lines:
        assert set(json.loads(line)) <= {"event", "outcome", "count", "level", "day", "error"}, line


def test_a_port_that_another_program_has_is_not_shared(made: tuple[Vault, Service], service: Service) -> None:
    with pytest.raises(PortTaken):
        serve(made[0].folder, made[0].approved, ready=made[0].folder / "other.json", port=service.port)


def test_a_batch_that_was_acknowledged_outlives_the_service(tmp_path: Path, bundle: bytes) -> None:
    (tmp_path / "policy.signed").write_bytes(bundle)
    policy = check(bundle, now=NOW)
    with vault.connect(tmp_path / "vault", policy) as handle:
        device = enrolled(handle)
        sealed = [device.seal(batch("save"), TODAY) for _ in range(5)]
        with running(tmp_path / "vault", tmp_path / "policy.signed") as service:
            assert [service.send(data).status for data in sealed] == [201] * 5
            os.kill(service.process.pid, signal.SIGKILL)
            service.process.wait()
        (tmp_path / "service.json").unlink()
        with running(tmp_path / "vault", tmp_path / "policy.signed") as service:
            assert [service.send(data).status for data in sealed] == [200] * 5
        assert vault.admit(handle, ADMIT).batches == 5
        frames = vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT)
        assert sum(frame.height for frame in frames) == 5


def test_no_stored_byte_is_plain(tmp_path: Path, bundle: bytes) -> None:
    """Neither what was admitted nor what was refused lies anywhere in the vault, in words or compressed."""
    refused, words = "the-canary-of-the-refused-label", ["save as", "print preview"]
    (tmp_path / "policy.signed").write_bytes(bundle)
    with vault.connect(tmp_path / "vault", check(bundle, now=NOW)) as handle:
        device = enrolled(handle)
        with running(tmp_path / "vault", tmp_path / "policy.signed") as service:
            service.send(device.seal(batch(*words), TODAY))
            service.send(device.seal(batch(refused), TODAY))
        admitted = vault.admit(handle, ADMIT)
        assert (admitted.batches, admitted.quarantined) == (1, 1)
    shutil.rmtree(tmp_path / "vault/keys")  # what a thief of the data gets
    zstd, parquet = b"\x28\xb5\x2f\xfd", b"PAR1"
    for file, data in all_bytes(tmp_path).items():
        for canary in (refused, *words):
            for encoding in ("utf-8", "utf-16-le", "utf-32-le"):
                assert canary.encode(encoding) not in data, file
            assert base64.b64encode(canary.encode())[:-4] not in data, file
        if "objects" in file.parts:
            assert zstd not in data and parquet not in data, file
