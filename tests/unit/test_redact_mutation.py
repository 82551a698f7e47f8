"""Every rule is needed: without it, something that must be found is not, or no longer exactly."""

import json
from pathlib import Path

import pytest

from glasswork.redact import Span, find, finding
from glasswork.redact.gate import Candidate, Gate
from glasswork.redact.rules import RULES, Rule
from glasswork.redact.selftest import marked

VECTORS = Path(__file__).parent.parent / "vectors" / "redact"


class Without:
    """The gate, less one rule."""

    def __init__(self, gate: Gate, rule: Rule) -> None:
        self.gate = gate
        self.rule = rule

    def candidates(self, text: str, most: int) -> tuple[list[Candidate], bool]:
        found, runs = self.gate.candidates(text, most)
        return [candidate for candidate in found if candidate[0] is not self.rule], runs


def missed(rule: Rule) -> list[str]:
    """Which of the rule's examples, or else of the attacks, are not found as they must be."""
    examples = [(*marked(example), rule.kind) for example in rule.good]
    wanted = [text for text, start, end, kind in examples if Span(start, end, kind) not in find(text)]
    for path in () if wanted else sorted(VECTORS.glob("*.json")):
        for case in json.loads(path.read_text("utf-8")).get("must_find", []):
            start = case["text"].index(case["secret"])
            end = start + len(case["secret"])
            if not any(s <= start and end <= e and kind == case["kind"] for s, e, kind in find(case["text"])):
                wanted.append(case["text"])
    return wanted


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_without_a_rule_something_is_missed(monkeypatch: pytest.MonkeyPatch, rule: Rule) -> None:
    assert not missed(rule)
    without = Without(finding.gate(), rule)
    monkeypatch.setattr(finding, "gate", lambda: without)
    assert missed(rule)
