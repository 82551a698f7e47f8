"""The command line as its users meet it: the documented commands, their exit codes, and what they say."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("glasswork")
ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors" / "recordings"


def glasswork(workspace: Path, *words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a workspace, as a person would."""
    return subprocess.run(
        [PROGRAM, "--workspace", workspace, *words],
        capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL, env=os.environ | environment,
    )  # fmt: skip


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace into which a small invented recording was imported."""
    folder = tmp_path_factory.mktemp("imported") / "workspace"
    recording = tmp_path_factory.mktemp("recording")
    write_recording(recording)
    done = glasswork(folder, "import", recording, "--basis", "written by this test")
    assert done.returncode == 0, done.stderr
    last = done.stdout.splitlines()[-1]
    assert re.fullmatch(
        r"import: raw=\d+ actions=\d+ episodes=\d+ examples=[1-9]\d* sealed_bytes=\d+ leaks=0 dataset=.+", last
    )
    return folder


def write_recording(folder: Path) -> None:
    """Two minutes in DuckTrack's form: clicks, typing with a correction, scrolling both ways."""
    rows: list[dict[str, object]] = []
    now = 100.0
    for _ in range(6):
        for pressed in (True, False):
            rows.append({"time_stamp": now, "action": "click", "x": 10, "y": 20, "button": "left", "pressed": pressed})
            now += 0.1
        for name in ["c", "a", "n", "a", "r", "y", "backspace", "y", "space", "s", "e", "n", "t", "enter"]:
            rows += [
                {"time_stamp": now + part, "action": action, "name": name}
                for part, action in ((0, "press"), (0.05, "release"))
            ]
            now += 0.2
        rows += [
            {"time_stamp": now + n / 10, "action": "scroll", "x": 1, "y": 1, "dx": 0, "dy": dy}
            for n, dy in enumerate((-1, -1, 1))
        ]
        now += 5
    (folder / "events.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_help_names_every_command_of_the_documentation() -> None:
    documented = set(re.findall(r"^\| `([a-z][a-z-]*)", (ROOT / "docs" / "cli.md").read_text(), re.M))
    shown = set(re.findall(r"^  ([a-z][a-z-]*) ", subprocess.check_output([PROGRAM, "--help"], text=True), re.M))
    assert shown and shown <= documented | {"resume", "opt-in"}


def test_every_exit_code_is_documented() -> None:
    import importlib
    import pkgutil

    import glasswork
    from glasswork.schema.errors import GlassworkError

    for module in pkgutil.walk_packages(glasswork.__path__, "glasswork."):
        if module.name.endswith(("errors", "serve", "x11")):
            importlib.import_module(module.name)

    def below(kind: type[GlassworkError]) -> set[type[GlassworkError]]:
        return {kind}.union(*map(below, kind.__subclasses__()))

    documented = set(map(int, re.findall(r"^\| (\d+) \| ", (ROOT / "docs" / "cli.md").read_text(), re.M)))
    assert {kind.exit_code for kind in below(GlassworkError)} <= documented


def test_the_documentation_says_what_the_program_says() -> None:
    done = subprocess.run([sys.executable, ROOT / "scripts" / "docs.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['glasswork', '--help']\n"
        "from glasswork.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'polars', 'pyarrow', 'litestar', 'sqlalchemy', 'cedarpy', 're2', 'cryptography', 'rich', 'msgspec'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))"
    )
    assert "HEAVY []" in subprocess.check_output([sys.executable, "-c", code], text=True)


def test_a_fresh_workspace_is_ready_and_refuses_to_be_made_twice(tmp_path: Path) -> None:
    made = glasswork(tmp_path / "w", "init")
    assert made.returncode == 0 and "mousepad" in made.stdout
    assert glasswork(tmp_path / "w", "policy", "check").returncode == 0
    again = glasswork(tmp_path / "w", "init")
    assert again.returncode == 78 and "not empty" in again.stderr
    status = json.loads(glasswork(tmp_path / "w", "status", "--json").stdout)
    assert status["recorder"]["state"] == "off" and status["recorder"]["held_actions"] == 0


def test_without_a_workspace_each_command_says_so_in_one_message(tmp_path: Path) -> None:
    for words in (["status"], ["send"], ["sent"], ["review"], ["up"], ["record"], ["policy", "show"], ["build", "x"]):
        done = glasswork(tmp_path / "none", *words)
        assert done.returncode == 78, words
        assert "glasswork init" in done.stderr and "Traceback" not in done.stderr


def test_an_altered_policy_stops_everything_with_78(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    glasswork(folder, "init")
    bundle = folder / "policy" / "bundle.json"
    bundle.write_bytes(bundle.read_bytes().replace(b"mousepad", b"mouseqad", 1))
    for words in (["record"], ["policy", "check"], ["build", "x"], ["up"]):
        done = glasswork(folder, *words)
        assert done.returncode == 78, (words, done.stderr)
        assert done.stderr.count("\n") == 1, done.stderr


def test_import_wants_a_basis_and_a_recording_before_it_makes_anything(tmp_path: Path) -> None:
    recording = tmp_path / "recording"
    recording.mkdir()
    write_recording(recording)
    done = glasswork(tmp_path / "w", "import", recording)
    assert done.returncode == 77 and "--basis" in done.stderr
    done = glasswork(tmp_path / "w", "import", tmp_path / "nothing", "--basis", "x")
    assert done.returncode == 66
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff" * 100)
    done = glasswork(tmp_path / "w", "import", tmp_path / "photo.jpg", "--basis", "x")
    assert done.returncode == 65 and "Nothing was imported" in done.stderr
    assert not (tmp_path / "w").exists()
    done = glasswork(tmp_path / "w", "import", recording, "--dry-run", "--json")
    assert json.loads(done.stdout)["actions"] > 10 and not (tmp_path / "w").exists()


def test_import_keeps_the_good_part_of_a_damaged_recording(tmp_path: Path) -> None:
    recording = tmp_path / "recording"
    recording.mkdir()
    write_recording(recording)
    events = recording / "events.jsonl"
    events.write_bytes(events.read_bytes()[:-30] + b'\xff\xfe{"time_stamp": "CANARY-OF-BAD-LINE"\n')
    done = glasswork(tmp_path / "w", "import", recording, "--basis", "test")
    assert done.returncode == 0
    assert "1 lines could not be read" in done.stdout
    assert "CANARY" not in done.stdout + done.stderr


def test_what_was_built_verifies_and_what_was_altered_does_not(imported: Path) -> None:
    from glasswork.api import workspace
    from glasswork.api.building import release_key
    from glasswork.policy.keys import public_text

    key = public_text(release_key(workspace.load(imported)))
    folder = imported / "private" / "imported"
    assert glasswork(imported, "verify", "release", folder, "--key", key).returncode == 0
    assert glasswork(imported, "verify", "card", folder).returncode == 0
    card = folder / "card.json"
    card.write_bytes(re.sub(rb'"examples":(\d+)', b'"examples":99', card.read_bytes()))
    assert glasswork(imported, "verify", "card", folder).returncode == 65
    altered = glasswork(imported, "verify", "release", folder, "--key", key)
    assert altered.returncode == 65 and "Traceback" not in altered.stderr


def test_the_log_verifies_offline_and_shows_an_edit(imported: Path, tmp_path: Path) -> None:
    import shutil

    from glasswork.policy.keys import load_key, public_text

    key = public_text(load_key(imported / "vault" / "keys" / "log.key"))
    copy = tmp_path / "log"
    shutil.copytree(imported / "vault" / "log", copy)
    assert glasswork(imported, "verify", "log", copy, "--key", key).returncode == 0
    for path in (copy / "tile" / "entries").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"allowed", b"refused", 1))
    edited = glasswork(imported, "verify", "log", copy, "--key", key)
    assert edited.returncode == 65 and "NOT verified" in edited.stdout


def test_a_notice_is_the_bundles_or_is_not(imported: Path, tmp_path: Path) -> None:
    notice = tmp_path / "notice.md"
    notice.write_text(glasswork(imported, "policy", "notice").stdout)
    bundle = imported / "policy" / "bundle.json"
    assert glasswork(imported, "verify", "documents", bundle, notice).returncode == 0
    notice.write_text(notice.read_text().replace("mousepad", "everything"))
    assert glasswork(imported, "verify", "documents", bundle, notice).returncode == 65


def test_a_release_of_ones_own_data_is_refused_with_reasons(imported: Path, tmp_path: Path) -> None:
    glasswork(imported, "build", "public")
    done = glasswork(imported, "release", "public", "--out", tmp_path / "out")
    assert done.returncode == 77
    assert "There is no attack report" in done.stderr and not (tmp_path / "out").exists()


def test_release_wants_papers_that_one_person_cannot_have(imported: Path, tmp_path: Path) -> None:
    glasswork(imported, "build", "public")
    papers = tmp_path / "papers"
    assert glasswork(imported, "release", "public", "--papers", papers).returncode == 77
    approve = glasswork(imported, "release", "public", "--papers", papers, "--approve", "privacy_officer")
    assert approve.returncode == 77 and "cannot be read" in approve.stderr, "this workspace has no such role's key"
    assert glasswork(imported, "release", "public").returncode == 2
    assert glasswork(imported, "release", "public", "--approve", "anybody", "--papers", papers).returncode == 2


def test_a_programme_takes_no_recordings_that_no_quorum_signed(tmp_path: Path) -> None:
    from glasswork.api import workspace

    programme = workspace.create_demo(tmp_path / "w")
    recording = tmp_path / "recording"
    recording.mkdir()
    write_recording(recording)
    done = glasswork(programme.folder, "import", recording, "--basis", "test")
    assert done.returncode == 78 and "workspace of your own" in done.stderr


def test_a_policy_is_widened_only_by_signature(tmp_path: Path) -> None:
    folder, toml, bundle = tmp_path / "w", tmp_path / "new.toml", tmp_path / "bundle.json"
    glasswork(folder, "init")
    text = (folder / "policy" / "policy.toml").read_text().replace("epoch = 1 ", "epoch = 2 ")
    toml.write_text(text + '\n[[apps]]\nid = "gimp"\nexecutables = ["gimp"]\ncategory = "media"\nkeys = false\n')
    shown = glasswork(folder, "policy", "diff", folder / "policy" / "policy.toml", toml)
    assert "wider" in shown.stdout and "gimp" in shown.stdout
    assert glasswork(folder, "policy", "compile", toml, "--out", bundle).returncode == 0
    assert glasswork(folder, "policy", "accept", bundle).returncode == 78
    assert glasswork(folder, "policy", "sign", bundle, "--role", "owner").returncode == 0
    assert glasswork(folder, "policy", "accept", bundle).returncode == 0
    assert "gimp" in glasswork(folder, "policy", "show").stdout
    old = folder / "policy" / "old.json"
    glasswork(folder, "policy", "compile", folder / "policy" / "policy.toml", "--out", old)
    glasswork(folder, "policy", "sign", old, "--role", "owner")
    assert glasswork(folder, "policy", "accept", old).returncode == 78, "policies never go back"


def test_the_service_starts_in_the_background_and_stops(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    assert glasswork(folder, "init").returncode == 0
    try:
        assert glasswork(folder, "up", "--background").returncode == 0
        assert json.loads(glasswork(folder, "status", "--json").stdout)["service_up"] is True
    finally:
        assert "stopped" in glasswork(folder, "up", "--stop").stdout
    assert json.loads(glasswork(folder, "status", "--json").stdout)["service_up"] is False


def test_a_passphrase_locks_what_is_held(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    assert glasswork(folder, "init", GLASSWORK_PASSPHRASE="a long one").returncode == 0
    assert glasswork(folder, "review", GLASSWORK_PASSPHRASE="a long one").returncode == 0
    without = glasswork(folder, "review")
    assert without.returncode == 77 and "GLASSWORK_PASSPHRASE" in without.stderr
    wrong = glasswork(folder, "review", GLASSWORK_PASSPHRASE="another one")
    assert wrong.returncode == 77 and "not damaged" in wrong.stderr


def test_doctor_names_the_keys_that_an_auditor_needs(imported: Path) -> None:
    said = glasswork(imported, "doctor").stdout
    (key,) = re.findall(r"audit log: \d+ entries, verified with the key (\S+)", said)
    assert glasswork(imported, "verify", "log", imported / "vault" / "log", "--key", key).returncode == 0
    assert "release key: signs manifests" in said and "Limits:" in said


def test_uninstall_erases_and_removes(tmp_path: Path) -> None:
    recording = tmp_path / "recording"
    recording.mkdir()
    write_recording(recording)
    folder = tmp_path / "w"
    assert glasswork(folder, "import", recording, "--basis", "test").returncode == 0
    done = glasswork(folder, "uninstall", "--yes")
    assert done.returncode == 0 and re.search(r"[1-9]\d* keys were ended", done.stdout)
    assert not folder.exists()


def test_a_programming_error_shows_no_traceback(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    glasswork(folder, "init")
    (folder / "device").rename(folder / "elsewhere")
    (folder / "device").write_text("not a folder")
    done = glasswork(folder, "status")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr


def test_interrupting_leaves_the_service_clean(tmp_path: Path) -> None:
    import signal

    folder = tmp_path / "w"
    glasswork(folder, "init")
    process = subprocess.Popen([PROGRAM, "--workspace", folder, "up"], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not (folder / "service.json").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) in (0, 130)
    assert not (folder / "service.json").exists()
