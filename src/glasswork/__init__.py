"""Glasswork turns everyday computer work into training data that the people doing the work can agree to.

The packages are the path of the data: `device` (capture, redact, reduce, hold, send), then in the trusted
zone `vault`, `refine`, `assemble`, `release`; `schema` holds the words they share. See docs/architecture.md.
"""

__version__ = "0.1.0"
