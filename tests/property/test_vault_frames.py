"""A frame says what its batch says, cell by cell, and stays the same through sealing."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasswork.schema.action import Action
from glasswork.schema.batch import COLUMNS, Batch, Held, batch_of, encode_batch, unpack
from glasswork.schema.words import Scope
from glasswork.vault.errors import Damaged
from glasswork.vault.frames import Provenance, frame_of, open_frame, screen_of, seal_frame, with_current_words
from strategies import held

DAY = Provenance(date(2026, 11, 24), "published sample, MIT", Scope.SELF, "ab" * 32)


def frame(batch: Batch, number: int = 0) -> pl.DataFrame:
    packed, _ = unpack(encode_batch(batch))
    return frame_of(packed, number, DAY)


def row(action: Action, batch: Batch, number: int, index: int) -> dict[str, Any]:
    """One row, built from the objects and not from the packed columns."""
    cells = {column.name: column.of(action) for column in COLUMNS if column.name != "screen"}
    tree = None if action.screen < 0 else batch.screens[action.screen]
    head = {"day": DAY.day, "basis": DAY.basis, "scope": "self", "policy": DAY.policy, "batch": number, "row": index}
    return head | cells | {"screen_tree": tree}


@given(st.lists(held(), max_size=20), st.integers(0, 1000))
def test_a_frame_equals_its_batch_row_by_row(items: list[Held], number: int) -> None:
    batch = batch_of(items)
    rows = frame(batch, number).to_dicts()
    for found in rows:
        found["screen_tree"] = None if found["screen_tree"] is None else screen_of(found["screen_tree"])
    assert rows == [row(action, batch, number, index) for index, action in enumerate(batch.actions)]


@given(st.lists(held(), max_size=5), st.binary(min_size=32, max_size=32), st.data())
def test_sealed_frames_open_whole_or_not_at_all(items: list[Held], key: bytes, data: st.DataObject) -> None:
    original = frame(batch_of(items))
    sealed = seal_frame(original, key, b"here")
    assert open_frame(sealed, key, b"here").equals(original)
    assert with_current_words(original).schema == original.schema
    damaged = bytearray(sealed)
    damaged[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(0, len(sealed) - 1))
    for bad, place in ((bytes(damaged), b"here"), (sealed[:cut], b"here"), (sealed, b"elsewhere")):
        with pytest.raises(Damaged):
            open_frame(bad, key, place)


def test_a_frame_of_fewer_words_is_brought_up_to_date() -> None:
    from glasswork.schema.words import ActionKind

    new = frame(Batch((Action(kind=ActionKind.CLICK),)))
    old = new.with_columns(pl.col("kind").cast(pl.Enum(["click", "double_click"])))
    assert pl.concat([with_current_words(old), new])["kind"].to_list() == ["click", "click"]
