"""Rules of access before anybody signs them: broad ones do not compile, tests notice every change, growth is said."""

import random
from pathlib import Path

import pytest
from msgspec.structs import replace

from glasswork.govern.assess import assessed, check_growth, check_signable, reached, run_tests, wider
from glasswork.govern.cedar import Engine, Outcome
from glasswork.govern.decide import Rules
from glasswork.govern.errors import RulesInvalid, RulesUntested, SurfaceGrew
from glasswork.govern.expressions import policies_of, text_of
from glasswork.govern.lint import faults
from glasswork.govern.mutation import mutants, question
from glasswork.govern.space import Space
from glasswork.govern.surface import Cell, Whose
from glasswork.policy.bundle import Bundle, unpack
from glasswork.policy.check import check
from glasswork.policy.errors import PolicyInvalid
from glasswork.policy.rules import Cedar, Growth, default_rules, read_rules
from vectors.policy import make

SHIPPED = default_rules()
GOOD = unpack((Path(make.__file__).parent / "good.json").read_bytes())[0]
PERMIT = (
    '\n@id("more") permit (principal in Role::"auditor", action == Action::"open", resource in Zone::"episodes") '
    'when { context.purpose == Purpose::"incident" };'
)


def with_rules(*edits: tuple[str, str], more: str = "") -> Cedar:
    rules = SHIPPED.rules
    for old, new in edits:
        assert old in rules
        rules = rules.replace(old, new)
    return replace(SHIPPED, rules=rules + more)


def bundle(cedar: Cedar) -> Bundle:
    return replace(GOOD, cedar=cedar)


BROAD = {
    "every principal": (("principal in", "principal"), ('Role::"auditor"', "")),
    "every data set": (("resource in", "resource"), ('Zone::"episodes"', "")),
    "every purpose": (('when { context.purpose == Purpose::"incident" }', ""),),
    "every purpose ": (("==", "!="), ("action !=", "action ==")),
    "every  purpose": (("when", "unless"),),
    "every   purpose": (('"incident" }', '"incident" || context.people == 1 }'),),
    "individual people": (("incident", "discipline"),),
    "names the purpose incidnt": (("incident", "incidnt"),),
    "name of its own": (('@id("more") ', ""),),
    "one person": (('"incident" }', '"incident" && context.person == "p-one" }'),),
    "`like`": (('"incident" }', '"incident" && context.person like "p*" }'),),
    "`+`": (('"incident" }', '"incident" && context.people + 1 > 2 }'),),
    "a template": (('principal in Role::"auditor"', "principal == ?principal"),),
    "names a Session": (('principal in Role::"auditor"', 'principal == Session::"auditor in episodes"'),),
}


@pytest.mark.parametrize("fault", BROAD)
def test_a_rule_that_is_too_broad_to_read_does_not_compile(fault: str) -> None:
    assert not list(faults(SHIPPED.rules + PERMIT))
    broad = PERMIT
    for old, new in BROAD[fault]:
        assert old in broad
        broad = broad.replace(old, new)
    assert " ".join(fault.split()) in "; ".join(faults(SHIPPED.rules + broad))
    with pytest.raises(RulesInvalid, match="do not compile"):
        run_tests(with_rules(more=broad))


def test_a_bundle_that_was_signed_with_such_a_rule_opens_nothing() -> None:
    approved = check((Path(make.__file__).parent / "good.json").read_bytes(), now=make.NOW)
    with pytest.raises(RulesInvalid, match="broader than any may be"):
        Rules.of(replace(approved, cedar=with_rules(more='\n@id("x") permit (principal, action, resource);')))


def test_the_tests_of_the_shipped_rules_notice_every_change_that_a_request_could() -> None:
    score = run_tests(SHIPPED)
    assert score.share == 1 and not score.failed and not score.survivors and score.killed > 100
    assert assessed(SHIPPED) == SHIPPED, "write what is computed into rules.tests.toml"
    check_signable(SHIPPED, bundle(SHIPPED))


def test_without_a_test_a_change_survives_and_the_request_that_is_proposed_notices_it() -> None:
    lists = {"allow": SHIPPED.allow, "deny": SHIPPED.deny, "forbid": SHIPPED.forbid}
    changed = dict(mutants(policies_of(SHIPPED.rules)))
    engine = Engine(SHIPPED.schema)
    survived = 0
    for kind, requests in lists.items():
        score = run_tests(replace(SHIPPED, **{kind: requests[::2]}))
        assert score.share < 1
        survived += len(score.survivors)
        for survivor in score.survivors:
            mutant = engine.parse(text_of(changed[survivor.change]))
            assert engine.ask(engine.parse(SHIPPED.rules), question(survivor.request)).outcome is survivor.expected
            assert engine.ask(mutant, question(survivor.request)).outcome is not survivor.expected
        with pytest.raises(RulesUntested, match="policy test"):
            check_signable(SHIPPED, bundle(replace(SHIPPED, **{kind: requests[::2]})))
    assert survived > 10


def test_tests_that_fail_are_said() -> None:
    wrong = replace(SHIPPED, allow=(*SHIPPED.allow, SHIPPED.deny[0]))
    assert run_tests(wrong).failed == (
        f"test {len(SHIPPED.allow) + 1}, engineer opens actions for refine, must be allow and is deny",
    )
    with pytest.raises(RulesUntested, match="their own tests"):
        assessed(wrong)


def test_requests_that_cannot_be_asked_are_no_tests() -> None:
    with pytest.raises(RulesInvalid, match="emperor"):
        run_tests(replace(SHIPPED, deny=(replace(SHIPPED.deny[0], role="emperor"),)))


@pytest.mark.parametrize("change", [{"equivalents": ()}, {"equivalents": ("x",)}, {"surface": 71}])
def test_what_a_bundle_states_of_its_rules_is_computed_again_before_a_signature(change: dict[str, object]) -> None:
    with pytest.raises(RulesUntested, match="not what"):
        check_signable(SHIPPED, bundle(replace(SHIPPED, **change)))


def test_enumerating_says_what_cedar_says() -> None:
    """On the rules, and on some of their changes, for requests drawn from the whole space."""
    engine, draw = Engine(SHIPPED.schema), random.Random(5)
    space = Space(engine, SHIPPED.rules)
    policies = policies_of(SHIPPED.rules)
    some = [policies, *draw.sample([mutant for _, mutant in mutants(policies)], 8)]
    seen = dict.fromkeys(Outcome, 0)
    for mutant in some:
        allowed, forbidden = space.outcomes(mutant)
        parsed = engine.parse(text_of(mutant))
        for place in draw.sample(range(space.size), 150) + [_place(allowed, draw) for _ in range(50) if allowed]:
            asked = space.first(1 << place)
            bit = 1 << place
            expected = Outcome.FORBID if forbidden & bit else Outcome.ALLOW if allowed & bit else Outcome.DENY
            assert engine.ask(parsed, asked).outcome is expected, asked
            seen[expected] += 1
    assert all(seen[outcome] > 50 for outcome in (Outcome.ALLOW, Outcome.DENY, Outcome.FORBID))


def test_rules_that_cannot_be_about_a_request_are_left_out_and_nothing_changes() -> None:
    """`decide` asks only the rules whose heads fit: the answer is that of all of them, by their names."""
    rules = Rules(with_rules(more=PERMIT), policy_hash="0" * 64, minimum_people=5)
    space, draw = Space(rules.engine, SHIPPED.rules + PERMIT), random.Random(7)
    allowed = space.allowed(SHIPPED.rules + PERMIT)
    for place in [*draw.sample(range(space.size), 300), *(_place(allowed, draw) for _ in range(100))]:
        asked = space.first(1 << place)
        some = rules.about(asked.role, asked.act, asked.zone)
        assert len(some) < len(rules.policies)
        assert rules.engine.ask(some, asked) == rules.engine.ask(rules.policies, asked)


def _place(requests: int, draw: random.Random) -> int:
    """One of a set of requests: the first at or after a random place, or the first of all."""
    start = draw.randrange(requests.bit_length())
    later = requests >> start << start
    return ((later or requests) & -(later or requests)).bit_length() - 1


def test_the_surface_is_counted_and_nobody_else_has_a_cell() -> None:
    cells = reached(SHIPPED)
    assert len(cells) == len(set(cells)) == SHIPPED.surface
    assert {cell.role for cell in cells} == {"job", "owner", "privacy_officer"}
    assert {cell.whose for cell in cells if cell.role == "owner"} == {Whose.OWN}
    assert {cell.whose for cell in cells if cell.scope == "self"} == {Whose.OWN}
    assert all(cell.environment == cell.zone for cell in cells)


@pytest.mark.parametrize(
    ("edit", "cells"),
    [
        (('context.purpose == Purpose::"assemble"', 'context.purpose in Purpose::"assemble"'), 0),
        (('in [Action::"open", Action::"promote"], resource in', '== Action::"open", resource in'), 0),
        (('resource.scope == Scope::"programme" && context.people', "context.people"), 1),
        (("context.people >= context.minimum_people", "context.people >= 0"), 1),
        (('== Purpose::"admit"', 'in [Purpose::"admit", Purpose::"incident"]'), 3),
    ],
    ids=["another spelling", "narrower", "a scope", "the least number of people", "a purpose"],
)
def test_a_change_that_widens_a_cell_is_counted(edit: tuple[str, str], cells: int) -> None:
    assert len(wider(SHIPPED, with_rules(edit))) == cells


def test_a_cell_that_was_swapped_for_another_is_growth() -> None:
    swapped = with_rules(('"assemble"', '"incident"'))
    assert len(reached(swapped)) == len(reached(SHIPPED)) and len(wider(SHIPPED, swapped)) == 6
    with pytest.raises(SurfaceGrew, match="6 cells"):
        check_growth(SHIPPED, bundle(swapped))


def test_growth_is_allowed_where_this_version_of_the_policy_states_it() -> None:
    grown = with_rules(more=PERMIT)
    cell = wider(SHIPPED, grown)
    assert len(cell) == 4 and isinstance(cell[0], Cell) and {c.role for c in cell} == {"auditor"}
    stated = Growth(epoch=GOOD.policy.epoch, cells=4, why="The auditor looks into incidents.")
    check_growth(SHIPPED, bundle(replace(grown, growth=stated)))
    check_growth(SHIPPED, bundle(grown), allowed=4)
    for less in (replace(stated, cells=3), replace(stated, epoch=GOOD.policy.epoch - 1)):
        with pytest.raises(SurfaceGrew, match="say"):
            check_growth(SHIPPED, bundle(replace(grown, growth=less)))


def test_rules_beside_a_policy_are_taken_file_by_file(tmp_path: Path) -> None:
    assert read_rules(tmp_path) == SHIPPED
    (tmp_path / "rules.cedar").write_text(SHIPPED.rules + PERMIT, encoding="utf-8")
    assert read_rules(tmp_path) == with_rules(more=PERMIT)
    (tmp_path / "rules.tests.toml").write_text('allow = [{ role = "job", zone = "cellar", purpose = "x" }]')
    with pytest.raises(PolicyInvalid, match=r"rules\.tests\.toml"):
        read_rules(tmp_path)
