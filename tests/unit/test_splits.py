"""Splits, near-duplicates, decontamination and balance: what each decides, on small cases that can be told by eye."""

import msgspec
import pytest

from glasswork.assemble.balance import balance, influence, spread_of
from glasswork.assemble.decontamination import STEPS, WORDS, contaminated, tasks_in
from glasswork.assemble.duplicates import grams, similarity
from glasswork.assemble.errors import RecipeRefused
from glasswork.assemble.recipe import By, NearDuplicates, Part, Recipe, Split
from glasswork.assemble.record import Record
from glasswork.assemble.selection import Dropped
from glasswork.assemble.splits import Candidates, fill, short
from glasswork.schema.episode import Example, Step
from glasswork.schema.words import Scope

HALF = Split(by=By.PARTICIPANT, train=0.5, test=0.5)


def step(tool: str, **arguments: str) -> Step:
    return Step(observation="", tool=tool, arguments=dict(arguments))


def record(identifier: str, *steps: Step, goal: str = "", week: str = "2026-W48", family: str = "") -> Record:
    example = Example(id=identifier, goal=goal, steps=steps, outcome="unknown", week=week, family=family)
    return Record(example=example, apps=("mousepad",), suppressed=0, scope=Scope.PROGRAMME, policy="", basis="")


def task(identifier: str, kind: int, **rest: str) -> Record:
    """A task of its own kind: no two kinds are alike."""
    return record(identifier, *(step("click", label=f"{kind} {n}") for n in range(9)), **rest)


def parts(recipe: Recipe, *records: tuple[Record, str], people: int = 1) -> dict[str, Part | Dropped]:
    candidates = Candidates(recipe, people)
    for one, person in records:
        candidates.add(one, person)
    verdicts = candidates.plan()
    return {one.example.id: verdicts[short(one.example.id)] for one, _ in records}


def test_which_value_and_by_which_means_is_no_difference() -> None:
    one = record("a", step("type_text", role="textbox", value="<email_1>", modality="keyboard", ref="e3"))
    other = record("b", step("type_text", role="textbox", value="<email_7>", modality="mouse", ref="e9"))
    third = record("c", step("type_text", role="textbox", value="<phone_1>", modality="keyboard"))
    assert similarity(grams(one), grams(other)) == 1 and similarity(grams(one), grams(third)) == 0
    assert len(grams(record("d"))) == 1


def test_later_weeks_are_held_out() -> None:
    weeks = [task(f"{week}", week, week=f"2026-W{week:02}") for week in (9, 3, 7, 1, 5)]
    found = parts(
        Recipe(name="a", split=Split(by=By.WEEK, train=0.6, validation=0.2, test=0.2)), *((one, "p") for one in weeks)
    )
    assert found == {"1": "train", "3": "train", "5": "train", "7": "validation", "9": "test"}


def test_near_duplicates_stay_where_most_of_them_are() -> None:
    work = [(task(f"own {n}", n), f"p-{n}") for n in range(2)]
    shared = [(task("x1", 7), "p-0"), (task("x2", 7), "p-0"), (task("x3", 7), "p-1")]
    found = parts(Recipe(name="a", split=HALF), *work, *shared)
    assert found["own 0"] is not found["own 1"]
    assert found["x1"] is found["x2"] is found["own 0"] and found["x3"] is Dropped.NEAR_DUPLICATE


def test_families_with_near_duplicates_move_together() -> None:
    records = [(task(f"{n}", n % 3, family=f"{n:016x}"), "p") for n in range(1, 7)]
    found = parts(Recipe(name="a", split=Split(by=By.FAMILY, train=0.5, test=0.5)), *records)
    assert all(found[str(n)] is found[str(n + 3)] for n in (1, 2, 3))
    assert set(found.values()) == {Part.TRAIN, Part.TEST}


def test_a_part_with_few_people_is_refused_because_it_links_them() -> None:
    records = [(task(f"{n}", n, week=f"2026-W{40 + n // 2}"), f"p-{n}") for n in range(8)]
    by_week = Recipe(name="a", split=Split(by=By.WEEK, train=0.75, test=0.25))
    assert Part.TEST in parts(by_week, *records, people=2).values()
    with pytest.raises(RecipeRefused, match="linked"):
        parts(by_week, *records, people=3)
    by_people = Recipe(name="a", split=Split(by=By.PARTICIPANT, train=0.9, test=0.1))
    assert list(parts(by_people, *records, people=3).values()).count(Part.TEST) == 3
    with pytest.raises(RecipeRefused, match="10 at least"):
        parts(by_people, *records, people=5)


def test_more_parts_than_groups_are_refused() -> None:
    with pytest.raises(RecipeRefused, match="only 1"):
        parts(Recipe(name="a", split=HALF), (task("1", 1), "p"), (task("2", 2), "p"))
    with pytest.raises(RecipeRefused, match="3 at least"):
        fill([("a", 1), ("b", 1)], dict.fromkeys(Part, 1 / 3), By.FAMILY)


def test_a_part_that_is_only_near_duplicates_is_refused() -> None:
    same = [(task(f"{n}", 1), f"p-{n}") for n in range(4)]
    with pytest.raises(RecipeRefused, match="nearly the same"):
        parts(Recipe(name="a", split=HALF), *same)


def test_a_seed_draws_other_people() -> None:
    records = [(task(f"{n}", n), f"p-{n}") for n in range(8)]
    drawn = {tuple(parts(Recipe(name="a", seed=seed, split=HALF), *records).values()) for seed in range(5)}
    assert len(drawn) > 1
    assert all(one.count(Part.TRAIN) == 4 for one in drawn)


def test_the_share_takes_the_same_of_a_person_every_time() -> None:
    records = [(task(f"{n}", n), "p-0" if n < 20 else f"p-{n}") for n in range(24)]
    found = parts(Recipe(name="a"), *records)
    assert list(found.values()).count(Dropped.SHARE) == 18  # of five people nobody has more than two fifths: 2 of 6
    renamed = [(msgspec.structs.replace(one, example=msgspec.structs.replace(one.example, id=f"new {n}")), who)
               for n, (one, who) in enumerate(records)]  # fmt: skip
    assert list(parts(Recipe(name="a"), *renamed).values()) == list(found.values())


def test_near_duplicates_do_not_matter_where_nothing_is_held_out() -> None:
    recipe = Recipe(name="a", near_duplicates=NearDuplicates(threshold=0.5))
    assert set(parts(recipe, (task("1", 1), "p"), (task("2", 1), "q")).values()) == {Part.TRAIN}


@pytest.mark.parametrize(
    ("line", "hit"),
    [
        ("Save the letter in the editor", True),
        ("save, the LETTER", True),
        ("letter the save", False),
        ("a longer task: first save the letter in the editor of the office, then print it", True),
        ("a longer task: then save the letter in the editor", False),
        ("actions: type_text textbox, save", True),
        ("actions: Type_Text  textbox", True),
        ("actions: save, type_text textbox", False),
        ("# Save the letter in the editor", False),
        ("", False),
    ],
)
def test_a_benchmark_is_recognised_by_a_run_of_words_or_steps(line: str, hit: bool) -> None:
    goal = "First save the letter in the editor of the office."
    one = record("a", step("type_text", role="textbox"), step("hotkey", command="save"), goal=goal)
    assert contaminated(one, tasks_in(line)) == hit


def test_of_a_long_task_every_run_counts() -> None:
    words = [f"w{n}" for n in range(WORDS + 2)]
    steps = [f"click r{n}" for n in range(STEPS + 1)]
    tasks = tasks_in(" ".join(words) + "\nactions: " + ", ".join(steps))
    assert len(tasks.words) == 3 and len(tasks.steps) == 2
    assert contaminated(record("a", goal=" ".join(words[2:])), tasks)
    assert not contaminated(record("a", goal=" ".join(words[3:])), tasks)
    assert contaminated(record("a", *(step("click", role=f"r{n}") for n in range(1, STEPS + 1))), tasks)


def test_how_much_came_from_people_is_told_of_groups_alone() -> None:
    assert influence([9] * 4, 5) == ()
    assert [given.people for given in influence(list(range(1, 12)), 5)] == [5, 6]
    assert len(influence([1] * 100, 5)) == 4
    assert influence([1, 100], 1) == influence([1, 100], 2)
    assert sum(given.share for given in influence([5, 1, 3, 7, 9, 2], 2)) == pytest.approx(1, abs=0.001)


def test_a_spread_says_how_even_it_is() -> None:
    assert (spread_of({"a": 5, "b": 5}).evenness, spread_of({"a": 5, "b": 5}).top) == (1, 0.5)
    assert (spread_of({"a": 5}).evenness, spread_of({}).top) == (0, 0)
    assert 0 < spread_of({"a": 99, "b": 1}).evenness < 0.1


def test_the_balance_of_records_follows_from_them_alone() -> None:
    one = record("a", step("click", role="button"), step("hotkey", command="save"), family="f" * 16)
    held = msgspec.structs.replace(record("b"), split="test")
    found = balance([held, one])
    assert list(found.parts) == ["train", "test"] and found.influence == ()
    train = found.parts["train"]
    assert (train.examples, train.steps, train.families, train.screens) == (1, 2, 1, 0)
    assert train.roles.counts == {"button": 1} and train.commands.counts == {"save": 1}
    assert train.lengths.counts == {"from 02": 1} and found.parts["test"].lengths.counts == {"from 00": 1}
