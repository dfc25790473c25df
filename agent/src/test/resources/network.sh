#!/bin/bash
# network.sh DIR: process 1 of the network between test hosts: a storage and a management switch, and the iSCSI server on the first.
# DIR holds disk.img (LUN 1) and leases.img (LUN 2). Ends with its standard input.
set -e
dir=$1
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
ip link set lo up
for switch in brs brm; do
  ip link add $switch type bridge forward_delay 0 stp_state 0
  ip link set $switch up
done
ip addr add 10.99.2.2/24 dev brs
tgtd -f </dev/null >"$dir/tgtd.log" 2>&1 &
until tgtadm --lld iscsi --mode sys --op show >/dev/null 2>&1; do sleep 0.02; done
tgtadm --lld iscsi --mode target --op new --tid 1 --targetname iqn.2026-01.test:san
tgtadm --lld iscsi --mode logicalunit --op new --tid 1 --lun 1 --backing-store "$dir/disk.img"
tgtadm --lld iscsi --mode logicalunit --op new --tid 1 --lun 2 --backing-store "$dir/leases.img"
tgtadm --lld iscsi --mode target --op bind --tid 1 --initiator-address ALL
echo ready
read -r _ || true
