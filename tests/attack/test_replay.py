"""Replay (STRIDE: tampering, spoofing): what passed once is sent again, as it was or relabelled.

Control: batch id and sequence are unique, the device signs the header, and the header is HPKE `info`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from e2e.ingest_service import Service, with_vault
from glasswork import vault
from glasswork.schema.words import Scope
from glasswork.vault import Vault
from vault_world import ADMIT, batch, enrolled, signed

NOW = datetime.now(UTC) - timedelta(minutes=1)
TODAY = NOW.date()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[Vault, Service]]:
    with with_vault(tmp_path, signed(Scope.PROGRAMME, now=NOW), NOW) as both:
        yield both


def test_what_is_sent_again_is_stored_once_even_after_admission(made: tuple[Vault, Service]) -> None:
    handle, service = made
    data = enrolled(handle).seal(batch("save"), TODAY)
    assert service.send(data).outcome == "stored"
    assert [service.send(data).outcome for _ in range(3)] == ["already_stored"] * 3
    assert vault.admit(handle, ADMIT).actions == 1
    assert service.send(data).outcome == "already_stored"
    assert vault.admit(handle, ADMIT).actions == 0


def test_a_relabelled_copy_is_refused(made: tuple[Vault, Service]) -> None:
    handle, service = made
    data = enrolled(handle).seal(batch("save"), TODAY)
    for old, new in ((b'"sequence":1', b'"sequence":2'), (b'"device":"p-one', b'"device":"p-two')):
        assert old in data
        assert service.send(data.replace(old, new)).outcome == "refused"
