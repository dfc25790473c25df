#!/bin/bash
# host.sh DIR [N]: process 1 of a test host in namespaces of its own (the caller made them with unshare). Storage server, libvirtd and the way
# to the manager run below it, so that killing it ends everything. DIR holds disk.img (LUN 1), leases.img (LUN 2), manager.sock, cache/.
# With N it is host N of several: the storage server is elsewhere, and the test puts in the cables s0 (storage) and m0 (management).
# Commands come as lines on standard input: cut, join (the storage cable), libvirtd-stop, libvirtd-start, link-stop, link-start.
set -e
dir=$1 n=${2:-}
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount --make-rprivate /
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mkdir -p "$dir"/etc{,.work} "$dir"/var{,.work} "$dir/cache"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$dir/etc,workdir=$dir/etc.work" /etc
mount -t overlay overlay -o "lowerdir=/var,upperdir=$dir/var,workdir=$dir/var.work" /var
mount -t tmpfs tmpfs /run
mkdir -p /run/lock /run/libvirt /run/netns /var/cache/libvirt /var/log/libvirt/qemu /etc/libvirt/qemu
mount --bind "$dir/cache" /var/cache/libvirt
rm -rf /etc/libvirt/qemu/networks/autostart /var/log/libvirt/qemu/*
cat >/etc/libvirt/libvirtd.conf <<X
auth_unix_rw = "none"
auth_unix_ro = "none"
log_outputs = "2:file:/var/log/libvirt/libvirtd.log"
host_uuid = "0c9a4a9e-1f0e-4d7b-8f57-3a1b5c6d7e0${n:-0}"
X
cat >/etc/libvirt/qemu.conf <<X
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
namespaces = []
cgroup_controllers = []
stdio_handler = "file"
X
hostname "test-host$n"
ip link set lo up
ip link add vmbr0 type bridge
ip link set vmbr0 up
if [ -n "$n" ]; then
  while ! ip addr add "10.99.2.1$n/24" dev s0 2>/dev/null; do sleep 0.01; done
  while ! ip addr add "10.99.1.1$n/24" dev m0 2>/dev/null; do sleep 0.01; done
  ip link set s0 up
  ip link set m0 up
else
  # The storage server has a network of its own at the other end of one cable.
  unshare --net sleep infinity &
  storage=$!
  while [ "$(readlink /proc/$storage/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
  ip link add s0 type veth peer name t0 netns "$storage"
  ip addr add 10.99.2.1/24 dev s0
  ip link set s0 up
  nsenter -t "$storage" -n ip addr add 10.99.2.2/24 dev t0
  nsenter -t "$storage" -n ip link set t0 up
  nsenter -t "$storage" -n tgtd -f </dev/null >"$dir/tgtd.log" 2>&1 &
  until tgtadm --lld iscsi --mode sys --op show >/dev/null 2>&1; do sleep 0.02; done
  tgtadm --lld iscsi --mode target --op new --tid 1 --targetname iqn.2026-01.test:san
  tgtadm --lld iscsi --mode logicalunit --op new --tid 1 --lun 1 --backing-store "$dir/disk.img"
  tgtadm --lld iscsi --mode logicalunit --op new --tid 1 --lun 2 --backing-store "$dir/leases.img"
  tgtadm --lld iscsi --mode target --op bind --tid 1 --initiator-address ALL
fi
libvirtd_start() { /usr/sbin/libvirtd </dev/null >"$dir/libvirtd.log" 2>&1 & libvirtd=$!; }
link_start() { setsid socat TCP-LISTEN:7443,bind=127.0.0.1,fork,reuseaddr "UNIX-CONNECT:$dir/manager.sock" </dev/null 2>/dev/null & link=$!; }
libvirtd_start
link_start
until [ -S /run/libvirt/libvirt-sock ]; do sleep 0.02; done
echo ready
while read -r command; do
  case $command in
    cut) nsenter -t "$storage" -n ip link set t0 down ;;
    join) nsenter -t "$storage" -n ip link set t0 up ;;
    libvirtd-stop) kill -KILL $libvirtd ;;
    libvirtd-start) libvirtd_start ;;
    link-stop) kill -KILL -- -$link ;;
    link-start) link_start ;;
  esac
  echo "done $command"
done
