"""Readers of the exports, for tests: from a row back to canonical steps, as far as the format lets them."""

import ast
import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from xml.etree import ElementTree

from glasswork.assemble.formats import FORMATS, csv_log
from glasswork.assemble.formats.gestures import Gesture, chord
from glasswork.assemble.mapping import CHORDS, FORMS, HIDDEN, KEYS, TIMES, Form
from glasswork.assemble.render.drawn import Drawn, Rect
from glasswork.assemble.trl import SAME
from glasswork.schema.action import Screen
from glasswork.schema.words import Command, Key

Said = tuple[str, dict[str, Any]]
"""A tool and its arguments; of the element only `at`, the pixel."""

BUTTONS = {
    Form.RIGHT_CLICK: "right",
    Form.MIDDLE_CLICK: "middle",
    Form.BACK_CLICK: "back",
    Form.FORWARD_CLICK: "forward",
}


def grid(screen: Screen) -> Drawn:
    """A picture of 1280 by 800 in which every node has a box of its own."""
    boxes = tuple(Rect(node % 16 * 80, node // 16 * 25, 80, 25) for node in range(len(screen.nodes)))
    return Drawn(b"a picture", 1280, 800, boxes, tuple(range(len(boxes))))


def hidden(screen: Screen) -> Drawn:
    """A picture in which no node shows."""
    return Drawn(b"a picture", 1280, 800, (None,) * len(screen.nodes), ())


# What was said


def conversation(messages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A conversation of TRL's kind (arguments as objects or as text): goal, observations, steps, effects."""
    goal, _, seen = messages[0]["content"].partition("\n\n")
    read: dict[str, Any] = {"goal": goal, "observation": [seen], "steps": [], "effect": []}
    for message in messages[1:]:
        for call in message.get("tool_calls", ()):
            arguments = call["function"]["arguments"]
            arguments = json.loads(arguments) if isinstance(arguments, str) else arguments
            read["steps"].append((call["function"]["name"], arguments))
        if message["role"] == "tool":
            effect, _, after = message["content"].partition("\n")
            read["effect"].append(effect.removeprefix("effect: "))
            read["observation"].append(seen if after == SAME else after)
            seen = read["observation"][-1] or seen
    read["observation"] = read["observation"][: len(read["steps"])]
    return read


def openai_chat(row: dict[str, Any]) -> dict[str, Any]:
    return conversation(row["messages"])


def llama_factory(row: dict[str, Any]) -> dict[str, Any]:
    roles = {"human": "user", "observation": "tool", "function_call": "assistant", "gpt": "assistant"}
    turns = row["conversations"]
    messages = [{"role": roles[turn["from"]], "content": turn["value"]} for turn in turns]
    for message, turn in zip(messages, turns, strict=True):
        if turn["from"] == "function_call":
            message["tool_calls"] = [{"function": json.loads(turn["value"])}]
    read = conversation(messages)
    del read["effect"]
    return read


def adp(row: dict[str, Any]) -> dict[str, Any]:
    sources = {"user": "user", "environment": "tool"}
    messages = [
        {"role": sources.get(item.get("source", ""), "assistant"), "content": item.get("content", "")}
        | (
            {"tool_calls": [{"function": {"name": item["function"], "arguments": item["kwargs"]}}]}
            if item["class_"] == "api_action"
            else {}
        )
        for item in row["content"]
    ]
    details = dict(row["details"])
    del details["actor"]
    return conversation(messages) | details | {"id": row["id"], "labels": json.loads(details["labels"])}


def atif(row: dict[str, Any]) -> dict[str, Any]:
    messages = [{"role": "user", "content": row["steps"][0]["message"]}]
    for step in row["steps"][1:]:
        call, result = step["tool_calls"][0], step["observation"]["results"][0]
        function = {"name": call["function_name"], "arguments": call["arguments"]}
        messages.append({"role": "assistant", "tool_calls": [{"function": function}]})
        messages.append({"role": "tool", "content": result["content"]})
    return conversation(messages) | row["extra"] | {"id": row["session_id"]}


def xes(row: dict[str, Any]) -> dict[str, Any]:
    """Read from the bytes of the file, as others would."""
    form = FORMATS["xes"]
    log = ElementTree.fromstring(form.header + form.encode(row) + form.footer)
    space = "{http://www.xes-standard.org/}"
    strings = f"{space}string"

    def attributes(element: ElementTree.Element) -> dict[str, str]:
        return {one.attrib["key"]: one.attrib["value"] for one in element.findall(strings)}

    trace = log.find(f"{space}trace")
    assert trace is not None
    events = [attributes(event) for event in trace.findall(f"{space}event")]
    read: dict[str, Any] = attributes(trace)
    read["id"], read["apps"] = read.pop("concept:name"), json.loads(read["apps"])
    read["effect"] = [event.pop("effect") for event in events]
    for event in events:
        del event["concept:name"]
    return read | {"steps": [(event.pop("tool"), event) for event in events]}


def csv_rows(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Read from the bytes of the file, as others would."""
    form = FORMATS["csv_log"]
    text = (form.header + b"".join(map(form.encode, rows))).decode()
    found = [
        {name: value.removeprefix("'") for name, value in row.items()} for row in csv.DictReader(io.StringIO(text, ""))
    ]
    assert [row["position"] for row in found] == [str(number) for number in range(1, len(found) + 1)]
    first = found[0]
    return {
        "id": first["case"],
        **{name: first[name] for name in ("outcome", "week", "split")},
        "effect": [row["effect"] for row in found],
        "steps": [(row["tool"], {name: row[name] for name in csv_log.ARGUMENTS if row[name]}) for row in found],
    }


# What a hand did


def _keys(name: str, keys: Iterable[str]) -> tuple[str, ...]:
    back = {theirs: ours for ours, theirs in KEYS[name].items()}
    return tuple(back.get(key, key.lower() if name == "openai_computer" else key) for key in keys)


def _merged(gestures: Iterable[Gesture]) -> list[Gesture]:
    """Equal ones in a row as one that is done several times."""
    merged: list[Gesture] = []
    for gesture in gestures:
        if merged and merged[-1]._replace(times=1) == gesture and gesture.form in (Form.PRESS, Form.HOTKEY):
            merged[-1] = gesture._replace(times=merged[-1].times + 1)
        else:
            merged.append(gesture)
    return merged


def _called(tree: ast.expr) -> tuple[str, dict[str, Any], list[Any]]:
    assert isinstance(tree, ast.Call)
    named = {str(word.arg): ast.literal_eval(word.value) for word in tree.keywords}
    return ast.unparse(tree.func), named, [ast.literal_eval(argument) for argument in tree.args]


def opencua_code(code: str) -> list[Gesture]:
    gestures: list[Gesture] = []
    place: dict[str, int] = {}
    clicks = {"click": Form.CLICK, "rightClick": Form.RIGHT_CLICK, "middleClick": Form.MIDDLE_CLICK}
    for line in ast.parse(code).body:
        assert isinstance(line, ast.Expr)
        name, named, plain = _called(line.value)
        at = {axis: int(named[axis] * size + 0.5) for axis, size in (("x", 1280), ("y", 800)) if axis in named}
        match name.split(".")[1]:
            case "moveTo":
                place = at
            case "scroll":
                direction = "up" if plain[0] > 0 else "down"
                gestures.append(Gesture(Form.SCROLL, direction=direction, times=abs(plain[0]), **place))
            case "hscroll":
                direction = "right" if plain[0] > 0 else "left"
                gestures.append(Gesture(Form.SCROLL_ASIDE, direction=direction, times=abs(plain[0]), **place))
            case "doubleClick":
                gestures.append(Gesture(Form.DOUBLE_CLICK, **at))
            case "write":
                gestures.append(Gesture(Form.TYPE, text=named["message"]))
            case "press" | "hotkey":
                gestures.append(chord(_keys("opencua", plain)))
            case "wait":
                gestures.append(Gesture(Form.WAIT))
            case "terminate":
                pass
            case other:
                gestures.append(Gesture(clicks[other], **at))
    return _merged(gestures)


def uitars_action(text: str) -> list[Gesture]:
    gestures: list[Gesture] = []
    clicks = {"click": Form.CLICK, "right_single": Form.RIGHT_CLICK, "left_double": Form.DOUBLE_CLICK}
    for line in text.removeprefix("Action: ").split("\n\n"):
        name, named, _ = _called(ast.parse(line, mode="eval").body)
        x, y = map(int, re.findall(r"\d+", named["point"])) if "point" in named else (0, 0)
        x, y = round(x * 1280 / 1288), round(y * 800 / 812)
        match name:
            case "scroll":
                aside = named["direction"] in ("left", "right")
                form = Form.SCROLL_ASIDE if aside else Form.SCROLL
                gestures.append(Gesture(form, x=x, y=y, direction=named["direction"]))
            case "type":
                gestures.append(Gesture(Form.TYPE, text=named["content"]))
            case "hotkey":
                gestures.append(chord(_keys("uitars", named["key"].split(" "))))
            case "wait":
                gestures.append(Gesture(Form.WAIT))
            case other:
                gestures.append(Gesture(clicks[other], x=x, y=y))
    return _merged(gestures)


def anthropic_calls(calls: Iterable[dict[str, Any]]) -> list[Gesture]:
    gestures: list[Gesture] = []
    names = {name: form for form, name in FORMS["anthropic_computer"].items() if "click" in name}
    for call in calls:
        given = call["input"]
        x, y = given.get("coordinate", (0, 0))
        match call["name"]:
            case "scroll":
                aside = given["scroll_direction"] in ("left", "right")
                gesture = Gesture(Form.SCROLL_ASIDE if aside else Form.SCROLL, x=x, y=y)
                gesture = gesture._replace(direction=given["scroll_direction"], times=given["scroll_amount"])
            case "type":
                gesture = Gesture(Form.TYPE, text=given["text"])
            case "key":
                gesture = chord(_keys("anthropic_computer", given["text"].split("+")), given.get("repeat", 1))
            case "wait":
                gesture = Gesture(Form.WAIT)
            case name:
                gesture = Gesture(names[name], x=x, y=y)
        gestures.append(gesture)
    return gestures


def openai_actions(actions: Iterable[dict[str, Any]]) -> list[Gesture]:
    gestures: list[Gesture] = []
    names = {name: form for form, name in FORMS["openai_computer"].items() if "click" in name}
    for action in actions:
        at = {axis: action[axis] for axis in ("x", "y") if axis in action}
        match action["type"]:
            case "scroll":
                far, aside = action["scroll_y"] or action["scroll_x"], action["scroll_x"] != 0
                direction = (("left", "right") if aside else ("up", "down"))[far > 0]
                form = Form.SCROLL_ASIDE if aside else Form.SCROLL
                gestures.append(Gesture(form, direction=direction, times=abs(far) // 100, **at))
            case "type":
                gestures.append(Gesture(Form.TYPE, text=action["text"]))
            case "keypress":
                gestures.append(chord(_keys("openai_computer", action["keys"])))
            case "wait":
                gestures.append(Gesture(Form.WAIT))
            case name:
                gestures.append(Gesture(names[f"{name} {action.get('button', '')}".strip()], **at))
    return _merged(gestures)


def canonical(gestures: Sequence[Gesture]) -> Said:
    """What a step was, from what the hand did."""
    if [gesture.keys for gesture in gestures] == [CHORDS[Command.SELECT_ALL], CHORDS[Command.DELETE]]:
        return "clear_field", {}
    (gesture,) = gestures
    amount = {times: name for name, times in TIMES.items()}[gesture.times]
    at = {"at": (gesture.x, gesture.y)}
    match gesture.form:
        case Form.SCROLL | Form.SCROLL_ASIDE:
            return "scroll", at | {"direction": gesture.direction, "amount": amount}
        case Form.TYPE:
            return "type_text", {} if gesture.text == HIDDEN else {"value": gesture.text}
        case Form.PRESS | Form.HOTKEY:
            if len(gesture.keys) == 1 and gesture.keys[0] in set(Key):
                return "press_key", {"key": gesture.keys[0], "amount": amount}
            command = next(name for name, keys in CHORDS.items() if keys == gesture.keys)
            return "hotkey", {"command": command, "amount": amount}
        case Form.WAIT:
            return "wait", {}
        case Form.DOUBLE_CLICK:
            return "double_click", at
        case form:
            return "click", at | ({"button": BUTTONS[form]} if form in BUTTONS else {})


def _hand(gestures: Iterable[list[Gesture]]) -> list[Said]:
    return [canonical(one) for one in gestures]


def opencua(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    (row,) = rows
    steps = _hand(opencua_code(turn["value"]["code"]) for turn in row["traj"])
    return {"id": row["task_id"], "goal": row["instruction"], "steps": steps}


def uitars(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """All actions are in the last sample."""
    messages = rows[-1]["messages"]
    texts = [one["content"] for one in messages if one["role"] == "assistant"]
    actions = [uitars_action(text) for text in texts if not text.startswith("Action: finished")]
    return {"goal": messages[0]["content"].rpartition("## User Instruction\n")[2].lstrip("\n"), "steps": _hand(actions)}


def anthropic_computer(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    (row,) = rows
    turns = [one["content"] for one in row["messages"] if one["content"][0]["type"] == "tool_use"]
    answers = [one["content"][-1] for one in row["messages"][1:] if one["role"] == "user"]
    return {
        "goal": row["messages"][0]["content"][0]["text"],
        "effect": [answer["content"][0]["text"].removeprefix("effect: ") for answer in answers],
        "steps": _hand(map(anthropic_calls, turns)),
    }


def openai_computer(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    (row,) = rows
    calls = [openai_actions(item["actions"]) for item in row["input"] if item["type"] == "computer_call"]
    return {"goal": row["input"][0]["content"][0]["text"], "steps": _hand(calls)}


def _one(read: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Sequence[dict[str, Any]]], dict[str, Any]]:
    return lambda rows: read(rows[0])


READERS: dict[str, Callable[[Sequence[dict[str, Any]]], dict[str, Any]]] = {
    "openai_chat": _one(openai_chat),
    "llama_factory": _one(llama_factory),
    "adp": _one(adp),
    "opencua": opencua,
    "uitars": uitars,
    "anthropic_computer": anthropic_computer,
    "openai_computer": openai_computer,
    "xes": _one(xes),
    "csv_log": csv_rows,
}
"""From a record's rows to what was carried: `steps`, and the fields of mapping.CARRIED."""
