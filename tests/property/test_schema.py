"""Codecs are inverse of each other for every batch, and no damaged byte gets through as something else."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from glasswork.schema.batch import Held, batch_of, decode_batch, encode_batch
from glasswork.schema.errors import FormatError
from strategies import held


@given(st.lists(held(), max_size=20))
def test_batches_survive_packing(items: list[Held]) -> None:
    batch = batch_of(items)
    assert decode_batch(encode_batch(batch)) == batch


@given(st.lists(held(), max_size=20))
def test_screens_stay_with_their_actions(items: list[Held]) -> None:
    batch = decode_batch(encode_batch(batch_of(items)))
    assert len(set(map(msgspec.json.encode, batch.screens))) == len(batch.screens)
    for item, action in zip(items, batch.actions, strict=True):
        assert (batch.screens[action.screen] if action.screen >= 0 else None) == item.screen


@given(held())
def test_held_actions_survive_rows(item: Held) -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(item), type=Held) == item


@given(st.lists(held(), min_size=1, max_size=3), st.data())
def test_a_flipped_byte_is_refused_or_still_a_valid_batch(items: list[Held], data: st.DataObject) -> None:
    encoded = bytearray(encode_batch(batch_of(items)))
    position = data.draw(st.integers(0, len(encoded) - 1))
    encoded[position] ^= data.draw(st.integers(1, 255))
    try:
        batch = decode_batch(bytes(encoded))
    except FormatError:
        return
    assert decode_batch(encode_batch(batch)) == batch
