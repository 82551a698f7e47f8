"""Wording: a model on this machine says the goals of a released data set in other words.

Off unless somebody asks for it, and it sees only what is in the release: the goal and the calls of tools. What comes
back is an addition beside the release, and is dropped where the redactor finds content in it: a model makes things up.
"""

import hashlib
import http.client
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

import msgspec

from glasswork import redact
from glasswork.assemble.parquet import read_records
from glasswork.documents.errors import EndpointRefused
from glasswork.schema.episode import Example
from glasswork.schema.errors import FormatError

PROMPT: Final = (
    "You are given the steps of a task that was done on a computer. Values are slots such as <date_3>. Say the goal of "
    "the task in one plain imperative sentence. Use nothing that is not in the steps: no names, numbers or texts. "
    "Answer with the sentence alone."
)
LONGEST: Final = 300
"""Characters of the longest sentence that is taken."""

LARGEST_ANSWER: Final = 1_000_000

TIMEOUT_S: Final = 120.0


class Refusal(StrEnum):
    """Why a sentence was not taken."""

    EMPTY = "nothing was answered"
    TOO_LONG = "more than one line, or too long"
    CONTENT = "the redactor found content in it"


class Wording(msgspec.Struct, frozen=True):
    """A goal in other words: the example's id, the sentence, the model asked, and the SHA-256 of what it was told."""

    id: str
    goal: str
    model: str
    prompt: str


class Worded(msgspec.Struct, frozen=True):
    """What came of it: of so many examples, how many sentences were taken, and why others were not."""

    examples: int
    worded: int
    refused: dict[str, int]


def reword(release: Path, endpoint: str, model: str, out: Path) -> Worded:
    """Ask `model` at `endpoint` (`http://127.0.0.1:PORT/v1`) about every example of a release; write JSON lines.

    Raises EndpointRefused unless the address is of this machine and answers; FormatError where `release` is no data
    set, or `out` exists.
    """
    address = local(endpoint)
    files = sorted(release.glob("data/*.parquet"))
    if not files:
        raise FormatError(f"There is no data set in {release}: it has no data/*.parquet. Name the folder of a release.")
    if out.exists():
        raise FormatError(f"{out} exists already, and nothing was asked or written. Choose another name.")
    examples = [record.example for path in files for record in read_records(path)]
    answers = list(_asked(address, model, examples))
    taken = [answer for answer in answers if isinstance(answer, Wording)]
    out.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in taken))
    refused = Counter(str(answer) for answer in answers if isinstance(answer, Refusal))
    return Worded(len(examples), len(taken), dict(sorted(refused.items())))


def local(endpoint: str) -> SplitResult:
    """The address, if it is of this machine: what is released may still not go anywhere. Raises EndpointRefused."""
    address = urlsplit(endpoint)
    try:
        here = address.hostname is not None and ip_address(address.hostname).is_loopback and address.port is not None
    except ValueError:
        here = False
    if address.scheme != "http" or not here:
        raise EndpointRefused(
            "That is no address of this machine, so nothing was asked. Name a local server by its loopback address and "
            "port, such as http://127.0.0.1:8080/v1."
        )
    return address


def told(example: Example) -> str:
    """What a model is told of an example: its goal and its calls, one a line."""
    calls = (msgspec.json.encode({"tool": step.tool, **step.arguments}).decode() for step in example.steps)
    return "\n".join((example.goal, *calls))


def _asked(address: SplitResult, model: str, examples: list[Example]) -> Iterator[Wording | Refusal]:
    for example in examples:
        messages = [{"role": "system", "content": PROMPT}, {"role": "user", "content": told(example)}]
        prompt = msgspec.json.encode({"model": model, "messages": messages, "temperature": 0, "seed": 0})
        sentence = _answer(address, prompt).strip()
        if not sentence:
            yield Refusal.EMPTY
        elif len(sentence) > LONGEST or not sentence.isprintable():
            yield Refusal.TOO_LONG
        elif redact.hits(sentence):
            yield Refusal.CONTENT
        else:
            yield Wording(example.id, sentence, model, hashlib.sha256(prompt).hexdigest())


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Message


class _Completion(msgspec.Struct):
    choices: list[_Choice]


def _answer(address: SplitResult, prompt: bytes) -> str:
    """One request; redirects are not followed, proxies are not asked."""
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=TIMEOUT_S)
    try:
        path = f"{address.path.rstrip('/')}/chat/completions"
        connection.request("POST", path, prompt, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        body = reply.read(LARGEST_ANSWER)
        if reply.status != http.client.OK:
            raise EndpointRefused(
                f"The server at that address answered with the status {reply.status}, so nothing was written. See that "
                "it serves this model under /chat/completions."
            )
        return msgspec.json.decode(body, type=_Completion).choices[0].message.content or ""
    except (OSError, http.client.HTTPException):
        raise EndpointRefused(
            "Nothing answers at that address, so nothing was written. Start the model's server and try again."
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, IndexError):
        raise EndpointRefused(
            "What answers at that address is no chat server of the OpenAI kind, so nothing was written."
        ) from None
    finally:
        connection.close()
