#!/usr/bin/env bash
# Prints what a package with these arm64 programs must depend on, as dpkg-shlibdeps finds it in the sysroot.
#   tools/arm64-depends.sh SYSROOT PROGRAM…
# Needs root, dpkg-dev and binutils-aarch64-linux-gnu.
set -euo pipefail

sysroot=$(realpath "${1:?usage: tools/arm64-depends.sh SYSROOT PROGRAM…}")
shift
programs=$(realpath "$@")
draft=$(mktemp -d)
trap 'rm -rf "$draft"' EXIT
mkdir "$draft/debian"
printf 'Source: canteen\n\nPackage: canteen\nArchitecture: arm64\n' >"$draft/debian/control"

# The package database knows libraries by their place on the target, so they are mounted there for a moment.
cd "$draft"
# shellcheck disable=SC2016,SC2086
unshare --mount sh -euc '
  mkdir -p /usr/lib/aarch64-linux-gnu
  mount --bind "$0/usr/lib/aarch64-linux-gnu" /usr/lib/aarch64-linux-gnu
  DEB_HOST_ARCH=arm64 exec dpkg-shlibdeps --admindir="$0/var/lib/dpkg" -l/usr/lib/aarch64-linux-gnu -O --warnings=0 "$@"
' "$sysroot" $programs | sed 's/^shlibs:Depends=//'
