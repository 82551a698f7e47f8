"""Witnesses for tests: real ones, in folders of their own, behind real sockets on the loopback interface."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from glasswork.govern.cosigners import WitnessAt
from glasswork.govern.witness import Witness, create_witness, serve


@contextmanager
def serving(witness: Witness) -> Iterator[WitnessAt]:
    """The witness at an address of its own, until the end of the block."""
    with serve(witness) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield WitnessAt(witness.vkey, f"http://127.0.0.1:{server.server_address[1]}")
        finally:
            server.shutdown()
            thread.join()


def watching(folder: Path, name: str, *logs: str) -> Witness:
    """A new witness that watches logs."""
    witness = create_witness(folder / name, f"{name}.example/witness")
    for log in logs:
        witness.watch(log)
    return witness
