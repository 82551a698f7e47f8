"""Canaries in every field of every format of other people's recordings, imported through the real path: none survives.

They stand in what was typed, pasted, chosen and copied, in titles, labels, attributes, values and addresses, and in
what recordings say of their makers: hosts, users, hardware, paths, tasks. Searched is every byte of the workspace,
everything printed, and the plaintext of actions, episodes and data set.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from glasswork.api import building, importing, redaction, service, workspace
from glasswork.device.capture import recordings
from glasswork.govern.decide import Session, SessionRole
from glasswork.redact.gazetteer import NameKind
from glasswork.redteam.canaries import Search
from glasswork.schema.errors import GlassworkError
from glasswork.schema.words import Zone
from glasswork.vault import access
from leak.planted import plant
from vectors.recordings.made import LOG, MADE, log_rows, table
from vectors.recordings.policy import policy

PROGRAM = Path(sys.executable).with_name("glasswork")


def planter(seed: int) -> tuple[list[str], Callable[[str], str]]:
    """The canaries that were handed out so far, and a function that hands out one a place, of the kinds in turn."""
    supply = iter(plant(2_000, seed))
    given: dict[str, str] = {}

    def say(place: str) -> str:
        if place not in given:
            given[place] = next(supply).text
            canaries.append(given[place])
        return given[place]

    canaries: list[str] = []
    return canaries, say


def made(folder: Path, seed: int) -> tuple[dict[str, Path], list[str]]:
    """A recording of each format in a folder that is called by a canary, and all canaries in them."""
    found: dict[str, Path] = {}
    planted: list[str] = []
    for number, (name, (_, write)) in enumerate(MADE.items()):
        canaries, say = planter(seed + number)
        found[name] = folder / say("folder") / name
        found[name].mkdir(parents=True)
        write(found[name], say)
        planted += canaries
    return found, planted


def plaintext(own: workspace.Workspace) -> dict[str, bytes]:
    """What lies encrypted in the vault, in plain."""
    plain: dict[str, bytes] = {}
    with workspace.open_vault(own) as vault:
        for zone, name, purpose in ((Zone.ACTIONS, "actions", "refine"), (Zone.EPISODES, "episodes", "assemble")):
            session = Session("test", SessionRole.JOB, zone, own.settings.participant)
            for frame in access.open(vault, access.dataset(vault, zone, name), purpose, session):
                plain[f"zone {zone}"] = plain.get(f"zone {zone}", b"") + frame.write_json().encode()
    return plain


@pytest.mark.parametrize("seed", [11 * n for n in range(1, 3)])
def test_nothing_in_any_format_survives_an_import(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    caplog.set_level(0)
    found, planted = made(tmp_path / "recordings", seed)
    own = workspace.create(tmp_path / "workspace")
    told: list[importing.Imported] = []
    with service.running(own):
        for path in found.values():
            told += [importing.import_recording(own, path, basis="planted by this test"), importing.preview(path)]
    assert all(imported.actions for imported in told)
    building.build(own, "imported", private=True)
    plain = plaintext(own)
    assert len(plain["zone actions"]) > 10_000, "there must be something to search"
    printed = capfd.readouterr()
    plain |= {"stdout": printed.out.encode(), "stderr": printed.err.encode(), "logs": caplog.text.encode()}
    plain["what was told"] = msgspec.json.encode(told)
    search = Search(planted)
    survivors = [
        *search.folder(own.folder),
        *(hit for place, data in plain.items() for hit in search.data(data, place)),
    ]
    assert survivors == []


def test_names_that_the_device_was_given_are_known_in_imports(tmp_path: Path) -> None:
    own = workspace.create(tmp_path / "workspace")
    (tmp_path / "names.txt").write_text("Anna Kowalska\n")
    _, write = MADE["openadapt"]
    recording = tmp_path / "recording"
    recording.mkdir()
    write(recording, lambda place: "Anna Kowalska")
    kinds = []
    for name in ("without", "with"):
        importing.import_recording(own, recording, basis="planted by this test")
        building.build(own, name, private=True)
        kinds.append(plaintext(own)["zone actions"].count(b"person"))
        redaction.add_names(own, tmp_path / "names.txt", NameKind.PERSON)
    assert kinds[0] == 0 < kinds[1]


def test_nothing_is_printed_by_the_commands(tmp_path: Path) -> None:
    found, planted = made(tmp_path / "recordings", seed=7)
    search = Search(planted)
    for name in ("rrweb", "action_logger", "openadapt"):
        for words in (["--dry-run"], ["--dry-run", "--json"]):
            done = subprocess.run([PROGRAM, "import", found[name], *words], capture_output=True, timeout=120)
            assert done.returncode == 0, done.stderr
            assert list(search.data(done.stdout + done.stderr)) == []


def test_names_of_columns_are_content_too(tmp_path: Path) -> None:
    canaries, say = planter(13)
    head = dict(zip(LOG, map(say, LOG), strict=True))
    table(tmp_path / "log.csv", tuple(head.values()), [{head[k]: v for k, v in row.items()} for row in log_rows(say)])
    columns = ",".join(f"{told}={head[told]}" for told in ("time", "app", "action", "element", "case"))
    search = Search(canaries)
    for words in (["--dry-run"], ["--basis", "planted by this test"]):
        command = [PROGRAM, "--workspace", tmp_path / "w", "import", tmp_path / "log.csv", "--columns", columns, *words]
        done = subprocess.run(command, capture_output=True, timeout=250)
        assert done.returncode == 0, done.stderr
        assert b"duplicate 2" in done.stdout and b"future_time 1" in done.stdout
        assert list(search.data(done.stdout + done.stderr)) == []
    assert list(search.folder(tmp_path / "w")) == []
    gone = columns.replace(head["case"], say("no such column"))
    command = [PROGRAM, "import", tmp_path / "log.csv", "--columns", gone, "--dry-run"]
    done = subprocess.run(command, capture_output=True, timeout=120)
    assert done.returncode == 65
    assert list(Search(canaries).data(done.stdout + done.stderr)) == []


@pytest.mark.parametrize("name", MADE)
def test_no_error_shows_anything_of_a_damaged_recording(name: str, tmp_path: Path) -> None:
    found, planted = made(tmp_path, seed=5)
    search = Search(planted)
    for file in found[name].iterdir():
        data = file.read_bytes()
        for damaged in (data[: len(data) // 2], data[len(data) // 2 :], data[1:], data.replace(b'"', b"'"), data[::-1]):
            file.write_bytes(damaged)
            try:
                items = list(recordings.actions(found[name], policy()))
                assert list(search.data(msgspec.json.encode(items))) == []
            except GlassworkError as error:
                assert list(search.data(str(error).encode())) == []
                assert error.__cause__ is None and (error.__context__ is None or error.__suppress_context__)
        file.write_bytes(data)


@pytest.mark.parametrize("name", ["agentnet", "openadapt", "rrweb", "action_logger", "eventlog", "xes"])
def test_a_redactor_that_lets_labels_through_is_noticed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from glasswork.device.redaction import elements

    monkeypatch.setattr(elements, "surviving_label", lambda text, role, vocabulary: text[:64])
    found, planted = made(tmp_path, seed=3)
    items = list(recordings.actions(found[name], policy()))
    assert list(Search(planted).data(msgspec.json.encode(items)))
