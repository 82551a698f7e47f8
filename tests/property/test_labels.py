"""The vectorised label rules against plain loops, and what holds of labels whatever comes in."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasswork.refine.label import LABELS, RULES, label_frame
from glasswork.schema import words as w
from glasswork.schema.action import Action, Element, Node, Screen, Value
from glasswork.schema.batch import Batch, batch_of
from label_oracle import labels
from scripted_work import EVALUATION, TUNING, frame_of_episodes, work
from strategies import held

K, R, C = w.ActionKind, w.Role, w.Command

SCREENS = tuple(
    Screen(tuple(Node(role, depth) for depth, role in enumerate(roles)))
    for roles in ((R.WINDOW,), (R.WINDOW, R.FORM), (R.DIALOG,), (R.WINDOW, R.ALERT), (R.ALERTDIALOG, R.BUTTON))
)

# Few words of each kind, so that rules meet each other often.
elements = st.builds(
    Element,
    st.sampled_from([R.BUTTON, R.LINK, R.TEXTBOX, R.COMBOBOX, R.SEARCHBOX, R.DIALOG, R.ALERTDIALOG, R.MENUITEM, R.ROW]),
    st.just(""),
    st.sampled_from([*[w.ElementClass.OTHER] * 3, *w.ElementClass]),
    st.sampled_from([0, 1, 1, 1, 2]),
)
values = st.builds(Value, st.integers(1, 4), st.just(w.ValueKind.TEXT), st.sampled_from(w.LengthBucket))
acting = st.builds(
    Action,
    kind=st.sampled_from(
        [*K, *[K.CLICK] * 6, *[K.TYPE_TEXT] * 4, *[K.HOTKEY] * 3, K.NAVIGATE, K.OPEN, K.CLOSE, K.PRESS_KEY]
    ),
    gap=st.sampled_from([*w.GapClass, w.GapClass.UNDER_1S, w.GapClass.UNDER_1S]),
    modality=st.sampled_from([w.Modality.MOUSE, w.Modality.KEYBOARD]),
    button=st.sampled_from([w.Button.LEFT, w.Button.LEFT, w.Button.BACK]),
    key=st.sampled_from([w.Key.NONE, w.Key.NONE, w.Key.ENTER, w.Key.ESCAPE, w.Key.TAB, w.Key.BACKSPACE]),
    command=st.sampled_from([*[C.NONE] * 8, C.UNDO, C.REDO, C.SAVE, C.BACK, C.QUIT, C.CLOSE, C.CANCEL, C.SELECT_ALL]),
    app=st.sampled_from(["a", "a", "b"]),
    category=st.sampled_from([w.AppCategory.MAIL, w.AppCategory.EDITOR, w.AppCategory.CHAT]),
    window=st.sampled_from([1, 1, 2]),
    element=st.none() | elements | elements,
    value=st.none() | values,
    erased=st.sampled_from([*[w.CountBucket.NONE] * 4, w.CountBucket.TO_15, w.CountBucket.OVER_15]),
    effect=st.sampled_from([w.Effect.UNCHANGED, w.Effect.UNCHANGED, w.Effect.CHANGED, w.Effect.UNKNOWN]),
    amount=st.sampled_from([w.CountBucket.NONE, w.CountBucket.TO_15]),
    screen=st.integers(-1, len(SCREENS) - 1) | st.just(0),
)


@st.composite
def repeating(draw: st.DrawFn) -> list[Action]:
    """Actions that often come twice or three times, alike but for one thing."""
    actions: list[Action] = []
    for action in draw(st.lists(acting, max_size=14)):
        actions += [action] * draw(st.sampled_from([1, 1, 1, 2, 3]))
    return actions


def expected(batch: Batch, episodes: list[int]) -> list[tuple[int, str, int, int]]:
    """What the plain loops find, episode by episode."""
    out: list[tuple[int, str, int, int]] = []
    for episode in sorted(set(episodes)):
        rows = [row for row, own in enumerate(episodes) if own == episode]

        def others(place: int, rows: list[int] = rows) -> bool:
            before = [n for n in range(place) if batch.actions[rows[n]].kind not in (K.TASK, K.WAIT)]
            return bool(before) and rows[place] - rows[before[-1]] > place - before[-1]

        actions = [batch.actions[row] for row in rows]
        out += [(episode, rule, start, end) for rule, start, end in labels(actions, batch.screens, others)]
    return sorted(out)


@given(repeating(), st.data())
@settings(max_examples=300, deadline=None)
def test_labels_are_those_of_the_plain_loops(actions: list[Action], data: st.DataObject) -> None:
    cut = st.lists(st.sampled_from([0, 0, 0, 0, 1]), min_size=len(actions), max_size=len(actions))
    episodes = data.draw(cut | st.just([0] * len(actions)))
    batch = Batch(tuple(actions), SCREENS)
    found = label_frame(frame_of_episodes(batch, episodes)).select("episode", "rule", "start", "end").iter_rows()
    assert sorted(found) == expected(batch, episodes)


@given(st.lists(held(), max_size=8))
@settings(max_examples=50, deadline=None)
def test_labels_are_rows_of_one_form_within_their_episode(items: list) -> None:
    batch = batch_of(items)
    given_ = frame_of_episodes(batch, [0] * len(items))
    found = label_frame(given_)
    assert found.schema == LABELS
    assert found.equals(found.sort("episode", "start", "end", "rule"))
    assert found.n_unique() == found.height
    for row in found.iter_rows(named=True):
        assert 0 <= row["start"] < row["end"] <= len(items)
        assert RULES[row["rule"]][0] == row["signal"] and row["source"] == "rule"


@given(repeating(), repeating())
@settings(max_examples=50, deadline=None)
def test_an_episode_is_labelled_alike_whatever_else_is_in_the_frame(one: list[Action], other: list[Action]) -> None:
    both = label_frame(frame_of_episodes(Batch((*one, *other), SCREENS), [0] * len(one) + [1] * len(other)))
    for number, actions in enumerate((one, other)):
        alone = label_frame(frame_of_episodes(Batch(tuple(actions), SCREENS), [number] * len(actions)))
        assert both.filter(pl.col("episode") == number).equals(alone)


@pytest.mark.parametrize("clean", [False, True])
def test_scripted_work_is_labelled_as_by_the_plain_loops(clean: bool) -> None:
    made = work(7, (*TUNING, *EVALUATION), 120, clean=clean)
    found = label_frame(made.frame)
    assert clean or set(found["rule"]) >= set(RULES) - {"cancel_element", "command_by_menu_key"}
    assert sorted(found.select("episode", "rule", "start", "end").iter_rows()) == expected(made.batch, made.episodes)
