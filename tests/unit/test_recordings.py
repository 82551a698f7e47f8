"""Recordings: found by content, read as a stream, the good part kept, and nothing of them in an error."""

import base64
import json
import shutil
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest

from glasswork.device.capture import recordings
from glasswork.device.capture.recordings import RecordingMissing, RecordingUnknown
from glasswork.device.capture.recordings.files import LONGEST_LINE
from glasswork.device.capture.recordings.pynput_keys import MACOS, WINDOWS, Keyboard, key_of
from glasswork.device.capture.recordings.roles import AX_ROLES, AX_SUBROLES, CONTROL_TYPES, aria
from glasswork.schema.batch import Held, batch_of, decode_batch, encode_batch
from glasswork.schema.raw import Modifier, RawEvent, RawKind
from glasswork.schema.words import KEYS, ActionKind, Button, Command, Direction, GapClass, Origin, Reason, Role
from vectors.recordings import policy as policies

VECTORS = Path(policies.__file__).parent
POLICY = policies.policy()


def read(name: str) -> list[RawEvent]:
    return list(recordings.find(VECTORS / name).events())


def acted(path: Path) -> list[Held]:
    return list(recordings.actions(path, POLICY))


def counted(held: list[Held]) -> int:
    return sum(sum(item.counts.values()) for item in held)


# Finding


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ducktrack_good", "ducktrack"),
        ("agentnet_good", "agentnet"),
        ("agentnet_macos", "agentnet"),
        ("sibling_damaged", "agentnet"),
    ],
)
def test_formats_are_known_by_their_content(name: str, expected: str, tmp_path: Path) -> None:
    assert recordings.find(VECTORS / name).format.name == expected
    assert recordings.find(VECTORS / name / "events.jsonl").format.name == expected
    shutil.copytree(VECTORS / name, tmp_path / "copy")
    (tmp_path / "copy" / "events.jsonl").rename(tmp_path / "copy" / "something.jsonl")
    assert recordings.find(tmp_path / "copy" / "something.jsonl").format.name == expected


@pytest.mark.parametrize("name", ["no_usable_event", "unknown_format"])
def test_what_is_no_recording_is_refused_without_showing_it(name: str) -> None:
    with pytest.raises(RecordingUnknown) as refused:
        recordings.find(VECTORS / name)
    assert refused.value.exit_code == 65
    assert "teleport" not in str(refused.value)
    assert name not in str(refused.value)


def test_an_empty_folder_and_an_empty_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingUnknown):
        recordings.find(tmp_path)
    (tmp_path / "events.jsonl").touch()
    with pytest.raises(RecordingUnknown):
        recordings.find(tmp_path)


def test_a_missing_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingMissing) as refused:
        recordings.find(tmp_path / "ms-fictional")
    assert refused.value.exit_code == 66
    assert "fictional" not in str(refused.value)


def test_a_file_that_goes_away_is_a_typed_error(tmp_path: Path) -> None:
    shutil.copytree(VECTORS / "ducktrack_good", tmp_path / "r")
    recording = recordings.find(tmp_path / "r")
    shutil.rmtree(tmp_path / "r")
    with pytest.raises(RecordingMissing):
        list(recording.events())


# Bad lines


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("line_truncated", 1),
        ("line_not_json", 1),
        ("line_of_wrong_types", 7),
        ("line_not_utf8", 1),
        ("line_nested_too_deep", 1),
        ("metadata_not_json", 0),
    ],
)
def test_a_bad_line_is_lost_and_the_good_ones_are_kept(name: str, bad: int) -> None:
    recording = recordings.find(VECTORS / name)
    events = list(recording.events())
    lost = [event for event in events if event.kind is RawKind.LOST]
    assert {event.reason for event in lost} <= {Reason.UNREADABLE}
    assert (recording.problems, len(lost), sum(event.count or 1 for event in events)) == (bad, bad, bad + 8)
    held = acted(VECTORS / name)
    assert counted(held) == bad + 8
    assert any(item.action.kind is ActionKind.LOST for item in held) is bool(bad)


def test_a_huge_line_is_passed_over_without_keeping_it(tmp_path: Path) -> None:
    good = b'{"time_stamp": 1.0, "action": "move", "x": 1, "y": 2}\n'
    (tmp_path / "events.jsonl").write_bytes(good + b"7" * (2 * LONGEST_LINE + 9) + b"\n" + good)
    assert [event.kind for event in recordings.find(tmp_path).events()] == [RawKind.MOVE, RawKind.LOST, RawKind.MOVE]


def test_a_damaged_sibling_costs_only_itself() -> None:
    kinds = Counter(event.kind for event in read("sibling_damaged"))
    assert kinds[RawKind.LOST] == 1
    assert kinds[RawKind.ELEMENT] == 4
    assert RawKind.TREE not in kinds


def test_a_clock_that_jumps_back_gives_no_gap() -> None:
    held = acted(VECTORS / "clock_jumps_back")
    assert [(item.action.kind, item.action.gap) for item in held] == [(ActionKind.CLICK, GapClass.NONE)] * 2


# Keys


@pytest.mark.parametrize(
    ("name", "system", "expected"),
    [
        ("a", "", ("char", "a")),
        ("ß", "", ("char", "ß")),
        ("\x03", WINDOWS, ("char", "c")),
        ("space", "", ("space", " ")),
        (" ", "", ("space", " ")),
        ("ctrl_l", "", ("control", "")),
        ("Key.cmd", "", ("super", "")),
        ("alt_gr", "", ("alt", "")),
        ("Page Up", WINDOWS, ("page_up", "")),
        ("esc", "", ("escape", "")),
        ("f13", "", ("f13", "")),
        ("media_play_pause", "", ("other", "")),
        ("<84>", WINDOWS, ("char", "T")),
        ("<97>", WINDOWS, ("char", "1")),
        ("<84>", MACOS, ("char", "")),
        ("'q'", "", ("char", "q")),
        ("some new key", "", ("char", "")),
        (None, WINDOWS, ("char", "")),
    ],
)
def test_key_names(name: str | None, system: str, expected: tuple[str, str]) -> None:
    assert key_of(name, system) == expected
    assert expected[0] in KEYS


def test_command_is_the_command_key_on_a_mac() -> None:
    keyboard = Keyboard(MACOS)
    keyboard.press("cmd", "super")
    assert keyboard.modifiers("char") is Modifier.CONTROL
    keyboard.release("cmd", "super")
    keyboard.press("alt", "alt")
    assert keyboard.modifiers("char") is Modifier.NONE
    assert keyboard.modifiers("left") is Modifier.ALT


def test_altgr_writes_characters() -> None:
    keyboard = Keyboard(WINDOWS)
    keyboard.press("ctrl_l", "control")
    keyboard.press("alt_gr", "alt")
    assert keyboard.modifiers("char") is Modifier.NONE
    keyboard.release("alt_gr", "alt")
    assert keyboard.modifiers("char") is Modifier.CONTROL


# Roles


def test_roles_of_both_systems() -> None:
    assert aria("EditControl") is Role.TEXTBOX
    assert aria("", "AXTextField", "AXSearchField") is Role.SEARCHBOX
    assert aria("ThumbControl") is Role.NONE
    assert Role.NONE not in {*CONTROL_TYPES.values(), *AX_ROLES.values(), *AX_SUBROLES.values()}


def test_trees_are_flattened_in_depth_first_order() -> None:
    tree = next(event for event in read("agentnet_good") if event.kind is RawKind.TREE)
    assert [(node.role, node.depth) for node in tree.nodes[:7]] == [
        (Role.WINDOW, 0),
        (Role.TOOLBAR, 1),
        (Role.BUTTON, 2),
        (Role.BUTTON, 2),
        (Role.TEXTBOX, 1),
        (Role.TEXTBOX, 1),
        (Role.LISTBOX, 1),
    ]
    assert [node.secret for node in tree.nodes[4:6]] == [False, True]
    assert tree.window_box == (0, 0, 640, 480)


def test_macos_trees_are_read_too() -> None:
    tree = next(event for event in read("agentnet_macos") if event.kind is RawKind.TREE)
    assert [(node.role, node.secret, node.box) for node in tree.nodes] == [
        (Role.WINDOW, False, (0, 0, 640, 480)),
        (Role.BUTTON, False, (0, 0, 64, 40)),
        (Role.TEXTBOX, True, (0, 100, 64, 40)),
    ]


# Whole recordings


def test_a_ducktrack_recording_as_actions() -> None:
    held = acted(VECTORS / "ducktrack_good")
    assert [
        (item.action.kind, item.action.command, item.action.direction)
        for item in held
        if item.action.kind is not ActionKind.CLICK
    ] == [
        (ActionKind.TYPE_TEXT, Command.NONE, Direction.NONE),
        (ActionKind.PRESS_KEY, Command.NONE, Direction.NONE),
        (ActionKind.SCROLL, Command.NONE, Direction.DOWN),
        (ActionKind.SCROLL, Command.NONE, Direction.UP),
        (ActionKind.HOTKEY, Command.COPY, Direction.NONE),
        (ActionKind.HOTKEY, Command.PASTE, Direction.NONE),
        (ActionKind.GAP, Command.NONE, Direction.NONE),
    ]
    clicks = [item.action.button for item in held if item.action.kind is ActionKind.CLICK]
    assert clicks == [Button.LEFT, Button.LEFT, Button.RIGHT, Button.LEFT]
    copied, pasted = (item.action.value for item in held if item.action.kind is ActionKind.HOTKEY)
    assert copied is not None
    assert pasted is not None
    assert (copied.slot, pasted.origin) == (pasted.slot, Origin.PASTED)


def test_an_agentnet_recording_as_actions() -> None:
    held = acted(VECTORS / "agentnet_good")
    assert [
        (item.action.kind, item.action.element and (item.action.element.role, item.action.element.label))
        for item in held
    ] == [
        (ActionKind.SWITCH_APP, (Role.WINDOW, "")),
        (ActionKind.CLICK, (Role.BUTTON, "save")),
        (ActionKind.CLICK, (Role.TEXTBOX, held[2].action.element.label if held[2].action.element else "")),
        (ActionKind.TYPE_TEXT, (Role.TEXTBOX, held[2].action.element.label if held[2].action.element else "")),
        (ActionKind.CLICK, (Role.TEXTBOX, "password")),
        (ActionKind.SUPPRESSED, None),
        (ActionKind.SELECT_OPTION, (Role.OPTION, "")),
        (ActionKind.HOTKEY, (Role.OPTION, "")),
        (ActionKind.TYPE_TEXT, None),
    ]
    assert held[1].action.app == "editor"
    assert held[1].action.command is Command.SAVE
    assert held[7].action.command is Command.UNDO
    batch = batch_of(held)
    assert decode_batch(encode_batch(batch)) == batch


def test_reading_is_lazy(tmp_path: Path) -> None:
    line = b'{"time_stamp": 1.0, "action": "move", "x": 1, "y": 2}\n'
    (tmp_path / "events.jsonl").write_bytes(line * 50_000)
    events = recordings.find(tmp_path).events()
    assert next(events).kind is RawKind.MOVE
    (tmp_path / "events.jsonl").write_bytes(b"")  # what was not read yet is gone
    assert sum(1 for _ in events) < 50_000


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("ducktrack", 13_401, {ActionKind.CLICK, ActionKind.TYPE_TEXT, ActionKind.SCROLL, ActionKind.PRESS_KEY}),
        ("agentnet", 4_099 + 32 + 21 + 4, {ActionKind.CLICK, ActionKind.SCROLL, ActionKind.DRAG, ActionKind.HOTKEY}),
    ],
)
def test_the_shared_samples(shared: Path, name: str, raw: int, expected: set[ActionKind]) -> None:
    held = acted(shared / "recordings" / name)
    assert counted(held) == raw
    assert 25 <= len(held) <= 40
    assert expected <= {item.action.kind for item in held}
    batch = batch_of(held)
    assert decode_batch(encode_batch(batch)) == batch


def names_in(tree: dict[str, object]) -> set[str]:
    children: list[dict[str, object]] = tree["Children"]  # type: ignore[assignment]
    return {str(tree["Name"])}.union(*map(names_in, children))


def test_no_title_in_the_trees_of_the_agentnet_sample_survives(shared: Path) -> None:
    folder = shared / "recordings" / "agentnet"
    held = acted(folder)
    out = msgspec.msgpack.encode(held)
    names = {name for line in (folder / "a11y.jsonl").open() for name in names_in(json.loads(line)["axtree"])}
    names |= {name for line in (folder / "element.jsonl").open() for name in names_in(json.loads(line)["a11y_tree"])}
    assert len(names) > 100
    assert [
        name for name in names if len(name) > 3 and name.encode() in out
    ] == []  # what stays is the vocabulary's own
    labels = {node.label for item in held if item.screen for node in item.screen.nodes}
    assert {"close", "start"} <= labels
    assert len(labels) < 20


# Nothing of a recording survives

CANARIES = {
    where: f"Zq{number}vexlorp{where.replace('_', '')}"
    for number, where in enumerate(
        ["title", "label", "typed", "choice", "process", "host", "task", "file", "node", "edited", "search"]
    )
}


def canary_recording(folder: Path) -> Path:
    """An AgentNet recording with a canary in every field that can hold one."""
    c = CANARIES
    path = folder / c["file"]
    path.mkdir()
    rectangle = {"left": 0, "top": 0, "right": 500, "bottom": 500}

    def node(name: str, kind: str, *children: object) -> dict[str, object]:
        return {"Name": name, "ControlType": kind, "BoundingRectangle": rectangle, "Children": list(children)}

    events: list[dict[str, object]] = []

    def click(time: float) -> None:
        for pressed in (True, False):
            at = time + (not pressed) / 10
            events.append({"time_stamp": at, "action": "click", "x": 9, "y": 9, "button": "left", "pressed": pressed})

    def typed(time: float, text: str) -> None:
        for index, character in enumerate(text):
            stroke = {"time_stamp": time + index / 10, "name": character, "event_idx": 1}
            events.extend(stroke | {"action": action} for action in ("press", "release"))

    click(10)
    typed(11, c["typed"])
    click(20)
    typed(21, c["edited"])
    events.append({"time_stamp": 25.0, "action": "press", "name": "left"})
    typed(25.1, "x")
    click(30)
    click(40)
    trees = [{"time_stamp": 5.0, "axtree": node(c["title"], "WindowControl", node(c["node"], "ButtonControl"))}]
    elements = [
        {"time_stamp": 9.9, "a11y_tree": node(c["label"], "EditControl")},
        {"time_stamp": 19.9, "a11y_tree": node(c["search"], "ButtonControl")},
        {"time_stamp": 29.9, "a11y_tree": node(c["choice"], "ListItemControl")},
        {"time_stamp": 39.9, "a11y_tree": node(c["host"], "HyperlinkControl")},
    ]
    files = {
        "events.jsonl": events,
        "a11y.jsonl": trees,
        "element.jsonl": elements,
        "top_window.jsonl": [{"time_stamp": 1.0, "top_window_name": c["process"]}],
        "metadata.json": [{"system": "Windows", "node": c["host"], "model": c["host"], "id": 99887766554433}],
        "task_name.json": [{"task_name": c["task"], "description": c["task"]}],
    }
    for name, rows in files.items():
        (path / name).write_text("\n".join(json.dumps(row) for row in rows))
    return path


def spellings(text: str) -> set[bytes]:
    """A text in the encodings in which it could hide."""
    raw = text.encode()
    return {
        raw, raw.lower(), raw.upper(), text.encode("utf-16-le"), text.encode("utf-16-be"), raw[::-1],
        raw.hex().encode(), raw.hex().upper().encode(), quote(text, safe="").encode(),
        "".join(f"%{byte:02X}" for byte in raw).encode(),
        *(base64.b64encode(b"x" * shift + raw)[4 if shift else 0 : -4] for shift in range(3)),
    }  # fmt: skip


def test_no_canary_of_a_recording_is_in_its_actions(tmp_path: Path) -> None:
    held = acted(canary_recording(tmp_path))
    assert {ActionKind.TYPE_TEXT, ActionKind.SELECT_OPTION, ActionKind.CLICK} <= {item.action.kind for item in held}
    out = msgspec.msgpack.encode(held) + msgspec.json.encode(held) + encode_batch(batch_of(held))
    for canary in CANARIES.values():
        for spelling in spellings(canary):
            assert spelling not in out
        for start in range(len(canary) - 5):  # nor any six characters of it
            assert canary[start : start + 6].encode() not in out
    assert b"99887766" not in out
