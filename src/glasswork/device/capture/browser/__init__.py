"""The browser as a source: what the extension tells of listed pages, by native messaging.

    page ─▶ worker ─▶ browser ─▶ host (a relay) ─▶ unix socket ─▶ Pages ─▶ RawEvents

`pages.listening` opens the socket for the recorder's life; `pages.events` is a source of its own, and
`capture.desktop.events(pages=…)` and `capture.accessible.events(pages=…)` (Wayland) take what pages tell in among
what else is told.
"""
