#!/usr/bin/env bash
# The life of both packages in a Debian root: installed, a till sells, upgraded, downgraded, removed, purged, back.
# tools/test-deb.sh calls it in namespaces of its own.
#   tools/deb-life.sh ROOT WORK ARCH
set -euo pipefail

readonly root=${1:?} work=${2:?} arch=${3:?}
fail() {
  echo "canteen: $*" >&2
  exit 1
}
ip link set lo up
mount --make-rprivate /
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
running=()
stop_programs() {
  kill "${running[@]}"
  wait "${running[@]}" || true
  running=()
}
# No service manager runs in here, and none may be asked.
rm -rf "$root/run/systemd/system"

inside() { chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
as() { inside setpriv --reuid "$1" --regid "$1" --init-groups "${@:2}"; }
# begin LOG USER COMMAND...: a program that stop_programs stops. Not by `as`, whose process would be a shell's.
begin() {
  chroot "$root" setpriv --reuid "$2" --regid "$2" --init-groups "${@:3}" >"$work/$1" 2>&1 &
  running+=($!)
}
dpkg_does() {
  local what=$1
  shift
  inside dpkg "$@" >"$work/dpkg.log" 2>&1 || fail "$what failed: $(tail -n 5 "$work/dpkg.log")"
}
debs() { echo "/material/dist/canteen-terminal_$1_$arch.deb" "/material/dist/canteen-gateway_$1_$arch.deb"; }
# until_true SECONDS COMMAND...: false when the time is up.
until_true() {
  local tries=$(($1 * 5))
  shift
  until "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || return 1
    sleep 0.2
  done
}
start_till() {
  inside install -d -o canteen-terminal /run/canteen
  begin till.log canteen-terminal canteend
}
orders() { sqlite3 "file:$root/var/lib/canteen-terminal/ledger.sqlite?mode=ro" "SELECT count(*) FROM entry"; }
sold() { [ "$(orders)" -ge 3 ]; }
# Every file by its SHA-256, and the owner of each folder.
state() (
  cd "$root"
  # The purge takes the folder of the settings away.
  find var/lib/canteen-* $([ -d etc/canteen ] && echo etc/canteen) -type f -print0 | sort -z | xargs -0 sha256sum
  stat -c '%n %U %G %a' var/lib/canteen-*
)
unchanged() {
  state >"$work/after"
  diff "$work/before" "$work/after" >&2 || fail "$1 changed files."
  echo "kept through $1"
}

# A till that is installed, paired and has sold, with everything stopped again.
let_a_till_sell() {
  # shellcheck disable=SC2046
  dpkg_does "installing" -i $(debs 0.0.1)
  inside canteen-fetch-models --from /material/models >/dev/null
  [ "$(stat -c '%U %a' "$root/var/lib/canteen-terminal")" != "root 700" ] || fail "root owns the till's folder."

  inside chown -R canteen-gateway /material/canteen-sandbox
  inside install -d -o canteen-gateway -m 700 /srv/sandbox
  begin sandbox.log canteen-gateway /material/canteen-sandbox --data /srv/sandbox --port 8790
  until_true 60 test -e "$root/srv/sandbox/merchant.yaml" || fail "The sandbox does not start: $(cat "$work/sandbox.log")"
  # What an operator changes must outlive every version.
  sed -i 's#^merchant:.*#merchant: /srv/sandbox/merchant.yaml#' "$root/etc/canteen/gateway.yaml"
  begin gateway.log canteen-gateway canteen-gateway
  until_true 60 curl --silent --fail http://127.0.0.1:8780/v1/health ||
    fail "The gateway does not start: $(cat "$work/gateway.log")"

  organization=$(sed -nE 's/^organization_id: "(.*)"/\1/p' "$root/srv/sandbox/merchant.yaml")
  for pupil in s00001:obama.jpg s00002:biden.jpg; do
    curl --silent --fail --output /dev/null http://127.0.0.1:8790/sandbox/contracts --data \
      "{\"out_user_id\":\"${pupil%%:*}\",\"organization_id\":\"$organization\",\"balance_fen\":50000}"
    inside canteenctl enrol --id "${pupil%%:*}" --name "${pupil%%:*}" "/material/portraits/${pupil##*:}" >/dev/null
  done
  code=$(inside canteenctl pairing-code till-1 --json | sed -nE 's/.*"code": ?"([^"]+)".*/\1/p')
  as canteen-terminal canteend pair --gateway 127.0.0.1 --code "$code" >/dev/null

  sed -i 's#^  device:.*#  scenario: /material/scenarios/canteen-line.yaml\n  pictures: /material/portraits#' \
    "$root/etc/canteen/terminal.yaml"
  printf '  fixed_amount: "3.50"\nrecognition: { liveness: record }\n' >>"$root/etc/canteen/terminal.yaml"
  start_till
  until_true 120 sold || fail "The till does not sell: $(cat "$work/till.log")"
  stop_programs
}

outlive_everything() {
  state >"$work/before"
  for name in ledger.sqlite library.sqlite keys/; do
    grep -q "canteen-terminal/$name" "$work/before" || fail "The till has no $name to lose."
  done
  # shellcheck disable=SC2046
  dpkg_does "the upgrade" -i $(debs 0.0.2)
  unchanged "the upgrade"
  # shellcheck disable=SC2046
  dpkg_does "the downgrade" -i --force-downgrade $(debs 0.0.1)
  unchanged "the downgrade"
  dpkg_does "removing" -r canteen-terminal canteen-gateway
  unchanged "removal"
  [ ! -e "$root/usr/bin/canteend" ] && [ ! -e "$root/usr/bin/canteenctl" ] || fail "Programs stayed after removal."

  dpkg_does "purging" -P canteen-terminal canteen-gateway
  grep -q "stay in /var/lib/canteen-terminal" "$work/dpkg.log" || fail "Purging did not say what it leaves."
  sed -i '/ etc\/canteen\//d' "$work/before"
  unchanged "the purge"
  [ ! -e "$root/etc/canteen/terminal.yaml" ] || fail "The settings stayed after the purge."
}

# Installed again, it goes on where it was.
go_on() {
  # shellcheck disable=SC2046
  dpkg_does "installing again" -i $(debs 0.0.2)
  inside canteen-fetch-models --from /material/models >/dev/null
  before=$(orders)
  start_till
  until_true 60 inside canteenctl status || fail "The till does not start again: $(cat "$work/till.log")"
  inside canteenctl ledger verify >/dev/null || fail "The ledger does not verify after all this."
  [ "$(orders)" -ge "$before" ] || fail "Orders are missing."
  echo "test-deb: $before ledger entries, the library and the keys outlived upgrade, downgrade, removal and purge"
}

let_a_till_sell
outlive_everything
go_on
