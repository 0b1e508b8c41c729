#!/bin/bash
# Makes the Python environment of tools/wechat-judge.py at DEST, or leaves it alone if it is complete.
# Usage: tools/wechat-venv.sh DEST
set -euo pipefail

if [ $# -ne 1 ]; then
  echo "Usage: tools/wechat-venv.sh DEST" >&2
  exit 2
fi
readonly dest=$1 package=wechatpayv3 version=2.0.4

installed() {
  "$dest/bin/python" -c "import importlib.metadata as m; assert m.version('$package') == '$version'"
}

if ! installed 2>/dev/null; then
  python3 -m venv --clear "$dest"
  "$dest/bin/python" -m pip install --quiet --disable-pip-version-check "$package==$version"
  installed
fi
