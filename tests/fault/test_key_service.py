"""The key service as a process: what it does, and that nothing is read when it dies, or when it is asked nonsense."""

import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from glasswork import vault
from glasswork.govern.authorise import authorise
from glasswork.govern.decide import Act, Dataset
from glasswork.govern.errors import LogAltered
from glasswork.schema.envelope import parse
from glasswork.schema.errors import FormatError
from glasswork.schema.words import Scope, Zone
from glasswork.vault import Vault, deployment, keys, ring
from glasswork.vault.errors import KeyServiceAway, KeysUnusable, NotPermitted
from glasswork.vault.handle import name_in_log
from glasswork.vault.keys import Logged, logged
from glasswork.vault.keyservice import LARGEST, remote
from key_service_world import Process, served
from vault_world import ADMIT, OFFICER, batch, enrolled


def filled(handle: Vault) -> None:
    for person in ("p-one", "p-two"):
        vault.receive(handle, enrolled(handle, person).seal(batch("save"), datetime.now(UTC).date()))
    vault.admit(handle, ADMIT)


def labels(handle: Vault) -> list[str]:
    frames = vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT)
    return [label for frame in frames for label in frame["label"]]


def admission(handle: Vault) -> Logged:
    facts = Dataset("envelopes", Zone.ACTIONS, Scope.PROGRAMME, "", 5, frozenset({"personal_use"}))
    return logged(authorise(handle.log, handle.rules, ADMIT, Act.OPEN, facts, "admit", now=handle.clock()))


def test_the_whole_path_with_a_key_service_and_no_key_in_the_vault(tmp_path: Path) -> None:
    with served(tmp_path) as (handle, _):
        filled(handle)
        assert labels(handle) == ["save", "save"]
        assert not {"root.key", "keyring.sqlite3"} & {file.name for file in (tmp_path / "vault").rglob("*")}
        for person in ("p-one", "p-two"):
            vault.erase(handle, person, OFFICER)
        assert labels(handle) == []


def test_a_service_that_dies_in_the_middle_of_a_request(tmp_path: Path) -> None:
    with served(tmp_path) as (handle, process):
        filled(handle)
        frames = vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT)
        process.kill()
        process.wait()
        read: list[object] = []
        with pytest.raises(KeyServiceAway, match="nothing was opened"):
            read.extend(frames)
        assert read == []


def test_a_service_that_hangs_up_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()

        def half() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(struct.pack(">I", 100) + b"half of it")

        thread = threading.Thread(target=half)
        thread.start()
        with pytest.raises(KeyServiceAway):
            keys.leaves(remote(tmp_path / "s", os.geteuid()))
        thread.join()


def test_another_user_in_the_service_s_place_is_asked_nothing(tmp_path: Path) -> None:
    with served(tmp_path), pytest.raises(KeyServiceAway, match="Another user"):
        keys.leaves(remote(tmp_path / "socket" / "keys", os.geteuid() + 1))


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack(">I", LARGEST + 1) + b"x" * 100,
        struct.pack(">I", 5) + b"\xff\xfe\x00\x01\xc1",
        struct.pack(">I", 100) + b"less than said",
        struct.pack(">I", 15) + b"\x81\xa3ask\xa9read_root",
    ],
)
def test_garbage_is_no_request_and_the_service_goes_on(tmp_path: Path, sent: bytes) -> None:
    with served(tmp_path) as (handle, process):
        filled(handle)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(tmp_path / "socket" / "keys"))
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            try:
                back = connection.recv(1 << 16)
            except ConnectionResetError:  # closed with some of it unread
                back = b""
        assert back == b"" or b"NotPermitted" in back
        assert process.poll() is None and labels(handle) == ["save", "save"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a child as another user")
@pytest.mark.parametrize("listed", [True, False])
def test_who_may_ask_is_what_the_kernel_says(tmp_path: Path, listed: bool) -> None:
    nobody = 65534
    with served(tmp_path, *([nobody] if listed else [1])) as (_, _process):
        for folder in (tmp_path, *tmp_path.parents[:2]):
            folder.chmod(0o711)
        code = (
            "import socket,struct,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);"
            "b=bytes.fromhex(sys.argv[2])\n"
            "try: s.sendall(struct.pack('>I',len(b))+b)\n"
            "except BrokenPipeError: pass\n"  # who may not ask is told so before asking
            "sys.stdout.buffer.write(s.recv(65536))"
        )
        asked = b"\x81\xa3ask\xaeservice_public"
        path = tmp_path / "socket" / "keys"
        run = subprocess.run(
            [sys.executable, "-I", "-c", code, str(path), asked.hex()], user=nobody, cwd="/", capture_output=True
        )
        if run.returncode and b"Permission" in run.stderr and b"connect" not in run.stderr:
            pytest.skip("another user cannot run this Python")
        assert (b"does not answer this user" in run.stdout) is not listed


def test_the_socket_is_for_this_user_alone(tmp_path: Path) -> None:
    with served(tmp_path):
        assert (tmp_path / "socket").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "socket" / "keys").stat().st_mode & 0o777 == 0o600


def test_a_batch_sealed_for_one_purpose_does_not_open_under_another(tmp_path: Path) -> None:
    with served(tmp_path) as (handle, _):
        sealed = parse(enrolled(handle).seal(batch("save"), datetime.now(UTC).date()))
        decision = admission(handle)
        of, opened = sealed.header, keys.unseal(handle.ring, decision, sealed)
        assert opened == batch("save")
        for purpose, sequence, policy in (
            ("refine", 1, of.policy),
            (of.purpose, 2, of.policy),
            (of.purpose, 1, "0" * 64),
        ):
            request = keys.Unseal(
                decision, of.key, of.batch, of.device, sequence, of.scope, purpose, policy, of.basis, sealed.ciphertext
            )
            with pytest.raises(FormatError):
                handle.ring(request)


def test_a_right_to_forget_a_day_gives_no_key_that_its_device_sealed_to(tmp_path: Path) -> None:
    with served(tmp_path) as (handle, _):
        header = parse(enrolled(handle).seal(batch("save"), datetime.now(UTC).date())).header
        day = Dataset("a day", Zone.ACTIONS, header.scope, header.participant, 1, frozenset())
        theirs = (name_in_log(handle, header.participant),)
        now = datetime.now(UTC)
        grant = authorise(handle.log, handle.rules, OFFICER, Act.ERASE, day, "rights_request", now=now, people=theirs)
        with pytest.raises(NotPermitted):
            keys.lease(handle.ring, logged(grant), header.key)


def test_a_log_that_was_exchanged_for_a_while_is_believed_no_more(tmp_path: Path) -> None:
    """Somebody with the log's key makes a decision of their own, takes a key for it, and puts the old log back."""
    log, aside = tmp_path / "vault" / "log", tmp_path / "aside"
    with served(tmp_path) as (handle, _):
        filled(handle)
        (leaf, *_) = [one for one in keys.leaves(handle.ring) if one.branch == "actions"]
        facts = vault.dataset(handle, Zone.ACTIONS, "actions")

        def decision() -> Logged:
            return logged(authorise(handle.log, handle.rules, ADMIT, Act.OPEN, facts, "refine", now=handle.clock()))

        honest, other = decision(), decision()
        keys.lease(handle.ring, other, leaf.id)
        shutil.copytree(log, aside)
        keys.lease(handle.ring, decision(), leaf.id)
        shutil.rmtree(log)
        aside.rename(log)
        with pytest.raises(LogAltered):
            keys.lease(handle.ring, honest, leaf.id)


def test_two_keepers_of_one_vault_s_keys_are_refused(tmp_path: Path) -> None:
    ring.create(tmp_path / "keys")
    with pytest.raises(KeysUnusable, match="Move root"):
        deployment.choose(tmp_path / "keys", deployment.KeyService("/nowhere", 0))


def test_a_second_service_does_not_take_the_first_one_s_socket(tmp_path: Path) -> None:
    with served(tmp_path) as (handle, process):
        second: Process = subprocess.Popen(process.args, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        _, said = second.communicate()
        assert second.returncode and b"answers at this socket already" in said
        filled(handle)
