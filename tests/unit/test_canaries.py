"""The search that every leak test rests on finds what it must, in each form, and nothing in noise."""

import base64
import gzip
import random
import zlib
from pathlib import Path
from urllib.parse import quote

import pytest
import zstandard

from glasswork.redteam.canaries import Search

CANARY = "Zürich-Kanarie 4711"
SEARCH = Search([CANARY])


@pytest.mark.parametrize(
    "data",
    [
        CANARY.encode(),
        CANARY.upper().encode(),
        CANARY.encode("utf-16-le"),
        CANARY.encode("utf-16-be"),
        CANARY.encode().hex().encode(),
        CANARY.encode().hex().upper().encode(),
        base64.b64encode(CANARY.encode()),
        base64.b64encode(b"x" + CANARY.encode() + b"y"),
        base64.b64encode(b"xy" + CANARY.encode() + b"zzz"),
        base64.urlsafe_b64encode(b"?" + CANARY.encode()),
        quote(CANARY).encode(),
        CANARY[::-1].encode(),
        zlib.compress(CANARY.encode()),
        gzip.compress(CANARY.encode()),
        zstandard.compress(CANARY.encode()),
        zstandard.compress(gzip.compress(CANARY.encode())),
    ],
    ids=lambda data: data[:12].hex(),
)
def test_each_form_is_found(data: bytes) -> None:
    rng = random.Random(1)
    assert list(SEARCH.data(rng.randbytes(100) + data + rng.randbytes(100)))


def test_noise_and_other_text_are_not_flagged() -> None:
    assert not list(SEARCH.data(random.Random(2).randbytes(1_000_000)))
    assert not list(SEARCH.data(b"Zurich, kanaries and 4712 other words"))


def test_files_and_their_names_are_searched(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / f"{CANARY}.txt").write_bytes(b"")
    (tmp_path / "log").write_bytes(CANARY.encode())
    assert {survivor.place for survivor in SEARCH.folder(tmp_path)} == {"a file's name", "log"}


def test_a_canary_too_short_to_be_told_from_noise_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Search(["abc"])
