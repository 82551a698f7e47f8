"""`glasswork episodes`: the owner's tasks as a timeline, and other words for released goals, by a real server."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from e2e.test_cli import glasswork, write_recording
from glasswork.assemble.parquet import read_records
from glasswork.documents import timeline
from glasswork.documents.errors import EndpointRefused
from glasswork.documents.wording import PROMPT, local
from glasswork.schema.action import Action, Element
from glasswork.schema.episode import Episode, Label, Signal
from glasswork.schema.words import ActionKind, GapClass, Role, Scope

GOOD = Path(__file__).parents[1] / "vectors" / "release" / "good"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("episodes") / "workspace"
    recording = tmp_path_factory.mktemp("recording")
    write_recording(recording)
    done = glasswork(folder, "import", recording, "--basis", "written by this test")
    assert done.returncode == 0, done.stderr
    return folder


def listed(workspace: Path) -> list[Episode]:
    done = glasswork(workspace, "episodes", "list", "--json")
    assert done.returncode == 0, done.stderr
    return msgspec.json.decode(done.stdout, type=list[Episode])


def test_episodes_are_listed_and_shown_with_reasons_and_signals(workspace: Path) -> None:
    found = listed(workspace)
    assert found
    table = glasswork(workspace, "episodes", "list").stdout
    assert len(table.splitlines()) == len(found) + 1
    for one in found:
        assert one.id[:8] in table
        shown = glasswork(workspace, "episodes", "show", one.id[:8])
        assert shown.returncode == 0, shown.stderr
        text = shown.stdout
        assert one.title in text and one.goal in text and "Began: nothing of that day is before it" in text
        assert all(step in text for step in one.steps)
        assert all(timeline.signal(label) in text for label in one.labels)


def test_a_page_is_written_for_the_owner_alone_and_loads_nothing(workspace: Path, tmp_path: Path) -> None:
    one = listed(workspace)[0]
    page = tmp_path / "page.html"
    assert glasswork(workspace, "episodes", "show", one.id, "--html", page).returncode == 0
    assert page.stat().st_mode & 0o777 == 0o600
    text = page.read_text(encoding="utf-8")
    assert "default-src 'none'" in text and "<script" not in text and "src=" not in text and "url(" not in text


def test_what_stands_in_a_page_is_escaped_and_holes_are_told() -> None:
    label = '</li><script>alert("x")</script>'
    click = Action(kind=ActionKind.CLICK, element=Element(Role.BUTTON, label))
    episode = Episode(
        id="e", week="2026-W48", scope=Scope.SELF, policy="", title=label, goal=label, holes=(1,),
        actions=(click, click, Action(kind=ActionKind.WAIT, gap=GapClass.UNDER_64S), Action(kind=ActionKind.LOST)),
        labels=(Label(Signal.RETRY_LOOP, "rule", 0.5, 0, 2),),
    )  # fmt: skip
    page = timeline.page(episode)
    assert "<script" not in page and page.count("&lt;script&gt;") == 5
    assert [line.before for line in timeline.lines(episode)] == [
        "", "other work lay between", "16 to 64 seconds later", "",
    ]  # fmt: skip
    assert timeline.lines(episode)[3].words == "(something may be missing here)"
    assert "retry loop, 2 actions (rule, 50 %)".replace(" %", "%") in page


def test_an_unknown_id_and_an_empty_workspace_are_told_plainly(workspace: Path, tmp_path: Path) -> None:
    for words in (("show", "zz"), ("show", "0x")):
        done = glasswork(workspace, "episodes", *words)
        assert (done.returncode, "Traceback" in done.stderr) == (66, False), words
    assert glasswork(tmp_path / "empty", "init").returncode == 0
    done = glasswork(tmp_path / "empty", "episodes", "list")
    assert done.returncode == 66 and "glasswork build NAME --private" in done.stderr


@contextmanager
def server(*answers: str, status: int = 200) -> Iterator[tuple[str, list[bytes]]]:
    """A chat server of the OpenAI kind on loopback that gives these answers in turn, and what it was told."""
    told: list[bytes] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(self.rfile.read(int(self.headers["Content-Length"])))
            content = answers[(len(told) - 1) % len(answers)]
            body = json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{running.server_port}/v1", told
        finally:
            running.shutdown()
            thread.join()


def test_a_local_model_sees_released_fields_only_and_its_content_is_dropped(tmp_path: Path) -> None:
    out = tmp_path / "words.jsonl"
    sentences = ("Correct a text and save it.", "Write to jane.doe@example.com about it.", "Two\nlines.", " ")
    with server(*sentences) as (endpoint, told):
        done = glasswork(
            tmp_path, "episodes", "reword", GOOD, "--endpoint", endpoint, "--model", "m", "--out", out, "--json"
        )
    assert done.returncode == 0, done.stderr
    examples = [record.example for record in read_records(next(GOOD.glob("data/*.parquet")))]
    assert json.loads(done.stdout) == {
        "examples": len(examples),
        "worded": 1,
        "refused": {
            "more than one line, or too long": 1,
            "nothing was answered": 1,
            "the redactor found content in it": 1,
        },
    }
    (line,) = out.read_text().splitlines()
    assert json.loads(line)["goal"] == sentences[0] and json.loads(line)["id"] == examples[0].id
    for body, example in zip(told, examples, strict=True):
        asked = json.loads(body)
        system, user = asked["messages"]
        goal, *calls = user["content"].split("\n")
        assert system["content"] == PROMPT and goal == example.goal and asked["model"] == "m"
        assert [json.loads(call) for call in calls] == [{"tool": s.tool, **s.arguments} for s in example.steps]
        assert example.id.encode() not in body
    with server("Done.") as (endpoint, told):
        again = glasswork(tmp_path, "episodes", "reword", GOOD, "--endpoint", endpoint, "--model", "m", "--out", out)
    assert again.returncode == 65 and "exists already" in again.stderr and not told


@pytest.mark.parametrize(
    "address",
    [
        "https://api.example.com/v1", "http://192.168.0.1:80/v1", "http://localhost.example.com:80/v1",
        "http://127.0.0.1/v1", "file:///etc/passwd", "127.0.0.1:8080", "http://user@10.0.0.1:80", "",
        "http://127.0.0.1:99999/v1",
    ],
)  # fmt: skip
def test_a_model_that_is_not_on_this_machine_is_never_asked(address: str) -> None:
    with pytest.raises(EndpointRefused):
        local(address)


def test_no_server_is_told_without_a_traceback(tmp_path: Path) -> None:
    with server("x") as (endpoint, _):
        pass
    done = glasswork(
        tmp_path, "episodes", "reword", GOOD, "--endpoint", endpoint, "--model", "m", "--out", tmp_path / "w"
    )
    assert done.returncode == 69 and "Nothing answers" in done.stderr and not (tmp_path / "w").exists()


def test_a_server_that_is_none_is_told_without_a_traceback(tmp_path: Path) -> None:
    with server("x", status=500) as (endpoint, _):
        done = glasswork(
            tmp_path, "episodes", "reword", GOOD, "--endpoint", endpoint, "--model", "m", "--out", tmp_path / "w"
        )
    assert done.returncode == 69 and "status 500" in done.stderr and not (tmp_path / "w").exists()
    assert glasswork(
        tmp_path, "episodes", "reword", tmp_path, "--endpoint", endpoint, "--model", "m", "--out", tmp_path / "w"
    ).returncode == 65  # fmt: skip
