#!/usr/bin/env bash
# Verifies the udev rules by `udevadm verify`: with this machine's own, or, where systemd is older than 254, with that
# of a Debian 13 that is unpacked once into FOLDER.
#   tools/verify-udev-rules.sh FOLDER
set -euo pipefail

folder=${1:?usage: tools/verify-udev-rules.sh FOLDER}
rules=$(cd "$(dirname "$0")/../udev" && pwd)
readonly rules

verify() {
  # Names are not resolved: a group that this machine lacks is no mistake in the rules.
  "$@" verify --resolve-names=never "$rules"/*.rules
}

if udevadm verify --help >/dev/null 2>&1; then
  verify udevadm
  exit
fi
if [ ! -e "$folder/complete" ]; then
  echo "canteen: unpacking Debian 13's udev to verify the rules with (20 s)" >&2
  rm -rf "$folder"
  mmdebstrap --quiet --variant=extract --include=udev trixie "$folder" >&2
  touch "$folder/complete"
fi
libraries=$(find "$folder/usr/lib" -maxdepth 2 -name 'libc.so.6' -printf '%h\n' | head -n 1)
loader=$(find -L "$folder/usr/lib64" "$libraries" -maxdepth 1 -name 'ld-linux-*.so.*' 2>/dev/null | head -n 1)
verify "$loader" --library-path "$libraries:$libraries/systemd:$folder/usr/lib/systemd" "$folder/usr/bin/udevadm"
