"""How spans are compared: the rules, in one place, the same for every tool.

- A tool's spans that overlap one another are settled first, as a redactor would: the longer stays.
- A labelled span is found if a span of the same kind overlaps it; a span is right if it overlaps a labelled span of the
  same kind. Two pairs of kinds count as the same, since either word is true: a key in a link (`secret`, `url`), and a
  link to a file (`path`, `url`).
- A kind is scored only for tools that claim it and corpora that label it. A tool's spans of other kinds count nowhere
  but under `clean altered`: the share of strings without any label on which it has a span of any kind that we map.
- Date of birth is a date. A user name is a `person`, which is a matter of lists or models: shown, but not structured.
"""

from collections import Counter
from dataclasses import dataclass, field

STRUCTURED = (
    *("email", "phone", "iban", "card", "national_id", "ip", "mac"),
    *("url", "secret", "path", "date", "amount", "identifier", "coordinates"),
)
SAME = {("secret", "url"), ("url", "secret"), ("path", "url"), ("url", "path")}
Span = tuple[int, int, str]


@dataclass
class Score:
    """Counts per kind: labelled, labelled and found, predicted, predicted rightly; and how many clean ones changed."""

    labelled: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    clean: int = 0
    altered: int = 0

    def figures(self, kind: str) -> tuple[float, float, float]:
        """Recall, precision and F1 of a kind; a tool that never says it has a precision of 0."""
        recall = self.found[kind] / self.labelled[kind]
        precision = self.right[kind] / self.said[kind] if self.said[kind] else 0.0
        both = recall + precision
        return recall, precision, 2 * recall * precision / both if both else 0.0


def alike(a: str, b: str) -> bool:
    return a == b or (a, b) in SAME


def overlaps(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def settled(spans: list[Span]) -> list[Span]:
    """Disjoint spans: the longer stays, then the one that the tool named first."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: span[0] - span[1]):
        if span[0] < span[1] and not any(overlaps(span, other) for other in kept):
            kept.append(span)
    return kept


def score(records: list[dict], predictions: list[list[Span]]) -> Score:
    """Compare a tool's spans with the labels, string by string."""
    total = Score()
    for record, spans in zip(records, predictions, strict=True):
        labels = [(s["start"], s["end"], s["kind"]) for s in record["spans"]]
        said = settled([(start, end, kind) for start, end, kind in spans])
        if not labels:
            total.clean += 1
            total.altered += bool(said)
        for label in labels:
            total.labelled[label[2]] += 1
            total.found[label[2]] += any(alike(label[2], s[2]) and overlaps(label, s) for s in said)
        for s in said:
            total.said[s[2]] += 1
            total.right[s[2]] += any(alike(label[2], s[2]) and overlaps(label, s) for label in labels)
    return total
