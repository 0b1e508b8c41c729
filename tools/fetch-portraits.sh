#!/usr/bin/env bash
# Puts the portraits of the demo and the tests into a folder and checks their hashes.
#   tools/fetch-portraits.sh FOLDER
# They show public officials and an astronaut and are part of two packages of PyPI. They are never committed.
set -euo pipefail
source "$(dirname "$0")/pinned-files.sh"

folder=${1:?usage: tools/fetch-portraits.sh FOLDER}
declare -rA sha256=(
  [obama.jpg]=0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6
  [obama2.jpg]=a7efcc907375274796f39646510704aa86672d59f6d5469d69af3c85590976a6
  [obama3.jpg]=76ac6bf97c36dc2da0ad16a537d6a5ac1b10f48d49aac29a0cca9a17cdbc3ca3
  [biden.jpg]=3c17508bb91554c637a2eabddfae790e5bb1caba93130814fc2ac50be9760c4c
  [astronaut.png]=88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5
)

complete() {
  local name
  for name in "${!sha256[@]}"; do is_pinned "$folder/$name" "${sha256[$name]}" || return 1; done
}

mkdir -p "$folder"
if ! complete; then
  say "fetching the portraits from PyPI (17 MB)"
  pypi_file face_recognition==1.3.0 source
  for name in obama.jpg obama2.jpg obama3.jpg biden.jpg; do
    take_out "$pypi_archive" "tests/test_images/$name" "$folder/$name" "${sha256[$name]}"
  done
  pypi_file scikit-image==0.26.0 binary
  take_out "$pypi_archive" skimage/data/astronaut.png "$folder/astronaut.png" "${sha256[astronaut.png]}"
fi
