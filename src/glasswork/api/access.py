"""The rules of access in a policy: their tests, what they let be reached, and the gates before they count."""

from pathlib import Path

from msgspec.structs import replace

from glasswork.api.policies import read
from glasswork.govern import assess
from glasswork.govern.mutation import Score
from glasswork.govern.surface import Cell
from glasswork.policy import Bundle, compile
from glasswork.policy.rules import Growth, default_rules


def compiled(toml: Path, *, against: Path | None = None, growth: str = "") -> Bundle:
    """Compile a `policy.toml` and the rules beside it, run their tests, and write down what is computed of them.

    With `growth`, the reason, the bundle states how much wider its access is than under `against`. Raises
    PolicyInvalid, and govern's RulesInvalid or RulesUntested.
    """
    bundle = compile(toml)
    bundle = replace(bundle, cedar=assess.assessed(bundle.cedar))
    if against is None or not growth:
        return bundle
    cells = len(assess.wider(read(against).cedar, bundle.cedar))
    return replace(
        bundle, cedar=replace(bundle.cedar, growth=Growth(epoch=bundle.policy.epoch, cells=cells, why=growth))
    )


def test(policy: Path) -> Score:
    """Run the tests of the rules in a policy (a `.toml` or a bundle), also on each change of the rules.

    Raises PolicyInvalid, PolicyRefused, or govern's RulesInvalid.
    """
    return assess.run_tests(read(policy).cedar)


def surface(policy: Bundle) -> list[Cell]:
    """What can be reached under a policy, cell by cell. Raises govern's RulesInvalid."""
    return assess.reached(policy.cedar)


def wider(old: Bundle, new: Bundle) -> list[Cell]:
    """The cells that are wider under a new policy. Raises govern's RulesInvalid."""
    return assess.wider(old.cedar, new.cedar)


def check_growth(old: Bundle, new: Bundle, *, allowed: int = 0) -> None:
    """Raise govern's SurfaceGrew where more cells are wider than `allowed` and than the new policy states."""
    assess.check_growth(old.cedar, new, allowed=allowed)


def check_signable(old: Bundle | None, new: Bundle) -> None:
    """The gate before a signature: the rules pass their tests, and open no more than `old` ones, or say so.

    Without a policy before, the shipped rules stand for it. Raises govern's RulesInvalid, RulesUntested, SurfaceGrew.
    """
    assess.check_signable(new)
    assess.check_growth(old.cedar if old else default_rules(), new)
