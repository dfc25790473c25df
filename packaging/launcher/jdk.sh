# shellcheck shell=bash
# Finds a JDK that fits. An older one is never used silently.

REQUIRED_JAVA=25

# java_version HOME: the feature version (25), from the file "release" that every JDK carries; empty when it's no JDK.
java_version() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  local line version=
  if [ -r "$1/release" ]; then
    while IFS= read -r line; do
      case $line in JAVA_VERSION=*)
        version=${line#JAVA_VERSION=}
        version=${version//\"/}
        ;;
      esac
    done <"$1/release"
  else
    version=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac //p')
  fi
  version=${version%%[.+-]*}
  case $version in '' | *[!0-9]*) ;; *) printf '%s' "$version" ;; esac
}

# Sets JAVA_HOME to the first fitting JDK: the one that JAVA_HOME names, the one on the PATH, then those in the
# usual places, lowest fitting version first (the one that Holdfast is tested with).
find_jdk() {
  local asked=${JAVA_HOME:-} candidate version best='' best_version=0 on_path
  if [ -n "$asked" ]; then
    version=$(java_version "$asked")
    if [ "${version:-0}" -ge "$REQUIRED_JAVA" ]; then
      export JAVA_HOME
      return 0
    fi
    say "${QUIET}holdfast: JAVA_HOME is $asked, ${version:+Java $version, too old;}${version:-not a JDK;} looking for JDK $REQUIRED_JAVA elsewhere${PLAIN}"
  fi
  on_path=$(command -v javac || true)
  if [ -n "$on_path" ]; then
    candidate=$(dirname "$(dirname "$(readlink -f "$on_path")")")
    version=$(java_version "$candidate")
    if [ "${version:-0}" -ge "$REQUIRED_JAVA" ]; then
      export JAVA_HOME=$candidate
      return 0
    fi
  fi
  for candidate in /usr/lib/jvm/* /opt/*jdk* "${HOME:-/root}"/.sdkman/candidates/java/*; do
    [ -d "$candidate" ] || continue
    version=$(java_version "$candidate")
    [ "${version:-0}" -ge "$REQUIRED_JAVA" ] || continue
    if [ -z "$best" ] || [ "$version" -lt "$best_version" ]; then
      best=$candidate best_version=$version
    fi
  done
  [ -n "$best" ] || return 1
  export JAVA_HOME=$best
}

# Finds a JDK, installs Debian's where Debian has it, or says exactly what to do.
require_jdk() {
  find_jdk && return 0
  local package=openjdk-$REQUIRED_JAVA-jdk-headless
  if command -v apt-cache >/dev/null && apt-cache show "$package" >/dev/null 2>&1; then
    install_packages "$package  Java $REQUIRED_JAVA runs and builds Holdfast"
    find_jdk && return 0
  fi
  fail "$EXIT_FAILED" "JDK $REQUIRED_JAVA or newer is needed to build and run Holdfast, and none was found." \
    "Searched: JAVA_HOME${JAVA_HOME:+ ($JAVA_HOME)}, the PATH, /usr/lib/jvm, /opt, ~/.sdkman." \
    "Debian 13 and newer:  apt-get install $package" \
    "Debian 12:            install the package temurin-$REQUIRED_JAVA-jdk (Eclipse Temurin; https://adoptium.net/installation/linux)," \
    "                      or unpack its archive below /usr/lib/jvm. Then run this command again." \
    "Elsewhere already?    JAVA_HOME=/path/to/jdk-$REQUIRED_JAVA $0 …"
}
