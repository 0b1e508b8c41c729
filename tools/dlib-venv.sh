#!/usr/bin/env bash
# Makes a Python environment with face_recognition on dlib's ready-made wheel, to compare with.
#   tools/dlib-venv.sh FOLDER
set -euo pipefail

folder=${1:?usage: tools/dlib-venv.sh FOLDER}
readonly wanted="dlib-bin==20.0.1.post1 numpy==2.4.6 pillow==13.0.0 click==8.5.1 setuptools==65.5.0"
# Installed without dependencies: they ask for a dlib to compile, and dlib-bin takes its place.
readonly without_dependencies="face_recognition==1.3.0 face_recognition_models==0.3.0"

if [ "$(cat "$folder/made-with" 2>/dev/null)" != "$wanted $without_dependencies" ]; then
  echo "canteen: installing face_recognition to compare with (100 MB)" >&2
  rm -rf "$folder"
  python3 -m venv "$folder"
  # shellcheck disable=SC2086 # one word each
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check $wanted
  # shellcheck disable=SC2086
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps $without_dependencies
  echo "$wanted $without_dependencies" >"$folder/made-with"
fi
