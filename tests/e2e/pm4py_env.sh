#!/bin/sh
# Make .tools/pm4py: an environment of its own with PM4Py, which reads the XES that we write as an outside judge
# (tests/e2e/test_pm4py.py). It is AGPL, so it is neither a dependency nor imported by anything of ours, and takes
# some 550 MB with pandas and scipy. Run it again at will: it does nothing where the pin has not changed.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
folder="$root/.tools/pm4py"
pins="pm4py==2.7.23.11"

if [ "$(cat "$folder/pins" 2>/dev/null)" = "$pins" ]; then
    echo "pm4py: $folder is up to date"
    exit 0
fi
rm -rf "$folder"
"${PYTHON:-python3}" -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check "$pins"
echo "$pins" >"$folder/pins"
echo "pm4py: $folder is ready"
