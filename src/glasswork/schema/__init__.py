"""The words of Glasswork and their encodings. No I/O; everything else imports this, and this imports nothing.

    RawEvent → Event → Action → Batch → Action → Episode → Example

`words` has the closed vocabularies, `raw`, `event`, `action`, `batch` and `episode` the types, `envelope` the sealed
form of a batch. Versions and what may change within one: docs/formats/README.md.
"""
