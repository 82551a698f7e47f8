"""Decide: may this session do this with this data, for this purpose? The rules are the signed policy's, in Cedar.

Cedar skips a rule that errs, so a `forbid` with a missing attribute would let everything through. Therefore the
schema is always given, rules are validated strictly before they are used, and whatever is not a clean Allow is a
refusal.
"""

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from glasswork.govern.cedar import Act, Engine, Outcome, Question, SessionRole
from glasswork.govern.errors import RulesInvalid
from glasswork.govern.expressions import may_match, policies_of, text_of
from glasswork.govern.lint import faults
from glasswork.policy.check import Approved
from glasswork.policy.purposes import DENIED_ROOT, PURPOSES, within
from glasswork.policy.rules import Cedar
from glasswork.schema.words import Scope, Zone

if TYPE_CHECKING:
    from cedarpy import PolicySet

__all__ = ["Act", "Dataset", "Decision", "Rules", "Session", "SessionRole", "decide"]


class Session(Struct, frozen=True):
    """Who is asking, and from where. `environment` is the zone whose keys the process can reach.

    `principal` is a participant's id for an owner, a name for anybody else; `acts_for` is the participant on whose
    behalf a job runs, empty for nobody in particular.
    """

    principal: str
    role: SessionRole
    environment: Zone
    acts_for: str = ""

    @property
    def person(self) -> str:
        """The participant whose own data this session is about, or ""."""
        return self.principal if self.role is SessionRole.OWNER else self.acts_for


class Dataset(Struct, frozen=True):
    """What is asked for. `owner` is "" unless all of it is one participant's; `people` is how many it holds.

    `purposes` are those that the policy allowed under which it was recorded. `id` says nothing about a person.
    """

    id: str
    zone: Zone
    scope: Scope
    owner: str
    people: int
    purposes: frozenset[str]


class Decision(Struct, frozen=True):
    """What was decided and which rule decided it, in plain words. `errors`: what Cedar could not evaluate."""

    allowed: bool
    reason: str
    errors: tuple[str, ...] = ()


class Rules:
    """The rules of one signed policy, parsed once: deciding with them takes about 60 microseconds."""

    def __init__(self, cedar: Cedar, *, policy_hash: str, minimum_people: int) -> None:
        """Parse and validate. Raises RulesInvalid if the rules could err, or name a purpose that does not exist."""
        try:
            self.engine = Engine(cedar.schema)
            self.policies = self.engine.parse(cedar.rules)
            self._all = policies_of(cedar.rules)
            valid = set(re.findall(r'Purpose::"([^"]*)"', cedar.rules)) <= PURPOSES.keys()
        except ValueError:
            valid = False
        if not valid:
            raise RulesInvalid(
                "The decision rules in the policy bundle are not valid for their schema, so they decide nothing and "
                "nothing can be opened. Compile the policy again and have it signed."
            )
        self.policy_hash = policy_hash
        self.minimum_people = minimum_people
        self._about: dict[tuple[str, str, str], PolicySet] = {}

    @classmethod
    def of(cls, approved: Approved) -> "Rules":
        """The rules of an approved policy. Raises RulesInvalid also where one is too broad to be read (`lint`)."""
        rules = cls(approved.cedar, policy_hash=approved.hash, minimum_people=approved.policy.minimum_people)
        for fault in faults(approved.cedar.rules):
            raise RulesInvalid(
                f"The decision rules are signed, and broader than any may be: {fault}. Nothing can be opened with them."
            )
        return rules

    def about(self, role: SessionRole, act: Act, zone: Zone) -> "PolicySet":
        """The rules whose heads let them be about a role, act and zone, parsed once: the others cannot match."""
        key = (role, act, zone)
        if key not in self._about:
            some = [policy for policy in self._all if may_match(policy, role, act, zone)]
            self._about[key] = self.engine.parse(text_of(some))
        return self._about[key]


def decide(rules: Rules, session: Session, act: Act, dataset: Dataset, purpose: str) -> Decision:
    """Whether `session` may `act` on `dataset` for `purpose`. Never raises for a request: what is odd is refused."""
    if purpose not in PURPOSES:
        return Decision(False, "the purpose is not one that is known")
    if within(purpose, DENIED_ROOT):  # also a rule; held here too, for no policy may allow it
        return Decision(False, "nobody is evaluated by what they recorded, whatever the policy says")
    answer = rules.engine.ask(
        rules.about(session.role, act, dataset.zone),
        Question(
            session.role,
            session.environment,
            act,
            dataset.zone,
            dataset.scope,
            dataset.purposes,
            purpose,
            session.person,
            dataset.owner,
            dataset.people,
            rules.minimum_people,
        ),
    )
    if answer.outcome is Outcome.ERROR:
        return Decision(False, "the rules could not be evaluated", answer.errors)
    nothing = f"no rule lets the role {session.role} {act} the zone {dataset.zone} for {purpose}"
    return Decision(answer.outcome is Outcome.ALLOW, "; ".join(answer.rules) or nothing)
