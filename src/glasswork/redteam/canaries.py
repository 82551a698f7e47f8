"""Planted secrets: every form in which one could survive, and the search for them in bytes and folders.

A canary is found as it was typed and in the encodings that programs use by themselves: UTF-16, base64 at each
alignment, hexadecimal, URL-encoded, reversed, in another case, and inside compressed streams (zlib, gzip, zstd).
"""

import base64
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, quote_plus

import zstandard
from ahocorasick_rs import BytesAhoCorasick, MatchKind

SHORTEST = 5
"""Characters of the shortest canary. Shorter ones turn up in noise by chance: of 8 MB of it, half hold a given
three bytes."""

DEEPEST = 3
"""Compressed streams inside compressed streams are followed so far."""

_STREAMS = re.compile(rb"\x28\xb5\x2f\xfd|\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
_LARGEST_STREAM = 64 * 1024 * 1024


class Survivor(NamedTuple):
    """Where a canary was found: its number in the list that was searched for, the form, and the place."""

    canary: int
    form: str
    place: str


class Search:
    """A search for many canaries at once. Raises ValueError for a canary shorter than SHORTEST."""

    def __init__(self, canaries: Iterable[str]) -> None:
        self._meaning: list[tuple[int, str]] = []
        patterns: dict[bytes, None] = {}
        for number, canary in enumerate(canaries):
            if len(canary) < SHORTEST:
                raise ValueError(f"canary number {number} is shorter than {SHORTEST} characters")
            for form, pattern in forms(canary):
                if pattern not in patterns:
                    patterns[pattern] = None
                    self._meaning.append((number, form))
        self._automaton = BytesAhoCorasick(list(patterns), matchkind=MatchKind.Standard)

    def data(self, data: bytes, place: str = "", depth: int = 0) -> Iterator[Survivor]:
        """Survivors in `data`, compressed streams in it included."""
        for pattern, _, _ in self._automaton.find_matches_as_indexes(data.lower(), overlapping=True):
            yield Survivor(*self._meaning[pattern], place)
        if depth < DEEPEST:
            for inside in _decompressed(data):
                yield from self.data(inside, f"{place}, compressed", depth + 1)

    def folder(self, folder: Path) -> Iterator[Survivor]:
        """Survivors in every file below `folder`, and in the files' names."""
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            yield from self.data(name.encode(errors="surrogateescape"), "a file's name")
            if path.is_file() and not path.is_symlink():
                yield from self.data(path.read_bytes(), name)


def forms(canary: str) -> Iterator[tuple[str, bytes]]:
    """The forms of one canary, each with its name. All are in lower case, as the data is when it is searched."""
    cases = dict.fromkeys((canary, canary.lower(), canary.upper()))
    directions = [("", text) for text in cases] + [("reversed ", text[::-1]) for text in cases]
    for direction, text in directions:
        plain = text.encode(errors="surrogatepass")
        yield f"{direction}plain", plain.lower()
        yield f"{direction}UTF-16 LE", text.encode("utf-16-le", errors="surrogatepass").lower()
        yield f"{direction}UTF-16 BE", text.encode("utf-16-be", errors="surrogatepass").lower()
        yield f"{direction}hexadecimal", plain.hex().encode()
        for name, encode in (("base64", base64.standard_b64encode), ("base64url", base64.urlsafe_b64encode)):
            for shift in range(3):
                # What stands before and after is not known, so the characters that also depend on it are left out.
                encoded = encode(b"\0" * shift + plain)
                start = -(-shift * 8 // 6)
                end = (shift + len(plain)) * 8 // 6
                if end - start >= SHORTEST:
                    yield f"{direction}{name}", encoded[start:end].lower()
        for quoted in (quote(text, safe="", errors="replace"), quote_plus(text, errors="replace")):
            yield f"{direction}URL-encoded", quoted.encode().lower()


def _decompressed(data: bytes) -> Iterator[bytes]:
    view = memoryview(data)  # a slice of it is no copy, and one place in 16,000 looks like a stream by chance
    for match in _STREAMS.finditer(data):
        try:
            if match[0].startswith(b"\x28"):
                stream = zstandard.ZstdDecompressor().decompressobj()
                inside = stream.decompress(view[match.start() :])
            else:
                inside = zlib.decompressobj(wbits=47).decompress(view[match.start() :], _LARGEST_STREAM)
        except (zlib.error, zstandard.ZstdError, MemoryError):
            continue
        if inside:
            yield inside[:_LARGEST_STREAM]
