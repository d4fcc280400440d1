#!/usr/bin/env bash
# Build the guest's initial RAM disk: build-image.sh KERNEL_MODULES_DIR AGENT_JARS_DIR OUT
# It holds busybox, a Java runtime, the jars as /agent, the helpers of this folder and the kernel modules that VFIO and
# the network need. Needs JAVA_HOME, a JDK; the runtime made of it is kept in lab/target/jre.
set -euo pipefail

modules=$1 jars=$2 out=$3
: "${JAVA_HOME:?set it to a JDK 25 or newer}"
guest=$(cd "$(dirname "$0")" && pwd)
target=$(dirname "$guest")/target
java_modules=java.base,java.logging,java.management,java.naming,java.xml,jdk.net,jdk.unsupported
kernel_modules=(vfio-pci vfio_iommu_type1 virtio_pci virtio_net)

# Makes $target/jre unless one of the same JDK and modules is there. Safe where two builds run at once.
make_jre() {
    local recipe made
    recipe="$(cat "$JAVA_HOME/release") $java_modules"
    mkdir -p "$target"
    exec 9>"$target/.jre-lock"
    flock 9
    [ "$(cat "$target/jre/recipe" 2>/dev/null)" = "$recipe" ] && return
    made=$(mktemp -d "$target/.jre-XXXXXX")
    "$JAVA_HOME/bin/jlink" --add-modules "$java_modules" --strip-debug --no-header-files --no-man-pages \
        --generate-cds-archive --output "$made/jre"
    rm -f "$made"/jre/lib/server/classes_nocoops.jsa # for heaps of 32 GB and more
    echo "$recipe" >"$made/jre/recipe"
    rm -rf "$target/jre"
    mv "$made/jre" "$target/jre"
    rmdir "$made"
}

# The C libraries of the runtime and their loader, at the paths where they are looked for. JNA's stub needs no
# others; libgcc_s, which ldd does not name, is what glibc loads when a thread is cancelled.
add_libraries() {
    {
        find "$target/jre" -type f \( -name '*.so' -o -path '*/bin/java' \) -exec ldd {} + |
            awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\/.*[^:]$/ { print $1 }'
        realpath -s "$(gcc -print-file-name=libgcc_s.so.1)"
    } | grep -vF "$target/jre/" | sort -u | xargs cp -L --parents -t "$fs"
}

# Copies a module after those that it needs and appends it to the load order; one that the kernel has built in needs no
# copy.
add_kernel_module() {
    local name=${1//-/_} file needed
    local pattern=${name//_/[-_]}
    [ ! -e "$fs/modules/$name.ko" ] || return 0
    file=$(find "$modules" -name "$pattern.ko*" -print -quit)
    if [ -z "$file" ]; then
        # From 7.x on that list is in a package that the lab does without.
        [ ! -e "$modules/modules.builtin" ] || grep -qE "/$pattern\.ko" "$modules/modules.builtin" ||
            { echo "lab: no module $1 in $modules" >&2; exit 1; }
        return 0
    fi
    for needed in $(modinfo -F depends "$file" | tr , ' '); do add_kernel_module "$needed"; done
    case $file in
        *.xz) xz -dc "$file" >"$fs/modules/$name.ko" ;;
        *.zst) zstd -qdc "$file" >"$fs/modules/$name.ko" ;;
        *) cp "$file" "$fs/modules/$name.ko" ;;
    esac
    echo "$name.ko" >>"$fs/modules/order"
}

make_jre
fs=$(mktemp -d)
trap 'rm -rf "$fs"' EXIT
mkdir -p "$fs"/{agent,bin,dev,etc,modules,proc,sys,tmp}
cp /bin/busybox "$fs/bin/"
cp -a "$target/jre" "$fs/jre"
add_libraries
find "$jars" -maxdepth 1 -name '*.jar' -exec cp -t "$fs/agent" {} +
gcc -static -O1 -Wall -Wextra -Werror -o "$fs/bin/dma-probe" "$guest"/dma-probe/*.c
gcc -static -O1 -Wall -Wextra -Werror -o "$fs/bin/map-loop" "$guest/map-loop.c"
for module in "${kernel_modules[@]}"; do add_kernel_module "$module"; done
install -m 755 "$guest/init" "$fs/init"
install -m 755 "$guest/serve" "$guest/agent" "$fs/bin/"
echo '::respawn:/bin/serve' >"$fs/etc/inittab"
echo '127.0.0.1 localhost guest' >"$fs/etc/hosts"
echo 'root:x:0:0:root:/tmp:/bin/sh' >"$fs/etc/passwd"

mkdir -p "$(dirname "$out")"
# Not compressed: the emulated CPU needs longer to unpack than QEMU to load.
(cd "$fs" && find . | cpio -o -H newc --quiet -R 0:0) >"$out.part-$$"
mv "$out.part-$$" "$out"
