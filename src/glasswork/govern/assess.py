"""Before a signature: rules that are too broad, tests that would not notice, and access that grows are refused."""

from msgspec.structs import replace

from glasswork.govern.cedar import Engine
from glasswork.govern.errors import RulesInvalid, RulesUntested, SurfaceGrew
from glasswork.govern.lint import faults
from glasswork.govern.mutation import Score, score
from glasswork.govern.surface import Cell, surface, widened
from glasswork.policy.bundle import Bundle
from glasswork.policy.rules import Cedar


def run_tests(cedar: Cedar) -> Score:
    """Run the tests of the rules, and on every change of the rules. Raises RulesInvalid for rules that may not be."""
    _compile(cedar)
    try:
        return score(cedar)
    except ValueError as error:
        raise RulesInvalid(
            f"The rules of access or their tests do not fit the schema ({error}), so they decide nothing. Correct them."
        ) from None


def assessed(cedar: Cedar) -> Cedar:
    """The rules with what is computed of them: the changes that nobody could notice, and the access surface.

    Raises RulesInvalid, or RulesUntested where a test fails or would not notice a change.
    """
    found = run_tests(cedar)
    if found.failed:
        raise RulesUntested(f"The rules of access do not pass their own tests: {'; '.join(found.failed)}.")
    if found.survivors:
        raise RulesUntested(
            f"{len(found.survivors)} changes of the rules of access would be noticed by none of their tests, the first "
            f"being “{found.survivors[0].change}”. `glasswork policy test` lists them, each with a request to add."
        )
    return replace(cedar, equivalents=found.equivalents, surface=len(surface(cedar)))


def reached(cedar: Cedar) -> list[Cell]:
    """The access surface of rules. Raises RulesInvalid for rules that may not be."""
    _compile(cedar)
    return surface(cedar)


def wider(old: Cedar, new: Cedar) -> list[Cell]:
    """The cells that are wider under new rules than under old ones. Raises RulesInvalid for rules that may not be."""
    _compile(old)
    _compile(new)
    return widened(old, new)


def check_signable(old: Cedar, bundle: Bundle) -> None:
    """Raise unless the bundle's rules pass their tests, what it states of them is what is computed here, and they open
    no more than `old` ones, or it says so (`check_growth`)."""
    if assessed(bundle.cedar) != bundle.cedar:
        raise RulesUntested(
            "What the bundle states of its rules of access, their equivalent changes and their surface, is not what "
            "this program finds. Compile the policy with this version of Glasswork, and sign that."
        )
    check_growth(old, bundle)


def check_growth(old: Cedar, new: Bundle, *, allowed: int = 0) -> None:
    """Raise SurfaceGrew where more cells are wider than under `old` rules than `allowed`, and than the bundle states.

    A statement counts for the epoch that it names, so that it cannot be left behind for a later policy.
    """
    cells = wider(old, new.cedar)
    stated = new.cedar.growth
    recorded = stated.cells if stated and stated.epoch == new.policy.epoch else 0
    if len(cells) > max(allowed, recorded):
        raise SurfaceGrew(
            f"The new rules let data be reached in {len(cells)} cells of role, zone and purpose where they could not "
            f"be before, and the policy says so for {recorded}. `glasswork access surface --against OLD` lists them; "
            "narrow the rules, or state why with `glasswork policy compile --against OLD --growth WHY`."
        )


def _compile(cedar: Cedar) -> None:
    try:
        Engine(cedar.schema).parse(cedar.rules)
        found = list(faults(cedar.rules))
    except ValueError as error:
        found = [str(error)]
    if found:
        raise RulesInvalid(f"The rules of access do not compile: {'; '.join(found)}. Nothing was done with them.")
