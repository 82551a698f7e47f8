"""Feed the redactor what coverage-guided fuzzing comes up with, and check what must hold of any text.

    make fuzz                    half a minute of it
    make fuzz SECONDS=3600       an hour
    make fuzz RUNS=15000         so many texts, the same ones every time, which is what CI does

atheris (libFuzzer) instruments the redactor and starts from the rules' examples. A finding ends the run; its input is
left in a file `crash-…` that can be given as an argument to run it again.
"""

import sys
import tempfile
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["glasswork.redact"]):
    from glasswork.redact import explain, find, hits, is_monster, kind_of, redact
    from glasswork.redact.rules import RULES
    from glasswork.redact.selftest import marked

SLOWEST = 0.25
"""CPU seconds that one text may take, instrumented; some fifty times the bound of bench/redact.py."""


def check(data: bytes) -> None:
    """What holds of any text; AssertionError where it does not. Errors of the redactor's own end the run as well."""
    text = atheris.FuzzedDataProvider(data).ConsumeUnicode(len(data))
    began = time.process_time()
    spans = find(text)
    assert time.process_time() - began < SLOWEST, "too slow"
    position = 0
    for start, end, _ in spans:
        assert position <= start < end <= len(text), "spans overlap, or lie outside"
        position = end
    assert hits(text) == bool(spans), "hits and find disagree"
    covered = {place for start, end, _ in spans for place in range(start, end)}
    assert covered == {place for start, end, _, _ in explain(text) for place in range(start, end)}, "unexplained"
    redacted = redact(text)
    assert (redacted is None) == is_monster(text), "a monster was redacted, or something else was not"
    if redacted is not None:
        assert not hits(redacted), "something is found in what was redacted"
        assert redact(redacted) == redacted, "redacting twice is not redacting once"
    kind_of(text)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, rule in enumerate(RULES):
            for count, text in enumerate((*(marked(example)[0] for example in rule.good), *rule.bad)):
                # the first byte tells ConsumeUnicode how wide the characters are: here, four bytes each
                (Path(folder) / f"{number}-{count}").write_bytes(b"\x00" + text.encode("utf-32-le"))
        atheris.Setup([*sys.argv, folder], check)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
