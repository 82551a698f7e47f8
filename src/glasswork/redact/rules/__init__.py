"""The rules: what counts as content, each with examples of what it must and must not find.

A rule is an entry in one of these files and nothing else: adding one is one entry. In an example, «…» marks the span
that the rule must find (`good`); in a `bad` example nothing of its kind is found. The self-test and the unit tests run
them all. Patterns see a folded view (see `normalise`): plain digits, dashes and spaces, no accents, no invisible
characters.
"""

from glasswork.redact.rules.identity import IDENTITY
from glasswork.redact.rules.numbers import NUMBERS
from glasswork.redact.rules.places import PLACES, SUFFIXES
from glasswork.redact.rules.rule import Rule
from glasswork.redact.rules.secrets import SECRETS

__all__ = ["RULES", "SUFFIXES", "Rule"]

RULES: tuple[Rule, ...] = IDENTITY + PLACES + NUMBERS + SECRETS
