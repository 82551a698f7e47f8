"""A witness: a small program of somebody else's that remembers how long a log was, and cosigns only what extends it.

C2SP tlog-witness over HTTP (`glasswork witness serve`), on the loopback interface: whoever offers it to other hosts
puts it behind their own TLS. Its folder holds `witness.key`, `witness.json` (its name), one file per log that it
watches, `logs/ID.json`, and in `evidence/` what the logs signed and should not have. A folder that was lost or set back
is not to be used again: make a new witness, with a new key.
"""

import base64
import fcntl
import hashlib
import os
import re
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from glasswork.govern import merkle
from glasswork.govern.errors import GovernError, LogAltered, WitnessUnusable
from glasswork.govern.note import (
    COSIGNS,
    LARGEST,
    SIGNS,
    Verifier,
    cosign,
    note_text,
    open_checkpoint,
    read_vkey,
    vkey,
)
from glasswork.govern.tiles import replace_durably
from glasswork.policy.keys import load_key, new_key

_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})")
_HASH: Final = re.compile(r"[A-Za-z0-9+/]{43}=")
_EVIDENCE: Final = 100


class Watched(Struct, frozen=True, forbid_unknown_fields=True):
    """A log that a witness watches: its verifier key, and the newest checkpoint that was cosigned."""

    vkey: str
    size: int = 0
    root: bytes = merkle.EMPTY
    note: str = ""


class Answer(Struct, frozen=True):
    """What a witness answers: an HTTP status, a body, and the body's type."""

    status: int
    body: bytes = b""
    type: str = "text/plain; charset=utf-8"


class _Name(Struct, frozen=True, forbid_unknown_fields=True):
    name: str


class Witness:
    """A witness in its folder, made by `create_witness`. Safe for threads and for several processes."""

    def __init__(self, folder: Path) -> None:
        """Open it. Raises WitnessUnusable if there is none, KeyUnusable if its key cannot be used."""
        try:
            self.name = msgspec.json.decode((folder / "witness.json").read_bytes(), type=_Name).name
        except (OSError, msgspec.DecodeError):
            raise WitnessUnusable(
                f"There is no witness in {folder.name}, or its witness.json is damaged. Nothing was cosigned. A "
                "witness that lost its folder must not go on: make a new one, with a new key, and tell the logs."
            ) from None
        self._folder = folder
        self._key: Ed25519PrivateKey = load_key(folder / "witness.key")

    @property
    def vkey(self) -> str:
        """The verifier key to give to the keepers of logs, and to all who verify."""
        return vkey(Verifier(self.name, COSIGNS, self._key.public_key()))

    def watch(self, log_vkey: str) -> str:
        """Begin to watch a log, and return its origin. Raises NotAVerifier; WitnessUnusable if it is watched."""
        log = read_vkey(log_vkey, SIGNS)
        with self._locked():
            if self._file(log.name).exists():
                raise WitnessUnusable("This log is watched already. What was seen of it is never forgotten.")
            replace_durably(self._file(log.name), msgspec.json.encode(Watched(log_vkey)))
        return log.name

    def latest(self, origin: str) -> Watched | None:
        """What was last cosigned of a log; None where it is not watched. Raises WitnessUnusable if it is damaged."""
        try:
            return msgspec.json.decode(self._file(origin).read_bytes(), type=Watched)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError:
            raise WitnessUnusable(
                "What this witness knows of a log is damaged, so it cosigns no more of it. Restore the folder only if "
                "nothing was cosigned since; otherwise make a new witness."
            ) from None

    def add_checkpoint(self, body: bytes, now: datetime) -> Answer:
        """Answer a request of `add-checkpoint`: a cosignature, or which rule of the protocol refuses it.

        What is cosigned is on the disk before this returns. Raises OSError, WitnessUnusable: nothing was cosigned.
        """
        head, _, note = body.partition(b"\n\n")
        try:
            old, proof = _request(head)
            origin = note_text(note).partition("\n")[0]
        except (ValueError, LogAltered):
            return Answer(400)
        if self.latest(origin) is None:
            return Answer(404)
        with self._locked():
            known = self.latest(origin)
            if known is None:
                return Answer(404)
            try:
                shown = open_checkpoint(note, read_vkey(known.vkey, SIGNS))
            except LogAltered:
                return Answer(403)
            if old > shown.size:
                return Answer(400)
            if old != known.size:
                return Answer(409, b"%d\n" % known.size, "text/x.tlog.size")
            if not shown.size and shown.root != merkle.EMPTY:
                return Answer(422)
            if not merkle.verify_consistency(old, shown.size, proof, known.root, shown.root):
                self._keep_evidence(origin, known, note)
                return Answer(409, b"%d\n" % old, "text/x.tlog.size") if old == shown.size else Answer(422)
            line = cosign(note, self.name, self._key, now)
            seen = Watched(known.vkey, shown.size, shown.root, note[:LARGEST].decode())
            replace_durably(self._file(origin), msgspec.json.encode(seen))
        return Answer(200, line)

    def _keep_evidence(self, origin: str, known: Watched, note: bytes) -> None:
        """Keep two checkpoints that one log signed and that contradict each other, or seem to. A bounded number."""
        folder = self._folder / "evidence"
        folder.mkdir(mode=0o700, exist_ok=True)
        shown = hashlib.sha256(note.rpartition(b"\n\n")[0]).hexdigest()[:16]
        if len(list(folder.iterdir())) < _EVIDENCE:
            replace_durably(folder / f"{_id(origin)}-{shown}", known.note.encode() + b"\n" + note[:LARGEST])

    def _file(self, origin: str) -> Path:
        return self._folder / "logs" / f"{_id(origin)}.json"

    @contextmanager
    def _locked(self) -> Generator[None]:
        handle = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def create_witness(folder: Path, name: str) -> Witness:
    """Make a witness with a new key. `name` is like a URL without its scheme: `union.example/witness`.

    Raises WitnessUnusable if the folder has something in it or cannot be written, NotAVerifier for an unusable name.
    """
    key = Ed25519PrivateKey.generate().public_key()
    read_vkey(vkey(Verifier(name, COSIGNS, key)), COSIGNS)
    try:
        (folder / "logs").mkdir(mode=0o700, parents=True)
        new_key(folder / "witness.key")
        replace_durably(folder / "witness.json", msgspec.json.encode(_Name(name)))
    except OSError as error:
        raise WitnessUnusable(
            f"A witness cannot be made in {folder.name} ({error.strerror}). Choose a new, empty folder."
        ) from None
    return Witness(folder)


def serve(witness: Witness, port: int = 0) -> ThreadingHTTPServer:
    """A server of a witness on 127.0.0.1 (port 0: any free one), for the caller to run and to close.

    POST /add-checkpoint as in the protocol. GET /checkpoint/ORIGIN gives the newest checkpoint that was cosigned, so
    that anybody can compare it with what the log shows to them.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path != "/add-checkpoint":
                self.close_connection = True
                return self._answer(Answer(404))
            if not length.isdecimal() or int(length) > LARGEST:
                self.close_connection = True
                return self._answer(Answer(400))
            body = self.rfile.read(int(length))
            try:
                return self._answer(witness.add_checkpoint(body, datetime.now(UTC)))
            except (OSError, GovernError):
                return self._answer(Answer(500))

        def do_GET(self) -> None:
            try:
                known = witness.latest(self.path.removeprefix("/checkpoint/"))
            except (OSError, GovernError):
                return self._answer(Answer(500))
            return self._answer(Answer(200, known.note.encode()) if known and known.note else Answer(404))

        def _answer(self, answer: Answer) -> None:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep no list of who asked when: arrivals at a log are not to be a timesheet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    return server


def run(witness: Witness, port: int) -> None:
    """Serve until interrupted. Says on standard output where, once it listens."""
    with serve(witness, port) as server:
        print(f"{witness.name} listens on http://127.0.0.1:{server.server_address[1]}", flush=True)
        with suppress(KeyboardInterrupt):
            server.serve_forever()


def _request(head: bytes) -> tuple[int, list[bytes]]:
    """The old size and the consistency proof. Raises ValueError (UnicodeDecodeError too)."""
    first, *lines = head.decode("ascii").split("\n")
    old = _OLD.fullmatch(first)
    if old is None or len(lines) > 63 or not all(_HASH.fullmatch(line) for line in lines):
        raise ValueError("not a request of add-checkpoint")
    return int(old[1]), [base64.b64decode(line, validate=True) for line in lines]


def _id(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()[:32]
