"""Flow: how fast one device may send and ask, decided before anything touches the disk.

A device that sends without end would keep the disk busy for itself, one that asks for keys the key
service. So each has a token bucket of its own, charged only for what it has signed: nobody can empty another's. What is
signed by no enrolled device shares one bucket. All of it is in memory, by device and without times of day, and gone
with the process; the quota of a day lies in the records.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from glasswork.schema.enrolment import KeysRequest
from glasswork.schema.envelope import parse
from glasswork.schema.errors import FormatError

BURST = 64.0
"""So many envelopes and requests for keys at once: more than a week of slots."""

PER_S = 4.0
"""And then so many a second: far more than any device has to send, and a small part of what the service can store."""

RELOAD_S = 1.0
"""An unknown device makes the service look for new enrolments, at most so often."""

STRANGERS = ""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


@dataclass(slots=True)
class Flow:
    """The buckets of one service. `devices` gives every enrolled device's public key (Ed25519, raw)."""

    devices: Callable[[], dict[str, bytes]]
    clock: Callable[[], float] = time.monotonic
    _known: dict[str, bytes] = field(default_factory=dict[str, bytes])
    _buckets: dict[str, _Bucket] = field(default_factory=dict[str, _Bucket])
    _loaded: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, data: bytes) -> int:
        """Charge whoever signed an envelope. Returns 0, or after how many seconds to try again.

        What is no envelope costs nothing here: it is refused without a look at the disk. Raises Unavailable.
        """
        try:
            envelope = parse(data)
        except FormatError:
            return 0
        return self._charge(envelope.header.device, envelope.signature, envelope.signed)

    def wait_for_keys(self, body: bytes, signature: bytes) -> int:
        """Charge whoever signed a request for sealing keys, as much as an envelope. As `wait`."""
        try:
            request = msgspec.json.decode(body, type=KeysRequest)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return 0
        return self._charge(request.device, signature, body)

    def _charge(self, device: str, signature: bytes, signed: bytes) -> int:
        public = self._public(device)
        try:
            if public is not None:
                Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
        except InvalidSignature:
            public = None
        with self._lock:
            return self._take(STRANGERS if public is None else device)

    def _take(self, name: str) -> int:
        now = self.clock()
        bucket = self._buckets.setdefault(name, _Bucket(BURST, now))
        bucket.tokens = min(BURST, bucket.tokens + (now - bucket.at) * PER_S)
        bucket.at = now
        if bucket.tokens < 1:
            return ceil((1 - bucket.tokens) / PER_S)
        bucket.tokens -= 1
        return 0

    def _public(self, device: str) -> bytes | None:
        with self._lock:
            now = self.clock()
            if device not in self._known and now - self._loaded >= RELOAD_S:
                self._known, self._loaded = self.devices(), now
            return self._known.get(device)
