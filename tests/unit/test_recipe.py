"""Recipes: what they may say, what they take, and builds that are whole, repeatable, and say how they were made."""

import itertools
import os
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from glasswork import assemble, refine, vault
from glasswork.assemble.building import Built, build
from glasswork.assemble.errors import NotBuilt, RecipeInvalid, RecipeRefused
from glasswork.assemble.lineage import BUILT, built_from
from glasswork.assemble.load import partitions
from glasswork.assemble.recipe import By, Choice, Families, Filter, Outcome, Part, Recipe, Split, Weeks, purpose_of
from glasswork.assemble.recipe_file import read
from glasswork.assemble.record import Record, content_hash
from glasswork.assemble.selection import Dropped
from glasswork.govern.decide import Session, SessionRole
from glasswork.govern.errors import LogUnavailable
from glasswork.policy import Approved
from glasswork.schema import words as w
from glasswork.schema.batch import Batch
from glasswork.vault import Vault
from glasswork.vault.errors import Unavailable
from glasswork.vault.tables import objects
from scripted_work import EVALUATION, TUNING, work
from vault_world import ASSEMBLE, OFFICER, TODAY, Clock, approved, enrolled, owner

RECIPES = Path(__file__).parents[2] / "examples" / "recipes"
REFINE = Session("refinery", SessionRole.JOB, w.Zone.ACTIONS)
RELEASE = Session("release", SessionRole.JOB, w.Zone.DATASETS)
PURPOSES = ('id = "train_models"', 'id = "train_computer_use_agents"')
TWO_WEEKS = (TODAY, TODAY - timedelta(days=6))
APPS = ["mousepad", "pcmanfm", "chromium"]


def recipe_in(folder: Path, text: str) -> Path:
    file = folder / "own.toml"
    file.write_text(text, encoding="utf-8")
    return file


def scripted(seed: int, tasks: int = 12) -> Batch:
    """Scripted work with the programs of the demo's policy."""
    made = work(seed, TUNING + EVALUATION, tasks, clean=False).batch
    actions = (
        msgspec.structs.replace(action, app=APPS[sum(map(ord, action.app)) % 3] if action.app else "")
        for action in made.actions
    )
    return msgspec.structs.replace(made, actions=tuple(actions))


def filled(folder: Path, policy: Approved, people: int, days: tuple[date, ...]) -> Iterator[Vault]:
    """A vault with refined work of so many people on these days."""
    with vault.connect(folder, policy, clock=Clock()) as handle:
        for n in range(people):
            device = enrolled(handle, f"p-{n}")
            for m, day in enumerate(days):
                vault.receive(handle, device.seal(scripted(100 * m + n), day))
        acts_for = "" if policy.policy.scope is w.Scope.PROGRAMME else "p-0"
        assert vault.admit(handle, Session("admission", SessionRole.JOB, w.Zone.ACTIONS, acts_for)).quarantined == 0
        refine.run(handle, Session("refinery", SessionRole.JOB, w.Zone.ACTIONS, acts_for))
        yield handle


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """Ten people's work in two weeks, in a programme that may train and evaluate, built by nobody yet."""
    yield from filled(tmp_path_factory.mktemp("office") / "vault", approved(edit=PURPOSES), 10, TWO_WEEKS)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """One person's work on three days, theirs alone. Tests build in it what they need."""
    days = (TODAY, TODAY - timedelta(days=1), TODAY - timedelta(days=2))
    yield from filled(tmp_path_factory.mktemp("own") / "vault", approved(w.Scope.SELF), 1, days)


def records(handle: Vault, name: str) -> list[Record]:
    return assemble.records(handle, name, RELEASE)


def mine(handle: Vault) -> list[Record]:
    return assemble.records(handle, "own", owner("p-0", w.Zone.DATASETS))


def build_mine(handle: Vault, recipe: Recipe | None = None, progress: Callable[[int], None] | None = None) -> Built:
    return build(handle, owner("p-0", w.Zone.EPISODES), "own", progress, recipe=recipe)


@pytest.mark.parametrize("file", sorted(RECIPES.glob("*.toml")), ids=lambda file: file.stem)
def test_every_example_builds(office: Vault, file: Path) -> None:
    recipe, tasks = read(file)
    built = build(office, ASSEMBLE, recipe.name, recipe=recipe, tasks=tasks)
    assert recipe.name == file.stem and built.examples > 0
    assert built.examples + sum(built.dropped.values()) == built.episodes
    found = records(office, recipe.name)
    assert {one.split for one in found} == set(recipe.split.shares)
    assert {part: one.examples for part, one in built.balance.parts.items()} == {
        part: sum(one.split == part for one in found) for part in recipe.split.shares
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('name = "a"\nsede = 1', "nearest is `seed`"),
        ('name = "a"\n[filter]\nmin_step = 1', "nearest is `min_steps`"),
        ('name = "a"\n[filter.apps]\nanny = ["x"]', "nearest is `any`"),
        ('name = "a"\n[filter.commands]\nany = ["saves"]', "nearest is `save`"),
        ('name = "a"\n[filter.labels]\nnone = ["mistake"]', "`mistake`, which is not known"),
        ('name = "a"\n[filter]\noutcomes = ["correct"]', "outcomes"),
        ('name = "a"\nformats = ["open_ai_chat"]', "nearest is `openai_chat`"),
        ('name = "a"\n[render]\ntheme = "desktop-drak"', "nearest is `desktop-dark`"),
        ('name = "a"\n[split]\ntrain = 0.8', "0.8 together"),
        ('name = "a"\n[split]\nby = "person"', "person"),
        ('name = "a"\ncap = 0', "cap"),
        ('name = "a"\nseed = 1.5', "seed"),
        ('name = "a"\n[decontaminate]\nlist = "absent.txt"', "absent.txt"),
        ('name = "a', "not TOML"),
        ("seed = 1", "name"),
    ],
)
def test_what_is_no_recipe_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(RecipeInvalid, match=told):
        read(recipe_in(tmp_path, text))


@pytest.mark.parametrize("purpose", ["performance_evaluation", "release", "attendance", "anything"])
def test_a_purpose_that_no_policy_can_allow_is_refused(tmp_path: Path, purpose: str) -> None:
    with pytest.raises(RecipeRefused):
        read(recipe_in(tmp_path, f'name = "a"\npurpose = "{purpose}"'))


def test_a_purpose_needs_the_data_and_the_policy() -> None:
    both = {"train_models", "personal_use"}
    assert purpose_of(Recipe(name="a"), both, both, private=False) == "train_models"
    assert purpose_of(Recipe(name="a"), both, both, private=True) == "personal_use"
    for purpose, carried, allowed, private, why in (
        ("evaluate_models", both, both, False, "data do not carry"),
        ("train_models", both, {"personal_use"}, False, "policy in force does not allow"),
        ("personal_use", both, both, False, "data do not carry"),
        ("train_models", both, both, True, "private build"),
    ):
        with pytest.raises(RecipeRefused, match=why):
            purpose_of(Recipe(name="a", purpose=purpose), carried, allowed, private=private)
    narrower = Recipe(name="a", purpose="evaluate_models")
    assert purpose_of(narrower, {"train_computer_use_agents"}, {"evaluate_models"}, private=False) == "evaluate_models"


def test_a_list_that_was_changed_is_no_longer_the_one_that_was_named(tmp_path: Path) -> None:
    (tmp_path / "tasks.txt").write_text("Save a text.\n")
    text = 'name = "a"\n[decontaminate]\nlist = "tasks.txt"\n'
    recipe, tasks = read(recipe_in(tmp_path, text))
    assert recipe.decontaminate and recipe.decontaminate.sha256 and tasks.words == {("save", "a", "text")}
    pinned = recipe_in(tmp_path, f'{text}sha256 = "{recipe.decontaminate.sha256}"')
    assert read(pinned)[0] == recipe
    (tmp_path / "tasks.txt").write_text("Save two texts.\n")
    with pytest.raises(RecipeInvalid, match="sha256"):
        read(pinned)
    assert read(recipe_in(tmp_path, text))[0].hash != recipe.hash


@pytest.mark.parametrize(
    ("wanted", "reason", "holds"),
    [
        (Filter(min_steps=10), Dropped.FEWER_STEPS, lambda one: len(one.example.steps) >= 10),
        (Filter(max_steps=9), Dropped.MORE_STEPS, lambda one: len(one.example.steps) <= 9),
        (Filter(outcomes=(Outcome.COMPLETED,)), Dropped.OUTCOME, lambda one: one.example.outcome == "completed"),
        (Filter(apps=Choice(only=("mousepad",))), Dropped.APPS, lambda one: set(one.apps) <= {"mousepad"}),
        (Filter(apps=Choice(any=("pcmanfm",))), Dropped.APPS, lambda one: "pcmanfm" in one.apps),
        (
            Filter(commands=Choice(none=("save",))),
            Dropped.COMMANDS,
            lambda one: all(step.arguments.get("command") != "save" for step in one.example.steps),
        ),
        (
            Filter(roles=Choice(any=("button",))),
            Dropped.ROLES,
            lambda one: any(step.arguments.get("role") == "button" for step in one.example.steps),
        ),
        (
            Filter(labels=Choice(none=("completed",))),
            Dropped.LABELS,
            lambda one: all(label.signal != "completed" for label in one.example.labels),
        ),
        (Filter(has_screens=False), Dropped.SCREENS, lambda one: all(step.screen < 0 for step in one.example.steps)),
        (Filter(weeks=Weeks(first="2026-W48")), Dropped.WEEKS, lambda one: one.example.week >= "2026-W48"),
        (Filter(weeks=Weeks(last="2026-W47")), Dropped.WEEKS, lambda one: one.example.week <= "2026-W47"),
    ],
)
def test_a_filter_takes_what_it_says_and_counts_the_rest(
    own: Vault, wanted: Filter, reason: Dropped, holds: Callable[[Record], bool]
) -> None:
    everything = build_mine(own)
    expected = content_hash(one for one in mine(own) if holds(one))
    built = build_mine(own, Recipe(name="own", filter=wanted))
    assert built.dropped.get(reason, 0) == everything.examples - built.examples
    if built.examples:
        assert content_hash(mine(own)) == expected
        assert built_from(own, "own", owner("p-0", w.Zone.DATASETS)).dropped == {  # type: ignore[union-attr]
            str(reason): count for reason, count in built.dropped.items()
        }


def test_a_family_is_taken_where_enough_people_did_it(office: Vault) -> None:
    built = build(
        office, ASSEMBLE, "shared", recipe=Recipe(name="shared", filter=Filter(families=Families(min_people=3)))
    )
    whose: dict[str, set[int]] = {}
    numbers = vault.owners(office, vault.dataset(office, w.Zone.DATASETS, "shared"))
    for partition, part in partitions(office, "shared", RELEASE):
        for one in part:
            whose.setdefault(one.example.family, set()).add(numbers[partition])
    assert built.dropped[Dropped.FAMILIES] > 0 and "" not in whose
    assert all(len(people) >= 3 for people in whose.values())


def test_tasks_of_a_benchmark_are_dropped_and_counted(own: Vault, tmp_path: Path) -> None:
    build_mine(own)
    goal = max((one.example.goal for one in mine(own)), key=len)
    (tmp_path / "tasks.txt").write_text(f"# mine\n{goal.upper()}\nactions: hotkey textbox, paste\n")
    recipe, tasks = read(recipe_in(tmp_path, 'name = "own"\n[decontaminate]\nlist = "tasks.txt"\n'))
    built = build(own, owner("p-0", w.Zone.EPISODES), "own", recipe=recipe, tasks=tasks)
    assert built.dropped[Dropped.BENCHMARK] > 0
    assert goal not in {one.example.goal for one in mine(own)}


def test_the_same_inputs_recipe_and_seed_give_the_same_examples(office: Vault) -> None:
    def built(seed: int) -> tuple[str, dict[str, str]]:
        split = Split(by=By.FAMILY, train=0.5, test=0.5)
        build(office, ASSEMBLE, "same", recipe=Recipe(name="same", seed=seed, cap=0.15, split=split))
        found = records(office, "same")
        return content_hash(found), {one.example.family: one.split for one in found if one.example.family}

    first = built(1)
    assert first == built(1)
    refine.run(office, REFINE)  # gives every episode another id
    assert first == built(1)
    assert first[1] != built(2)[1]


def test_how_it_was_built_is_sealed_beside_it_and_ends_with_people(tmp_path: Path) -> None:
    for handle in filled(tmp_path / "vault", approved(edit=PURPOSES), 6, (TODAY,)):
        recipe = Recipe(name="office", purpose="train_models", seed=3, formats=("atif",))
        built = build(handle, ASSEMBLE, "office", recipe=recipe)
        told = built_from(handle, "office", RELEASE)
        assert told is not None and told.made_with == recipe
        assert (told.recipe, told.recipe_hash, told.seed) == ("office", recipe.hash, 3)
        assert (told.policy, told.purpose) == (handle.approved.hash, "train_models")
        assert (told.episodes, told.examples) == (built.episodes, built.examples)
        episodes = vault.dataset(handle, w.Zone.EPISODES, "episodes")
        commitments = vault.access.commitments(handle, episodes)
        assert told.batches == tuple(sorted(commitments.values())) and told.tombstones == ()
        assert [line.split()[0] for line in told.approvals] == ["refine", "assemble"]
        assert all("privacy_officer security_officer" in line for line in told.approvals)
        for file in handle.folder.rglob("*"):
            assert file.is_dir() or b'"seed":3' not in file.read_bytes()
        vault.erase(handle, "p-3", OFFICER)
        left = built_from(handle, "office", RELEASE)
        assert left is not None and set(left.batches) < set(told.batches)
        assert len(left.batches) == len(left.tombstones) + 4 == 5
        assert left.episodes < told.episodes


def test_a_private_build_says_how_it_was_built_to_its_owner_alone(own: Vault) -> None:
    build_mine(own)
    told = built_from(own, "own", owner("p-0", w.Zone.DATASETS))
    assert told is not None and (told.purpose, told.approvals, len(told.batches)) == ("personal_use", (), 3)
    assert built_from(own, "own", RELEASE) is None
    assert built_from(own, "absent", owner("p-0", w.Zone.DATASETS)) is None


def staged(handle: Vault) -> list[str]:
    with handle.records.begin() as connection:
        return [row.name for row in connection.execute(objects.select()) if row.name.endswith(".new")]


class Killed(BaseException):
    """What a signal would do: nothing is cleaned up."""


@pytest.mark.parametrize("partition", [1, 2, 3])
def test_a_build_that_is_cut_short_leaves_the_old_data_set(own: Vault, partition: int) -> None:
    build_mine(own)
    before, sealed = content_hash(mine(own)), len(list((own.folder / "objects/sealed").iterdir()))

    def stop(done: int) -> None:
        if done == partition:
            raise Killed

    other = Recipe(name="own", filter=Filter(min_steps=6))
    with pytest.raises(Killed):
        build_mine(own, other, stop)
    assert staged(own) and content_hash(mine(own)) == before
    assert build_mine(own, other).examples and content_hash(mine(own)) != before
    assert not staged(own) and len(list((own.folder / "objects/sealed").iterdir())) == sealed


def test_a_first_build_that_is_cut_short_has_no_name(own: Vault) -> None:
    def stop(_: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        build(own, owner("p-0", w.Zone.EPISODES), "first", stop)
    with pytest.raises(NotBuilt):
        assemble.records(own, "first", owner("p-0", w.Zone.DATASETS))
    assert staged(own) and built_from(own, "first", owner("p-0", w.Zone.DATASETS)) is None
    assert build(own, owner("p-0", w.Zone.EPISODES), "first").examples and not staged(own)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_full_disk_in_the_middle_leaves_the_old_data_set(own: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    build_mine(own)
    before, real, done = content_hash(mine(own)), os.fsync, itertools.count()

    def full(descriptor: int) -> None:
        if next(done) >= 40:
            raise OSError(28, "No space left on device")
        real(descriptor)

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises((Unavailable, LogUnavailable)):
            build_mine(own, Recipe(name="own", filter=Filter(min_steps=6)))
    assert content_hash(mine(own)) == before


def test_what_takes_nothing_leaves_the_old_data_set_and_says_why(own: Vault) -> None:
    everything = build_mine(own)
    built = build_mine(own, Recipe(name="own", filter=Filter(min_steps=10_000)))
    assert (built.examples, built.dropped) == (0, {Dropped.FEWER_STEPS: everything.episodes})
    assert len(mine(own)) == everything.examples and not staged(own)


def test_a_data_set_that_is_being_built_is_asked_for_by_nobody(own: Vault) -> None:
    def look(_: int) -> None:
        for name in ("own.private.new", f"own.private{BUILT}.new"):
            found = vault.dataset(own, w.Zone.DATASETS, name, owner="p-0")
            frames = vault.open(own, found, "personal_use", owner("p-0", w.Zone.DATASETS))
            with pytest.raises(Exception, match="other data"):
                list(frames)

    build_mine(own, None, look)


def test_nobody_has_more_than_the_cap_and_a_cap_that_cannot_be_is_refused(office: Vault) -> None:
    built = build(office, ASSEMBLE, "capped", recipe=Recipe(name="capped", cap=0.11))
    found = vault.dataset(office, w.Zone.DATASETS, "capped")
    sizes: dict[str, int] = {}
    for partition, (person, rows) in vault.access.rows_of(office, found).items():
        assert partition
        sizes[person] = sizes.get(person, 0) + rows
    assert built.dropped[Dropped.SHARE] > 0
    assert max(sizes.values()) <= 0.11 * sum(sizes.values()) and len(sizes) == 10
    with pytest.raises(RecipeRefused, match="cap"):
        build(office, ASSEMBLE, "capped", recipe=Recipe(name="capped", cap=0.09))
    assert len(records(office, "capped")) == built.examples


def test_the_balance_tells_of_people_only_in_groups(office: Vault) -> None:
    built = build(office, ASSEMBLE, "office")
    assert [given.people for given in built.balance.influence] == [5, 5]
    assert sum(given.share for given in built.balance.influence) == pytest.approx(1, abs=0.001)
    (part,) = built.balance.parts.values()
    assert part.examples == sum(part.lengths.counts.values()) == sum(part.outcomes.counts.values())
    assert set(part.apps.counts) <= {*APPS, *w.AppCategory} and 0 < part.apps.top <= 1
    assert list(built.balance.parts) == [Part.TRAIN]
