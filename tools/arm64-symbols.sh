#!/usr/bin/env bash
# Fails when a program needs a library, or a version of a library's symbols, that the sysroot does not have.
#   tools/arm64-symbols.sh SYSROOT PROGRAM…
# Last line for each program: the highest version of glibc and of libstdc++ that it needs.
set -euo pipefail

sysroot=${1:?usage: tools/arm64-symbols.sh SYSROOT PROGRAM…}
shift
readonly libraries=$sysroot/usr/lib/aarch64-linux-gnu

# versions_needed PROGRAM: "library version" in each line.
versions_needed() {
  aarch64-linux-gnu-objdump -p "$1" |
    awk '/^Version References/ { inside = 1 } /required from/ { sub(":", "", $3); library = $3; next }
         inside && $1 ~ /^0x/ && NF == 4 { print library, $4 }'
}

libraries_needed() { aarch64-linux-gnu-objdump -p "$1" | awk '$1 == "NEEDED" { print $2 }'; }

has_version() {
  aarch64-linux-gnu-objdump -p "$libraries/$1" | awk '/^Version definitions/ { inside = 1 } /^Version Ref/ { inside = 0 }
    inside { print $NF }' | grep -qxF "$2"
}

highest() { versions_needed "$1" | grep -oE "\<$2[0-9.]+$" | sort -V | tail -n 1; }

failed=
for program in "$@"; do
  for library in $(libraries_needed "$program"); do
    if [ ! -e "$libraries/$library" ]; then
      echo "canteen: $program needs $library, which the target does not have" >&2
      failed=yes
    fi
  done
  while read -r library version; do
    if ! has_version "$library" "$version"; then
      echo "canteen: $program needs $version of $library, which the target does not have" >&2
      failed=yes
    fi
  done < <(versions_needed "$program")
  echo "canteen: $(basename "$program") needs $(highest "$program" GLIBC_) and $(highest "$program" GLIBCXX_)" >&2
done
[ -z "$failed" ]
