#!/usr/bin/env bash
# distribution.sh OUT [VERSION]: makes OUT/holdfast-VERSION.tar.gz of the modules that have been built, and OUT/holdfast-VERSION, what is in it:
#   VERSION, SCHEMA, SHA256SUMS (of every other file), install.sh, bin/ (start scripts), lib/MODULE/ (jars), console/, systemd/ (units), debian-packages.txt
# The version is that of the build unless another one is given (tests of upgrades do).
set -euo pipefail
home=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
out=$1
built=$(sed -n '0,/<version>/s/.*<version>\(.*\)<\/version>.*/\1/p' "$home/pom.xml")
version=${2:-$built}
tree=$out/holdfast-$version

fail() {
  printf 'distribution: %s\n' "$1" >&2
  exit 1
}

rm -rf "$tree" "$tree.tar.gz"
mkdir -p "$tree"/{bin,lib,systemd}
for module in cli manager supervisor agent; do
  jar=$home/$module/target/holdfast-$module-$built.jar
  [ -f "$jar" ] && [ -d "$home/$module/target/lib" ] || fail "the module $module is not built; run ./holdfast build"
  mkdir "$tree/lib/$module"
  cp "$jar" "$home/$module/target/lib"/*.jar "$tree/lib/$module/"
  install -m 755 "$home/$module/src/main/dist"/* "$tree/bin/"
done
# The same library of two modules is one file.
declare -A seen
for jar in "$tree"/lib/*/*.jar; do
  name=${jar##*/}
  if [ -n "${seen[$name]:-}" ] && cmp -s "$jar" "${seen[$name]}"; then ln -f "${seen[$name]}" "$jar"; else seen[$name]=$jar; fi
done
[ ! -d "$home/console/dist" ] || cp -r "$home/console/dist" "$tree/console"
install -m 755 "$home/packaging/templates/supervisor-alive" "$tree/bin/"
install -m 755 "$home/packaging/distribution/install.sh" "$tree/"
cp "$home/packaging/distribution"/*.service "$home/packaging/templates/holdfast-supervisor.service" "$tree/systemd/"
cp "$home/packaging/debian-packages.txt" "$home/LICENSE" "$home/NOTICE" "$tree/"
printf '%s\n' "$version" >"$tree/VERSION"
# The newest schema of the database that it knows: an upgrade never goes to a version that knows less than the database has.
find "$home/manager/src/main/resources/io/holdfast/manager/migrations" -name 'V*__*.sql' -printf '%f\n' |
  sed 's/^V\([0-9]*\)__.*/\1/' | sort -n | tail -n 1 >"$tree/SCHEMA"
(cd "$tree" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS)
tar -C "$out" --owner=0 --group=0 --sort=name -c "holdfast-$version" | gzip -1 >"$tree.tar.gz"
