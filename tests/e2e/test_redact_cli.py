"""`glasswork redact` and `glasswork gazetteer` as their users meet them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("glasswork")
PAGE = Path(__file__).parents[2] / "docs" / "redaction.md"


def glasswork(workspace: Path, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [PROGRAM, "--workspace", workspace, *words],
        input=given, capture_output=True, timeout=120, env=os.environ | {"GLASSWORK_PASSPHRASE": "of this test"},
    )  # fmt: skip


def test_it_is_a_filter_and_writes_nothing(tmp_path: Path) -> None:
    lines = "Mail to anna@example.com\n\nSave As…\r\npassword: hunter2\n" + "a" * 200_000 + "\nlast"
    done = glasswork(tmp_path / "none", "redact", given=lines.encode())
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().splitlines() == [
        "Mail to <email>", "", "Save As…", "password: <secret>", "<text>", "last",
    ]  # fmt: skip
    assert not (tmp_path / "none").exists()


def test_it_explains_without_repeating_content() -> None:
    done = glasswork(Path("none"), "redact", "--explain", given=b"Mail to anna@example.com\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().splitlines()[0] == "Mail to <email>"
    assert "    9-24  email  email" in done.stdout.decode().splitlines()
    assert b"anna" not in done.stdout + done.stderr
    as_json = json.loads(glasswork(Path("none"), "redact", "--json", given=b"PIN: 4821\xff\n").stdout)
    assert as_json["found"][0]["kind"] == "secret"
    assert "4821" not in as_json["text"]


def test_content_is_shown_in_a_terminal_only() -> None:
    done = glasswork(Path("none"), "redact", "--explain", "--show", given=b"Mail to anna@example.com\n")
    assert done.returncode == 2
    assert b"anna" not in done.stdout + done.stderr


def test_names_are_added_counted_used_and_removed(tmp_path: Path) -> None:
    own = tmp_path / "own"
    assert glasswork(own, "init").returncode == 0
    people = tmp_path / "people.csv"
    people.write_text("First name,Last name\nAnna,Kowalska\nMiles,O'Brien\n", encoding="utf-8")
    clients = tmp_path / "clients.txt"
    clients.write_text("Globex Ltd\n", encoding="utf-8")
    assert glasswork(own, "gazetteer", "add", str(people), "--kind", "person").stdout.startswith(b"2 people, 0 clients")
    assert glasswork(own, "gazetteer", "add", str(clients), "--kind", "client").returncode == 0
    listed = glasswork(own, "gazetteer", "list", "--json").stdout
    assert json.loads(listed) == {"person": 2, "client": 1, "project": 0}
    given = b"Kowalska, Anna met Globex\n"
    assert glasswork(own, "redact", given=given).stdout == given
    assert glasswork(own, "redact", "--names", given=given).stdout == b"<person> met <organisation>\n"
    assert not any(b"Kowalska" in path.read_bytes() for path in own.rglob("*") if path.is_file())
    assert glasswork(own, "gazetteer", "remove", "--kind", "person").stdout.startswith(b"0 people, 1 clients")
    assert glasswork(own, "gazetteer", "remove").returncode == 0
    assert not (own / "device" / "names").exists()
    assert glasswork(own, "gazetteer", "add", str(tmp_path / "gone.txt"), "--kind", "person").returncode == 66


def test_the_page_shows_what_happens() -> None:
    shown = next(
        block for block in re.findall(r"```console\n(.*?)```", PAGE.read_text("utf-8"), re.S) if "printf" in block
    )
    path = f"{PROGRAM.parent}:{os.environ['PATH']}"
    for command, output in re.findall(r"^\$ (.*)\n((?:[^$].*\n)+)", shown, re.M):
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, env=os.environ | {"PATH": path})
        assert done.stdout == output, done.stderr
