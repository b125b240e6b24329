#!/bin/sh
# Gets Node in place where it is missing or too old, and then runs "billing-codes install" with the same arguments: see its --help.
#   sudo scripts/install.sh --3cx-host 10.0.0.2 --3cx-cidr 10.0.0.2/32 --carrier-host sip.example.com
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
oldest=20

version_of() {
  "$1" --version 2>/dev/null | sed -n 's/^v\([0-9][0-9]*\)\..*/\1/p'
}

fail() {
  echo "install.sh: $1" >&2
  exit 1
}

fetch() {
  if command -v curl >/dev/null; then
    curl -fsSL "$1"
  elif command -v wget >/dev/null; then
    wget -qO- "$1"
  else
    fail "neither curl nor wget is here: install one of them, or Node $oldest or newer"
  fi
}

# From nodejs.org, checked against the list of sums beside it, into a folder of this program.
bring_node() {
  case $(uname -m) in
    x86_64) machine=x64 ;;
    aarch64) machine=arm64 ;;
    *) fail "there is no Node to fetch for $(uname -m): install Node $oldest or newer" ;;
  esac
  from=https://nodejs.org/dist/latest-v24.x
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  fetch "$from/SHASUMS256.txt" >"$work/sums" || fail "$from cannot be reached: install Node $oldest or newer by hand"
  name=$(sed -n "s/^[0-9a-f]*  \(node-v[0-9.]*-linux-$machine\.tar\.gz\)$/\1/p" "$work/sums")
  [ -n "$name" ] || fail "$from has no Node for linux-$machine"
  fetch "$from/$name" >"$work/$name" || fail "$from/$name cannot be fetched"
  (cd "$work" && grep "  $name\$" sums | sha256sum -c - >/dev/null) || fail "$name is not what nodejs.org says it is: try again"
  mkdir -p "$here/.node"
  tar -xzf "$work/$name" -C "$here/.node" --strip-components=1
}

major=$(version_of node || true)
if [ "${major:-0}" -lt "$oldest" ]; then
  [ -x "$here/.node/bin/node" ] || bring_node
  PATH="$here/.node/bin:$PATH"
  export PATH
fi
exec node "$here/scripts/run.mjs" install "$@"
