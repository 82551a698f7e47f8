"""The review page: the device's own web page on this machine, on which its participant sees and decides.

    python -m glasswork.device.review --folder FOLDER --key-fd N    opens it in the browser (the recorder does this)
    Page(hold, send)                                                 the same for a program that has the hold open

It listens on 127.0.0.1 alone, answers programs of the same user alone, and needs a token. It loads nothing from
elsewhere and works without script.
"""

from glasswork.device.review.server import Page

__all__ = ["Page"]
