#!/usr/bin/env bash
# Verifies the systemd units, the files for sysusers and tmpfiles, and the udev rules, and that the daemons' exposure
# is low. Prints one line for each that is fine.
#   tools/check-units.sh
set -euo pipefail
cd "$(dirname "$0")/.."

# What `systemd-analyze security` counts, in tenths; 15 is 1.5.
readonly most_exposed=15
readonly programs=(
  usr/bin/canteend usr/bin/canteen-gateway usr/lib/xorg/Xorg
  usr/lib/canteen-terminal/show-screen
)

say() { echo "canteen: $*" >&2; }
fail() {
  say "$*"
  exit 1
}

[ -x "$(command -v systemd-analyze)" ] || fail "systemd-analyze is missing; install the package systemd."

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/etc/systemd/system" "$root/usr/lib/systemd"
# The units refer to systemd's own.
for folder in /usr/lib/systemd/system /lib/systemd/system; do
  if [ -d "$folder" ]; then cp -r "$folder" "$root/usr/lib/systemd/" && break; fi
done
cp systemd/*.service systemd/*.target "$root/etc/systemd/system/"
for program in "${programs[@]}"; do install -D -m 755 /bin/true "$root/$program"; done

# quiet COMMAND...: verify returns 0 for an unknown key and only complains, so a complaint is a failure.
quiet() {
  local complaints
  complaints=$("$@" 2>&1 >/dev/null) || fail "$* failed: $complaints"
  [ -z "$complaints" ] || fail "$*: $complaints"
}

for unit in systemd/*.service systemd/*.target; do
  name=$(basename "$unit")
  # A template is verified as one of its instances.
  quiet systemd-analyze verify --root="$root" --man=no "${name/@./@till.}"
  echo "verified $name"
done

for daemon in canteend canteen-gateway; do
  report=$(systemd-analyze security --offline=true --threshold=$most_exposed "systemd/$daemon.service") ||
    fail "$daemon is exposed too much: $(tail -n 1 <<<"$report")"
  exposure=$(sed -nE 's/.*exposure level[^:]*: ([0-9.]+) .*/\1/p' <<<"$report")
  [ -n "$exposure" ] || fail "systemd-analyze did not tell the exposure of $daemon."
  echo "exposure $daemon $exposure"
done

for role in terminal gateway; do
  systemd-sysusers --root="$root" "$PWD/systemd/sysusers.d/canteen-$role.conf" 2>/dev/null &&
    grep -q "^canteen-$role:" "$root/etc/passwd" || fail "canteen-$role.conf of sysusers.d makes no user canteen-$role."
  echo "verified canteen-$role.conf of sysusers.d"
  quiet systemd-tmpfiles --root="$root" --create "$PWD/systemd/tmpfiles.d/canteen-$role.conf"
  [ "$(stat -c %a "$root/var/lib/canteen-$role")" = 700 ] || fail "The folder of canteen-$role can be read by others."
  echo "verified canteen-$role.conf of tmpfiles.d"
done
