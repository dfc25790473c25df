#!/bin/bash
# host-init.sh N: first process of lab host N at power-on: private mounts, then busybox init.
# Everything of the machine that a hypervisor writes to is replaced by the host's own: /etc and /var by overlays, libvirt's
# folders by empty ones (no domain of the machine may show up here), /run, /dev and /tmp by fresh ones.
set -e
n=$1 H=/run/lab/hosts/host$1
mount --make-rprivate /
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mkdir -p "$H"/{etc,etc.work,var,var.work,libvirt/{etc,lib,cache,log/qemu},fresh}
if ! mount -t overlay overlay -o "lowerdir=/etc,upperdir=$H/etc,workdir=$H/etc.work" /etc 2>/dev/null; then
  # The lab's folder lies on a file system that can't carry an overlay (a container's own): memory does, and the host forgets at power-off what it wrote.
  mount -t tmpfs tmpfs "$H/fresh" && mkdir "$H"/fresh/{e,ew,v,vw}
  mount -t overlay overlay -o "lowerdir=/etc,upperdir=$H/fresh/e,workdir=$H/fresh/ew" /etc
  mount -t overlay overlay -o "lowerdir=/var,upperdir=$H/fresh/v,workdir=$H/fresh/vw" /var
else
  mount -t overlay overlay -o "lowerdir=/var,upperdir=$H/var,workdir=$H/var.work" /var
fi

mkdir -p /etc/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt /var/lib/holdfast /etc/holdfast
mount --bind "$H/libvirt/etc" /etc/libvirt
mount --bind "$H/libvirt/lib" /var/lib/libvirt
mount --bind "$H/libvirt/cache" /var/cache/libvirt
mount --bind "$H/libvirt/log" /var/log/libvirt

mount -t tmpfs -o mode=755 tmpfs "$H/fresh"
mkdir -p "$H"/fresh/{lock,libvirt,lab,holdfast,tmp}
mount --bind /run/lab "$H/fresh/lab"
mount -n --move "$H/fresh" /run
cat /proc/sys/kernel/random/uuid >/run/boot-id

dev=$(mktemp -d /run/dev.XXXX)
mount -t tmpfs -o mode=755 tmpfs "$dev"
mkdir -p "$dev"/{pts,shm,net}
for node in null zero full random urandom tty kvm net/tun; do
  [ -e /dev/$node ] || continue
  : >"$dev/$node"
  mount --bind /dev/$node "$dev/$node"
done
ln -s /proc/self/fd "$dev/fd"
ln -s pts/ptmx "$dev/ptmx"
: >"$dev/watchdog"
mount --bind "$H/watchdog" "$dev/watchdog"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$dev/pts"
mount -t tmpfs tmpfs "$dev/shm"
mount -n --move "$dev" /dev

hostname "host$n"
echo "host$n" >/etc/hostname
[ -s "$H/machine-id" ] || tr -d - </proc/sys/kernel/random/uuid >"$H/machine-id"
cat "$H/machine-id" >/etc/machine-id
echo "127.0.0.1 localhost" >/etc/hosts
cat >/etc/libvirt/libvirtd.conf <<X
listen_tls = 0
listen_tcp = 0
auth_unix_rw = "none"
host_uuid = "$(sed 's/^\(........\)\(....\)\(....\)\(....\)/\1-\2-\3-\4-/' "$H/machine-id")"
log_outputs = "2:file:/var/log/libvirt/libvirtd.log"
X
cat >/etc/libvirt/qemu.conf <<X
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
namespaces = []
cgroup_controllers = []
X
cat >/etc/inittab <<X
::sysinit:/bin/bash /run/lab/bin/host-boot.sh $n
::respawn:/usr/sbin/virtlogd
::respawn:/bin/bash /run/lab/bin/keep-alive.sh libvirtd
::respawn:/bin/bash /run/lab/bin/keep-alive.sh agent
X
exec -a init /bin/busybox init
