"""Numbers for things that must not be named: equal things get equal numbers, until the key changes."""

import secrets
from hashlib import blake2b
from typing import Final

MAX: Final = 0xFFFF


class Numbers:
    """Small numbers, from 1 in the order of first use, by a keyed hash whose key never leaves memory.

    The things themselves are not kept, and without the key no number can be tried against a guess. After `renew`
    every number means something else; where numbers run out, that happens by itself.
    """

    __slots__ = ("_key", "_known", "_last")

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Forget every number and the key."""
        self._key = secrets.token_bytes(32)
        self._known: dict[bytes, int] = {}
        self._last = 0

    def digest(self, thing: str) -> bytes:
        """What stands for `thing` until the next `renew`, and can be given to `number` later."""
        return blake2b(thing.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest()

    def number(self, digest: bytes) -> int:
        """The number of the thing with this digest."""
        known = self._known.get(digest)
        if known is None:
            known = self.fresh()  # first, since it may renew what is known
            self._known[digest] = known
        return known

    def of(self, thing: str) -> int:
        """The number of `thing`."""
        return self.number(self.digest(thing))

    def fresh(self) -> int:
        """A number that belongs to nothing else."""
        if self._last == MAX:
            self.renew()
        self._last += 1
        return self._last
