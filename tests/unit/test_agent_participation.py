"""Who opts out, or comes into an excluded role, while the recorder runs is recorded no more from that moment on."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.device import notices
from glasswork.device.accepted import approved_policy
from glasswork.device.capturing import LOOK_EVERY_S
from glasswork.device.errors import AgentAbsent
from glasswork.device.participation import CLAIM, LOOK_S, WORKSPACE, Participation, opt_in, opt_out
from glasswork.policy.claims import CLAIM_LIFE, claim
from glasswork.policy.keys import public_text
from glasswork.policy.model import REQUIRED_SIGNERS
from glasswork.schema.words import ActionKind, Scope
from unit.test_agent import Recorder, clicks, kinds, programme, start

__all__ = ["start"]
DIRECTORY = Ed25519PrivateKey.generate()
PERSON = "p-one"


def say(folder: Path, *roles: str, age: timedelta = timedelta(0)) -> None:
    """The directory's claim of the participant's roles comes to their device."""
    said = claim(PERSON, roles, DIRECTORY, today=datetime.now(UTC).date() - age)
    (folder / CLAIM).write_bytes(msgspec.json.encode(said))


@pytest.fixture
def excluding(tmp_path: Path) -> bytes:
    """A policy that excludes lawyers, on the device of somebody who is none and was shown its notice."""
    device = tmp_path / "device"
    device.mkdir()
    keys = {role: Ed25519PrivateKey.generate() for role in REQUIRED_SIGNERS[Scope.PROGRAMME]}
    directory = f'excluded_roles = ["legal"]\ndirectory = "{public_text(DIRECTORY)}"'
    signed = programme(("excluded_roles = []", directory), keys=keys)
    (tmp_path / WORKSPACE).write_bytes(msgspec.json.encode({"participant": PERSON}))
    say(device)
    notices.acknowledge(device, approved_policy(device, signed))
    return signed


def refused(recorder: Recorder, why: str) -> None:
    """It has ended for this reason, and holds what was before."""
    code, said = recorder.end()
    assert code == 78 and "PolicyRefused" in said and why in said
    assert [kind for kind in kinds(recorder) if kind is not ActionKind.GAP] == [ActionKind.SWITCH_APP, ActionKind.CLICK]


def recording(recorder: Recorder) -> None:
    recorder.until_recording()
    recorder.write(*clicks(1))
    recorder.until(lambda status: status["raw"] == 3)


def test_once_a_request_is_answered_nothing_is_captured_of_who_opted_out(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recording(recorder)
    opt_out(recorder.folder)
    assert recorder.ask("status")["state"] == "stopped"
    assert recorder.printed() == "closed"
    refused(recorder, "opted out")


def test_who_opts_out_without_a_word_to_the_recorder_is_not_captured_either(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recording(recorder)
    opt_out(recorder.folder)
    time.sleep(2 * LOOK_EVERY_S)  # the longest that it does not look while events come
    recorder.write(*clicks(1000))
    refused(recorder, "opted out")


def test_a_role_that_comes_while_it_records_ends_it(start: Callable[..., Recorder], excluding: bytes) -> None:
    recorder = start(excluding)
    recording(recorder)
    say(recorder.folder, "legal")
    time.sleep(2 * LOOK_EVERY_S)
    recorder.write(*clicks(1000))
    refused(recorder, "role")


@pytest.mark.parametrize("change", ["opted out", "role", "older than a month", "no role claim"])
def test_a_resume_looks_again(start: Callable[..., Recorder], excluding: bytes, change: str) -> None:
    recorder = start(excluding)
    recording(recorder)
    assert recorder.ask("pause")["state"] == "paused"
    match change:
        case "opted out":
            opt_out(recorder.folder)
        case "role":
            say(recorder.folder, "legal")
        case "older than a month":
            say(recorder.folder, age=CLAIM_LIFE)
        case _:
            (recorder.folder / CLAIM).unlink()
    with suppress(AgentAbsent):  # it may have looked before it is asked
        answer = recorder.ask("resume")
        assert not answer["ok"] and change in answer["message"]
    refused(recorder, change)


def test_a_wish_of_the_indicators_resumes_nobody_who_opted_out(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recording(recorder)
    recorder.say(wish="pause")
    recorder.until(lambda status: status["state"] == "paused")
    opt_out(recorder.folder)
    recorder.say(wish="resume")
    refused(recorder, "opted out")


@pytest.fixture
def asked(tmp_path: Path, excluding: bytes) -> Iterator[Participation]:
    yield Participation(tmp_path / "device", approved_policy(tmp_path / "device", excluding).policy)


def test_it_looks_again_when_a_file_changes_and_every_minute(asked: Participation, tmp_path: Path) -> None:
    device = tmp_path / "device"
    assert asked.seconds_left() == 0
    assert asked.refusal() is None
    assert 0 < asked.seconds_left() <= LOOK_S <= 60
    for change in (
        lambda: opt_out(device),
        lambda: say(device, "legal"),
        lambda: (tmp_path / WORKSPACE).write_text("{}"),
    ):
        change()
        assert asked.refusal() is not None
        opt_in(device)
        say(device)
        (tmp_path / WORKSPACE).write_bytes(msgspec.json.encode({"participant": PERSON}))
        assert asked.refusal() is None
