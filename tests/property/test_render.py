"""Rendering: what holds of every Screen that can be drawn."""

import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from glasswork.assemble.render.drawing import draw
from glasswork.assemble.render.drawn import Rect, element_at
from glasswork.assemble.render.kinds import CHOICES, OPENERS, PASSIVE
from glasswork.assemble.render.layout import parents
from glasswork.assemble.render.themes import THEMES
from glasswork.schema.action import GRID, Node, Screen
from glasswork.schema.words import CountBucket, Role
from made_screens import box_errors, is_within, made
from strategies import labels

SIZES = st.tuples(st.integers(64, 400), st.integers(64, 400))
BOXES = st.none() | st.tuples(*[st.integers(0, GRID)] * 4)
SCREENS = st.builds(
    Screen,
    st.lists(
        st.builds(Node, st.sampled_from(Role), st.integers(0, 8), labels, BOXES), min_size=1, max_size=60
    ).map(tuple),
    st.sampled_from(CountBucket),
)  # fmt: skip
UNBOXED = SCREENS.map(lambda s: Screen(tuple(Node(n.role, n.depth, n.label) for n in s.nodes)))
STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@STEADY
@given(SCREENS | UNBOXED, SIZES, st.sampled_from(list(THEMES)), st.integers(0, 3), st.booleans())
def test_every_screen_draws_inside_the_picture_and_children_in_their_parents(
    screen: Screen, size: tuple[int, int], theme: str, seed: int, surrogates: bool
) -> None:
    drawn = draw(screen, size=size, theme=theme, seed=seed, surrogates=surrogates)
    assert Image.open(io.BytesIO(drawn.png)).size == size == (drawn.width, drawn.height)
    assert len(drawn.boxes) == len(screen.nodes)
    assert sorted(drawn.order) == [n for n, box in enumerate(drawn.boxes) if box is not None]
    for node, (box, parent) in enumerate(zip(drawn.boxes, parents(screen), strict=True)):
        if box is None:
            continue
        assert box.w > 0 and box.h > 0 and Rect(0, 0, *size).covers(box)
        opened = parent >= 0 and screen.nodes[parent].role in OPENERS and screen.nodes[node].role in CHOICES
        if parent >= 0 and not opened:  # the choices of a menu lie beside it
            around = drawn.boxes[parent]
            assert around is not None and around.covers(box)


@STEADY
@given(SCREENS | UNBOXED, SIZES, st.sampled_from(list(THEMES)))
def test_a_click_in_the_middle_of_what_can_be_used_lands_in_it(
    screen: Screen, size: tuple[int, int], theme: str
) -> None:
    drawn = draw(screen, size=size, theme=theme)
    for node in drawn.order:
        box = drawn.boxes[node]
        if box is not None and screen.nodes[node].role not in PASSIVE:
            assert is_within(screen, element_at(drawn, *box.centre), node)


@STEADY
@given(SCREENS | UNBOXED, SIZES, st.sampled_from(list(THEMES)), st.integers(0, 3))
def test_every_box_is_where_its_element_was_painted(
    screen: Screen, size: tuple[int, int], theme: str, seed: int
) -> None:
    drawn = draw(screen, size=size, theme=theme, seed=seed)
    assert max(box_errors(screen, drawn, size, theme, seed).values()) <= 1


@STEADY
@given(SCREENS, st.sampled_from(list(THEMES)), st.integers(0, 3), st.booleans())
def test_the_same_arguments_give_the_same_bytes(screen: Screen, theme: str, seed: int, surrogates: bool) -> None:
    first = draw(screen, size=(200, 150), theme=theme, seed=seed, surrogates=surrogates)
    draw(made(seed), size=(200, 150), theme=theme)
    assert draw(screen, size=(200, 150), theme=theme, seed=seed, surrogates=surrogates) == first


@STEADY
@given(SCREENS, st.integers(0, 3))
def test_a_surrogate_depends_on_the_place_and_never_on_the_label(screen: Screen, seed: int) -> None:
    from glasswork.assemble.render.words import captions

    bare = Screen(tuple(Node(node.role, node.depth, "", node.box) for node in screen.nodes))
    for node, with_labels, without in zip(
        screen.nodes, captions(screen, seed, True), captions(bare, seed, True), strict=True
    ):
        assert with_labels == without or node.label.split()
