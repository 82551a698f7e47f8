"""The log's side of witnessing: show the newest checkpoint to the witnesses, and go on at the first cosignature.

The witnesses stand in a file beside the log, `[{"vkey": "…", "url": "https://…"}, …]`. Which they are is in the log
too (`WitnessesChosen`), so that nobody takes one away quietly.
"""

import base64
import http.client
import re
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from glasswork.govern.errors import LogAltered, LogUnavailable, WitnessUnusable
from glasswork.govern.note import COSIGNS, LARGEST, Verifier, cosigned_by, read_vkey

WITNESSES: Final = "witnesses.json"
TIMEOUT: Final = 3.0
_URL: Final = re.compile(r"https://[!-~]{1,300}|http://127\.0\.0\.1:[0-9]{1,5}(/[!-~]{0,300})?")
_SIZE: Final = re.compile(rb"(0|[1-9][0-9]{0,18})\n")

Consistency = Callable[[int, int], list[bytes]]
"""From an old and a new size to the proof that the one log is the beginning of the other."""


class WitnessAt(Struct, frozen=True, forbid_unknown_fields=True):
    """A witness, and where it answers: over TLS, or on this host."""

    vkey: str
    url: str

    @property
    def verifier(self) -> Verifier:
        """What its cosignatures are verified with."""
        return read_vkey(self.vkey, COSIGNS)


def read_witnesses(file: Path) -> tuple[WitnessAt, ...]:
    """The witnesses in a file, none if there is no file. Raises WitnessUnusable: a list that is wrong is not empty."""
    try:
        return checked(msgspec.json.decode(file.read_bytes(), type=tuple[WitnessAt, ...]))
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.DecodeError):
        raise WitnessUnusable(
            "The list of the audit log's witnesses cannot be read, so nothing may be opened. Restore witnesses.json; "
            "the keys of the witnesses stand in the log."
        ) from None


def checked(witnesses: Sequence[WitnessAt]) -> tuple[WitnessAt, ...]:
    """The witnesses, if each has a key, a name of its own and a usable address.

    Raises NotAVerifier, WitnessUnusable.
    """
    if len({one.verifier.name for one in witnesses}) != len(witnesses):
        raise WitnessUnusable("Two witnesses of one name are no two witnesses. Nothing was changed.")
    if not all(_URL.fullmatch(one.url) for one in witnesses):
        raise WitnessUnusable("A witness is reached over https://, or at http://127.0.0.1:PORT. Nothing was changed.")
    return tuple(witnesses)


class Cosigners:
    """The witnesses of one open log. Not safe for threads: the log asks for one checkpoint at a time."""

    def __init__(self, witnesses: Sequence[WitnessAt]) -> None:
        self._witnesses = {one.verifier.name: one for one in checked(witnesses)}
        self._sizes = dict.fromkeys(self._witnesses, 0)  # what each is known to have cosigned
        self._asked: dict[str, Future[int]] = {}
        self._pool = ThreadPoolExecutor(len(witnesses), "witness")

    def have(self, note: bytes) -> bool:
        """Whether one of the witnesses has cosigned this already. Raises LogAltered."""
        return bool(cosigned_by(note, [one.verifier for one in self._witnesses.values()]))

    def ask(
        self, note: bytes, size: int, consistency: Consistency, newest: Callable[[], int], keep: Callable[[bytes], None]
    ) -> bool:
        """Show a checkpoint to all witnesses; return at the first cosignature, once `keep` has it.

        The others go on, and keep theirs when they come. `newest` says how long the log is by now, since another
        process may have shown more of it: then nobody cosigns this checkpoint, and the answer is False.

        Raises LogAltered if a witness has seen another log under this name, LogUnavailable if nobody answers.
        """
        for name, witness in self._witnesses.items():
            asked = self._asked.get(name)
            if asked is None or asked.done():
                if asked is not None and isinstance(asked.exception(), LogAltered):
                    asked.result()
                self._asked[name] = self._pool.submit(self._ask, witness, note, size, consistency, newest, keep)
        waiting, reached = set(self._asked.values()), False
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for one in done:
                if isinstance(one.exception(), LogUnavailable):
                    continue
                if one.result() == size:
                    return True
                reached = True
        if reached:
            return False
        raise LogUnavailable(
            "No witness of the audit log answers, so nothing may be opened: bytes flow after the first cosignature. "
            "Start a witness, or look at its address with `glasswork audit witnesses`."
        )

    def _ask(
        self,
        witness: WitnessAt,
        note: bytes,
        size: int,
        consistency: Consistency,
        newest: Callable[[], int],
        keep: Callable[[bytes], None],
    ) -> int:
        """Get one cosignature and keep it. Returns the size that the witness knows then."""
        name = witness.verifier.name
        for _ in range(3):
            old = self._sizes[name]
            status, body = _post(witness.url, _request(old, consistency(old, size), note))
            known = int(body) if status == 409 and _SIZE.fullmatch(body) else None
            if status == 200:
                keep(_own_line(note, body, witness.verifier))
                self._sizes[name] = size
                return size
            if status == 422 or known == old or (known is not None and known > size and known > newest()):
                raise LogAltered(
                    f"The witness {name} has seen another log under this name, or a longer one: this log was "
                    "rewritten, forked or cut back. Nothing was opened. Keep the log as it is, and ask the witness."
                )
            if known is None:
                break
            self._sizes[name] = known
            if known > size:
                return known
        raise LogUnavailable(f"The witness {name} does not cosign. Does it watch this log?")


def _own_line(note: bytes, body: bytes, verifier: Verifier) -> bytes:
    """The line of the witness that was asked, and of nobody else. Raises LogUnavailable if it is not good."""
    try:
        for line in body.splitlines(keepends=True):
            if cosigned_by(note + line, [verifier]):
                return line
    except LogAltered:
        pass
    raise LogUnavailable(f"The witness {verifier.name} answers with a cosignature that is not its own.")


def _request(old: int, proof: Sequence[bytes], note: bytes) -> bytes:
    lines = "".join(f"{base64.b64encode(hash_).decode()}\n" for hash_ in proof)
    return f"old {old}\n{lines}\n".encode() + note


def _post(url: str, body: bytes) -> tuple[int, bytes]:
    """POST to `URL/add-checkpoint`. Raises LogUnavailable if there is no answer. Redirections are not followed."""
    where = urlsplit(url)
    kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    connection = kind(where.netloc, timeout=TIMEOUT)
    try:
        connection.request("POST", f"{where.path.rstrip('/')}/add-checkpoint", body)
        response = connection.getresponse()
        return response.status, response.read(LARGEST)
    except (OSError, http.client.HTTPException, ValueError):
        raise LogUnavailable("A witness of the audit log does not answer.") from None
    finally:
        connection.close()
