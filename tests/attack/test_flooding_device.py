"""A flooding device (STRIDE: denial of service): one device, or a stranger, sends without end.

Control: a token bucket for each device that signed, be it a batch or a request for keys, one for all strangers,
and a quota of bytes in a day.
"""

import secrets
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from e2e.ingest_service import Service, with_vault
from glasswork.portal.flow import BURST
from glasswork.schema.words import Scope
from glasswork.vault import Vault
from vault_world import Device, batch, enrolled, signed

NOW = datetime.now(UTC) - timedelta(minutes=1)
TODAY = NOW.date()
QUOTA = 5_000_000


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[Vault, Service]]:
    with with_vault(tmp_path, signed(Scope.PROGRAMME, now=NOW), NOW) as both:
        yield both


def test_the_others_are_served_while_one_floods(made: tuple[Vault, Service]) -> None:
    handle, service = made
    flooder, other = enrolled(handle, "p-flood"), enrolled(handle, "p-other")
    sealed = [flooder.seal(batch("save"), TODAY) for _ in range(4 * int(BURST))]
    answers: Counter[str] = Counter()

    def flood() -> None:
        answers.update(service.send(data).outcome for data in sealed)

    thread = threading.Thread(target=flood)
    thread.start()
    assert {service.send(other.seal(batch("save"), TODAY)).outcome for _ in range(20)} == {"stored"}
    thread.join()
    assert answers["over_quota"] > 0 and answers["stored"] < len(sealed)


def test_requests_for_keys_are_charged_as_batches_are(made: tuple[Vault, Service]) -> None:
    handle, service = made
    flooder, other = enrolled(handle, "p-flood"), enrolled(handle, "p-other")
    answers = [service.keys(flooder, TODAY.isoformat()) for _ in range(2 * int(BURST))]
    assert {answer.status for answer in answers} == {200, 429}
    spent = next(answer for answer in answers if answer.status == 429)
    assert int(spent.headers["retry-after"]) >= 1 and spent.outcome == "over_quota"
    assert service.send(flooder.seal(batch("save"), TODAY)).outcome == "over_quota"  # it has one allowance for both
    assert service.keys(other, TODAY.isoformat()).status == 200
    stranger = Device("p-other", other.name, other.scope, other.policy, Ed25519PrivateKey.generate(), other.keys)
    assert {service.keys(stranger, TODAY.isoformat()).status for _ in range(2 * int(BURST))} == {403, 429}
    assert service.keys(other, TODAY.isoformat()).status == 200


@pytest.mark.parametrize("forged", ["unknown device", "the name of another"])
def test_a_stranger_cannot_use_up_what_a_device_may_send(made: tuple[Vault, Service], forged: str) -> None:
    handle, service = made
    victim = enrolled(handle, "p-victim")
    name = victim.name if forged == "the name of another" else "nobodys"
    stranger = Device("p-victim", name, victim.scope, victim.policy, Ed25519PrivateKey.generate(), victim.keys)
    answers = Counter(service.send(stranger.seal(batch("save"), TODAY)).outcome for _ in range(2 * int(BURST)))
    assert set(answers) == {"refused", "over_quota"}
    assert service.send(victim.seal(batch("save"), TODAY)).outcome == "stored"


def test_the_bytes_of_a_day_are_bounded(made: tuple[Vault, Service]) -> None:
    handle, service = made
    device = enrolled(handle)
    for _ in range(3 * int(QUOTA / 1_048_576)):
        service.send(device.seal(batch(secrets.token_hex(2)), TODAY, at_least=1_048_576))
    stored = sum(path.stat().st_size for path in (handle.folder / "objects").rglob("*") if path.is_file())
    assert 4 * 1_048_576 <= stored <= QUOTA
