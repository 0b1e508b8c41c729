#!/usr/bin/env bash
# Makes the Python environment of tools/test-api.py, with schemathesis.
#   tools/api-venv.sh FOLDER
set -euo pipefail

folder=${1:?usage: tools/api-venv.sh FOLDER}
readonly wanted="schemathesis==4.32.5 hypothesis==6.170.17 jsonschema==4.26.0 PyYAML==6.0.4 cryptography==50.0.2"

if [ "$(cat "$folder/made-with" 2>/dev/null)" != "$wanted" ]; then
  echo "canteen: installing schemathesis to test the interfaces with" >&2
  rm -rf "$folder"
  python3 -m venv "$folder"
  # shellcheck disable=SC2086
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary=:all: $wanted
  echo "$wanted" >"$folder/made-with"
fi
