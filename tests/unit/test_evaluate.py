"""Evaluate: what is planted is learnt, what is random is not, what abstraction takes away is seen to be gone."""

import json
import random
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import polars as pl
import pytest

from glasswork import assemble, refine
from glasswork.assemble.building import record
from glasswork.assemble.errors import NotBuilt
from glasswork.assemble.evaluate import curve, plot
from glasswork.assemble.evaluate.built import evaluate, evaluate_records
from glasswork.assemble.evaluate.errors import TooFewPeople, TooLittle
from glasswork.assemble.evaluate.features import CONTEXTS, detailed, released, target
from glasswork.assemble.evaluate.measure import Case, drawn, measure
from glasswork.assemble.evaluate.models import MODELS, Steps, foretell, steps
from glasswork.assemble.evaluate.report import Evaluation, HeldOut, markdown
from glasswork.assemble.evaluate.scores import Resampled, macro_f1
from glasswork.assemble.generalise import generalise
from glasswork.assemble.record import Record
from glasswork.govern.errors import Refused
from glasswork.schema import words as w
from glasswork.schema.action import Action, Element
from glasswork.schema.episode import Episode
from vectors.release import make

CYCLE = [w.Command.COPY, w.Command.PASTE, w.Command.SAVE, w.Command.BOLD, w.Command.UNDO]
Draw = Callable[[random.Random, list[Action]], Action]


def hotkey(command: w.Command, **rest: object) -> Action:
    return Action(kind=w.ActionKind.HOTKEY, command=command, app="writer", **rest)  # type: ignore[arg-type]


def click(label: str, command: w.Command = w.Command.NONE) -> Action:
    return Action(kind=w.ActionKind.CLICK, command=command, element=Element(w.Role.BUTTON, label), app="writer")


def planted_widely(draw: random.Random, before: list[Action]) -> Action:
    """As `planted`, of so many commands that it takes data to have seen them all."""
    commands = list(w.Command)[1:]
    return hotkey(commands[(commands.index(before[-1].command) + 7) % 34] if before else draw.choice(commands))


def planted(draw: random.Random, before: list[Action]) -> Action:
    """Each command follows from the one before; the first is any."""
    if not before:
        return hotkey(draw.choice(CYCLE))
    return hotkey(CYCLE[(CYCLE.index(before[-1].command) + 1) % len(CYCLE)])


def at_random(draw: random.Random, before: list[Action]) -> Action:
    return hotkey(draw.choice(CYCLE))


def told_by_a_label(draw: random.Random, before: list[Action]) -> Action:
    """A button's label, which only its writer has, tells the command that comes next."""
    if before and before[-1].element is not None:
        return hotkey(CYCLE[int(before[-1].element.label[-1])])
    return click(f"rare word {draw.randrange(len(CYCLE))}")


def by_gap(draw: random.Random, before: list[Action]) -> Action:
    """Whether the action before was slow tells the next: what no released step says."""
    slow = bool(before) and before[-1].gap is w.GapClass.UNDER_64S
    return hotkey(CYCLE[slow], gap=draw.choice((w.GapClass.UNDER_1S, w.GapClass.UNDER_64S)))


def episodes(draw: Draw, count: int, length: int = 10, seed: int = 0) -> list[Episode]:
    dice = random.Random(seed)
    found: list[Episode] = []
    for number in range(count):
        actions: list[Action] = []
        for _ in range(length):
            actions.append(draw(dice, actions))
        found.append(
            Episode(id=f"{number:032x}", week="2026-W48", scope=w.Scope.SELF, policy="", actions=tuple(actions))
        )
    return found


def made(episode: Episode) -> Record:
    found = record(episode)
    assert isinstance(found, Record)
    return found


def cases(found: Sequence[Episode], people: int = 5, *, rare: bool = False) -> list[Case]:
    """The episodes as those of so many people; with `rare`, every label is generalised away in what is released."""
    return [
        Case(
            id=episode.id,
            group=str(number % people),
            split="train",
            person=number % people,
            released=released(made(generalise(episode, {("app", "writer")}) if rare else episode)),
            detailed=detailed(episode),
        )
        for number, episode in enumerate(found)
    ]


def views(found: Sequence[Episode], people: int = 5) -> Steps:
    return steps((number % people, released(made(episode))) for number, episode in enumerate(found))


def right(view: Steps, model: str, held_out: int = 0) -> tuple[float, int]:
    """How often a model is right about a group that it has not seen, and of how many steps."""
    test = view.frame.filter(pl.col("group") == held_out)
    found = foretell(view.frame.filter(pl.col("group") != held_out), test, seed=0)
    assert found["row"].to_list() == test["row"].to_list()
    return (found[f"place_{model}"] == 1).sum() / test.height, test.height


def test_what_is_planted_is_learnt() -> None:
    view = views(episodes(planted, 60))
    for model in ("bigram", "ngram", "boosted"):  # but the first of ten, which is any
        assert right(view, model)[0] > 0.88
    assert right(view, "majority")[0] < 0.3


def test_what_is_random_is_not_learnt() -> None:
    view = views(episodes(at_random, 80))
    for model in MODELS:
        share, n = right(view, model)
        assert abs(share - 1 / len(CYCLE)) < 4 * (0.2 * 0.8 / n) ** 0.5


def test_a_label_tells_a_trainer_what_follows_where_it_is_kept() -> None:
    assert right(views(episodes(told_by_a_label, 60)), "boosted")[0] > 0.85
    assert right(views(episodes(told_by_a_label, 60)), "bigram")[0] < 0.7


def test_contexts_tell_nothing_of_the_step_itself() -> None:
    """Two episodes that differ in their last step alone: all that is known before it is the same."""
    one = episodes(planted, 1)[0]
    two = msgspec.structs.replace(one, actions=(*one.actions[:-1], click("other", w.Command.PRINT)))
    for view in (lambda episode: released(made(episode)), detailed):
        a, b = view(one), view(two)
        assert [moment.contexts for moment in a] == [moment.contexts for moment in b]
        assert a[-1].target != b[-1].target


def test_both_views_have_the_same_targets() -> None:
    day = make.day()
    episode = Episode(id="e", week="2026-W48", scope=w.Scope.SELF, policy="", actions=day.actions, screens=day.screens)
    for kept in (episode, generalise(episode, set())):
        assert [one.target for one in released(made(kept))] == [one.target for one in detailed(episode)]
    assert {len(one.contexts) for one in released(made(episode))} == {len(CONTEXTS)}


def test_a_target_is_tool_role_and_command() -> None:
    assert target("click", {"role": "button", "command": "save", "label": "x"}) == "click · button · save"
    assert target("wait", {}) == "wait"


@pytest.fixture(scope="module")
def lost() -> Evaluation:
    return measure("lost", cases(episodes(told_by_a_label, 60), rare=True), HeldOut.PEOPLE, minimum_people=5)


@pytest.mark.slow
def test_a_signal_that_abstraction_takes_away_is_seen_to_be_gone(lost: Evaluation) -> None:
    assert lost.kept is not None and lost.kept.gained is not None
    assert lost.kept.detailed > 0.85
    assert lost.kept.share.high < 0.9
    assert lost.kept.share.value == pytest.approx(lost.kept.released / lost.kept.detailed)
    assert lost.kept.gained.value < lost.kept.share.value


@pytest.mark.slow
def test_no_number_is_of_one_person(lost: Evaluation) -> None:
    assert lost.people == 5 and lost.clusters == "episodes"
    assert lost.between is not None and lost.between.people == 5
    few = cases(episodes(told_by_a_label, 60), people=4)
    with pytest.raises(TooFewPeople, match="5 people or more"):
        measure("few", few, HeldOut.PEOPLE, minimum_people=5)


@pytest.mark.slow
def test_a_program_that_few_people_use_is_not_named() -> None:
    def alone(number: int, episode: Episode) -> Episode:
        actions = [
            msgspec.structs.replace(a, app="solitaire" if number % 6 == 3 else "writer") for a in episode.actions
        ]
        opened = Action(kind=w.ActionKind.SWITCH_APP, app=actions[0].app)
        return msgspec.structs.replace(episode, actions=(opened, *actions))

    found = [alone(number, episode) for number, episode in enumerate(episodes(at_random, 60))]
    report = measure("apps", cases(found, people=6), HeldOut.PEOPLE, minimum_people=5)
    assert [app.app for app in report.apps] == ["writer"]
    assert b"solitaire" not in report.json and "solitaire" not in markdown(report)


@pytest.mark.slow
def test_what_is_left_over_beside_named_programs_is_not_one_persons() -> None:
    """Without a program of everybody's among the unnamed, the whole less the named would be the one person's."""

    def alone(number: int, episode: Episode) -> Episode:
        app = "solitaire" if number % 6 == 3 else ("writer", "mail")[number // 6 % 2]
        actions = (Action(kind=w.ActionKind.SWITCH_APP, app=app), *episode.actions)
        return msgspec.structs.replace(episode, actions=tuple(msgspec.structs.replace(a, app=app) for a in actions))

    found = [alone(number, episode) for number, episode in enumerate(episodes(at_random, 72))]
    one = [case._replace(released=case.released[1:], detailed=None) for case in cases(found, people=6)]
    report = measure("apps", one, HeldOut.PEOPLE, minimum_people=5)
    named = sum(app.steps for app in report.apps)
    assert 0 < named < report.judged - 120, "of solitaire there are 120, so something else is left out too"


def test_a_gap_is_in_the_detailed_view_alone() -> None:
    found = episodes(by_gap, 60)
    assert right(views(found), "boosted")[0] < 0.75
    view = steps((number % 5, detailed(episode)) for number, episode in enumerate(found))
    assert right(view, "boosted")[0] > 0.95


@pytest.mark.slow
def test_more_data_teach_more_and_the_same_seed_says_the_same() -> None:
    found = cases(episodes(planted_widely, 40, length=8))
    one = measure("curve", found, HeldOut.PEOPLE)
    assert one == measure("curve", random.Random(1).sample(found, len(found)), HeldOut.PEOPLE)
    for accuracies in ([point.boosted for point in one.curve], [point.ngram for point in one.curve]):
        assert accuracies == sorted(accuracies) and accuracies[-1] > accuracies[0] + 0.1
    assert one.curve[-1].boosted == pytest.approx(one.models["boosted"].top1.value)
    assert one.over_majority.low > 0.5 and one.trend.slope < 0 < one.trend.doubling


@pytest.mark.slow
def test_over_random_data_the_interval_of_the_gain_covers_nothing_gained() -> None:
    found = measure("dice", cases(episodes(at_random, 60)), HeldOut.PEOPLE)
    assert found.over_majority.low <= 0.02 and found.over_majority.high < 0.1


@pytest.mark.parametrize(("count", "people"), [(5, 5), (60, 1)])
def test_too_little_is_said_to_be_so(count: int, people: int) -> None:
    with pytest.raises(TooLittle, match="steps"):
        measure("little", cases(episodes(planted, count), people=people), HeldOut.PEOPLE)


@pytest.mark.slow
def test_a_release_is_judged_by_its_split_or_else_by_families() -> None:
    def of(split: str, family: str, episode: Episode) -> Record:
        given = made(msgspec.structs.replace(episode, family=family))
        return msgspec.structs.replace(given, split=split)

    found = episodes(planted, 40, length=8)
    held = [of("test" if n % 4 == 0 else "train", "", episode) for n, episode in enumerate(found)]
    report = evaluate_records("split", held)
    assert (report.held_out, report.folds, report.judged) == (HeldOut.SPLIT, 1, 80)
    assert report.people == 0 and report.between is None and report.kept is None
    report = evaluate_records("family", [of("train", f"{n % 3:016x}", episode) for n, episode in enumerate(found)])
    assert (report.held_out, report.folds, report.judged) == (HeldOut.FAMILY, 3, 320)


def test_more_than_is_used_is_drawn_from_by_the_seed() -> None:
    sizes = [(f"{n:03}", 1_000) for n in range(80)]
    assert len(drawn(sizes, 0)) == 50
    assert drawn(sizes, 0) == drawn(reversed(sizes), 0) != drawn(sizes, 1)
    assert drawn(sizes[:50], 3) == {identifier for identifier, _ in sizes[:50]}


def test_a_bootstrap_over_clusters_is_wider_where_clusters_are_alike() -> None:
    frame = pl.DataFrame({"right": [n // 20 % 2 == 0 for n in range(400)], "episode": [n // 20 for n in range(400)]})
    frame = frame.with_columns(alone=pl.int_range(400))
    share = pl.col("right") / pl.col("of")
    whole, single = (Resampled(frame, by, ["right"], 0).estimate(share) for by in ("episode", "alone"))
    assert whole.value == single.value == 0.5
    assert whole.high - whole.low > 3 * (single.high - single.low)
    assert 0.4 < single.low < 0.5 < single.high < 0.6


def test_macro_f1_counts_each_action_the_same() -> None:
    frame = pl.DataFrame({"truth": [0, 0, 0, 1], "said": [0, 0, 0, 0]})
    assert macro_f1(frame, "truth", "said") == pytest.approx((6 / 7 + 0) / 2)


def test_a_trend_is_found_again() -> None:
    points = [(n, 3.0 * n**-0.5 + 0.1) for n in (125.0, 250.0, 500.0, 1000.0)]
    found = curve.fit(points)
    assert (found.a, found.b, found.c) == pytest.approx((3.0, 0.5, 0.1), rel=1e-3)
    assert curve.error_at(found, 2000) == pytest.approx(0.1 + 3.0 * 2000**-0.5, rel=1e-3)
    assert found.doubling == pytest.approx(curve.error_at(found, 1000) - curve.error_at(found, 2000))
    assert curve.fit([(n, 0.4) for n, _ in points]).doubling == 0
    with pytest.raises(ValueError, match="three points"):
        curve.fit(points[:2])


@pytest.mark.slow
def test_the_plot_can_be_read_without_being_seen(lost: Evaluation) -> None:
    tree = ET.fromstring(plot.learning_curve(lost))
    space = "{http://www.w3.org/2000/svg}"
    assert tree.get("role") == "img" and tree.find(f"{space}title") is not None
    told = tree.findtext(f"{space}desc") or ""
    for point in lost.curve:
        assert f"{point.steps:,.0f}: {point.boosted:.3f}" in told
    assert len(tree.findall(f"{space}circle")) == len(lost.curve)
    odd = plot.lines("<&>", ("a<b", "c&d"), {"one": [(1, 0.5), (2, 0.5)]})
    assert ET.fromstring(odd).findtext(f"{space}title") == "<&>"


@pytest.mark.slow
def test_the_page_and_the_numbers_say_the_same(lost: Evaluation) -> None:
    page = markdown(lost, "evaluation.svg")
    assert "![Accuracy over the amount of data](evaluation.svg)" in page
    assert f"{lost.models['boosted'].top1.value:.3f}" in page
    assert json.loads(lost.json)["models"].keys() == set(MODELS)
    assert msgspec.json.decode(lost.json, type=Evaluation) == lost


@pytest.mark.slow
def test_a_built_data_set_is_evaluated_in_its_rooms(tmp_path: Path) -> None:
    """Each of five people has done the same day eight times over: what follows what is then soon known."""
    days = {f"p-{n}": [make.day() for _ in range(8)] for n in range(5)}
    job = make.job(w.Zone.DATASETS)
    with make.filled(tmp_path / "vault", make.ours(), days) as handle:
        with pytest.raises(NotBuilt):
            evaluate(handle, make.NAME, job)
        refine.run(handle, make.job(w.Zone.ACTIONS))
        assemble.build(handle, make.job(w.Zone.EPISODES), make.NAME)
        report = evaluate(handle, make.NAME, job)
        assert (report.people, report.held_out) == (5, HeldOut.PEOPLE)
        assert report.models["boosted"].top1.value > report.models["majority"].top1.value
        assert report.kept is not None and 0.7 < report.kept.share.value <= 1
        assert not any(name in report.json.decode() for name in days)
        assert evaluate(handle, make.NAME, job) == report


def test_a_data_set_of_too_few_people_is_not_evaluated(tmp_path: Path) -> None:
    with make.filled(tmp_path / "vault", make.ours(), {f"p-{n}": [make.day()] for n in range(4)}) as handle:
        refine.run(handle, make.job(w.Zone.ACTIONS))
        assemble.build(handle, make.job(w.Zone.EPISODES), make.NAME)
        with pytest.raises(Refused, match="enough people"):
            evaluate(handle, make.NAME, make.job(w.Zone.DATASETS))


@pytest.mark.slow
def test_the_owner_evaluates_their_own_and_nobody_else_does(tmp_path: Path) -> None:
    with make.filled(tmp_path / "vault", make.mine(), {make.OWNER: [make.day() for _ in range(30)]}) as handle:
        refine.run(handle, make.job(w.Zone.ACTIONS, make.OWNER))
        assemble.build(handle, msgspec.structs.replace(make.owner(), environment=w.Zone.EPISODES), make.NAME)
        report = evaluate(handle, make.NAME, make.owner())
        assert (report.people, report.held_out, report.between) == (1, HeldOut.FAMILY, None)
        with pytest.raises(NotBuilt):
            evaluate(handle, make.NAME, make.job(w.Zone.DATASETS))
