"""The timeline of the review, the same from the command line, and what a named task becomes in the zone."""

from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner, Result

from e2e.test_review import KEY, act, sample_day
from glasswork import refine, vault
from glasswork.api import workspace
from glasswork.cli.held import review_, send_, sent_, task_
from glasswork.device import hold
from glasswork.device.hold import find_key
from glasswork.device.hold.key import VARIABLE
from glasswork.device.review.timeline import LINES, of_day
from glasswork.device.send import Choice, choice
from glasswork.govern.decide import Session, SessionRole
from glasswork.refine.job import EPISODES
from glasswork.refine.rows import episodes_of
from glasswork.schema.batch import batch_of
from glasswork.schema.words import ActionKind, GapClass, Preference, Zone
from vault_world import ADMIT, ASSEMBLE, Clock, approved, enrolled

CONTEXT = hold.Context("session", "0" * 64)


def test_a_day_is_cut_by_absence_and_by_program(tmp_path: Path) -> None:
    with hold.open_hold(tmp_path, KEY) as handle:
        sample_day(handle)
        day = of_day(handle, hold.days(handle)[0], 0)
    apps = [[(block.app, len(block.lines)) for block in stretch.blocks] for stretch in day.stretches]
    assert apps == [[("pcmanfm", 2), ("mousepad", 8)], [("mousepad", 8)]]
    assert [str(stretch.span()) for stretch in day.stretches] == ["1:1-2:4", "3:1-3:6"]
    assert [str(block.span()) for block in day.stretches[0].blocks] == ["1:1-1:2", "1:3-2:4"]


def test_idle_time_and_another_run_of_the_recorder_cut_too(tmp_path: Path) -> None:
    with hold.open_hold(tmp_path, KEY) as handle:
        hold.append(handle, [act(ActionKind.CLICK), act(ActionKind.CLICK, gap=GapClass.IDLE)], CONTEXT)
        hold.append(handle, [act(ActionKind.CLICK)], hold.Context("another", "0" * 64))
        day = of_day(handle, hold.days(handle)[0], 0)
    assert [str(stretch.span()) for stretch in day.stretches] == ["1:1", "1:2", "2:1"]


def test_pages_of_a_long_day_show_every_line_once(tmp_path: Path) -> None:
    with hold.open_hold(tmp_path, KEY) as handle:
        hold.append(handle, [act(ActionKind.CLICK)] * (2 * LINES + 1), CONTEXT)
        (day,) = hold.days(handle)
        pages = [of_day(handle, day, page) for page in range(3)]
    assert {page.pages for page in pages} == {3}
    lines = [line for page in pages for stretch in page.stretches for block in stretch.blocks for line in block.lines]
    assert len({line.at for line in lines}) == len(lines) == 2 * LINES + 1


def test_a_day_of_which_nothing_is_held(tmp_path: Path) -> None:
    with hold.open_hold(tmp_path, KEY) as handle:
        assert of_day(handle, "", 0).stretches == ()


def test_a_task_and_a_preference_go_the_whole_way_to_an_episode(tmp_path: Path) -> None:
    """Through a real hold, envelope, vault and refinery: the episodes carry the name, and which way was the better."""
    with hold.open_hold(tmp_path / "device", KEY) as handle:
        sample_day(handle)
        leaving = [line.held for line in hold.leaving(hold.review(handle).records, hold.tasks(handle))]
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as opened:
        device = enrolled(opened)
        vault.receive(opened, device.seal(batch_of(leaving)))
        admitted = vault.admit(opened, ADMIT)
        assert (admitted.actions, admitted.quarantined) == (len(leaving), 0)
        refine.run(opened, Session("refinement", SessionRole.JOB, Zone.ACTIONS))
        (frame,) = vault.open(opened, vault.dataset(opened, Zone.EPISODES, EPISODES), "assemble", ASSEMBLE)
        episodes = episodes_of(frame)
    named = [episode for episode in episodes if episode.title == "save a note"]
    assert len(named) == 2 and all(episode.goal.startswith("save a note — ") for episode in named)
    said = [next(action.preferred for action in episode.actions if action.task) for episode in named]
    assert sorted(said) == [Preference.BETTER, Preference.WORSE]
    assert {len(episode.steps) for episode in named} == {5, 3}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> workspace.Workspace:
    monkeypatch.setenv(VARIABLE, "a passphrase of a test")
    made = workspace.create(tmp_path / "w")
    with hold.open_hold(made.device, find_key(made.device)) as handle:
        sample_day(handle)
    return made


def run(own: workspace.Workspace, command: click.Command, *words: str) -> Result:
    return CliRunner().invoke(command, words, obj=own.folder)


def test_everything_is_possible_from_the_command_line(own: workspace.Workspace) -> None:
    text = run(own, review_, "--text").output
    assert "    1:3  opened a window" in text and "      -  a task begins, which you named “save a note”" in text
    assert run(own, review_).output == text  # there is no terminal here
    held = msgspec.json.decode(run(own, review_, "--json").output)
    assert [record["withheld"] for record in held] == [False] * 3
    assert "2 actions deleted" in run(own, review_, "--drop", "3:5", "--drop", "3:6").output
    assert "1 records withheld" in run(own, review_, "--withhold", "2").output
    assert "record 2," in (text := run(own, review_, "--text").output) and ", withheld" in text
    assert "1 records released" in run(own, review_, "--release", "1-2").output
    assert "Task 3" in run(own, task_, "open a file", "1:1-1:2").output
    assert "“save a note”" in run(own, task_, "--better", "1").output
    listed = run(own, task_).output
    assert "task 3, 1:1-1:2: open a file" in listed and "task 1, 1:3-2:3: save a note (better)" in listed
    assert "gone" in run(own, task_, "--remove", "3").output
    assert "no such task" in run(own, task_, "--remove", "3").output
    assert isinstance(run(own, task_, "ask anna.example@example.org", "1").exception, hold.ChoiceRefused)
    assert isinstance(run(own, review_, "--drop", "x").exception, hold.ChoiceRefused)
    assert run(own, task_, "a name alone").exit_code == 2


def test_the_choice_to_send_by_itself(own: workspace.Workspace) -> None:
    assert "4 hours after it has ended" in run(own, send_, "--by-itself", "on", "--after", "4").output
    assert choice(own.device) == Choice(by_itself=True, after_hours=4)
    run(own, send_, "--by-itself", "off")
    assert not choice(own.device).by_itself
    assert "Nothing was sent." in run(own, sent_, "--yesterday").output
