# shellcheck shell=bash
# Starts the programs. Each ends in exec, so that signals (Ctrl-C) and the exit code are the program's own.

# class_path MODULE
class_path() { printf '%s:%s/%s/target/lib/*' "$(module_jar "$1")" "$HOLDFAST_HOME" "$1"; }

# run_java MODULE MAIN JVM_OPTION... -- ARGUMENT...
run_java() {
  local module=$1 main=$2 options=()
  shift 2
  while [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  shift
  options+=("-Dholdfast.home=$HOLDFAST_HOME" "-Dfile.encoding=UTF-8" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
  if [ -t 1 ]; then
    options+=(-Dholdfast.terminal=true "-Dholdfast.columns=$(terminal_columns)")
  fi
  exec "$JAVA_HOME/bin/java" "${options[@]}" -cp "$(class_path "$module")" "$main" "$@"
}

terminal_columns() {
  local size
  size=$(stty size 2>/dev/null </dev/tty || true)
  size=${size##* }
  printf '%s' "${size:-100}"
}

# The client of the REST API: started often, so it has an ahead-of-time cache of its classes (JEP 483, 514), made once
# after each build.
command_client() {
  local cache=$TOOLS/stamps/cli.aot options=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx128m)
  require_jdk
  build cli
  if [ ! "$cache" -nt "$(module_jar cli)" ] || [ ! "$cache" -nt "$JAVA_HOME/release" ]; then
    rm -f "$cache"
    "$JAVA_HOME/bin/java" "${options[@]}" "-XX:AOTCacheOutput=$cache" -cp "$(class_path cli)" io.holdfast.cli.Main status \
      --server http://127.0.0.1:1 >/dev/null 2>&1 </dev/null || true
  fi
  [ ! -s "$cache" ] || options+=("-XX:AOTCache=$cache" -Xlog:aot=off -Xlog:cds=off)
  run_java cli io.holdfast.cli.Main "${options[@]}" -- "$@"
}

# train MODULE: the start-up cache of agent or manager, made once after each build: an agent that died must be back before its watchdog runs out, and a
# standby that has to lead must not first read its classes.
train() {
  local module=$1 cache
  cache=$HOLDFAST_HOME/$module/target/holdfast-$module.aot
  if [ ! "$cache" -nt "$(module_jar "$module")" ] || [ ! "$cache" -nt "$JAVA_HOME/release" ]; then
    rm -f "$cache"
    env "HOLDFAST_${module^^}_LIB=$(class_path "$module")" timeout 120 \
      sh "$HOLDFAST_HOME/$module/src/main/dist/holdfast-$module" --train "$cache" >"$TOOLS/log/train-$module.log" 2>&1 </dev/null || true
  fi
}

command_lab() {
  local argument
  require_jdk
  for argument in "$@"; do
    case $argument in --help | -h) build lab && run_java lab io.holdfast.lab.LabLauncher -- "$@" ;; esac
  done
  if [ "$(id -u)" -ne 0 ]; then
    fail "$EXIT_FAILED" "the lab needs root: it makes namespaces, switches and storage of its own (and touches nothing else)." \
      "Run: sudo $0 $*"
  fi
  require_packages agent manager lab
  # The real database is needed only where two management nodes are built.
  case " $* " in *" pair "* | *=pair* | *" management "*) require_packages management ;; esac
  build_console
  build lab agent manager supervisor cli
  train agent
  train manager
  run_java lab io.holdfast.lab.LabLauncher -- "$@"
}

command_manager() {
  local options=()
  require_jdk
  require_packages manager
  build_console
  build manager
  [[ " $* " = *" --console "* ]] || options+=(--console "$HOLDFAST_HOME/console/dist")
  HOLDFAST_MANAGER_LIB=$(class_path manager) exec sh "$HOLDFAST_HOME/manager/src/main/dist/holdfast-manager" "${options[@]}" "$@"
}

# Like the manager's: its own start script knows its JVM options, and packages will install the same script.
command_agent() {
  require_jdk
  require_packages agent
  build agent
  HOLDFAST_AGENT_LIB=$(class_path agent) exec sh "$HOLDFAST_HOME/agent/src/main/dist/holdfast-agent" "$@"
}

command_simulate() {
  require_jdk
  build simulator
  run_java simulator io.holdfast.simulator.Main -XX:+UseSerialGC -- "$@"
}

command_bench() {
  require_jdk
  build bench
  run_java bench io.holdfast.bench.Main -- "$@"
}

# The distribution: what is copied to other machines, and what an upgrade takes.
command_package() {
  local out=$HOLDFAST_HOME/target
  require_jdk
  build_console
  build cli manager supervisor agent
  mkdir -p "$out"
  "$HOLDFAST_HOME/packaging/distribution.sh" "$out"
  say "$out/holdfast-$(product_version).tar.gz"
}

# This machine, as any other one would be installed from the distribution.
command_install() {
  require_jdk
  [ "$(id -u)" -eq 0 ] || fail "$EXIT_FAILED" "installing needs root." "Run: sudo $0 install"
  command_package
  exec "$HOLDFAST_HOME/target/holdfast-$(product_version)/install.sh" "$@"
}

print_version() { printf 'holdfast %s\n' "$(product_version)"; }

print_help() {
  cat <<'HELP'
Holdfast: virtual machines that survive any single failure and never have two writers.

  ./holdfast demo              three hosts and six virtual machines on this machine (root); cuts one host's power,
                               shows the fail-over as it happens; --once ends after the summary
  ./holdfast test              installs what is missing and runs every test (root); --fast without the lab
  ./holdfast lab …             the lab: faults, benchmarks; ./holdfast lab --help
  ./holdfast simulate …        seeded histories of faults against the decision core
  ./holdfast bench …           how fast the decision core is, each figure beside its target

  ./holdfast status            the cluster in a few lines          (over REST: --server URL, or HOLDFAST_SERVER)
  ./holdfast host|vm|datastore|cluster|policy|rule|event|failover|alarm|ha …      each with --help; --json for programs

  ./holdfast manager …         starts a manager                    ./holdfast agent …   starts a host's agent
  ./holdfast build [MODULE…]   builds what has changed             ./holdfast version
  ./holdfast package           makes target/holdfast-VERSION.tar.gz for other machines (unpack, run install.sh there)
  ./holdfast install           the same on this machine: /opt/holdfast, systemd units; starts nothing (root)

A JDK 25 is looked for in JAVA_HOME, on the PATH and in /usr/lib/jvm. Missing Debian packages are named, then installed
(root). Nothing else is written outside this folder (but by install) than Maven's and npm's own caches and those packages.
Documentation: README.md, docs/operations.md
HELP
}
