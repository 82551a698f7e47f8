"""Whatever logs a witness is shown, in whatever order: it never cosigns two that contradict each other."""

import base64
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from glasswork.govern.log import create_log
from glasswork.govern.note import COSIGNS, cosigned_by, log_verifier, read_checkpoint, read_vkey, vkey
from glasswork.govern.verify import verify_since
from glasswork.govern.witness import Witness, create_witness

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
PUBLIC = KEY.public_key()
NOW = datetime(2026, 11, 24, tzinfo=UTC)

shown = st.lists(
    st.tuples(st.booleans(), st.integers(0, 12), st.integers(0, 12), st.booleans()), min_size=1, max_size=20
)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 12), shown)
def test_all_that_a_witness_cosigned_is_one_log(fork: int, requests: list[tuple[bool, int, int, bool]]) -> None:
    """Two logs, alike up to `fork`, are shown at any sizes with true proofs, between restarts."""
    with tempfile.TemporaryDirectory() as name:
        logs = [create_log(Path(name) / side, KEY) for side in ("left", "right")]
        notes: list[list[bytes]] = [[log.checkpoint()] for log in logs]
        for number in range(12):
            for side, log in enumerate(logs):
                log.append(b"%d %d" % (number, side if number >= fork else 0))
                notes[side].append(log.checkpoint())
        witness = create_witness(Path(name) / "witness", "w.example")
        witness.watch(vkey(log_verifier(PUBLIC)))
        cosigned: list[bytes] = []
        for right, old, new, again in requests:
            if again:
                witness = Witness(Path(name) / "witness")
            proof = logs[right].consistency_proof(old, new) if old <= new else []
            lines = "".join(base64.b64encode(hash_).decode() + "\n" for hash_ in proof)
            answer = witness.add_checkpoint(f"old {old}\n{lines}\n".encode() + notes[right][new], NOW)
            if answer.status == 200:
                assert cosigned_by(notes[right][new] + answer.body, [read_vkey(witness.vkey, COSIGNS)])
                cosigned.append(notes[right][new])
        sizes = [read_checkpoint(note, PUBLIC).size for note in cosigned]
        assert sizes == sorted(sizes)
        assert not cosigned or any(all(note in side for note in cosigned) for side in notes)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([0, 1, 255, 256, 300]), st.sampled_from([1, 2, 257]), st.data())
def test_an_incremental_audit_finds_every_change_of_what_is_new(old: int, new: int, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "log"
        log = create_log(folder, KEY)
        log.append_all([b"entry %d" % i for i in range(old)])
        kept = log.checkpoint()
        log.append_all([b"entry %d" % i for i in range(old, old + new)])
        report = verify_since(folder, PUBLIC, kept)
        assert report.ok and (report.since, report.size) == (old, old + new)
        victim = b"entry %d" % data.draw(st.integers(old, old + new - 1))
        for bundle in folder.glob("tile/entries/**/*"):
            if bundle.is_file():
                bundle.write_bytes(bundle.read_bytes().replace(victim, victim[:-1] + b"x"))
        assert not verify_since(folder, PUBLIC, kept).ok
