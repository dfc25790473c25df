#!/usr/bin/env bash
# install.sh: puts this version of Holdfast on this machine, as root:
#   /opt/holdfast/VERSION/   this version; others may lie beside it          /opt/holdfast/java      the Java runtime 25 that it uses
#   /opt/holdfast/current    the one in use                                  /usr/lib/holdfast       -> /opt/holdfast/current
#   /usr/bin/holdfast, /usr/bin/holdfast-supervisor                          /etc/systemd/system/holdfast-*.service
# Nothing is started, and no configuration is changed but /etc/holdfast/manager.properties, which is made where it is missing.
#   install.sh              on a machine that has none, or another version; running managers and agents are restarted
#   install.sh --beside     only beside the version in use, which stays: what holdfast ha upgrade does first on each node of a pair
#   install.sh --units      only the units, from where it lies: what an upgrade does with the version that it changes to
#   … --no-training         without the start-up caches (half a minute of a processor; a manager starts and leads faster with one)
# Exit codes: 0 done, 1 it failed, 4 refused.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
version=$(cat "$here/VERSION")
base=/opt/holdfast
units=/etc/systemd/system

refuse() {
  printf 'holdfast install: %s\n' "$1" >&2
  exit 4
}

units() {
  local unit
  for unit in manager agent supervisor; do
    # The supervisor's is written by ha enable: only a node of a pair has it.
    [ "$unit" != supervisor ] || [ -e "$units/holdfast-supervisor.service" ] || continue
    cmp -s "$here/systemd/holdfast-$unit.service" "$units/holdfast-$unit.service" && continue
    # Whole or not at all: a power cut must not leave an empty one.
    install -m 644 "$here/systemd/holdfast-$unit.service" "$units/.holdfast-$unit.new"
    sync "$units/.holdfast-$unit.new"
    mv "$units/.holdfast-$unit.new" "$units/holdfast-$unit.service"
  done
  [ ! -d /run/systemd/system ] || systemctl daemon-reload
}

# A runtime of version 25 or newer.
runtime() {
  local candidate
  for candidate in "${JAVA_HOME:-}" "$base/java" /usr/lib/jvm/*25* /usr/lib/jvm/*; do
    if [ -x "$candidate/bin/java" ] && "$candidate/bin/java" --version 2>/dev/null | head -n 1 | grep -qE ' (2[5-9]|[3-9][0-9])([. -]|$)'; then
      readlink -f "$candidate"
      return
    fi
  done
  refuse "there is no Java runtime 25. Debian 13: apt-get install openjdk-25-jre-headless; Debian 12: Eclipse Temurin's temurin-25-jre"
}

[ "$(id -u)" -eq 0 ] || refuse "it needs root"
beside='' training=1
for argument in "$@"; do
  case $argument in
    --units)
      units
      exit 0
      ;;
    --beside) beside=1 ;;
    --no-training) training='' ;;
    *) refuse "'$argument' is not understood; see the head of $here/install.sh" ;;
  esac
done
(cd "$here" && sha256sum --quiet -c SHA256SUMS) || refuse "$here is damaged: copy it here again"
java=$(runtime)
mkdir -p "$base" /etc/holdfast
# In its place at every moment: programs are started by it.
[ "$(readlink "$base/java")" = "$java" ] || { ln -sfn "$java" "$base/.java.new" && mv -T "$base/.java.new" "$base/java"; }
in_use=$(readlink "$base/current" || true)
if [ "$here" != "$base/$version" ] && ! cmp -s "$base/$version/SHA256SUMS" "$here/SHA256SUMS"; then
  [ "$in_use" != "$version" ] || refuse "another build of version $version is in use here; give each build a version of its own"
  # A full disk, or an end in the middle: nothing stays but what was there.
  trap 'rm -rf "$base/.$version.new"' EXIT
  rm -rf "$base/.$version.new"
  cp -r --preserve=links "$here" "$base/.$version.new"
  rm -rf "${base:?}/$version"
  mv "$base/.$version.new" "$base/$version"
  # Classes sorted beforehand, where they will be used: a standby that has to lead must not first read them. Without it everything works, slower.
  for program in ${training:+manager agent}; do
    "$base/$version/bin/holdfast-$program" --train "$base/$version/lib/$program/holdfast-$program.aot" >/dev/null 2>&1 </dev/null || true
  done
  sync -f "$base"
fi
[ -z "$beside" ] || exit 0
if [ -e /etc/holdfast/supervisor.properties ] && [ -n "$in_use" ] && [ "$in_use" != "$version" ]; then
  refuse "this is a node of a pair that runs $in_use: holdfast ha upgrade --archive FILE changes both nodes, one after the other"
fi
ln -sfn "$version" "$base/.current.new"
mv -T "$base/.current.new" "$base/current"
[ -e /usr/lib/holdfast ] && [ ! -L /usr/lib/holdfast ] && refuse "/usr/lib/holdfast is a folder of something else; move it away"
ln -sfn "$base/current" /usr/lib/holdfast
for program in holdfast holdfast-supervisor; do ln -sfn "/usr/lib/holdfast/bin/$program" "/usr/bin/$program"; done
if [ ! -e /etc/holdfast/manager.properties ]; then
  printf 'manager.id=%s\nstate=/var/lib/holdfast-manager\nconsole=/usr/lib/holdfast/console\n' "$(uname -n)" >/etc/holdfast/manager.properties
fi
units
echo "Version $version is installed."
if [ -d /run/systemd/system ]; then
  # Those that run go on with it: a manager or an agent may be restarted at any moment.
  systemctl try-restart holdfast-manager.service holdfast-agent.service
  echo "Management node: systemctl enable --now holdfast-manager.  Host: systemctl enable --now libvirtd holdfast-agent.  Packages: debian-packages.txt"
fi
