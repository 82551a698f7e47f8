"""The self-test passes as shipped, and fails when any part is broken."""

import subprocess
import sys

import pytest

from glasswork.redact import RedactorBroken, self_test
from glasswork.redact import selftest as proof
from glasswork.redact.gate import Candidate
from glasswork.redact.rules import RULES, Rule
from glasswork.schema.words import ValueKind


def test_it_passes() -> None:
    self_test()


def test_the_package_is_light_until_used() -> None:
    """Importing the package brings in neither the matcher nor the telephone plans."""
    code = "import sys, glasswork.redact; print({'re2', 'phonenumbers'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("find", lambda text: []),
        ("find", lambda text: [(0, len(text), ValueKind.TEXT)]),
        ("redact", lambda text: text),
        ("hits", lambda text: False),
        ("hits", lambda text: True),
        ("is_monster", lambda text: False),
        ("kind_of", lambda text: ValueKind.TEXT),
        ("label", lambda text, role, vocabulary: text),
        ("is_secret_label", lambda text: False),
        ("is_secret_label", lambda text: True),
        ("screen_name", lambda title, names: title),
        ("find", lambda text: 1 / 0),
    ],
)
def test_a_broken_part_is_noticed(monkeypatch: pytest.MonkeyPatch, name: str, broken: object) -> None:
    monkeypatch.setattr(proof, name, broken)
    with pytest.raises(RedactorBroken) as caught:
        self_test()
    assert caught.value.exit_code == 78
    assert "anna" not in str(caught.value)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_that_finds_nothing_is_noticed(monkeypatch: pytest.MonkeyPatch, rule: Rule) -> None:
    """The self-test names it, or another rule that it takes part in."""
    from glasswork.redact import finding

    gate = finding.gate()

    class Broken:
        def candidates(self, text: str, most: int) -> tuple[list[Candidate], bool]:
            found, runs = gate.candidates(text, most)
            return [candidate for candidate in found if candidate[0] is not rule], runs

    monkeypatch.setattr(finding, "gate", Broken)
    with pytest.raises(RedactorBroken, match=rule.id):
        self_test()
