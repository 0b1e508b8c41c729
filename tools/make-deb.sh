#!/usr/bin/env bash
# Packs built programs into one .deb.
#   tools/make-deb.sh --role terminal|gateway --arch amd64|arm64 --programs DIR --output DIR
#                     [--version V] [--sysroot DIR]
# DIR of --programs holds the release programs canteend, canteen-gateway and canteenctl for that architecture; they
# are stripped here. --sysroot is the root of the Debian 13 they were linked in, when that is not this machine.
# Prints the path of the package. Needs dpkg-dev, patchelf, llvm-objcopy (Swift's toolchain has it), and for another
# architecture its binutils.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { echo "canteen: $*" >&2; }
fail() {
  say "$*"
  exit 1
}

role='' arch='' programs='' output='' version='' sysroot=''
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || fail "$1 needs a value."
  case $1 in
  --role) role=$2 ;;
  --arch) arch=$2 ;;
  --programs) programs=$2 ;;
  --output) output=$2 ;;
  --version) version=$2 ;;
  --sysroot) sysroot=$(realpath "$2") ;;
  *) fail "$1 is not an option; see the top of $0." ;;
  esac
  shift 2
done
case $role in
terminal) program=canteend service=canteend.service priority=20 kept="ledger, library and keys" ;;
gateway) program=canteen-gateway service=canteen-gateway.service priority=10 kept="orders, people and keys" ;;
*) fail "--role must be terminal or gateway." ;;
esac
case $arch in
amd64) triplet=x86_64-linux-gnu machine="X86-64" ;;
arm64) triplet=aarch64-linux-gnu machine="AArch64" ;;
*) fail "--arch must be amd64 or arm64." ;;
esac
[ -d "$programs" ] || fail "--programs must name the folder with the built programs."
[ -n "$output" ] || fail "--output must name the folder for the package."
for tool in dpkg-deb dpkg-shlibdeps llvm-objcopy patchelf readelf; do
  command -v "$tool" >/dev/null || fail "$tool is missing; install dpkg-dev, patchelf and Swift's toolchain."
done

# Dated by the commit, so that the same commit makes the same package.
moment=$(git log -1 --format=%ct 2>/dev/null || date +%s)
release=$(sed -n 's/.*current = "\(.*\)".*/\1/p' Sources/Core/CanteenCore/Running/ProductVersion.swift)
version=${version:-$release+git$(date -u -d "@$moment" +%Y%m%d%H%M).$(git rev-parse --short=7 HEAD 2>/dev/null || echo 0)}
readonly package=canteen-$role library=usr/lib/canteen-$role doc=usr/share/doc/canteen-$role
export SOURCE_DATE_EPOCH=$moment

draft=$(mktemp -d)
trap 'rm -rf "$draft"' EXIT
readonly root=$draft/root
umask 022

put() { install -D -m "$1" "$2" "$root/$3"; }
put_folder() {
  local file
  [ -d "$1" ] || return 0
  find "$1" -type f -printf '%P\n' | while read -r file; do put 644 "$1/$file" "$2/$file"; done
}

put_program() {
  local built=$programs/$1
  [ -f "$built" ] || fail "$built is missing; build the release programs first."
  readelf -h "$built" | grep -q "Machine:.*$machine" || fail "$built is not for $arch."
  mkdir -p "$(dirname "$root/$2")"
  llvm-objcopy --strip-all "$built" "$root/$2"
  # SwiftPM has programs look for libraries beside themselves; these are Debian's.
  patchelf --remove-rpath "$root/$2"
  chmod 755 "$root/$2"
}

put_program $program usr/bin/$program
# Both packages may be on one machine, and both bring this; update-alternatives takes one.
put_program canteenctl "$library/canteenctl"
put 755 packaging/canteen-fetch-models "$library/canteen-fetch-models"
put 755 tools/fetch-models.sh "$library/fetch-models.sh"
put 644 tools/pinned-files.sh "$library/pinned-files.sh"
put 644 "systemd/sysusers.d/$package.conf" "usr/lib/sysusers.d/$package.conf"
put 644 "systemd/tmpfiles.d/$package.conf" "usr/lib/tmpfiles.d/$package.conf"
put 644 "systemd/$service" "usr/lib/systemd/system/$service"
put 644 "packaging/etc/$role.yaml" "etc/canteen/$role.yaml"
put 644 packaging/copyright "$doc/copyright"
put 644 docs/operations.md "$doc/operations.md"
sed "s/@PACKAGE@/$package/" packaging/lintian-overrides | install -D -m 644 /dev/stdin \
  "$root/usr/share/lintian/overrides/$package"
mkdir -p "$root/usr/share/canteen/models"
more_units=
if [ "$role" = terminal ]; then
  for unit in canteen-display.service canteen-kiosk.target canteen-kiosk@.service; do
    put 644 "systemd/$unit" "usr/lib/systemd/system/$unit"
  done
  more_units="canteen-kiosk.target canteen-display.service"
  put 644 udev/70-canteen.rules usr/lib/udev/rules.d/70-canteen.rules
  put 644 packaging/etc/kiosk.conf etc/canteen/kiosk.conf
  put 755 packaging/terminal/show-screen "$library/show-screen"
  put_folder Web usr/share/canteen/web
  mkdir -p "$root/usr/share/canteen/devices"
  put_folder devices usr/share/canteen/devices
fi
gzip -9n >"$root/$doc/changelog.gz" <<CHANGELOG
$package ($version) stable; urgency=medium

  * Built from commit $(git rev-parse HEAD 2>/dev/null || echo unknown).

 -- Canteen Terminal maintainers <maintainers@canteen-terminal.invalid>  $(date -u -R -d "@$moment")
CHANGELOG

# The packages of the linked libraries come from this machine's package database; for a sysroot, which has none, from
# packaging/shlibs.debian13.
mkdir -p "$draft/debian"
printf 'Source: canteen-terminal\n\nPackage: %s\nArchitecture: any\n' "$package" >"$draft/debian/control"
options=()
[ -z "$sysroot" ] ||
  options=("-l$sysroot/usr/lib/$triplet" "-L$PWD/packaging/shlibs.debian13" "--admindir=$draft/no-packages")
if [ -n "$sysroot" ]; then mkdir -p "$draft/no-packages/info" && touch "$draft/no-packages/status"; fi
mkdir -p "$root/DEBIAN"
libraries=$(cd "$draft" && DEB_HOST_ARCH=$arch dpkg-shlibdeps -O "${options[@]}" \
  -e"root/usr/bin/$program" -e"root/$library/canteenctl" 2>"$draft/complaints" |
  sed -n 's/^shlibs:Depends=//p') || fail "dpkg-shlibdeps failed: $(cat "$draft/complaints")"
[ -n "$libraries" ] || fail "dpkg-shlibdeps found no library that $program needs."

for script in postinst prerm postrm; do
  sed -e "s/@ROLE@/$role/g; s/@SERVICE@/$service/g; s/@PRIORITY@/$priority/g; s/@KEPT@/$kept/g" \
    -e "s/ *@MORE_UNITS@/${more_units:+ $more_units}/g" "packaging/maintainer/$script" >"$root/DEBIAN/$script"
  chmod 755 "$root/DEBIAN/$script"
done
(cd "$root" && find etc -type f -printf '/%p\n' | sort >DEBIAN/conffiles)
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
{
  cat <<CONTROL
Package: $package
Version: $version
Architecture: $arch
Maintainer: Canteen Terminal maintainers <maintainers@canteen-terminal.invalid>
Section: misc
Priority: optional
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f 1)
CONTROL
  sed "s/^Depends: /Depends: $libraries, /" "packaging/$role/control" | awk '
    /^Description:/ || /^ / { description = description $0 "\n"; next }
    { print }
    END { printf "%s", description }'
} >"$root/DEBIAN/control"

mkdir -p "$output"
readonly file=$output/${package}_${version}_$arch.deb
# The lightest xz: a heavier one saves a tenth and takes minutes, and lintian of Debian 12 refuses zstd.
dpkg-deb --root-owner-group -Zxz -z1 --build "$root" "$file" >/dev/null
echo "$file"
