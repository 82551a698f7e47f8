"""What the recorder adds to the time from an input to the program that it is for.

X11: a client injects one pointer move or key by XTEST and another, the application, says when it has received it; both
read CLOCK_MONOTONIC. Blocks with and without the recorder take turns on the same server, so that a busy moment falls
on both. The recorder only listens, so nothing should be measurable: printed are the medians of both, the median of the
differences of neighbouring blocks, and the spread of these differences, beside that of blocks without a recorder
compared with each other (the noise).

What the extension adds in a page is another program: `bench/page_overhead.py`.

    python bench/overhead.py [BLOCKS]
"""

import sys
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles

sys.path.append(str(Path(__file__).resolve().parent))
sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
from capture import CAPTURE
from xclient import WINDOW, child, finish, inject, times

from e2e.xsession import xsession

EVENTS, RATE = 200, 200
"""Events of one block, and how many come in a second."""


def main() -> None:
    """Measure, and end with the one line."""
    blocks = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    figures = x11(blocks)
    print("overhead: " + " ".join(f"{name}={value}" for name, value in figures.items()))


def x11(blocks: int) -> dict[str, str]:
    """Latency of X11 input with and without the recorder, in microseconds, over so many blocks of each."""
    without, recorded = [], []
    with xsession(window_manager=False) as env:
        del env["DBUS_SESSION_BUS_ADDRESS"]
        latencies(env, recorder=False)  # the first block warms everything up
        for n in range(blocks):
            for arm in (False, True) if n % 2 else (True, False):
                (recorded if arm else without).append(median(latencies(env, recorder=arm)))
    added = sorted(with_it - plain for with_it, plain in zip(recorded, without, strict=True))
    noise = sorted(one - other for one, other in pairwise(without))
    low, _, high = quantiles(added, n=4)
    noise_low, _, noise_high = quantiles(noise, n=4)
    print(
        f"x11: without {median(without):.0f} us ({min(without):.0f} to {max(without):.0f}), with the recorder "
        f"{median(recorded):.0f} us ({min(recorded):.0f} to {max(recorded):.0f}); added, block by block: median "
        f"{median(added):+.1f} us, middle half {low:+.1f} to {high:+.1f}; between blocks without it: {noise_low:+.1f} "
        f"to {noise_high:+.1f} ({blocks} blocks of {EVENTS} events each)"
    )
    return {
        "x11_without_us": f"{median(without):.0f}",
        "x11_with_us": f"{median(recorded):.0f}",
        "x11_added_us": f"{median(added):.1f}",
        "x11_added_spread_us": f"{low:.1f}..{high:.1f}",
        "x11_noise_us": f"{noise_low:.1f}..{noise_high:.1f}",
    }


def latencies(env: dict[str, str], *, recorder: bool) -> list[float]:
    """Microseconds from each injection to the application's receipt of it."""
    with ExitStack() as stack:
        application = stack.enter_context(child(env, sys.executable, WINDOW))
        if recorder:
            stack.enter_context(child(env, sys.executable, CAPTURE))
        sent = inject(env, RATE, EVENTS)
        received = times(finish(application))
        assert len(received) == len(sent) == EVENTS, f"{len(sent)} sent, {len(received)} received"
        return [(there - here) / 1000 for here, there in zip(sent, received, strict=True)]


if __name__ == "__main__":
    main()
