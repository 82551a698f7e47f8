"""Make examples/sample anew: the private build of a demo, whose content is all invented.

python scripts/sample.py      (as root on Debian or where X and Chromium are: it records the scripted worker)
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from glasswork.api import workspace
from glasswork.api.building import release_key
from glasswork.policy.keys import public_text

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "examples" / "sample"
PAGE = ROOT / "examples" / "README.md"


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "demo"
        program = Path(sys.executable).with_name("glasswork")
        subprocess.run([program, "demo", "--folder", folder], check=True)
        shutil.rmtree(SAMPLE, ignore_errors=True)
        shutil.copytree(folder / "workspace" / "private" / "demo", SAMPLE)
        key = public_text(release_key(workspace.load(folder / "workspace")))
    PAGE.write_text(re.sub(r"--key '[^']*'", f"--key '{key}'", PAGE.read_text()))


if __name__ == "__main__":
    main()
