#!/usr/bin/env bash
# Makes ready to boot: prepare.sh SUITE SERIES AGENT_JARS_DIR OUT, for example prepare.sh bookworm 6.1 … …
# Fetches the kernel if it is not there, builds the guest's image into OUT/initrd and prints the kernel's path.
set -euo pipefail
suite=$1 series=$2 jars=$3 out=$4
lab=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out"
fetched=$("$lab/fetch-kernel.sh" "$suite" "$series")
kernel=$(sed -n 1p <<<"$fetched") modules=$(sed -n 2p <<<"$fetched")
"$lab/guest/build-image.sh" "$modules" "$jars" "$out/initrd" >&2
echo "$kernel"
