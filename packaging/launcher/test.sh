# shellcheck shell=bash
# ./holdfast test: installs what is missing, runs every test there is, and closes with "N passed, N failed".

TEST_LOGS=$TOOLS/log/test
STAGE_NAMES=() STAGE_RESULTS=() STAGE_SECONDS=()
TOTAL_PASSED=0 TOTAL_FAILED=0 TOTAL_SKIPPED=0

test_usage() {
  cat <<'HELP'
./holdfast test [--only MODULE] [--fast]
  --only MODULE   this module's tests and those of the modules it needs; "console" for the web console
  --fast          without the lab's end-to-end tests (which take most of the time)
Runs formatting, scripts, console, the tests of every module, then the lab's end-to-end tests, and closes with a line
"N passed, N failed". Exit code 0 only when all passed and none was skipped. Needs root. Logs: .tools/log/test/
HELP
}

command_test() {
  local only='' fast=''
  while [ $# -gt 0 ]; do
    case $1 in
      --only)
        only=${2:-}
        [ $# -ge 2 ] && shift
        case " $ALL_MODULES console " in *" ${only:-?} "*) ;; *)
          fail "$EXIT_USAGE" "there is no module '${only}' to test." "Modules: $ALL_MODULES console"
          ;;
        esac
        ;;
      --fast) fast=1 ;;
      --help | -h) test_usage && return 0 ;;
      *) fail "$EXIT_USAGE" "'$1' is not an option of ./holdfast test." "See ./holdfast test --help" ;;
    esac
    shift
  done
  [ "$(id -u)" -eq 0 ] || fail "$EXIT_FAILED" "the tests need root: they run real libvirt, storage and networks in namespaces of their own." "Run: sudo ./holdfast test"
  run_stages "$only" "$fast"
}

run_stages() {
  local only=$1 fast=$2 began=$SECONDS
  exec </dev/null
  rm -rf "$TEST_LOGS"
  mkdir -p "$TEST_LOGS"
  require_jdk
  require_packages agent manager management lab console test
  require_maven
  # A report of an older run must not count for this one.
  rm -rf "$HOLDFAST_HOME"/*/target/surefire-reports
  case $only in
    '')
      stage formatting one_check maven spotless:check
      stage scripts one_check check_scripts
      stage console console_tests
      # One module after the other: agent, manager and supervisor tests run real daemons and wait in real time.
      stage modules module_tests -Dlab.tests.skip=true
      if [ -z "$fast" ]; then stage lab lab_tests; else printf '\n== lab: left out, as --fast asks\n'; fi
      ;;
    console) stage console console_tests ;;
    lab) stage lab lab_tests ;;
    *) stage "$only" module_tests -am -pl "$only" ;;
  esac
  print_stages $((SECONDS - began))
  [ "$TOTAL_FAILED" -eq 0 ] && [ "$TOTAL_SKIPPED" -eq 0 ] && [ "$TOTAL_PASSED" -gt 0 ]
}

# stage NAME FUNCTION ARGUMENT...: the function sets passed, failed and skipped.
stage() {
  local name=$1 began=$SECONDS
  shift
  passed=0 failed=0 skipped=0 STAGE_LOG=$TEST_LOGS/$name.log
  printf '\n== %s\n' "$name"
  "$@" || true
  STAGE_NAMES+=("$name")
  STAGE_RESULTS+=("$passed passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped SKIPPED")")
  STAGE_SECONDS+=($((SECONDS - began)))
  TOTAL_PASSED=$((TOTAL_PASSED + passed)) TOTAL_FAILED=$((TOTAL_FAILED + failed)) TOTAL_SKIPPED=$((TOTAL_SKIPPED + skipped))
  printf '== %s: %s in %s\n' "$name" "${STAGE_RESULTS[-1]}" "$(elapsed "${STAGE_SECONDS[-1]}")"
}

print_stages() {
  local index
  printf '\n%-12s %-10s %s\n' STAGE TIME RESULT
  for index in "${!STAGE_NAMES[@]}"; do
    printf '%-12s %-10s %s\n' "${STAGE_NAMES[index]}" "$(elapsed "${STAGE_SECONDS[index]}")" "${STAGE_RESULTS[index]}"
  done
  printf 'Whole run: %s\n' "$(elapsed "$1")"
  if [ "$TOTAL_SKIPPED" -gt 0 ]; then
    # No test is skipped silently: a skipped one counts as failed.
    printf '%s tests were skipped; each counts as failed.\n' "$TOTAL_SKIPPED"
  fi
  printf '%s passed, %s failed\n' "$TOTAL_PASSED" "$((TOTAL_FAILED + TOTAL_SKIPPED))"
}

# one_check COMMAND...: passes as one test; on failure its output is shown.
one_check() {
  if "$@" >"$STAGE_LOG" 2>&1; then
    passed=1
  else
    failed=1
    grep -av '^\[INFO\]' "$STAGE_LOG" | tail -n 60
  fi
}

check_scripts() {
  local script scripts=()
  cd "$HOLDFAST_HOME" || return
  while IFS= read -r script; do
    if head -c 64 "$script" | grep -aq '^#!.*sh$\|^# shellcheck shell'; then scripts+=("$script"); fi
  done < <(find . \( -name target -o -name .tools -o -name .git -o -name node_modules -o -path ./console/dist \) -prune -o -type f \( -name '*.sh' -o -path ./holdfast -o -path ./.ci/run -o -path './*/src/main/dist/*' \) -print)
  for script in "${scripts[@]}"; do bash -n "$script" || return; done
  shellcheck -x -S warning "${scripts[@]}"
}

console_tests() {
  local counts
  if [ ! -x "$HOLDFAST_HOME/console/test.sh" ]; then
    echo "console/test.sh is missing"
    failed=1
    return
  fi
  { "$HOLDFAST_HOME/console/build.sh" && "$HOLDFAST_HOME/console/test.sh"; } 2>&1 | tee "$STAGE_LOG"
  local code=${PIPESTATUS[0]}
  counts=$(grep -aE '^[0-9]+ passed, [0-9]+ failed' "$STAGE_LOG" | tail -n 1)
  # shellcheck disable=SC2001 # a pattern with groups
  read -r passed failed < <(sed 's/\([0-9]*\) passed, \([0-9]*\) failed.*/\1 \2/' <<<"${counts:-0 passed, 0 failed}")
  if [ "$code" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
}

module_tests() { maven_tests "core protocol agent manager supervisor cli simulator" "$@"; }

# Only the lab's own tests; alone, for they measure times on real virtual machines.
lab_tests() {
  # The jars are those of the stage before; with a cache of another build the programs start without one.
  train agent
  train manager
  maven_tests lab -Dtests.skip=true
}

# maven_tests MODULES ARGUMENT...: every test runs even when one fails (the reports are the judge); Surefire's lines are
# shown as they come.
maven_tests() {
  local modules=$1 code
  shift
  maven -Dmaven.test.failure.ignore=true verify "$@" 2>&1 | tee "$STAGE_LOG" |
    grep --line-buffered -aE '^\[(INFO|WARNING|ERROR)\] (Tests run:|Running |  [A-Z]|BUILD|Building holdfast)|^\[ERROR\]|<<< (FAILURE|ERROR)'
  code=${PIPESTATUS[0]}
  count_reports "$modules" "$@"
  if [ "$code" -ne 0 ]; then
    failed=$((failed + 1))
    echo "Maven ended with exit code $code; the whole log is $STAGE_LOG"
  fi
}

# Adds up the reports, and counts every test class without one as failed: none is left out silently.
count_reports() {
  local module report class name numbers selected=''
  [[ "$*" = *" -pl "* ]] && selected=${*##* -pl }
  for module in $1; do
    for report in "$HOLDFAST_HOME/$module"/target/surefire-reports/TEST-*.xml; do
      [ -f "$report" ] || continue
      numbers=$(grep -am1 '<testsuite ' "$report")
      local tests errors failures skips
      tests=$(attribute tests "$numbers") errors=$(attribute errors "$numbers")
      failures=$(attribute failures "$numbers") skips=$(attribute skipped "$numbers")
      passed=$((passed + tests - errors - failures - skips)) failed=$((failed + errors + failures)) skipped=$((skipped + skips))
    done
    if [ -n "$selected" ] && [ "$module" != "$selected" ]; then continue; fi
    while IFS= read -r class; do
      name=${class#"$HOLDFAST_HOME/$module/src/test/java/"}
      name=${name%.java}
      if [ ! -f "$HOLDFAST_HOME/$module/target/surefire-reports/TEST-${name//\//.}.xml" ]; then
        echo "$module: ${name//\//.} was not run"
        failed=$((failed + 1))
      fi
    done < <(find "$HOLDFAST_HOME/$module/src/test/java" -name '*Test.java' 2>/dev/null)
  done
}

attribute() { sed -n "s/.*[^a-z]$1=\"\([0-9]*\)\".*/\1/p" <<<"$2"; }
