"""What is committed under examples/ is what the documentation says of it."""

import re
import subprocess
import sys
from pathlib import Path

from glasswork.cli.demo.content import CONTENT
from glasswork.policy import compile
from glasswork.redteam.canaries import SHORTEST, Search

EXAMPLES = Path(__file__).parents[2] / "examples"
PROGRAM = Path(sys.executable).with_name("glasswork")


def test_the_policy_compiles() -> None:
    assert compile(EXAMPLES / "policy.toml").policy.apps


def test_the_sample_verifies_with_the_key_that_its_page_names() -> None:
    (key,) = re.findall(r"--key '([^']*)'", (EXAMPLES / "README.md").read_text())
    subprocess.run([PROGRAM, "verify", "release", EXAMPLES / "sample", "--key", key], check=True)
    subprocess.run([PROGRAM, "verify", "card", EXAMPLES / "sample"], check=True)


def test_nothing_that_the_worker_typed_or_read_is_in_the_sample() -> None:
    content = [text for text in CONTENT if len(text) >= SHORTEST]
    assert len(content) > 10
    assert list(Search(content).folder(EXAMPLES / "sample")) == []
