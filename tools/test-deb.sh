#!/usr/bin/env bash
# Installs, upgrades, downgrades, removes and purges both packages in a separate Debian root, with a till that has
# sold, and compares every file of ledger, library and keys byte for byte. Needs root.
#   tools/test-deb.sh --programs DIR --cache DIR
# DIR of --programs holds the release programs, canteen-sandbox among them; the cache holds models and portraits, and
# keeps the root's archive.
set -euo pipefail
cd "$(dirname "$0")/.."

programs='' cache=''
while [ $# -gt 0 ]; do
  case $1 in
  --programs) programs=${2:?} && shift 2 ;;
  --cache) cache=$(realpath "${2:?}") && shift 2 ;;
  *) echo "canteen: $1 is not an option; see the top of $0." >&2 && exit 1 ;;
  esac
done

say() { echo "canteen: $*" >&2; }
fail() {
  say "$*"
  exit 1
}
[ "$(id -u)" = 0 ] || fail "The packages are tried out in a chroot, which only root can make."

# The programs are linked with the libraries of this machine's own Debian.
release=$(. /etc/os-release && echo "$VERSION_CODENAME")
readonly release archive=$cache/deb-root-$release.tar arch=amd64
work=$(mktemp -d)
readonly work root=$work/root
trap 'rm -rf --one-file-system "$work"' EXIT

for role in terminal gateway; do
  deb=$(tools/make-deb.sh --role $role --arch $arch --programs "$programs" --output "$work/dist" --version 0.0.1)
  # The next version differs only in its number; that is enough to show which files stay.
  dpkg-deb -R "$deb" "$work/next"
  sed -i 's/^Version: .*/Version: 0.0.2/' "$work/next/DEBIAN/control"
  dpkg-deb --root-owner-group -Znone --build "$work/next" "${deb/0.0.1/0.0.2}" >/dev/null
  rm -rf "$work/next"
done
lintian --fail-on error --suppress-tags no-manual-page "$work"/dist/*_0.0.1_*.deb >&2 ||
  fail "lintian found errors."

if [ ! -e "$archive" ]; then
  say "making a Debian root to install in (two minutes, once)"
  needs=$(for deb in "$work"/dist/*_0.0.1_*.deb; do dpkg-deb -f "$deb" Depends; done |
    tr ',' '\n' | sed -E 's/ *\([^)]*\)//; s/^ *//' | sort -u | paste -sd,)
  mmdebstrap --quiet --variant=minbase --include="$needs,systemd-sysv,sqlite3" "$release" "${archive%.tar}.new.tar"
  mv "${archive%.tar}.new.tar" "$archive"
fi
mkdir "$root"
tar -C "$root" -xf "$archive" --exclude='./dev/*'
mkdir "$root/material"
cp -r "$cache/models" "$cache/portraits" scenarios "$work/dist" "$root/material/"
cp "$programs/canteen-sandbox" "$root/material/"

# In namespaces of its own its ports are free, and nothing it starts or mounts outlives it.
unshare --net --mount --pid --fork --kill-child tools/deb-life.sh "$root" "$work" $arch
