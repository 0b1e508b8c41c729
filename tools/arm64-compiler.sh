#!/usr/bin/env bash
# Runs a command inside the compiler that tools/arm64-sdk.sh made.
#   tools/arm64-compiler.sh FOLDER COMMAND…
# Inside are /source, this project; /build, FOLDER/build; /sysroot; /bundles. The mounts end with the command.
# Needs root.
set -euo pipefail

folder=$(realpath "${1:?usage: tools/arm64-compiler.sh FOLDER COMMAND…}")
project=$(realpath "$(dirname "$0")/..")
shift
mkdir -p "$folder/build"
# Where git is told to fetch packages from a folder of this machine, that folder must be found inside, too.
mirror=$(git config --get-regexp '^url\./.*\.insteadof$' | sed -n '1s/^url\.\(.*\)\.insteadof .*/\1/p' || true)

exec unshare --mount bash -euc '
  folder=$1 project=$2 mirror=$3 root=$1/compiler
  shift 3
  mount --make-rprivate /
  mount --bind "$project" "$root/source"
  for part in build sysroot bundles; do mount --bind "$folder/$part" "$root/$part"; done
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  touch "$root/etc/resolv.conf" "$root/etc/gitconfig" "$root/root/.gitconfig"
  for settings in /etc/resolv.conf /etc/gitconfig /root/.gitconfig; do
    [ ! -e $settings ] || mount --bind "$(realpath $settings)" "$root$settings"
  done
  if [ -n "$mirror" ]; then
    mkdir -p "$root$mirror"
    mount --bind "$mirror" "$root$mirror"
  fi
  exec chroot "$root" env --ignore-environment --chdir=/source HOME=/root LANG=C.UTF-8 \
    PATH=/usr/libexec/swift/bin:/usr/bin:/bin:/usr/sbin:/sbin \
    http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" "$@"
' bash "$folder" "$project" "$mirror" "$@"
