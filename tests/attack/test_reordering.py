"""Reordering (STRIDE: tampering): who ends the TLS connection holds envelopes back, and sends them on later.

Control: sequence numbers of a device only go up; what was held back is refused, and missing is counted, and marked in
the data: what came after it does not look as if it had followed what came before.
"""

from datetime import timedelta
from pathlib import Path

from glasswork import vault
from glasswork.schema.batch import Batch
from glasswork.schema.words import Zone
from vault_world import ADMIT, TODAY, Clock, Device, approved, batch, enrolled


def test_what_was_held_back_is_refused_and_counted_as_missing(tmp_path: Path) -> None:
    with vault.connect(tmp_path, approved(), clock=Clock()) as handle:
        device = enrolled(handle)
        first, held_back, dropped, last = [device.seal(batch("save")) for _ in range(4)]
        assert vault.receive(handle, first).outcome == "stored"
        assert vault.receive(handle, last).outcome == "stored"
        assert vault.missing(handle, device.name) == 2
        assert vault.receive(handle, held_back).outcome == "refused"
        assert vault.receive(handle, first).outcome == "already_stored"
        assert vault.admit(handle, ADMIT).batches == 2
        assert kinds(handle) == ["click", "lost", "click"]
        assert vault.receive(handle, dropped).outcome == "refused"
        assert vault.missing(handle, device.name) == 2


def test_the_operator_sees_how_many_are_missing_and_not_whose(tmp_path: Path) -> None:
    with vault.connect(tmp_path, approved(), clock=Clock()) as handle:
        assert vault.missing(handle) == 0
        for name in ("p-one", "p-two"):
            first, _held_back, last = _three(enrolled(handle, name))
            assert [vault.receive(handle, data).outcome for data in (first, last)] == ["stored", "stored"]
        assert vault.missing(handle) == 2


def test_what_is_missing_is_marked_in_later_runs_too_and_behind_covers(tmp_path: Path) -> None:
    with vault.connect(tmp_path, approved(), clock=Clock()) as handle:
        device, other = enrolled(handle), enrolled(handle, name="p-one-desk")

        def admitted(*sealed: bytes) -> list[str]:
            assert [vault.receive(handle, data).outcome for data in sealed] == ["stored"] * len(sealed)
            vault.admit(handle, ADMIT)
            return kinds(handle)

        assert admitted(device.seal(batch("save")), device.seal(Batch(())), device.seal(batch("save"))) == ["click"] * 2
        device.seal(batch("save"))  # never sent
        assert admitted(device.seal(Batch(())), other.seal(batch("save"))) == ["click"] * 3
        assert admitted(device.seal(batch("save"))) == ["click"] * 3 + ["lost", "click"]
        with_yesterday = device.seal(batch("save"), TODAY - timedelta(days=1)), device.seal(batch("save"))
        assert admitted(*with_yesterday)[5:] == ["click", "lost", "click"]


def kinds(handle: vault.Vault) -> list[str]:
    """What was admitted, in order."""
    frames = vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT)
    return [kind for frame in frames for kind in frame.sort("batch", "row")["kind"]]


def _three(device: Device) -> list[bytes]:
    return [device.seal(batch("save")) for _ in range(3)]
