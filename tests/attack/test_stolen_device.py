"""A stolen device (STRIDE: information disclosure; LINDDUN: data disclosure).

Control: what was sealed opens only with a key that the device never had; what is held is sealed with the hold's key;
the service has no way to list or fetch.
"""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from glasswork.device import hold
from glasswork.device.errors import HoldLocked, ServiceUnreachable
from glasswork.redteam.canaries import Search
from glasswork.schema import envelope
from glasswork.schema.action import Action, Element, Node, Screen
from glasswork.schema.batch import Held
from glasswork.schema.errors import FormatError
from glasswork.schema.words import ActionKind, Role
from unit.test_send import CONTEXT, KEY, Service, at

CANARY = "kestrel-quarterly-1187"


def canary() -> Held:
    screen = Screen((Node(Role.WINDOW, 0), Node(Role.BUTTON, 1, CANARY)))
    return Held(Action(kind=ActionKind.CLICK, element=Element(Role.BUTTON, CANARY, node=1)), screen, {})


def test_the_whole_disk_and_the_device_key_open_nothing_that_was_sealed(tmp_path: Path) -> None:
    service = Service()
    with hold.open_hold(tmp_path, KEY) as handle:
        hold.append(handle, [canary()], CONTEXT, at(0))
        service.script = [(503, "99")]
        with pytest.raises(ServiceUnreachable):
            service.take(handle)
        sealed = [path.read_bytes() for path in handle.outbox.glob("*.envelope")]
        assert len(sealed) == 1 and hold.count(handle) == 0
    service.stop()
    (tmp_path / "laptop.key").write_bytes(service.device.private_bytes_raw())
    disk = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    parsed = envelope.parse(sealed[0])
    for secret in (service.device.private_bytes_raw(), KEY):  # every secret that the thief can have
        with pytest.raises(FormatError):
            envelope.unseal(parsed, X25519PrivateKey.from_private_bytes(secret))
    real = service.private[at(0).day].private_bytes_raw()
    assert not any(real in data for data in disk.values())
    assert CANARY in str(envelope.unseal(parsed, service.private[at(0).day]))  # it was in there


def test_what_is_held_is_noise_without_the_key_of_the_hold(tmp_path: Path) -> None:
    with hold.open_hold(tmp_path, KEY) as handle:
        hold.append(handle, [canary()], CONTEXT, at(0))
    search = Search([CANARY])
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert not list(search.data(path.read_bytes())), path
    with pytest.raises(HoldLocked):
        hold.open_hold(tmp_path, bytes(32))
