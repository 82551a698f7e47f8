"""Render what the documentation takes from the program, and check that its links lead somewhere.

python scripts/docs.py           write
python scripts/docs.py --check   change nothing; end with 1 if something would change or a link is dead
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import capture_page
import exports_page

ROOT = Path(__file__).parent.parent
PROGRAM = Path(sys.executable).with_name("glasswork")
CAPTURE = re.compile(r"(<!-- capture (?P<part>[a-z]+) -->\n).*?(<!-- /capture -->)", re.S)
EXPORTS = re.compile(r"(<!-- exports (?P<part>[a-z]+) -->\n).*?(<!-- /exports -->)", re.S)
HELP = re.compile(r"(<!-- help(?P<command>[ a-z-]*) -->\n).*?(<!-- /help -->)", re.S)
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:|#)([^)#\s]+)")


def main() -> int:
    check = "--check" in sys.argv
    faults: list[str] = []
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]
    for page in sorted(pages):
        old = page.read_text()
        new = HELP.sub(lambda match: match[1] + rendered(match["command"].split()) + match[3], old)
        new = CAPTURE.sub(lambda match: match[1] + capture_page.rendered(match["part"]) + match[3], new)
        new = EXPORTS.sub(lambda match: match[1] + exports_page.rendered(match["part"]) + match[3], new)
        if new != old and check:
            faults.append(f"{page.relative_to(ROOT)}: differs from the program; run `make docs`")
        elif new != old:
            page.write_text(new)
        faults += [
            f"{page.relative_to(ROOT)}: the link to {link} leads nowhere"
            for link in LINK.findall(new)
            if not (page.parent / link).exists()
        ]
    print("\n".join(faults) or f"docs: {len(pages)} pages, nothing amiss")
    return 1 if faults else 0


def rendered(words: list[str]) -> str:
    """The --help text of a command, or of every command where `words` is empty."""
    if words:
        return f"\n```\n{help_of(words)}```\n\n"
    commands = re.findall(r"^  ([a-z][a-z-]*) ", help_of([]).split("Commands:")[-1], re.M)
    pages = [("glasswork", help_of([]))] + [(f"glasswork {name}", help_of([name])) for name in commands]
    for name in commands:
        text = help_of([name])
        if "Commands:" in text:
            subcommands = re.findall(r"^  ([a-z][a-z-]*) ", text.split("Commands:")[-1], re.M)
            pages += [(f"glasswork {name} {sub}", help_of([name, sub])) for sub in subcommands]
    return "\n" + "".join(f"### `{name}`\n\n```\n{text}```\n\n" for name, text in sorted(pages))


def help_of(words: list[str]) -> str:
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    return subprocess.run(
        [PROGRAM, *words, "--help"], check=True, capture_output=True, text=True, env=environment
    ).stdout


if __name__ == "__main__":
    sys.exit(main())
