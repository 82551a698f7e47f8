"""What holds of the redactor for any text."""

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasswork.redact import Vocabulary, explain, find, finding, hits, is_monster, kind_of, label, redact, screen_name
from glasswork.redact.checks import iban_valid, luhn
from glasswork.redact.gate import Gate
from glasswork.redact.rules import RULES
from glasswork.schema.words import Role, ValueKind

untimed = settings(deadline=None, max_examples=200)  # the first call compiles the rules
STANDARD = Vocabulary.standard()
PIECES = st.sampled_from(
    ["@", ".", "://", "%", "%40", "%25", "password", ": ", "=", "4111 1111 ", "DE89", "10.", "/home/", "C:\\",
     "\u202e", "\u200b", "anna", ".com", "<email>", "<", ">", "ghp_", "[at]", "(dot)", "\n", "+49 ", "0", "é",
     "-----BEGIN KEY-----"]
)  # fmt: skip
TEXT = st.lists(PIECES | st.text(max_size=6), max_size=20).map("".join)
AROUND = st.text(max_size=20)
LONGEST_RUN = 5
"""So many characters in a row of a planted value may stand in the answer: at its edges, or by chance."""


@st.composite
def emails(draw: st.DrawFn) -> str:
    name = st.from_regex(r"[a-z][a-z0-9]{1,8}(\.[a-z]{2,8})?", fullmatch=True)
    host = st.from_regex(r"[a-z]{2,10}", fullmatch=True)
    return f"{draw(name)}@{draw(host)}.{draw(st.sampled_from(['com', 'de', 'org']))}"


@st.composite
def cards(draw: st.DrawFn) -> str:
    body = draw(st.sampled_from(["4", "51", "55"])) + draw(st.from_regex(r"[0-9]{15}", fullmatch=True))
    number = next(body[:15] + d for d in "0123456789" if luhn(body[:15] + d))
    separator = draw(st.sampled_from(["", " ", "-"]))
    return separator.join(number[n : n + 4] for n in range(0, 16, 4))


@st.composite
def ibans(draw: st.DrawFn) -> str:
    body = draw(st.from_regex(r"[0-9]{18}", fullmatch=True))
    number = next(f"DE{n:02}{body}" for n in range(2, 99) if iban_valid(f"DE{n:02}{body}"))
    return draw(st.sampled_from([number, number.lower(), " ".join(number[n : n + 4] for n in range(0, 22, 4))]))


TOKENS = st.from_regex(r"ghp_[A-Za-z0-9]{36}|AKIA[A-Z0-9]{16}|eyJ[A-Za-z0-9]{20}\.eyJ[A-Za-z0-9]{20}", fullmatch=True)
CANARIES = emails() | cards() | ibans() | TOKENS


@st.composite
def disguised(draw: st.DrawFn) -> tuple[str, str]:
    """A canary and how it might be shown."""
    canary = draw(CANARIES)
    shown = canary
    for attack in draw(st.lists(st.sampled_from(["invisible", "wide", "spaces", "dashes"]), unique=True)):
        match attack:
            case "invisible":
                place = draw(st.integers(1, len(shown) - 1))
                shown = shown[:place] + draw(st.sampled_from(["\u200b", "\u00ad", "\u2060", "\ufe0f"])) + shown[place:]
            case "wide":
                shown = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in shown)
            case "spaces":
                shown = shown.replace(" ", draw(st.sampled_from(["\u00a0", "\u202f", "\u3000"])))
            case _:
                shown = shown.replace("-", draw(st.sampled_from(["–", "‑", "−"])))
    for _ in range(draw(st.integers(0, 2))):
        shown = quote(shown, safe="")
    return canary, shown


@untimed
@given(TEXT)
def test_spans_are_inside_in_order_and_disjoint(text: str) -> None:
    position = 0
    for start, end, kind in find(text):
        assert position <= start < end <= len(text)
        assert isinstance(kind, ValueKind)
        position = end


@untimed
@given(TEXT)
def test_nothing_is_found_in_what_was_redacted(text: str) -> None:
    redacted = redact(text)
    if redacted is None:
        assert is_monster(text)
    else:
        assert not hits(redacted)
        assert redact(redacted) == redacted


@untimed
@given(TEXT)
def test_hits_and_find_agree(text: str) -> None:
    assert hits(text) == bool(find(text))
    assert isinstance(kind_of(text), ValueKind)


@untimed
@given(AROUND, disguised(), AROUND)
def test_a_planted_value_is_found_whatever_surrounds_it(before: str, planted: tuple[str, str], after: str) -> None:
    canary, shown = planted
    text = before + shown + after
    assert hits(text)
    if not is_monster(text):
        first, last = len(before), len(before) + len(shown)
        covered = {n for s, e, _ in find(text) for n in range(s, e)}
        visible = [n for n in range(first, last) if text[n].isalnum()]
        assert len(covered.intersection(visible)) >= 0.8 * len(visible)
        redacted = redact(text) or ""
        assert canary not in redacted
        rest = before + after + " ".join(ValueKind)
        runs = (shown[n : n + LONGEST_RUN + 1] for n in range(len(shown) - LONGEST_RUN))
        assert not any(run in redacted for run in runs if run not in rest)


@untimed
@given(TEXT)
def test_what_is_explained_is_what_is_found(text: str) -> None:
    explained = explain(text)
    covered = {n for start, end, _, _ in explained for n in range(start, end)}
    assert covered == {n for start, end, _ in find(text) for n in range(start, end)}
    known = {rule.id for rule in RULES} | {"monster"}
    assert all(rule.removeprefix("encoded:") in known for _, _, _, rule in explained)


@pytest.fixture(scope="module")
def shuffled() -> list[Gate]:
    return [Gate(RULES[::-1]), Gate([*RULES[1::2], *RULES[::2]])]


@untimed
@given(text=TEXT)
def test_the_order_of_the_rules_does_not_matter(shuffled: list[Gate], text: str) -> None:
    spans = find(text)
    for other in shuffled:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(finding, "gate", lambda other=other: other)
            assert find(text) == spans


WORDS = (
    st.sampled_from(sorted(STANDARD.phrases.values())) | st.text(max_size=8) | TOKENS | st.integers(0, 99999).map(str)
)


@untimed
@given(st.lists(WORDS, max_size=5).map(" ".join), st.sampled_from(Role))
def test_a_label_that_stays_is_no_hit_and_made_of_known_words(text: str, role: Role) -> None:
    stays = label(text, role, STANDARD)
    assert not hits(stays)
    assert label(stays, role, STANDARD) in (stays, "")  # `#` is no number any more
    if stays and stays not in STANDARD.phrases.values():
        known = {*STANDARD.words.values(), *STANDARD.joints, "#"}
        assert all(word in known for word in stays.split())


@untimed
@given(TEXT, st.lists(st.text(max_size=10), max_size=5))
def test_a_screen_name_is_one_of_the_policys(title: str, names: list[str]) -> None:
    assert screen_name(title, names) in {*names, ""}
