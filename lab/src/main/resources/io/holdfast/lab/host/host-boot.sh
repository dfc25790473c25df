#!/bin/bash
# host-boot.sh N: the host's network, once the lab has plugged its cables.
n=$1 H=/run/lab/hosts/host$1
while [ ! -e "$H/cabled" ]; do sleep 0.01; done
for scope in all default; do echo 1 >/proc/sys/net/ipv6/conf/$scope/disable_ipv6 2>/dev/null; done
ip -batch - <<X
link set lo up
addr add 10.77.1.$((10 + n))/24 dev m0
link set m0 up
addr add 10.77.2.$((10 + n))/24 dev s0
link set s0 up
link add vmbr0 type bridge forward_delay 0 stp_state 0
link set b0 master vmbr0
link set b0 up
link set vmbr0 up
X
