"""A small recording of each format, written where a test wants it, with any text in every field that can hold content.

`say(place)` gives the text for a place; what is said of the machine, its owner and the task is said by it too.
"""

import csv
import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

# ruff: noqa: E501  (rows of tables read better as rows)

Say = Callable[[str], str]


def ducktrack(folder: Path, say: Say) -> None:
    typed = [
        {"time_stamp": 2 + n / 10, "action": action, "name": character}
        for n, character in enumerate(say("typed"))
        for action in ("press", "release")
    ]
    lines = [
        {"time_stamp": 1.0, "action": "move", "x": 3, "y": 4},
        *(_click(1.2, pressed) for pressed in (True, False)),
        *typed,
        {"time_stamp": 90.0, "action": "scroll", "x": 1, "y": 1, "dx": 0, "dy": -1},
        {"time_stamp": 91.0, "action": "press", "name": say("key name")},
        {"time_stamp": 92.0, "action": "click", "x": 1, "y": 1, "button": say("button"), "pressed": True},
    ]
    _lines(folder / "events.jsonl", lines)
    _json(folder / "metadata.json", {"system": "Windows", "node": say("host"), "id": say("mac"), "model": say("model")})


def agentnet(folder: Path, say: Say) -> None:
    ducktrack(folder, say)
    edges = {"left": 0, "top": 0, "right": 500, "bottom": 500}

    def node(name: str, kind: str, *children: Any) -> dict[str, Any]:
        return {"Name": name, "ControlType": kind, "BoundingRectangle": edges, "Children": list(children)}

    tree = node(say("title"), "WindowControl", node(say("node"), "ButtonControl"), node(say("item"), "ListItemControl"))
    _lines(folder / "top_window.jsonl", [{"time_stamp": 0.5, "top_window_name": say("process")}])
    _lines(folder / "a11y.jsonl", [{"time_stamp": 0.6, "axtree": tree}])
    _lines(folder / "element.jsonl", [{"time_stamp": 1.1, "a11y_tree": node(say("label"), "ButtonControl")}])
    _json(folder / "task_name.json", {"task_name": say("task"), "description": say("description")})


def openadapt(folder: Path, say: Say) -> None:
    database = sqlite3.connect(folder / "recording.db")
    database.execute("CREATE TABLE recording (id INTEGER, platform TEXT, task_description TEXT, config TEXT)")
    database.execute("INSERT INTO recording VALUES (1, 'linux', ?, ?)", (say("task"), say("config")))
    database.execute(
        "CREATE TABLE window_event (id INTEGER, timestamp, state, title, left, top, width, height, window_id)"
    )
    window = (1, 1.0, say("state"), say("title"), 0, 0, 500, 500, say("window id"))
    database.execute("INSERT INTO window_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", window)
    database.execute(
        "CREATE TABLE action_event (id INTEGER, name, timestamp, mouse_x, mouse_y, mouse_dx, mouse_dy, "
        "mouse_button_name, mouse_pressed, key_name, key_char, key_vk, structural_observation, element_state, "
        "active_segment_description, disabled)"
    )
    element = {"control_type": "Button", "name": say("label"), "bounds": dict.fromkeys(("left", "top"), 0) | dict.fromkeys(("right", "bottom"), 9)}  # fmt: skip
    seen = json.dumps(
        {"element": element, "process": {"process_name": say("process")}, "window": {"title": say("title")}}
    )
    rows: list[tuple[Any, ...]] = [
        ("move", 1.1, 5, 5, None, None, None, None, None, None, None, None, None, None, 0),
        *(("click", 1.2, 5, 5, None, None, "left", p, None, None, None, seen, say("state"), say("segment"), 0) for p in (1, 0)),
        *(
            (name, 2 + n / 10, None, None, None, None, None, None, None, character, None, None, None, None, 0)
            for n, character in enumerate(say("typed"))
            for name in ("press", "release")
        ),
        ("press", 80.0, None, None, None, None, None, None, "keycode_43", None, "43", None, None, None, 0),
        ("press", 81.0, None, None, None, None, None, None, say("key name"), None, None, None, None, None, 0),
        ("scroll", 82.0, 5, 5, 0, -1, None, None, None, None, None, None, None, None, 0),
        ("press", 83.0, None, None, None, None, None, None, None, "x", None, None, None, None, 1),
    ]  # fmt: skip
    marks = ", ".join("?" * 16)
    database.executemany(f"INSERT INTO action_event VALUES ({marks})", [(n, *row) for n, row in enumerate(rows, 1)])
    database.commit()
    database.close()
    _json(folder / "profiling.json", {"capture_dir": say("path")})


def rrweb_events(say: Say) -> list[dict[str, Any]]:
    """A form with a text field, a password, a list and a button; each is used."""

    def element(number: int, tag: str, attributes: dict[str, Any] | None = None, *children: Any) -> dict[str, Any]:
        return {"type": 2, "id": number, "tagName": tag, "attributes": attributes or {}, "childNodes": list(children)}

    def text(number: int, words: str) -> dict[str, Any]:
        return {"type": 3, "id": number, "textContent": words}

    form = element(
        5, "form", {"action": say("form action")},
        element(6, "label", {"for": "f"}, text(7, say("label"))),
        element(8, "input", {"type": "text", "id": "f", "placeholder": say("placeholder"), "name": say("name")}),
        element(9, "input", {"type": "password", "value": say("password value")}),
        element(10, "select", {}, element(11, "option", {"value": "a"}, text(12, say("option"))),
                element(13, "option", {"value": say("option value")}, text(14, say("option chosen")))),
        element(15, "button", {"title": say("title attribute"), "aria-label": "Save"}, text(16, say("button"))),
        element(17, "a", {"href": say("link address")}, text(18, say("link"))),
        element(19, "img", {"src": f"data:image/png;base64,{say('data address')}", "alt": say("alt")}),
        element(20, "input", {"type": "text", "name": "note", "value": say("value before")}),
    )  # fmt: skip
    html = element(2, "html", {}, element(3, "title", {}, text(4, say("title"))), form)

    def did(at: int, source: int, **data: Any) -> dict[str, Any]:
        return {"type": 3, "timestamp": 1_700_000_000_000 + at, "data": {"source": source, **data}}

    def clicked(at: int, number: int) -> list[dict[str, Any]]:
        return [did(at + kind, 2, type=kind, id=number, x=number, y=1) for kind in (1, 0, 2)]

    def typed(at: int, number: int, value: str) -> list[dict[str, Any]]:
        return [did(at + n * 100, 5, id=number, text=value[:n], isChecked=False) for n in range(1, len(value) + 1)]

    address = f"https://{say('host')}.example/{say('path')}?q={say('query')}#{say('fragment')}"
    return [
        {"type": 4, "timestamp": 1_700_000_000_000, "data": {"href": address, "width": 800, "height": 600}},
        {"type": 2, "timestamp": 1_700_000_000_001, "data": {"node": {"type": 0, "id": 1, "childNodes": [html]}}},
        *clicked(1_000, 8),
        *typed(2_000, 8, say("typed")),
        *clicked(11_000, 9),
        *typed(12_000, 9, say("password")),
        *typed(19_000, 20, "*" * len(say("masked"))),
        *clicked(21_000, 10),
        did(22_000, 5, id=10, text=say("option value"), isChecked=False),
        did(22_500, 0, adds=[{"parentId": 5, "nextId": None, "node": text(21, say("added text"))}],
            removes=[{"parentId": 5, "id": 19}], texts=[{"id": 7, "value": say("changed text")}],
            attributes=[{"id": 8, "attributes": {"value": say("changed value"), "title": None}}]),
        *clicked(23_000, 16),
        did(24_000, 3, id=1, x=0, y=400),
        did(24_500, 11, level="log", payload=[say("console")]),
        {"type": 5, "timestamp": 1_700_000_025_000, "data": {"tag": say("tag"), "payload": {"user": say("custom")}}},
        {"type": 6, "timestamp": 1_700_000_026_000, "data": {"plugin": say("plugin"), "payload": say("plugin payload")}},
    ]  # fmt: skip


def rrweb(folder: Path, say: Say) -> None:
    _json(folder / "session.json", rrweb_events(say))


def activitywatch(folder: Path, say: Say) -> None:
    def bucket(kind: str, *data: dict[str, Any]) -> dict[str, Any]:
        events = [
            {"id": n, "timestamp": f"2026-11-24T08:2{n}:48.310000+00:00", "duration": 2.5, "data": item}
            for n, item in enumerate(data)
        ]
        return {
            "id": say("bucket"),
            "type": kind,
            "client": say("client"),
            "hostname": say("host"),
            "events": events[::-1],
        }

    tab = {"url": f"https://{say('site')}.example/{say('path')}?{say('query')}", "title": say("tab"), "audible": False}
    secret_tab = {"url": f"https://{say('private')}.example/", "title": say("private title"), "incognito": True}
    buckets = {
        f"aw-watcher-window_{say('bucket name')}": bucket(
            "currentwindow", {"app": say("app"), "title": say("title")}, {"app": "Mousepad", "title": say("title two")}
        ),
        "aw-watcher-web": bucket("web.tab.current", tab, secret_tab),
        "aw-watcher-afk": bucket("afkstatus", {"status": "not-afk"}, {"status": "afk"}),
        "aw-watcher-vim": bucket("app.editor.activity", {"file": say("file"), "project": say("project")}),
        "aw-watcher-input": bucket("os.hid.input", {"presses": 12, "clicks": 3}),
    }
    _json(folder / "export.json", {"buckets": buckets})


ACTION_LOGGER = (
    "timeStamp", "userID", "targetApp", "eventType", "url", "content", "target.workbookName", "target.sheetName",
    "target.id", "target.class", "target.tagName", "target.type", "target.name", "target.value", "target.innerText",
    "target.checked", "target.href", "target.option", "target.title", "target.innerHTML",
)  # fmt: skip


def action_logger_rows(say: Say) -> list[dict[str, str]]:
    """A cell copied into a form, something typed, a choice, and the form sent."""
    web = {"targetApp": "Chrome", "url": f"https://{say('host')}.example/{say('path')}?{say('query')}"}
    name = {"target.tagName": "INPUT", "target.type": "text", "target.name": "name", "target.id": say("id")}
    rows: list[dict[str, str]] = [
        {"targetApp": "Excel", "eventType": "getCell", "target.workbookName": say("book"), "target.sheetName": say("sheet"),
         "target.id": "A2", "target.value": say("cell")},
        {"targetApp": "OS-Clipboard", "eventType": "copy", "content": say("clipboard")},
        web | name | {"eventType": "clickTextField", "target.class": say("class")},
        web | name | {"eventType": "paste", "content": say("clipboard")},
        web | name | {"eventType": "editField", "target.value": say("clipboard")},
        web | {"eventType": "editField", "target.tagName": "TEXTAREA", "target.name": "note", "target.value": say("typed")},
        web | {"eventType": "editField", "target.tagName": "INPUT", "target.type": "password", "target.value": say("password")},
        web | {"eventType": "editField", "target.tagName": "INPUT", "target.name": "pin", "target.value": say("pin")},
        web | {"eventType": "selectOptions", "target.tagName": "SELECT", "target.option": say("option"), "target.value": say("value")},
        web | {"eventType": "clickLink", "target.tagName": "A", "target.innerText": say("link"), "target.href": say("address")},
        web | {"eventType": "clickButton", "target.tagName": "BUTTON", "target.innerText": "Save", "target.title": say("title"),
         "target.innerHTML": say("html")},
        web | {"eventType": "submit", "target.tagName": "FORM"},
        web | {"eventType": say("event type")},
    ]  # fmt: skip
    return [{"timeStamp": f"2020-02-25T00:36:{n + 10}.065Z", "userID": say("user")} | row for n, row in enumerate(rows)]


def uilog(folder: Path, say: Say) -> None:
    table(folder / "log.csv", ACTION_LOGGER, action_logger_rows(say))


def table(path: Path, columns: Sequence[str], rows: Sequence[dict[str, str]], *, separator: str = ",") -> None:
    """A CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)


def smartrpa(folder: Path, say: Say) -> None:
    web = {
        "category": "Browser",
        "application": "Chrome",
        "browser_url": f"https://{say('host')}.example/{say('path')}",
    }
    rows: list[dict[str, str]] = [
        web | {"event_type": "newTab", "id": "3", "title": say("title")},
        web | {"event_type": "clickTextField", "tag_category": "INPUT", "tag_type": "text", "tag_name": "city",
               "mouse_coord": "12,40", "xpath": say("xpath"), "tag_html": say("html")},
        web | {"event_type": "changeField", "tag_category": "INPUT", "tag_type": "text", "tag_name": "city",
               "xpath": say("xpath"), "tag_value": say("typed"), "tag_attributes": say("attributes")},
        web | {"event_type": "changeField", "tag_category": "INPUT", "tag_type": "password", "tag_value": say("password")},
        {"category": "Clipboard", "application": "Clipboard", "event_type": "copy", "clipboard_content": say("clipboard")},
        {"category": "MicrosoftOffice", "application": "Microsoft Excel", "event_type": "editCellSheet",
         "workbook": say("book"), "current_worksheet": say("sheet"), "cell_range": "B2", "cell_content": say("cell")},
        {"category": "OperatingSystem", "application": "Explorer", "event_type": "hotkey", "hotkey": "CTRL + C"},
        {"category": "OperatingSystem", "application": "Explorer", "event_type": "created",
         "event_src_path": say("path one"), "event_dest_path": say("path two")},
    ]  # fmt: skip
    rows = [{"timestamp": f"2020-05-08 15:21:{n + 10}:123", "user": say("user")} | row for n, row in enumerate(rows)]
    table(folder / "log.csv", sorted({name for row in rows for name in row}), rows, separator=";")


def pctracker(folder: Path, say: Say) -> None:
    box = {"left": 800, "top": 1000, "right": 900, "bottom": 1080}
    actions: list[dict[str, Any]] = [
        {"action": "click (828, 1075)", "element": say("element"), "rect": box, "marked_screenshot": say("screenshot")},
        {"action": f"type text: {say('typed')}", "element": "Unknown", "rect": None},
        {"action": "double click (828, 1075)", "element": "Password", "rect": box},
        {"action": f"type text: {say('password')}"},
        {"action": "press key enter"},
        {"action": f"press key {say('key name')}"},
        {"action": "hotkey (Ctrl, C)"},
        {"action": "press (10, 10)"},
        {"action": "drag to (300, 10)"},
        {"action": "scroll (0, -3)"},
        {"action": "wait"},
        {"action": say("action")},
        {"action": "finish"},
    ]
    for n, action in enumerate(actions):
        action |= {"timestamp": f"2024-11-26_16:15:{n + 10}", "screenshot": say("screenshot"), "user": say("user")}
    _lines(folder / "events.jsonl", actions)
    _json(folder / "task.json", {"description": say("task")})


LOG = ("time", "app", "action", "element", "case", "user", "resource", "value")


def log_rows(say: Say) -> list[dict[str, str]]:
    """Two cases whose every cell, but those that an importer has to understand, is said; some rows are bad."""
    told = [
        {"app": say("app"), "action": "click", "element": f"{say('element')} button"},
        {"app": "mousepad", "action": "click", "element": "Save button"},
        {"app": "mousepad", "action": f"type {say('typed')}", "element": f"{say('field')} field"},
        {"app": "mousepad", "action": "type", "element": f"Password {say('secret')} field"},
        {"app": "mousepad", "action": f"select {say('option')}", "element": say("list")},
        {"app": f"/opt/{say('path')}/pcmanfm", "action": say("action"), "element": say("aim")},
        {"app": "mousepad", "action": f"hotkey {say('key')}", "element": say("shortcut")},
        {"app": "mousepad", "action": "copy", "element": say("copied")},
        {"app": "mousepad", "action": "paste", "element": f"button: {say('pasted')}"},
    ]
    said = {"user": say("user"), "resource": say("resource"), "value": say("value")}
    rows = [
        row | said | {"time": f"2024-05-06T09:{minute:02}:{second:02}Z", "case": say(case)}
        for minute, case in enumerate(("case one", "case two"))
        for second, row in enumerate(told)
    ]
    bad = [{"time": time} for time in ("", say("time"), "-7", "2999-01-01T00:00:00Z")]
    return [*rows[:12], *(rows[0] | time for time in bad), rows[11], *rows[12:], rows[-1]]


def eventlog(folder: Path, say: Say) -> None:
    table(folder / "log.csv", LOG, log_rows(say))


def xes(folder: Path, say: Say) -> None:
    keys = {"time": "time:timestamp", "action": "concept:name", "user": "org:resource"}
    cases: dict[str, str] = {}
    for row in log_rows(say):
        told = "".join(f"<string key={quoteattr(keys.get(k, k))} value={quoteattr(v)}/>" for k, v in row.items())
        nested = f'<list key="l"><string key="app" value={quoteattr(say("nested"))}/></list>'
        cases[row["case"]] = (
            cases.get(row["case"], "")
            + f"<event>{told}{nested}<!-- {escape(say('comment')).replace('--', '')} --></event>\n"
        )
    traces = "".join(
        f'<trace><string key="concept:name" value={quoteattr(case)}/>{events}</trace>\n'
        for case, events in cases.items()
    )
    name = quoteattr(say("log name"))
    text = (
        f'<?xml version="1.0"?>\n<log><string key="concept:name" value={name}/>{escape(say("text"))}\n{traces}</log>\n'
    )
    (folder / "log.xes").write_text(text, encoding="utf-8")


MADE: dict[str, tuple[str, Callable[[Path, Say], None]]] = {
    "ducktrack": ("ducktrack", ducktrack),
    "agentnet": ("agentnet", agentnet),
    "openadapt": ("openadapt", openadapt),
    "rrweb": ("rrweb", rrweb),
    "activitywatch": ("activitywatch", activitywatch),
    "action_logger": ("uilog", uilog),
    "smartrpa": ("uilog", smartrpa),
    "pctracker": ("pctracker", pctracker),
    "eventlog": ("eventlog", eventlog),
    "xes": ("xes", xes),
}
"""What is made, by its own name: the name of its format, and the function that writes it into a folder."""


def _click(time: float, pressed: bool) -> dict[str, Any]:
    return {"time_stamp": time, "action": "click", "x": 9, "y": 9, "button": "left", "pressed": pressed}


def _json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")


def _lines(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
