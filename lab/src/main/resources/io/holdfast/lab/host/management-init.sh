#!/bin/bash
# management-init.sh NAME ADDRESS ROLE: first process of a management machine (role node), of the arbiter's (role arbiter), or of one that is to be set
# up (role bare); or of an installed Debian with systemd as its first process (role systemd). All that it writes to disk, /etc and /var with the database and the manager's state, lies on an ext4 image of its own, which a power
# cut crashes.
set -e
name=$1 address=$2 role=$3 here=/run/lab/management/$1
# A machine of its own has its own processors: here it goes before the guests.
renice -n -10 -p $$ >/dev/null 2>&1 || true
mount --make-rprivate /
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mkdir -p "$here/fresh"
mount -t tmpfs -o mode=755 tmpfs "$here/fresh"
mkdir -p "$here"/fresh/{lab,lock,disk,tmp,mysqld,holdfast-supervisor,holdfast-bin}
mount --bind /run/lab "$here/fresh/lab"
mount -n --move "$here/fresh" /run
mount -o loop "$here/disk.img" /run/disk
if [ "$role" = systemd ]; then
  # Everything that this machine writes is its own: a layer on the disk over the lab machine's root.
  mkdir -p /run/disk/{root,work} /run/root
  mount -t overlay overlay -o lowerdir=/,upperdir=/run/disk/root,workdir=/run/disk/work /run/root
  cd /run/root
  mount -t proc proc proc
  mount -t sysfs sysfs sys
  mount -t tmpfs -o mode=755 tmpfs run
  mkdir -p run/lab run/disk run/old
  mount --bind /run/lab run/lab
  mount --bind /run/disk run/disk
  mount -t tmpfs -o mode=1777 tmpfs tmp
  mount -t tmpfs -o mode=755 tmpfs dev
  for device in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 "dev/${device%:*}" c 1 "${device#*:}"; done
  mknod -m 666 dev/tty c 5 0
  mkdir dev/shm dev/pts
  mount -t tmpfs -o mode=1777 tmpfs dev/shm
  ln -s /proc/self/fd dev/fd
  mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
  mkdir sys/fs/cgroup/systemd
  mount -t cgroup -o none,name=systemd,xattr cgroup sys/fs/cgroup/systemd
  pivot_root . run/old
  umount -l /run/old
  hostname "$name"
  if [ ! -e /etc/holdfast/installed ]; then
    # Nothing of the lab machine's own services; as freshly installed otherwise, its MariaDB with Debian's configuration.
    rm -rf /etc/systemd/system/*.wants /etc/holdfast /opt/holdfast /var/lib/holdfast*
    echo "$name" >/etc/hostname
    for unit in systemd-logind systemd-udevd systemd-networkd systemd-timesyncd openipmi getty.target; do ln -sf /dev/null "/etc/systemd/system/$unit$([[ $unit = *.* ]] || echo .service)"; done
    [ ! -d "$here/install" ] || cp -r "$here"/install/. /
    env -u JAVA_HOME bash /run/lab/distribution/holdfast-*/install.sh --no-training
    touch /etc/holdfast/installed
    sync -f /run/disk
  fi
  ip link set lo up
  while ! ip link show m0 >/dev/null 2>&1; do sleep 0.01; done
  ip addr add "$address/24" dev m0
  ip link set m0 up
  exec env -i container=holdfast-lab PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --unit=multi-user.target --show-status=no </dev/null
fi
mkdir -p /run/disk/{etc,etc.work,var,var.work,mysql,garb}
mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/disk/etc,workdir=/run/disk/etc.work /etc
mount -t overlay overlay -o lowerdir=/var,upperdir=/run/disk/var,workdir=/run/disk/var.work /var
hostname "$name"
ip link set lo up
while ! ip link show m0 >/dev/null 2>&1; do sleep 0.01; done
ip addr add "$address/24" dev m0
ip link set m0 up

keep() { # keep NAME SECONDS COMMAND…: as a unit with Restart=always and that RestartSec; the file NAME/no-NAME keeps it down
  local what=$1 between=$2
  shift 2
  while :; do
    [ -e "$here/no-$what" ] || "$@" >>"$here/$what.log" 2>&1 </dev/null || true
    sleep "$between"
  done
}

case $role in
  arbiter)
    # shellcheck disable=SC1091 # written by the lab
    . "$here/garb.default"
    keep garbd 5 garbd -n "$name" -a "gcomm://${GALERA_NODES// /,}" -g "$GALERA_GROUP" -w /run/disk/garb -o "$GALERA_OPTIONS" &
    ;;
  bare)
    mkdir -p /var/lib/mysql /etc/holdfast
    mount --bind /run/disk/mysql /var/lib/mysql
    chown mysql: /run/mysqld /var/lib/mysql
    if [ ! -e /etc/holdfast/installed ]; then
      rm -rf /etc/mysql
      mkdir -p /etc/mysql
      cp -r "$here"/install/. /
      touch /etc/holdfast/installed
      sync -f /run/disk
    fi
    # As an enabled unit.
    [ ! -e /etc/holdfast/supervisor.properties ] || setsid /run/lab/bin/bare-supervisor </dev/null &
    if [ -e /etc/holdfast/agent.properties ]; then
      cat /proc/sys/kernel/random/uuid >/run/boot-id
      keep agent 1 /run/lab/bin/bare-agent &
    fi
    ;;
  node)
    mkdir -p /var/lib/mysql /var/lib/holdfast-manager /etc/holdfast
    mount --bind /run/disk/mysql /var/lib/mysql
    chown mysql: /run/mysqld /var/lib/mysql
    install -m 755 /run/lab/bin/supervisor-alive /run/holdfast-bin/
    if [ ! -e /etc/holdfast/installed ]; then
      # The machine's own MariaDB configuration must not reach the lab's servers.
      rm -rf /etc/mysql
      mkdir -p /etc/mysql
      cp -r "$here"/install/. /
      if [ -e "$here/first" ]; then
        mariadb-install-db --no-defaults --user=mysql --datadir=/var/lib/mysql --skip-test-db --auth-root-authentication-method=socket \
          >"$here/mariadb-install.log" 2>&1
      fi
      touch /etc/holdfast/installed
      sync -f /run/disk
    fi
    keep supervisor 1 /run/lab/bin/supervisor &
    ;;
esac
while :; do wait -n || true; sleep 1; done
