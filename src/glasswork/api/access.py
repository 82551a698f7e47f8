"""The rules of access in a policy: their tests, what they let be reached, and the gates before they count."""

from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from glasswork.api.policies import read
from glasswork.api.workspace import Workspace, approved
from glasswork.govern import assess
from glasswork.govern.mutation import Score
from glasswork.govern.promotion import Promotion, approve, file_of
from glasswork.govern.surface import Cell
from glasswork.policy import Bundle, SignerRole, compile
from glasswork.policy.assessment import check_assessed
from glasswork.policy.rules import Growth, default_rules


def compiled(toml: Path, *, assessment: Path | None = None, against: Path | None = None, growth: str = "") -> Bundle:
    """Compile a `policy.toml` and the rules beside it, run their tests, and write down what is computed of them.

    With `assessment`, that document must be the one that the policy names. With `growth`, the reason, the bundle states
    how much wider its access is than under `against`. Raises PolicyInvalid, and govern's RulesInvalid or RulesUntested.
    """
    bundle = compile(toml)
    if assessment is not None:
        check_assessed(bundle.policy, assessment)
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


def check_signable(old: Bundle | None, new: Bundle, *, assessment: Path | None = None) -> None:
    """The gate before a signature: the rules pass their tests, and open no more than `old` ones, or say so; and the
    policy names its impact assessment, which is the file `assessment` where that is given.

    Without a policy before, the shipped rules stand for it. Raises PolicyInvalid, govern's RulesInvalid, RulesUntested,
    SurfaceGrew.
    """
    check_assessed(new.policy, assessment)
    assess.check_signable(old.cedar if old else default_rules(), new)


def promote(
    workspace: Workspace,
    purpose: str,
    role: SignerRole,
    key: Ed25519PrivateKey,
    *,
    days: int,
    file: Path | None = None,
) -> Promotion:
    """Add an officer's approval that what `purpose` makes goes into the next zone, under the policy in force here.

    It is kept in the vault's own folder, or in `file`. Raises PolicyRefused.
    """
    policy = approved(workspace)
    return approve(
        file or file_of(workspace.vault, purpose), policy, purpose, role, key, now=datetime.now(UTC), days=days
    )
