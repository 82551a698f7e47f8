"""The review page over real HTTP: who may use it, and what its forms do to the hold, while the recorder goes on."""

import http.client
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from glasswork.device import control, hold
from glasswork.device.errors import ServiceUnreachable
from glasswork.device.hold.handing import start
from glasswork.device.review import Page
from glasswork.device.review.entry import of_this_user
from glasswork.device.send import Choice, Sent, choice
from glasswork.schema.action import Action, Element, Node, Screen, Value
from glasswork.schema.batch import Held
from glasswork.schema.words import (
    ActionKind,
    AppCategory,
    Button,
    Command,
    Effect,
    ElementClass,
    GapClass,
    Key,
    LengthBucket,
    Modality,
    Origin,
    Preference,
    Role,
    ValueKind,
)

KEY = bytes(range(32))
CONTEXT = hold.Context("session", "0" * 64)
EDITOR = Screen(
    (
        Node(Role.WINDOW, 0, "", (0, 0, 128, 128)),
        Node(Role.MENUBAR, 1, "", (0, 0, 128, 4)),
        Node(Role.MENUITEM, 2, "file", (0, 0, 8, 4)),
        Node(Role.TEXTBOX, 1, "", (0, 4, 128, 120)),
    )
)


def act(kind: ActionKind, app: str = "mousepad", *, screen: Screen | None = None, **more: object) -> Held:
    """One action of an editor's window, done with the mouse."""
    category = AppCategory.EDITOR if app == "mousepad" else AppCategory.FILES
    values = {"gap": GapClass.UNDER_4S, "modality": Modality.MOUSE, "category": category, "window": 1}
    return Held(Action(kind=kind, app=app, **values | more), screen, {})  # type: ignore[arg-type]


def sample_day(handle: hold.Hold) -> None:
    """A stretch of work in two programs, a gap, and another stretch in which the same was done in another way."""
    text = Element(Role.TEXTBOX, "", ElementClass.EDIT, 2, 3, (0, 4, 128, 120))
    keyboard = {"modality": Modality.KEYBOARD}
    first = [
        act(ActionKind.SWITCH_APP, "pcmanfm", gap=GapClass.NONE, element=Element(Role.WINDOW, key=1)),
        act(ActionKind.DOUBLE_CLICK, "pcmanfm", element=Element(Role.LIST, key=4), effect=Effect.CHANGED),
        act(ActionKind.OPEN, screen=EDITOR, element=Element(Role.WINDOW, key=1, node=0)),
        act(
            ActionKind.TYPE_TEXT,
            element=text,
            value=Value(1, ValueKind.TEXT, LengthBucket.TO_64, Origin.TYPED),
            screen=EDITOR,
            **keyboard,
        ),
        act(ActionKind.HOTKEY, command=Command.COPY, **keyboard),
        act(ActionKind.CLICK, element=Element(Role.MENUITEM, "file", key=5, node=2), screen=EDITOR),
        act(ActionKind.CLICK, element=Element(Role.MENUITEM, "save", ElementClass.SAVE, 6), command=Command.SAVE),
        act(ActionKind.CLOSE, gap=GapClass.UNDER_16S, element=Element(Role.WINDOW, key=1)),
    ]
    second = [
        Held(Action(kind=ActionKind.GAP, gap=GapClass.IDLE), None, {}),
        act(ActionKind.SWITCH_APP, gap=GapClass.NONE, element=Element(Role.WINDOW, key=1)),
        act(
            ActionKind.TYPE_TEXT,
            element=text,
            value=Value(2, ValueKind.EMAIL, LengthBucket.TO_64, Origin.PASTED),
            screen=EDITOR,
            **keyboard,
        ),
        act(ActionKind.HOTKEY, command=Command.SAVE, effect=Effect.CHANGED, **keyboard),
        act(ActionKind.PRESS_KEY, key=Key.ESCAPE, **keyboard),
        act(ActionKind.CLICK, button=Button.RIGHT, element=text, screen=EDITOR),
    ]
    hold.append(handle, first[:4], CONTEXT)
    hold.append(handle, first[4:], CONTEXT)
    hold.append(handle, second, CONTEXT)
    mouse = hold.name_task(handle, "save a note", hold.Span((1, 3), (2, 3)))
    keys = hold.name_task(handle, "save a note", hold.Span((3, 2), (3, 4)))
    assert mouse.id != keys.id
    hold.prefer(handle, keys.id)


@dataclass
class Reply:
    """An answer: status, headers in lower case, text."""

    status: int
    headers: dict[str, str]
    text: str

    def form_secret(self) -> str:
        found = re.search(r'name="form" value="([^"]+)"', self.text)
        assert found is not None
        return found[1]


@dataclass
class Browser:
    """A browser of the participant, as far as the page can tell. Each request is a connection of its own."""

    page: Page
    cookie: str = ""
    secret: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def request(self, method: str, path: str, body: str | None = None, **changed: str | None) -> Reply:
        headers: dict[str, str | None] = {"Host": self.page.entry.host, "Cookie": self.cookie}
        if body is not None:
            headers |= {"Origin": self.page.entry.origin, "Content-Type": "application/x-www-form-urlencoded"}
        headers |= {name.replace("_", "-"): value for name, value in changed.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.page.server_port, timeout=20)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            if value is not None:
                connection.putheader(name, value)
        if body is not None and "Content_Length" not in changed:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body.encode() if body is not None else None)
        response = connection.getresponse()
        reply = Reply(
            response.status, {k.lower(): v for k, v in response.getheaders()}, response.read().decode(errors="replace")
        )
        connection.close()
        return reply

    def enter(self) -> "Browser":
        """Open the address that was printed, and follow where it leads."""
        parts = urlsplit(self.page.address())
        entered = self.request("GET", f"/?{parts.query}")
        assert entered.status == 303 and entered.headers["location"] == "/"
        self.cookie = entered.headers["set-cookie"].partition(";")[0]
        self.secret = self.see().form_secret()
        return self

    def see(self, path: str = "/") -> Reply:
        reply = self.request("GET", path)
        assert reply.status == 200, reply.text
        return reply

    def press(self, path: str, *picks: str, **fields: str) -> str:
        """Send a form of the page, and read the page that follows. Returns what it tells."""
        body = urlencode([("form", self.secret), *(("pick", pick) for pick in picks), *fields.items()])
        done = self.request("POST", path, body)
        assert done.status == 303, done.text
        told = re.search(r'<p role="status" class="said">(.*?)</p>', self.see(done.headers["location"]).text, re.S)
        assert told is not None
        return told[1]


@contextmanager
def served(handle: hold.Hold, sent: Sent | Exception = Sent(1, 2, 3, 4), idle_s: float = 600) -> Iterator[Page]:  # noqa: B008
    def send() -> Sent:
        if isinstance(sent, Exception):
            raise sent
        return sent

    page = Page(handle, send, idle_s)
    thread = threading.Thread(target=page.run)
    thread.start()
    try:
        yield page
    finally:
        page.end()
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[hold.Hold]:
    with hold.open_hold(tmp_path / "device", KEY) as handle:
        yield handle


@pytest.fixture
def page(opened: hold.Hold) -> Iterator[Page]:
    sample_day(opened)
    with served(opened) as made:
        yield made


@pytest.fixture
def browser(page: Page) -> Browser:
    return Browser(page).enter()


def test_the_token_opens_once_and_becomes_a_cookie(page: Page) -> None:
    query = urlsplit(page.address()).query
    browser = Browser(page).enter()
    assert page.address() == ""
    assert browser.cookie.startswith(f"glasswork-{page.server_port}=")
    assert Browser(page).request("GET", f"/?{query}").status == 403
    assert browser.see("/").status == 200


def test_the_cookie_is_for_this_site_alone_and_no_script_reads_it(page: Page) -> None:
    reply = Browser(page).request("GET", f"/?{urlsplit(page.address()).query}")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(reply.headers["set-cookie"].split("; "))


@pytest.mark.parametrize("path", ["/", "/now", "/screen?at=1:3", "/style.css", "/?token=", "/?token=wrong", "/?said=1"])
def test_without_the_cookie_nothing_is_shown(page: Page, path: str) -> None:
    reply = Browser(page).request("GET", path)
    assert reply.status == 403 and "mousepad" not in reply.text
    reply = Browser(page, cookie=f"glasswork-{page.server_port}=guess").request("GET", path)
    assert reply.status == 403 and "set-cookie" not in reply.headers


def test_a_cookie_of_another_program_of_this_machine_does_no_harm(browser: Browser) -> None:
    browser.cookie = f'other="[bad; {browser.cookie}; more=a=b'
    assert browser.see().status == 200


@pytest.mark.parametrize("host", ["localhost", "evil.example", "127.0.0.1", "127.0.0.1:1", "", None])
def test_a_name_that_was_made_to_point_here_is_refused(browser: Browser, host: str | None) -> None:
    assert browser.request("GET", "/", Host=host).status in (400, 421)
    assert browser.request("POST", "/delete", f"form={browser.secret}&pick=1", Host=host).status in (400, 421)


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:1", "https://127.0.0.1"])
def test_a_form_on_another_page_does_nothing(browser: Browser, origin: str | None) -> None:
    body = urlencode({"form": browser.secret, "pick": "1"})
    assert browser.request("POST", "/delete", body, Origin=origin).status == 403
    assert len(hold.review(browser.page.desk.hold).records) == 3


@pytest.mark.parametrize("secret", ["", "guess", "é"])
def test_a_form_without_our_secret_does_nothing(browser: Browser, secret: str) -> None:
    assert browser.request("POST", "/delete", urlencode({"form": secret, "pick": "1"})).status == 403
    assert browser.request("POST", "/delete", "pick=1").status == 403
    assert len(hold.review(browser.page.desk.hold).records) == 3


def test_a_form_needs_the_cookie_too(browser: Browser) -> None:
    body = urlencode({"form": browser.secret, "pick": "1"})
    assert browser.request("POST", "/delete", body, Cookie="").status == 403


@pytest.mark.parametrize(
    "path",
    [
        "/../hold.sqlite3",
        "/%2e%2e/hold.sqlite3",
        "//hold.sqlite3",
        "/style.css/../../server.py",
        "/server.py",
        "/index",
        "/delete",
    ],
)
def test_there_are_no_other_pages(browser: Browser, path: str) -> None:
    reply = browser.request("GET", path)
    assert reply.status == 404 and "SQLite" not in reply.text
    assert browser.request("POST", "/other", urlencode({"form": browser.secret})).status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "HEAD", "CONNECT"])
def test_there_are_no_other_methods(browser: Browser, method: str) -> None:
    assert browser.request(method, "/").status == 501


def test_a_body_that_is_too_large_or_of_no_form_is_not_read(browser: Browser) -> None:
    assert browser.request("POST", "/delete", "", Content_Length="1000001").status == 413
    assert browser.request("POST", "/delete", "", Content_Length="9" * 30).status == 413
    assert browser.request("POST", "/delete", "", Content_Length="-1").status == 411
    assert browser.request("POST", "/delete", "", Content_Length=None).status == 411
    assert browser.request("POST", "/delete", "", Content_Length=None, Transfer_Encoding="chunked").status == 411
    assert browser.request("POST", "/delete", "{}", Content_Type="application/json").status == 415
    fields = "&".join(["pick=1"] * 10_001)
    assert browser.request("POST", "/delete", fields).status == 400
    assert browser.request("POST", "/delete", "form=%ff").status == 400
    assert len(hold.review(browser.page.desk.hold).records) == 3


def test_the_page_loads_nothing_from_elsewhere_and_has_no_script(browser: Browser) -> None:
    for path in ("/", "/now", "/screen?at=1:3"):
        reply = browser.see(path)
        policy = reply.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; form-action 'self'")
        assert "script" not in policy and "frame-ancestors 'none'" in policy
        assert not re.search(r"<script|\son\w+=|style=|https?:|<img|<iframe", reply.text)
        assert reply.headers["cache-control"] == "no-store" and reply.headers["x-frame-options"] == "DENY"
    assert browser.see("/style.css").headers["content-type"].startswith("text/css")


def test_programs_of_other_users_are_hung_up_on(page: Page) -> None:
    program = (
        "import os, socket, sys\nos.setgid(65534); os.setuid(65534)\n"
        "connection = socket.create_connection(('127.0.0.1', int(sys.argv[1])), timeout=20)\n"
        "try:\n  connection.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n'); answer = connection.recv(100)\n"
        "except ConnectionError: answer = b''\n"
        "print(len(answer))"
    )
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    said = subprocess.run(
        [sys.executable, "-I", "-c", program, str(page.server_port)], capture_output=True, text=True, timeout=60
    )
    if said.returncode:
        pytest.skip("another user cannot run this Python")
    assert said.stdout.strip() == "0"


def test_a_connection_of_this_user_is_known_as_such() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert of_this_user(accepted)


def test_what_is_shown_is_what_would_leave(browser: Browser) -> None:
    from html import escape

    from glasswork.device.hold.words import words

    handle, shown = browser.page.desk.hold, browser.see().text
    lines = list(hold.leaving(hold.review(handle).records, hold.tasks(handle)))
    assert len(lines) == 18
    assert [shown.count(escape(words(line.held))) >= 1 for line in lines] == [True] * 18
    assert shown.index("pcmanfm") < shown.index("mousepad")


def test_single_actions_programs_and_stretches_are_deleted(browser: Browser) -> None:
    handle = browser.page.desk.hold
    assert browser.press("/delete", "1:2") == "1 action deleted, for good."
    assert browser.press("/delete", "1:3-2:4", "3") == "12 actions deleted, for good."
    assert hold.count(handle) == 1
    assert "0 actions" in browser.press("/delete", "1:2")
    assert "Nothing was ticked" in browser.press("/delete")
    assert "Nothing was changed" in browser.press("/delete", "1:2;DROP TABLE record")


def test_two_tabs_delete_what_each_of_them_shows(browser: Browser) -> None:
    other = Browser(browser.page, cookie=browser.cookie, secret=browser.see().form_secret())
    first, second = re.findall(r'value="(3:[45])"', browser.see().text)
    browser.press("/delete", first)
    assert other.press("/delete", second) == "1 action deleted, for good."
    numbers = hold.review(browser.page.desk.hold).records[-1].numbers
    assert numbers == (1, 2, 3, 6)


def test_withhold_and_release(browser: Browser) -> None:
    assert "1 record withheld" in browser.press("/withhold", "3:5")
    shown = browser.see().text
    assert shown.count("<b>withheld</b>") == 6
    browser.press("/withhold", "2:1")
    assert browser.see().text.count("<b>waits with its task</b>") == 4  # record 1, in which the task begins
    assert "2 records released" in browser.press("/release", "1", "2", "3")
    assert "<b>withheld" not in browser.see().text


def test_a_task_reaches_from_the_first_to_the_last_tick(browser: Browser) -> None:
    told = browser.press("/task", "3:5", "3:6", name="look it up")
    assert "“look it up”" in told and "leaves your device" in told
    assert [task.name for task in hold.tasks(browser.page.desk.hold)] == ["save a note", "save a note", "look it up"]
    refused = browser.press("/task", "3:5", name="ask anna.example@example.org")
    assert "something personal" in refused and "anna" not in refused
    shown = browser.see().text
    assert "which you named “look it up”" in shown and "anna" not in shown


def test_which_way_was_the_better(browser: Browser) -> None:
    handle = browser.page.desk.hold
    mouse, keys = hold.tasks(handle)
    assert keys.preferred is Preference.BETTER
    assert "“save a note”" in browser.press("/prefer", task=str(mouse.id))
    assert [task.preferred for task in hold.tasks(handle)] == [Preference.BETTER, Preference.WORSE]
    browser.press("/task/remove", task=str(keys.id))
    assert "at least two" in browser.press("/prefer", task=str(mouse.id))
    assert "already" in browser.press("/task/remove", task=str(keys.id))


def test_a_name_cannot_become_markup(browser: Browser) -> None:
    browser.press("/task", "3:5", name='<b onclick="x">"&amp;')
    assert "<b onclick" not in browser.see().text and "&lt;b onclick" in browser.see().text


def test_the_recorder_appends_and_forgets_while_the_page_is_open(browser: Browser, tmp_path: Path) -> None:
    with hold.open_hold(tmp_path / "device", KEY) as recorder:
        shown = browser.see().text
        hold.append(recorder, [act(ActionKind.CLICK)], CONTEXT)
        assert browser.press("/delete", "3:1") == "1 action deleted, for good."
        assert 'value="4:1"' in browser.see().text and 'value="4:1"' not in shown
        hold.forget(recorder, 60)
        assert "Nothing is held." in browser.see().text
        assert "0 actions" in browser.press("/delete", "4:1")
        assert "not there any more" in browser.press("/task", "4:1", name="gone")


def test_many_deletions_beside_many_appends_lose_nothing(opened: hold.Hold, tmp_path: Path) -> None:
    hold.append(opened, [act(ActionKind.CLICK)] * 40, CONTEXT)
    with served(opened) as page, hold.open_hold(tmp_path / "device", KEY) as recorder:
        browser = Browser(page).enter()

        def record() -> None:
            for _ in range(25):
                hold.append(recorder, [act(ActionKind.CLICK)], CONTEXT)

        thread = threading.Thread(target=record)
        thread.start()
        for number in range(1, 21):
            assert browser.press("/delete", f"1:{number}") == "1 action deleted, for good."
        thread.join()
        assert hold.count(opened) == 40 - 20 + 25


def test_days_and_long_days(opened: hold.Hold) -> None:
    at = hold.now()
    hold.append(opened, [act(ActionKind.CLICK)], CONTEXT, hold.Moment(at.wall - 86_400, at.boot - 86_400, at.boot_id))
    hold.append(opened, [act(ActionKind.CLICK)] * 1_100, CONTEXT, at)
    with served(opened) as page:
        browser = Browser(page).enter()
        first, second = hold.days(opened)
        assert browser.see().text.count('name="pick" value="2:') > 20
        assert 'value="1:1"' in browser.see(f"/?day={first}").text
        later = browser.see(f"/?day={second}&page=1").text
        assert later.count("<li><label>") == 100 and 'value="45:25"' in later
        assert browser.see(f"/?day={second}&page=99").text == later
        for nonsense in ("9999-99-99", "x", "%0d%0aSet-Cookie:a=b"):
            assert browser.see(f"/?day={nonsense}").status == 200
        done = browser.request("POST", "/delete", urlencode({"form": browser.secret, "pick": "1", "day": "\r\nX: y"}))
        assert done.status == 303 and "x" not in done.headers


def test_sending_tells_what_went_or_why_it_waits(opened: hold.Hold) -> None:
    with served(opened) as page:
        assert Browser(page).enter().press("/send").startswith("Sent 2 actions in 1 sealed batch (3 bytes)")
    with served(opened, ServiceUnreachable("It is away.")) as page:
        assert Browser(page).enter().press("/send") == "It is away."


def test_sending_by_itself_is_chosen_here(browser: Browser) -> None:
    handle = browser.page.desk.hold
    assert not choice(handle.folder).by_itself
    browser.press("/by-itself", by_itself="on", after_hours="4")
    assert choice(handle.folder) == Choice(by_itself=True, after_hours=4)
    assert 'value="on" checked' in browser.see().text
    assert "cannot say" in browser.press("/by-itself", by_itself="on", after_hours="999")
    assert "cannot say" in browser.press("/by-itself", by_itself="on", after_hours="-1")
    browser.press("/by-itself", by_itself="off", after_hours="24")
    assert not choice(handle.folder).by_itself


@contextmanager
def recorder(folder: Path, answers: list[control.Fields], asked: list[control.Fields]) -> Iterator[None]:
    """A recorder that only answers, over the real control socket."""
    watchers = control.Watchers()
    with control.listening(folder) as listener:

        def obey(request: control.Fields) -> control.Fields:
            asked.append(request)
            return answers.pop(0)

        def loop() -> None:
            while answers:
                control.answer(listener, obey, watchers)

        thread = threading.Thread(target=loop)
        thread.start()
        yield
        thread.join(20)
        assert not thread.is_alive()


def test_what_would_be_recorded_now(browser: Browser) -> None:
    folder = browser.page.desk.hold.folder
    assert "No recorder runs" in browser.see("/now").text
    now: control.Fields = {"ok": True, "state": "recording", "words": "Recording mousepad: clicks."}
    asked: list[control.Fields] = []
    with recorder(folder, [now, now, {"ok": True}, now | {"state": "paused"}], asked):
        live = browser.see("/now").text
        assert "Recording mousepad: clicks." in live and 'http-equiv="refresh"' in live and "Pause" in live
        assert "refresh" not in browser.see("/").text  # a page that is read does not move
        assert browser.press("/pause").startswith("Paused")
    assert [request["command"] for request in asked] == ["now", "now", "pause", "now"]


def test_forgetting_asks_the_recorder_or_does_it_itself(browser: Browser) -> None:
    folder, asked = browser.page.desk.hold.folder, list[control.Fields]()
    now: control.Fields = {"ok": True, "state": "paused", "words": ""}
    with recorder(folder, [{"ok": True, "forgotten": 7}, now], asked):
        assert browser.press("/forget", minutes="5") == "7 actions of the last 5 minutes forgotten, for good."
    assert asked[0] == {"command": "forget", "minutes": 5}
    assert browser.press("/forget", minutes="60").startswith("14 actions")
    assert "No recorder runs" in browser.press("/pause")


def test_the_structure_of_a_window_is_shown(browser: Browser) -> None:
    shown = browser.see("/screen?at=1:3").text
    assert "menuitem “file”" in shown and "at 0,4, 128×120" in shown
    assert "not held any more" in browser.see("/screen?at=99:1").text
    assert browser.request("GET", "/screen?at=x").status == 404


def test_it_ends_when_it_is_closed_or_left_alone(opened: hold.Hold) -> None:
    with served(opened) as page:
        browser = Browser(page).enter()
        assert browser.request("POST", "/close", urlencode({"form": browser.secret})).status == 200
    with pytest.raises(OSError):
        browser.request("GET", "/")
    left_alone = Page(opened, lambda: Sent(0, 0, 0, 0), idle_s=0.2)
    left_alone.run()  # returns


def test_a_program_that_says_nothing_keeps_nobody_waiting(browser: Browser) -> None:
    with socket.create_connection(("127.0.0.1", browser.page.server_port)):
        assert browser.see().status == 200


def test_the_recorder_can_open_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the indicator does: a process of its own, the key through a pipe, the address only to the browser."""
    with hold.open_hold(tmp_path / "device", KEY) as handle:
        sample_day(handle)
    seen = tmp_path / "address"
    os.mkfifo(seen)
    script = tmp_path / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" > {seen}\n')
    script.chmod(0o700)
    monkeypatch.setenv("BROWSER", f"{script} %s")
    process = start("glasswork.device.review", tmp_path / "device", KEY)
    try:
        address = urlsplit(seen.read_text().strip())
        assert process.poll() is None and address.hostname == "127.0.0.1"
        connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=20)
        connection.request("GET", f"/?{address.query}")
        assert connection.getresponse().status == 303
        status = Path(f"/proc/{process.pid}/limits").read_text()
        assert re.search(r"Max core file size\s+0\s+0", status)
    finally:
        process.terminate()
        process.wait()


def test_the_command_opens_the_page_until_ctrl_c(tmp_path: Path) -> None:
    from glasswork.api import workspace

    own = workspace.create(tmp_path / "w")
    terminal, side = pty.openpty()
    command = [sys.executable, "-m", "glasswork", "--workspace", str(own.folder), "review", "--no-open"]
    env = {**os.environ, "GLASSWORK_PASSPHRASE": "of a test"}
    process = subprocess.Popen(command, stdin=side, stdout=side, stderr=side, env=env)
    os.close(side)
    try:
        said = b""
        while not (found := re.search(rb"http://127\.0\.0\.1:(\d+)(/\?token=\S+)", said)):
            said += os.read(terminal, 4096)
        connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=20)
        connection.request("GET", found[2].decode())
        assert connection.getresponse().status == 303
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


def test_without_a_key_the_page_does_not_open(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "glasswork.device.review", "--folder", str(tmp_path), "--key-fd", "99"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 77 and "not handed over" in done.stderr and "Traceback" not in done.stderr
