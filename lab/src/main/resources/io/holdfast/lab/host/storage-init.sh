#!/bin/bash
# storage-init.sh ADDRESS: first process of the storage server: tgt's iSCSI target in the foreground.
set -e
# A machine of its own has its own processors: here it goes before the guests.
renice -n -10 -p $$ >/dev/null 2>&1 || true
mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir -p /mnt/{tgtd,lock,lab}
# With what is mounted below it: the volumes. Hosts do not see those.
mount --rbind /run/lab /mnt/lab
mount -n --move /mnt /run
hostname storage
ip link set lo up
while ! ip link show s0 >/dev/null 2>&1; do sleep 0.01; done
ip addr add "$1/24" dev s0
ip link set s0 up
exec tgtd -f --nr_iothreads 2 --iscsi "portal=$1:3260"
