"""Rendering: what themes, surrogates, sheets and refusals do, on the screens of vectors and of made programs."""

import io
import json
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from e2e.test_cli import glasswork, write_recording
from glasswork.api.errors import NotThere
from glasswork.assemble.errors import RenderRefused
from glasswork.assemble.parquet import write_records
from glasswork.assemble.record import Record, with_id
from glasswork.assemble.render import THEMES, Drawn, contact_sheet, draw, element_at
from glasswork.assemble.render.apart import hosts, trimmed
from glasswork.assemble.render.canvas import Canvas
from glasswork.assemble.render.drawn import Rect
from glasswork.assemble.render.kinds import PASSIVE
from glasswork.assemble.render.themes import COLOURS, GROUNDS, INKS
from glasswork.assemble.render.words import SURROGATES, captions
from glasswork.cli.main import cli
from glasswork.schema.action import MAX_NODES, Node, Screen
from glasswork.schema.episode import Example, Step
from glasswork.schema.words import Role as R
from glasswork.schema.words import Scope
from made_screens import KINDS, box_errors, is_within, made
from vectors.release import make

SIZE = (640, 400)
FORM = Screen(
    (
        Node(R.DIALOG, 0, "save as"),
        Node(R.TEXTBOX, 1, "name"),
        Node(R.CHECKBOX, 1),
        Node(R.BUTTON, 1, "cancel"),
        Node(R.BUTTON, 1, "save"),
    )
)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def seen(drawn: Drawn, node: int) -> Rect:
    box = drawn.boxes[node]
    assert box is not None
    return box


def colours(drawn: Drawn) -> set[object]:
    found = Image.open(io.BytesIO(drawn.png)).convert("RGB").getcolors(1 << 20)
    return {colour for _, colour in found or ()}


@pytest.mark.parametrize(("kind", "theme", "boxed"), list(product(KINDS, ("desktop", "contrast"), (True, False))))
def test_made_programs_have_their_boxes_where_they_are_painted_and_are_hit_there(
    kind: str, theme: str, boxed: bool
) -> None:
    screen = made(1, kind, boxed)
    drawn = draw(screen, size=SIZE, theme=theme, seed=7)
    assert max(box_errors(screen, drawn, SIZE, theme, 7).values()) <= 1
    for node in drawn.order:
        if screen.nodes[node].role not in PASSIVE:
            assert is_within(screen, element_at(drawn, *seen(drawn, node).centre), node)


def test_the_screens_of_the_vectors_show_all_their_elements() -> None:
    for screen in (*make.day().screens, FORM):
        assert None not in draw(screen).boxes


def test_a_box_is_placed_by_its_cells() -> None:
    screen = Screen((Node(R.WINDOW, 0), Node(R.BUTTON, 1, "save", (64, 32, 16, 8))))
    assert seen(draw(screen), 1) == (640, 200, 160, 50)


def test_a_list_whose_rows_share_one_cell_is_laid_out_as_rows() -> None:
    rows = tuple(Node(R.OPTION, 2, "", (10, 100, 60, 1)) for _ in range(4))
    drawn = draw(Screen((Node(R.WINDOW, 0), Node(R.LISTBOX, 1, "", (10, 60, 60, 60)), *rows)))
    heights = [seen(drawn, n).h for n in range(2, 6)]
    assert min(heights) >= 20


def test_what_has_no_box_among_others_that_have_one_moves_nothing() -> None:
    full = Node(R.TEXTBOX, 1, "", (0, 0, 128, 128))
    drawn = draw(Screen((Node(R.WINDOW, 0), full, Node(R.BUTTON, 1, "save"))))
    assert drawn.boxes == ((0, 0, 1280, 800), (0, 0, 1280, 800), None)


def test_a_dialog_covers_what_is_below_it() -> None:
    hidden, beside = Node(R.BUTTON, 1, "open", (50, 50, 10, 10)), Node(R.BUTTON, 1, "save", (0, 0, 10, 10))
    screen = Screen((Node(R.WINDOW, 0), hidden, beside, Node(R.DIALOG, 1, "", (40, 40, 40, 40)), Node(R.BUTTON, 2)))
    drawn = draw(screen)
    assert drawn.boxes[1] is None
    assert element_at(drawn, *seen(drawn, 4).centre) == 4
    assert element_at(drawn, *seen(drawn, 2).centre) == 2


def test_a_text_with_a_dialog_on_its_middle_is_drawn_and_cannot_be_clicked() -> None:
    text = Screen((Node(R.WINDOW, 0), Node(R.TEXTBOX, 1, "", (0, 0, 128, 128))))
    screen = Screen((*text.nodes, Node(R.DIALOG, 1, "", (32, 32, 64, 64))))
    drawn = draw(screen, size=SIZE)
    assert drawn.boxes[1] is None and element_at(drawn, 5, 5) == 0
    assert max(box_errors(screen, drawn, SIZE, "desktop", 0).values()) <= 1
    corners = [Image.open(io.BytesIO(d.png)).crop((0, 0, 150, 90)).tobytes() for d in (drawn, draw(text, size=SIZE))]
    assert corners[0] == corners[1]


def test_the_items_of_an_open_menu_lie_below_it() -> None:
    screen = Screen((Node(R.WINDOW, 0), Node(R.MENUBAR, 1), Node(R.MENU, 2, "file"), Node(R.MENUITEM, 3, "open")))
    drawn = draw(screen)
    assert seen(drawn, 3).y >= seen(drawn, 2).bottom
    assert element_at(drawn, *seen(drawn, 3).centre) == 3


def test_a_list_of_which_no_option_has_a_box_is_closed() -> None:
    screen = Screen((Node(R.FORM, 0), Node(R.COMBOBOX, 1, "type"), Node(R.OPTION, 2), Node(R.BUTTON, 1, "save")))
    assert [box is None for box in draw(screen).boxes] == [False, False, True, False]


def test_themes_differ_and_use_no_colour_but_theirs_and_blends() -> None:
    pictures = {theme: draw(FORM, theme=theme) for theme in THEMES}
    assert len({drawn.png for drawn in pictures.values()}) == len(THEMES) >= 4
    for theme, drawn in pictures.items():
        named = {getattr(THEMES[theme], name) for name in COLOURS}
        assert len(colours(drawn) & named) >= 4


def test_words_can_be_read_on_every_ground_of_every_theme() -> None:
    def brightness(colour: tuple[int, int, int]) -> float:
        red, green, blue = ((c / 255 / 12.92) if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for name, theme in THEMES.items():
        pairs = [*product(INKS, GROUNDS), ("on_strong", "strong")]
        for ink, ground in pairs:
            dark, light = sorted((brightness(getattr(theme, ink)), brightness(getattr(theme, ground))))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (name, ink, ground)


def test_surrogates_stand_only_where_a_label_is_lost_and_follow_the_seed() -> None:
    screen = Screen(tuple(Node(role, 0 if n == 0 else 1) for n, role in enumerate(SURROGATES)))
    for node, word in zip(screen.nodes, captions(screen, 5, True), strict=True):
        assert word in SURROGATES[node.role]
    assert captions(screen, 5, True) == captions(screen, 5, True) != captions(screen, 6, True)
    assert captions(screen, 5, False) == [""] * len(screen.nodes)
    assert captions(FORM, 5, True)[0] == "Save as"


@pytest.mark.parametrize(
    "label", ["日本語", "\u202egnp.exe", "a\x00b\nc", "%s {0} <b>", "W" * 64, "Öffnen", "\U0001f600"]
)
def test_any_label_is_only_ever_words_in_its_box(label: str) -> None:
    screen = Screen((Node(R.WINDOW, 0), Node(R.BUTTON, 1, label, (10, 10, 30, 10))))
    for theme in THEMES:
        drawn = draw(screen, size=SIZE, theme=theme)
        assert max(box_errors(screen, drawn, SIZE, theme, 0).values()) <= 1


def test_the_largest_screen_has_a_place_for_every_element() -> None:
    for role in (R.BUTTON, R.TEXTBOX, R.LISTITEM):
        drawn = draw(Screen((Node(R.WINDOW, 0), *(Node(role, 1, "save") for _ in range(MAX_NODES - 1)))))
        assert None not in drawn.boxes


def test_the_deepest_screen_draws() -> None:
    drawn = draw(Screen(tuple(Node(R.GROUP, min(n, 64), "", (0, 0, 128, 128)) for n in range(MAX_NODES))))
    assert len(drawn.order) == MAX_NODES


@pytest.mark.parametrize(
    ("screen", "options"),
    [
        (Screen(()), {}),
        (FORM, {"theme": "none of them"}),
        (FORM, {"size": (10, 800)}),
        (FORM, {"size": (1280, 100_000)}),
    ],
)
def test_what_cannot_be_drawn_is_refused(screen: Screen, options: dict[str, object]) -> None:
    with pytest.raises(RenderRefused):
        draw(screen, **options)  # type: ignore[arg-type]


def step(screen: int, **arguments: str) -> Step:
    return Step(observation="", tool="click", arguments=dict(arguments), screen=screen)


def example(*steps: Step) -> Example:
    return Example(id="a", goal="", steps=steps, outcome="unknown", week="2026-W48", screens=(FORM,))


def test_a_contact_sheet_has_a_card_a_step_and_outlines_what_was_acted_on() -> None:
    with_target, without = (
        Image.open(io.BytesIO(contact_sheet(example(*steps)))).convert("RGB")
        for steps in ((step(0, ref="e5"), step(-1)), (step(0), step(-1)))
    )
    assert with_target.size == without.size
    pink = [list(image.get_flattened_data()).count((222, 0, 120)) for image in (with_target, without)]
    assert pink[0] > 50 and pink[1] == 0


def test_a_sheet_of_many_steps_says_how_many_it_leaves_out() -> None:
    many, most = (Image.open(io.BytesIO(contact_sheet(example(*[step(0)] * n)))) for n in (60, 48))
    assert many.width == most.width and 0 < many.height - most.height < 40


def test_an_episode_without_screens_is_refused_and_nothing_is_made_up() -> None:
    for one in (example(step(-1), step(-1)), example()):
        with pytest.raises(RenderRefused, match="nothing is made up"):
            contact_sheet(one)


def test_an_example_of_a_release_is_drawn_by_the_command(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    one = example(step(0, ref="e5"), step(0, ref="e2"))
    record = Record(example=one, apps=(), suppressed=0, scope=Scope.SELF, policy="", basis="")
    write_records([record, with_id(record, "b" * 32)], tmp_path / "data" / "train-00000.parquet")
    out = tmp_path / "sheet.png"
    done = run(
        "render", "--release", tmp_path, "--example", "bbbb", "--theme", "web", "--size", "640x400", "--out", out
    )
    assert done.exit_code == 0 and out.stat().st_mode & 0o777 == 0o600
    assert Image.open(out).size == (2 * 496 + 16, 300 + 26 + 32)
    missing = run("render", "--release", tmp_path, "--example", "c")
    assert isinstance(missing.exception, NotThere)


@pytest.mark.slow
def test_an_own_episode_is_drawn_by_the_command_and_one_without_screens_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "workspace"
    (tmp_path / "plain").mkdir()
    write_recording(tmp_path / "plain")
    for recording in (Path(__file__).parents[1] / "vectors" / "recordings" / "agentnet_good", tmp_path / "plain"):
        assert glasswork(folder, "import", recording, "--basis", "written by this test").returncode == 0
    found = json.loads(glasswork(folder, "episodes", "list", "--json").stdout)
    with_screens = [one["id"] for one in found if one["screens"] and len(one["actions"]) > 1]
    without = [one["id"] for one in found if not one["screens"]]
    assert with_screens and without
    done = glasswork(folder, "render", with_screens[0][:8])
    assert done.returncode == 0 and Image.open(tmp_path / f"episode-{with_screens[0][:8]}.png").size[0] > 400
    done = glasswork(folder, "render", without[0], "--out", tmp_path / "none.png")
    assert done.returncode == 65 and not (tmp_path / "none.png").exists()


@pytest.mark.parametrize("arguments", [(), ("a", "--release", "."), ("--example", "a"), ("a", "--size", "wide")])
def test_the_command_says_what_it_needs(arguments: tuple[str, ...]) -> None:
    assert run("render", *arguments).exit_code == 2


def test_one_pane_hosts_another_and_neighbours_part_in_the_middle_of_what_they_share() -> None:
    pane, button = Rect(0, 0, 100, 100), Rect(10, 10, 20, 20)
    assert hosts([button, pane], [False, True]) == {0: 1}
    assert hosts([button, button], [False, False]) == {}
    assert trimmed([Rect(0, 0, 20, 10), Rect(16, 0, 20, 10)], [False, False]) == [(0, 0, 18, 10), (18, 0, 18, 10)]
    assert trimmed([Rect(0, 0, 20, 10), Rect(16, 0, 20, 10)], [False, True]) == [(0, 0, 20, 10), (20, 0, 16, 10)]


def test_a_widget_that_painted_beside_its_box_would_be_found() -> None:
    canvas = Canvas(64, 64, "desktop", flat=True)
    canvas.node = 3
    canvas.box(Rect(10, 10, 5, 5), "ink")
    assert canvas.image.getpixel((14, 14)) == 3
    assert canvas.image.getpixel((15, 14)) == -1


def test_the_package_needs_no_pillow_until_something_is_drawn() -> None:
    code = (
        "import sys; sys.modules['PIL'] = None\n"
        "from glasswork.assemble import render\n"
        "from glasswork.assemble.errors import RenderRefused\n"
        "assert len(render.THEMES) >= 4 and render.Drawn\n"
        "try:\n    render.draw\nexcept RenderRefused as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "glasswork[render]" in done.stdout
