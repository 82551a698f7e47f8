"""Sections: the text of a card in Markdown, under the headings of the template that dataset hubs use."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from glasswork.assemble.balance import PartBalance, Spread
from glasswork.documents import layout, statements
from glasswork.documents.facts import Contents, Facts
from glasswork.documents.rights import words
from glasswork.policy.purposes import within


def text(facts: Facts, files: Collection[str]) -> Iterator[str]:
    """The lines of a card's text. `files` are those of the release."""
    yield f"# {_plain(facts.name)}"
    if facts.private:
        yield from ("", f"**Private.** {statements.PRIVATE}")
    controller = f"{_plain(facts.terms.controller.name)} ({_plain(facts.terms.controller.contact)})"
    yield from ("", "## Dataset Details", "", "### Dataset Description", "", statements.description(facts), "")
    yield f"- **Curated by:** {controller}"
    yield "- **License:** what the policy allows, and nothing else"
    yield from _uses(facts)
    yield from _structure(facts, files)
    yield from _creation(facts)
    yield from _risks(facts)
    yield from _attacks(facts)
    yield from ("", "## Dataset Card Contact", "")
    yield f"{controller}, who is responsible for the data."


def _uses(facts: Facts) -> Iterator[str]:
    terms = facts.terms
    yield from ("", "## Uses", "", "### Direct Use", "")
    yield f"Allowed by the policy “{_plain(terms.name)}” (version {terms.epoch}, `{terms.policy}`):"
    yield ""
    for purpose in facts.purposes:
        bases = sorted({str(one.basis) for one in terms.purposes if within(purpose, one.id)})
        yield f"- `{_plain(purpose)}`: {words(purpose)} (basis: {', '.join(bases) or 'none in this policy'})"
    yield from ("", "### Out-of-Scope Use", "", statements.OUT_OF_SCOPE)


def _structure(facts: Facts, files: Collection[str]) -> Iterator[str]:
    contents = facts.contents
    yield from ("", "## Dataset Structure")
    yield from _files(files)
    yield from _parts(contents.parts)
    yield from _contents(contents)


def _files(files: Collection[str]) -> Iterator[str]:
    """What is in the folder, and how it is loaded."""
    tables, configs = layout.tables(files), layout.configs(files)
    if not tables:
        return
    yield from ("", "| format | part | files |", "|---|---|---|")
    for table in tables:
        yield f"| {table.format} | {table.split} | `{table.pattern}` |"
    for pattern in layout.loose(files):
        yield f"| {pattern.split('/')[1]} | all | `{pattern}` |"
    if not configs:
        return
    yield from ("", "```python", "from datasets import load_dataset", "")
    for config, of in configs.items():
        yield f'{config} = load_dataset(FOLDER, "{config}")  # {", ".join(table.split for table in of)}'
    yield "```"


def _parts(parts: Mapping[str, PartBalance]) -> Iterator[str]:
    """The balance of each part, a column each."""
    if not parts:
        return

    def row(title: str, cells: Iterable[object]) -> str:
        return f"| {title} | {' | '.join(map(str, cells))} |"

    def spread(one: Spread) -> str:
        return f"{len(one.counts)}, {statements.percent(one.top)}, {one.evenness:.2f}"

    every = list(parts.values())
    yield from ("", row("Balance", map(_plain, parts)), row("---", ["---"] * len(parts)).replace(" ", ""))
    yield row("examples", (part.examples for part in every))
    yield row("steps", (part.steps for part in every))
    yield row("families of tasks", (part.families for part in every))
    yield row("examples with Screens", (part.screens for part in every))
    for title, name in (
        ("programs", "apps"),
        ("actions", "tools"),
        ("commands", "commands"),
        ("roles", "roles"),
        ("lengths", "lengths"),
        ("outcomes", "outcomes"),
        ("weeks", "weeks"),
    ):
        yield row(title, (spread(getattr(part, name)) for part in every))
    yield from (
        "",
        "From *programs* on: how many there are, the share of the most frequent, and evenness (1: all alike).",
    )


def _contents(contents: Contents) -> Iterator[str]:
    yield ""
    yield (
        f"All parts together: {contents.families} families of tasks, {contents.screens} Screens. "
        f"Content hash: `{contents.content}`."
    )
    for title, counts in (
        ("Action (steps)", contents.actions),
        ("Command (steps)", contents.commands),
        ("Role of the element (steps)", contents.roles),
        ("Category of program, where a step names one", contents.categories),
        ("Program (examples in which it occurs)", contents.apps),
        ("Length in steps", contents.lengths),
        ("Outcome", contents.outcomes),
        ("Preferred by the participant", contents.preferred),
        ("Week", contents.weeks),
        ("Basis (of imports, as stated)", contents.bases),
    ):
        yield from _table((title, "number"), ((word, count) for word, count in counts.items()))


def _creation(facts: Facts) -> Iterator[str]:
    yield from ("", "## Dataset Creation", "", "### Curation Rationale", "")
    yield f"Made for the purposes above. {statements.OPEN}why it was made for them."
    yield from ("", "### Source Data", "", "#### Data Collection and Processing", "")
    yield " ".join([*statements.collection(facts), f"Raw data: {statements.RAW}"])
    yield ""
    for sentence in (*statements.protection(facts), *statements.preparation(facts), statements.values(facts)):
        yield f"- {sentence}"
    if facts.made is not None:
        made = facts.made
        yield f"- Built by the recipe “{_plain(made.recipe.name)}” (`{made.recipe_hash}`), seed {made.recipe.seed}."
        yield f"- Sealed participant-days that it is made from: {made.batches} (`lineage.json`, `{made.lineage}`)."
    yield from ("", "#### What is missing", "")
    yield from (f"- {sentence}" for sentence in statements.missing(facts))
    yield from ("", "#### Who are the source data producers?", "")
    yield f"People who take part: {facts.attacked.people}. Nothing about them is in the data."
    yield from ("", "### Annotations", "", "#### Annotation process", "", statements.ANNOTATION)
    rows = ((signal, rule, count) for signal, rules in facts.contents.rules.items() for rule, count in rules.items())
    yield from _table(("Signal", "rule", "number"), rows)
    yield from ("", "#### Who are the annotators?", "", statements.ANNOTATORS)
    yield from ("", "### Personal and Sensitive Information", "")
    yield from statements.personal(facts)


def _risks(facts: Facts) -> Iterator[str]:
    yield from ("", "## Bias, Risks, and Limitations", "")
    yield from (
        f"- {sentence}" for sentence in (*statements.LIMITS, *statements.biases(facts), statements.impact(facts))
    )
    yield from ("", "### Recommendations", "", statements.MAINTENANCE)


def _attacks(facts: Facts) -> Iterator[str]:
    attacked = facts.attacked
    yield from ("", "## Attacks", "")
    yield f"Verdict: **{attacked.verdict}** (people: {attacked.people}; report `{attacked.report}`)."
    rows = (
        (one.attack, one.verdict, one.n, f"{one.estimate:.4f}", f"{one.low:.4f} to {one.high:.4f}", f"{one.chance:.4f}")
        for one in attacked.findings
    )
    yield from _table(("attack", "verdict", "n", "estimate", "95 % interval", "chance"), rows)


def _table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A table after an empty line; nothing where there are no rows."""
    lines = [" | ".join(_plain(str(cell)) for cell in row) for row in rows]
    if lines:
        yield from ("", f"| {' | '.join(titles)} |", "|" + "---|" * len(titles), *(f"| {line} |" for line in lines))


def _plain(words: str) -> str:
    """Anybody's text (a stated basis, a name in a policy) on one line, that ends no cell of a table."""
    return " ".join(words.replace("|", "\\|").split())
