"""The indicator: a small window on top of all others that shows what the recorder is doing. No indicator, no capture.

It is a process of its own (`python -m glasswork.device.indicator --fd N`), and the recorder holds a `Lease` from it:
capture goes on only while the connection is open, the window can be seen, and what it was last told to show was
acknowledged within a second. Nothing is sent while nothing happens, and nobody wakes.

Lines of JSON go over one socket. Recorder: `{"state": "recording", "text": "Recording editor", "batch": 7}`.
Indicator: `{"shown": 7, "visible": true, "window": 12582913}` once the X server has drawn it, and whenever that
changes; the recorder then looks for that window itself. `{"wish": "pause"}` (or `resume`, `forget`, `review`) for a
click or a shortcut, which the recorder answers with a state; `{"taken": "P"}` for the shortcuts that another program
has. The end of the socket is the end of the lease, on either side.

`window` draws, `seen` asks the X server what shows of it, `sight` brings it back, `shortcuts` grabs the keys, and
`activity` notices that somebody works while the recorder says nothing. The recorder needs `seen` alone.
"""

from glasswork.device.indicator.lease import ACKNOWLEDGE_S, FORGET_MINUTES, Lease, Wish

__all__ = ["ACKNOWLEDGE_S", "FORGET_MINUTES", "Lease", "Wish"]
