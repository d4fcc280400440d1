#!/usr/bin/env bash
# Install the Debian packages that the lab needs, where they are missing: setup.sh
# Does nothing, quickly, when all are there. Needs root only when something is missing.
set -euo pipefail

packages=(qemu-system-x86 busybox-static cpio kmod xz-utils zstd binutils gcc libc6-dev linux-libc-dev)

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
    echo "lab: all ${#packages[@]} Debian packages are installed"
    exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "lab: missing packages; as root run: apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
fi
echo "lab: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
install=(apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}")
# Fresh machines have no package lists, and stale lists name files that the mirror has dropped.
"${install[@]}" || { apt-get -qq update && "${install[@]}"; }
