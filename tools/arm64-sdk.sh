#!/usr/bin/env bash
# Makes the compiler and the sysroot for programs on Debian 13 arm64, unless FOLDER has them already.
#   tools/arm64-sdk.sh FOLDER
# FOLDER/compiler   a Debian for amd64 with swiftlang; programs run in it through tools/arm64-compiler.sh
# FOLDER/sysroot    the files of Debian 13 for arm64, with Swift's own modules for arm64 of the same version
# FOLDER/bundles    the Swift SDK that names both
# Needs root, 5 GB and the network.
set -euo pipefail

folder=$(realpath -m "${1:?usage: tools/arm64-sdk.sh FOLDER}")
# Raised when this recipe changes; a new number makes everything anew.
readonly recipe=1
readonly keyring=/usr/share/keyrings/debian-archive-keyring.gpg
readonly compiler=$folder/compiler sysroot=$folder/sysroot bundle=$folder/bundles/arm64.artifactbundle
readonly libraries="libc6-dev libstdc++-14-dev linux-libc-dev libsqlite3-dev libv4l-dev
  libturbojpeg0-dev libpng-dev libexif-dev libopencv-core-dev libopencv-imgproc-dev libopencv-dnn-dev"
readonly compilers="swiftlang git ca-certificates g++ libc6-dev libsqlite3-dev"

say() { echo "canteen: $*" >&2; }

# debian SUITE FOLDER OPTION…: the packages named and what they depend on, without documentation.
debian() {
  local suite=$1 destination=$2
  shift 2
  rm -rf --one-file-system "$destination"
  # The Release file of sid is often past its date.
  mmdebstrap --quiet --mode=root --keyring=$keyring --aptopt='Acquire::Check-Valid-Until "false"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    "$@" "$suite" "$destination"
}

make_compiler() {
  say "fetching the compiler (3.3 GB on disk)"
  # Compiled Swift modules can be read only by the very version that made them.
  debian sid "$compiler" --variant=apt --architectures=amd64,arm64 --include="$(echo $compilers)" \
    --customize-hook='chroot "$1" sh -euc "
      cd /var/tmp
      version=\$(dpkg-query -Wf \\\${Version} swiftlang)
      apt-get -qq -o APT::Sandbox::User=root download swiftlang:arm64=\$version libswiftlang:arm64=\$version"'
  mkdir -p "$compiler"/{source,build,sysroot,bundles}
}

make_sysroot() {
  say "fetching Debian 13 for arm64 (1.5 GB on disk)"
  # Unpacked only: nothing of it runs here.
  debian trixie "$sysroot" --variant=extract --architectures=arm64 --include="$(echo $libraries)"
  rm -rf --one-file-system "${sysroot:?}"/{dev,tmp,etc,var}
  [ -e "$sysroot/lib" ] || ln -s usr/lib "$sysroot/lib"
  local link triple=$sysroot/usr/lib/aarch64-linux-gnu
  find "$sysroot" -type l -lname '/*' | while read -r link; do
    ln -sfn "$(realpath -ms --relative-to="$(dirname "$link")" "$sysroot$(readlink "$link")")" "$link"
  done
  # Links that update-alternatives makes where packages are configured.
  ln -sf blas/libblas.so.3 lapack/liblapack.so.3 "$triple/"
}

add_swift() {
  local unpacked swift=usr/libexec/swift/lib
  unpacked=$(mktemp -d "$folder/unpacked.XXXX")
  dpkg-deb --fsys-tarfile "$compiler"/var/tmp/swiftlang_*_arm64.deb |
    tar -xC "$unpacked" ./$swift/{swift,swift_static,clang}
  dpkg-deb -x "$compiler"/var/tmp/libswiftlang_*_arm64.deb "$unpacked"
  rm -rf "$unpacked/$swift"/swift/{host,embedded,migrator,pm,FrameworkABIBaseline} \
    "$unpacked/$swift/swift_static/embedded"
  mv "$unpacked/$swift"/{swift,swift_static,clang} "$sysroot/usr/lib/"
  rm -rf "$unpacked"
  # Debian ships the module of this library and not the library, which has nothing in it that tests use.
  printf '!<arch>\n' >"$sysroot/usr/lib/swift/linux/lib_Testing_Foundation.a"
}

make_bundle() {
  mkdir -p "$bundle/trixie"
  cat >"$bundle/info.json" <<JSON
{ "schemaVersion": "1.0", "artifacts": { "arm64-trixie": {
    "type": "swiftSDK", "version": "$(compiler_version)", "variants": [ { "path": "trixie" } ] } } }
JSON
  # The paths are those inside the compiler's root.
  cat >"$bundle/trixie/swift-sdk.json" <<'JSON'
{ "schemaVersion": "4.0", "targetTriples": { "aarch64-unknown-linux-gnu": {
    "sdkRootPath": "/sysroot", "swiftResourcesPath": "/sysroot/usr/lib/swift",
    "swiftStaticResourcesPath": "/sysroot/usr/lib/swift_static", "toolsetPaths": [ "toolset.json" ] } } }
JSON
  cat >"$bundle/trixie/toolset.json" <<'JSON'
{ "schemaVersion": "1.0", "swiftCompiler": { "extraCLIOptions": [ "-use-ld=lld" ] } }
JSON
}

compiler_version() { chroot "$compiler" dpkg-query -Wf '${Version}' swiftlang; }

# make_once PART INGREDIENTS FUNCTION…: runs the functions, unless PART was made of the same ingredients before.
make_once() {
  local part=$1 ingredients="recipe $recipe: $2"
  shift 2
  [ "$(cat "$folder/$part.made-of" 2>/dev/null)" != "$ingredients" ] || return 0
  rm -f "$folder/$part.made-of"
  for step in "$@"; do $step; done
  echo "$ingredients" >"$folder/$part.made-of"
}

mkdir -p "$folder"
make_once compiler "$compilers" make_compiler make_bundle
make_once sysroot "$libraries, swiftlang $(compiler_version)" make_sysroot add_swift
say "swiftlang $(compiler_version) compiles for Debian 13 arm64"
