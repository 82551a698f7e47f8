#!/bin/sh
# Make .tools/fuzz: a folder of its own for the fuzzer, which nothing else needs. Run it again at will: it does nothing
# where the pin has not changed. Needs .venv (scripts/setup).
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
folder="$root/.tools/fuzz"
pin="atheris==3.0.0"

if [ "$(cat "$folder/pin" 2>/dev/null)" = "$pin" ]; then
    exit 0
fi
rm -rf "$folder"
"$root/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --target "$folder" "$pin"
echo "$pin" >"$folder/pin"
echo "fuzz: $folder is ready"
