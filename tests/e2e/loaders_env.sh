#!/bin/sh
# Make .tools/loaders: an environment of its own with the real libraries that read our exports (tests/e2e/test_loaders.py).
# They are heavy (torch) and pinned, and never go into the project's own environment. Run it again at will: it does
# nothing where the pins have not changed.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
folder="$root/.tools/loaders"
pins="datasets==5.2.0 trl==1.16.0 transformers==5.23.0 torch==2.13.0"
harbor="harbor==0.25.0" # asks for Python 3.12, but its ATIF models import on 3.11: installed without its dependencies

if [ "$(cat "$folder/pins" 2>/dev/null)" = "$pins $harbor" ]; then
    echo "loaders: $folder is up to date"
    exit 0
fi
rm -rf "$folder"
"${PYTHON:-python3}" -m venv "$folder"
# shellcheck disable=SC2086 # the pins are words
"$folder/bin/pip" install --quiet --disable-pip-version-check $pins
"$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps --ignore-requires-python "$harbor"
echo "$pins $harbor" >"$folder/pins"
echo "loaders: $folder is ready"
