"""Telling which copies an erasure could not reach tells nobody whose they are, nor which examples.

A real programme is released, one person is erased, and a later version released; then every byte of the vault, the
certificate and the later release is searched, in every encoding, for all by which that person was known.
"""

from pathlib import Path

import msgspec

from glasswork import vault
from glasswork.redteam.canaries import Search
from glasswork.vault import names_of
from unit.test_release import attempt, pairs, papers, programme
from vectors.release import make


def test_a_flag_names_nobody_and_no_example(tmp_path: Path) -> None:
    person = "p-canary-7f3a9c51"
    with programme(tmp_path, names=[person, *(f"p-{n}" for n in range(5))]) as handle:
        first = attempt(handle, tmp_path / "first", *papers(handle))
        own = [one for id_, released, *_ in pairs(handle, person) for one in (id_, released)]
        looked_for = [*names_of(handle, person), *own]
        assert len(own) == 8 and set(Search(own).folder(first.folder))  # the search finds what is there
        gone = vault.erase(handle, person, make.owner(person))
        assert gone.released
        (tmp_path / "first").rename(tmp_path.parent / "beyond-reach")
        (tmp_path / "certificate.json").write_bytes(msgspec.json.encode(gone.certificate))
        second = attempt(handle, tmp_path / "second", *papers(handle))
        assert second.manifest.outdated
        assert not set(Search(looked_for).folder(tmp_path))
