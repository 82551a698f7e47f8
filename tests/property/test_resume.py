"""Tasks that are left and taken up again, against a plain loop, and on scripted work with planted interruptions."""

from datetime import date
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from glasswork.refine.cut import cut
from glasswork.refine.resume import joined, with_resumed
from glasswork.refine.rules import with_rules
from glasswork.refine.segment import reasons_of, segment
from glasswork.schema import words as w
from glasswork.schema.action import Action, Element, Node, Screen, Value
from glasswork.schema.batch import Batch, encode_batch, unpack
from glasswork.vault.frames import Provenance, frame_of
from resume_oracle import taken_up
from scripted_work import EVALUATION, TUNING, work

K = w.ActionKind
SCREENS = tuple(Screen((Node(role, 0),)) for role in (w.Role.FORM, w.Role.LIST))

# Two windows of two programs, few keys and slots, and much that is entered and completed, so that tasks are taken up.
ELEMENTS = [
    None,
    Element(w.Role.TEXTBOX, "", w.ElementClass.EDIT, 1),
    Element(w.Role.TEXTBOX, "", w.ElementClass.EDIT, 2),
    Element(w.Role.SEARCHBOX, "", w.ElementClass.SEARCH, 3),
    Element(w.Role.BUTTON, "", w.ElementClass.SUBMIT, 4),
]
acting = st.builds(
    Action,
    kind=st.sampled_from([K.TYPE_TEXT] * 30 + [K.SCROLL] * 10 + [K.CLICK, K.PRESS_KEY, K.HOTKEY, *K]),
    gap=st.sampled_from([w.GapClass.UNDER_1S] * 30 + [w.GapClass.UNDER_64S, w.GapClass.IDLE]),
    key=st.sampled_from([w.Key.NONE, w.Key.TAB, w.Key.ENTER]),
    command=st.sampled_from([w.Command.NONE] * 4 + [w.Command.SAVE, w.Command.QUIT]),
    element=st.sampled_from(ELEMENTS),
    value=st.none() | st.builds(Value, st.integers(1, 40)),
    task=st.sampled_from(["", "one"]),
    screen=st.sampled_from([-1, 0, 1]),
)


@st.composite
def visiting(draw: st.DrawFn) -> list[Action]:
    """Some actions in one window, some in another, and so on; often something is sent before a window is left."""
    out: list[Action] = []
    places = st.sampled_from([("a", 1), ("b", 2), ("a", 3), ("a", 0)])
    for number in range(draw(st.integers(3, 7))):
        app, window = (("a", 1), ("b", 2))[number % 2] if draw(st.integers(0, 5)) else draw(places)
        send = [Action(kind=K.CLICK, gap=w.GapClass.UNDER_1S, element=ELEMENTS[-1])]
        sends = draw(st.booleans()) if app == "b" else draw(st.integers(0, 5)) == 0
        for action in draw(st.lists(acting, min_size=1, max_size=5)) + send * sends:
            fields = {name: getattr(action, name) for name in action.__struct_fields__}
            out.append(Action(**fields | {"app": app, "window": window}))
    return out


def frame(actions: list[Action]) -> pl.DataFrame:
    packed, _ = unpack(encode_batch(Batch(tuple(actions), SCREENS)))
    rows = frame_of(packed, 0, Provenance(date(2026, 11, 24), "", w.Scope.SELF, "0" * 64))
    return rows.with_columns(part=pl.lit(0, pl.UInt32))


@given(visiting())
@settings(max_examples=500, deadline=None)
def test_what_is_taken_up_is_what_the_plain_loop_finds(actions: list[Action]) -> None:
    ruled = with_rules(frame(actions))
    told, found = with_resumed(ruled)
    reasons = [set(reasons_of(mask)) for mask in ruled["_mask"]]
    expected = taken_up(actions, reasons)
    event(f"taken up: {len(expected)}")
    assert set(found.iter_rows()) == expected
    said = [set(reasons_of(mask)) for mask in told["_mask"]]
    again = {row for _, *rows in expected for row in rows}
    assert said == [own | {"resumed"} if row in again else own for row, own in enumerate(reasons)]


@given(visiting())
@settings(max_examples=300, deadline=None)
def test_joining_only_joins_and_keeps_all_and_the_order(actions: list[Action]) -> None:
    told, found = with_resumed(with_rules(frame(actions)))
    pieces = cut(told)
    whole = joined(pieces, found)
    assert whole.drop("episode", "began", "began_sure", "ended", "ended_sure").equals(
        pieces.drop("episode", "began", "began_sure", "ended", "ended_sure")
    )
    assert (whole["episode"].is_null() == pieces["episode"].is_null()).all()
    numbers = whole["episode"].drop_nulls().unique().sort().to_list()
    assert numbers == list(range(len(numbers)))
    left = {left: again for left, _, again in found.iter_rows()}
    for own in whole.drop_nulls("episode").with_row_index("at").partition_by("episode", maintain_order=True):
        rows = pieces.drop_nulls("episode")[own["at"]]
        assert own["began"].unique().to_list() == [rows["began"][0]]
        assert own["ended"].unique().to_list() == [rows["ended"][-1]]
        for one, two in pairwise(own["row"]):
            real = [n for n in range(one + 1) if actions[n].kind not in (K.GAP, K.LOST, K.SUPPRESSED, K.TASK)]
            assert pieces["episode"][one] == pieces["episode"][two] or left[real[-1]] == two
    assert joined(whole, found.clear()).equals(whole)


@given(st.lists(visiting(), min_size=1, max_size=4))
@settings(max_examples=50, deadline=None)
def test_partitions_are_cut_together_as_each_alone(days: list[list[Action]]) -> None:
    frames = [frame(actions).with_columns(part=pl.lit(n, pl.UInt32)) for n, actions in enumerate(days)]
    together = segment(pl.concat(frames))
    for number, own in enumerate(frames):
        found = together.filter(pl.col("part") == number)
        found = found.with_columns(pl.col("episode") - pl.col("episode").min())
        assert found.equals(segment(own))


@pytest.mark.parametrize("tasks", [TUNING, EVALUATION])
def test_planted_interruptions_are_joined_rightly(tasks: tuple) -> None:
    made = work(11, tasks, 300, clean=False)
    rows = made.frame.drop("episode", "place", "hole", "screen", "tree").sort("batch", "row")
    said, true = segment(rows)["episode"].to_list(), made.episodes
    holes = _holes(true)
    joins = _holes(said)
    right = [(one, two) for one, two in joins if true[one] == true[two]]
    assert len(right) >= 0.95 * len(joins)
    assert sum(said[one] == said[two] != said[one + 1] for one, two in holes) >= 0.3 * len(holes) > 0


def _holes(episodes: list[int]) -> list[tuple[int, int]]:
    """The rows before and after what lies between two pieces of an episode."""
    last: dict[int, int] = {}
    found: list[tuple[int, int]] = []
    for row, episode in enumerate(episodes):
        if episode is not None and last.get(episode, row - 1) < row - 1:
            found.append((last[episode], row))
        last[episode] = row
    return found
