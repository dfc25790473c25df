#!/bin/bash
# chassis.sh N get|set …: chassis_control program of ipmi_sim. The power's state is a file that the lab keeps; switching is
# asked of the lab over its control socket.
exec 9>&1 >>/run/lab/bmc/chassis.log 2>&1 </dev/null
n=$1 operation=$2
shift 2
[ "$operation" = get ] || echo "$(date +%T.%3N) host$n $operation $*"
ask_lab() { printf '%s\n' "$1" | socat -t 10 - UNIX-CONNECT:/run/lab/control.sock; }
while [ $# -gt 0 ]; do
  case $operation.$1 in
    get.power) echo "power:$(cat /run/lab/hosts/host$n/power)" >&9; shift ;;
    get.*) echo "$1:0" >&9; shift ;;
    set.power) if [ "$2" = 0 ]; then ask_lab "chassis off host$n"; else ask_lab "chassis on host$n"; fi; shift 2 ;;
    set.reset) ask_lab "chassis reset host$n"; shift 2 ;;
    *) shift 2 ;;
  esac
done
exit 0
