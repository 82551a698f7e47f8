"""Packs: ways to judge for a model, and what it said, as pairs (RLAIF).

write_pack(records, out)               a folder of prompts: for each two ways, one prompt in either order
read_judgements(pack, judgements)      the pairs that the judges' answers make, and what became of the others

A pack has three files: `rubric.txt`, `prompts.jsonl` for whoever runs the judge, and `ways.jsonl` to read the answers
by. It says nothing that its records do not say, and goes where they may go (docs/preferences.md has the formats).
A judge that prefers what stands first, whichever it is, has no preference: such answers are dropped, and counted.
"""

import errno
import hashlib
import os
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import msgspec

from glasswork.assemble.errors import NoJudgements
from glasswork.assemble.pair import Kind, Pair
from glasswork.assemble.record import Record
from glasswork.assemble.ways import Way, contrasts
from glasswork.schema.episode import Source, Step
from glasswork.schema.errors import FormatError

RUBRIC: Final = """\
Below are two ways in which one task was done at a computer. Which of them should an assistant learn?
1. It does what the task asks for, and nothing that it does not ask for.
2. It loses nothing, and leaves nothing half done.
3. It takes no needless steps.
An earlier point outweighs the later ones. Judge what was done, never who did it. Values are hidden on purpose: a slot
such as <email_1> stands for one, and equal slots are equal values.
Answer with JSON: {"verdict": "A"}, {"verdict": "B"}, or {"verdict": "tie"} where neither is better.
"""

AI_SURE: Final = 0.7
"""How sure it is, at most, what models say: they see the steps and not the result."""

JUDGE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,63}")

_RUBRIC, _PROMPTS, _WAYS = "rubric.txt", "prompts.jsonl", "ways.jsonl"


class Verdict(StrEnum):
    """What a judge answers."""

    A = "A"
    B = "B"
    TIE = "tie"


class Task(msgspec.Struct, frozen=True):
    """A line of `prompts.jsonl`: the whole prompt, and the SHA-256 (hex) of it and of the rubric in it."""

    prompt: str
    prompt_sha256: str
    rubric_sha256: str
    seed: int


class Compared(msgspec.Struct, frozen=True):
    """A line of `ways.jsonl`: two ways and the hashes of the prompts that show them, as they are and swapped."""

    one: Way
    other: Way
    split: str
    as_is: str
    swapped: str


class Judgement(msgspec.Struct, frozen=True):
    """A line of the judgements; what else a line has is left alone."""

    prompt_sha256: str
    verdict: Verdict
    judge: str


class Judged(msgspec.Struct, frozen=True):
    """The pairs that judges agreed on, and what there was of everything else.

    `counts` has lines (`malformed`, `unknown`, `duplicate`), a judge's words on one comparison (`ties`, `inconsistent`
    in the two orders, of `one_order` only), and comparisons (`pairs`; `divided` among judges; `undecided`: no judge
    had a preference; `unjudged`: none saw both orders).
    """

    pairs: tuple[Pair, ...]
    counts: dict[str, int]


def write_pack(records: Iterable[Record], out: Path, seed: int = 0, rubric: str = RUBRIC) -> int:
    """Write the folder `out`; how many comparisons are in it. The same records, seed and rubric give the same bytes.

    `seed` gives the order of the prompts, so that the two of a comparison do not follow each other. Raises OSError,
    FileExistsError where `out` exists.
    """
    rubric_hash = _sha256(rubric)
    compared: list[Compared] = []
    tasks: dict[str, Task] = {}
    for one, other, split in contrasts(records):
        prompts = [_prompt(one, other, rubric), _prompt(other, one, rubric)]
        hashes = [_sha256(prompt) for prompt in prompts]
        compared.append(Compared(one, other, split, *hashes))
        for prompt, sha256 in zip(prompts, hashes, strict=True):
            tasks[sha256] = Task(prompt, sha256, rubric_hash, seed)
    shuffled = sorted(tasks.values(), key=lambda task: _sha256(f"{seed} {task.prompt_sha256}"))
    if out.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(out))
    work = Path(mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        (work / _RUBRIC).write_bytes(rubric.encode())
        _write_lines(work / _PROMPTS, shuffled)
        _write_lines(work / _WAYS, compared)
        work.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return len(compared)


def read_judgements(pack: Path, judgements: Path) -> Judged:
    """The pairs that judges' answers make. Lines that cannot be used are counted and left out.

    A judge's word counts where it is the same in both orders, and the majority of judges decides. The confidence is
    AI_SURE times the share of judges, of those who saw both orders, who said so. Raises FormatError where the pack was
    changed or is none, NoJudgements where not one line can be used, OSError.
    """
    rubric, known = _read_pack(pack)
    counts: Counter[str] = Counter()
    said: dict[tuple[str, str], Verdict] = {}
    hashes = {sha256 for compared in known for sha256 in (compared.as_is, compared.swapped)}
    decoder = msgspec.json.Decoder(Judgement)
    for line in judgements.read_bytes().splitlines():
        try:
            judgement = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            counts["malformed"] += 1
            continue
        key = (judgement.prompt_sha256, judgement.judge)
        if JUDGE.fullmatch(judgement.judge) is None:
            counts["malformed"] += 1
        elif judgement.prompt_sha256 not in hashes:
            counts["unknown"] += 1
        elif key in said:
            counts["duplicate"] += 1
        else:
            said[key] = judgement.verdict
    if not said:
        raise NoJudgements(
            "Not one line of the judgements can be used, so there are no pairs. A line is a JSON object with "
            "`prompt_sha256` (of this pack), `verdict` (A, B or tie) and `judge`."
        )
    judges: dict[str, list[str]] = defaultdict(list)
    for sha256, judge in said:
        judges[sha256].append(judge)
    found = list(_decided(known, said, judges, f"rubric {_sha256(rubric)[:16]}", counts))
    return Judged(tuple(found), dict(sorted((counts + Counter(pairs=len(found))).items())))


def _decided(
    known: Iterable[Compared],
    said: dict[tuple[str, str], Verdict],
    judges: dict[str, list[str]],
    rubric: str,
    counts: Counter[str],
) -> Iterator[Pair]:
    for compared in known:
        votes: dict[Verdict, list[str]] = {Verdict.A: [], Verdict.B: []}
        asked = 0
        for judge in sorted({*judges[compared.as_is], *judges[compared.swapped]}):
            first, second = said.get((compared.as_is, judge)), said.get((compared.swapped, judge))
            if first is None or second is None:
                counts["one_order"] += 1
                continue
            asked += 1
            if {first, second} == {Verdict.A, Verdict.B}:
                votes[first].append(judge)
            else:
                counts["ties" if first is second is Verdict.TIE else "inconsistent"] += 1
        best = max(votes, key=lambda verdict: len(votes[verdict]))
        if len(votes[Verdict.A]) == len(votes[Verdict.B]):
            counts["divided" if votes[best] else "undecided" if asked else "unjudged"] += 1
            continue
        chosen, rejected = (compared.one, compared.other) if best is Verdict.A else (compared.other, compared.one)
        yield Pair(
            kind=Kind.AI_FEEDBACK,
            prompt=chosen.prompt,
            chosen=chosen.steps,
            rejected=rejected.steps,
            evidence=f"{Kind.AI_FEEDBACK} {' '.join(votes[best])} {rubric}",
            confidence=round(AI_SURE * len(votes[best]) / asked, 4),
            source=Source.MODEL,
            split=compared.split,
        )


def _prompt(a: Way, b: Way, rubric: str) -> str:
    seen = f"At first, this is seen:\n{a.prompt.observation}\n\n" if a.prompt.observation else ""
    return f"{rubric}\nTask: {a.prompt.goal}\n\n{seen}Way A:\n{_told(a.steps)}\n\nWay B:\n{_told(b.steps)}\n"


def _told(steps: Iterable[Step]) -> str:
    """Steps, one a line: tool, arguments, effect. References are left out: most screens are not shown."""
    return "\n".join(
        f"{number}. {step.tool} {_text({k: v for k, v in step.arguments.items() if k != 'ref'})}, effect: {step.effect}"
        for number, step in enumerate(steps, start=1)
    )


def _read_pack(pack: Path) -> tuple[str, list[Compared]]:
    """The rubric and the comparisons of a pack whose hashes are right."""
    try:
        rubric = (pack / _RUBRIC).read_bytes().decode()
        decoder = msgspec.json.Decoder(Compared)
        known = [decoder.decode(line) for line in (pack / _WAYS).read_bytes().splitlines()]
        for compared in known:
            orders = ((compared.one, compared.other), (compared.other, compared.one))
            if [_sha256(_prompt(*order, rubric)) for order in orders] != [compared.as_is, compared.swapped]:
                raise ValueError
    except (ValueError, msgspec.DecodeError, FileNotFoundError, NotADirectoryError):
        raise FormatError(
            f"{pack.name} is no pack of prompts, or it was changed since it was written, so the judgements say "
            "nothing. Write the pack again and have it judged."
        ) from None
    return rubric, known


def _write_lines(path: Path, items: Iterable[msgspec.Struct]) -> None:
    path.write_bytes(b"".join(msgspec.json.encode(item) + b"\n" for item in items))


def _text(arguments: dict[str, str | int]) -> str:
    return msgspec.json.encode(arguments).decode()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
