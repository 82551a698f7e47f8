"""The native host: a relay between the browser that started it and the recorder's socket. It reads nothing it passes.

    python -I -m glasswork.device.capture.browser.host DEVICE_FOLDER ORIGIN [what else the browser adds]

The origin is that of the extension for which the browser starts it. It ends when either side ends, and at once for
another extension than ours and where no recorder runs. It writes no file and no log.
"""

import os
import select
import socket
import sys
from pathlib import Path
from typing import Final

from glasswork.device.capture.browser.frames import BadFrame, Frames, address, frame
from glasswork.device.hardening import harden

EXTENSION_ID: Final = "idnmmmgojnhkoogpimhlbgcpjlhoofpg"
"""Follows from the `key` in the extension's manifest. Only this extension may start the host."""
CHUNK: Final = 65_536


def relay(browser_in: int, browser_out: int, recorder: socket.socket) -> None:
    """Pass whole frames both ways until one side ends. Raises BadFrame, OSError."""
    from_browser, from_recorder = Frames(), Frames()
    while True:
        ready = select.select((browser_in, recorder), (), ())[0]
        if browser_in in ready:
            if not (data := os.read(browser_in, CHUNK)):
                return
            for body in from_browser.feed(data):
                recorder.sendall(frame(body))
        if recorder in ready:
            if not (data := recorder.recv(CHUNK)):
                return
            for body in from_recorder.feed(data):
                whole = memoryview(frame(body))
                while whole:
                    whole = whole[os.write(browser_out, whole) :]


def main() -> None:
    """Relay for the browser at standard input and output."""
    harden()
    sys.tracebacklimit = 0
    if sys.argv[2:3] != [f"chrome-extension://{EXTENSION_ID}/"]:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as recorder:
        try:
            with address(Path(sys.argv[1])) as path:
                recorder.connect(path)
            relay(0, 1, recorder)
        except (OSError, BadFrame, IndexError):
            return


if __name__ == "__main__":
    main()
