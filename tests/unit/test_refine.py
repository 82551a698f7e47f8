"""Refine: what actions and tasks are called, which signals they give, and the whole room on a real vault."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from glasswork import refine, vault
from glasswork.govern.errors import Refused
from glasswork.refine.describe import describe, step, task_in
from glasswork.refine.episodes import WEEK
from glasswork.refine.job import EPISODES
from glasswork.refine.phrases import COMMANDS, KEYS, LENGTHS, PLACES, VALUES
from glasswork.refine.rows import episodes_of
from glasswork.schema import words as w
from glasswork.schema.action import Action, Element, Node, Screen, Value
from glasswork.schema.batch import Batch
from glasswork.schema.episode import Episode
from vectors.release import make

EDITOR = {"category": w.AppCategory.EDITOR, "app": "mousepad"}
TEXT = Value(3, w.ValueKind.TEXT, w.LengthBucket.TO_64, w.Origin.TYPED)
BOX = Element(w.Role.TEXTBOX, "name", w.ElementClass.EDIT)


def act(kind: w.ActionKind, **rest: object) -> Action:
    return Action(kind=kind, **EDITOR | rest)  # type: ignore[arg-type]


TYPE = act(w.ActionKind.TYPE_TEXT, element=BOX, value=TEXT)
SAVE = act(w.ActionKind.HOTKEY, command=w.Command.SAVE, modality=w.Modality.KEYBOARD)
UNDO = act(w.ActionKind.HOTKEY, command=w.Command.UNDO, modality=w.Modality.KEYBOARD)
MENU_SAVE = act(
    w.ActionKind.CLICK,
    command=w.Command.SAVE,
    modality=w.Modality.MOUSE,
    element=Element(w.Role.MENUITEM, "save", w.ElementClass.SAVE),
)
KEYED_SAVE = act(
    w.ActionKind.HOTKEY,
    command=w.Command.SAVE,
    modality=w.Modality.KEYBOARD,
    element=Element(w.Role.MENUITEM, "save", w.ElementClass.SAVE),
)
OPENED = act(w.ActionKind.OPEN, element=Element(w.Role.DIALOG))
CLOSED = act(w.ActionKind.CLOSE, element=Element(w.Role.DIALOG))
CANCEL = act(w.ActionKind.CLICK, element=Element(w.Role.BUTTON, "cancel", w.ElementClass.CANCEL))


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (TYPE, "type a text (value 3, 17–64 characters) into the textbox “name”"),
        (
            act(w.ActionKind.TYPE_TEXT, element=BOX, value=TEXT, erased=w.CountBucket.TO_3),
            "type a text (value 3, 17–64 characters) into the textbox “name”, correcting it on the way",
        ),
        (
            act(w.ActionKind.TYPE_TEXT, value=Value(2, w.ValueKind.EMAIL, w.LengthBucket.TO_16, w.Origin.PASTED)),
            "paste an e-mail address (value 2, 1–16 characters) into something",
        ),
        (act(w.ActionKind.TYPE_TEXT, element=BOX), "enter something that is not recorded into the textbox “name”"),
        (SAVE, "save with the shortcut"),
        (MENU_SAVE, "save with the menu item “save”"),
        (CANCEL, "click the button “cancel”"),
        (act(w.ActionKind.CLICK, button=w.Button.RIGHT), "right-click something"),
        (act(w.ActionKind.SCROLL, direction=w.Direction.DOWN), "scroll down"),
        (act(w.ActionKind.PRESS_KEY, key=w.Key.DOWN, amount=w.CountBucket.TO_3), "press Down several times"),
        (act(w.ActionKind.SWITCH_APP), "go to the editor (mousepad)"),
        (act(w.ActionKind.SELECT_OPTION, element=Element(w.Role.COMBOBOX)), "choose an option in the choice box"),
        (act(w.ActionKind.WAIT), "wait"),
    ],
)
def test_steps_are_plain_words(action: Action, words: str) -> None:
    assert step(action) == words


def test_every_word_of_the_vocabulary_has_a_phrase() -> None:
    assert COMMANDS.keys() == set(w.Command) - {w.Command.NONE, w.Command.OTHER}
    for phrases, words in ((KEYS, w.Key), (VALUES, w.ValueKind), (LENGTHS, w.LengthBucket), (PLACES, w.AppCategory)):
        assert phrases.keys() == set(words)
    for kind in w.ActionKind:
        assert step(act(kind))


UNNAMED = act(w.ActionKind.TYPE_TEXT, value=TEXT)
FORM = Screen((Node(w.Role.FORM, 0, "Leave"), Node(w.Role.TEXTBOX, 1, "start"), Node(w.Role.BUTTON, 1, "send")))
BROWSER = {"category": w.AppCategory.BROWSER, "app": "", "screen": 0}
DATE = Value(5, w.ValueKind.DATE, w.LengthBucket.TO_16, w.Origin.PASTED)
COPIED = act(w.ActionKind.HOTKEY, command=w.Command.COPY, value=DATE, category=w.AppCategory.MAIL)
PASTED = act(
    w.ActionKind.TYPE_TEXT, value=DATE, element=Element(w.Role.TEXTBOX, "start", w.ElementClass.EDIT, 1, 1), **BROWSER
)
SENT = act(w.ActionKind.CLICK, element=Element(w.Role.BUTTON, "send", w.ElementClass.SUBMIT, 2, 2), **BROWSER)


def episode(*actions: Action, screens: tuple[Screen, ...] = (FORM,)) -> Episode:
    return describe(Episode(id="", week="2026-W48", scope=w.Scope.SELF, policy="", actions=actions, screens=screens))


@pytest.mark.parametrize(
    ("actions", "goal"),
    [
        ((TYPE, UNDO, SAVE), "Write a text into the textbox “name”, correct it and save it in the editor."),
        ((TYPE, SAVE, TYPE, SAVE), "Write a text into the textbox “name” and save it in the editor."),
        ((SAVE,), "Save in the editor."),
        (
            (UNNAMED, act(w.ActionKind.SWITCH_APP, category=w.AppCategory.FILES)),
            "Write a text in the editor; then look around in the file manager.",
        ),
        ((act(w.ActionKind.TASK, task="Weekly report"), UNNAMED), "Weekly report — write a text in the editor."),
        ((COPIED, PASTED, SENT), "Copy a date from the mail program into the form “Leave” and send it in the browser."),
        ((COPIED, SENT), "Copy a date in the mail program; then send it in the browser."),
        ((PASTED, SENT), "Paste a date into the form “Leave” and send it in the browser."),
        ((act(w.ActionKind.SUPPRESSED),), ""),
    ],
)
def test_goals_say_what_was_done_and_no_more(actions: tuple[Action, ...], goal: str) -> None:
    assert episode(*actions).goal == goal


def test_a_task_is_called_what_the_participant_called_it() -> None:
    assert episode(act(w.ActionKind.TASK, task="Weekly report"), TYPE).title == "Weekly report"
    assert episode(UNNAMED, SAVE).title == "Write a text and save it"
    assert episode(COPIED, PASTED, SENT).title == "Copy a date from the mail program into the form “Leave” and send it"
    assert episode(act(w.ActionKind.CLICK)).title == "Look around in the editor"


def test_the_name_of_a_task_is_found_in_its_goal() -> None:
    for name in ("Weekly report", "Bills (in June)", "Bills: June"):
        assert task_in(episode(act(w.ActionKind.TASK, task=name), TYPE, SAVE).goal) == name
    assert task_in(episode(act(w.ActionKind.TASK, task="Bills — June"), TYPE, SAVE).goal) == "Bills - June"
    assert task_in(episode(TYPE, SAVE).goal) == task_in("") == ""


def test_a_day_is_refined_under_its_owner_and_again_in_its_place(tmp_path: Path) -> None:
    with make.filled(tmp_path, make.mine(), {make.OWNER: [make.day()]}) as handle:
        session = make.job(w.Zone.ACTIONS, make.OWNER)
        done: list[int] = []
        for _ in range(2):
            refined = refine.run(handle, session, done.append)
            assert refined == refine.Refined(partitions=1, episodes=4, actions=11, suppressed=1)
        assert done == [1, 1]
        dataset = vault.dataset(handle, w.Zone.EPISODES, EPISODES)
        assert dataset.owner == make.OWNER
        (frame,) = vault.open(handle, dataset, "assemble", make.job(w.Zone.EPISODES, make.OWNER))
        found = episodes_of(frame)
        assert [episode.goal for episode in found] == [
            "Write a text, correct it and save it in the editor.",
            "Open something in the file manager.",
            "Write a text and save it in the editor.",
            "Save under a name and cancel in the editor.",
        ]
        assert [(episode.began.reasons[0], episode.ended.reasons[0]) for episode in found] == [
            ("start", "completed"),
            ("completed", "idle"),
            ("idle", "gap"),
            ("gap", "end"),
        ]
        assert {episode.week for episode in found} == {"2026-W48"}


def test_nobody_else_refines_what_is_one_persons(tmp_path: Path) -> None:
    with make.filled(tmp_path, make.mine(), {make.OWNER: [make.day()]}) as handle, pytest.raises(Refused):
        refine.run(handle, make.job(w.Zone.ACTIONS))


def test_an_empty_vault_is_refined_to_nothing(tmp_path: Path) -> None:
    with make.filled(tmp_path, make.mine(), {}) as handle:
        assert refine.run(handle, make.job(w.Zone.ACTIONS)) == refine.Refined(0, 0, 0, 0)


def test_a_day_on_which_nothing_was_done_is_refined_to_nothing(tmp_path: Path) -> None:
    with make.filled(tmp_path, make.mine(), {make.OWNER: [Batch(())]}) as handle:
        assert refine.run(handle, make.job(w.Zone.ACTIONS, make.OWNER)) == refine.Refined(0, 0, 0, 0)


def test_weeks_are_iso_weeks() -> None:
    days = pl.DataFrame({"day": [date(2026, 11, 24), date(2027, 1, 1)]})
    assert days.select(WEEK).to_series().to_list() == ["2026-W48", "2026-W53"]
