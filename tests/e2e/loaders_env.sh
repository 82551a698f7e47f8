#!/bin/sh
# Make .tools/loaders: an environment of its own with the real libraries that read our exports (scripts/check_formats.py).
# They are heavy (torch) and pinned, and never go into the project's own environment. Run it again at will: it does
# nothing where the pins have not changed, and installs only what is new where they have.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
folder="$root/.tools/loaders"
pins="datasets==5.2.0 trl==1.16.0 transformers==5.23.0 torch==2.13.0 pillow==13.0.0 pandas==3.1.1 mlcroissant==1.1.1
anthropic==2.12.0 openai==3.54.0 ui-tars==0.5.1"
bare="harbor==0.25.0" # asks for Python 3.12, but its ATIF models import on 3.11: installed without its dependencies

if [ "$(cat "$folder/pins" 2>/dev/null)" = "$pins $bare" ]; then
    echo "loaders: $folder is up to date"
    exit 0
fi
[ -x "$folder/bin/pip" ] || "${PYTHON:-python3}" -m venv "$folder"
# shellcheck disable=SC2086 # the pins are words
"$folder/bin/pip" install --quiet --disable-pip-version-check $pins
# shellcheck disable=SC2086
"$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps --ignore-requires-python $bare
echo "$pins $bare" >"$folder/pins"
echo "loaders: $folder is ready"
