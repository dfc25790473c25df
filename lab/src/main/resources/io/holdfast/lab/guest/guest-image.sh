#!/bin/bash
# guest-image.sh SOURCE TARGET: makes TARGET/vmlinux and TARGET/initrd from Debian's cloud kernel (downloaded and unpacked, not
# installed) and SOURCE/init.c. Does nothing when TARGET is already made of the same parts. Prints what it does.
set -euo pipefail
source=$1 target=$2
modules="virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk failover net_failover virtio_net evdev button"

made_of=$(cat "$source/init.c" "$source/guest-image.sh" | sha256sum | cut -c1-16)
if [ "$(cat "$target/made-of" 2>/dev/null)" = "$made_of" ] && [ -s "$target/vmlinux" ] && [ -s "$target/initrd" ]; then exit 0; fi

mkdir -p "$target"
exec {lock}>"$target/lock"
flock "$lock"
work=$(mktemp -d "$target/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
# apt's own download user must be able to write here.
chmod 755 "$work"
cd "$work"

kernel_package() { apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1; }
download() { local package; package=$(kernel_package) && [ -n "$package" ] && apt-get -q download "$package"; }
echo "downloading the guests' kernel"
if ! download 2>download.log; then
  apt-get -q update >update.log 2>&1 || true
  download 2>download.log || {
    echo "the guests' kernel (package linux-image-cloud-amd64) can't be downloaded: $(tail -n 3 download.log)" >&2
    echo "Check /etc/apt/sources.list and the network, then try 'apt-get update' and this command again." >&2
    exit 1
  }
fi
echo "unpacking the guests' kernel"
dpkg-deb -x linux-image-*.deb kernel
image=$(echo kernel/boot/vmlinuz-*)

# The uncompressed kernel starts by its PVH entry, without decompressing itself under emulation. Place of the payload:
# Linux boot protocol 2.08, header fields setup_sects (0x1f1), payload_offset (0x248), payload_length (0x24c).
field() { od -An -t "u$2" -j "$1" -N "$2" "$image" | tr -d ' '; }
start=$((($(field $((0x1f1)) 1) + 1) * 512 + $(field $((0x248)) 4)))
length=$(field $((0x24c)) 4)
tail -c +$((start + 1)) "$image" | head -c "$length" >payload || true
case $(od -An -t x1 -N 4 payload | tr -d ' ') in
  02214c18) lz4 -dc payload >vmlinux 2>/dev/null || true ;;
  fd377a58) xz -dc payload >vmlinux 2>/dev/null || true ;;
  28b52ffd) zstd -dc payload >vmlinux 2>/dev/null || true ;;
  1f8b*) gzip -dc payload >vmlinux 2>/dev/null || true ;;
esac
# The size behind the payload makes the decompressors complain about its end; an ELF head and a fitting size say it is whole.
if [ "$(head -c 4 vmlinux 2>/dev/null | tail -c 3)" != ELF ]; then cp "$image" vmlinux; fi

echo "building the guests' init"
mkdir -p root/mod
gcc -O2 -static -o root/init "$source/init.c"
for module in $modules; do
  file=$(find kernel/lib/modules -name "$module.ko*" | head -n 1)
  case $file in
    *.ko) cp "$file" root/mod/ ;;
    *.ko.xz) xz -dc "$file" >"root/mod/$module.ko" ;;
    *.ko.zst) zstd -dcq "$file" >"root/mod/$module.ko" ;;
  esac
done
(cd root && find . | cpio -o -H newc --quiet) >initrd
mv vmlinux initrd "$target/"
echo "$made_of" >"$target/made-of"
