"""Who may open what: the whole matrix against a hand-written oracle, and every way for rules to fail ends in no."""

import itertools
import re
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.govern.authorise import authorise
from glasswork.govern.cedar import Outcome, Question
from glasswork.govern.decide import Act, Dataset, Rules, Session, SessionRole, decide
from glasswork.govern.entries import Decided, commitment, decode
from glasswork.govern.errors import LogUnavailable, Refused, RulesInvalid
from glasswork.govern.log import Log, create_log
from glasswork.govern.verify import read_log, verify_log
from glasswork.policy.bundle import Cedar, default_rules
from glasswork.policy.check import check
from glasswork.policy.purposes import DENIED_ROOT, PURPOSES, within
from glasswork.schema.words import Scope, Zone
from matrix import allowed, forbidden, permitted
from vectors.policy import make

APPROVED = check((Path(make.__file__).parent / "good.json").read_bytes(), now=make.NOW)
RULES = Rules.of(APPROVED)
K = APPROVED.policy.minimum_people
TRAINING = frozenset({"train_models", "personal_use"})


NAMES = {
    SessionRole.OWNER: [("p1", ""), ("p2", "p1"), ("", "")],
    SessionRole.JOB: [("job", ""), ("job", "p1"), ("p1", "p2")],
}
SESSIONS = [
    Session(name, role, zone, acts_for)
    for role in SessionRole
    for zone in Zone
    for name, acts_for in NAMES.get(role, [("p1", "p1")])
]
DATASETS = [
    Dataset("d", zone, scope, owner, people, purposes)
    for zone in Zone
    for scope in Scope
    for owner, people in (("p1", 1), ("p1", K), ("", 1), ("", K - 1), ("", K))
    for purposes in (TRAINING, frozenset({"personal_use"}), frozenset({"train_computer_use_agents"}))
]


def rules(more: str = "", *, schema: str = "", without: str = "") -> Rules:
    """The shipped rules with more of them, with more in the context, or without all that begin with a word."""
    cedar = default_rules()
    kept = [
        rule for rule in re.split(r"^(?=@id)", cedar.rules, flags=re.M) if not (without and f")\n{without} " in rule)
    ]
    changed = cedar.schema.replace("minimum_people: Long }", f"minimum_people: Long, {schema} }}")
    return Rules(
        Cedar(changed if schema else cedar.schema, "".join(kept) + more), policy_hash="0" * 64, minimum_people=K
    )


ALL = "\npermit (principal, action, resource);"
CASES = {
    "all rules": (RULES, lambda s, a, d, p: allowed(s, a, d, p, K)),
    "the forbids alone": (rules(ALL), lambda s, a, d, p: not forbidden(s, d, p, K)),
    "the permits alone": (rules(without="forbid"), permitted),
}


@pytest.mark.parametrize("case", CASES)
def test_exactly_the_cells_of_the_matrix_open(case: str) -> None:
    """Forbids and permits are also tried apart: together, one hides that the other has a hole."""
    asked, oracle = CASES[case]
    cells = opened = 0
    for session, dataset, purpose, act in itertools.product(SESSIONS, DATASETS, PURPOSES, Act):
        if session.environment != dataset.zone and purpose != "assemble":
            continue  # the zone is one rule of its own: one purpose stands for the others
        expected = oracle(session, act, dataset, purpose) and not within(purpose, DENIED_ROOT)
        decision = decide(asked, session, act, dataset, purpose)
        assert decision.allowed == expected, (session, act, dataset, purpose, decision)
        assert decision.reason and not decision.errors
        cells, opened = cells + 1, opened + decision.allowed
    assert cells > 20_000 and 0 < opened < cells / 2


def request(**changes: object) -> dict[str, object]:
    """A request that is allowed: a job refines programme data in the zone of actions."""
    fine: dict[str, object] = {
        "session": Session("refine", SessionRole.JOB, Zone.ACTIONS),
        "act": Act.OPEN,
        "dataset": Dataset("d", Zone.ACTIONS, Scope.PROGRAMME, "", 9, TRAINING),
        "purpose": "refine",
    }
    return fine | changes


def test_cedar_itself_denies_the_root_that_nothing_can_permit() -> None:
    """`decide` refuses these before it asks Cedar. With a permit for everything, the rules alone must refuse too."""
    everything = rules(ALL)
    for purpose in PURPOSES:
        asked = Question(
            SessionRole.BOARD, Zone.ACTIONS, Act.OPEN, Zone.ACTIONS, Scope.PROGRAMME, TRAINING, purpose, "", "", 2, K
        )
        denied = within(purpose, DENIED_ROOT) or purpose in ("personal_use", "release")
        answer = everything.engine.ask(everything.policies, asked)
        assert answer.outcome is (Outcome.FORBID if denied else Outcome.ALLOW), purpose


def test_a_forbid_whose_attribute_is_missing_denies() -> None:
    """Cedar skips a rule that errs; without the schema this request would be allowed."""
    forbid = "\nforbid (principal, action, resource) unless { context.assessed };"
    decision = decide(rules(forbid, schema="assessed: Bool"), **request())  # type: ignore[arg-type]
    assert not decision.allowed and "could not be evaluated" in decision.reason
    assert decision.errors


def test_a_rule_that_could_err_at_run_time_is_not_valid() -> None:
    forbid = "\nforbid (principal, action, resource) unless { context.assessed };"
    with pytest.raises(RulesInvalid):
        rules(forbid, schema="assessed?: Bool")
    guarded = "\nforbid (principal, action, resource) unless { context has assessed && context.assessed };"
    assert not decide(rules(guarded, schema="assessed?: Bool"), **request()).allowed  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "more",
    [
        "permit (",
        'permit (principal, action, resource) when { resource.sensativity == "low" };',
        'permit (principal, action, resource) when { principal in Role::"emperor" };',
        'permit (principal, action, resource) when { context.purpose == Purpose::"marketing" };',
        'permit (principal, action == Action::"print", resource);',
        "forbid (principal, action, resource) when { context.people / 2 > 1 };",
    ],
)
def test_rules_that_do_not_fit_the_schema_decide_nothing(more: str) -> None:
    with pytest.raises(RulesInvalid) as error:
        rules(more)
    assert error.value.exit_code == 78


def test_overflow_while_evaluating_denies() -> None:
    overflow = "\nforbid (principal, action, resource) when { context.people + 9223372036854775807 > 0 };"
    decision = decide(rules(overflow), **request())  # type: ignore[arg-type]
    assert not decision.allowed and decision.errors


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": "marketing"},
        {"purpose": ""},
        {"purpose": 'refine"'},
        {"act": "print"},
        {"dataset": Dataset("d", Zone.ACTIONS, Scope.PROGRAMME, "", 2**70, TRAINING)},
        {"dataset": Dataset("d", "cellar", Scope.PROGRAMME, "", 9, TRAINING)},  # type: ignore[arg-type]
        {"session": Session("x", "root", Zone.ACTIONS)},  # type: ignore[arg-type]
        {"session": Session("x", SessionRole.JOB, Zone.EPISODES)},
    ],
)
def test_odd_requests_are_refused_and_never_raise(changes: dict[str, object]) -> None:
    assert decide(RULES, **request()).allowed  # type: ignore[arg-type]
    assert not decide(RULES, **request(**changes)).allowed  # type: ignore[arg-type]


def test_a_person_is_named_in_no_reason() -> None:
    overflow = "\nforbid (principal, action, resource) when { context.people + 9223372036854775807 > 0 };"
    mine = request(
        session=Session("participant-7", SessionRole.OWNER, Zone.ACTIONS),
        dataset=Dataset("d", Zone.ACTIONS, Scope.SELF, "participant-7", 1, TRAINING),
    )
    for purpose, asked in itertools.product(PURPOSES, (RULES, rules(overflow))):
        assert "participant-7" not in repr(decide(asked, **mine | {"purpose": purpose}))  # type: ignore[arg-type]


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return create_log(tmp_path / "log", Ed25519PrivateKey.generate())


def entries(folder: Path, key: Ed25519PrivateKey) -> list[Decided]:
    found = [decode(entry) for entry in read_log(folder, key.public_key())]
    assert all(isinstance(entry, Decided) for entry in found)
    return [entry for entry in found if isinstance(entry, Decided)]


def test_a_grant_is_in_the_log_before_it_is_given(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    log = create_log(tmp_path / "log", key)
    person = commitment(b"k" * 32, "participant-7")
    grant = authorise(log, RULES, **request(), now=make.NOW, rows=100, people=(person,))  # type: ignore[arg-type]
    (entry,) = entries(tmp_path / "log", key)
    assert (entry.grant, entry.allowed, entry.purpose, entry.rows) == (grant.id, True, "refine", 100)
    assert entry.policy == APPROVED.hash and entry.people == (person,) and grant.index == 0
    assert grant.covers(Act.OPEN, "d", "refine", now=make.NOW)
    assert not grant.covers(Act.OPEN, "d", "assemble", now=make.NOW)
    assert not grant.covers(Act.ERASE, "d", "refine", now=make.NOW)
    assert not grant.covers(Act.OPEN, "d", "refine", now=grant.expires)
    assert b"participant-7" not in b"".join(p.read_bytes() for p in (tmp_path / "log").rglob("*") if p.is_file())
    assert verify_log(tmp_path / "log", key.public_key()).ok


def test_a_refusal_is_in_the_log_too(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    log = create_log(tmp_path / "log", key)
    with pytest.raises(Refused, match="nobody is evaluated") as refused:
        authorise(log, RULES, **request(purpose="discipline"), now=make.NOW)  # type: ignore[arg-type]
    assert refused.value.exit_code == 77
    (entry,) = entries(tmp_path / "log", key)
    assert not entry.allowed and entry.purpose == "discipline"


def test_no_grant_lasts_longer_than_an_hour(log: Log) -> None:
    grant = authorise(log, RULES, **request(), now=make.NOW, lifetime=timedelta(days=9))  # type: ignore[arg-type]
    assert grant.expires == make.NOW + timedelta(hours=1)


def test_no_log_no_grant(tmp_path: Path, log: Log) -> None:
    (tmp_path / "log").rename(tmp_path / "gone")
    with pytest.raises(LogUnavailable, match="no log, no bytes"):
        authorise(log, RULES, **request(), now=make.NOW)  # type: ignore[arg-type]


def test_commitments_are_keyed() -> None:
    assert commitment(b"a" * 32, "p1") == commitment(b"a" * 32, "p1") != commitment(b"b" * 32, "p1")
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(b"", "p1")
