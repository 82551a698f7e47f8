"""Hypothesis strategies for the words of Glasswork."""

from hypothesis import strategies as st

from glasswork.schema import words as w
from glasswork.schema.action import GRID, Action, Element, Node, Screen, Value
from glasswork.schema.batch import Held
from glasswork.schema.raw import RawKind

labels = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
boxes = st.none() | st.tuples(*[st.integers(0, GRID)] * 4)
screens = st.builds(
    Screen,
    st.lists(st.builds(Node, st.sampled_from(w.Role), st.integers(0, 64), labels, boxes), min_size=1, max_size=5).map(
        tuple
    ),
    st.sampled_from(w.CountBucket),
)
values = st.builds(
    Value,
    st.integers(1, 0xFFFF),
    st.sampled_from(w.ValueKind),
    st.sampled_from(w.LengthBucket),
    st.sampled_from(w.Origin),
)


def elements(nodes: int) -> st.SearchStrategy[Element]:
    """Elements whose node lies in a Screen of so many nodes (or nowhere)."""
    return st.builds(
        Element,
        st.sampled_from(w.Role),
        labels,
        st.sampled_from(w.ElementClass),
        st.integers(0, 0xFFFF),
        st.integers(-1, nodes - 1),
        boxes,
    )


@st.composite
def held(draw: st.DrawFn) -> Held:
    """A held action with or without a Screen, and some counts."""
    screen = draw(st.none() | screens)
    action = draw(
        st.builds(
            Action,
            kind=st.sampled_from(w.ActionKind),
            gap=st.sampled_from(w.GapClass),
            modality=st.sampled_from(w.Modality),
            button=st.sampled_from(w.Button),
            key=st.sampled_from(w.Key),
            command=st.sampled_from(w.Command),
            app=labels,
            category=st.sampled_from(w.AppCategory),
            window=st.integers(0, 0xFFFF),
            element=st.none() | elements(len(screen.nodes) if screen else 0),
            value=st.none() | values,
            erased=st.sampled_from(w.CountBucket),
            pace=st.sampled_from(w.Pace),
            effect=st.sampled_from(w.Effect),
            direction=st.sampled_from(w.Direction),
            amount=st.sampled_from(w.CountBucket),
            reason=st.sampled_from(w.Reason),
            task=labels,
        )
    )
    counts = draw(st.dictionaries(st.sampled_from(RawKind), st.integers(0, 1000), max_size=3))
    return Held(action, screen, counts)
