#!/bin/bash
# bmc-init.sh N: the BMC of host N: OpenIPMI's simulator, on its own cable of the management network.
set -e
# A BMC has a processor of its own: here it goes before the guests.
renice -n -10 -p $$ >/dev/null 2>&1 || true
n=$1 B=/run/lab/bmc/host$1
mkdir -p "$B/state"
hostname "bmc$n"
ip link set lo up
while ! ip link show m0 >/dev/null 2>&1; do sleep 0.01; done
ip addr add 10.77.1.$((110 + n))/24 dev m0
ip link set m0 up
cat >"$B/lan.conf" <<X
name "host$n"
set_working_mc 0x20
  startlan 1
    addr 10.77.1.$((110 + n)) 623
    priv_limit admin
    allowed_auths_callback md5
    allowed_auths_user md5
    allowed_auths_operator md5
    allowed_auths_admin md5
    guid a123456789abcdefa123456789abcd$(printf %02x "$n")
  endlan
  chassis_control "/run/lab/bin/chassis.sh $n"
  user 2 true "admin" "secret" admin 10 md5
X
printf 'mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02\nsel_enable 0x20 1000 0x0a\nmc_enable 0x20\n' >"$B/emu"
exec ipmi_sim -n -c "$B/lan.conf" -f "$B/emu" -s "$B/state"
