"""Shelf: the records of a release in the order of their ids, on the disk, so that no release has to fit into memory."""

import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from glasswork.assemble.record import Record

FULL: Final = 1 << 16
"""Bytes that wait in memory for each box, of which there are 256 a part: one for each first two digits of an id."""


class Shelf(msgspec.Struct, frozen=True):
    """Records in boxes, by their part and the first two hex digits of their ids; `counts` has how many a part has."""

    folder: Path
    counts: Counter[str]

    def records(self, *parts: str) -> Iterator[Record]:
        """The records of these parts (of all, where none is named), sorted by id. One box at a time is in memory."""
        decode = msgspec.msgpack.Decoder(Record).decode
        for digits in range(256):
            found: list[Record] = []
            for part in parts or tuple(self.counts):
                box = _box(self.folder, part, f"{digits:02x}")
                found += map(decode, _items(box.read_bytes())) if box.exists() else ()
            yield from sorted(found, key=lambda record: record.example.id)


@contextmanager
def shelved(records: Iterable[Record], beside: Path) -> Generator[Shelf]:
    """Put records, whose ids are hex, on a shelf in the folder `beside`; at the end it is gone. Raises OSError."""
    with tempfile.TemporaryDirectory(prefix=".shelf.", dir=beside) as place:
        shelf = Shelf(Path(place), Counter())
        waiting: defaultdict[Path, bytearray] = defaultdict(bytearray)
        encode: Callable[[Record], bytes] = msgspec.msgpack.Encoder().encode
        for record in records:
            data = encode(record)
            box = _box(shelf.folder, record.split, record.example.id[:2])
            waiting[box] += len(data).to_bytes(4, "big") + data
            shelf.counts[record.split] += 1
            if len(waiting[box]) > FULL:
                _append(box, waiting.pop(box))
        for box, data in waiting.items():
            _append(box, data)
        waiting.clear()
        yield shelf


def _box(folder: Path, part: str, digits: str) -> Path:
    return folder / f"{part}-{digits}"


def _append(box: Path, data: bytearray) -> None:
    with box.open("ab") as file:
        file.write(data)


def _items(data: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(data):
        start = place + 4
        place = start + int.from_bytes(data[place:start], "big")
        yield data[start:place]
