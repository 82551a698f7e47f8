"""Any bytes at all as a recording: a typed error or a stream, never anything else."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from glasswork.device.capture import recordings
from glasswork.device.capture.recordings import RecordingUnknown
from vectors.recordings import policy as policies

GOOD = (Path(policies.__file__).parent / "ducktrack_good" / "events.jsonl").read_bytes()
POLICY = policies.policy()


def lines_of(data: bytes) -> int:
    return sum(bool(line.strip()) for line in data.split(b"\n"))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good recording with a stretch replaced by anything."""
    start = draw(st.integers(0, len(GOOD)))
    end = draw(st.integers(start, min(len(GOOD), start + 400)))
    return GOOD[:start] + draw(st.binary(max_size=60)) + GOOD[end:]


@settings(deadline=None)
@given(damaged() | st.binary(max_size=300))
def test_every_line_is_an_event_or_lost(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "events.jsonl").write_bytes(data)
        try:
            held = list(recordings.actions(Path(folder), POLICY))
        except RecordingUnknown:
            return
        assert sum(sum(item.counts.values()) for item in held) == lines_of(data)
