"""Three thousand canaries as raw events through the real recorder pipeline, service and vault: none survives.

Everything is searched: every byte in the workspace, everything that went over the socket, everything printed or
logged, and, since ciphertext would hide a leak, the plaintext of hold, actions, episodes and data set as well.
"""

import hashlib
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from glasswork.api import building, held, recording, service, workspace
from glasswork.device.pipeline import Pipeline
from glasswork.govern.decide import Session, SessionRole
from glasswork.redteam.canaries import Search, Survivor
from glasswork.release.errors import ReleaseRefused
from glasswork.schema.raw import RawEvent
from glasswork.schema.words import Zone
from glasswork.vault import access
from leak.injected import events
from leak.planted import plant

CANARIES = [planted.text for planted in plant(3_000, seed=20261124)]


@contextmanager
def overheard(port: int, target: int) -> Iterator[bytearray]:
    """A proxy on loopback that keeps everything that goes through it, both ways."""
    heard = bytearray()
    listener = socket.create_server(("127.0.0.1", port))

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with source, sink:
            while data := source.recv(65536):
                heard.extend(data)
                sink.sendall(data)

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            service_side = socket.create_connection(("127.0.0.1", target))
            for ends in ((client, service_side), (service_side, client)):
                threading.Thread(target=pump, args=[end.dup() for end in ends], daemon=True).start()
            client.close()
            service_side.close()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield heard
    finally:
        listener.close()


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def through_the_whole_path(folder: Path, raw: Iterator[RawEvent]) -> dict[str, bytes]:
    """Record the events, send, build, try to release. Returns everything outside the workspace that could leak."""
    port, behind = free_port(), free_port()
    own = workspace.create_demo(folder, service=f"http://127.0.0.1:{behind}")
    service.start(own)
    plain: dict[str, bytes] = {}
    try:
        with held.open_hold(own) as hold:
            pipeline = Pipeline(hold, workspace.approved(own))
            for event in raw:
                pipeline.feed(event)
            pipeline.close()
        plain["the hold"] = msgspec.json.encode([record.held for record in held.review(own).records])
        plain["the status"] = msgspec.json.encode(recording.status(own))
        enrolled = own.device / f"{own.settings.device}.json"
        enrolled.write_bytes(enrolled.read_bytes().replace(str(behind).encode(), str(port).encode()))
        with overheard(port, behind) as heard:
            held.send(allow_proxy(own, port))
        plain["the socket"] = bytes(heard)
        assert len(heard) > 1000
    finally:
        service.stop(own)
    building.build(own, "private", private=True)
    building.build(own, "public", private=False)
    with pytest.raises(ReleaseRefused) as refusal:
        building.release(own, "public", folder / "released")
    plain["the refusal"] = str(refusal.value).encode()
    with workspace.open_vault(own) as vault:
        for zone, name, purpose in ((Zone.ACTIONS, "actions", "refine"), (Zone.EPISODES, "episodes", "assemble")):
            session = Session("test", SessionRole.JOB, zone)
            for frame in access.open(vault, access.dataset(vault, zone, name), purpose, session):
                plain[f"zone {zone}"] = plain.get(f"zone {zone}", b"") + frame.write_json().encode()
    return plain


def allow_proxy(own: workspace.Workspace, port: int) -> workspace.Workspace:
    """The same workspace, with a policy whose sink is the proxy's address."""
    from datetime import UTC, datetime

    from glasswork.policy import compile_text, pack, sign
    from glasswork.policy.keys import load_key

    text = own.policy_toml.read_text()
    old = own.settings.service
    text = text.replace(old, f"http://127.0.0.1:{port}").replace("epoch = 1 ", "epoch = 2 ")
    old_assessment = compile_text(text).policy.assessment
    assert old_assessment
    bundle = compile_text(text.replace(old_assessment, hashlib.sha256(b"with the proxy").hexdigest()))
    signed = [
        sign(bundle, role, load_key(workspace.role_key_file(own, role)), now=datetime.now(UTC))
        for role in workspace.DEMO_ROLES
    ]
    workspace.accept(own, pack(bundle, signed))
    workspace.approve_demo(own)
    return own


def survivors(folder: Path, plain: dict[str, bytes], canaries: list[str]) -> list[Survivor]:
    search = Search(canaries)
    found = list(search.folder(folder))
    for place, data in plain.items():
        found += search.data(data, place)
    return found


@pytest.mark.slow
def test_nothing_injected_survives(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    plain = through_the_whole_path(tmp_path / "workspace", events(CANARIES))
    printed = capfd.readouterr()
    plain |= {"stdout": printed.out.encode(), "stderr": printed.err.encode(), "logs": caplog.text.encode()}
    assert len(plain["the hold"]) > 100_000, "the events must have become actions, or there was nothing to search"
    assert survivors(tmp_path, plain, CANARIES) == []


def test_a_few_of_each_place_survive_nowhere(tmp_path: Path) -> None:
    canaries = CANARIES[:130]
    plain = through_the_whole_path(tmp_path / "workspace", events(canaries))
    assert survivors(tmp_path, plain, canaries) == []


@pytest.mark.parametrize("broken", ["labels", "screens"])
def test_a_broken_redactor_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """The search is only worth something if it finds what a redactor that lets labels through would leave."""
    from glasswork.device.redaction import elements, screens

    module = elements if broken == "labels" else screens
    monkeypatch.setattr(module, "surviving_label", lambda text, role, vocabulary: text[:64])
    own = workspace.create_demo(tmp_path / "workspace")
    canaries = CANARIES[:130]
    with held.open_hold(own) as hold:
        pipeline = Pipeline(hold, workspace.approved(own))
        for event in events(canaries):
            pipeline.feed(event)
        pipeline.close()
    plain = {"the hold": msgspec.json.encode([record.held for record in held.review(own).records])}
    assert survivors(tmp_path, plain, canaries)
