"""Whatever record comes in: a format says it or refuses it, and what it says can be read back as declared."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from format_readers import READERS, atif, conversation, grid, hidden
from glasswork import assemble
from glasswork.assemble.atif import trajectory
from glasswork.assemble.building import record
from glasswork.assemble.formats import FORMATS
from glasswork.assemble.formats.gestures import gestures
from glasswork.assemble.mapping import CARRIED, DEFAULTS, FORMS, Unsaid, lost
from glasswork.assemble.record import Record
from glasswork.assemble.tools import TOOLS
from glasswork.assemble.trl import sft
from glasswork.refine.describe import describe
from glasswork.schema import words as w
from glasswork.schema.batch import batch_of
from glasswork.schema.episode import Episode, Example, Step
from strategies import held, screens
from vectors.release import make

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@st.composite
def records(draw: st.DrawFn) -> Record:
    """The record of a few actions, as the build makes it."""
    batch = batch_of(draw(st.lists(held(), min_size=2, max_size=6)))
    facts = {"week": "2026-W48", "scope": w.Scope.SELF, "policy": "0" * 64, "screens": batch.screens}
    made = record(describe(Episode(id="e", actions=batch.actions, **facts)))
    assume(isinstance(made, Record))
    assert isinstance(made, Record)
    assume("\n\n" not in made.example.goal)
    return made


@st.composite
def doable(draw: st.DrawFn) -> Record:
    """A record in which most steps can be done by a hand on the Screen."""
    screen = draw(screens)

    def step(kind: w.ActionKind) -> Step:
        words: dict[str, st.SearchStrategy[str]] = {
            "ref": st.integers(1, len(screen.nodes)).map(lambda number: f"e{number}"),
            "key": st.sampled_from(["enter", "tab", "page_up", "menu"]),
            "command": st.sampled_from(["save", "copy", "zoom_in", "rename"]),
            "direction": st.sampled_from(["up", "down", "left", "right"]),
            "amount": st.sampled_from(["1", "2-3", "4-15", "16+"]),
            "value": st.sampled_from(["<email_2>", "<text_1>"]),
            "modality": st.sampled_from(["mouse", "keyboard", "system"]),
        }
        told = {name: draw(words[name]) for name in TOOLS[kind][1] if name in words}
        return Step(observation="", tool=kind, arguments=dict(told), effect=draw(st.sampled_from(w.Effect)), screen=0)

    kinds = draw(st.lists(st.sampled_from([kind for kind in TOOLS if kind != "drag"]), min_size=1, max_size=8))
    example = Example(
        id="e",
        goal="Do it",
        steps=tuple(map(step, kinds)),
        outcome=draw(st.sampled_from(["completed", "abandoned", "unknown"])),
        week="2026-W48",
        screens=(screen,),
    )
    return Record(example=example, apps=(), suppressed=0, scope=w.Scope.SELF, policy="0" * 64, basis="")


def fields_of(made: Record) -> dict[str, Any]:
    """Everything that a format may carry, by the name it has in CARRIED."""
    plain = msgspec.json.decode(msgspec.json.encode(made))
    example = plain.pop("example")
    steps = example.pop("steps")
    return {
        **example,
        **plain,
        "observation": [step["observation"] for step in steps],
        "effect": [step["effect"] for step in steps],
        "steps": [(step["tool"], step["arguments"]) for step in steps],
    }


def check_without_pixels(made: Record) -> None:
    truth = fields_of(made)
    read = {name: read_by(made) for name, read_by in WITHOUT_PIXELS.items()}
    for name, found in read.items():
        expected = {field: truth[field] for field in (*CARRIED[name], "steps")}
        if name == "xes":
            expected = cleaned(expected) | {"apps": truth["apps"]}  # in JSON, which escapes them
        assert {field: found[field] for field in expected} == expected, name


def cleaned(tree: Any) -> Any:
    """The tree with what XML cannot hold replaced, as the format says it is."""
    if isinstance(tree, dict):
        return {name: cleaned(value) for name, value in tree.items()}
    if isinstance(tree, list | tuple):
        return type(tree)(map(cleaned, tree))
    return NOT_XML.sub("\ufffd", tree) if isinstance(tree, str) else tree


WITHOUT_PIXELS: dict[str, Any] = {
    "trl_sft": lambda made: conversation(sft(made.example)["messages"]),
    "atif": lambda made: atif(json.loads(msgspec.json.encode(trajectory(made)))),
    **{
        name: lambda made, name=name: READERS[name](list(FORMATS[name].rows(made, None)))
        for name in FORMATS
        if name not in FORMS
    },
}


@given(records())
@settings(max_examples=60, deadline=None)
def test_what_is_declared_as_carried_is_read_back(made: Record) -> None:
    assume(made.example.goal.strip())
    check_without_pixels(made)


@given(records())
@settings(max_examples=60, deadline=None)
def test_every_format_says_a_record_or_says_why_not(made: Record) -> None:
    for form in FORMATS.values():
        for draw in (grid, hidden, None):
            rows = list(form.rows(made, draw))
            assert bool(rows) == (form.refusal(made, draw) is None)
            assert all(form.encode(row) for row in rows)
            named = b"".join(map(form.encode, rows))
            assert all(image.encode() in named for image in form.images(made, draw))


@given(doable())
@settings(max_examples=150, deadline=None)
def test_what_a_hand_did_is_read_back_but_for_what_is_declared_lost(made: Record) -> None:
    example, drawn = made.example, grid(made.example.screens[0])
    for name in FORMS:
        rows = list(FORMATS[name].rows(made, grid))
        hands = [step for step in example.steps if gestures(step)]
        assert bool(rows) == bool(hands)
        if not rows:
            assert FORMATS[name].refusal(made, grid) == Unsaid.NO_HAND
            continue
        read = READERS[name](rows)
        assert {field: read[field] for field in CARRIED[name] if field != "effect"} == {
            field: getattr(example, field) for field in CARRIED[name] if field != "effect"
        }
        assert read.get("effect", []) == ([step.effect for step in hands] if "effect" in CARRIED[name] else [])
        for step, (tool, said) in zip(hands, read["steps"], strict=True):
            kind = w.ActionKind(step.tool)
            gone = lost(name, kind)
            assert tool == kind or "tool" in gone
            had: dict[str, Any] = {key: value for key, value in step.arguments.items() if key not in gone}
            if ref := had.pop("ref", ""):
                box = drawn.boxes[int(ref[1:]) - 1]
                had["at"] = box.centre if box else None
            heard = {**DEFAULTS, **said}
            assert {key: heard[key] for key in had} == had


def test_a_working_day_is_read_back(tmp_path: Path) -> None:
    with make.filled(tmp_path, make.mine(), {make.OWNER: [make.day()]}) as handle:
        make.built(handle, make.OWNER)
        made = assemble.records(handle, make.NAME, make.owner())
    assert len(made) == 4
    for one in made:
        check_without_pixels(one)
        for name in FORMS:
            assert bool(list(FORMATS[name].rows(one, grid))) == (FORMATS[name].refusal(one, grid) is None)
    assert any(FORMATS["opencua"].refusal(one, grid) is None for one in made)
