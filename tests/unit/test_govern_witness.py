"""Witnesses, cosignatures and proofs: the C2SP protocol rule by rule, and a log that shows itself to its witnesses."""

import base64
import hashlib
import http.client
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from glasswork.govern import merkle
from glasswork.govern.cosigners import WitnessAt, read_witnesses
from glasswork.govern.entries import Pruned, WitnessesChosen, decode, encode
from glasswork.govern.errors import LogAltered, LogUnavailable, NotAVerifier, ProofWrong, WitnessUnusable
from glasswork.govern.log import COSIGNED, Log, create_log
from glasswork.govern.note import COSIGNS, SIGNS, Verifier, cosign, cosigned_by, log_verifier, read_vkey, vkey
from glasswork.govern.proof import make_proof, verify_proof
from glasswork.govern.prune import prune
from glasswork.govern.verify import read_log, verify_log, verify_since
from glasswork.govern.witness import Witness, create_witness
from witness_world import serving, watching

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
PUBLIC = KEY.public_key()
LOG = vkey(log_verifier(PUBLIC))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = NOW.date()


def request(old: int, proof: list[bytes], note: bytes) -> bytes:
    lines = "".join(base64.b64encode(hash_).decode() + "\n" for hash_ in proof)
    return f"old {old}\n{lines}\n".encode() + note


@pytest.fixture
def log(tmp_path: Path) -> Log:
    log = create_log(tmp_path / "log", KEY)
    log.append_all([b"entry %d" % i for i in range(300)])
    return log


# The formats


def test_a_verifier_key_of_the_reference_implementation() -> None:
    """The example key of golang.org/x/mod/sumdb/note."""
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    verifier = read_vkey(text, SIGNS)
    assert verifier.name == "PeterNeumann" and verifier.id.hex() == "c74f20a3" and vkey(verifier) == text
    for bad in (
        text.replace("c7", "c8"),
        text + "A",
        text.replace("Peter", "Pet er"),
        "",
        "a+b",
        text.replace("+A", "+B"),
    ):
        with pytest.raises(NotAVerifier):
            read_vkey(bad, SIGNS)
    with pytest.raises(NotAVerifier):
        read_vkey(text, COSIGNS)


def test_a_cosignature_is_what_the_specification_says(log: Log) -> None:
    note = log.checkpoint()
    line = cosign(note, "w.example/1", KEY, NOW)
    dash, name, encoded = line.decode().removesuffix("\n").split(" ")
    blob = base64.b64decode(encoded)
    assert (dash, name) == ("—", "w.example/1")
    assert blob[:4] == hashlib.sha256(b"w.example/1\n\x04" + PUBLIC.public_bytes_raw()).digest()[:4]
    assert int.from_bytes(blob[4:12], "big") == int(NOW.timestamp())
    body = note[: note.index(b"\n\n") + 1]
    KEY.public_key().verify(blob[12:], b"cosignature/v1\ntime %d\n" % NOW.timestamp() + body)
    witness = Verifier("w.example/1", COSIGNS, PUBLIC)
    assert cosigned_by(note + line, [witness]) == {"w.example/1": NOW}
    assert cosigned_by(note + line, [Verifier("w.example/2", COSIGNS, PUBLIC)]) == {}
    forged = base64.b64encode(blob[:-1] + bytes([blob[-1] ^ 1])).decode()
    with pytest.raises(LogAltered, match="claims to be of a witness"):
        cosigned_by(note + f"— w.example/1 {forged}\n".encode(), [witness])


# The witness


def test_a_witness_answers_as_the_protocol_says(log: Log, tmp_path: Path) -> None:
    witness = watching(tmp_path, "one", LOG)
    verifier = read_vkey(witness.vkey, COSIGNS)
    first = log.checkpoint()
    good = request(0, [], first)
    for bad in (b"", b"old 0\n\n", good.replace(b"old 0", b"old 00"), b"old 0\nx\n\n" + first, first, b"\xff" + good):
        assert witness.add_checkpoint(bad, NOW).status == 400
    too_many = b"old 0\n" + base64.b64encode(bytes(32)) + b"\n"
    assert (
        witness.add_checkpoint(too_many + (base64.b64encode(bytes(32)) + b"\n") * 63 + b"\n" + first, NOW).status == 400
    )
    assert witness.add_checkpoint(good.replace(b"glasswork.audit", b"somebody.else.s"), NOW).status == 404
    assert witness.add_checkpoint(good.replace(b"\n300\n", b"\n301\n"), NOW).status == 403
    assert witness.add_checkpoint(request(301, [], first), NOW).status == 400
    assert witness.add_checkpoint(request(0, [bytes(32)], first), NOW).status == 422
    answer = witness.add_checkpoint(good, NOW)
    assert answer.status == 200 and cosigned_by(first + answer.body, [verifier]) == {"one.example/witness": NOW}
    log.append_all([b"more"] * 50)
    conflict = witness.add_checkpoint(request(0, [], log.checkpoint()), NOW)
    assert (conflict.status, conflict.body, conflict.type) == (409, b"300\n", "text/x.tlog.size")
    proof = log.consistency_proof(300, 350)
    assert witness.add_checkpoint(request(300, proof[:-1], log.checkpoint()), NOW).status == 422
    assert witness.add_checkpoint(request(300, proof, log.checkpoint()), NOW).status == 200
    assert witness.add_checkpoint(request(350, [], log.checkpoint()), NOW).status == 200  # the same once more
    assert witness.add_checkpoint(request(300, [], first), NOW).status == 409  # and never back


def test_what_a_witness_cosigned_survives_its_process(log: Log, tmp_path: Path) -> None:
    witness = watching(tmp_path, "one", LOG)
    assert witness.add_checkpoint(request(0, [], log.checkpoint()), NOW).status == 200
    again = Witness(tmp_path / "one")
    seen = again.latest(log_verifier(PUBLIC).name)
    assert seen is not None and (seen.size, again.vkey) == (300, witness.vkey)
    with pytest.raises(WitnessUnusable, match="already"):
        again.watch(LOG)
    (tmp_path / "one" / "logs").glob("*").__next__().write_bytes(b"{")
    with pytest.raises(WitnessUnusable, match="damaged"):
        again.add_checkpoint(request(0, [], log.checkpoint()), NOW)
    with pytest.raises(WitnessUnusable):
        create_witness(tmp_path / "one", "one.example/witness")
    with pytest.raises(WitnessUnusable, match="no witness"):
        Witness(tmp_path / "two")


def test_a_witness_over_http(log: Log, tmp_path: Path) -> None:
    with serving(watching(tmp_path, "one", LOG)) as at:
        connection = http.client.HTTPConnection(at.url.removeprefix("http://"), timeout=5)
        for method, path, body, status in (
            ("GET", f"/checkpoint/{log_verifier(PUBLIC).name}", None, 404),
            ("POST", "/add-checkpoint", request(0, [], log.checkpoint()), 200),
            ("GET", f"/checkpoint/{log_verifier(PUBLIC).name}", None, 200),
            ("POST", "/elsewhere", b"x", 404),
        ):
            connection.request(method, path, body)
            response = connection.getresponse()
            assert response.status == status
            content = response.read()
            if method == "GET" and status == 200:
                assert content == log.checkpoint()


# The log that has witnesses


def test_a_log_without_witnesses_publishes_nothing(log: Log, tmp_path: Path) -> None:
    log.publish()
    assert not (tmp_path / "log" / COSIGNED).exists()


def test_one_cosignature_is_enough_and_all_are_kept(log: Log, tmp_path: Path) -> None:
    one, two = watching(tmp_path, "one", LOG), watching(tmp_path, "two", LOG)
    trusted = [read_vkey(witness.vkey, COSIGNS) for witness in (one, two)]
    with serving(one) as here, serving(two) as there:
        shown = Log(tmp_path / "log", KEY, [here, there])
        for number in range(5):
            index = shown.append(b"seen %d" % number)
            shown.publish()
            report = verify_log(tmp_path / "log", PUBLIC, witnesses=trusted)
            assert report.ok and report.witnessed == index + 1
    gone = Log(tmp_path / "log", KEY, [WitnessAt(one.vkey, here.url), WitnessAt(two.vkey, there.url)])
    gone.append(b"unseen")
    with pytest.raises(LogUnavailable, match="No witness"):
        gone.publish()
    report = verify_log(tmp_path / "log", PUBLIC, witnesses=trusted)
    assert report.ok and (report.size, report.witnessed) == (306, 305)
    with serving(two) as there:
        Log(tmp_path / "log", KEY, [here, there]).publish()  # one of two answers
    assert list(verify_log(tmp_path / "log", PUBLIC, witnesses=trusted).cosigned) == ["two.example/witness"]


def test_a_stranger_at_the_address_of_a_witness_is_no_witness(log: Log, tmp_path: Path) -> None:
    one, stranger = watching(tmp_path, "one", LOG), watching(tmp_path, "two", LOG)
    with serving(stranger) as at, pytest.raises(LogUnavailable):
        Log(tmp_path / "log", KEY, [WitnessAt(one.vkey, at.url)]).publish()


@pytest.mark.parametrize("url", ["http://elsewhere.example", "http://127.0.0.1.example", "ftp://127.0.0.1:1", ""])
def test_witnesses_are_read_strictly(url: str, tmp_path: Path) -> None:
    file = tmp_path / "witnesses.json"
    assert read_witnesses(file) == ()
    text = vkey(Verifier("w.example", COSIGNS, PUBLIC))
    good = {"vkey": text, "url": "https://w.example/"}
    file.write_text(json.dumps([good]))
    assert [one.verifier.name for one in read_witnesses(file)] == ["w.example"]
    for bad in ([good | {"url": url}], [good, good], {"x": 1}, [good | {"more": 1}]):
        file.write_text(json.dumps(bad))
        with pytest.raises(WitnessUnusable):
            read_witnesses(file)


# Proofs and pruning


def test_a_proof_is_one_file_and_any_change_of_it_shows(log: Log, tmp_path: Path) -> None:
    with serving(watching(tmp_path, "one", LOG)) as at:
        Log(tmp_path / "log", KEY, [at]).publish()
    witness = at.verifier
    for index in (0, 1, 255, 256, 299):
        proof = make_proof(tmp_path / "log", PUBLIC, index)
        assert proof.startswith(b"c2sp.org/tlog-proof@v1\nextra ")
        proven = verify_proof(proof, log_verifier(PUBLIC), witnesses=[witness])
        assert (proven.index, proven.size, proven.entry) == (index, 300, b"entry %d" % index)
        assert list(proven.cosigned) == [witness.name]
    lines = proof.split(b"\n")
    for at_line in range(len(lines) - 3):
        for changed in (
            [*lines[:at_line], *lines[at_line + 1 :]],
            [*lines[:at_line], b"A" + lines[at_line][1:], *lines[at_line + 1 :]],
        ):
            if changed == lines:
                continue
            with pytest.raises(ProofWrong):
                verify_proof(b"\n".join(changed), log_verifier(PUBLIC), witnesses=[witness])
    for wrong in (b"", b"\xff", proof[:-200], proof.replace(b"index 299", b"index 298")):
        with pytest.raises(ProofWrong):
            verify_proof(wrong, log_verifier(PUBLIC), witnesses=[witness])
    stranger: Ed25519PublicKey = Ed25519PrivateKey.generate().public_key()
    with pytest.raises(ProofWrong, match="cosigned"):
        verify_proof(proof, log_verifier(PUBLIC), witnesses=[Verifier("other.example", COSIGNS, stranger)])
    with pytest.raises(ProofWrong, match="another entry"):
        verify_proof(proof, log_verifier(PUBLIC), entry=b"entry 7")
    with pytest.raises(ValueError, match="no such entry"):
        make_proof(tmp_path / "log", PUBLIC, 300)


def dated(days: list[date]) -> list[bytes]:
    return [encode(WitnessesChosen(day=day, witnesses=())) for day in days]


def test_old_entries_go_and_their_proofs_stay(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    log = create_log(folder, KEY)
    old = dated([date(2024, 1, 1)] * 600)
    log.append_all(old)
    kept = log.checkpoint()
    before = make_proof(folder, PUBLIC, 3)
    log.append_all(dated([DAY] * 300))
    with pytest.raises(ValueError, match="at least 365"):
        prune(log, folder, DAY, 30)
    assert prune(log, folder, date(2024, 6, 1), 365) == 0
    assert prune(log, folder, DAY, 365) == 512
    assert prune(log, folder, DAY, 365) == 0
    assert verify_log(folder, PUBLIC, remembered=kept).ok and verify_since(folder, PUBLIC, kept).ok
    entries = [decode(entry) for entry in read_log(folder, PUBLIC)]
    assert len(entries) == 900 - 512 + 2 and Pruned(day=DAY, before=512, days=365) in entries
    assert verify_proof(before, log_verifier(PUBLIC)).entry == old[3]
    after = make_proof(folder, PUBLIC, 3)
    with pytest.raises(ProofWrong, match="does not carry"):
        verify_proof(after, log_verifier(PUBLIC))
    assert verify_proof(after, log_verifier(PUBLIC), entry=old[3]).index == 3
    Log(folder, KEY).append(b"goes on")
    assert verify_log(folder, PUBLIC).ok


def test_more_that_is_missing_than_was_pruned_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    log = create_log(folder, KEY)
    log.append_all(dated([date(2024, 1, 1)] * 512 + [DAY] * 600))
    assert prune(log, folder, DAY, 365) == 512
    (folder / "tile/entries/002").unlink()
    assert "no entry says that they were pruned" in verify_log(folder, PUBLIC).problems[0]


def test_the_frontier_of_a_tree_is_that_of_its_leaves() -> None:
    leaves = [merkle.leaf_hash(b"%d" % i) for i in range(40)]
    grown = merkle.Frontier()
    for size, leaf in enumerate(leaves, 1):
        grown.add(leaf)
        of = merkle.Frontier.of(
            lambda level, index: merkle.perfect_root(leaves[index << level : (index + 1) << level]), size
        )
        assert (of.size, of.root()) == (grown.size, grown.root())
