"""Each format of other people's recordings: what is known by its content, what comes of it, and in which variants."""

import gzip
import json
import sqlite3
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from glasswork.device.capture import recordings
from glasswork.device.capture.recordings import RecordingTooLarge, files
from glasswork.device.capture.recordings.dom import Page, Serialized
from glasswork.device.capture.recordings.entries import Entries, is_masked, shortcut
from glasswork.device.capture.recordings.html_roles import role_of
from glasswork.device.capture.recordings.places import page_of
from glasswork.device.capture.recordings.times import seconds
from glasswork.schema.action import Action
from glasswork.schema.batch import Held
from glasswork.schema.raw import Modifier, RawEvent, RawKind
from glasswork.schema.words import ActionKind, Button, Command, Origin, Reason, Role
from vectors.recordings import made
from vectors.recordings.policy import policy

# ruff: noqa: E501  (events read better as rows)

POLICY = policy()


def said(place: str) -> str:
    return f"the {place} of it"


def read(path: Path) -> list[RawEvent]:
    return list(recordings.find(path).events())


def acted(path: Path) -> list[Action]:
    return [held.action for held in recordings.actions(path, POLICY)]


def kinds(path: Path) -> list[ActionKind]:
    return [action.kind for action in acted(path)]


def in_page(path: Path) -> list[Action]:
    """What was done in the page, without that it came to the front."""
    first, *rest = acted(path)
    assert first.kind is ActionKind.SWITCH_APP
    return rest


def write_json(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


# Finding


@pytest.mark.parametrize("name", made.MADE)
def test_a_format_is_known_by_its_content_alone(name: str, tmp_path: Path) -> None:
    format, write = made.MADE[name]
    write(tmp_path, said)
    found = recordings.find(tmp_path)
    assert found.format.name == format
    renamed = found.files[0].rename(found.files[0].with_name("a copy.bin"))
    assert recordings.find(renamed).format.name == format


@pytest.mark.parametrize("name", [name for name in made.MADE if name != "openadapt"])
def test_compressed_and_marked_files_are_read_like_plain_ones(name: str, tmp_path: Path) -> None:
    made.MADE[name][1](tmp_path, said)
    file = recordings.find(tmp_path).files[0]
    plain = Counter(event.kind for event in read(tmp_path))
    data = file.read_bytes()
    for variant in (gzip.compress(data), b"\xef\xbb\xbf" + data, data.replace(b"\n", b"\r\n")):
        file.write_bytes(variant)
        assert Counter(event.kind for event in read(tmp_path)) == plain


@pytest.mark.parametrize("name", made.MADE)
def test_reading_leaves_the_recording_as_it_was(name: str, tmp_path: Path) -> None:
    made.MADE[name][1](tmp_path, said)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    acted(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_files_of_a_folder_are_sessions_of_their_own(tmp_path: Path) -> None:
    for number in range(3):
        write_json(tmp_path / f"{number}.json", made.rrweb_events(said))
    (tmp_path / "LICENSE").write_text("not a recording")
    found = recordings.find(tmp_path)
    counts = [len(list(session)) for session in found.sessions()]
    assert len(counts) == 3 and len(set(counts)) == 1


@pytest.mark.parametrize(("limit", "most"), [("LARGEST_DOCUMENT", 1_000), ("MOST_VALUES", 20)])
def test_too_large_a_document_is_refused_and_told_what_to_do(
    limit: str, most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, limit, most)
    (tmp_path / "secret name.json").write_text(json.dumps(made.rrweb_events(said), indent=1))
    with pytest.raises(RecordingTooLarge) as refused:
        recordings.find(tmp_path)
    assert "JSON Lines" in str(refused.value)
    assert "secret name" not in str(refused.value)


@pytest.mark.parametrize("name", ["ducktrack", "rrweb", "action_logger", "pctracker"])
def test_what_unpacks_without_end_is_refused_and_told_what_to_do(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.MADE[name][1](tmp_path, said)
    file = recordings.find(tmp_path).files[0]
    plain = file.read_bytes() + b"\n" * 200_000
    file.write_bytes(gzip.compress(plain))
    assert len(file.read_bytes()) < 20_000 and read(tmp_path)
    monkeypatch.setattr(files, "LARGEST_UNPACKED", 100_000)
    with pytest.raises(RecordingTooLarge, match="gunzip"):
        read(tmp_path)


def test_an_endless_line_is_refused_where_it_was_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_UNPACKED", 20 << 20)
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(b"0" * (21 << 20)))
    with pytest.raises(RecordingTooLarge, match="gunzip"):
        recordings.find(tmp_path)


# Times, places, roles


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (1_700_000_000, 1_700_000_000.0),
        (1_700_000_000_250, 1_700_000_000.25),
        ("1700000000250", 1_700_000_000.25),
        (1_700_000_000_250_000, 1_700_000_000.25),
        ("2023-11-14T22:13:20.250Z", 1_700_000_000.25),
        ("2023-11-14T23:13:20.250+01:00", 1_700_000_000.25),
        ("2023-11-14 22:13:20:250", 1_700_000_000.25),
        ("2023-11-14 22:13:20,250", 1_700_000_000.25),
        ("2023-11-14_22:13:20", 1_700_000_000.0),
        (150161.53, 150161.53),
        ("yesterday", None), ("", None), (None, None), (True, None), (float("nan"), None), ("inf", None), (10**400, None),
        ([], None), ("9" * 100, None),
    ],
)  # fmt: skip
def test_times(written: object, expected: float | None) -> None:
    assert seconds(written) == (expected if expected is None else pytest.approx(expected))


def test_an_address_gives_its_host_and_path_and_nothing_of_its_query() -> None:
    assert page_of("https://user:pass@host.example:8080/a/b?q=secret#part") == ("host.example", "host.example/a/b")
    assert page_of("http://[broken") == ("", "")


@pytest.mark.parametrize(
    ("tag", "attributes", "role"),
    [
        ("INPUT", {"type": "checkbox"}, Role.CHECKBOX),
        ("input", {}, Role.TEXTBOX),
        ("input", {"type": "hidden"}, Role.NONE),
        ("a", {"href": "#"}, Role.LINK),
        ("a", {}, Role.NONE),
        ("div", {"role": "button"}, Role.BUTTON),
        ("div", {"role": "presentation tab"}, Role.TAB),
        ("div", {"contenteditable": "true"}, Role.TEXTBOX),
        ("select", {"multiple": ""}, Role.LISTBOX),
        ("h3", {}, Role.HEADING),
        ("div", {"role": "terminal"}, Role.NONE),
    ],
)
def test_roles_of_html(tag: str, attributes: dict[str, str], role: Role) -> None:
    assert role_of(tag, attributes) is role


# Whole values as keys


def keys(events: list[RawEvent]) -> list[tuple[str, str, bool | None]]:
    return [(event.key, event.text, event.secret) for event in events]


def test_what_was_typed_is_the_difference_of_whole_values() -> None:
    entries = Entries()
    assert keys(list(entries.typed("f", "ab", 1, secret=False))) == [("char", "a", False), ("char", "b", False)]
    assert keys(list(entries.typed("f", "ac", 2, secret=False))) == [("backspace", "", False), ("char", "c", False)]
    assert list(entries.typed("f", "ac", 3, secret=False)) == []
    assert keys(list(entries.typed("f", "xac", 4, secret=False))) == [("char", "", False)]  # not at its end: unknown
    entries.known("g", "before ")
    assert keys(list(entries.typed("g", "before it", 5, secret=False)))[-1] == ("char", "t", False)


@pytest.mark.parametrize("value", ["*****", "•••"])
def test_a_masked_value_has_neither_length_nor_rhythm(value: str) -> None:
    entries = Entries()
    events = [event for n in range(1, len(value) + 1) for event in entries.typed("f", value[:n], n, secret=False)]
    assert keys(events) == [("char", "", True)]
    entries.left()
    assert keys(list(entries.typed("f", value + value, 9, secret=False))) == [("char", "", True)]
    assert is_masked(value) and not is_masked("") and not is_masked("a*")


@pytest.mark.parametrize("secret", [True, None])
def test_a_field_that_is_not_surely_harmless_is_one_event(secret: bool | None) -> None:
    entries = Entries()
    events = [event for n in range(1, 9) for event in entries.typed("f", "hunter22"[:n], n, secret=secret)]
    assert keys(events) == [("char", "", secret)]


def test_shortcuts_by_their_names() -> None:
    pressed = shortcut(["Ctrl", " shift", "S"], 1)
    assert (pressed.key, pressed.text, pressed.modifiers) == ("char", "S", Modifier.CONTROL | Modifier.SHIFT)


# rrweb


def rrweb(folder: Path, *events: dict[str, Any], wrap: Any = list) -> Path:
    return write_json(folder / "events.json", wrap(events))


def page(*body: dict[str, Any]) -> dict[str, Any]:
    root = {"type": 0, "id": 1, "childNodes": [{"type": 2, "id": 2, "tagName": "body", "childNodes": list(body)}]}
    return {"type": 2, "timestamp": 1_700_000_000_000, "data": {"node": root}}


def element(number: int, tag: str, *children: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    return {"type": 2, "id": number, "tagName": tag, "attributes": attributes, "childNodes": list(children)}


def text(number: int, words: str) -> dict[str, Any]:
    return {"type": 3, "id": number, "textContent": words}


def did(at: float, source: int, **data: Any) -> dict[str, Any]:
    return {"type": 3, "timestamp": 1_700_000_000_000 + int(at * 1000), "data": {"source": source, **data}}


def test_a_session_as_actions(tmp_path: Path) -> None:
    made.rrweb(tmp_path, said)
    assert kinds(tmp_path) == [
        ActionKind.SWITCH_APP,
        ActionKind.CLICK, ActionKind.TYPE_TEXT, ActionKind.CLICK, ActionKind.SUPPRESSED, ActionKind.CLICK,
        ActionKind.SELECT_OPTION, ActionKind.CLICK, ActionKind.SCROLL,
    ]  # fmt: skip
    saved = next(action for action in acted(tmp_path) if action.command is Command.SAVE)
    assert saved.element is not None and (saved.element.role, saved.element.label) == (Role.BUTTON, "save")


def test_every_wrapper_gives_the_same_events(tmp_path: Path) -> None:
    events = made.rrweb_events(said)
    plain = [(event.kind, event.time) for event in read(write_json(tmp_path / "plain.json", events))]
    for number, wrapped in enumerate([{"events": events}, {"snapshot_data_by_window_id": {"w": events}}, {"window_id": "w", "data": events}]):  # fmt: skip
        path = write_json(tmp_path / f"{number}.json", wrapped)
        assert [(event.kind, event.time) for event in read(path)] == plain
    for name, row in {"lines": lambda event: event, "posthog": lambda event: ["w", event]}.items():
        path = tmp_path / f"{name}.jsonl"
        path.write_text("\n".join(json.dumps(row(event)) for event in events))
        assert [(event.kind, event.time) for event in read(path)] == plain


def test_two_windows_are_two_windows(tmp_path: Path) -> None:
    events = made.rrweb_events(said)
    path = write_json(tmp_path / "two.json", {"snapshot_data_by_window_id": {"one": events, "two": events}})
    assert {event.window for event in read(path) if event.kind is RawKind.FOCUS} == {1, 2}


def test_a_stream_without_times_still_has_its_order(tmp_path: Path) -> None:
    events = made.rrweb_events(said)
    made_kinds = [event.kind for event in read(write_json(tmp_path / "a.json", events))]
    for event in events:
        event["timestamp"] = 0
    bare = read(write_json(tmp_path / "b.json", events))
    assert [event.kind for event in bare if event.kind is not RawKind.TREE][:9] == [
        kind for kind in made_kinds if kind is not RawKind.TREE
    ][:9]
    assert ActionKind.DOUBLE_CLICK not in kinds(tmp_path / "b.json")


@pytest.mark.parametrize("hidden", [{"type": "password"}, {"name": "cc", "autocomplete": "cc-number"}, {"name": "otp"}])
def test_secret_fields_send_nothing_but_that_they_were_used(tmp_path: Path, hidden: dict[str, str]) -> None:
    typed = [did(1 + n / 10, 5, id=3, text="hunter22!"[: n + 1]) for n in range(9)]
    rrweb(tmp_path, page(element(3, "input", **hidden)), *typed)
    actions = in_page(tmp_path)
    assert [(action.kind, action.reason) for action in actions] == [(ActionKind.SUPPRESSED, Reason.SECRET_FIELD)]
    assert sum(event.kind is RawKind.KEY_DOWN for event in read(tmp_path)) == 1


def test_a_password_that_is_shown_stays_one(tmp_path: Path) -> None:
    shown = did(1, 0, attributes=[{"id": 3, "attributes": {"type": "text"}}])
    rrweb(tmp_path, page(element(3, "input", type="password")), shown, did(2, 5, id=3, text="hunter22"))
    assert [action.kind for action in in_page(tmp_path)] == [ActionKind.SUPPRESSED]


def test_input_into_a_field_that_no_snapshot_told_of_is_suppressed(tmp_path: Path) -> None:
    rrweb(tmp_path, page(), did(2, 5, id=77, text="hunter22"))
    assert [(a.kind, a.reason) for a in in_page(tmp_path)] == [(ActionKind.SUPPRESSED, Reason.UNKNOWN_FIELD)]


@pytest.mark.parametrize(
    ("told", "button"),
    [((1, 0, 2), Button.LEFT), ((1, 3), Button.RIGHT), ((1, 0, 3), Button.RIGHT), ((1, 0), Button.LEFT)],
)
def test_which_button_it_was_is_known_by_what_follows(tmp_path: Path, told: tuple[int, ...], button: Button) -> None:
    rrweb(
        tmp_path,
        page(element(3, "button")),
        *(did(1 + n / 50, 2, type=what, id=3, x=5, y=5) for n, what in enumerate(told)),
    )
    assert [(a.kind, a.button) for a in in_page(tmp_path)] == [(ActionKind.CLICK, button)]


def test_a_click_on_a_label_is_one_click_and_its_box_is_not_chosen_again(tmp_path: Path) -> None:
    label = element(3, "label", text(4, "Agree"), element(5, "input", type="checkbox"))
    rrweb(
        tmp_path, page(label), did(1, 2, type=1, id=4), did(1.1, 2, type=0, id=4), did(1.1, 2, type=2, id=4),
        did(1.101, 2, type=2, id=5), did(1.102, 5, id=5, text="on", isChecked=True),
    )  # fmt: skip
    assert [action.kind for action in in_page(tmp_path)] == [ActionKind.CLICK]


def test_values_that_a_script_set_were_not_typed(tmp_path: Path) -> None:
    field = element(3, "input", type="text")
    rrweb(tmp_path, page(field), did(1, 5, id=3, text="set", userTriggered=False), did(2, 5, id=3, text="set it"))
    assert "".join(event.text for event in read(tmp_path) if event.kind is RawKind.KEY_DOWN) == " it"


def test_a_choice_is_what_the_option_shows_and_a_masked_one_is_nothing(tmp_path: Path) -> None:
    options = element(4, "option", text(5, "Second shelf"), value="2")
    events = page(element(3, "select", options)), did(1, 5, id=3, text="2"), did(2, 5, id=3, text="***")
    rrweb(tmp_path, *events)
    assert [event.text for event in read(tmp_path) if event.kind is RawKind.CHOOSE] == ["Second shelf", ""]
    first, second = in_page(tmp_path)
    assert first.value is not None and first.value.origin is Origin.PICKED and second.value is None


def test_moves_are_counted_and_drags_are_drags(tmp_path: Path) -> None:
    moves = [{"x": 1, "y": 1, "id": 2, "timeOffset": -20}, {"x": 90, "y": 1, "id": 2, "timeOffset": 0}]
    rrweb(
        tmp_path,
        page(),
        did(1, 2, type=1, id=2, x=1, y=1),
        did(1.2, 1, positions=moves),
        did(1.3, 2, type=0, id=2, x=90, y=1),
    )
    assert [action.kind for action in in_page(tmp_path)] == [ActionKind.DRAG]
    assert [event.count for event in read(tmp_path) if event.kind is RawKind.MOVE] == [2]


def test_pages_by_their_address_without_its_query(tmp_path: Path) -> None:
    def meta(href: str, at: int) -> dict[str, Any]:
        return {"type": 4, "timestamp": at, "data": {"href": href, "width": 9, "height": 9}}

    addresses = ["https://a.example/x?1", "https://a.example/x?2#z", "https://a.example/y", "https://a.example/x"]
    rrweb(tmp_path, *(meta(address, 1_700_000_000_000 + n) for n, address in enumerate(addresses)))
    assert [(event.site, event.field) for event in read(tmp_path)] == [
        ("a.example", f"a.example/{path}") for path in ("x", "y", "x")
    ]
    first, there, back = acted(tmp_path)
    assert [first.kind, there.kind, back.kind] == [ActionKind.SWITCH_APP, ActionKind.NAVIGATE, ActionKind.NAVIGATE]
    assert first.element == back.element and first.element != there.element
    assert first.element is not None and first.element.role is Role.DOCUMENT


def test_a_mutation_is_the_effect_of_what_was_done_before(tmp_path: Path) -> None:
    added = {"parentId": 2, "nextId": None, "node": element(9, "dialog", **{"aria-label": "Save"})}
    rrweb(
        tmp_path, page(element(3, "button"), element(4, "a", href="#")), did(1, 2, type=2, id=3), did(1.5, 0, adds=[added]),
        did(20, 2, type=2, id=4),
    )  # fmt: skip
    _, button, link = recordings.actions(tmp_path, POLICY)
    assert button.action.effect == "changed" and link.screen is not None
    assert [node.role for node in link.screen.nodes][-1] is Role.DIALOG


@pytest.mark.parametrize("cut", [30, 300, 900])
def test_of_a_truncated_array_everything_before_the_cut_is_kept(tmp_path: Path, cut: int) -> None:
    events = made.rrweb_events(said)
    whole = read(write_json(tmp_path / "a.json", events))
    data = json.dumps(events)
    (tmp_path / "a.json").write_text(data[:-cut])
    found = recordings.find(tmp_path)
    kept = [event.kind for event in found.events() if event.kind is not RawKind.LOST]
    assert found.problems == 1
    assert len(kept) > len(whole) / 2
    assert kept[:-4] == [event.kind for event in whole][: len(kept) - 4]


def test_a_name_is_computed_as_assistive_technology_does() -> None:
    tree = Page()
    tree.load(
        Serialized(
            id=1,
            child_nodes=[
                _told(2, "label", {"for": "f"}, "City "), _told(3, "input", {"id": "f"}), _told(4, "span", {"id": "s"}, "Sum"),
                _told(5, "div", {"role": "button", "aria-labelledby": "s"}, "other"), _told(6, "input", {"type": "submit", "value": "Send"}),
                _told(7, "textarea", {"placeholder": "Notes"}, "what was typed"), _told(8, "button", {}, " Save \n it "),
            ],
        )
    )  # fmt: skip
    names = {number: tree.name(node) for number in range(2, 9) if (node := tree.find(number))}
    assert names == {2: "", 3: "City", 4: "", 5: "Sum", 6: "Send", 7: "Notes", 8: "Save it"}


def _told(number: int, tag: str, attributes: dict[str, Any], words: str = "") -> Serialized:
    inner = [Serialized(id=number + 100, type=3, text_content=words)] if words else []
    return Serialized(id=number, type=2, tag_name=tag, attributes=attributes, child_nodes=inner)


def test_nodes_may_come_before_the_one_they_go_into_and_never_into_themselves() -> None:
    tree = Page()
    tree.load(Serialized(id=1, child_nodes=[_told(2, "div", {})]))
    assert not tree.insert(_told(4, "b", {}), 3, None)
    assert tree.insert(_told(3, "i", {}), 2, None) and tree.insert(_told(4, "b", {}), 3, None)
    assert tree.insert(_told(2, "div", {}), 4, None)  # within itself: left as it was
    assert tree.find(4) is not None
    tree.remove(2)
    assert tree.find(3) is None and tree.find(4) is None


# ActivityWatch


def test_buckets_are_context_in_the_order_of_time(tmp_path: Path) -> None:
    made.activitywatch(tmp_path, said)
    found = recordings.find(tmp_path)
    events = list(found.events())
    assert [event.kind for event in events].count(RawKind.AWAY) == 1
    assert [event.time for event in events] == sorted(event.time for event in events)
    assert found.passed_over == 4  # a private tab, not-afk, an editor's file, counts of keys
    assert set(kinds(tmp_path)) <= {ActionKind.SWITCH_APP, ActionKind.OPEN, ActionKind.NAVIGATE, ActionKind.GAP}


# UI logs


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("extra", [(), ("caseID",)])
def test_a_log_in_every_dialect(tmp_path: Path, separator: str, extra: tuple[str, ...]) -> None:
    made.uilog(tmp_path, said)
    expected = kinds(tmp_path)
    rows = [
        dict.fromkeys(made.ACTION_LOGGER, "NA") | row | dict.fromkeys(extra, "7")
        for row in made.action_logger_rows(said)
    ]
    made.table(tmp_path / "log.csv", (*extra, *reversed(made.ACTION_LOGGER)), rows, separator=separator)
    assert kinds(tmp_path) == expected
    (tmp_path / "log.csv").write_bytes((tmp_path / "log.csv").read_text().encode("utf-16"))
    assert kinds(tmp_path) == expected


def test_what_was_copied_in_one_program_was_pasted_in_the_other(tmp_path: Path) -> None:
    made.uilog(tmp_path, said)
    moved = [action for action in acted(tmp_path) if action.kind is ActionKind.HOTKEY]
    assert [action.command for action in moved] == [Command.COPY, Command.PASTE]
    copied, pasted = (action.value for action in moved)
    assert copied is not None and pasted is not None and copied.slot == pasted.slot


def test_fields_of_a_log_that_are_secret_by_name_or_type(tmp_path: Path) -> None:
    made.uilog(tmp_path, said)
    assert [a.reason for a in acted(tmp_path) if a.kind is ActionKind.SUPPRESSED] == [Reason.SECRET_FIELD]
    assert "the pin of it" not in "".join(event.text for event in read(tmp_path))


def test_a_log_of_smartrpa(tmp_path: Path) -> None:
    made.smartrpa(tmp_path, said)
    assert kinds(tmp_path) == [
        ActionKind.SWITCH_APP, ActionKind.CLICK, ActionKind.TYPE_TEXT, ActionKind.SUPPRESSED, ActionKind.HOTKEY,
        ActionKind.OPEN, ActionKind.TYPE_TEXT, ActionKind.OPEN, ActionKind.HOTKEY,
    ]  # fmt: skip


def test_a_row_without_a_time_or_an_event_is_lost_and_the_others_are_kept(tmp_path: Path) -> None:
    rows = made.action_logger_rows(said)
    made.table(tmp_path / "log.csv", made.ACTION_LOGGER, [rows[0], {"userID": "x"}, *rows[1:]])
    found = recordings.find(tmp_path)
    whole = [event.kind for event in found.events()]
    assert found.problems == 1 and whole.count(RawKind.LOST) == 1 and len(whole) > 20


# PC Tracker


def test_sentences_as_actions(tmp_path: Path) -> None:
    made.pctracker(tmp_path, said)
    found = recordings.find(tmp_path)
    events = list(found.events())
    assert (found.problems, found.passed_over) == (1, 2)
    assert "".join(event.text for event in events if event.kind is RawKind.KEY_DOWN).startswith(said("typed"))
    assert ActionKind.DRAG in kinds(tmp_path) and ActionKind.DOUBLE_CLICK in kinds(tmp_path)


def test_an_array_of_sentences_is_read_too(tmp_path: Path) -> None:
    made.pctracker(tmp_path, said)
    plain = kinds(tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    (tmp_path / "events.jsonl").unlink()
    write_json(tmp_path / "events.json", lines)
    assert kinds(tmp_path) == plain


# openadapt-capture


def test_a_database_as_actions(tmp_path: Path) -> None:
    made.openadapt(tmp_path, said)
    found = recordings.find(tmp_path)
    events = list(found.events())
    assert (found.problems, found.passed_over) == (0, 1)  # one action was disabled
    assert [e.text for e in events if e.kind is RawKind.KEY_DOWN][-2:] == ["", ""]  # keycodes and unknown names
    assert ActionKind.TYPE_TEXT in kinds(tmp_path)


def test_a_database_of_an_old_version_lacks_columns(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "capture.db")
    database.execute("CREATE TABLE action_event (id INTEGER PRIMARY KEY, name, timestamp, key_name)")
    database.execute(
        "INSERT INTO action_event VALUES (1, 'press', 5.5, 'enter'), (2, 'press', NULL, 'x'), (3, 'fly', 6, 'x')"
    )
    database.commit()
    database.close()
    found = recordings.find(tmp_path)
    assert [(event.kind, event.key) for event in found.events()] == [
        (RawKind.KEY_DOWN, "enter"), (RawKind.LOST, ""), (RawKind.LOST, ""),
    ]  # fmt: skip


def test_a_view_in_the_place_of_a_table_is_not_run(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "recording.db")
    endless = (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS timestamp, 'move' AS name FROM n"
    )
    database.execute(f"CREATE VIEW action_event AS {endless}")
    database.commit()
    database.close()
    with pytest.raises(recordings.RecordingUnknown):
        recordings.find(tmp_path)


def test_a_damaged_database_that_leads_back_into_itself_has_an_end() -> None:
    found = recordings.find(Path(__file__).parents[1] / "vectors" / "recordings" / "database_in_a_circle")
    events = list(islice(found.events(), 1_000))
    assert 1 < len(events) < 1_000 and found.problems


def test_a_database_whose_own_words_are_damaged_is_refused_without_showing_them() -> None:
    with pytest.raises(recordings.RecordingUnknown):
        recordings.find(Path(__file__).parents[1] / "vectors" / "recordings" / "database_of_no_text")


def test_a_value_too_long_costs_only_its_row(tmp_path: Path) -> None:
    made.openadapt(tmp_path, said)
    whole = len(read(tmp_path))
    database = sqlite3.connect(tmp_path / "recording.db")
    database.execute("UPDATE action_event SET key_name = ? WHERE name = 'scroll'", ("x" * (2 << 20),))
    database.commit()
    database.close()
    found = recordings.find(tmp_path)
    assert len(list(found.events())) == whole and found.problems == 1


def test_keycodes_that_write_nothing_are_known_and_others_are_characters(shared: Path) -> None:
    events = [e for e in read(shared / "recordings" / "openadapt_capture") if e.kind is RawKind.KEY_DOWN]
    assert Counter(event.key for event in events)["enter"] == 6
    assert {event.text for event in events} <= {"", " "}


# The shared samples


@pytest.mark.parametrize("name", ["openadapt_capture", "rrweb", "activitywatch", "uilog"])
def test_the_shared_samples_are_read_whole(shared: Path, name: str) -> None:
    found = recordings.find(shared / "recordings" / name)
    held: list[Held] = list(recordings.actions(shared / "recordings" / name, POLICY))
    events = list(found.events())
    assert found.problems == 0
    assert sum(sum(item.counts.values()) for item in held) == sum(event.count or 1 for event in events)
    assert len(found.files) == (47 if name == "rrweb" else 1)


def test_what_else_lies_in_the_folder_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_json(tmp_path / "b.json", made.rrweb_events(said))
    (tmp_path / "a.gz").write_bytes(b"\x1f\x8b damaged")
    (tmp_path / "c.mkv").write_bytes(b"\x1aE\xdf\xa3" + b"\x00" * 60_000)
    monkeypatch.setattr(files, "LARGEST_DOCUMENT", 50_000)
    assert [file.name for file in recordings.find(tmp_path).files] == ["b.json"]
