"""The words: RawEvent refuses every form, codecs are inverse, bad bytes are refused whole."""

import copy
import dataclasses
import json
import logging
import pickle
import traceback
from datetime import date
from pathlib import Path

import msgspec
import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from glasswork.schema import envelope as env
from glasswork.schema.action import Action, Element, Node, Screen, Value
from glasswork.schema.batch import COLUMNS, Batch, Held, Packed, batch_of, decode_batch, encode_batch, unpack
from glasswork.schema.errors import ContentRefused, FormatError, VersionError
from glasswork.schema.raw import RawEvent, RawKind, RawNode
from glasswork.schema.words import ActionKind, ElementClass, Role, Scope, gap_class

VECTORS = Path(__file__).parent.parent / "vectors" / "schema"
CANARY = "hunter2-canary"


def raw_event() -> RawEvent:
    return RawEvent(RawKind.KEY_DOWN, 1.0, text=CANARY, title=CANARY, nodes=(RawNode(Role.TEXT, 0, label=CANARY),))


@pytest.mark.parametrize(
    "attempt",
    [
        repr,
        str,
        format,
        "{}".format,
        lambda raw: f"{raw!r}",
        lambda raw: "%s" % raw,  # noqa: UP031
        copy.copy,
        copy.deepcopy,
        pickle.dumps,
        lambda raw: pickle.dumps(raw, 0),
        json.dumps,
        msgspec.json.encode,
        msgspec.msgpack.encode,
        msgspec.to_builtins,
        msgspec.structs.asdict,
        dataclasses.asdict,
        dataclasses.replace,
        vars,
        list,
        bytes,
        dict,
    ],
)
def test_a_raw_event_has_no_other_form(attempt) -> None:
    for raw in (raw_event(), raw_event().nodes[0]):
        with pytest.raises((ContentRefused, TypeError)) as refusal:
            attempt(raw)
        assert CANARY not in "".join(traceback.format_exception(refusal.value))


def test_a_raw_event_in_a_log_line_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.Logger("of-this-test")
    logger.addHandler(logging.StreamHandler())
    logger.warning("%r", raw_event())
    logger.warning("%s", [raw_event()])
    printed = capsys.readouterr().err
    assert "ContentRefused" in printed
    assert CANARY not in printed


def test_raw_events_cannot_be_changed_into_carriers_of_more() -> None:
    with pytest.raises(AttributeError):
        raw_event().note = CANARY  # type: ignore[attr-defined]


def sample_batch() -> Batch:
    screen = Screen((Node(Role.WINDOW, 0), Node(Role.BUTTON, 1, "Save", (1, 2, 3, 4))))
    click = Action(
        kind=ActionKind.CLICK,
        app="editor",
        element=Element(Role.BUTTON, "Save", ElementClass.SAVE, 3, 1, (1, 2, 3, 4)),
    )
    typed = Action(kind=ActionKind.TYPE_TEXT, value=Value(1))
    return batch_of([Held(click, screen, {RawKind.PRESS: 1}), Held(typed, None, {}), Held(click, screen, {})])


def test_a_batch_survives_its_codec_and_stores_a_screen_once() -> None:
    batch = sample_batch()
    assert len(batch.screens) == 1
    assert decode_batch(encode_batch(batch)) == batch


def altered(**changes: object) -> bytes:
    packed = msgspec.msgpack.decode(encode_batch(sample_batch()), type=Packed)
    return msgspec.msgpack.encode(msgspec.structs.replace(packed, **changes))


def column(name: str, data: bytes) -> bytes:
    packed = msgspec.msgpack.decode(encode_batch(sample_batch()), type=Packed)
    names = [column.name for column in COLUMNS]
    return altered(columns=[data if named == name else kept for named, kept in zip(names, packed.columns, strict=True)])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        encode_batch(sample_batch())[:-1],
        column("kind", b"\xff\x00\x00"),
        column("kind", b"\x00"),
        column("app", b"\x00\x00\x00\x00\xff\x00"),
        column("has_element", b"\x02\x00\x01"),
        column("box_x", b"\x81\xff\x01"),
        column("box_x", b"\xff\xff\x01"),
        column("screen", b"\x05\x00\xff\xff\x00\x00"),
        column("node", b"\x09\x00\xff\xff\x01\x00"),
        altered(columns=[]),
        altered(rows=2),
        altered(strings=["", "x" * 65]),
    ],
)
def test_a_damaged_batch_is_refused_whole(data: bytes) -> None:
    with pytest.raises(FormatError):
        decode_batch(data)


def test_a_batch_of_another_version_says_so() -> None:
    with pytest.raises(VersionError, match="version 3"):
        unpack(altered(version=3))


def sealed() -> tuple[bytes, X25519PrivateKey, Ed25519PrivateKey]:
    private, device = X25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    key = env.SealingKey(
        key="0" * 32, participant="p-1", day=date(2026, 1, 5), public=private.public_key().public_bytes_raw()
    )
    header = env.Header(
        batch=env.new_batch_id(), key=key.key, participant="p-1", device="d-1", sequence=1, scope=Scope.SELF,
        purpose="personal_use", policy="0" * 64,
    )  # fmt: skip
    return env.seal(sample_batch(), header, key, device), private, device


def test_an_envelope_opens_with_its_key_only() -> None:
    data, private, device = sealed()
    envelope = env.parse(data)
    env.verify(envelope, device.public_key())
    assert env.unseal(envelope, private) == sample_batch()
    with pytest.raises(FormatError):
        env.unseal(envelope, X25519PrivateKey.generate())
    with pytest.raises(FormatError):
        env.verify(envelope, Ed25519PrivateKey.generate().public_key())


@pytest.mark.parametrize("name", ["purpose", "scope", "policy", "device", "sequence", "participant", "basis"])
def test_a_relabelled_envelope_does_not_open(name: str) -> None:
    data, private, _ = sealed()
    envelope = env.parse(data)
    other: dict[str, object] = {
        "purpose": "other", "scope": Scope.PROGRAMME, "policy": "1" * 64, "device": "d-2", "sequence": 2,
        "participant": "p-2", "basis": "x",
    }  # fmt: skip
    header = msgspec.structs.replace(envelope.header, **{name: other[name]})
    with pytest.raises(FormatError):
        env.unseal(msgspec.structs.replace(envelope, header=header), private)


def test_a_cut_envelope_is_refused_at_every_length() -> None:
    data, _, device = sealed()
    for length in range(0, len(data), 7):
        with pytest.raises(FormatError):
            envelope = env.parse(data[:length])
            env.verify(envelope, device.public_key())


def test_padding_hides_the_size_and_the_header() -> None:
    private, device = X25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key = env.SealingKey(key="0" * 32, participant="p-1", day=date(2026, 1, 5), public=public)
    header = env.Header(
        batch=env.new_batch_id(), key=key.key, participant="p-1", device="d-1", sequence=1, scope=Scope.SELF,
        purpose="personal_use", policy="0" * 64,
    )  # fmt: skip
    for sequence, basis in ((1, ""), (2**53 - 1, "\x01" * 200)):
        named = msgspec.structs.replace(header, sequence=sequence, basis=basis)
        for batch in (Batch(()), sample_batch()):
            assert len(env.seal(batch, named, key, device)) == (1024 if len(basis) == 0 else 4096)
            data = env.seal(batch, named, key, device, at_least=65_536)
            assert len(data) == 65_536 and env.unseal(env.parse(data), private) == batch
    around = len(env.MAGIC) + 4 + len(rfc8785.dumps(msgspec.to_builtins(named))) + 4 + 48 + env.SIGNATURE
    assert around <= env.AROUND


@pytest.mark.parametrize("length", [*(size - 1 for size in env.SIZES), 512, 5000, env.MAX_ENVELOPE + 1])
def test_an_envelope_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(FormatError):
        env.parse(sealed()[0].ljust(length, b"\0")[:length])


def test_gap_classes_never_go_below_zero() -> None:
    assert gap_class(-5.0) == gap_class(0.0) == "under_1s"
    assert gap_class(255.9) == "under_256s"
    assert gap_class(256.0) == "idle"


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.json")), ids=lambda path: path.stem)
def test_vector(path: Path) -> None:
    """A second implementation reads the same bytes as this one (docs/formats/)."""
    vector = json.loads(path.read_text())
    if vector["good"]:
        batch = decode_batch(bytes.fromhex(vector["bytes"]))
        assert json.loads(msgspec.json.encode(batch)) == vector["batch"]
    else:
        with pytest.raises(FormatError):
            decode_batch(bytes.fromhex(vector["bytes"]))
