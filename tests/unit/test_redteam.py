"""The attacks: each must succeed on data made weak on purpose, fail on sound data, and say when it cannot tell."""

import random
from pathlib import Path

import msgspec
import pytest

from glasswork import assemble, redteam, refine
from glasswork.assemble.record import Record
from glasswork.redteam import Attack, Verdict
from glasswork.redteam.fields import typed_text
from glasswork.redteam.identify import MIN_EPISODES, identify
from glasswork.redteam.intervals import clopper_pearson, probes_needed
from glasswork.redteam.leaks import leaks
from glasswork.redteam.rare import rare_words
from glasswork.redteam.report import worst
from glasswork.redteam.suite import attack, self_test
from glasswork.schema import words as w
from glasswork.schema.episode import Example, Step
from vectors.release import make


def record(*steps: Step, apps: tuple[str, ...] = (), goal: str = "Write a text in the editor.") -> Record:
    made = Example(id="e", goal=goal, steps=steps, outcome="unknown", week="2026-W48")
    return Record(example=made, apps=apps, suppressed=0, scope=w.Scope.PROGRAMME, policy="0" * 64, basis="")


def step(tool: str = "hotkey", observation: str = "", **arguments: str | int) -> Step:
    return Step(observation=observation, tool=tool, arguments=arguments)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),  # exact values as scipy.stats.binomtest gives them
    [(0, 10, 0.0, 0.308497), (3, 10, 0.066740, 0.652453), (10, 10, 0.691503, 1.0), (14, 1000, 0.007676, 0.023371)],
)
def test_intervals_are_clopper_and_pearsons(successes: int, n: int, low: float, high: float) -> None:
    assert clopper_pearson(successes, n) == pytest.approx((low, high), abs=2e-5)


def test_nothing_seen_says_nothing() -> None:
    assert clopper_pearson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("crowd", [2, 5, 20])
def test_the_number_needed_is_the_least(crowd: int) -> None:
    needed = probes_needed(1 / crowd)
    assert clopper_pearson(needed // crowd, needed)[1] <= 2 / crowd
    fewer = needed - crowd
    assert fewer == 0 or clopper_pearson(fewer // crowd, fewer)[1] > 2 / crowd


COMMANDS = [command for command in w.Command if command is not w.Command.NONE]


def people(count: int, habits: bool, seed: int) -> dict[int, list[Record]]:
    """People with MIN_EPISODES episodes; with habits, each has favourite commands."""
    draw = random.Random(seed)

    def episode(favourites: list[w.Command]) -> Record:
        return record(*(step(command=draw.choice(favourites), modality="keyboard") for _ in range(8)))

    return {
        person: [
            episode(favourites)
            for favourites in [draw.sample(COMMANDS, 4) if habits else COMMANDS]
            for _ in range(MIN_EPISODES)
        ]
        for person in range(count)
    }


def test_people_with_habits_are_identified() -> None:
    found = identify(people(40, habits=True, seed=1), crowd=5)
    assert found.verdict is Verdict.FAIL and found.n == 40 and found.estimate > 0.8 and found.chance == 0.2


def test_people_without_habits_are_not() -> None:
    found = [identify(people(100, habits=False, seed=seed), crowd=5) for seed in range(3)]
    assert {one.verdict for one in found} == {Verdict.PASS}
    assert sum(one.estimate for one in found) / 3 == pytest.approx(0.2, abs=0.08)


@pytest.mark.parametrize(("count", "n"), [(0, 0), (4, 0), (7, 5), (10, 10)])
def test_too_few_people_are_no_proof(count: int, n: int) -> None:
    found = identify(people(count, habits=False, seed=5), crowd=5)
    assert (found.verdict, found.n) == (Verdict.INCONCLUSIVE, n)
    assert str(probes_needed(0.2)) in found.reason


def test_the_same_data_get_the_same_verdict() -> None:
    own = people(40, habits=True, seed=1)
    again = {n + 7: own[n] for n in reversed(range(40))}
    assert identify(own, crowd=5) == identify(again, crowd=5)


def test_people_with_few_episodes_are_not_counted() -> None:
    few = {person: records[:-1] for person, records in people(40, habits=True, seed=1).items()}
    assert identify(few, crowd=5).n == 0


WEAK = {
    "an exact length": step("type_text", value="<text_1>", length=23),
    "a length in words": step("type_text", value="<text_1>", length="23"),
    "a length without a slot": step("type_text", length="17-64"),
    "a value in plain": step("type_text", value="hunter2"),
    "a name in a slot": step("type_text", value="<anna_1>"),
    "the origin of a secret": step("type_text", origin="typed"),
    "a pace": step("type_text", value="<text_1>", pace="fast"),
    "a time": step("click", at="2026-11-24T10:00:00Z"),
    "a coordinate": step("click", x=512, y=300),
    "a key that writes": step("press_key", key="h"),
    "a reference that is text": step("click", ref="e1; rm"),
    "a tool of nobody's": step("keylog", text="x"),
    "an effect of nobody's": Step(observation="", tool="click", arguments={}, effect="she was fired"),
}


@pytest.mark.parametrize("weakness", WEAK)
def test_fields_that_say_too_much_are_caught(weakness: str) -> None:
    sound = record(step("type_text", value="<text_1>", length="17-64", origin="typed"), step("scroll", amount="2-3"))
    assert typed_text([sound]).verdict is Verdict.PASS
    found = typed_text([sound, record(WEAK[weakness])])
    assert found.verdict is Verdict.FAIL and found.estimate == pytest.approx(1 / 3)
    assert "hunter2" not in found.reason


LEAKING = {
    "goal": record(step(), goal="Write to anna.example@example.com"),
    "label": record(step(label="anna.example@example.com")),
    "label_on_screen": record(step(observation='[e1] window\n  [e2] button "anna.example@example.com"')),
    "line_that_is_no_node": record(step(observation='[e1] window "save"\nDear Anna')),
    "role_that_is_none": record(step(observation="[e1] anna")),
    "app": record(step(), apps=("/home/anna/bin/tool",)),
    "argument": record(step(command="see +49 170 1234567")),
}


@pytest.mark.parametrize("place", LEAKING)
def test_content_is_found_wherever_it_is(place: str) -> None:
    sound = record(step(observation='[e1] window\n  [e2] button "save"\n(2-3 more)', label="save"), apps=("mousepad",))
    assert leaks([sound]).verdict is Verdict.PASS
    found = leaks([sound, LEAKING[place]])
    assert found.verdict is Verdict.FAIL
    assert "anna" not in found.reason.lower()


def test_a_listed_canary_is_found_in_any_form() -> None:
    encoded = record(step(label="aW5kaWdvLXRhcGly"))  # base64 of indigo-tapir
    assert leaks([encoded]).verdict is Verdict.PASS
    assert leaks([encoded], ["indigo-tapir"]).verdict is Verdict.FAIL


def test_words_of_too_few_people_are_caught() -> None:
    own = {n: [record(step(label="save"), apps=("mousepad",))] for n in range(5)}
    assert rare_words(own, 5).verdict is Verdict.PASS
    assert rare_words(own | {0: [*own[0], record(step(), apps=("terminal",))]}, 5).verdict is Verdict.PASS
    for odd in (
        record(step(label="appeal")),
        record(step(observation='[e1] button "appeal"')),
        record(step(), apps=("payroll",)),
        record(step(), goal="Layoffs — write a text in the editor."),
    ):
        found = rare_words(own | {0: [*own[0], odd]}, 5)
        assert (found.verdict, found.n) == (Verdict.FAIL, 3)


def test_the_self_test_passes_on_sound_and_on_no_data() -> None:
    assert self_test([record(step())]).verdict is self_test([]).verdict is Verdict.PASS


def test_a_blind_attack_makes_the_report_invalid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glasswork.redact.hits", lambda _: False)
    findings = attack({0: [record(step())]}, k=None)
    assert worst(findings) is findings[0].verdict is Verdict.FAIL
    assert findings[0].attack is Attack.SELF_TEST and "e-mail" in findings[0].reason


def test_nothing_passes_on_nothing() -> None:
    assert worst(attack({}, k=5)) is worst([]) is Verdict.INCONCLUSIVE


def test_one_persons_build_is_attacked_for_what_makes_sense(tmp_path: Path) -> None:
    with make.filled(tmp_path, make.mine(), {make.OWNER: [make.day()]}) as handle:
        make.built(handle, make.OWNER)
        report = redteam.run(handle, make.NAME, make.owner(), canaries=["indigo-tapir"])
        assert [one.attack for one in report.findings] == ["R0", "R4", "R6"]
        assert (report.verdict, report.private, report.records, report.people) == (Verdict.PASS, True, 4, 1)
        assert report.content == assemble.content_hash(assemble.records(handle, make.NAME, make.owner()))
        assert msgspec.json.decode(report.json, type=redteam.Report) == report
        with pytest.raises(assemble.NotBuilt):  # nobody else sees that there is one
            redteam.run(handle, make.NAME, make.job(w.Zone.DATASETS, make.OWNER))


def test_a_small_programme_cannot_tell(tmp_path: Path) -> None:
    with make.filled(tmp_path, make.ours(), {f"p-{n}": [make.day()] for n in range(5)}) as handle:
        refine.run(handle, make.job(w.Zone.ACTIONS))
        assemble.build(handle, make.job(w.Zone.EPISODES), "all")
        report = redteam.run(handle, "all", make.job(w.Zone.DATASETS))
        verdicts = {one.attack: one.verdict for one in report.findings}
        assert verdicts.pop(Attack.IDENTIFICATION) is Verdict.INCONCLUSIVE
        assert verdicts == dict.fromkeys(
            [Attack.SELF_TEST, Attack.RARE_WORDS, Attack.TYPED_TEXT, Attack.LEAKS], Verdict.PASS
        )
        assert report.verdict is Verdict.INCONCLUSIVE and report.people == 5
        assert redteam.run(handle, "all", make.job(w.Zone.DATASETS)).hash == report.hash
