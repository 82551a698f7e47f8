"""Formats: golden examples, what each loses, and refusals with their reason."""

import json
import sys
from itertools import chain
from pathlib import Path

import msgspec
import pytest

from format_readers import READERS, grid, hidden
from glasswork.assemble.formats import FORMATS, csv_log, llama_factory, xes
from glasswork.assemble.mapping import CARRIED, DEFAULTS, FORMS, SAYINGS, lost
from glasswork.assemble.pair import Kind, Pair, Prompt
from glasswork.assemble.record import Record
from glasswork.assemble.render.drawn import Drawn
from glasswork.assemble.tools import TOOLS, argument_schema
from glasswork.schema import words as w
from glasswork.schema.action import Node, Screen
from glasswork.schema.episode import Example, Label, Signal, Source, Step

ROOT = Path(__file__).parents[2]
EDITOR = Screen((Node(w.Role.WINDOW, 0), Node(w.Role.TEXTBOX, 1), Node(w.Role.BUTTON, 1, "save")))
EMPTY = Screen(())


def step(tool: str, screen: int = 0, **arguments: str) -> Step:
    return Step(observation="[e1] window", tool=tool, arguments=dict(arguments), effect="changed", screen=screen)


def record_of(*steps: Step, outcome: str = "completed", goal: str = "Write and save", screens=(EDITOR,)) -> Record:
    example = Example(id="a1", goal=goal, steps=steps, outcome=outcome, week="2026-W48", screens=screens)
    return Record(
        example=example, apps=("mousepad",), suppressed=0, scope=w.Scope.SELF, policy="0" * 64, basis="", split="test"
    )


OFFICE = record_of(
    step("click", ref="e2", role="textbox", modality="mouse"),
    step("type_text", ref="e2", value="<email_2>", length="17-64"),
    step("press_key", key="down", amount="2-3"),
    step("open", screen=-1, app="mousepad", modality="keyboard"),
    step("hotkey", command="save"),
    step("scroll", ref="e3", direction="up", amount="4-15"),
    step("clear_field", ref="e2"),
)


def one(name: str, record: Record = OFFICE) -> dict:
    (row,) = FORMATS[name].rows(record, grid)
    return row


def calls(row: dict) -> list[str]:
    return [message["content"] for message in row["messages"] if message["role"] == "assistant"]


def test_opencua_is_code_with_coordinates_from_0_to_1() -> None:
    row = one("opencua")
    assert {name: row[name] for name in row if name != "traj"} == {
        "task_id": "a1",
        "instruction": "Write and save",
        "task_completed": True,
    }
    assert [turn["value"]["code"] for turn in row["traj"]] == [
        "pyautogui.click(x=0.0938, y=0.015)",
        "pyautogui.write(message='<email_2>')",
        "pyautogui.press('down')\npyautogui.press('down')",
        "pyautogui.hotkey('ctrl', 's')",
        "pyautogui.moveTo(x=0.1562, y=0.015)\npyautogui.scroll(4)",
        "pyautogui.hotkey('ctrl', 'a')\npyautogui.press('delete')\ncomputer.terminate(status='success')",
    ]
    assert [(turn["index"], turn["image"]) for turn in row["traj"]] == [(n, "a1-0.png") for n in range(6)]


@pytest.mark.parametrize(
    ("outcome", "end", "completed"),
    [("completed", "success", True), ("abandoned", "failure", False), ("unknown", "", None), ("interrupted", "", None)],
)
def test_an_outcome_that_is_not_known_is_not_claimed(outcome: str, end: str, completed: bool | None) -> None:
    row = one("opencua", record_of(step("wait"), outcome=outcome))
    assert row.get("task_completed") is completed
    assert row["traj"][-1]["value"]["code"] == "computer.wait()" + (
        f"\ncomputer.terminate(status='{end}')" if end else ""
    )


def test_in_uitars_only_the_last_action_of_a_sample_counts() -> None:
    rows = list(FORMATS["uitars"].rows(OFFICE, grid))
    assert len(rows) == 7
    for count, row in enumerate(rows, start=1):
        actions = [message for message in row["messages"] if message["role"] == "assistant"]
        assert [action["loss_mask"] for action in actions] == [0] * (count - 1) + [1]
        assert sum("<|image_pad|>" in message["content"] for message in row["messages"]) == len(row["images"])
        assert len(row["images"]) == min(count, 5 if count < 7 else 4)  # what came after the last is not known
    assert calls(rows[-1]) == [
        "Action: click(point='<point>121 12</point>')",
        "Action: type(content='<email_2>')",
        "Action: hotkey(key='down')\n\nhotkey(key='down')",
        "Action: hotkey(key='ctrl s')",
        "Action: scroll(point='<point>201 12</point>', direction='up')",
        "Action: hotkey(key='ctrl a')\n\nhotkey(key='delete')",
        "Action: finished(content='The task is completed.')",
    ]


def test_anthropic_calls_have_one_result_each_and_the_last_has_the_image() -> None:
    row = one("anthropic_computer")
    blocks = list(chain.from_iterable(message["content"] for message in row["messages"]))
    made = [(block["name"], block["input"]) for block in blocks if block["type"] == "tool_use"]
    assert made == [
        ("left_click", {"coordinate": [120, 12]}),
        ("type", {"text": "<email_2>"}),
        ("key", {"text": "Down", "repeat": 2}),
        ("key", {"text": "ctrl+s"}),
        ("scroll", {"coordinate": [200, 12], "scroll_direction": "up", "scroll_amount": 4}),
        ("key", {"text": "ctrl+a"}),
        ("key", {"text": "Delete"}),
    ]
    ids = [block["id"] for block in blocks if block["type"] == "tool_use"]
    assert ids == [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
    assert len(set(ids)) == len(ids)
    assert [message["role"] for message in row["messages"]] == ["user", "assistant"] * 7
    assert row["tools"] == [{"type": "computer_toolset_20260801"}]


def test_openai_calls_are_answered_but_for_the_last() -> None:
    row = one("openai_computer")
    made = [item for item in row["input"] if item["type"] == "computer_call"]
    assert [item["actions"] for item in made] == [
        [{"type": "click", "button": "left", "x": 120, "y": 12}],
        [{"type": "type", "text": "<email_2>"}],
        [{"type": "keypress", "keys": ["ARROWDOWN"]}] * 2,
        [{"type": "keypress", "keys": ["CTRL", "S"]}],
        [{"type": "scroll", "x": 200, "y": 12, "scroll_x": 0, "scroll_y": -400}],
        [{"type": "keypress", "keys": ["CTRL", "A"]}, {"type": "keypress", "keys": ["DELETE"]}],
    ]
    answered = [item["call_id"] for item in row["input"] if item["type"] == "computer_call_output"]
    assert answered == [item["call_id"] for item in made[:-1]]


def test_openai_chat_has_arguments_as_text() -> None:
    row = one("openai_chat")
    call = row["messages"][1]["tool_calls"][0]
    assert json.loads(call["function"]["arguments"]) == {"ref": "e2", "role": "textbox", "modality": "mouse"}
    assert row["messages"][2] == {
        "role": "tool",
        "tool_call_id": "call_1",
        "content": "effect: changed\n(the screen is as before)",
    }


@pytest.mark.parametrize("outcome", ["completed", "unknown"])
def test_llama_factory_alternates_strictly(outcome: str) -> None:
    row = one("llama_factory", record_of(*OFFICE.example.steps, outcome=outcome))
    turns = [turn["from"] for turn in row["conversations"]]
    assert len(turns) % 2 == 0
    assert set(turns[::2]) == {"human", "observation"} and set(turns[1::2]) <= {"function_call", "gpt"}
    assert (turns[-1] == "gpt") == (outcome == "completed")
    assert {tool["name"] for tool in json.loads(row["tools"])} == set(TOOLS)


def pair(chosen: tuple[Step, ...], rejected: tuple[Step, ...], goal: str = "Save") -> Pair:
    return Pair(
        kind=Kind.SHORTCUT_OVER_MENU,
        prompt=Prompt(goal=goal, observation="[e1] window", before=OFFICE.example.steps[:1]),
        chosen=chosen,
        rejected=rejected,
        evidence="by_shortcut",
        confidence=0.9,
        source=Source.RULE,
        split="train",
    )


def test_llama_factory_ranks_the_first_step_of_two_ways() -> None:
    shortcut, menu = OFFICE.example.steps[4], step("click", ref="e1", role="menu")
    (row,) = llama_factory.ranking(pair((shortcut,), (menu, shortcut)))
    assert [turn["from"] for turn in row["conversations"]] == ["human", "function_call", "observation"]
    assert json.loads(row["chosen"]["value"])["name"] == "hotkey"
    assert json.loads(row["rejected"]["value"])["arguments"] == {"ref": "e1", "role": "menu"}
    assert list(llama_factory.ranking(pair((shortcut, menu), (shortcut,)))) == []  # alike where they could differ
    assert list(llama_factory.ranking(pair((shortcut,), (menu,), goal=""))) == []


def test_llama_factory_tags_a_record_for_kto() -> None:
    done = Label(Signal.COMPLETED, "rule", 0.9, 0, 7)
    example = msgspec.structs.replace(OFFICE.example, labels=(done,))
    (row,) = llama_factory.kto(msgspec.structs.replace(OFFICE, example=example))
    turns = [turn["from"] for turn in row["conversations"]]
    assert row["kto_tag"] is True
    assert turns == ["human", *["function_call", "observation"] * 6, "function_call"]
    assert list(llama_factory.kto(record_of(step("teleport")))) == []


def test_the_side_file_of_llama_factory_says_what_each_file_holds() -> None:
    files = {"sft/train.jsonl": "sft", "dpo.jsonl": "ranking", "kto.jsonl": "kto"}
    info = json.loads(llama_factory.extra_files(files)["dataset_info.json"])
    assert info["train"] == {
        "file_name": "sft/train.jsonl",
        "formatting": "sharegpt",
        "columns": {"messages": "conversations", "tools": "tools"},
    }
    assert info["dpo"]["ranking"] is True and info["dpo"]["columns"]["rejected"] == "rejected"
    assert "ranking" not in info["kto"] and info["kto"]["columns"]["kto_tag"] == "kto_tag"


def test_adp_links_every_action_to_one_observation() -> None:
    row = one("adp")
    actions = [item["tool_call_id"] for item in row["content"] if item["class_"] == "api_action"]
    answers = [item["tool_call_id"] for item in row["content"] if "tool_call_id" in item and "source" in item]
    assert actions == answers and len(set(actions)) == 7
    assert row["content"][-1] == {"class_": "message_action", "content": "<finish> The task is completed. </finish>"}
    assert all(isinstance(value, str) for value in row["details"].values())


def test_xes_has_no_clock() -> None:
    form = FORMATS["xes"]
    text = (form.header + b"".join(map(form.encode, form.rows(OFFICE, None))) + form.footer).decode()
    assert '<string key="concept:name" value="click textbox"/>' in text
    assert "<date" not in text and "time:" not in text


def test_what_xml_cannot_hold_is_replaced() -> None:
    form = FORMATS["xes"]
    (row,) = form.rows(record_of(step("click", label='\x00<&"\ud7ff')), None)
    assert b'value="' in form.encode(row) and "\x00" not in form.encode(row).decode()
    assert READERS["xes"]([row])["steps"][0][1]["label"] == '\ufffd<&"\ud7ff'


@pytest.mark.parametrize("label", ["=1+1", "+1", "-1", "@SUM(1)", "'quoted", "a,b", 'a "b"', "a\nb", "\tx"])
def test_a_spreadsheet_takes_no_label_for_a_formula(label: str) -> None:
    rows = list(FORMATS["csv_log"].rows(record_of(step("click", label=label)), None))
    line = FORMATS["csv_log"].encode(rows[0]).decode()
    assert not any(cell.strip('"').startswith(("=", "+", "-", "@", "\t")) for cell in line.split(","))
    assert READERS["csv_log"](rows)["steps"] == [("click", {"label": label})]


# What is lost

BASE = {
    "click": {"ref": "e2"},
    "double_click": {"ref": "e2"},
    "drag": {"ref": "e2"},
    "scroll": {"ref": "e2", "direction": "down"},
    "press_key": {"key": "enter"},
    "hotkey": {"command": "save"},
    "select_option": {"ref": "e2"},
}


def every(kind: w.ActionKind) -> list[dict[str, str]]:
    """Arguments of an action: what it must have, and one more with each of its words."""
    base = BASE.get(kind, {})
    words: dict[str, list[str]] = {"ref": ["e1", "e3"], "value": ["<email_2>"], "label": ["save"], "app": ["mousepad"]}
    more = [
        base | {name: word}
        for name in TOOLS[kind][1]
        for word in words.get(name) or argument_schema(name)["enum"]
        if word not in ("none", "unknown")
    ]
    return [base, *more]


@pytest.mark.parametrize("kind", TOOLS)
@pytest.mark.parametrize("name", FORMS)
def test_an_action_loses_what_the_table_declares(name: str, kind: w.ActionKind) -> None:
    observed: set[str] = set()
    for arguments in every(kind):
        record = record_of(step(kind, **arguments), step("wait"))
        if FORMATS[name].refusal(record, grid):
            continue
        *told, _ = READERS[name](list(FORMATS[name].rows(record, grid)))["steps"]
        tool, read = told[0] if told else ("", {})
        had: dict[str, object] = dict(arguments)
        if ref := had.pop("ref", None):
            box = grid(EDITOR).boxes[int(str(ref)[1:]) - 1]
            had["at"] = box.centre if box else None
        said, heard = {**DEFAULTS, **had, "tool": kind}, {**DEFAULTS, **read, "tool": tool}
        names = said | heard if tool == kind else said  # what another tool says is no argument of this one
        observed |= {"ref" if key == "at" else key for key in names if said.get(key) != heard.get(key)}
    assert observed == lost(name, kind)


@pytest.mark.parametrize("kind", TOOLS)
@pytest.mark.parametrize("name", [name for name in FORMATS if name not in FORMS])
def test_formats_without_pixels_lose_no_argument(name: str, kind: w.ActionKind) -> None:
    for arguments in every(kind):
        rows = list(FORMATS[name].rows(record_of(step(kind, **arguments)), None))
        assert READERS[name](rows)["steps"] == [(kind, arguments)]


def test_every_action_has_a_line_in_the_table() -> None:
    assert set(SAYINGS) == set(TOOLS)
    assert set(FORMS) == {name for name, form in FORMATS.items() if form.needs_drawn}
    assert set(CARRIED) == {*FORMATS, "trl_sft", "atif"}
    assert set(csv_log.ARGUMENTS) == {name for _, names in TOOLS.values() for name in names}


# Refusals


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (record_of(), "no steps"),
        (record_of(step("wait"), goal=" "), "no goal"),
        (record_of(step("teleport")), "an action that is not in the vocabulary"),
        (record_of(step("wait", ref="e1")), "an action that is not in the vocabulary"),
        (record_of(step("suppressed")), "an action that is not in the vocabulary"),
    ],
)
def test_bad_input_is_refused_by_every_format(record: Record, reason: str) -> None:
    for name, form in FORMATS.items():
        if name in ("xes", "csv_log") and reason == "no goal":
            assert form.refusal(record, None) is None
            continue
        assert form.refusal(record, grid) == reason
        assert list(form.rows(record, grid)) == [] and form.images(record, grid) == {}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (record_of(step("wait"), screens=()), "no screens"),
        (record_of(step("wait", screen=-1)), "no screens"),
        (record_of(step("wait", screen=7)), "no screens"),
        (record_of(step("wait"), screens=(EMPTY,)), "an empty screen"),
        (record_of(step("click", role="button")), "target not on screen"),
        (record_of(step("click", ref="e9")), "target not on screen"),
        (record_of(step("click", ref="e0")), "target not on screen"),
        (record_of(step("click", ref="e\u00b2")), "target not on screen"),
        (record_of(step("click", ref="e" + "9" * 5000)), "target not on screen"),
        (record_of(step("select_option", role="option")), "target not on screen"),
        (record_of(step("drag", ref="e2")), "where it was dragged to is not known"),
        (record_of(step("press_key", key="function")), "which key it was is not known"),
        (record_of(step("press_key")), "which key it was is not known"),
        (record_of(step("hotkey", command="other")), "a command without a usual shortcut"),
        (record_of(step("scroll", ref="e2")), "where it scrolled to is not known"),
        (record_of(step("double_click", ref="e2", button="right")), "an action that the format does not have"),
        (record_of(step("open", modality="mouse")), "nothing that was done by hand"),
    ],
)
def test_formats_with_pixels_say_why_they_refuse(record: Record, reason: str) -> None:
    for name in FORMS:
        assert FORMATS[name].refusal(record, grid) == reason
        assert list(FORMATS[name].rows(record, grid)) == [] and FORMATS[name].images(record, grid) == {}
    for name in set(FORMATS) - set(FORMS):
        assert FORMATS[name].refusal(record, None) is None


def test_a_target_that_the_picture_does_not_show_is_refused() -> None:
    for name in FORMS:
        assert FORMATS[name].refusal(OFFICE, hidden) == "target not on screen"
        assert FORMATS[name].refusal(OFFICE, None) == "no screens"


def test_only_uitars_lacks_the_middle_button_and_only_openai_has_back() -> None:
    middle = record_of(step("click", ref="e2", button="middle"))
    back = record_of(step("click", ref="e2", button="back"))
    assert [name for name in FORMS if FORMATS[name].refusal(middle, grid)] == ["uitars"]
    assert [name for name in FORMS if not FORMATS[name].refusal(back, grid)] == ["openai_computer"]


def test_each_image_that_is_named_is_given_and_drawn_once() -> None:
    asked: list[Screen] = []

    def draw(screen: Screen) -> Drawn:
        asked.append(screen)
        return grid(screen)

    for name in FORMS:
        asked.clear()
        assert FORMATS[name].images(OFFICE, draw) == {"a1-0.png": b"a picture"}
        assert len(asked) == 1
        assert '"a1-0.png"' in json.dumps(list(FORMATS[name].rows(OFFICE, grid)))


def test_a_secret_is_typed_as_a_sign_and_a_surrogate_as_it_is() -> None:
    codes = one("opencua", record_of(step("type_text"), step("type_text", value='O\'Hara "x"\\'), outcome="unknown"))
    typed = [turn["value"]["code"] for turn in codes["traj"]]
    assert typed == ["pyautogui.write(message='<secret>')", "pyautogui.write(message='O\\'Hara \"x\"\\\\')"]


def test_no_row_has_a_null() -> None:
    for form in FORMATS.values():
        assert all(b"null" not in msgspec.json.encode(row) for row in form.rows(OFFICE, grid))


def test_the_page_shows_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "scripts")
    sys.modules.pop("exports_page", None)
    import exports_page

    page = (ROOT / "docs" / "formats" / "exports.md").read_text()
    for part in exports_page.PARTS:
        assert f"<!-- exports {part} -->\n{exports_page.rendered(part)}<!-- /exports -->" in page


def test_the_files_begin_and_end_as_their_formats_want() -> None:
    assert xes.HEADER.startswith(b"<?xml") and FORMATS["xes"].footer == b"</log>\n"
    assert FORMATS["csv_log"].header.decode().split(",")[:3] == ["case", "position", "activity"]
