#!/usr/bin/env bash
# Makes a Python environment with the FAISS and numpy that our search is compared with.
#   tools/search-venv.sh FOLDER
set -euo pipefail

folder=${1:?usage: tools/search-venv.sh FOLDER}
# Wheels for Python 3.11 on x86_64 and aarch64, by SHA-256.
readonly wanted="\
faiss-cpu==1.15.1 --hash=sha256:f2c31b7f2f6647eb76829a5cfe3c398fb9346df9f26b1d4db35269c91eb58c33 \
  --hash=sha256:ffa71b14b3090bc076f8b026554178868fdbfe2f26fe644da629405836369039
numpy==2.4.6 --hash=sha256:89cd468399cfd2504718f0ba50e410dca55a170b61a02ad92bb18c8a65186e93 \
  --hash=sha256:0ab0a9c4ffb1a6d95ef519fe4247dba8eb6b18ad93999f76b7f657039acabd47
packaging==26.3 --hash=sha256:d7193f7c8e4e93f444fde0262bf90af30e16fa0ad0ad44cb553c87339b23cd1c"

if [ "$(cat "$folder/made-with" 2>/dev/null)" != "$wanted" ]; then
  echo "canteen: installing FAISS and numpy to compare with" >&2
  rm -rf "$folder"
  python3 -m venv "$folder"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary=:all: --require-hashes \
    --requirement <(echo "$wanted")
  echo "$wanted" >"$folder/made-with"
fi
