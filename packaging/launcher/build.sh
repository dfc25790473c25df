# shellcheck shell=bash
# Builds the modules whose sources have changed, and only those, with Maven fetched as an artifact.

MAVEN_VERSION=3.9.16
MAVEN=$TOOLS/apache-maven-$MAVEN_VERSION/bin/mvn
ALL_MODULES="core protocol agent manager supervisor cli simulator bench lab"

# Maven in the repository's .tools: Debian's own is too old for the plugins, and a wrapper would commit an address.
require_maven() {
  [ -x "$MAVEN" ] && return 0
  if ! command -v mvn >/dev/null; then
    install_packages "maven  fetches Maven $MAVEN_VERSION, which builds Holdfast"
  fi
  watched "fetching Maven $MAVEN_VERSION" "$TOOLS/log/maven-fetch.log" last_line fetch_maven || exit "$EXIT_FAILED"
}

fetch_maven() {
  local folder work
  folder=$(mktemp -d "$TOOLS/fetch.XXXXXX")
  # Run outside the repository, whose .mvn/jvm.config is meant for the newer Maven; the plugin leaves its marks there.
  work=$(mktemp -d)
  (cd "$work" && mvn -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack \
    -Dartifact=org.apache.maven:apache-maven:$MAVEN_VERSION:tar.gz:bin "-DoutputDirectory=$folder") || return
  mv "$folder/apache-maven-$MAVEN_VERSION" "$TOOLS/" && rm -rf "$folder" "$work"
}

maven() { (cd "$HOLDFAST_HOME" && exec "$MAVEN" -B "$@"); }

# For watched: which module Maven is building, or what it downloads.
maven_detail() {
  local module downloads
  module=$(grep -a '^\[INFO\] Building Holdfast\|^\[INFO\] Building holdfast' "$1" | tail -n 1 | sed 's/^\[INFO\] Building //; s/ *0\.[0-9.]*//')
  downloads=$(grep -ac 'Downloaded from' "$1")
  printf '%s%s' "$module" "$([ "$downloads" -eq 0 ] || echo " ($downloads files downloaded)")"
}

# module_dependencies MODULE...: these modules and the ones that they need, in the order in which they are built.
module_dependencies() {
  local wanted=" $* " module dependency changed=1
  while [ -n "$changed" ]; do
    changed=
    for module in $wanted; do
      while IFS= read -r dependency; do
        case $wanted in *" $dependency "*) ;; *) wanted="$wanted$dependency " changed=1 ;; esac
      done < <(own_dependencies "$module")
    done
  done
  for module in $ALL_MODULES; do
    case $wanted in *" $module "*) printf '%s\n' "$module" ;; esac
  done
}

own_dependencies() {
  sed -n 's/.*<groupId>io.holdfast<\/groupId><artifactId>holdfast-\([a-z]*\)<.*/\1/p' "$HOLDFAST_HOME/$1/pom.xml"
}

module_jar() { printf '%s/%s/target/holdfast-%s-%s.jar' "$HOLDFAST_HOME" "$1" "$1" "$(product_version)"; }

product_version() {
  [ -n "${VERSION_READ:-}" ] || VERSION_READ=$(sed -n '0,/<version>/s/.*<version>\(.*\)<\/version>.*/\1/p' "$HOLDFAST_HOME/pom.xml")
  printf '%s' "$VERSION_READ"
}

# Names, sizes and times of everything that the build of these modules reads and makes; cheap, for the usual case.
quick_digest() {
  local module paths=(pom.xml .mvn)
  for module in "$@"; do
    paths+=("$module/pom.xml" "$module/src/main" "$module/target/holdfast-$module-$(product_version).jar" "$module/target/.built-from")
  done
  (cd "$HOLDFAST_HOME" && { printf '%s\n' "$JAVA_HOME"; find "${paths[@]}" -type f -printf '%p %s %T@\n' 2>&1; } | sort | sha256sum)
}

# What a module is built from: the content of its sources and poms and of the modules it needs.
content_digest() {
  local module paths=(pom.xml .mvn)
  while IFS= read -r module; do
    paths+=("$module/pom.xml" "$module/src/main")
  done < <(module_dependencies "$1")
  (cd "$HOLDFAST_HOME" && find "${paths[@]}" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
}

# built_from MODULE DIGEST: what the mark of an up-to-date module says. The jar's time is in it: a jar that somebody else
# made since is not trusted.
built_from() { printf '%s %s' "$2" "$(stat -c %Y "$(module_jar "$1")" 2>/dev/null)"; }

# build MODULE...: brings the jars of these modules and of those that they need up to date.
build() {
  local modules stale=() module mark digest lock key
  modules=$(module_dependencies "$@")
  key=$(tr '\n' '-' <<<"$modules")
  # shellcheck disable=SC2086 # one word per module is meant
  if [ "$(cat "$TOOLS/stamps/$key" 2>/dev/null)" = "$(quick_digest $modules)" ]; then return 0; fi
  mkdir -p "$TOOLS/stamps" "$TOOLS/log"
  exec {lock}>"$TOOLS/build.lock"
  flock "$lock"
  declare -A digests
  for module in $modules; do
    digest=$(content_digest "$module")
    digests[$module]=$digest
    mark=$(cat "$HOLDFAST_HOME/$module/target/.built-from" 2>/dev/null || true)
    [ "$mark" = "$(built_from "$module" "$digest")" ] || stale+=("$module")
  done
  if [ ${#stale[@]} -gt 0 ]; then
    require_maven
    build_stale "${stale[@]}"
    for module in "${stale[@]}"; do
      [ -f "$(module_jar "$module")" ] || fail "$EXIT_FAILED" "the build of $module made no $(module_jar "$module")" "See $TOOLS/log/build.log"
      built_from "$module" "${digests[$module]}" >"$HOLDFAST_HOME/$module/target/.built-from"
    done
  fi
  # shellcheck disable=SC2086
  quick_digest $modules >"$TOOLS/stamps/$key"
  exec {lock}>&-
}

build_stale() {
  local module modules=$*
  for module in "$@"; do rm -rf "$HOLDFAST_HOME/$module/target/lib"; done
  # -am: what a stale module needs goes through the reactor too; unchanged sources are not compiled again.
  watched "building ${modules// /, }" "$TOOLS/log/build.log" maven_detail \
    maven -T2 -Dmaven.test.skip=true package -am -pl "${modules// /,}" || exit "$EXIT_FAILED"
}

build_console() {
  [ -x "$HOLDFAST_HOME/console/build.sh" ] || return 0
  require_packages console
  watched "building the web console" "$TOOLS/log/console.log" last_line "$HOLDFAST_HOME/console/build.sh" || exit "$EXIT_FAILED"
}

command_build() {
  local modules=()
  if [ $# -gt 0 ]; then modules=("$@"); else read -ra modules <<<"$ALL_MODULES"; fi
  for module in "${modules[@]}"; do
    case " $ALL_MODULES console " in *" $module "*) ;; *)
      fail "$EXIT_USAGE" "there is no module '$module' to build." "Modules: $ALL_MODULES console"
      ;;
    esac
  done
  require_jdk
  if [ $# -eq 0 ] || [[ " $* " = *" console "* ]]; then build_console; fi
  modules=("${modules[@]/console/}")
  # shellcheck disable=SC2068 # the empty word that "console" left goes away
  build ${modules[@]}
  say "up to date"
}
