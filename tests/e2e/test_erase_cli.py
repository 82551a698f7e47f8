"""`glasswork erase`, `incident`, `retention` and `verify certificate`, as a person uses them."""

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork import vault
from glasswork.api import workspace as workspaces
from glasswork.cli.main import cli
from glasswork.govern.decide import Session, SessionRole
from glasswork.policy.keys import public_text
from glasswork.schema.words import Zone
from glasswork.vault.errors import CertificateInvalid
from vault_world import Device, batch


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--workspace", str(folder), *words])


def sent(folder: Path) -> str:
    """A workspace to which something good and something bad was sent. Returns the log's public key."""
    workspace = workspaces.create(folder)
    person = workspace.settings.participant
    with workspaces.open_vault(workspace) as handle:
        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes_raw()
        scope = handle.approved.policy.scope
        vault.enrol(handle, participant=person, device="d-second", device_public=public, scope=scope)
        today = handle.today()
        days = {one.day: one for one in vault.sealing_keys(handle, "d-second", today, 1)}
        device = Device(person, "d-second", scope, handle.approved.hash, key, days)
        for content in (batch("save"), batch("maria.silva@example.org")):
            vault.receive(handle, device.seal(content, today))
        vault.admit(handle, Session("admission", SessionRole.JOB, Zone.ACTIONS, person))
        return public_text(handle.log_key)


def test_an_incident_is_reviewed_and_closed_without_a_word_of_it(tmp_path: Path) -> None:
    sent(tmp_path / "w")
    (found,) = json.loads(run(tmp_path / "w", "incident", "list", "--json").output)
    assert (found["kind"], found["detail"]) == ("unredacted", "label of button: 1")
    shown = run(tmp_path / "w", "incident", "show", found["id"][:12])
    assert "sealed" in shown.output and "maria" not in shown.output
    assert "Closed as deleted" in run(tmp_path / "w", "incident", "close", found["id"], "deleted").output
    assert run(tmp_path / "w", "incident", "list").output == "No incidents.\n"
    assert run(tmp_path / "w", "incident", "close", found["id"], "noted").exit_code != 0


def test_erase_proves_itself_and_its_certificate_verifies(tmp_path: Path) -> None:
    key = sent(tmp_path / "w")
    paper = tmp_path / "certificate.json"
    erased = run(tmp_path / "w", "erase", "--prove", "--yes", "--certificate", str(paper), "--json")
    assert erased.exit_code == 0, erased.output
    proof = json.loads(erased.output)["proof"]
    assert proof["found"] == 0 and proof["names"] >= 5 and proof["files"] > 5
    verified = run(tmp_path / "w", "verify", "certificate", str(paper), "--key", key)
    assert verified.output.startswith("verified: on ")
    changed = msgspec.json.decode(paper.read_bytes())
    changed["places"][0]["index"] += 1
    paper.write_bytes(msgspec.json.encode(changed))
    with pytest.raises(CertificateInvalid):
        raise run(tmp_path / "w", "verify", "certificate", str(paper), "--key", key).exception  # type: ignore[misc]


def test_the_clock_is_shown(tmp_path: Path) -> None:
    sent(tmp_path / "w")
    assert "nothing from before" in run(tmp_path / "w", "retention").output
