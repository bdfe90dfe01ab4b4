#!/usr/bin/env bash
# Installs the Debian packages named that are missing; says what to do when it may not.
set -euo pipefail
missing=()
for package in "$@"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
echo "hubpost: installing Debian packages: ${missing[*]}" >&2
run=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "hubpost: not root and no sudo; run: apt-get install ${missing[*]}" >&2; exit 1; }
  run=(sudo)
fi
"${run[@]}" apt-get update -qq >&2
DEBIAN_FRONTEND=noninteractive "${run[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
