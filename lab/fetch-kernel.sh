#!/usr/bin/env bash
# Fetch the newest Debian kernel of a series and unpack it, installing nothing: fetch-kernel.sh SUITE SERIES [DIR]
#   bookworm 6.1 | bookworm-backports 6.12 | trixie-backports 7.3
# Uses the mirror that apt is set up with on this machine. DIR (default lab/target/kernels) is a cache: what is there
# is not fetched again. Prints two lines: the kernel, uncompressed, and its modules folder.
set -euo pipefail

suite=$1 series=$2 dir=${3:-$(cd "$(dirname "$0")" && pwd)/target/kernels}

# A kernel is one package, linux-image-*, up to 6.x; from 7.x on it is linux-binary-* and linux-modules-*.
newest_version() {
    apt-cache "${apt[@]}" search --names-only "^linux-(image|binary)-${series//./\\.}[.0-9+debn-]*-amd64$" |
        cut -d' ' -f1 | grep -vE -- '-(cloud|rt)-' | sed -E 's/^linux-(image|binary)-//' | sort -Vu | tail -n 1
}

packages_of() {
    local split
    split=$(apt-cache "${apt[@]}" search --names-only "^linux-(binary|modules)-${1//+/\\+}$" | cut -d' ' -f1)
    echo "${split:-linux-image-$1}"
}

number_at() { od -An -v "-tu$3" -j "$2" -N "$3" "$1" | tr -d ' '; }

# The kernel proper, out of its self-extracting image. QEMU can start it directly, which spares the emulated CPU the
# unpacking: half of the time that a guest needs to boot. The offsets are those of the real-mode header in
# Documentation/arch/x86/boot.rst.
uncompress() {
    local image=$1 kernel=$2 setup_sectors payload length
    setup_sectors=$(number_at "$image" 0x1f1 1)
    payload=$(number_at "$image" 0x248 4)
    length=$(number_at "$image" 0x24c 4)
    # The last four bytes are the unpacked size, which is no part of the compressed stream.
    tail -c +$(((setup_sectors + 1) * 512 + payload + 1)) "$image" | head -c $((length - 4)) >"$kernel.packed" || true
    xz -dc "$kernel.packed" >"$kernel" 2>/dev/null || zstd -qdc "$kernel.packed" >"$kernel"
    rm "$kernel.packed"
}

fetch_into() {
    local staging=$1 mirror version
    mkdir -p "$staging"/{lists,archives}/partial "$staging/debs" "$staging/kernel"
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
    [ -n "$mirror" ] || { echo "lab: apt knows no Debian mirror; run apt-get update" >&2; exit 1; }
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$staging/sources.list"
    apt=(-o "Dir::Etc::sourcelist=$staging/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o "Dir::State::lists=$staging/lists" -o "Dir::Cache=$staging" -o APT::Sandbox::User=root)
    apt-get -qq "${apt[@]}" update >&2
    version=$(newest_version)
    [ -n "$version" ] || { echo "lab: no kernel $series in $suite" >&2; exit 1; }
    for package in $(packages_of "$version"); do
        (cd "$staging/debs" && apt-get -qq "${apt[@]}" download "$package" >&2)
    done
    for deb in "$staging"/debs/*.deb; do dpkg -x "$deb" "$staging/kernel"; done
    uncompress "$(find "$staging/kernel" -name 'vmlinuz*' | head -n 1)" "$staging/kernel/vmlinux"
    touch "$staging/kernel/.done"
}

unpacked=$dir/$series
mkdir -p "$dir"
exec 9>"$dir/.lock"
flock 9 # a second run waits here, then finds the kernel of the first
if [ ! -e "$unpacked/.done" ]; then
    staging=$(mktemp -d "$dir/.fetch-XXXXXX")
    trap 'rm -rf "$staging"' EXIT
    fetch_into "$staging"
    rm -rf "$unpacked"
    mv "$staging/kernel" "$unpacked"
fi
echo "$unpacked/vmlinux"
find "$unpacked" -type d -path '*lib/modules/*' -prune | head -n 1
