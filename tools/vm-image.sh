#!/usr/bin/env bash
# Builds the disk, kernel and initial RAM disk of the box trial's machine: a small Debian of the host's own
# release, so that the programs built here find the libraries they were linked with.
#   tools/vm-image.sh FOLDER PACKAGE
# with everything that PACKAGE, a .deb to be tried on it, depends on or recommends.
# Leaves disk.img, vmlinuz and initrd.img in FOLDER; does nothing when they were made by this same recipe.
set -euo pipefail

folder=${1:?usage: tools/vm-image.sh FOLDER PACKAGE}
package=${2:?usage: tools/vm-image.sh FOLDER PACKAGE}
here=$(cd "$(dirname "$0")" && pwd)
readonly suite=bookworm
readonly packages=(
  systemd-sysv udev kmod dbus initramfs-tools linux-image-amd64 zstd e2fsprogs iproute2 procps v4l-utils
  libeatmydata1
  # Of alternatives the first; versions are for dpkg to check.
  $(dpkg-deb --field "$package" Depends Pre-Depends Recommends | sed -e 's/^[A-Z][A-Za-z-]*: //' -e 's/,/\n/g' | sed -e 's/[|(].*//' -e 's/ //g')
)
recipe=$( (cat "$0" "$here"/vm/*; echo "${packages[*]}") | sha256sum | cut -d' ' -f1)
readonly recipe

say() { echo "canteen: $*" >&2; }

if [ "$(cat "$folder/made-with" 2>/dev/null)" = "$recipe" ]; then exit 0; fi
if [ "$(id -u)" -ne 0 ]; then
  say "building the machine's disk needs root, for its files belong to root; run this target with sudo"
  exit 1
fi
say "building a Debian $suite with a virtual camera; takes four to eight minutes"
mkdir -p "$folder"
# A camera that can be stalled and that sends JPEGs: vivid does neither. Only the module itself goes on the disk.
mmdebstrap --quiet --variant=apt --mode=root --format=null --include=linux-headers-amd64,make \
  --aptopt='Apt::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --customize-hook="chroot \"\$1\" sh <'$here/vm/build-loopback'" \
  --customize-hook="cp \"\$1/v4l2loopback.ko\" '$folder/'" "$suite" /dev/null
root=$(mktemp -d "$folder/root.XXXXXX")
trap 'rm -rf "$root"' EXIT
mmdebstrap --quiet --variant=minbase --mode=root --include="$(IFS=,; echo "${packages[*]}")" \
  --aptopt='Apt::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d"; echo MODULES=list >"$1/etc/initramfs-tools/conf.d/slim"
    printf "%s\n" virtio_pci virtio_blk ext4 crc32c_generic >"$1/etc/initramfs-tools/modules"' \
  "$suite" "$root"

install -m 755 "$here"/vm/{trial-agent,play-film,send-jpegs,vivid-as-camera} "$root/usr/local/sbin/"
install -m 644 "$here"/vm/{trial-agent.service,film@.service,jpegs@.service,till-door.socket,till-door.service} \
  "$root/etc/systemd/system/"
install -m 644 "$here"/vm/*.rules "$root/etc/udev/rules.d/"
install -m 644 "$here"/vm/*.conf "$root/etc/modprobe.d/"
kernel=$(ls "$root/lib/modules")
install -D -m 644 -t "$root/lib/modules/$kernel/updates" "$folder/v4l2loopback.ko"
chroot "$root" depmod "$kernel"
install -m 644 "$here/vm/user-net.network" "$root/etc/systemd/network/"
printf '%s\n' virtio_console 9pnet_virtio 9p vivid v4l2loopback >"$root/etc/modules-load.d/trial.conf"
echo "host /host 9p trans=virtio,version=9p2000.L,msize=262144,nofail 0 0" >"$root/etc/fstab"
mkdir -p "$root/host"
echo box >"$root/etc/hostname"
: >"$root/etc/machine-id"
chroot "$root" systemctl --quiet enable trial-agent.service till-door.socket systemd-networkd.service
chroot "$root" systemctl --quiet mask getty.target apt-daily.timer apt-daily-upgrade.timer \
  systemd-networkd-wait-online.service e2scrub_all.timer fstrim.timer man-db.timer dpkg-db-backup.timer

# Programs of the terminal package are 200 MB before they are stripped; the ledger takes little.
truncate -s 4G "$folder/disk.draft"
mke2fs -q -t ext4 -L box -d "$root" "$folder/disk.draft"
cp "$root"/boot/vmlinuz-* "$folder/vmlinuz"
cp "$root"/boot/initrd.img-* "$folder/initrd.img"
mv "$folder/disk.draft" "$folder/disk.img"
echo "$recipe" >"$folder/made-with"
