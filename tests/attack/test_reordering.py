"""Reordering (STRIDE: tampering): who ends the TLS connection holds envelopes back, and sends them on later.

Control: sequence numbers of a device only go up; what was held back is refused, and missing is counted.
"""

from pathlib import Path

from glasswork import vault
from vault_world import ADMIT, Clock, Device, approved, batch, enrolled


def test_what_was_held_back_is_refused_and_counted_as_missing(tmp_path: Path) -> None:
    with vault.connect(tmp_path, approved(), clock=Clock()) as handle:
        device = enrolled(handle)
        first, held_back, dropped, last = [device.seal(batch("save")) for _ in range(4)]
        assert vault.receive(handle, first).outcome == "stored"
        assert vault.receive(handle, last).outcome == "stored"
        assert vault.missing(handle, device.name) == 2
        assert vault.receive(handle, held_back).outcome == "refused"
        assert vault.receive(handle, first).outcome == "already_stored"
        assert vault.admit(handle, ADMIT).actions == 2
        assert vault.receive(handle, dropped).outcome == "refused"
        assert vault.missing(handle, device.name) == 2


def test_the_operator_sees_how_many_are_missing_and_not_whose(tmp_path: Path) -> None:
    with vault.connect(tmp_path, approved(), clock=Clock()) as handle:
        assert vault.missing(handle) == 0
        for name in ("p-one", "p-two"):
            first, _held_back, last = _three(enrolled(handle, name))
            assert [vault.receive(handle, data).outcome for data in (first, last)] == ["stored", "stored"]
        assert vault.missing(handle) == 2


def _three(device: Device) -> list[bytes]:
    return [device.seal(batch("save")) for _ in range(3)]
