"""Too broad an ACL: somebody slips a rule into the policy that lets more be read than the board knows.

STRIDE: elevation of privilege; LINDDUN: disclosure, non-compliance. Control: a permit without roles, zones or purposes
does not compile; a change that no test request notices is not signed; access that grows without a statement is neither
signed nor taken into use; and a bundle that was signed all the same opens nothing.
"""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from glasswork import vault
from glasswork.api import workspace as workspaces
from glasswork.cli.main import cli
from glasswork.govern.errors import GovernError, RulesInvalid, RulesUntested, SurfaceGrew
from glasswork.policy import Approved, compile_text, pack, sign, unpack
from glasswork.policy.rules import Cedar, default_rules
from glasswork.schema.errors import GlassworkError
from glasswork.schema.words import Scope
from vault_world import Clock, approved

SHIPPED = default_rules()
WILDCARD = '\n@id("for support") permit (principal, action, resource);'
ENGINEER = (
    '\n@id("engineers debug") permit (principal in Role::"engineer", action == Action::"open", '
    'resource in Zone::"actions") when { context.purpose == Purpose::"incident" };'
)
ASKED = '{ role = "engineer", zone = "actions", purpose = "incident" }'


def run(folder: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["--workspace", str(folder), *map(str, arguments)])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A workspace in force, and beside it a draft: the next version of its policy."""
    workspace = workspaces.create(tmp_path / "workspace")
    toml = workspace.policy_toml.read_text(encoding="utf-8")
    (tmp_path / "draft").mkdir()
    (tmp_path / "draft/policy.toml").write_text(toml.replace("epoch = 1", "epoch = 2", 1), encoding="utf-8")
    return tmp_path


def draft(place: Path, rules: str, allow: str = "") -> Path:
    """The draft, with more rules, and a test request that says the new rule is meant."""
    (place / "draft/rules.cedar").write_text(SHIPPED.rules + rules, encoding="utf-8")
    tests = Path(workspaces.__file__).parents[1] / "policy/rules.tests.toml"
    more = "allow = [" + (f"\n  {allow}," if allow else "")
    (place / "draft/rules.tests.toml").write_text(
        tests.read_text(encoding="utf-8").replace("allow = [", more, 1), encoding="utf-8"
    )
    return place / "draft/policy.toml"


def refused(result: Result, error: type[GlassworkError]) -> bool:
    return isinstance(result.exception, error)


def test_a_wildcard_permit_does_not_compile(place: Path) -> None:
    result = run(place / "workspace", "policy", "compile", draft(place, WILDCARD), "--out", place / "bundle.json")
    assert refused(result, RulesInvalid) and not (place / "bundle.json").exists()
    for missing in ("principal", "data set", "purpose"):
        assert f"permits every {missing}" in str(result.exception)


def test_a_rule_that_no_test_request_speaks_of_is_not_signed(place: Path) -> None:
    toml = draft(place, ENGINEER)
    assert refused(run(place / "workspace", "policy", "compile", toml, "--out", place / "bundle.json"), RulesUntested)
    tested = run(place / "workspace", "policy", "test", toml)
    assert tested.exit_code == 65 and "not noticed: engineers debug: the whole rule dropped" in tested.output
    by_hand = compile_text(toml.read_text(encoding="utf-8"), _with(ENGINEER))
    (place / "bundle.json").write_bytes(pack(by_hand, ()))
    result = run(place / "workspace", "policy", "sign", place / "bundle.json", "--role", "owner")
    assert refused(result, RulesUntested) and not unpack((place / "bundle.json").read_bytes())[1]


def test_access_that_grows_is_neither_signed_nor_taken_into_use_unless_the_bundle_says_so(place: Path) -> None:
    workspace, bundle = place / "workspace", place / "bundle.json"
    denied = '{ role = "engineer", zone = "actions", purpose = "refine" }'
    toml = draft(place, ENGINEER, ASKED)
    tests = place / "draft/rules.tests.toml"
    more = f"deny = [\n  {denied.replace('refine', 'rights_request')},\n  {denied.replace('actions', 'datasets')},"
    more += "\n" + "".join(
        f"  {{ role = {role!r}, act = {act!r}, zone = {zone!r}, purpose = 'incident' }},\n"
        for role, act, zone in (
            ("board", "open", "actions"),
            ("engineer", "erase", "actions"),
            ("engineer", "open", "datasets"),
        )
    )
    tests.write_text(tests.read_text(encoding="utf-8").replace("deny = [", more, 1), encoding="utf-8")
    assert run(workspace, "policy", "compile", toml, "--out", bundle).exit_code == 0
    before = workspaces.load(workspace).bundle
    surface = run(workspace, "access", "surface", bundle, "--against", before, "--json")
    assert refused(surface, SurfaceGrew)
    assert json.loads(surface.output)["surface"] == SHIPPED.surface + 4
    assert {cell["role"] for cell in json.loads(surface.output)["wider"]} == {"engineer"}
    allowed = run(workspace, "access", "surface", bundle, "--against", before, "--allow-growth", "4")
    assert allowed.exit_code == 0 and "wider than before: 4 cells" in allowed.output
    assert refused(run(workspace, "policy", "sign", bundle, "--role", "owner"), SurfaceGrew)
    _sign_by_hand(workspace, bundle)
    assert refused(run(workspace, "policy", "accept", bundle), SurfaceGrew)
    assert workspaces.approved(workspaces.load(workspace)).policy.epoch == 1
    said = ("--against", before, "--growth", "Engineers look into incidents, as agreed.")
    assert run(workspace, "policy", "compile", toml, "--out", bundle, *said).exit_code == 0
    assert run(workspace, "policy", "sign", bundle, "--role", "owner").exit_code == 0
    assert run(workspace, "policy", "accept", bundle).exit_code == 0
    assert workspaces.approved(workspaces.load(workspace)).policy.epoch == 2


@pytest.mark.parametrize("scope", Scope)
def test_a_wildcard_that_the_whole_board_signed_opens_nothing(tmp_path: Path, scope: Scope) -> None:
    signed: Approved = replace(approved(scope), cedar=_with(WILDCARD))
    with pytest.raises(GovernError, match="broader"), vault.connect(tmp_path / "vault", signed, clock=Clock()):
        pass


def _with(rules: str) -> Cedar:
    return replace(SHIPPED, rules=SHIPPED.rules + rules)


def _sign_by_hand(workspace: Path, file: Path) -> None:
    """A signature past the gate of `policy sign`."""
    bundle = unpack(file.read_bytes())[0]
    loaded = workspaces.load(workspace)
    role = bundle.policy.quorum[0].role
    key = workspaces.role_key(loaded, role)
    file.write_bytes(pack(bundle, [sign(bundle, role, key, now=bundle.policy.issued + timedelta(minutes=1))]))
