#!/usr/bin/env bash
# Makes a Python environment with the opencv-python-headless that our recognition is compared with.
#   tools/opencv-venv.sh FOLDER [VERSION]
set -euo pipefail

folder=${1:?usage: tools/opencv-venv.sh FOLDER [VERSION]}
readonly wanted="opencv-python-headless==${2:-4.14.0.94}"

if [ "$(cat "$folder/made-with" 2>/dev/null)" != "$wanted" ]; then
  echo "canteen: installing $wanted to compare with" >&2
  rm -rf "$folder"
  python3 -m venv "$folder"
  "$folder/bin/python" -m pip install --quiet --only-binary=:all: "$wanted"
  echo "$wanted" >"$folder/made-with"
fi
