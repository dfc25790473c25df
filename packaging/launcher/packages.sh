# shellcheck shell=bash
# Debian packages that a command needs: said first, with the reason, then installed. Services are not started.

SERVICE_GUARD=/usr/sbin/policy-rc.d
PACKAGE_LIST=$HOLDFAST_HOME/packaging/debian-packages.txt

# package_lines GROUP...: the lines of these groups of the package list, "package  why", without comments.
package_lines() {
  local line group=''
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      '' | '#'*) continue ;;
      '['*']') group=${line//[][]/} && continue ;;
    esac
    case " $* " in *" $group "*) printf '%s\n' "$line" ;; esac
  done <"$PACKAGE_LIST"
}

# All groups of the package list.
package_groups() { sed -n 's/^\[\(.*\)\]$/\1/p' "$PACKAGE_LIST"; }

# Reads package lines; prints those whose package is not installed. A second word "unless=COMMAND" means that the
# package is not needed where that command exists.
missing_packages() {
  local installed line package rest
  installed=$(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' 2>/dev/null | sed -n 's/^ii //p')
  installed=$'\n'$installed$'\n'
  while IFS= read -r line; do
    read -r package rest <<<"$line"
    case $rest in unless=*)
      if command -v "$(cut -d= -f2 <<<"${rest%% *}")" >/dev/null; then continue; fi
      line="$package  ${rest#* }"
      ;;
    esac
    case $installed in *$'\n'"$package"$'\n'*) ;; *) printf '%s\n' "$line" ;; esac
  done
}

# require_packages GROUP...: installs what these groups need and the machine lacks.
require_packages() {
  local missing
  if ! command -v dpkg-query >/dev/null; then
    [ -n "${HOLDFAST_SKIP_PACKAGES:-}" ] && return 0
    fail "$EXIT_FAILED" "this is not a Debian system, so the packages for this command cannot be installed by themselves." \
      "Install the counterparts of these, then run again with HOLDFAST_SKIP_PACKAGES=1:" \
      "$(package_lines "$@" | sed 's/^/  /')"
  fi
  missing=$(package_lines "$@" | sort -u | missing_packages)
  [ -z "$missing" ] || install_packages "$missing"
}

# install_packages LINES: says what and why, then installs; without root, names the line to type.
install_packages() {
  local names
  names=$(awk '{ printf "%s%s", (NR > 1 ? " " : ""), $1 }' <<<"$1")
  say "These Debian packages are missing and needed:"
  awk '{ name = $1; sub(/^[^ ]+ +/, ""); printf "  %-24s %s\n", name, $0 }' <<<"$1" >&2
  if [ "$(id -u)" -ne 0 ]; then
    fail "$EXIT_FAILED" "installing packages needs root. As root, type:" \
      "apt-get update && apt-get install --no-install-recommends -y $names"
  fi
  if ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null; then
    watched "refreshing the package lists" "$TOOLS/log/apt.log" last_line apt_get update || exit "$EXIT_FAILED"
  fi
  # shellcheck disable=SC2086 # one word per package is meant
  if ! watched "installing ${names// /, }" "$TOOLS/log/apt.log" last_line without_services apt_get install $names; then
    say "The package lists may be old: refreshing them, then trying once more."
    watched "refreshing the package lists" "$TOOLS/log/apt.log" last_line apt_get update || exit "$EXIT_FAILED"
    # shellcheck disable=SC2086
    watched "installing ${names// /, }" "$TOOLS/log/apt.log" last_line without_services apt_get install $names ||
      exit "$EXIT_FAILED"
  fi
  hash -r
}

apt_get() {
  local verb=$1
  shift
  local options=(-q -o DPkg::Lock::Timeout=300)
  [ "$verb" != install ] || options+=(-y --no-install-recommends -o Dpkg::Options::=--force-confold)
  DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get "${options[@]}" "$verb" "$@"
}

# without_services COMMAND...: runs it while Debian's policy-rc.d forbids every start of a service (libvirtd, tgt), then
# takes the guard away again. A policy-rc.d of the machine itself is left alone. Its own shell, so the trap is its own.
without_services() (
  guard=$SERVICE_GUARD
  if [ ! -e "$guard" ]; then
    trap 'rm -f "$guard"' EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\n# Made by holdfast while it installs packages: no service is started.\nexit 101\n' >"$guard"
    chmod 755 "$guard"
  fi
  "$@"
)
