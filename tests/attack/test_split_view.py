"""The log's keeper shows one log to the board and another to the auditor. STRIDE: repudiation, tampering.

Control: each keeps the checkpoint that they were shown, and two that disagree prove the lie, since both are signed;
a witness cosigns only one of the two; a device keeps the checkpoints that come with the answers to what it sends.
"""

import secrets
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.api import audit, doctor, service, workspace
from glasswork.api.errors import NotThere
from glasswork.api.workspace import Workspace
from glasswork.device import hold
from glasswork.device.errors import SendRefused
from glasswork.device.send import send, views
from glasswork.govern.errors import LogAltered
from glasswork.govern.log import Log
from glasswork.govern.verify import read_log
from glasswork.policy.keys import load_key
from glasswork.schema.action import Action
from glasswork.schema.batch import Held
from glasswork.schema.words import ActionKind
from witness_world import serving, watching


@pytest.fixture
def own(tmp_path: Path) -> Workspace:
    return workspace.create(tmp_path / "workspace")


def key(own: Workspace) -> Ed25519PrivateKey:
    return load_key(own.vault / "keys" / "log.key")


def two_views(own: Workspace, more: int = 0) -> tuple[bytes, bytes]:
    """The checkpoint of the log as it is, and that of another with the same beginning, `more` entries longer."""
    other = own.folder / "other"
    shutil.copytree(own.vault / "log", other)
    Log(own.vault / "log", key(own)).append(b"for the board")
    shown = Log(other, key(own))
    shown.append_all([b"for the auditor"] * (1 + more))
    return audit.checkpoint(own), shown.checkpoint()


def test_two_devices_that_were_shown_two_logs_find_it_by_comparing(own: Workspace) -> None:
    board, auditor = two_views(own)
    with pytest.raises(LogAltered, match="split view"):
        audit.compare(board, auditor, audit.public_key(own), None)  # the two notes are proof enough


def test_two_devices_that_were_shown_logs_of_two_lengths_find_it_with_the_log(own: Workspace) -> None:
    board, auditor = two_views(own, more=3)
    with pytest.raises(NotThere, match="different sizes"):
        audit.compare(board, auditor, audit.public_key(own), own.vault / "log")
    for log in (own.vault / "log", own.folder / "other"):
        Log(log, key(own)).append_all([b"later"] * 10)
        with pytest.raises(LogAltered, match="split view"):
            audit.compare(board, auditor, audit.public_key(own), log)


def test_two_devices_that_were_shown_one_log_find_nothing(own: Workspace) -> None:
    first = audit.checkpoint(own)
    Log(own.vault / "log", key(own)).append_all([b"more"] * 300)
    assert audit.compare(first, audit.checkpoint(own), audit.public_key(own), own.vault / "log") == "extends"
    assert audit.compare(first, first, audit.public_key(own), None) == "same"


def test_a_view_that_another_key_signed_is_no_view_of_this_log(own: Workspace) -> None:
    with pytest.raises(LogAltered, match="not signed"):
        audit.compare(audit.checkpoint(own), audit.checkpoint(own), Ed25519PrivateKey.generate().public_key(), None)


def test_a_witness_cosigns_one_view_only(own: Workspace, tmp_path: Path) -> None:
    witness = watching(tmp_path, "union", audit.log_vkey(own))
    with serving(witness) as at:
        audit.add_witness(own, at.vkey, at.url)
        shutil.copytree(own.vault / "log", own.folder / "other")
        board = Log(own.vault / "log", key(own), [at])
        board.append(b"for the board")
        board.publish()
        auditor = Log(own.folder / "other", key(own), [at])
        auditor.append(b"for the auditor")
        with pytest.raises(LogAltered, match="has seen another log"):
            auditor.publish()
    assert audit.verify(own, full=True).ok


def test_whoever_verified_before_notices_the_other_view(own: Workspace) -> None:
    """`audit verify` remembers: the same workspace, later shown the other branch, says so."""
    two_views(own)
    assert audit.verify(own).ok
    shutil.rmtree(own.vault / "log")
    (own.folder / "other").rename(own.vault / "log")
    for full in (False, True):
        report = audit.verify(own, full=full)
        assert not report.ok and "rewritten" in report.problems[-1]


def test_a_witness_that_is_taken_away_quietly_is_missed(own: Workspace, tmp_path: Path) -> None:
    with serving(watching(tmp_path, "union", audit.log_vkey(own))) as at:
        audit.add_witness(own, at.vkey, at.url)
    assert audit.verify(own).ok
    file = own.vault / "witnesses.json"
    kept = file.read_bytes()
    more = kept.strip().removesuffix(b"]") + b', {"vkey": "%s", "url": "https://own.example"}]' % other_vkey(own)
    for taken in (None, b"[]", b'[{"vkey": "%s", "url": "https://own.example"}]' % other_vkey(own), more):
        file.unlink() if taken is None else file.write_bytes(taken)
        for full in (False, True):
            assert "not those that the audit log names" in audit.verify(own, full=full).problems[0]
        assert any(one.what == "witnesses" and "not those" in one.detail for one in doctor.examine(own.folder))
        with pytest.raises(LogAltered, match="not those that"), workspace.open_vault(own):
            pass
        file.write_bytes(kept)
        with workspace.open_vault(own):
            pass


def test_a_list_of_witnesses_that_was_lost_can_be_made_again_and_no_other(own: Workspace, tmp_path: Path) -> None:
    one, two = (watching(tmp_path, name, audit.log_vkey(own)) for name in ("union", "security"))
    with serving(one) as first, serving(two) as second:
        audit.add_witness(own, first.vkey, first.url)
        (own.vault / "witnesses.json").unlink()
        with pytest.raises(LogAltered, match="not those that"):
            audit.add_witness(own, second.vkey, second.url)
        audit.add_witness(own, first.vkey, first.url)
        assert len(audit.add_witness(own, second.vkey, second.url)) == 2
        (own.vault / "witnesses.json").unlink()
        for at in (second, first):
            audit.add_witness(own, at.vkey, at.url)
        audit.remove_witness(own, first.verifier.name)
    with workspace.open_vault(own) as handle:
        chosen = [e for e in read_log(own.vault / "log", handle.log_key) if b"witnesses_chosen" in e]
    assert len(chosen) == 3  # one, both, the other: what was made again is no choice


@pytest.mark.parametrize("damage", [None, b"", b"{}"])
def test_what_was_kept_of_the_choice_cannot_be_used_to_hide_it(own: Workspace, tmp_path: Path, damage: bytes) -> None:
    """In a long log the choice lies far back. What says how far was looked is signed; without it all is looked at."""
    with serving(watching(tmp_path, "union", audit.log_vkey(own))) as at:
        audit.add_witness(own, at.vkey, at.url)
    Log(own.vault / "log", key(own)).append_all([b"more"] * 600)
    seen = own.vault / "log" / "chosen"
    assert not seen.exists()
    with workspace.open_vault(own):
        kept = seen.read_bytes()
    (own.vault / "witnesses.json").unlink()
    forged = kept.replace(at.vkey.encode(), b"") if damage is None else damage
    assert forged != kept
    seen.write_bytes(forged)
    with pytest.raises(LogAltered, match="not those that"), workspace.open_vault(own):
        pass
    seen.write_bytes(kept)
    with pytest.raises(LogAltered, match="not those that"), workspace.open_vault(own):
        pass


def other_vkey(own: Workspace) -> bytes:
    """A good verifier key of a witness, whom nobody chose."""
    return watching(own.folder, secrets.token_hex(4)).vkey.encode()


def send_one(own: Workspace) -> int:
    """One batch from the workspace's device to its running service. Returns how many arrived."""
    name, policy = own.settings.device, workspace.approved(own)
    with hold.open_hold(own.device, bytes(32)) as handle:
        hold.append(handle, [Held(Action(kind=ActionKind.TASK, task="a"), None, {})], hold.Context("s", policy.hash))
        key = load_key(own.device / f"{name}.key")
        return send(handle, workspace.enrolment(own, name), key, policy, wait=lambda seconds: None).batches


def replace_log(own: Workspace, kept: Path) -> None:
    shutil.rmtree(own.vault / "log")
    shutil.copytree(kept, own.vault / "log")


def kept_by_device(own: Workspace) -> bytes:
    return (own.device / views.FILE).read_bytes()


def test_a_device_notices_that_the_log_was_cut_back_between_two_sendings_and_sends_no_more(own: Workspace) -> None:
    shutil.copytree(own.vault / "log", own.folder / "other")
    Log(own.vault / "log", key(own)).append(b"what is to be forgotten")
    with service.running(own):
        assert send_one(own) == 1
    replace_log(own, own.folder / "other")
    with service.running(own):
        with pytest.raises(SendRefused, match="cut back"):
            send_one(own)
        with pytest.raises(SendRefused, match="cut back"):
            send_one(own)
        with hold.open_hold(own.device, bytes(32)) as handle:
            assert len([batch for batch in hold.waiting(handle) if batch.state == "sealed"]) == 1


def test_a_device_notices_another_log_of_the_same_length_and_what_it_kept_proves_it(own: Workspace) -> None:
    two_views(own)
    with service.running(own):
        assert send_one(own) == 1
    replace_log(own, own.folder / "other")
    with service.running(own), pytest.raises(SendRefused, match="another log"):
        send_one(own)
    with pytest.raises(LogAltered, match="split view"):
        audit.compare(kept_by_device(own), audit.checkpoint(own), audit.public_key(own), None)


def test_a_longer_log_that_does_not_extend_what_a_device_saw_is_found_by_comparing(own: Workspace) -> None:
    two_views(own, more=3)
    with service.running(own):
        assert send_one(own) == 1
        assert audit.compare(kept_by_device(own), audit.checkpoint(own), audit.public_key(own), None) == "same"
    replace_log(own, own.folder / "other")
    with service.running(own):
        assert send_one(own) == 1
    with pytest.raises(LogAltered, match="split view"):
        audit.compare(kept_by_device(own), audit.checkpoint(own), audit.public_key(own), own.vault / "log")


def test_a_device_goes_on_while_the_log_only_grows(own: Workspace) -> None:
    with service.running(own):
        for _ in range(3):
            Log(own.vault / "log", key(own)).append(b"more")
            assert send_one(own) == 1
    shown, now = kept_by_device(own), audit.checkpoint(own)
    assert audit.compare(shown, now, audit.public_key(own), own.vault / "log") == "extends"


def test_a_checkpoint_that_the_log_did_not_sign_is_no_checkpoint(own: Workspace, tmp_path: Path) -> None:
    enrolment = workspace.enrolment(own, own.settings.device)
    good = audit.checkpoint(own).decode()
    for bad in ("", "\n\n", good.replace("\n0\n", "\n9\n").replace("\n1\n", "\n9\n"), good[:-10]):
        with pytest.raises(SendRefused, match="signed checkpoint"):
            views.keep(tmp_path, enrolment, bad)
    assert not (tmp_path / views.FILE).exists()
    views.keep(tmp_path, enrolment, good)
    assert (tmp_path / views.FILE).exists()
