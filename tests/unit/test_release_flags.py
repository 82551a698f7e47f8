"""What an erasure cannot reach is told: to the person by name, to whoever has a copy by a flag that names nobody."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from glasswork import release, vault
from glasswork.cli.main import cli
from glasswork.govern.entries import Decided, Erased, ReleasedCopy, decode
from glasswork.govern.verify import read_log
from glasswork.policy.keys import public_text
from glasswork.vault import Vault, keys
from glasswork.vault.certificate import verify_certificate
from glasswork.vault.ring import Branch
from unit.test_release import RELEASE_KEY, attempt, papers, programme
from vectors.release import make


def flags(handle: Vault, made: release.Released) -> release.Since:
    return release.since(made.manifest, handle.folder / "log", handle.log_key)


def copy_of(made: release.Released) -> ReleasedCopy:
    return ReleasedCopy(name=make.NAME, day=made.manifest.day, content=made.manifest.content)


def test_the_person_is_told_by_name_and_each_copy_is_flagged(tmp_path: Path) -> None:
    with programme(tmp_path, people=7) as handle:
        first = attempt(handle, tmp_path / "first", *papers(handle))
        assert flags(handle, first) == release.Since(True, ()) and first.manifest.outdated == ()
        gone = vault.erase(handle, "p-0", make.owner("p-0"))
        assert gone.released == (copy_of(first),)
        proven = verify_certificate(msgspec.json.encode(gone.certificate), handle.log_key)
        assert [copy for entry in proven for copy in entry.released] == [copy_of(first)]
        assert flags(handle, first) == release.Since(True, (handle.today(),))

        second = attempt(handle, tmp_path / "second", *papers(handle))
        assert second.manifest.outdated == (first.manifest.content,)
        assert release.verify_release(second.folder, RELEASE_KEY.public_key()) == second.manifest
        assert flags(handle, second) == release.Since(True, ())
        both = vault.erase(handle, "p-1", make.owner("p-1")).released
        assert set(both) == {copy_of(first), copy_of(second)}
        assert flags(handle, second) == release.Since(True, (handle.today(),))


def test_who_is_in_no_release_is_told_of_none(tmp_path: Path) -> None:
    with programme(tmp_path) as handle:
        assert vault.erase(handle, "p-0", make.owner("p-0")).released == ()


def test_the_flag_is_in_the_log_after_the_decision_and_before_any_key_ends(tmp_path: Path) -> None:
    with programme(tmp_path, people=6) as handle:
        made = attempt(handle, tmp_path, *papers(handle))
        before = handle.log.size
        vault.erase(handle, "p-0", make.owner("p-0"))
        entries = [decode(data) for data in read_log(handle.folder / "log", handle.log_key)][before:]
        decided, flag, ended = entries[:3]
        assert isinstance(decided, Decided) and (decided.action, decided.allowed) == ("erase", True)
        assert isinstance(flag, Erased) and (flag.keys, flag.released) == ((), (copy_of(made),))
        assert isinstance(ended, Erased) and ended.keys and not ended.released


@pytest.mark.parametrize("why", ["killed", "damaged"])
def test_what_opens_no_more_is_still_told_by_name_and_stops_no_erasure(tmp_path: Path, why: str) -> None:
    with programme(tmp_path, people=6) as handle:
        made = attempt(handle, tmp_path, *papers(handle))
        if why == "killed":  # an erasure that ended the keys and got no further
            theirs = keys.leaves(handle.ring, owner="p-0")
            keys.destroy(handle.ring, [leaf.id for leaf in theirs if leaf.branch is not Branch.PEOPLE])
        else:
            for file in (handle.folder / "objects" / "sealed").iterdir():
                file.write_bytes(b"damaged")
        told = vault.erase(handle, "p-0", make.owner("p-0"))
        assert told.released == (ReleasedCopy(name=make.NAME),)
        assert flags(handle, made).erased == (handle.today(),)
        assert not keys.leaves(handle.ring, owner="p-0")


def test_a_log_that_does_not_know_the_release_clears_nothing(tmp_path: Path) -> None:
    with programme(tmp_path / "one") as handle:
        made = attempt(handle, tmp_path / "one", *papers(handle))
    with programme(tmp_path / "another") as handle:
        assert not flags(handle, made).known


def test_verify_release_tells_it_offline(tmp_path: Path) -> None:
    with programme(tmp_path, people=6) as handle:
        made = attempt(handle, tmp_path, *papers(handle))
        log, log_key = handle.folder / "log", public_text(handle.log_key)

        def verified(*words: str) -> Result:
            key = public_text(RELEASE_KEY)
            return CliRunner().invoke(cli, ["verify", "release", str(made.folder), "--key", key, *words])

        def with_log() -> Result:
            return verified("--log", str(log), "--log-key", log_key)

        assert (with_log().exit_code, verified().exit_code) == (0, 0)
        gone = vault.erase(handle, "p-0", make.owner("p-0"))
        told = with_log()
        assert told.exit_code == 65 and "FLAGGED" in told.output and "p-0" not in told.output
        assert verified().exit_code == 0  # from the copy alone nobody can tell
        paper = tmp_path / "certificate.json"
        paper.write_bytes(msgspec.json.encode(gone.certificate))
        shown = CliRunner().invoke(cli, ["verify", "certificate", str(paper), "--key", log_key]).output
        assert f"not reached: {make.NAME}, released on {made.manifest.day}" in shown
