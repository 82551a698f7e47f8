"""The audit log under attack and under failure: shortened, rewritten, forked, a full disk, two processes, a kill."""

import base64
import os
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.govern import merkle
from glasswork.govern.entries import Decided, Erased, Incident, PolicyAccepted, decode, encode
from glasswork.govern.errors import LogAltered, LogUnavailable
from glasswork.govern.log import Log, create_log
from glasswork.govern.note import Checkpoint, origin, read_checkpoint, sign_checkpoint
from glasswork.govern.verify import read_log, verify_log
from glasswork.schema.words import Zone

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
PUBLIC = KEY.public_key()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_log(tmp_path / "log", KEY).append_all([b"entry %d" % i for i in range(300)])
    return tmp_path / "log"


def test_a_good_log_verifies_from_its_files_alone(folder: Path) -> None:
    kept = Log(folder, KEY).checkpoint()
    Log(folder, KEY).append(b"one more")
    shutil.copytree(folder, folder.with_name("copy"))
    report = verify_log(folder.with_name("copy"), PUBLIC, remembered=kept)
    assert report.ok and report.size == 301


def test_a_shortened_log_is_shown_by_a_kept_checkpoint(folder: Path) -> None:
    before = folder.with_name("before")
    shutil.copytree(folder, before)
    log = Log(folder, KEY)
    log.append(b"what somebody wants gone")
    kept = log.checkpoint()
    shutil.rmtree(folder)
    before.rename(folder)
    assert verify_log(folder, PUBLIC).ok  # in itself it is a good log
    assert "shortened" in verify_log(folder, PUBLIC, remembered=kept).problems[0]
    with pytest.raises(LogAltered, match="shortened or rewritten"):
        log.append(b"next")


def test_a_log_rewritten_with_its_own_key_is_shown_by_a_kept_checkpoint(folder: Path) -> None:
    log = Log(folder, KEY)
    kept = log.checkpoint()
    shutil.rmtree(folder)
    create_log(folder, KEY).append_all([b"another %d" % i for i in range(400)])
    assert verify_log(folder, PUBLIC).ok
    assert "rewritten, or a fork" in verify_log(folder, PUBLIC, remembered=kept).problems[0]
    with pytest.raises(LogAltered):
        log.append(b"next")


def test_two_branches_of_one_log_contradict_each_other(folder: Path) -> None:
    branch = folder.with_name("branch")
    shutil.copytree(folder, branch)
    Log(folder, KEY).append(b"for the board")
    Log(branch, KEY).append(b"for the auditor")
    shown = Log(branch, KEY).checkpoint()
    assert "fork" in verify_log(folder, PUBLIC, remembered=shown).problems[0]


def test_an_edited_entry_is_named(folder: Path) -> None:
    bundle = folder / "tile" / "entries" / "000"
    bundle.write_bytes(bundle.read_bytes().replace(b"entry 77", b"entry 78"))
    problems = verify_log(folder, PUBLIC).problems
    assert problems[0].startswith("Entry 77 is not the one") and "signed root" in problems[-1]


def test_an_entry_edited_together_with_its_hashes_does_not_reach_the_root(folder: Path) -> None:
    other = folder.with_name("other")
    create_log(other, Ed25519PrivateKey.generate()).append_all([b"entry 0", b"x", *[b"entry 2"] * 298])
    shutil.rmtree(folder / "tile")
    shutil.copytree(other / "tile", folder / "tile")
    assert "signed root" in verify_log(folder, PUBLIC).problems[0]
    with pytest.raises(LogAltered):
        Log(folder, KEY)


def test_a_log_signed_by_somebody_else_is_not_this_log(folder: Path) -> None:
    stranger = Ed25519PrivateKey.generate()
    report = verify_log(folder, stranger.public_key())
    assert not report.ok and "not signed by the log's key" in report.problems[0]
    with pytest.raises(LogAltered):
        Log(folder, stranger)


def test_a_missing_bundle_is_a_problem_and_not_a_crash(folder: Path) -> None:
    (folder / "tile" / "entries" / "000").unlink()
    assert "missing" in verify_log(folder, PUBLIC).problems[0]
    assert not verify_log(folder.with_name("nowhere"), PUBLIC).ok


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace(b"\n3\n", b"\n03\n"),
        lambda note: note.replace(b"\n3\n", b"\n4\n"),
        lambda note: note.replace(b"\n\n", b"\n"),
        lambda note: note.replace("—".encode(), b"-"),
        lambda note: note.replace(b"glasswork.audit/", b"glasswork.audits/", 1),
        lambda note: note[:-20],
        lambda note: note + b"garbage\n",
        lambda note: b"extension\n" + note,
        lambda note: b"\xff" + note,
        lambda note: b"",
    ],
)
def test_a_checkpoint_has_one_form(change: object) -> None:
    note = sign_checkpoint(Checkpoint(3, bytes(32)), KEY)
    assert read_checkpoint(note, PUBLIC) == Checkpoint(3, bytes(32))
    with pytest.raises(LogAltered):
        read_checkpoint(change(note), PUBLIC)  # type: ignore[operator]


def test_signatures_of_others_are_ignored() -> None:
    note = sign_checkpoint(Checkpoint(3, bytes(32)), KEY)
    cosigned = note + f"— witness.example {base64.b64encode(bytes(76)).decode()}\n".encode()
    assert read_checkpoint(cosigned, PUBLIC).size == 3


def test_the_checkpoint_is_a_signed_note() -> None:
    text = sign_checkpoint(Checkpoint(0, merkle.EMPTY), KEY).decode()
    name, size, root, blank, signature, _ = text.split("\n")
    assert (name, size, blank) == (origin(PUBLIC), "0", "")
    assert base64.b64decode(root) == merkle.EMPTY
    blob = base64.b64decode(signature.split(" ")[2])
    KEY.public_key().verify(blob[4:], f"{name}\n{size}\n{root}\n".encode())


def test_the_example_in_the_specification_is_true(folder: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "formats" / "audit-log.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("    glasswork.audit/"))
    note = "".join(f"{line[4:]}\n" for line in lines[at : at + 5]).encode()
    assert note == Log(folder, KEY).checkpoint()


def test_a_log_is_never_begun_twice_and_never_by_opening(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(LogUnavailable, match="already"):
        create_log(folder, KEY)
    (folder / "checkpoint").unlink()
    with pytest.raises(LogUnavailable, match="already"):
        create_log(folder, KEY)
    with pytest.raises(LogAltered, match="no audit log here"):
        Log(folder, KEY)
    with pytest.raises(LogUnavailable):
        Log(tmp_path / "nowhere", KEY)


def test_an_entry_has_a_limit(folder: Path) -> None:
    log = Log(folder, KEY)
    assert log.append(bytes(65_535)) == 300
    with pytest.raises(LogUnavailable, match="65,535"):
        log.append(bytes(65_536))
    assert log.append_all([]) == range(301, 301)
    with pytest.raises(ValueError, match="no such entry"):
        log.inclusion_proof(301)
    with pytest.raises(ValueError, match="never had"):
        log.consistency_proof(300, 302)


def run(code: str, *args: object) -> subprocess.Popen[str]:
    """A process of its own on the log."""
    head = (
        "import sys\nfrom pathlib import Path\nfrom glasswork.govern.log import Log\n"
        "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey\n"
        "log = Log(Path(sys.argv[1]), Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32))\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", head + code, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_two_processes_on_one_log(folder: Path) -> None:
    code = "for i in range(60): print(log.append(f'{sys.argv[2]} {i}'.encode()))"
    processes = [run(code, folder, name) for name in ("left", "right")]
    indices: list[int] = []
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        indices += map(int, out.split())
    assert sorted(indices) == list(range(300, 420))
    assert verify_log(folder, PUBLIC).ok and len(list(read_log(folder, PUBLIC))) == 420


def test_killed_while_appending(folder: Path) -> None:
    """What was acknowledged is in the log, whenever the process dies; a half-written rest is not."""
    code = "i = 0\nwhile True:\n  print(log.append(b'%d' % i), flush=True)\n  i += 1"
    process = run(code, folder)
    assert process.stdout
    acknowledged = [int(process.stdout.readline()) for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    acknowledged += map(int, process.communicate()[0].split())
    assert verify_log(folder, PUBLIC).ok
    log = Log(folder, KEY)
    assert acknowledged[-1] < log.size <= acknowledged[-1] + 2
    assert log.append(b"after") == log.size - 1 and verify_log(folder, PUBLIC).ok


def test_a_full_disk_appends_nothing_and_says_so(folder: Path) -> None:
    """A limit on the size of files stands for the full disk: the write fails half-way, as it would there."""
    code = (
        "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))\n"
        "from glasswork.govern.errors import LogUnavailable\n"
        "try: log.append(bytes(5000))\nexcept LogUnavailable as e: print(e)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))\nprint(log.append(b'small'))"
    )
    out, err = run(code, folder).communicate(timeout=60)
    lines = out.splitlines()
    assert "no log, no bytes" in lines[0] and lines[1] == "300", err
    assert verify_log(folder, PUBLIC).ok and list(read_log(folder, PUBLIC))[300:] == [b"small"]
    assert not list(folder.rglob(".new-*"))


def test_what_a_killed_program_left_is_swept_when_the_log_is_opened(folder: Path) -> None:
    size = Log(folder, KEY).size
    (folder / ".new-left").write_bytes(b"half a checkpoint")
    assert Log(folder, KEY).size == size and not list(folder.rglob(".new-*"))


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_a_log_without_permission_to_write_is_unavailable(folder: Path) -> None:
    code = (
        "import os\nfrom glasswork.govern.errors import LogUnavailable\nos.setresuid(65534, 65534, 65534)\n"
        "try: log.append(b'x')\nexcept LogUnavailable as e: print(type(e).exit_code)"
    )
    out, err = run(code, folder).communicate(timeout=60)
    assert out.strip() == "73", err


def test_entries_survive_the_log() -> None:
    day = date(2026, 11, 24)
    entries = [
        Decided(
            day=day, grant="g", role="job", action="open", purpose="refine", dataset="d", zone=Zone.ACTIONS,
            allowed=True, reason="a rule", policy="0" * 64,
        ),
        PolicyAccepted(day=day, policy="0" * 64, epoch=3),
        Incident(day=day, what="a hit of the redactor's rules", where="admission", count=1),
        Erased(day=day, keys=("k1", "k2"), objects=7, people=("c" * 64,)),
    ]  # fmt: skip
    assert [decode(encode(entry)) for entry in entries] == entries
    assert (
        encode(entries[1]) == b'{"day":"2026-11-24","epoch":3,"kind":"policy_accepted","policy":"' + b"0" * 64 + b'"}'
    )


@pytest.mark.parametrize("data", [b"", b"{}", b'{"kind":"gossip"}', b'{"kind":"policy_accepted","epoch":"3"}', b"\xff"])
def test_what_is_no_entry_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(LogAltered):
        decode(data)
