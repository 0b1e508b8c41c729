#!/usr/bin/env bash
# Compiles programs for Debian 13 arm64, strips them and checks that the target can start them.
#   tools/arm64-build.sh FOLDER PROGRAM…
# FOLDER is what tools/arm64-sdk.sh made; the programs are put into FOLDER/programs. PROGRAM "tests" compiles the
# tests instead, for debugging, and leaves them under FOLDER/build.
# Needs root.
set -euo pipefail

folder=$(realpath "${1:?usage: tools/arm64-build.sh FOLDER PROGRAM…}")
tools=$(dirname "$0")
shift

swift_build() {
  "$tools/arm64-compiler.sh" "$folder" swift build --swift-sdks-path /bundles --swift-sdk arm64-trixie \
    --scratch-path /build "$@"
}

mkdir -p "$folder/programs"
for program in "$@"; do
  echo "canteen: compiling $program for arm64; the first one takes ten minutes" >&2
  if [ "$program" = tests ]; then
    # Debian has the Testing library for dynamic linking only.
    swift_build --build-tests
  else
    swift_build --configuration release --static-swift-stdlib --product "$program"
    aarch64-linux-gnu-strip --strip-all -o "$folder/programs/$program.new" \
      "$folder/build/aarch64-unknown-linux-gnu/release/$program"
    "$tools/arm64-symbols.sh" "$folder/sysroot" "$folder/programs/$program.new"
    mv "$folder/programs/$program.new" "$folder/programs/$program"
  fi
done
