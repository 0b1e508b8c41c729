#!/usr/bin/env bash
# Packs built programs into one .deb.
#   tools/make-deb.sh --role terminal|gateway --arch amd64|arm64 --programs DIR --output DIR
#                     [--version V] [--sysroot DIR]
# DIR of --programs holds the release programs canteend, canteen-gateway and canteenctl for that architecture;
# they are stripped here. --sysroot is the Debian 13 root they were linked in, when it is not this machine.
# Prints the path of the package. Needs dpkg-dev, and an objcopy that knows the architecture (llvm-objcopy does).
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
readonly here
