#!/bin/bash
# management-init.sh FOLDER NAME ADDRESS ROLE: first process of a management machine (role node) or of the arbiter's machine (role arbiter), in
# namespaces of its own. FOLDER/NAME holds what the machine keeps; its data disk is an ext4 image of its own, so that a power cut can crash it.
set -e
folder=$1 name=$2 address=$3 role=$4 here=$1/$2
mount --make-rprivate /
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755 tmpfs /run
hostname "$name"
# The machine's own MariaDB configuration must not reach the lab's servers, and theirs not the machine.
mount -t tmpfs tmpfs /etc/mysql
ip link set lo up
until ip link show m0 >/dev/null 2>&1; do sleep 0.01; done
ip addr add "$address/24" dev m0
ip link set m0 up

keep() { # keep NAME COMMAND…: as a unit with Restart=always and RestartSec=1; the file FOLDER/NAME/no-NAME keeps it down
  local what=$1
  shift
  while :; do
    [ -e "$here/no-$what" ] || "$@" >>"$here/$what.log" 2>&1 </dev/null || true
    sleep 1
  done
}

case $role in
  arbiter)
    mkdir -p "$here/garb"
    # shellcheck disable=SC1091 # rendered by the test
    . "$here/garb.default"
    keep garbd garbd -n arbiter -a "gcomm://${GALERA_NODES// /,}" -g "$GALERA_GROUP" -w "$here/garb" -o "$GALERA_OPTIONS" &
    ;;
  node)
    mkdir -p /run/mysqld /run/holdfast-supervisor /run/holdfast-bin
    chown mysql: /run/mysqld
    mount -o loop "$here/data.img" /var/lib/mysql
    chown mysql: /var/lib/mysql
    install -m 755 "$folder/supervisor-alive" /run/holdfast-bin/
    if [ -e "$here/install" ]; then
      rm "$here/install"
      mariadb-install-db --no-defaults --user=mysql --datadir=/var/lib/mysql --skip-test-db --auth-root-authentication-method=socket \
        >"$here/install.log" 2>&1
      sync -f /var/lib/mysql
    fi
    keep supervisor "$folder/supervisor" --config "$here/supervisor.properties" &
    ;;
esac
while :; do wait -n || true; sleep 1; done
