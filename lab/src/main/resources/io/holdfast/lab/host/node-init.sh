#!/bin/bash
# node-init.sh NAME INTERFACE ADDRESS: first process of a plain machine of the lab (the manager's): a network and nothing else.
set -e
mount --make-rprivate /
# /proc stays the lab's: the programs that are started here later are not in this pid namespace.
mount -t sysfs sysfs /sys
hostname "$1"
ip link set lo up
while ! ip link show "$2" >/dev/null 2>&1; do sleep 0.01; done
ip addr add "$3/24" dev "$2"
ip link set "$2" up
while :; do
  sleep 3600 &
  wait
done
