#!/bin/bash
# lab-init.sh INSTANCE COMMAND...: first process of the lab's own namespaces. When it ends, everything in the lab ends.
# As pid 1 it also reaps what the lab's processes leave behind (bash does so while it waits).
set -e
# The launcher hands its standard error over as number 3, so that unshare's own remarks at the end are not seen.
if [ -n "${HOLDFAST_LAB_STDERR:-}" ]; then exec 2>&3 3>&-; fi
instance=$1
shift
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /run/lab
mount --bind "$instance" /run/lab
mount -t sysfs sysfs /sys
# The disks of the lab's storage server: in memory, so that the machine's own disk does not set the pace of a flush.
mkdir -p /run/lab/san
mount -t tmpfs -o mode=700 tmpfs /run/lab/san
hostname lab
echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6 2>/dev/null || true
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 2>/dev/null || true
ip link set lo up
# Lab and manager go before the guests, as machines of their own would.
renice -n -5 -p $$ >/dev/null 2>&1 || true
set +e
"$@" <&0 &
program=$!
while kill -0 $program 2>/dev/null; do
  wait $program
  code=$?
done
exit $code
