"""docs/threat-model.md names for every threat a test that exists, and every attack of this folder is in a row of it."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
CLASSES = {"S", "T", "R", "I", "D", "E", "L", "Id", "Nr", "De", "Dd", "U", "Nc"}
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows() -> list[list[str]]:
    """The cells of each row of the tables of threats, without their heads."""
    section = (ROOT / "docs" / "threat-model.md").read_text().partition("## The threats")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] != "threat" and not set(row[0]) <= {"-"}]


@cache
def functions_of(path: str) -> frozenset[str]:
    """The names of the test functions of a file, read and not run."""
    tree = ast.parse((ROOT / path).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_row_names_a_threat_its_class_its_control_and_its_test() -> None:
    assert len(rows()) > 40
    for threat, classes, control, shown_by in rows():
        assert threat and control
        assert set(classes.split(", ")) <= CLASSES, threat
        assert NAMED.sub("", shown_by).strip() == "", f"{threat}: {shown_by}"


def test_every_test_that_a_row_names_exists() -> None:
    for threat, _, _, shown_by in rows():
        named = NAMED.findall(shown_by)
        assert named, f"no test: {threat}"
        for path, name in named:
            assert (ROOT / path).is_file(), path
            assert name in functions_of(path), f"{path}::{name}"


def test_no_threat_is_there_twice() -> None:
    threats = [row[0] for row in rows()]
    assert len(threats) == len(set(threats))


def test_every_attack_is_in_a_row() -> None:
    named = {path for row in rows() for path, _ in NAMED.findall(row[3])}
    attacks = {path.relative_to(ROOT).as_posix() for path in HERE.glob("test_*.py")}
    assert attacks - {Path(__file__).relative_to(ROOT).as_posix()} <= named
